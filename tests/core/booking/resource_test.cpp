// What a calendar's rules, as GHL writes them, make of a booking: its seats and the time it keeps others from.
#include "core/booking/resource.hpp"

#include <gtest/gtest.h>

namespace holdfast::booking {
namespace {

ghl::Calendar round_robin(std::size_t members, int per_slot) {
  ghl::Calendar calendar;
  calendar.id = "cal";
  calendar.location_id = "loc";
  calendar.type = "round_robin";
  calendar.appointments_per_slot = per_slot;
  for (std::size_t i = 0; i < members; ++i) calendar.team_member_ids.push_back(std::to_string(i));
  return calendar;
}

TEST(Seats, OneMemberIsTheirOwnSeatAndManyShareTheCalendars) {
  EXPECT_EQ(resources_of(round_robin(1, 2)).front().key, "loc/user:0");
  EXPECT_EQ(resources_of(round_robin(1, 2)).front().capacity, 2);
  EXPECT_EQ(resources_of(round_robin(3, 2)).front().key, "loc/calendar:cal");
  EXPECT_EQ(resources_of(round_robin(3, 2)).front().capacity, 6);
  EXPECT_EQ(resources_of(round_robin(0, 2)).front().capacity, 2);
}

TEST(Seats, ACalendarOfMillionsOfSeatsStillHasSome) {
  EXPECT_EQ(resources_of(round_robin(300'000, 10'000)).front().capacity, 1'000'000);
}

}  // namespace
}  // namespace holdfast::booking
