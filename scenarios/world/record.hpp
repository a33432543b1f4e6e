// Filling a History from where things are recorded.
#pragma once

#include <set>
#include <string>

#include "core/ledger/ledger.hpp"
#include "mock_ghl/model/state.hpp"
#include "scenarios/check/history.hpp"
#include "scenarios/world/plan.hpp"

namespace scenarios {

// The twin's record: calendars, every appointment that ever was, contacts and notes.
void record_twin(const RunPlan& plan, const mock_ghl::State& state, const std::set<std::string>& cancelled_by_person,
                 History& history);

}  // namespace scenarios
