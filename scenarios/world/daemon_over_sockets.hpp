// SocketDaemon: our daemon as the socket world runs it: in this process, or, where something is done to its machine, as
// the program holdfastd in a process of its own.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/ledger/ledger.hpp"
#include "core/net/runtime.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/probes.hpp"

namespace scenarios {

// What the ledger holds at one moment.
struct LedgerContent {
  std::vector<holdfast::ledger::Intent> intents;
  std::vector<holdfast::ledger::Hold> holds;  // live ones
  std::vector<holdfast::ledger::OutboxJob> jobs;
  std::vector<holdfast::ledger::Review> reviews;  // that wait for a person
};

// One loop. What does not fit a kind (a crash in this process, a clock of another) is a bug of the caller: the plan is
// asked before (needs_process).
class SocketDaemon {
 public:
  virtual ~SocketDaemon() = default;
  // "http://127.0.0.1:4711", the same after every restart; good once start() has returned.
  virtual std::string origin() const = 0;
  virtual holdfast::net::Task<holdfast::Result<void>> start() = 0;
  virtual holdfast::net::Task<holdfast::Result<LedgerContent>> ledger() = 0;
  // True when everything of it has ended by `deadline`, so that what it refers to may go.
  virtual holdfast::net::Task<bool> stop(holdfast::Instant deadline) = 0;

  // What is done to its machine: killed and back after `down_ms`, standing still, its wall clock set.
  virtual void crash(std::int64_t down_ms);
  virtual void stall(std::int64_t for_ms);
  virtual void step_wall(std::int64_t step_ms);
  // The faults are over: the wall clock is right again.
  virtual void calm() {}
  // Adds what happened to it.
  virtual void record(History&) const {}
};

// `runtime` is the world's; `ghl` the twin's origin. Errors: configuration.
holdfast::Result<std::unique_ptr<SocketDaemon>> daemon_in_this_process(holdfast::net::Runtime runtime,
                                                                       const RunPlan& plan, const std::string& ghl,
                                                                       Probes& probes);
// Needs the program holdfastd beside this one.
holdfast::Result<std::unique_ptr<SocketDaemon>> daemon_as_process(holdfast::net::Runtime runtime, const RunPlan& plan,
                                                                  const std::string& ghl);

}  // namespace scenarios
