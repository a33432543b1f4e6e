#include "core/booking/resource.hpp"

#include <algorithm>

namespace holdfast::booking {

Resource resource_of(const ghl::Calendar& calendar) {
  const int per_slot = std::max(1, calendar.appointments_per_slot);
  const int members = std::max<int>(1, static_cast<int>(calendar.team_member_ids.size()));
  if (calendar.team_member_ids.size() == 1) {
    return {calendar.location_id + "/user:" + calendar.team_member_ids.front(), per_slot};
  }
  const int capacity = calendar.type == "round_robin" ? per_slot * members : per_slot;
  return {calendar.location_id + "/calendar:" + calendar.id, capacity};
}

Interval held_interval(const ghl::Calendar& calendar, Interval booking) {
  return {booking.begin - calendar.pre_buffer, booking.end + calendar.post_buffer};
}

}  // namespace holdfast::booking
