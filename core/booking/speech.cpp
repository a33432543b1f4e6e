#include "core/booking/speech.hpp"

#include <array>
#include <string_view>

namespace holdfast::booking {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> months{"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};

std::string day_name(unsigned weekday, unsigned month, unsigned day) {
  return std::string(weekdays[weekday % 7]) + ", " + std::string(months[(month + 11) % 12]) + " " + std::to_string(day);
}

// Of the two instants a fold shows alike, the first has the larger offset: daylight time.
bool is_first_of_fold(Instant instant, const Zone& zone) {
  return zone.to_civil(instant + hours(3)).utc_offset < zone.to_civil(instant).utc_offset;
}

}  // namespace

std::string spoken_date(CivilDate date) {
  return day_name(weekday_of(date), date.month, date.day);
}

std::string spoken_label(Instant instant, const Zone& zone) {
  const CivilTime civil = zone.to_civil(instant);
  const int hour12 = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  std::string label = day_name(civil.weekday, civil.month, civil.day) + " at " + std::to_string(hour12);
  label += ':';
  if (civil.minute < 10) label += '0';
  label += std::to_string(civil.minute);
  label += civil.hour < 12 ? " AM" : " PM";
  if (zone.is_ambiguous(instant)) label += is_first_of_fold(instant, zone) ? " daylight time" : " standard time";
  return label;
}

std::string spoken_choices(const std::vector<std::string>& items) {
  std::string text;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += i + 1 < items.size() ? ", " : (items.size() == 2 ? " or " : ", or ");
    text += items[i];
  }
  return text;
}

}  // namespace holdfast::booking
