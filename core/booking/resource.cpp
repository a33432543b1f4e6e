#include "core/booking/resource.hpp"

#include <algorithm>
#include <cstdint>

namespace holdfast::booking {
namespace {
// More seats than any calendar has: a greater number is a mistake and would only overflow.
constexpr int capacity_max = 1'000'000;
}  // namespace

std::vector<Resource> resources_of(const ghl::Calendar& calendar) {
  const int per_slot = std::clamp(calendar.appointments_per_slot, 1, capacity_max);
  const auto user = [&](const std::string& id, int capacity) {
    return Resource{calendar.location_id + "/user:" + id, capacity};
  };
  if (calendar.kind() == ghl::CalendarKind::collective && !calendar.team_member_ids.empty()) {
    std::vector<Resource> resources;
    for (const std::string& id : calendar.team_member_ids) resources.push_back(user(id, per_slot));
    return resources;
  }
  if (calendar.team_member_ids.size() == 1) return {user(calendar.team_member_ids.front(), per_slot)};
  const auto members = static_cast<std::int64_t>(std::max<std::size_t>(1, calendar.team_member_ids.size()));
  const bool counts_seats = calendar.kind() == ghl::CalendarKind::class_booking;
  const std::int64_t seats = counts_seats ? per_slot : std::min<std::int64_t>(per_slot * members, capacity_max);
  return {{calendar.location_id + "/calendar:" + calendar.id, static_cast<int>(seats)}};
}

Interval held_interval(const ghl::Calendar& calendar, Interval booking) {
  return {booking.begin - calendar.pre_buffer, booking.end + calendar.post_buffer};
}

}  // namespace holdfast::booking
