// Filling a History from where things are recorded.
#pragma once

#include <set>
#include <string>

#include "core/ledger/ledger.hpp"
#include "mock_ghl/model/state.hpp"
#include "mock_ghl/twin.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/probes.hpp"

namespace scenarios {

// The twin's record: calendars, every appointment that ever was, contacts and notes.
void record_twin(const RunPlan& plan, const mock_ghl::State& state, const std::set<std::string>& cancelled_by_person,
                 History& history);
// What the twin injected and what callers went through, as probes.
void count_probes(const History& history, const mock_ghl::Twin& twin, Probes& probes);

}  // namespace scenarios
