// Filling a History from where things are recorded.
#pragma once

#include "core/ledger/ledger.hpp"
#include "mock_ghl/model/state.hpp"
#include "mock_ghl/twin.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/probes.hpp"

namespace scenarios {

// The twin's record: calendars, every appointment at every place where it ever stood, contacts, notes, and what
// customers received.
void record_twin(const RunPlan& plan, const mock_ghl::State& state, History& history);
// What the twin injected and what callers went through, as probes.
void count_probes(const History& history, const mock_ghl::Twin& twin, Probes& probes);

}  // namespace scenarios
