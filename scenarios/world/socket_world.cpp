#include "scenarios/world/socket_world.hpp"

#include <stdlib.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>

#include "core/daemon/application.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "core/net/task_group.hpp"
#include "scenarios/world/ledger_probe.hpp"
#include "scenarios/world/record.hpp"
#include "scenarios/world/twin_front.hpp"

namespace scenarios {

using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::milliseconds;
using holdfast::Result;
namespace net = holdfast::net;
namespace ledger = holdfast::ledger;

namespace {

constexpr std::int64_t rest_check_ms = 50;
constexpr std::int64_t drain_ms = 5'000;
constexpr std::size_t all = 1'000'000;

// A folder that goes when it is no longer needed.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

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

// Our daemon in this process, served over a port of its own.
struct BuiltinDaemon {
  static Result<std::unique_ptr<BuiltinDaemon>> open(net::Runtime runtime, const RunPlan& plan, const std::string& ghl,
                                                     Probes& probes);

  TemporaryFolder folder;
  std::unique_ptr<net::BeastClient> ghl_client;
  std::unique_ptr<ledger::Ledger> store;
  std::optional<LedgerProbe> probe;
  std::optional<holdfast::daemon::Application> application;
  std::unique_ptr<net::BeastServer> server;
};

Result<std::unique_ptr<BuiltinDaemon>> BuiltinDaemon::open(net::Runtime runtime, const RunPlan& plan,
                                                           const std::string& ghl, Probes& probes) {
  auto daemon = std::make_unique<BuiltinDaemon>();
  const auto origin = net::parse_origin(ghl);
  if (!origin) return holdfast::fail(origin.error());
  auto client = net::BeastClient::create(runtime, *origin, {});
  if (!client) return holdfast::fail(client.error());
  daemon->ghl_client = std::move(*client);
  auto store = ledger::SqliteLedger::open(daemon->folder.file("ledger.db"), runtime);
  if (!store) return holdfast::fail(store.error());
  daemon->store = std::move(*store);
  daemon->probe.emplace(*daemon->store, runtime.clock, nullptr, probes);
  daemon->application.emplace(runtime, accounts_of(plan), *daemon->probe, *daemon->ghl_client);
  auto server = net::BeastServer::listen(runtime, {}, [application = &*daemon->application](net::HttpRequest request) {
    return application->handle(std::move(request));
  });
  if (!server) return holdfast::fail(server.error());
  daemon->server = std::move(*server);
  return daemon;
}

// The whole run. It is destroyed only when nothing is under way any more.
class SocketWorld {
 public:
  SocketWorld(const RunPlan& plan, const SocketOptions& options) : plan_(plan), options_(options) {}

  Result<void> assemble();
  // Runs the loop until the run is over; true when nothing was left under way.
  bool run();
  RunRecord take() { return std::move(result_); }

 private:
  net::Task<void> live();
  net::Task<void> place(std::size_t index);
  net::Task<void> come_to_rest();
  net::Task<std::vector<std::string>> unsettled();
  net::Task<void> record();
  net::Task<bool> shut_down();

  const RunPlan plan_;
  const SocketOptions options_;
  net::asio::io_context io_{1};
  net::RealClock clock_{io_.get_executor()};
  net::SystemEntropy entropy_;
  net::Runtime runtime_{io_.get_executor(), clock_, entropy_};
  RunRecord result_;
  mock_ghl::Twin twin_{runtime_, plan_.fixture, plan_.seed};
  TwinFront front_{runtime_, twin_, result_.probes};
  std::unique_ptr<net::BeastServer> ghl_;
  std::unique_ptr<BuiltinDaemon> daemon_;  // nullptr: somebody else's backend
  std::string path_ = tenant_target();
  std::unique_ptr<net::BeastClient> backend_;
  std::vector<std::optional<vapi_sim::CallRecord>> calls_;
  std::map<std::string, vapi_sim::CallerMemory> memories_;  // by matter
  std::size_t ended_ = 0;
  std::unique_ptr<net::Timer> call_ended_ = clock_.make_timer();
  bool clean_ = false;
};

Result<void> SocketWorld::assemble() {
  if (!plan_.crashes.empty()) {
    return holdfast::fail(ErrorKind::invalid_input, "this plan kills the daemon; only the virtual world can do that");
  }
  const auto listen = parse_listen(options_.mock_listen);
  if (!listen) return holdfast::fail(listen.error());
  auto ghl = net::BeastServer::listen(runtime_, {.host = listen->host, .port = listen->port},
                                      [this](net::HttpRequest request) { return front_.handle(std::move(request)); });
  if (!ghl) return holdfast::fail(ghl.error());
  ghl_ = std::move(*ghl);
  if (options_.announce) options_.announce(ghl_->origin());

  std::string origin_text;
  if (options_.target == "builtin") {
    auto daemon = BuiltinDaemon::open(runtime_, plan_, ghl_->origin(), result_.probes);
    if (!daemon) return holdfast::fail(daemon.error());
    daemon_ = std::move(*daemon);
    origin_text = daemon_->server->origin();
  } else {
    const auto scheme = options_.target.find("://");
    const auto slash = scheme == std::string::npos ? scheme : options_.target.find('/', scheme + 3);
    origin_text = options_.target.substr(0, slash);
    path_ = slash == std::string::npos ? "/" : options_.target.substr(slash);
  }
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
  result_.history.began_at = clock_.now();
  if (daemon_) {
    const auto started = co_await daemon_->application->start();
    if (!started) result_.history.unsettled.push_back("the daemon could not start: " + started.error().message);
  }
  twin_.set_chaos(plan_.chaos);
  for (const auto& deed : plan_.persons) front_.add(deed);
  calls_.resize(plan_.callers.size());
  for (std::size_t index = 0; index < calls_.size(); ++index) net::spawn(io_.get_executor(), place(index));
  while (ended_ < calls_.size()) co_await call_ended_->wait_until(Instant::max());

  result_.history.calm_at = clock_.now();
  twin_.set_chaos({});
  front_.stop();
  co_await come_to_rest();
  co_await record();
  clean_ = co_await shut_down();
  io_.stop();
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
  const auto intents = co_await daemon_->store->all_intents(all);
  const auto jobs = co_await daemon_->store->pending_jobs(all);
  if (!intents || !jobs) {
    pending.emplace_back("the ledger cannot be read");
    co_return pending;
  }
  for (const auto& intent : *intents) {
    if (intent.needs_work()) {
      pending.push_back("intent " + intent.id + " is " + std::string(to_string(intent.state)));
    }
  }
  for (const auto& job : *jobs) {
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
    if (auto intents = co_await daemon_->store->all_intents(all)) history.intents = std::move(*intents);
    if (auto holds = co_await daemon_->store->live_holds(clock_.now())) history.holds = std::move(*holds);
    if (auto jobs = co_await daemon_->store->pending_jobs(all)) history.jobs = std::move(*jobs);
    if (auto reviews = co_await daemon_->store->reviews(false, all)) history.reviews = std::move(*reviews);
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
  bool drained = true;
  backend_->close_idle();
  if (daemon_) {
    daemon_->application->stop();
    const bool served = co_await daemon_->server->drain(deadline);
    const bool idle = co_await daemon_->application->drain(deadline);
    daemon_->ghl_client->close_idle();
    drained = served && idle;
  }
  const bool ghl_drained = co_await ghl_->drain(deadline);
  co_return drained&& ghl_drained;
}

}  // namespace

Result<RunRecord> play_over_sockets(const RunPlan& plan, const SocketOptions& options) {
  auto world = std::make_unique<SocketWorld>(plan, options);
  const auto assembled = world->assemble();
  if (!assembled) return holdfast::fail(assembled.error());
  const bool clean = world->run();
  RunRecord record = world->take();
  // What did not end is suspended in frames that refer to this world: it is left as it stands, like a killed process.
  if (!clean) static_cast<void>(world.release());
  return record;
}

}  // namespace scenarios
