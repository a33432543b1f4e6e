#include "mock_ghl/chaos/script.hpp"

#include <utility>

namespace mock_ghl {

void Script::set_steps(std::vector<ScriptStep> steps) {
  steps_.clear();
  for (ScriptStep& step : steps) steps_.push_back({.step = std::move(step)});
}

std::vector<ScriptStep> Script::due(std::string_view operation, bool after) {
  std::vector<ScriptStep> now;
  for (Counted& counted : steps_) {
    if (counted.step.after != after || !glob_matches(counted.step.operation, operation)) continue;
    if (++counted.calls == counted.step.nth) now.push_back(counted.step);
  }
  return now;
}

}  // namespace mock_ghl
