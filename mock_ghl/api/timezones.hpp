// The time zones that GHL lets a location choose from.
#pragma once

#include <span>
#include <string_view>

namespace mock_ghl::api {

// IANA names, one for each populated zone, and the legacy aliases that locations still carry (facts/ghl.md 6.3);
// sorted. The same on every machine, whatever its zone database.
std::span<const std::string_view> offered_timezones();

}  // namespace mock_ghl::api
