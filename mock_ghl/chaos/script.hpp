// Script: the people of a plan and the calls they wait for.
#pragma once

#include <string_view>
#include <vector>

#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl {

// Counts calls and says whose turn it is. Not thread-safe; deterministic.
class Script {
 public:
  // Replaces the steps; counting starts anew.
  void set_steps(std::vector<ScriptStep> steps);
  bool empty() const { return steps_.empty(); }
  // The steps whose call this is. Call it once before and once after each request.
  std::vector<ScriptStep> due(std::string_view operation, bool after);

 private:
  struct Counted {
    ScriptStep step;
    std::int64_t calls = 0;
  };
  std::vector<Counted> steps_;
};

}  // namespace mock_ghl
