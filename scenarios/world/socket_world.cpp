#include "scenarios/world/socket_world.hpp"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <functional>
#include <map>
#include <memory>
#include <optional>

#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "scenarios/world/daemon_over_sockets.hpp"
#include "scenarios/world/record.hpp"
#include "scenarios/world/twin_front.hpp"

namespace scenarios {

using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::milliseconds;
using holdfast::Result;
namespace net = holdfast::net;

namespace {

constexpr std::int64_t rest_check_ms = 50;
constexpr std::int64_t drain_ms = 5'000;

struct Address {
  std::string host;
  std::uint16_t port = 0;
};

Result<Address> parse_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  Address address;
  if (colon != std::string::npos) {
    const char* end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + colon + 1, end, address.port);
    if (read.ec == std::errc() && read.ptr == end && colon > 0) {
      address.host = text.substr(0, colon);
      return address;
    }
  }
  return holdfast::fail(ErrorKind::invalid_input, "the twin's address must be HOST:PORT, such as 127.0.0.1:8089");
}

// The wall over the run: the machine's, or one that shows `start` when the run begins.
net::RealClock::WallSource wall_for(const RunPlan& plan) {
  using Wall = std::chrono::system_clock;
  if (!plan.sets_clock) return Wall::now;
  const auto ahead = plan.start - std::chrono::time_point_cast<holdfast::Duration>(Wall::now());
  return [ahead] { return Wall::now() + ahead; };
}

// The whole run. It is destroyed only when nothing is under way any more.
class SocketWorld {
 public:
  SocketWorld(const RunPlan& plan, const SocketOptions& options) : plan_(plan), options_(options) {}

  Result<void> assemble();
  // Runs the loop until the run is over; true when nothing was left under way.
  bool run();
  RunRecord take() { return std::move(result_); }
  // Why the run could not begin.
  const std::optional<holdfast::Error>& failure() const { return failure_; }

 private:
  Result<void> choose_backend();
  Result<void> reach_backend(const std::string& origin_text);
  net::Task<void> live();
  net::Task<Result<void>> start_daemon();
  void place_deeds();
  void do_to_daemon(const Trigger& trigger, std::function<void()> deed);
  net::Task<void> place(std::size_t index);
  net::Task<void> come_to_rest();
  net::Task<std::vector<std::string>> unsettled();
  net::Task<void> record();
  net::Task<bool> shut_down();

  const RunPlan plan_;
  const SocketOptions options_;
  net::asio::io_context io_{1};
  net::RealClock clock_{io_.get_executor(), wall_for(plan_)};
  net::SystemEntropy entropy_;
  net::Runtime runtime_{io_.get_executor(), clock_, entropy_};
  RunRecord result_;
  mock_ghl::Twin twin_{runtime_, plan_.fixture, plan_.seed};
  TwinFront front_{runtime_, twin_, result_.probes};
  std::unique_ptr<net::BeastServer> ghl_;
  std::unique_ptr<SocketDaemon> daemon_;  // nullptr: somebody else's backend
  std::string path_ = tenant_target();
  std::unique_ptr<net::BeastClient> backend_;
  std::vector<std::optional<vapi_sim::CallRecord>> calls_;
  std::map<std::string, vapi_sim::CallerMemory> memories_;  // by matter
  std::size_t ended_ = 0;
  std::unique_ptr<net::Timer> call_ended_ = clock_.make_timer();
  bool clean_ = false;
  std::optional<holdfast::Error> failure_;
};

Result<void> SocketWorld::assemble() {
  const auto listen = parse_listen(options_.mock_listen);
  if (!listen) return holdfast::fail(listen.error());
  auto ghl = net::BeastServer::listen(runtime_, {.host = listen->host, .port = listen->port},
                                      [this](net::HttpRequest request) { return front_.handle(std::move(request)); });
  if (!ghl) return holdfast::fail(ghl.error());
  ghl_ = std::move(*ghl);
  if (options_.announce) options_.announce(ghl_->origin());
  return choose_backend();
}

Result<void> SocketWorld::choose_backend() {
  if (options_.target == "builtin") {
    auto daemon = needs_process(plan_) ? daemon_as_process(runtime_, plan_, ghl_->origin())
                                       : daemon_in_this_process(runtime_, plan_, ghl_->origin(), result_.probes);
    if (!daemon) return holdfast::fail(daemon.error());
    daemon_ = std::move(*daemon);
    return {};
  }
  if (needs_builtin(plan_)) {
    return holdfast::fail(ErrorKind::invalid_input, "this plan does things to the machine of our own daemon");
  }
  const auto scheme = options_.target.find("://");
  const auto slash = scheme == std::string::npos ? scheme : options_.target.find('/', scheme + 3);
  path_ = slash == std::string::npos ? "/" : options_.target.substr(slash);
  return reach_backend(options_.target.substr(0, slash));
}

Result<void> SocketWorld::reach_backend(const std::string& origin_text) {
  const auto origin = net::parse_origin(origin_text);
  if (!origin) return holdfast::fail(origin.error());
  auto backend = net::BeastClient::create(runtime_, *origin, {.user_agent = "holdfast-run"});
  if (!backend) return holdfast::fail(backend.error());
  backend_ = std::move(*backend);
  return {};
}

bool SocketWorld::run() {
  net::spawn(io_.get_executor(), live());
  io_.run();
  return clean_;
}

net::Task<void> SocketWorld::live() {
  const auto started = daemon_ ? co_await start_daemon() : Result<void>{};
  if (!started) {
    failure_ = started.error();
    io_.stop();
    co_return;
  }
  result_.history.began_at = clock_.now();
  twin_.set_chaos(plan_.chaos);
  place_deeds();
  calls_.resize(plan_.callers.size());
  for (std::size_t index = 0; index < calls_.size(); ++index) net::spawn(io_.get_executor(), place(index));
  while (ended_ < calls_.size()) co_await call_ended_->wait_until(Instant::max());

  result_.history.calm_at = clock_.now();
  twin_.set_chaos({});
  front_.stop();
  if (daemon_) daemon_->calm();
  co_await come_to_rest();
  co_await record();
  clean_ = co_await shut_down();
  io_.stop();
}

net::Task<Result<void>> SocketWorld::start_daemon() {
  auto started = co_await daemon_->start();
  if (started) started = reach_backend(daemon_->origin());
  co_return started;
}

void SocketWorld::place_deeds() {
  for (const auto& deed : plan_.persons) front_.add(deed);
  for (const auto& crash : plan_.crashes) {
    do_to_daemon(crash.trigger, [this, down_ms = crash.down_ms] { daemon_->crash(down_ms); });
  }
  for (const auto& stall : plan_.stalls) {
    do_to_daemon(stall.trigger, [this, for_ms = stall.for_ms] { daemon_->stall(for_ms); });
  }
  for (const auto& step : plan_.wall_steps) {
    do_to_daemon(step.trigger, [this, step_ms = step.step_ms] { daemon_->step_wall(step_ms); });
  }
}

void SocketWorld::do_to_daemon(const Trigger& trigger, std::function<void()> deed) {
  front_.add(Deed{trigger, [deed = std::move(deed)](const net::HttpRequest&) { deed(); }});
}

net::Task<void> SocketWorld::place(std::size_t index) {
  const CallerPlan& caller = plan_.callers[index];
  co_await net::sleep_for(clock_, milliseconds(caller.start_ms));
  vapi_sim::CallPlan call = caller.call;
  call.target = path_;
  if (!daemon_) call.secret = options_.secret;
  vapi_sim::CallerMemory& memory = memories_[vapi_sim::matter_of(call)];
  calls_[index] = co_await vapi_sim::place_call(runtime_, *backend_, std::move(call), &memory);
  ++ended_;
  call_ended_->wake();
}

net::Task<void> SocketWorld::come_to_rest() {
  if (!daemon_) {
    co_await net::sleep_for(clock_, milliseconds(plan_.limits.late_arrival_window_ms));
    co_return;
  }
  const Instant end = clock_.now() + milliseconds(plan_.calm_ms);
  while (clock_.now() < end) {
    const auto pending = co_await unsettled();
    if (pending.empty()) break;
    co_await net::sleep_for(clock_, milliseconds(rest_check_ms));
  }
}

net::Task<std::vector<std::string>> SocketWorld::unsettled() {
  std::vector<std::string> pending;
  auto content = co_await daemon_->ledger();
  if (!content) {
    pending.push_back("the ledger cannot be read: " + content.error().message);
    co_return pending;
  }
  for (const auto& intent : content->intents) {
    if (intent.needs_work()) {
      pending.push_back("intent " + intent.id + " is " + std::string(to_string(intent.state)));
    }
  }
  for (const auto& job : content->jobs) {
    if (!job.dead) pending.push_back("job " + job.id + " is not done");
  }
  co_return pending;
}

net::Task<void> SocketWorld::record() {
  History& history = result_.history;
  if (daemon_) {
    const auto pending = co_await unsettled();
    history.unsettled.insert(history.unsettled.end(), pending.begin(), pending.end());
    history.has_ledger = true;
    if (auto content = co_await daemon_->ledger()) {
      history.intents = std::move(content->intents);
      history.holds = std::move(content->holds);
      history.jobs = std::move(content->jobs);
      history.reviews = std::move(content->reviews);
    }
    daemon_->record(history);
  }
  history.ended_at = clock_.now();
  record_twin(plan_, twin_.state(), history);
  for (auto& call : calls_) history.calls.push_back(std::move(*call));
  count_probes(history, twin_, result_.probes);
  result_.persons = front_.journal();
  result_.simulated_ms = (history.ended_at - history.began_at).count();
}

// True when every task has ended, so that what they refer to may go.
net::Task<bool> SocketWorld::shut_down() {
  const Instant deadline = clock_.now() + milliseconds(drain_ms);
  backend_->close_idle();
  const bool drained = !daemon_ || co_await daemon_->stop(deadline);
  const bool ghl_drained = co_await ghl_->drain(deadline);
  co_return drained&& ghl_drained;
}

}  // namespace

Result<RunRecord> play_over_sockets(const RunPlan& plan, const SocketOptions& options) {
  auto world = std::make_unique<SocketWorld>(plan, options);
  const auto assembled = world->assemble();
  if (!assembled) return holdfast::fail(assembled.error());
  const bool clean = world->run();
  if (const auto failure = world->failure()) {
    static_cast<void>(world.release());
    return holdfast::fail(*failure);
  }
  RunRecord record = world->take();
  // What did not end is suspended in frames that refer to this world: it is left as it stands, like a killed process.
  if (!clean) static_cast<void>(world.release());
  return record;
}

}  // namespace scenarios
