#include "mock_ghl/twin.hpp"

#include <map>

#include "mock_ghl/api/api.hpp"
#include "mock_ghl/chaos/injector.hpp"
#include "mock_ghl/model/slots.hpp"
#include "mock_ghl/model/test_clock.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;

namespace {

// Labels of the independent streams drawn from a twin's seed.
constexpr std::uint64_t id_stream = 0x6964;
constexpr std::uint64_t trace_stream = 0x7472;
constexpr std::uint64_t chaos_stream = 0x6368;

std::uint64_t stream(std::uint64_t seed, std::uint64_t label) {
  return holdfast::SplitMix64(seed).fork(label).next();
}

HttpResponse html(int status, std::string_view title) {
  HttpResponse response;
  response.status = status;
  response.headers.set("Content-Type", "text/html");
  response.body = "<html>\r\n<head><title>" + std::string(title) + "</title></head>\r\n<body>\r\n<center><h1>" +
                  std::string(title) + "</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n";
  return response;
}

HttpResponse gateway_timeout() {
  return html(504, "504 Gateway Time-out");
}

// 500, 502 or 503, as JSON or as the gateway's page.
HttpResponse server_error(std::uint64_t draw) {
  switch (draw % 4) {
    case 0:
      return HttpResponse::json(500, R"({"statusCode":500,"message":"Internal server error"})");
    case 1:
      return html(502, "502 Bad Gateway");
    case 2:
      return html(503, "503 Service Temporarily Unavailable");
    default:
      return HttpResponse::json(503, R"({"statusCode":503,"message":"Service Unavailable"})");
  }
}

// The answer that replaces the one to a request that was done.
HttpResponse lost_answer(std::uint64_t draw) {
  switch (draw % 4) {
    case 0:
      return html(502, "502 Bad Gateway");
    case 1:
      return gateway_timeout();
    default:
      return HttpResponse::abandon();
  }
}

HttpResponse unreadable(HttpResponse response, std::uint64_t draw) {
  // A refusal stays readable: nothing was done, so there is nothing to hide.
  if (response.status < 200 || response.status > 299) return response;
  if (draw % 2 == 0) {
    response.body.clear();
    return response;
  }
  HttpResponse page = html(response.status, "HighLevel");
  return page;
}

}  // namespace

struct Twin::Parts {
  // What a reset replaces. Late commits keep the world they were made in alive, so that a forgotten one touches
  // nothing.
  struct World {
    World(const Fixture& fixture, std::uint64_t seed, TestClock start_clock, Instant now)
        : clock(start_clock),
          kept_state(std::make_unique<State>(fixture, stream(seed, id_stream), now)),
          state(*kept_state),
          api(state, stream(seed, trace_stream)),
          injector(stream(seed, chaos_stream)) {}
    // A world of its own that begins as `other` was at `then`.
    World(const World& other, TestClock start_clock)
        : clock(start_clock),
          kept_state(other.state.clone()),
          state(*kept_state),
          api(state, other.api),
          injector(other.injector),
          requests(other.requests),
          check_replies(other.check_replies) {}
    // The world's time; waits (latency, late commits) pass on the machine's, or a frozen world would never answer.
    Instant now(const holdfast::net::Runtime& machine) const { return clock.now(machine.now()); }

    TestClock clock;
    std::unique_ptr<State> kept_state;
    State& state;
    api::Api api;
    Injector injector;
    std::uint64_t requests = 0;
    bool check_replies = false;
    std::vector<std::string> reply_violations;
  };

  Parts(holdfast::net::Runtime given, Fixture start, std::uint64_t given_seed)
      : runtime(std::move(given)), fixture(std::move(start)), seed(given_seed) {
    reset(std::nullopt);
  }

  void reset(std::optional<Instant> frozen_at) {
    const TestClock clock(frozen_at);
    const bool check_replies = world != nullptr && world->check_replies;
    world = std::make_shared<World>(fixture, seed, clock, clock.now(runtime.now()));
    world->check_replies = check_replies;
  }

  static constexpr std::size_t reply_violations_max = 100;
  static void note_violations(World& world, const HttpRequest& request, const api::RouteMatch& match,
                              const HttpResponse& response);
  static Task<HttpResponse> execute(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                    Injection injection);
  static Task<void> execute_late(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                 Injection injection);
  static Task<HttpResponse> decide(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                   Injection injection);

  struct Snapshot {
    std::shared_ptr<const World> world;
    Instant taken_at{};
  };

  holdfast::net::Runtime runtime;
  Fixture fixture;
  std::uint64_t seed;
  std::shared_ptr<World> world;
  std::map<std::string, Snapshot> snapshots;
};

void Twin::Parts::note_violations(World& world, const HttpRequest& request, const api::RouteMatch& match,
                                  const HttpResponse& response) {
  const bool v3 = request.headers.find("Version").value_or("") == "v3";
  for (std::string& violation : api::Api::reply_violations(match, v3, response)) {
    if (world.reply_violations.size() < reply_violations_max) world.reply_violations.push_back(std::move(violation));
  }
}

// The clean request, with the gap between check and commit when there is one.
Task<HttpResponse> Twin::Parts::execute(holdfast::net::Runtime runtime, std::shared_ptr<World> world,
                                        HttpRequest request, Injection injection) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const api::RouteMatch match = api::match_route(request.method, target.path);
  api::Answer answer =
      world->api.handle(request, target, match, {.stale = injection.stale, .strict_offset = injection.strict_offset},
                        world->now(runtime));
  if (answer.pending) {
    if (injection.commit_gap) co_await holdfast::net::sleep_for(runtime.clock, *injection.commit_gap);
    answer.response = world->api.commit(std::move(*answer.pending), world->now(runtime));
  }
  if (world->check_replies) note_violations(*world, request, match, answer.response);
  world->api.add_rate_headers(answer.response, request, world->now(runtime));
  co_return std::move(answer.response);
}

Task<void> Twin::Parts::execute_late(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                     Injection injection) {
  co_await holdfast::net::sleep_for(runtime.clock, injection.decisive_delay);
  co_await execute(runtime, world, std::move(request), injection);
}

// Plays the decisive fault around the clean request.
Task<HttpResponse> Twin::Parts::decide(holdfast::net::Runtime runtime, std::shared_ptr<World> world,
                                       HttpRequest request, Injection injection) {
  const std::uint64_t draw = injection.decisive_draw;
  switch (*injection.decisive) {
    case Fault::rate_limited: {
      HttpResponse response = world->api.too_many_requests();
      world->api.add_rate_headers(response, request, world->now(runtime));
      co_return response;
    }
    case Fault::server_error:
      co_return server_error(draw);
    case Fault::lost_before_commit:
      co_await holdfast::net::sleep_for(runtime.clock, injection.decisive_delay);
      co_return HttpResponse::abandon();
    case Fault::late_commit:
      holdfast::net::spawn(runtime.executor, execute_late(runtime, world, std::move(request), injection));
      co_return draw % 2 == 0 ? gateway_timeout() : HttpResponse::abandon();
    default:
      break;
  }
  HttpResponse response = co_await execute(runtime, world, std::move(request), injection);
  if (*injection.decisive == Fault::unreadable_after_commit) co_return unreadable(std::move(response), draw);
  co_await holdfast::net::sleep_for(runtime.clock, injection.decisive_delay);
  if (*injection.decisive == Fault::lost_after_commit) co_return lost_answer(draw);
  co_return response;  // hang: the true answer, far too late
}

Twin::Twin(holdfast::net::Runtime runtime, Fixture fixture, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(std::move(runtime), std::move(fixture), seed)) {}
Twin::~Twin() = default;

Task<HttpResponse> Twin::handle(HttpRequest request) {
  // Locals only from here on: a reset may replace the parts while this request waits.
  const holdfast::net::Runtime runtime = parts_->runtime;
  const std::shared_ptr<Parts::World> world = parts_->world;
  const std::uint64_t number = ++world->requests;
  Injection injection;
  if (!world->injector.plan().rules.empty()) {
    const holdfast::net::Target target = holdfast::net::parse_target(request.target);
    const api::RouteMatch match = api::match_route(request.method, target.path);
    const std::string_view operation = match.route == nullptr ? "unknown" : match.route->operation;
    injection = world->injector.draw(operation, number, world->now(runtime));
  }
  if (injection.latency > Duration{0}) co_await holdfast::net::sleep_for(runtime.clock, injection.latency);
  if (injection.decisive) co_return co_await Parts::decide(runtime, world, std::move(request), injection);
  co_return co_await Parts::execute(runtime, world, std::move(request), injection);
}

void Twin::set_chaos(ChaosPlan plan) {
  parts_->world->injector.set_plan(std::move(plan), now());
}
void Twin::check_replies(bool on) {
  parts_->world->check_replies = on;
}
const std::vector<std::string>& Twin::reply_violations() const {
  return parts_->world->reply_violations;
}
State& Twin::state() {
  return parts_->world->state;
}
const State& Twin::state() const {
  return parts_->world->state;
}
const std::vector<JournalEntry>& Twin::journal() const {
  return parts_->world->injector.journal();
}
std::uint64_t Twin::fault_count_of(Fault fault) const {
  return parts_->world->injector.count(fault);
}
std::uint64_t Twin::requests() const {
  return parts_->world->requests;
}
void Twin::reset(std::optional<Instant> frozen_at) {
  parts_->reset(frozen_at);
}
holdfast::Result<void> Twin::save_snapshot(const std::string& name) {
  static constexpr std::size_t name_bytes_max = 100;
  if (name.empty() || name.size() > name_bytes_max) {
    return holdfast::fail(ErrorKind::invalid_input, "a snapshot's name has 1 to 100 bytes");
  }
  if (parts_->snapshots.size() >= snapshots_max && !parts_->snapshots.contains(name)) {
    return holdfast::fail(ErrorKind::invalid_input, "there are 100 snapshots already; drop one");
  }
  parts_->snapshots[name] = {std::make_shared<const Parts::World>(*parts_->world, parts_->world->clock), now()};
  return {};
}
holdfast::Result<void> Twin::restore_snapshot(const std::string& name) {
  const auto it = parts_->snapshots.find(name);
  if (it == parts_->snapshots.end()) return holdfast::fail(ErrorKind::not_found, "there is no snapshot of this name");
  const Parts::World& kept = *it->second.world;
  const TestClock clock = kept.clock.taken_up(it->second.taken_at, parts_->runtime.now());
  parts_->world = std::make_shared<Parts::World>(kept, clock);
  return {};
}
holdfast::Result<void> Twin::drop_snapshot(const std::string& name) {
  if (parts_->snapshots.erase(name) == 1) return {};
  return holdfast::fail(ErrorKind::not_found, "there is no snapshot of this name");
}
std::vector<std::string> Twin::snapshots() const {
  std::vector<std::string> names;
  for (const auto& [name, ignored] : parts_->snapshots) names.push_back(name);
  return names;
}
Instant Twin::now() const {
  return parts_->world->now(parts_->runtime);
}
bool Twin::frozen() const {
  return parts_->world->clock.frozen();
}
void Twin::freeze() {
  parts_->world->clock.freeze(parts_->runtime.now());
}
void Twin::run() {
  parts_->world->clock.run(parts_->runtime.now());
}
holdfast::Result<void> Twin::advance(Duration distance) {
  return parts_->world->clock.advance(distance, parts_->runtime.now());
}

holdfast::Result<std::string> Twin::book_as_person(const std::string& calendar_id, Instant start,
                                                   const std::string& contact_name) {
  State& state = parts_->world->state;
  const Instant now = this->now();
  const Calendar* calendar = state.calendar(calendar_id);
  if (calendar == nullptr) return holdfast::fail(ErrorKind::not_found, "there is no calendar of this id");
  const auto slot = slot_at(*calendar, {.state = state, .as_of = now}, start, {}, now);
  if (!slot)
    return holdfast::fail(ErrorKind::slot_taken, "the calendar does not offer this start; ask for its free slots");
  ContactFields fields{.first_name = contact_name.substr(0, contact_name.find(' ')), .source = "calendar_page"};
  if (const auto space = contact_name.find(' '); space != std::string::npos) {
    fields.last_name = contact_name.substr(space + 1);
  }
  const std::string contact_id = state.add_contact(calendar->location_id, std::move(fields), now).id;
  const Appointment& made = state.add_appointment({.calendar_id = calendar_id,
                                                   .contact_id = contact_id,
                                                   .assigned_user_id = choose_user(*calendar, state, *slot),
                                                   .interval = {slot->start, slot->end},
                                                   .title = contact_name,
                                                   .source = "calendar_page"},
                                                  now);
  return made.id;
}

holdfast::Result<void> Twin::cancel_as_person(const std::string& appointment_id) {
  State& state = parts_->world->state;
  const Appointment* appointment = state.appointment(appointment_id);
  if (appointment == nullptr) return holdfast::fail(ErrorKind::not_found, "there is no appointment of this id");
  if (appointment->deleted || appointment->status == "cancelled") return {};
  state.change_appointment(appointment_id, {.status = "cancelled"}, now());
  return {};
}

}  // namespace mock_ghl
