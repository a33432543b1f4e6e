// Calendars and schedules in GHL's own field names: one reader for fixtures and for the API's bodies.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

// Reads the settings of a calendar (facts/ghl.md 4.1) over `calendar`: what is absent keeps its value; lists that are
// given replace the old ones. Not id, locationId, calendarType and anyDuration.
void read_calendar_settings(ObjectReader& reader, Calendar& calendar);
// Its calendarType, which stays for its life.
void read_calendar_type(ObjectReader& reader, Calendar& calendar);
// How a duration is written: an amount of `unit`, or of the next smaller one that divides it.
struct WrittenDuration {
  std::int64_t amount = 0;
  std::string_view unit = {};
};
WrittenDuration written_duration(holdfast::Duration value, std::string_view unit);
// The unit that a calendar's duration was given in ("slotDuration"), or GHL's default for it.
std::string duration_unit(const Calendar& calendar, const std::string& key);
// GHL's openHours: [{daysOfTheWeek, hours}], or {} for none (quirk 24).
WeeklyHours read_weekly_hours(ObjectReader& reader, std::string_view key);
// Reads `rules` (facts/ghl.md 4.6) over the schedule's hours; absent ones leave it as it is.
void read_schedule_rules(ObjectReader& reader, Schedule& schedule);

// What is wrong with a calendar by itself, whatever it refers to: durations, counts, hours, the team of such a kind,
// doubled members and dates. A team may be empty: that is how a calendar gets to quirk 11.
void check_calendar(const Calendar& calendar, const std::string& path, Faults& faults);
void check_ranges(const std::vector<TimeRange>& ranges, const std::string& path, Faults& faults);

}  // namespace mock_ghl
