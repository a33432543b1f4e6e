// Simulation: one plan played in the virtual world. The daemon, GHL's twin and the callers are processes on one kernel;
// the network, the disk and the daemon's deaths are drawn from the plan's seed.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/probes.hpp"
#include "scenarios/world/seams.hpp"
#include "scenarios/world/trace.hpp"

namespace scenarios {

// What a run was besides its history.
struct RunRecord {
  History history;
  Probes probes;
  std::vector<std::pair<holdfast::Instant, std::string>> persons;  // what people did in GHL's screen
  std::uint64_t trace_hash = 0;
  std::uint64_t events = 0;
  std::int64_t simulated_ms = 0;
};

// How a plan is played.
struct SimulationOptions {
  Trace::Sink sink;              // writes the trace; empty: only its hash
  const Seams* seams = nullptr;  // a mutant
};

// Plays `plan`: first the storm, until every call has come in and its time is over, then the calm with all faults off
// until everything is at rest or the calm's bound is reached (then History::unsettled says what is not). Safe to call
// from several threads at once: a run shares nothing.
RunRecord simulate(const RunPlan& plan, SimulationOptions options);

}  // namespace scenarios
