// Whatever stands where a date or a time should: an instant or a date that was read is the one that was written.
#include <array>

#include "core/base/time.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

void use_instant(Instant instant) {
  // An offset can carry the first and the last day of the calendar over its edge.
  static const Instant first = *parse_iso("0000-01-02T00:00:00Z");
  static const Instant last = *parse_iso("9999-12-30T00:00:00Z");
  HOLDFAST_ASSERT(first - days(2) < instant && instant < last + days(3));
  if (instant < first || instant > last) return;
  HOLDFAST_ASSERT(parse_iso(format_iso_utc(instant)) == instant);
  static const Zone zone = *Zone::find("America/New_York");
  const auto shown = parse_iso(format_iso(instant, zone));
  HOLDFAST_ASSERT(shown && *shown == std::chrono::floor<seconds>(instant));
  IsoWriter writer(zone);
  HOLDFAST_ASSERT(writer.write(instant) == format_iso(instant, zone));
}

void use_wall_clock(std::string_view text, const Zone& zone) {
  const auto instant = parse_wall_clock(text, zone);
  HOLDFAST_ASSERT(instant == parse_wall_clock(text, zone));
  if (!instant) return;
  use_instant(*instant);
  // Beyond the calendar's ends times are shown cut; in a gap the clock shows another time than was written.
  const auto date = parse_date(text.substr(0, 10));
  HOLDFAST_ASSERT(date.has_value());
  if (date->year < 1 || date->year > 9998) return;
  HOLDFAST_ASSERT(date_in(zone, *instant) >= *date);
  HOLDFAST_ASSERT(*instant >= zone.start_of_day(*date));
}

}  // namespace

void run(std::string_view text) {
  if (const auto date = parse_date(text)) {
    HOLDFAST_ASSERT(format_date(*date) == text);
    HOLDFAST_ASSERT(weekday_of(*date) < 7);
    HOLDFAST_ASSERT(add_days(*date, 0) == *date);
    for (const int count : {1, -1, 400'000'000, -400'000'000}) {
      const CivilDate moved = add_days(*date, count);
      HOLDFAST_ASSERT(parse_date(format_date(moved)) == moved);
    }
  }
  const auto instant = parse_iso(text);
  HOLDFAST_ASSERT(instant == parse_iso(text));
  if (instant) use_instant(*instant);
  static const std::array zones{*Zone::find("America/New_York"), *Zone::find("Pacific/Apia"), Zone::utc()};
  for (const Zone& zone : zones) use_wall_clock(text, zone);
}

}  // namespace holdfast::fuzz
