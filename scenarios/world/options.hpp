// The storm: one pure function draws every parameter of a run from its seed.
#pragma once

#include <cstdint>

#include "scenarios/world/plan.hpp"

namespace scenarios {

// The plan of a seed with `conversations` calls. Pure: the same arguments give the same plan on every machine. Faults
// are drawn in two steps, whether a run has them at all and then how often, so that runs differ in kind (swarm testing,
// facts/anchors.md A.2 2). Wishes are concentrated on few slots, so races are common.
RunPlan draw_options(std::uint64_t seed, int conversations);

}  // namespace scenarios
