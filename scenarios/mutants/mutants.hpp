// Mutants: seeded defects, each a decorator on one of the daemon's seams. There is no hook for them in core. They test
// the tester: a suite that does not catch them proves nothing.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "scenarios/world/seams.hpp"

namespace scenarios {

// One seeded defect.
struct Mutant {
  std::string_view name;    // stable; for --mutant NAME
  std::string_view defect;  // what it does, and where that was seen
};

// All of them, in order.
const std::vector<Mutant>& mutants();
// The mutant called `name`, or nullptr.
const Mutant* find_mutant(std::string_view name);

// The mutant's defect as seams around the daemon. Never nullptr; what it does not spoil is handed through.
std::unique_ptr<Seams> seams_of(const Mutant& mutant);

}  // namespace scenarios
