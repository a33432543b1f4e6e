// DaemonProcess: the booking daemon as a process of the virtual world, which can die at any wait and be started again
// over what its disk kept.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/daemon/application.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/ledger_probe.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/seams.hpp"
#include "scenarios/world/virtual_network.hpp"

namespace scenarios {

// What the daemon lives in; everything outlives it.
struct DaemonSurroundings {
  VirtualKernel& kernel;
  Trace& trace;
  Probes& probes;
  const RunPlan& plan;
  VirtualHost& ghl;
  const Seams* seams;  // may be nullptr
  // Told of each operation on the ledger by its name, when it begins and (true) when it took effect; may be empty.
  std::function<void(std::string_view operation, bool done)> on_ledger;
};

// The process. Crashes, starts and questions only from outside the loop or from at() actions.
class DaemonProcess {
 public:
  explicit DaemonProcess(const DaemonSurroundings& surroundings);
  ~DaemonProcess();
  DaemonProcess(const DaemonProcess&) = delete;
  DaemonProcess& operator=(const DaemonProcess&) = delete;

  // Where clients send to.
  VirtualHost& host() { return host_; }
  bool running() const { return life_ != nullptr; }
  // Starts the process over what the disk holds.
  void boot();
  // Kills it, which loses what its disk had not synced, and boots it again after `down_ms`. Nothing when it is down.
  void crash_and_restart(std::int64_t down_ms);
  // Its machine stands still for so long. Nothing when it is down.
  void stall(std::int64_t for_ms);
  // Sets the wall clock of its machine, also while it is down.
  void step_wall(std::int64_t step_ms);
  // No more faults of the disk and of the line to GHL; the wall clock is right again.
  void calm();
  // What is not at rest, in words; empty when everything is.
  std::vector<std::string> unsettled() const;
  // The ledger's part of the history, and the deaths.
  void record(History& history) const;

 private:
  struct Life;

  holdfast::ledger::DiskFate draw_disk_fate(std::string_view operation, holdfast::ledger::Durability durability);
  const holdfast::ledger::MemoryStore& store() const { return disk_->store(); }
  holdfast::net::Task<holdfast::net::HttpResponse> serve(holdfast::net::HttpRequest request);
  holdfast::net::Task<void> start();

  DaemonSurroundings world_;
  Node& node_;
  VirtualHost host_;
  std::shared_ptr<holdfast::ledger::MemoryDisk> disk_ = std::make_shared<holdfast::ledger::MemoryDisk>();
  holdfast::SplitMix64 disk_random_;
  holdfast::SplitMix64 link_random_;
  DiskPlan disk_plan_;
  LinkFaults ghl_faults_;
  std::vector<CrashFact> crashes_;
  std::vector<std::string> late_replies_;
  std::int64_t stalled_ms_ = 0;  // in all
  bool wall_was_set_ = false;
  std::unique_ptr<Life> life_;
};

}  // namespace scenarios
