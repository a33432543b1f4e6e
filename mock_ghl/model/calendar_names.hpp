// GHL's names for what a calendar is made of (facts/ghl.md 4.1): read and written from the same tables.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl {

template <class Value, std::size_t N>
using Names = std::array<std::pair<std::string_view, Value>, N>;

inline constexpr Names<CalendarType, 6> calendar_type_names{{{"round_robin", CalendarType::round_robin},
                                                             {"event", CalendarType::event},
                                                             {"class_booking", CalendarType::class_booking},
                                                             {"collective", CalendarType::collective},
                                                             {"service_booking", CalendarType::service_booking},
                                                             {"personal", CalendarType::personal}}};
// eventType: whether bookings are distributed equally.
inline constexpr Names<bool, 2> event_type_names{
    {{"RoundRobin_OptimizeForAvailability", false}, {"RoundRobin_OptimizeForEqualDistribution", true}}};
inline constexpr Names<Recurrence::Frequency, 3> frequency_names{{{"DAILY", Recurrence::Frequency::daily},
                                                                  {"WEEKLY", Recurrence::Frequency::weekly},
                                                                  {"MONTHLY", Recurrence::Frequency::monthly}}};
// bookingOption.
inline constexpr Names<Recurrence::WhenTaken, 3> when_taken_names{{{"skip", Recurrence::WhenTaken::skip},
                                                                   {"continue", Recurrence::WhenTaken::book_anyway},
                                                                   {"book_next", Recurrence::WhenTaken::book_next}}};
// The units of durations, the largest first.
inline constexpr Names<holdfast::Duration, 5> time_unit_names{{{"months", holdfast::days{30}},
                                                               {"weeks", holdfast::days{7}},
                                                               {"days", holdfast::days{1}},
                                                               {"hours", holdfast::hours{1}},
                                                               {"mins", holdfast::minutes{1}}}};

// The name of a value that is in the table.
template <class Value, std::size_t N>
constexpr std::string_view name_of(const Names<Value, N>& names, Value value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return names.front().first;
}

}  // namespace mock_ghl
