#include "scenarios/world/daemon_process.hpp"

#include <algorithm>

namespace scenarios {

using holdfast::Instant;
using holdfast::milliseconds;
namespace net = holdfast::net;
namespace ledger = holdfast::ledger;

namespace {

// A supervisor starts a daemon again that ended because it could not read its ledger.
constexpr std::int64_t supervisor_delay_ms = 1'000;
// Beyond the voice deadline a reply may take a few accesses of the ledger and the line's own time.
constexpr std::int64_t reply_slack_ms = 250;
constexpr double lazy_operation_waits = 0.25;
constexpr double stored_early = 0.5;

}  // namespace

// Everything that dies with the process. Members in the order of use: the application goes first.
struct DaemonProcess::Life {
  Life(const DaemonSurroundings& world, Node& node, std::shared_ptr<ledger::MemoryDisk> disk, ledger::DiskModel model,
       LinkFaults faults, holdfast::SplitMix64 random)
      : memory(node.runtime(), std::move(disk), std::move(model)),
        probe(memory, world.ghl.node, &world.trace,
              world.probes),  // the world's time, whatever the daemon's clock says
        link(world.kernel, world.trace, node, world.ghl, faults, random) {
    net::HttpTransport* transport = &link;
    ledger::Ledger* ledger = &probe;
    if (world.seams != nullptr) {
      mutated_ledger = world.seams->around_ledger(node.runtime(), probe);
      mutated_transport = world.seams->around_ghl(node.runtime(), link);
      if (mutated_ledger) ledger = mutated_ledger.get();
      if (mutated_transport) transport = mutated_transport.get();
    }
    application.emplace(node.runtime(), accounts_of(world.plan), *ledger, *transport);
  }

  ledger::MemoryLedger memory;
  LedgerProbe probe;
  VirtualLink link;
  std::unique_ptr<ledger::Ledger> mutated_ledger;
  std::unique_ptr<net::HttpTransport> mutated_transport;
  std::optional<holdfast::daemon::Application> application;
};

DaemonProcess::DaemonProcess(const DaemonSurroundings& surroundings)
    : world_(surroundings),
      node_(world_.kernel.add_node("daemon", world_.plan.seed ^ 0xdae0)),
      host_{node_, {}},
      disk_random_(world_.plan.seed ^ 0xd15c),
      link_random_(world_.plan.seed ^ 0x114c),
      disk_plan_(world_.plan.disk),
      ghl_faults_(world_.plan.ghl_link) {}

DaemonProcess::~DaemonProcess() {
  if (node_.alive()) world_.kernel.crash(node_);
}

// A durable operation waits for the disk. A lazy one does so only when it stands behind a durable one, as it does now
// and then in the real ledger's queue.
ledger::DiskFate DaemonProcess::draw_disk_fate(std::string_view operation, ledger::Durability durability) {
  ledger::DiskFate fate;
  const bool waits = durability == ledger::Durability::durable || disk_random_.chance(lazy_operation_waits);
  if (waits) {
    fate.before_commit_ms = disk_random_.between(disk_plan_.latency_min_ms, disk_plan_.latency_max_ms);
    fate.after_commit_ms = disk_random_.between(disk_plan_.latency_min_ms, disk_plan_.latency_max_ms) / 2;
  }
  if (disk_random_.chance(disk_plan_.fail_before_commit)) {
    fate.failure = ledger::DiskFate::Failure::before_commit;
  } else if (disk_random_.chance(disk_plan_.fail_after_commit)) {
    fate.failure = ledger::DiskFate::Failure::after_commit;
  }
  fate.stored_early = disk_random_.chance(stored_early);
  if (world_.on_ledger) {
    world_.on_ledger(operation, false);
    world_.kernel.at(world_.kernel.now() + milliseconds(fate.before_commit_ms + 1),
                     [this, name = std::string(operation)] { world_.on_ledger(name, true); });
  }
  return fate;
}

void DaemonProcess::boot() {
  if (!node_.alive()) world_.kernel.restart(node_);
  if (!crashes_.empty()) crashes_.back().back_at = world_.kernel.now();
  world_.trace.line(world_.kernel.now(), node_.name(), "boot");
  life_ = std::make_unique<Life>(
      world_, node_, disk_,
      [this](std::string_view operation, ledger::Durability durability) {
        return draw_disk_fate(operation, durability);
      },
      ghl_faults_, link_random_.fork(static_cast<std::uint64_t>(node_.incarnation())));
  net::HttpHandler handler = [this](net::HttpRequest request) { return serve(std::move(request)); };
  host_.handler = world_.seams == nullptr ? std::move(handler) : world_.seams->around_daemon(std::move(handler));
  net::spawn(world_.kernel.executor(), start());
}

net::Task<void> DaemonProcess::start() {
  const auto started = co_await life_->application->start();
  if (started) co_return;
  world_.probes.hit("daemon: could not start, the ledger failed");
  world_.kernel.at(world_.kernel.now(), [this] { crash_and_restart(supervisor_delay_ms); });
}

// The reply, and whether it came in time for a voice.
net::Task<net::HttpResponse> DaemonProcess::serve(net::HttpRequest request) {
  const Instant begun = world_.kernel.now();
  const std::int64_t stalled_before_ms = stalled_ms_;
  net::HttpResponse response = co_await life_->application->handle(std::move(request));
  // Nobody answers while the machine stands still.
  const std::int64_t took_ms = (world_.kernel.now() - begun).count() - (stalled_ms_ - stalled_before_ms);
  const std::int64_t allowed_ms = world_.plan.limits.voice_deadline_ms + reply_slack_ms + 4 * disk_plan_.latency_max_ms;
  if (took_ms > allowed_ms) {
    late_replies_.push_back("A tool call that came " + std::to_string((begun - world_.plan.start).count()) +
                            " ms into the run was answered after " + std::to_string(took_ms) +
                            " ms; the voice deadline is " + std::to_string(world_.plan.limits.voice_deadline_ms) +
                            " ms.");
  }
  co_return response;
}

void DaemonProcess::crash_and_restart(std::int64_t down_ms) {
  if (life_ == nullptr) return;
  for (const auto& [sequence, intent] : store().intents()) {
    if (intent.needs_work()) {
      world_.probes.hit("daemon: killed with an intent in state " + std::string(to_string(intent.state)));
    }
  }
  world_.probes.hit("daemon: killed");
  world_.trace.line(world_.kernel.now(), node_.name(), "killed");
  world_.kernel.crash(node_);
  host_.handler = nullptr;
  life_.reset();
  if (disk_->unsynced() > 0) world_.probes.hit("daemon: killed with changes of the ledger not synced, which are lost");
  disk_->crash();
  crashes_.push_back({world_.kernel.now(), std::nullopt});
  world_.kernel.at(world_.kernel.now() + milliseconds(down_ms), [this] { boot(); });
}

void DaemonProcess::stall(std::int64_t for_ms) {
  if (life_ == nullptr) return;
  const Instant now = world_.kernel.now();
  const Instant until = now + milliseconds(for_ms);
  world_.probes.hit("daemon: stood still");
  world_.trace.line(now, node_.name(), "stall", {NumberText(for_ms)});
  stalled_ms_ += (until - std::max(now, std::min(until, node_.paused_until()))).count();
  world_.kernel.pause(node_, until);
}

void DaemonProcess::step_wall(std::int64_t step_ms) {
  world_.probes.hit("daemon: its wall clock was set");
  world_.trace.line(world_.kernel.now(), node_.name(), "wall-step", {NumberText(step_ms)});
  node_.step_wall(milliseconds(step_ms));
  wall_was_set_ = true;
}

void DaemonProcess::calm() {
  node_.step_wall(world_.kernel.now() - node_.wall_now());
  disk_plan_.fail_before_commit = 0;
  disk_plan_.fail_after_commit = 0;
  ghl_faults_ = ghl_faults_.calm();
  if (life_) life_->link.set_faults(ghl_faults_);
}

std::vector<std::string> DaemonProcess::unsettled() const {
  std::vector<std::string> pending;
  if (life_ == nullptr) pending.emplace_back("the daemon is down");
  for (const auto& [sequence, intent] : store().intents()) {
    if (!intent.needs_work()) continue;
    pending.push_back("intent " + intent.id + " is " + std::string(to_string(intent.state)) +
                      (intent.withdrawn ? " and withdrawn" : ""));
  }
  for (const auto& [id, job] : store().jobs()) {
    if (!job.dead) pending.push_back("job " + id + " is not done");
  }
  return pending;
}

void DaemonProcess::record(History& history) const {
  history.has_ledger = true;
  for (const auto& [sequence, intent] : store().intents()) history.intents.push_back(intent);
  if (auto holds = store().live_holds(node_.now())) history.holds = std::move(*holds);
  for (const auto& [id, job] : store().jobs()) history.jobs.push_back(job);
  history.reviews = store().reviews(false, SIZE_MAX).value_or(std::vector<ledger::Review>{});
  for (auto& review : history.reviews) review.created_at = node_.on_kernel(review.created_at);
  history.crashes = crashes_;
  history.late_replies = late_replies_;
  history.wall_was_set = wall_was_set_;
}

}  // namespace scenarios
