// Whatever a caller calls a time zone: what is found can be found again by its name and shows every time.
#include <array>

#include "core/booking/speech.hpp"
#include "core/booking/when.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

void use(const Zone& zone) {
  const auto again = Zone::find(zone.name());
  HOLDFAST_ASSERT(again && *again == zone);
  HOLDFAST_ASSERT(is_utf8(zone.name()));
  static const std::array instants{Instant::min(),
                                   *parse_iso("1883-11-18T17:00:00Z"),
                                   from_epoch_ms(0),
                                   *parse_iso("2026-11-01T05:30:00Z"),
                                   *parse_iso("2040-07-01T12:00:00Z"),
                                   Instant::max()};
  for (const Instant instant : instants) {
    HOLDFAST_ASSERT(!booking::spoken_label(instant, zone).empty());
    const CivilTime civil = zone.to_civil(instant);
    HOLDFAST_ASSERT(parse_date(format_date({civil.year, civil.month, civil.day})));
    HOLDFAST_ASSERT(0 <= civil.hour && civil.hour < 24 && 0 <= civil.minute && civil.minute < 60);
    if (instant == Instant::min() || instant == Instant::max()) continue;
    HOLDFAST_ASSERT(parse_iso(format_iso(instant, zone)) == instant);
    HOLDFAST_ASSERT(zone.start_of_day(date_in(zone, instant)) <= instant);
  }
}

}  // namespace

void run(std::string_view words) {
  const auto zone = booking::parse_zone_words(words);
  const auto again = booking::parse_zone_words(words);
  HOLDFAST_ASSERT(zone.has_value() == again.has_value());
  if (!zone) {
    HOLDFAST_ASSERT(zone.error().kind == ErrorKind::invalid_input && !zone.error().message.empty());
    return;
  }
  HOLDFAST_ASSERT(*zone == *again);
  use(*zone);
}

}  // namespace holdfast::fuzz
