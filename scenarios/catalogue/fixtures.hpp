// Named starting points for scenarios.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "mock_ghl/model/fixture.hpp"

namespace scenarios {

// "clinic": Harbor Street Clinic in America/New_York, open every day from eight to eight: "Consultation" (round robin
// of two users), "Follow-up" (personal: one seat), "Posture class" (three seats). "night-clinic": the same, open around
// the clock, for the hours in which clocks change. "staggered-clinic": the first, but half-hour visits of "Follow-up"
// start every quarter of an hour. "all-kinds": the first with "Massage" (service booking, two users), "Joint visit"
// (collective of both) and "Open house" (event, two seats) too. nullopt for other names.
std::optional<mock_ghl::Fixture> named_fixture(std::string_view name);
// All names.
const std::vector<std::string_view>& fixture_names();

}  // namespace scenarios
