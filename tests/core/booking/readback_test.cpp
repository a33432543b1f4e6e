// Who yields when GHL shows more than one booking on a seat: the rule of DESIGN saga 6, case by case.
#include "core/booking/readback.hpp"

#include <gtest/gtest.h>

#include "core/booking/marker.hpp"
#include "core/booking/resource.hpp"

namespace holdfast::booking {
namespace {

const Instant ten = *parse_iso("2026-08-27T10:00:00Z");
const Interval slot{ten, ten + minutes(30)};

ghl::Calendar personal(int per_slot = 1) {
  ghl::Calendar calendar;
  calendar.id = "cal";
  calendar.location_id = "loc";
  calendar.type = "personal";
  calendar.appointments_per_slot = per_slot;
  calendar.team_member_ids = {"user"};
  return calendar;
}

ghl::Appointment event(std::string id, bool holdfast, int added_second, Interval time = slot) {
  ghl::Appointment appointment;
  appointment.id = std::move(id);
  appointment.calendar_id = "cal";
  appointment.assigned_user_id = "user";
  appointment.status = "confirmed";
  appointment.start = time.begin;
  appointment.end = time.end;
  appointment.added_at = ten - hours(1) + seconds(added_second);
  if (holdfast) appointment.description = description_with_marker("", appointment.id);
  return appointment;
}

Exclusivity judge(const ghl::Appointment& ours, std::vector<ghl::Appointment> events, const ghl::Calendar& calendar,
                  std::vector<ghl::Appointment> elsewhere = {}) {
  return judge_exclusivity(ours, {std::move(events), std::move(elsewhere), ours, true, {}}, slot, calendar);
}

TEST(JudgeExclusivity, AloneIsOurs) {
  const auto ours = event("a", true, 0);
  EXPECT_EQ(judge(ours, {ours}, personal()), Exclusivity::ours);
}

TEST(JudgeExclusivity, WeYieldToAPersonHoweverLateTheyCame) {
  const auto ours = event("a", true, 0);
  EXPECT_EQ(judge(ours, {ours, event("b", false, 50)}, personal()), Exclusivity::yield);
}

TEST(JudgeExclusivity, AmongHoldfastsTheEarlierStaysAndExactlyOneYields) {
  const auto first = event("a", true, 0);
  const auto second = event("b", true, 1);
  EXPECT_EQ(judge(first, {first, second}, personal()), Exclusivity::ours);
  EXPECT_EQ(judge(second, {first, second}, personal()), Exclusivity::yield);
  const auto twin = event("c", true, 0);
  EXPECT_EQ(judge(first, {first, twin}, personal()), Exclusivity::ours) << "ties go by id";
  EXPECT_EQ(judge(twin, {first, twin}, personal()), Exclusivity::yield);
}

// GHL may add one earlier and show it later.
TEST(JudgeExclusivity, WeYieldToALaterOneThatSomebodyWasToldOf) {
  const auto ours = event("a", true, 0);
  auto later = event("b", true, 1);
  later.calendar_id = "another";
  EXPECT_EQ(judge_exclusivity(ours, {{ours}, {later}, ours, true, {}}, slot, personal()), Exclusivity::ours);
  EXPECT_EQ(judge_exclusivity(ours, {{ours}, {later}, ours, true, {"b"}}, slot, personal()), Exclusivity::yield);
}

TEST(JudgeExclusivity, CancelledAndNeighbouringEventsAreNotInTheWay) {
  const auto ours = event("a", true, 0);
  auto cancelled = event("b", false, 0);
  cancelled.status = "cancelled";
  const auto next = event("c", false, 0, {slot.end, slot.end + minutes(30)});
  EXPECT_EQ(judge(ours, {ours, cancelled, next}, personal()), Exclusivity::ours);
}

TEST(JudgeExclusivity, SeatsOfOneSlotAreSharedUpToCapacity) {
  const auto ours = event("z", true, 9);
  EXPECT_EQ(judge(ours, {ours, event("b", false, 0)}, personal(2)), Exclusivity::ours);
  EXPECT_EQ(judge(ours, {ours, event("b", false, 0), event("c", true, 0)}, personal(2)), Exclusivity::yield);
}

TEST(JudgeExclusivity, TheSameUserOnAnotherCalendarIsInTheWay) {
  const auto ours = event("a", true, 0);
  auto other = event("b", false, 0, {slot.begin + minutes(15), slot.end + minutes(15)});
  other.calendar_id = "another";
  EXPECT_EQ(judge(ours, {ours}, personal(2), {other}), Exclusivity::yield);
  other.assigned_user_id = "of a collective GHL names one member";
  EXPECT_EQ(judge(ours, {ours}, personal(2), {other}), Exclusivity::yield);
  other.start = other.start.value() + minutes(15);
  EXPECT_EQ(judge(ours, {ours}, personal(2), {other}), Exclusivity::ours) << "after ours";
}

TEST(RivalsOf, AreThoseThatLeaveNoSeatWhoeverWins) {
  const auto ours = event("a", true, 0);
  const auto weaker = event("b", true, 1);
  EXPECT_EQ(rivals_of(ours, {{ours, weaker}, {}, ours, true, {}}, slot, personal()).size(), 1U);
  EXPECT_EQ(rivals_of(ours, {{ours, weaker}, {}, ours, true, {}}, slot, personal(2)).size(), 0U) << "a seat for each";
  const auto third = event("c", true, 2);
  EXPECT_EQ(rivals_of(ours, {{ours, weaker, third}, {}, ours, true, {}}, slot, personal(2)).size(), 2U);
  auto next_room = event("d", true, 1);
  next_room.assigned_user_id = "somebody else";
  EXPECT_EQ(rivals_of(ours, {{ours, next_room}, {}, ours, true, {}}, slot, personal()).size(), 0U);
  EXPECT_EQ(rivals_of(ours, {{ours}, {next_room}, ours, true, {}}, slot, personal()).size(), 1U) << "busy elsewhere";
}

TEST(Marker, IsFoundInWhatGhlGivesBack) {
  ghl::Appointment appointment;
  appointment.description = description_with_marker("allergic to latex", "abc");
  EXPECT_TRUE(has_marker(appointment));
  EXPECT_TRUE(has_marker_of(appointment, "abc"));
  EXPECT_FALSE(has_marker_of(appointment, "ab"));
  EXPECT_EQ(marked_intent(appointment), "abc");
  EXPECT_EQ(marked_intent(event("b", false, 0)), "");
  EXPECT_NE(appointment.description.find("allergic to latex"), std::string::npos);
}

TEST(Resource, OneMemberIsAUserSeveralAreTheCalendarsSeats) {
  EXPECT_EQ(resources_of(personal()).front().key, "loc/user:user");
  ghl::Calendar team = personal();
  team.type = "round_robin";
  team.team_member_ids = {"u1", "u2", "u3"};
  EXPECT_EQ(resources_of(team).front().key, "loc/calendar:cal");
  EXPECT_EQ(resources_of(team).front().capacity, 3);
  team.type = "service_booking";
  EXPECT_EQ(resources_of(team).front().capacity, 3);
  team.type = "class_booking";
  EXPECT_EQ(resources_of(team).front().capacity, 1) << "seats of the class, not of each host";
  team.type = "collective";
  ASSERT_EQ(resources_of(team).size(), 3U) << "everybody's time";
  EXPECT_EQ(resources_of(team)[1].key, "loc/user:u2");
}

TEST(Resource, BuffersWidenTheHeldInterval) {
  ghl::Calendar calendar = personal();
  calendar.pre_buffer = minutes(10);
  calendar.post_buffer = minutes(15);
  EXPECT_EQ(held_interval(calendar, slot), (Interval{slot.begin - minutes(10), slot.end + minutes(15)}));
}

}  // namespace
}  // namespace holdfast::booking
