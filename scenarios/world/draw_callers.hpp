// Who calls in a storm: people, lines, what they want for whom, and how they and their models behave. Everything is
// drawn here that makes it hard to know whose wish a tool call is: shared, hidden and withheld lines, redials, details
// that are corrected, near-miss names, reused ids, several people and changes of mind in one conversation.
#pragma once

#include <cstdint>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "scenarios/world/plan.hpp"

namespace scenarios {

// What the calls of a run are drawn around.
struct CallersSetting {
  holdfast::CivilDate popular;  // the day most callers want
  int conversations = 0;
  std::int64_t spread_ms = 0;  // when the last may come in
};

// The calls, a pure function of its arguments. No two people have the same full name.
std::vector<CallerPlan> draw_callers(holdfast::SplitMix64 random, const CallersSetting& setting,
                                     const mock_ghl::Fixture& fixture);

// Old customers: some people are known already, a few numbers under another person's name.
void draw_known_contacts(holdfast::SplitMix64 random, const std::vector<CallerPlan>& callers,
                         mock_ghl::Fixture& fixture);

}  // namespace scenarios
