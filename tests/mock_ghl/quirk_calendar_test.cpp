// Quirks of facts/ghl.md 9 about calendars that the other files leave out, each by its number, with its switch on and
// off where it has one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/calendar_rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char taken[] = "The slot you have selected is no longer available.";
constexpr char noon[] = "2026-08-24T12:00:00-04:00";
constexpr char ten[] = "2026-08-24T10:00:00-04:00";

holdfast::net::Task<void> send_into(Rig& rig, HttpRequest request, int& status) {
  status = (co_await rig.twin.handle(std::move(request))).status;
}

TEST(Quirk, quirk_02_one_of_several_creates_for_one_slot_wins) {
  CalendarRig rig;
  std::vector<std::string> contacts;
  for (const char* name : {"A", "B", "C", "D"}) contacts.push_back(rig.contact(name));
  // All four are under way at once, and come to their checks in an order of their own.
  rig.twin.set_chaos(*parse_chaos(R"({"rules":[{"fault":"latency","delay":{"uniform_ms":[10,900]}}]})"));
  std::vector<int> statuses(contacts.size(), 0);
  for (std::size_t i = 0; i < contacts.size(); ++i) {
    rig.loop.spawn(send_into(
        rig, Rig::request("POST", "/calendars/events/appointments", Rig::booking(contacts[i], noon, personal)),
        statuses[i]));
  }
  rig.loop.poll();
  EXPECT_THAT(statuses, testing::Each(0)) << "none is answered yet";
  rig.loop.run_until(monday_morning() + holdfast::minutes{1});
  EXPECT_THAT(statuses, testing::UnorderedElementsAre(201, 400, 400, 400));
}

TEST(Quirk, quirk_15_free_slots_are_empty_while_the_member_has_no_schedule) {
  for (const bool scheduled : {false, true}) {
    Fixture fixture = calendar_fixture();
    for (Calendar& calendar : fixture.calendars) {
      if (calendar.id == personal) calendar.open_hours = {};
    }
    if (scheduled) {
      fixture.schedules.push_back({.id = "schAda",
                                   .location_id = demo_location,
                                   .user_id = ada,
                                   .name = "Hours",
                                   .timezone = "America/New_York",
                                   .weekly = WeeklyHours::on({1}, {600, 640}),
                                   .calendar_ids = {personal}});
    }
    CalendarRig rig(false, fixture);
    const Json days = Rig::json(rig.slots(personal, at(ten), at("2026-08-25T00:00:00-04:00")));
    EXPECT_TRUE(days.contains("traceId"));
    EXPECT_EQ(days.size(), scheduled ? 2U : 1U);
    EXPECT_EQ(rig.book(Rig::booking(rig.contact(), ten, personal)).status, scheduled ? 201 : 400);
  }
}

TEST(Quirk, quirk_19_without_a_timezone_the_locations_counts_even_when_it_is_wrong) {
  for (const char* zone : {"America/New_York", "America/Boise"}) {
    Fixture fixture = calendar_fixture();
    fixture.locations[0].timezone = zone;
    CalendarRig rig(false, fixture);
    const auto starts = rig.starts(posture_class, "2026-08-25T00:00:00-04:00", "2026-08-26T00:00:00-04:00");
    ASSERT_FALSE(starts.empty());
    EXPECT_EQ(starts[0],
              std::string(zone) == "America/Boise" ? "2026-08-25T18:00:00-06:00" : "2026-08-25T18:00:00-04:00");
  }
}

TEST(Quirk, quirk_22_events_have_no_blocks_and_no_pages) {
  CalendarRig rig;
  rig.expect(201, "POST", "/calendars/events/block-slots",
             {{"locationId", demo_location},
              {"assignedUserId", ada},
              {"startTime", ten},
              {"endTime", "2026-08-24T11:00:00-04:00"}});
  const std::string contact = rig.contact();
  for (int i = 0; i < 120; ++i) {
    Json forced = Rig::booking(contact, noon, personal);
    forced["ignoreFreeSlotValidation"] = true;
    forced["assignedUserId"] = ada;
    ASSERT_EQ(rig.book(forced).status, 201);
  }
  const std::string query = std::string("?locationId=") + demo_location + "&userId=" + ada +
                            "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-24T00:00:00-04:00"))) +
                            "&endTime=" + std::to_string(to_epoch_ms(at("2026-08-25T00:00:00-04:00")));
  EXPECT_EQ(rig.expect(200, "GET", "/calendars/events" + query)["events"].size(), 120U);
  EXPECT_EQ(rig.expect(200, "GET", "/calendars/blocked-slots" + query)["events"].size(), 1U);
  rig.refused(422, "GET", "/calendars/events" + query + "&limit=10");
}

TEST(Quirk, quirk_23_a_users_block_hits_all_of_that_users_calendars) {
  CalendarRig rig;
  const std::string event =
      rig.calendar({{"openHours",
                     {{{"daysOfTheWeek", {1}},
                       {"hours", {{{"openHour", 10}, {"openMinute", 0}, {"closeHour", 11}, {"closeMinute", 0}}}}}}}});
  const auto block = [&](int status, const char* key, const std::string& id) {
    return rig.refused(
        status, "POST", "/calendars/events/block-slots",
        {{"locationId", demo_location}, {key, id}, {"startTime", ten}, {"endTime", "2026-08-24T11:00:00-04:00"}});
  };
  EXPECT_EQ(block(400, "calendarId", personal), "The calendar is not an event calendar.");
  block(201, "assignedUserId", ada);
  EXPECT_TRUE(rig.starts(personal, ten, "2026-08-24T11:00:00-04:00").empty());
  const Json of_ada =
      Rig::json(rig.slots(consult, at(ten), at("2026-08-24T11:00:00-04:00"), std::string("&userId=") + ada));
  EXPECT_EQ(of_ada.size(), 1U) << "Ada's, on the shared calendar too";
  EXPECT_EQ(rig.starts(consult, ten, "2026-08-24T11:00:00-04:00").size(), 2U) << "Ben is free";
  EXPECT_EQ(rig.starts(event, ten, "2026-08-24T11:00:00-04:00").size(), 2U);
  block(201, "calendarId", event);
  EXPECT_TRUE(rig.starts(event, ten, "2026-08-24T11:00:00-04:00").empty());
}

TEST(Quirk, quirk_27_a_slot_for_several_stays_until_the_last_seat) {
  CalendarRig rig;
  rig.expect(200, "PUT", std::string("/calendars/") + personal, {{"appoinmentPerSlot", 2}});
  const std::string contact = rig.contact();
  for (int seat = 0; seat < 2; ++seat) {
    EXPECT_THAT(rig.starts(personal, ten, "2026-08-24T10:20:00-04:00"), testing::ElementsAre(ten));
    EXPECT_EQ(rig.book(Rig::booking(contact, ten, personal)).status, 201);
  }
  EXPECT_TRUE(rig.starts(personal, ten, "2026-08-24T10:20:00-04:00").empty());
  EXPECT_EQ(rig.refused(400, "POST", "/calendars/events/appointments", Rig::booking(contact, ten, personal)), taken);
}

}  // namespace
}  // namespace mock_ghl::tests
