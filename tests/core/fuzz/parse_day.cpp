// Whatever a caller calls a day: what comes back exists, can be said aloud and can be looked up in any zone.
#include <array>

#include "core/booking/speech.hpp"
#include "core/booking/when.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

constexpr std::array<CivilDate, 5> todays{{{2026, 8, 26}, {2027, 12, 31}, {2028, 2, 29}, {1970, 1, 1}, {9999, 12, 31}}};

void use(CivilDate day) {
  HOLDFAST_ASSERT(parse_date(format_date(day)) == day);
  HOLDFAST_ASSERT(booking::spoken_date(day).find(", ") != std::string::npos);
  HOLDFAST_ASSERT(add_days(day, 0) == day);
  HOLDFAST_ASSERT(add_days(day, 1) > day || day == (CivilDate{9999, 12, 31}));
  // The first has a day that never was (2011-12-30), the second clocks that move by half an hour.
  static const std::array zones{*Zone::find("Pacific/Apia"), *Zone::find("Australia/Lord_Howe"), Zone::utc()};
  for (const Zone& zone : zones) {
    const Instant start = zone.start_of_day(day);
    // The very ends of the calendar are shown cut (Zone::to_civil).
    if (day.year >= 1 && day.year <= 9998) HOLDFAST_ASSERT(date_in(zone, start) >= day);
    HOLDFAST_ASSERT(zone.start_of_day(add_days(day, 1)) >= start);
  }
}

}  // namespace

void run(std::string_view words) {
  for (const CivilDate today : todays) {
    for (const char* region : {"US", "GB"}) {
      const auto day = booking::parse_day(words, today, region);
      const auto again = booking::parse_day(words, today, region);
      HOLDFAST_ASSERT(day.has_value() == again.has_value());
      if (!day) {
        HOLDFAST_ASSERT(day.error().kind == ErrorKind::invalid_input && !day.error().message.empty());
        continue;
      }
      HOLDFAST_ASSERT(*day == *again);
      if (*day) use(**day);
    }
  }
}

}  // namespace holdfast::fuzz
