#include "mock_ghl/twin.hpp"

#include <cstdio>
#include <map>

#include "mock_ghl/api/api.hpp"
#include "mock_ghl/api/consent.hpp"
#include "mock_ghl/chaos/alter.hpp"
#include "mock_ghl/chaos/deeds.hpp"
#include "mock_ghl/chaos/forms.hpp"
#include "mock_ghl/chaos/injector.hpp"
#include "mock_ghl/chaos/race.hpp"
#include "mock_ghl/chaos/script.hpp"
#include "mock_ghl/model/person.hpp"
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
constexpr std::uint64_t webhook_stream = 0x7768;

std::uint64_t stream(std::uint64_t seed, std::uint64_t label) {
  return holdfast::SplitMix64(seed).fork(label).next();
}

// How long a request without an answer keeps its connection when the rule does not say.
constexpr Duration unanswered_default{600'000};

// Who asks, for filters and the journal.
struct Caller {
  std::string token = {};
  std::string location_id = {};
};

// GHL's name of what a request asks for, or ours where it has none; "unknown" without a route.
std::string_view operation_of(const HttpRequest& request) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const api::RouteMatch match = api::match_route(request.method, target.path);
  if (match.route != nullptr) return match.route->operation;
  const std::string_view outside = api::operation_outside_the_contract(target.path);
  return outside.empty() ? "unknown" : outside;
}

Caller caller_of(const State& state, const HttpRequest& request, Instant now) {
  std::string_view token = request.headers.find("Authorization").value_or("");
  if (const auto space = token.find_last_of(" \t"); space != std::string_view::npos) token.remove_prefix(space + 1);
  Caller caller{.token = std::string(token)};
  api::Answer ignored;
  if (const AccessToken* found = api::authenticate(state, request.headers, now, "", ignored)) {
    caller.location_id = found->grant.location_id;
  }
  return caller;
}

// The time that a pending change is about to take.
std::optional<Claim> claim_of(const State& state, const api::PendingCommit& pending) {
  if (pending.appointment_id.empty()) {
    return Claim{pending.made.interval, pending.made.calendar_id, pending.made.assigned_user_id};
  }
  const Appointment* appointment = state.appointment(pending.appointment_id);
  if (appointment == nullptr || !pending.change.interval) return std::nullopt;
  return Claim{*pending.change.interval, pending.change.calendar_id.value_or(appointment->calendar_id),
               pending.change.assigned_user_id.value_or(appointment->assigned_user_id)};
}

holdfast::Result<void> without_id(holdfast::Result<std::string> done) {
  if (!done) return holdfast::fail(done.error());
  return {};
}

// The youngest appointment of the same location that an answer is not about; "" when there is none.
std::string another_appointment(const State& state, const HttpResponse& clean) {
  const auto body = holdfast::parse_json(clean.body);
  const Appointment* own = body ? state.appointment(holdfast::string_member(*body, "id").value_or("")) : nullptr;
  const Appointment* other = nullptr;
  for (const auto& [id, appointment] : state.appointments()) {
    if (own == nullptr || &appointment == own || appointment.location_id != own->location_id) continue;
    if (other == nullptr || appointment.sequence > other->sequence) other = &appointment;
  }
  return other == nullptr ? std::string() : other->id;
}

// What the clean answer says was made, the client will hear was not.
void note_denied(State& state, const HttpResponse& clean) {
  const auto body = holdfast::parse_json(clean.body);
  if (body) state.note_denied(holdfast::string_member(*body, "id").value_or(""));
}

}  // namespace

struct Twin::Parts {
  // What a reset replaces. Late commits keep the world they were made in alive, so that a forgotten one touches
  // nothing.
  struct World {
    World(const Fixture& fixture, std::uint64_t seed, TestClock start_clock, Instant now)
        : clock(std::make_shared<TestClock>(start_clock)),
          kept_state(std::make_unique<State>(fixture, stream(seed, id_stream), now)),
          state(*kept_state),
          api(state, stream(seed, trace_stream)),
          injector(stream(seed, chaos_stream)) {}
    // A world of its own that begins as `other` was at `then`. Its request log is empty and off: a hundred
    // snapshots must not keep a hundred logs. Nobody waits at its race gate.
    World(const World& other, TestClock start_clock)
        : clock(std::make_shared<TestClock>(start_clock)),
          kept_state(other.state.clone()),
          state(*kept_state),
          api(state, other.api),
          injector(other.injector),
          script(other.script),
          requests(other.requests),
          check_replies(other.check_replies) {}
    // The world's time; waits (latency, late commits) pass on the machine's, or a frozen world would never answer.
    Instant now(const holdfast::net::Runtime& machine) const { return clock->now(machine.now()); }

    std::shared_ptr<TestClock> clock;
    std::shared_ptr<webhooks::Dispatcher> dispatcher = {};  // nullptr once the world was replaced
    std::unique_ptr<State> kept_state;
    State& state;
    api::Api api;
    Injector injector;
    Script script;
    RaceGate race;
    RequestLog log;
    std::uint64_t requests = 0;
    bool check_replies = false;
    std::vector<std::string> reply_violations;
  };

  Parts(holdfast::net::Runtime given, Fixture start, std::uint64_t given_seed, std::optional<Instant> given_start)
      : runtime(std::move(given)),
        fixture(std::move(start)),
        seed(given_seed),
        start_frozen_at(given_start),
        dispatcher(std::make_shared<webhooks::Dispatcher>(runtime, stream(seed, webhook_stream))) {
    reset(std::nullopt);
  }

  void reset(std::optional<Instant> frozen_at) {
    const TestClock clock(frozen_at ? frozen_at : start_frozen_at);
    const bool check_replies = world != nullptr && world->check_replies;
    const std::size_t kept = world == nullptr ? 0 : world->log.capacity();
    replace_world(std::make_shared<World>(fixture, seed, clock, clock.now(runtime.now())), std::nullopt);
    world->check_replies = check_replies;
    world->log.set_capacity(kept);
  }

  // What is under way in the old world goes on there, and tells nobody.
  void replace_world(std::shared_ptr<World> begun, const std::optional<webhooks::Draws>& draws) {
    if (world != nullptr) {
      world->dispatcher = nullptr;
      // Whoever reads the journal on from a number would miss what comes after a number that went back.
      begun->requests = std::max(begun->requests, world->requests);
    }
    world = std::move(begun);
    world->dispatcher = dispatcher;
    world->state.outbox().record(dispatcher->listening());
    dispatcher->begin_world(world->clock, draws);
  }

  static constexpr std::size_t reply_violations_max = 100;
  static void note_violations(World& world, const HttpRequest& request, const api::RouteMatch& match,
                              const HttpResponse& response);
  static Task<HttpResponse> execute(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                    Injection injection);
  static Task<void> execute_late(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                 Injection injection);
  static std::optional<HttpResponse> refuse(World& world, const HttpRequest& request, const Injection& injection,
                                            Instant now);
  static std::optional<HttpResponse> disguise(World& world, const HttpResponse& clean, const Injection& injection);
  static void take_back(World& world, const Injection& injection, Fault fault);
  static Task<HttpResponse> duplicate(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                      Injection injection);
  static Task<HttpResponse> decide(holdfast::net::Runtime runtime, std::shared_ptr<World> world, HttpRequest request,
                                   Injection injection);

  struct Snapshot {
    std::shared_ptr<const World> world;
    Instant taken_at{};
    webhooks::Draws draws{};
  };

  holdfast::net::Runtime runtime;
  Fixture fixture;
  std::uint64_t seed;
  std::optional<Instant> start_frozen_at;
  std::shared_ptr<webhooks::Dispatcher> dispatcher;
  std::shared_ptr<World> world;
  std::map<std::string, Snapshot> snapshots;
};

void Twin::Parts::note_violations(World& world, const HttpRequest& request, const api::RouteMatch& match,
                                  const HttpResponse& response) {
  const bool v3 = request.headers.find("Version").value_or("") == "v3";
  for (std::string& violation : api::Api::reply_violations(match, v3, response)) {
    std::fprintf(stderr, "mock-ghl: an answer leaves GHL's contract: %s\n", violation.c_str());
    if (world.reply_violations.size() < reply_violations_max) world.reply_violations.push_back(std::move(violation));
  }
}

// The clean request, with the gap between check and commit when there is one.
Task<HttpResponse> Twin::Parts::execute(holdfast::net::Runtime runtime, std::shared_ptr<World> world,
                                        HttpRequest request, Injection injection) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const api::RouteMatch match = api::match_route(request.method, target.path);
  api::Answer answer = world->api.handle(
      request, target, match,
      {.stale = injection.stale, .strict_offset = injection.strict_offset, .patchy = injection.patchy},
      world->now(runtime));
  if (injection.alteration && !injection.again) {
    const bool altered = answer.pending && store_otherwise(world->state, *answer.pending, *injection.alteration);
    if (!altered) take_back(*world, injection, Fault::stores_other);
  }
  if (answer.pending) {
    if (injection.again) answer.pending->made.by_chaos = true;
    if (injection.commit_gap) co_await holdfast::net::sleep_for(runtime.clock, *injection.commit_gap);
    if (injection.race) {
      if (auto claim = claim_of(world->state, *answer.pending)) {
        co_await world->race.hold(runtime, std::move(*claim), *injection.race);
      }
    }
    const auto claim = world->race.empty() ? std::nullopt : claim_of(world->state, *answer.pending);
    answer.response = world->api.commit(std::move(*answer.pending), world->now(runtime));
    if (claim) world->race.committed(*claim);
  }
  if (!world->state.outbox().empty() && world->dispatcher != nullptr) {
    co_await world->dispatcher->publish_early(world->state.outbox().take());
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

// The faults whose answer comes at once, without the request being done; nothing for the others.
std::optional<HttpResponse> Twin::Parts::refuse(World& world, const HttpRequest& request, const Injection& injection,
                                                Instant now) {
  const std::optional<AnswerForm>& form = injection.rule->answer;
  HttpResponse response;
  switch (*injection.decisive) {
    case Fault::server_error:
      return forms::server_error(injection.decisive_draw);
    case Fault::cloudflare:
      return forms::cloudflare(injection.decisive_draw);
    case Fault::rate_limited:
    case Fault::daily_limit:
      response = world.api.too_many_requests(form ? form->message : "");
      if (form) forms::give_body(response, *form);
      break;
    case Fault::answer:
      if (form->after_commit || !form->instead_of.empty()) return std::nullopt;
      response = forms::made_answer(*form, world.api.draw_trace_id());
      break;
    case Fault::error_in_2xx:
      response = forms::error_in_2xx(injection.decisive_draw, world.api.draw_trace_id());
      break;
    case Fault::token_expired:
      response = api::gateway_refuse(401, "Invalid JWT", "", world.api.draw_trace_id()).response;
      break;
    default:
      return std::nullopt;
  }
  world.api.add_rate_headers(response, request, now);
  if (injection.decisive == Fault::daily_limit) response.headers.set("X-RateLimit-Daily-Remaining", "0");
  return response;
}

// The answer that a client sees instead of the clean one to a request that was executed; nothing when the fault does
// not bend such an answer: a refusal hides nothing that was done.
std::optional<HttpResponse> Twin::Parts::disguise(World& world, const HttpResponse& clean, const Injection& injection) {
  const bool refused = clean.status >= 400 && clean.status <= 499;
  const bool done = clean.status >= 200 && clean.status <= 299;
  switch (*injection.decisive) {
    case Fault::unreadable_after_commit:
      if (!done) return std::nullopt;
      return forms::unreadable(clean, injection.decisive_draw);
    case Fault::lost_after_commit:
      return forms::lost_answer(injection.decisive_draw);
    case Fault::internal_error:
      if (!refused) return std::nullopt;
      return forms::internal_error();
    case Fault::wrong_id_after_commit:
      if (!done) return std::nullopt;
      return forms::wrong_id(clean, another_appointment(world.state, clean), injection.decisive_draw);
    case Fault::refused_after_commit:
      if (!done) return std::nullopt;
      note_denied(world.state, clean);
      return api::invalid({"Unprocessable Entity"}, world.api.draw_trace_id()).response;
    case Fault::answer: {
      const AnswerForm& form = *injection.rule->answer;
      if (!forms::replaces(form, clean)) return std::nullopt;
      if (done && form.status >= 400) note_denied(world.state, clean);
      return forms::made_answer(form, world.api.draw_trace_id());
    }
    default:
      return clean;  // hang: the true answer, far too late
  }
}

// A fault that found nothing to bend did not happen.
void Twin::Parts::take_back(World& world, const Injection& injection, Fault fault) {
  world.injector.take_back(injection, fault);
  world.log.withdraw(injection.request_number, std::uint64_t{1} << static_cast<unsigned>(fault));
}

// The request comes twice, as from a proxy that tries again: each time it is executed, and one of the answers is seen.
Task<HttpResponse> Twin::Parts::duplicate(holdfast::net::Runtime runtime, std::shared_ptr<World> world,
                                          HttpRequest request, Injection injection) {
  const Sees sees = injection.rule->sees;
  const bool second = sees == Sees::second || (sees == Sees::drawn && injection.decisive_draw % 2 == 1);
  HttpResponse first = co_await execute(runtime, world, request, injection);
  injection.again = true;
  if (!second) {
    holdfast::net::spawn(runtime.executor, execute_late(runtime, world, std::move(request), injection));
    co_return first;
  }
  co_await holdfast::net::sleep_for(runtime.clock, injection.decisive_delay);
  HttpResponse seen = co_await execute(runtime, world, std::move(request), injection);
  if (first.status < 300 && seen.status >= 400) note_denied(world->state, first);
  co_return seen;
}

// Plays the decisive fault around the clean request.
Task<HttpResponse> Twin::Parts::decide(holdfast::net::Runtime runtime, std::shared_ptr<World> world,
                                       HttpRequest request, Injection injection) {
  if (auto refusal = refuse(*world, request, injection, world->now(runtime))) co_return std::move(*refusal);
  const Fault fault = *injection.decisive;
  if (fault == Fault::lost_before_commit || fault == Fault::never_answer) {
    const bool unsaid = fault == Fault::never_answer && injection.decisive_delay <= Duration{0};
    co_await holdfast::net::sleep_for(runtime.clock, unsaid ? unanswered_default : injection.decisive_delay);
    co_return HttpResponse::abandon();
  }
  if (fault == Fault::late_commit) {
    holdfast::net::spawn(runtime.executor, execute_late(runtime, world, std::move(request), injection));
    co_return injection.decisive_draw % 2 == 0 ? forms::gateway_timeout() : HttpResponse::abandon();
  }
  if (fault == Fault::duplicate_delivery) {
    co_return co_await duplicate(runtime, world, std::move(request), std::move(injection));
  }
  HttpResponse response = co_await execute(runtime, world, std::move(request), injection);
  if (fault == Fault::lost_after_commit || fault == Fault::hang) {
    co_await holdfast::net::sleep_for(runtime.clock, injection.decisive_delay);
  }
  if (auto seen = disguise(*world, response, injection)) co_return std::move(*seen);
  take_back(*world, injection, fault);
  co_return response;
}

Twin::Twin(holdfast::net::Runtime runtime, Fixture fixture, std::uint64_t seed, std::optional<Instant> frozen_at)
    : parts_(std::make_unique<Parts>(std::move(runtime), std::move(fixture), seed, frozen_at)) {}
Twin::~Twin() = default;

Task<HttpResponse> Twin::handle(HttpRequest request) {
  // Locals only from here on: a reset may replace the parts while this request waits.
  const holdfast::net::Runtime runtime = parts_->runtime;
  const std::shared_ptr<Parts::World> world = parts_->world;
  const std::uint64_t number = ++world->requests;
  const bool chaos = !world->injector.plan().rules.empty();
  const bool script = !world->script.empty();
  const bool record = world->log.recording();
  if (!chaos && !script && !record) {
    co_return co_await Parts::execute(runtime, world, std::move(request), Injection{});
  }
  const std::string_view operation = operation_of(request);
  Caller caller;
  if (record || world->injector.needs_caller()) caller = caller_of(world->state, request, world->now(runtime));
  Injection injection;
  if (chaos) {
    const Subject subject{operation, caller.token, caller.location_id, &request.headers};
    injection = world->injector.draw(subject, number, world->now(runtime));
  }
  const Instant came = runtime.now();
  if (record) {
    world->log.begin(number, world->now(runtime), request, operation, {caller.token, caller.location_id},
                     injection.fired);
  }
  if (injection.latency > Duration{0}) co_await holdfast::net::sleep_for(runtime.clock, injection.latency);
  HttpRequest trigger;
  if (script) {
    trigger = request;
    if (parts_->world == world) play_script(operation, false, number, trigger);
  }
  const bool decided = injection.decisive.has_value();
  // GHL sends the rate-limit headers whatever happened (facts/ghl.md 3), so they outlive the request.
  const HttpRequest asked{
      .method = {}, .target = {}, .headers = decided ? request.headers : holdfast::net::HttpHeaders{}};
  HttpResponse response = decided ? co_await Parts::decide(runtime, world, std::move(request), injection)
                                  : co_await Parts::execute(runtime, world, std::move(request), injection);
  if (decided && !response.abandoned && !response.headers.find("X-RateLimit-Max")) {
    world->api.add_rate_headers(response, asked, world->now(runtime));
  }
  if (chaos && !forms::bend(response, injection) && injection.error_shape) {
    Parts::take_back(*world, injection, Fault::error_shape);
  }
  // A reset may have begun another world meanwhile; its people have nothing to do with this call.
  if (script && parts_->world == world) play_script(operation, true, number, trigger);
  if (chaos && !response.abandoned) world->injector.note_answer(operation, response.status);
  if (record) world->log.end(number, response, runtime.now() - came);
  co_return response;
}

void Twin::play_script(std::string_view operation, bool after, std::uint64_t request_number,
                       const HttpRequest& request) {
  for (const ScriptStep& step : parts_->world->script.due(operation, after)) {
    parts_->world->log.note_deed(request_number, perform(*this, step, request));
  }
}

void Twin::set_chaos(ChaosPlan plan) {
  parts_->world->script.set_steps(plan.script);
  parts_->world->injector.set_plan(std::move(plan), now());
}
const ChaosPlan& Twin::chaos() const {
  return parts_->world->injector.plan();
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
api::RateLimiter& Twin::rate_limiter() {
  return parts_->world->api.rate_limiter();
}
const std::vector<JournalEntry>& Twin::journal() const {
  return parts_->world->injector.journal();
}
std::uint64_t Twin::fault_count_of(Fault fault) const {
  return parts_->world->injector.count(fault);
}
void Twin::record_requests(std::size_t requests_max) {
  parts_->world->log.set_capacity(requests_max);
}
const RequestLog& Twin::request_log() const {
  return parts_->world->log;
}
void Twin::clear_journal() {
  parts_->world->log.clear();
  parts_->world->injector.clear_journal();
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
  parts_->snapshots[name] = {.world = std::make_shared<const Parts::World>(*parts_->world, *parts_->world->clock),
                             .taken_at = now(),
                             .draws = parts_->dispatcher->draws()};
  return {};
}
holdfast::Result<void> Twin::restore_snapshot(const std::string& name) {
  const auto it = parts_->snapshots.find(name);
  if (it == parts_->snapshots.end()) return holdfast::fail(ErrorKind::not_found, "there is no snapshot of this name");
  const Parts::World& kept = *it->second.world;
  const TestClock clock = kept.clock->taken_up(it->second.taken_at, parts_->runtime.now());
  const std::size_t recorded = parts_->world->log.capacity();
  parts_->replace_world(std::make_shared<Parts::World>(kept, clock), it->second.draws);
  parts_->world->log.set_capacity(recorded);
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
  return parts_->world->clock->frozen();
}
void Twin::freeze() {
  parts_->world->clock->freeze(parts_->runtime.now());
  parts_->dispatcher->kick();
}
void Twin::run() {
  parts_->world->clock->run(parts_->runtime.now());
  parts_->dispatcher->kick();
}
holdfast::Result<void> Twin::advance(Duration distance) {
  auto moved = parts_->world->clock->advance(distance, parts_->runtime.now());
  parts_->dispatcher->kick();
  return moved;
}

holdfast::Result<std::string> Twin::add_webhook(const webhooks::SubscriptionOptions& options) {
  auto added = parts_->dispatcher->add(options);
  state().outbox().record(parts_->dispatcher->listening());
  return added;
}
holdfast::Result<void> Twin::remove_webhook(std::string_view id) {
  auto removed = parts_->dispatcher->remove(id);
  state().outbox().record(parts_->dispatcher->listening());
  return removed;
}
webhooks::Dispatcher& Twin::webhook_dispatcher() {
  return *parts_->dispatcher;
}
void Twin::publish_webhooks() {
  if (!state().outbox().empty()) parts_->dispatcher->publish(state().outbox().take());
}

holdfast::Result<std::string> Twin::committed(holdfast::Result<const Appointment*> done) {
  publish_webhooks();
  if (!done) return holdfast::fail(done.error());
  const Appointment& appointment = **done;
  parts_->world->race.committed({appointment.interval, appointment.calendar_id, appointment.assigned_user_id});
  return appointment.id;
}

holdfast::Result<std::string> Twin::book_as_person(const std::string& calendar_id, Instant start,
                                                   const std::string& contact_name) {
  return committed(person::book(state(), calendar_id, start, contact_name, now()));
}

holdfast::Result<void> Twin::cancel_as_person(const std::string& appointment_id) {
  auto done = person::cancel(state(), appointment_id, now());
  publish_webhooks();
  return done;
}

holdfast::Result<void> Twin::move_as_person(const std::string& appointment_id, Instant start) {
  return without_id(committed(person::move(state(), appointment_id, start, now())));
}

holdfast::Result<void> Twin::restore_as_person(const std::string& appointment_id) {
  return without_id(committed(person::restore(state(), appointment_id, now())));
}

holdfast::Result<void> Twin::delete_as_person(const std::string& appointment_id) {
  auto done = person::remove(state(), appointment_id, now());
  publish_webhooks();
  return done;
}

holdfast::Result<std::string> Twin::copy_as_person(const std::string& appointment_id, Instant start) {
  return committed(person::copy(state(), appointment_id, start, now()));
}

holdfast::Result<void> Twin::edit_as_person(const std::string& appointment_id, const std::string& title,
                                            const std::string& description) {
  auto done = person::edit(state(), appointment_id, title, description, now());
  publish_webhooks();
  return done;
}

holdfast::Result<void> Twin::reassign_as_person(const std::string& appointment_id, const std::string& user_id) {
  auto done = person::reassign(state(), appointment_id, user_id, now());
  publish_webhooks();
  return done;
}

holdfast::Result<void> Twin::merge_as_person(const std::string& kept, const std::string& other) {
  auto done = person::merge(state(), kept, other, now());
  publish_webhooks();
  return done;
}

holdfast::Result<void> Twin::edit_calendar_as_person(const std::string& calendar_id, std::string_view change) {
  return person::edit_calendar(state(), calendar_id, change);
}

}  // namespace mock_ghl
