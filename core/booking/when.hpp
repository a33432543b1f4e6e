// When: the words a model passes on for a day and a time of day, turned into dates and preferences. The house does the
// calendar arithmetic, never the model (peers.md 3, bugs 11-18).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace holdfast::booking {

// The day meant by `words`, seen from `today` (a date in the caller's zone). nullopt for no wish ("", "any day",
// "soon"). Understands YYYY-MM-DD (also as the start of a date-time), today, tomorrow, day after tomorrow, weekdays
// ("Thursday" is the first after today, "next Thursday" the one of the following week, Monday first), "in 3 days",
// "next week", "August 27", "27 August", "the 5th", and M/D in `region` US, D/M elsewhere. Days without a year are the
// next to come. invalid_input when the words are not understood; a day in the past is returned, the caller of this
// decides.
Result<std::optional<CivilDate>> parse_day(std::string_view words, CivilDate today, std::string_view region);

// A wish for a time of day, in minutes from local midnight.
struct TimeOfDay {
  int from_minute = 0;  // slots within [from, to) come first
  int to_minute = 24 * 60;
  std::optional<int> target_minute;  // and the nearest to this before others
  bool any() const { return from_minute == 0 && to_minute == 24 * 60 && !target_minute; }
};

// "morning", "afternoon", "evening", "noon", "14:30", "3 pm", "half past 2", "at 5" (1 to 7 without am/pm mean the
// afternoon). Words that are not understood mean any time: the labels read out make a misunderstanding plain.
TimeOfDay parse_time_of_day(std::string_view words);

// The zone a caller names: an IANA name, or the American words "Eastern", "EST", "Pacific time", … which mean the
// region with its daylight saving, not the fixed offset IANA keeps under "EST". invalid_input when unknown.
Result<Zone> parse_zone_words(std::string_view words);

}  // namespace holdfast::booking
