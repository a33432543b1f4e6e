#include "core/booking/resource.hpp"

#include <algorithm>

namespace holdfast::booking {

std::vector<Resource> resources_of(const ghl::Calendar& calendar) {
  const int per_slot = std::max(1, calendar.appointments_per_slot);
  const auto user = [&](const std::string& id, int capacity) {
    return Resource{calendar.location_id + "/user:" + id, capacity};
  };
  if (calendar.kind() == ghl::CalendarKind::collective && !calendar.team_member_ids.empty()) {
    std::vector<Resource> resources;
    for (const std::string& id : calendar.team_member_ids) resources.push_back(user(id, per_slot));
    return resources;
  }
  if (calendar.team_member_ids.size() == 1) return {user(calendar.team_member_ids.front(), per_slot)};
  const int members = std::max<int>(1, static_cast<int>(calendar.team_member_ids.size()));
  const bool counts_seats = calendar.kind() == ghl::CalendarKind::class_booking;
  return {{calendar.location_id + "/calendar:" + calendar.id, counts_seats ? per_slot : per_slot * members}};
}

Interval held_interval(const ghl::Calendar& calendar, Interval booking) {
  return {booking.begin - calendar.pre_buffer, booking.end + calendar.post_buffer};
}

}  // namespace holdfast::booking
