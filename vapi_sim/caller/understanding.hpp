// What a caller understands: the instant meant by a spoken label. It is read with no help from the code that wrote the
// label, so that a booking told at the wrong hour or in the wrong zone is found out.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/time.hpp"

namespace vapi_sim {

// The instant that `label` ("Thursday, August 27 at 10:30 AM") means to somebody who thinks in the zone `zone_name` and
// hears it at `now`: the nearest such date from today on; a year in the label is taken by its word. The words
// "daylight" or "standard" (also within "Eastern Daylight Time") settle which of two equal wall clocks is meant.
// nullopt when it names no single instant: unreadable, a weekday that is not that date's, a wall clock that the zone
// skips, or one that it shows twice and no word settles.
std::optional<holdfast::Instant> understand_label(std::string_view label, std::string_view zone_name,
                                                  holdfast::Instant now);

}  // namespace vapi_sim
