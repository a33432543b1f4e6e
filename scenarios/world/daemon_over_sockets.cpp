#include "scenarios/world/daemon_over_sockets.hpp"

#include <stdlib.h>

#include <atomic>
#include <exception>
#include <filesystem>
#include <fstream>
#include <optional>
#include <utility>

#include "core/base/assert.hpp"
#include "core/daemon/application.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/task_group.hpp"
#include "scenarios/world/child_process.hpp"
#include "scenarios/world/daemon_config.hpp"
#include "scenarios/world/ledger_probe.hpp"

namespace scenarios {

using holdfast::ErrorKind;
using holdfast::Instant;
using holdfast::milliseconds;
using holdfast::Result;
namespace fs = std::filesystem;
namespace net = holdfast::net;
namespace ledger = holdfast::ledger;

namespace {

constexpr std::size_t all = 1'000'000;
// A sanitized program on a busy machine is slow to start.
constexpr std::int64_t start_limit_ms = 60'000;
constexpr std::int64_t start_check_ms = 20;

// A folder that goes when it is no longer needed.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (fs::temp_directory_path() / "holdfast-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

net::Task<Result<LedgerContent>> content_of(ledger::Ledger& store, Instant now) {
  auto intents = co_await store.all_intents(all);
  auto holds = co_await store.live_holds(now);
  auto jobs = co_await store.pending_jobs(all);
  auto reviews = co_await store.reviews(false, all);
  if (!intents) co_return holdfast::fail(intents.error());
  if (!holds) co_return holdfast::fail(holds.error());
  if (!jobs) co_return holdfast::fail(jobs.error());
  if (!reviews) co_return holdfast::fail(reviews.error());
  co_return LedgerContent{std::move(*intents), std::move(*holds), std::move(*jobs), std::move(*reviews)};
}

// How far a wall clock is from the world's. Read by the ledger's thread too.
using WallOffset = std::shared_ptr<std::atomic<std::int64_t>>;

class DaemonHere final : public SocketDaemon {
 public:
  DaemonHere(const net::Runtime& world, const RunPlan& plan)
      : plan_(plan), clock_(world.executor, wall_of(world)), runtime_{world.executor, clock_, world.entropy} {}

  Result<void> open(const std::string& ghl, Probes& probes) {
    const auto origin = net::parse_origin(ghl);
    if (!origin) return holdfast::fail(origin.error());
    auto client = net::BeastClient::create(runtime_, *origin, {});
    if (!client) return holdfast::fail(client.error());
    ghl_client_ = std::move(*client);
    auto store = ledger::SqliteLedger::open(folder_.file("ledger.db"), runtime_);
    if (!store) return holdfast::fail(store.error());
    store_ = std::move(*store);
    probe_.emplace(*store_, runtime_.clock, nullptr, probes);
    application_.emplace(runtime_, accounts_of(plan_), *probe_, *ghl_client_);
    auto server = net::BeastServer::listen(
        runtime_, {}, [this](net::HttpRequest request) { return application_->handle(std::move(request)); });
    if (!server) return holdfast::fail(server.error());
    server_ = std::move(*server);
    return {};
  }

  std::string origin() const override { return server_->origin(); }
  net::Task<Result<void>> start() override { return application_->start(); }
  net::Task<Result<LedgerContent>> ledger() override { return content_of(*store_, runtime_.now()); }

  net::Task<bool> stop(Instant deadline) override {
    application_->stop();
    const bool served = co_await server_->drain(deadline);
    const bool idle = co_await application_->drain(deadline);
    ghl_client_->close_idle();
    co_return served&& idle;
  }

  void step_wall(std::int64_t step_ms) override {
    offset_->fetch_add(step_ms);
    wall_was_set_ = true;
  }
  void calm() override { offset_->store(0); }
  void record(History& history) const override { history.wall_was_set = wall_was_set_; }

 private:
  // The world's wall and what this machine's is off.
  net::RealClock::WallSource wall_of(const net::Runtime& world) const {
    return [offset = offset_, &clock = world.clock]() -> std::chrono::sys_time<std::chrono::nanoseconds> {
      return clock.wall_now() + milliseconds(offset->load());
    };
  }

  const RunPlan& plan_;
  WallOffset offset_ = std::make_shared<std::atomic<std::int64_t>>(0);
  net::RealClock clock_;
  net::Runtime runtime_;
  bool wall_was_set_ = false;
  TemporaryFolder folder_;
  std::unique_ptr<net::BeastClient> ghl_client_;
  std::unique_ptr<ledger::Ledger> store_;
  std::optional<LedgerProbe> probe_;
  std::optional<holdfast::daemon::Application> application_;
  std::unique_ptr<net::BeastServer> server_;
};

class DaemonThere final : public SocketDaemon {
 public:
  DaemonThere(net::Runtime runtime, const RunPlan& plan, fs::path program)
      : runtime_(runtime), plan_(plan), program_(std::move(program)) {}

  void open(const std::string& ghl) { place_ = {ghl, folder_.file("ledger.db"), "127.0.0.1:0"}; }
  std::string origin() const override { return origin_; }

  // GHL is served by this loop, so it goes on while the program starts.
  net::Task<Result<void>> start() override {
    std::ofstream(folder_.file("holdfast.toml")) << daemon_config(plan_, place_);
    try {
      child_ = std::make_unique<ChildProcess>(ChildSpec{.program = program_,
                                                        .arguments = {"--config", folder_.file("holdfast.toml")},
                                                        .environment = secrets_of(plan_),
                                                        .error_file = folder_.file("errors")});
    } catch (const std::exception& error) {
      co_return holdfast::fail(ErrorKind::configuration, error.what());
    }
    const Instant limit = runtime_.now() + milliseconds(start_limit_ms);
    while (child_->running() && runtime_.now() < limit) {
      if (const auto origin = child_->wait_until_listening(1)) {
        origin_ = *origin;
        place_.listen = origin_.substr(origin_.find("://") + 3);
        co_return Result<void>{};
      }
      co_await net::sleep_for(runtime_.clock, milliseconds(start_check_ms));
    }
    co_return holdfast::fail(ErrorKind::configuration, "holdfastd does not start: " + child_->errors());
  }

  // The file belongs to the running program alone, so a copy is read: what a daemon that is killed now would find.
  net::Task<Result<LedgerContent>> ledger() override {
    const TemporaryFolder copy;
    std::error_code failed;
    for (const char* name : {"ledger.db", "ledger.db-wal"}) {
      if (fs::exists(folder_.file(name))) fs::copy_file(folder_.file(name), copy.file(name), failed);
    }
    if (failed) co_return holdfast::fail(ErrorKind::storage, "the ledger cannot be copied: " + failed.message());
    auto store = ledger::SqliteLedger::open(copy.file("ledger.db"), runtime_);
    if (!store) co_return holdfast::fail(store.error());
    co_return co_await content_of(**store, runtime_.now());
  }

  net::Task<bool> stop(Instant deadline) override {
    const bool idle = co_await tasks_.drain(deadline);  // it may be about to come back
    child_->ask_to_stop();
    while (child_->running() && runtime_.now() < deadline) {
      co_await net::sleep_for(runtime_.clock, milliseconds(start_check_ms));
    }
    co_return idle && !child_->running();
  }

  void crash(std::int64_t down_ms) override {
    if (!child_->running()) return;  // dead already
    child_->kill9();
    crashes_.push_back({runtime_.now(), std::nullopt});
    tasks_.spawn(come_back(down_ms));
  }
  void stall(std::int64_t for_ms) override {
    child_->pause();
    tasks_.spawn(go_on_later(for_ms));
  }
  void record(History& history) const override {
    history.crashes = crashes_;
    if (!failure_.empty()) history.unsettled.push_back(failure_);
  }

 private:
  net::Task<void> come_back(std::int64_t down_ms) {
    co_await net::sleep_for(runtime_.clock, milliseconds(down_ms));
    const auto started = co_await start();
    if (!started) failure_ = started.error().message;
    crashes_.back().back_at = runtime_.now();
  }
  net::Task<void> go_on_later(std::int64_t for_ms) {
    co_await net::sleep_for(runtime_.clock, milliseconds(for_ms));
    child_->go_on();
  }

  net::Runtime runtime_;
  const RunPlan& plan_;
  fs::path program_;
  TemporaryFolder folder_;
  DaemonPlace place_;
  std::string origin_;
  std::string failure_;
  std::vector<CrashFact> crashes_;
  std::unique_ptr<ChildProcess> child_;
  net::TaskGroup tasks_{runtime_};
};

}  // namespace

void SocketDaemon::crash(std::int64_t) {
  HOLDFAST_ASSERT(false && "a daemon in this process cannot be killed");
}
void SocketDaemon::stall(std::int64_t) {
  HOLDFAST_ASSERT(false && "a daemon in this process cannot stand still");
}
void SocketDaemon::step_wall(std::int64_t) {
  HOLDFAST_ASSERT(false && "the clock of another process cannot be set");
}

Result<std::unique_ptr<SocketDaemon>> daemon_in_this_process(net::Runtime runtime, const RunPlan& plan,
                                                             const std::string& ghl, Probes& probes) {
  auto daemon = std::make_unique<DaemonHere>(runtime, plan);
  const auto opened = daemon->open(ghl, probes);
  if (!opened) return holdfast::fail(opened.error());
  return daemon;
}

Result<std::unique_ptr<SocketDaemon>> daemon_as_process(net::Runtime runtime, const RunPlan& plan,
                                                        const std::string& ghl) {
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed).parent_path() / "holdfastd";
  if (failed || !fs::exists(program)) {
    return holdfast::fail(ErrorKind::configuration, "this scenario kills or stops the daemon and needs the program " +
                                                        program.string() + "; build holdfastd");
  }
  auto daemon = std::make_unique<DaemonThere>(std::move(runtime), plan, program);
  daemon->open(ghl);
  return daemon;
}

}  // namespace scenarios
