// Reading the callers of a scenario file (README.md).
#pragma once

#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "mock_ghl/model/reader.hpp"
#include "scenarios/world/plan.hpp"

namespace scenarios {

// What a caller is read within. `sockets`: for real time, scaled down.
struct CallersContext {
  std::string scenario_id;
  const std::vector<std::string>& services;  // that can be asked for
  bool sockets = false;
};

// The call id of a caller: "scenario.caller".
std::string call_id_of(const std::string& scenario_id, const std::string& caller);

// All callers of the array `list` (nullptr: none), in order; faults name their places.
std::vector<CallerPlan> read_callers(const holdfast::Json* list, const CallersContext& context,
                                     mock_ghl::Faults& faults);

}  // namespace scenarios
