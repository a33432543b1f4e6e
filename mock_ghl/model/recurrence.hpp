// The dates of a recurring appointment: RFC 5545 rules through libical, which knows them better than we would.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl {

// The most instances a series is written out to, and how far ahead: GHL names no limit, and one must be.
inline constexpr std::size_t series_max = 366;
inline constexpr holdfast::Duration series_span_max = holdfast::days{5 * 366};

// The starts that `rrule` gives from `first` on, ascending: the rule runs on the wall clock of `zone`, so that ten
// o'clock stays ten o'clock across a clock change. Takes "RRULE:FREQ=…;…" (the prefix may be missing) with FREQ (DAILY,
// WEEKLY, MONTHLY, YEARLY), INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY and WKST, and an "EXDATE:…" line after it;
// DTSTART is `first` (facts/ghl.md 4.4). Each date comes once. A rule without an end stops at series_max or
// series_span_max. invalid_input for what it does not take, and for a rule without a date.
holdfast::Result<std::vector<holdfast::Instant>> expand_rrule(std::string_view rrule, holdfast::Instant first,
                                                              const holdfast::Zone& zone);
// A calendar's own recurrence as such a rule.
std::string rrule_of(const Recurrence& recurrence);

}  // namespace mock_ghl
