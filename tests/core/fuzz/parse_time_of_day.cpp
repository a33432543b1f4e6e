// Whatever a caller calls a time of day: the wish lies within one day.
#include "core/booking/when.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {

void run(std::string_view words) {
  constexpr int day_minutes = 24 * 60;
  const booking::TimeOfDay wish = booking::parse_time_of_day(words);
  HOLDFAST_ASSERT(0 <= wish.from_minute && wish.from_minute < wish.to_minute && wish.to_minute <= day_minutes);
  if (wish.target_minute) HOLDFAST_ASSERT(0 <= *wish.target_minute && *wish.target_minute < day_minutes);
  HOLDFAST_ASSERT(!(wish.any() && wish.target_minute));
  const booking::TimeOfDay again = booking::parse_time_of_day(words);
  HOLDFAST_ASSERT(wish.from_minute == again.from_minute && wish.to_minute == again.to_minute &&
                  wish.target_minute == again.target_minute);
}

}  // namespace holdfast::fuzz
