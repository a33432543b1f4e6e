// Schedules: their operations, and what they do to slots.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/calendar_rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char monday[] = "2026-08-24T00:00:00-04:00";
constexpr char tuesday[] = "2026-08-25T00:00:00-04:00";
constexpr char wednesday[] = "2026-08-26T00:00:00-04:00";
using Texts = std::vector<std::string>;

class Schedules : public ::testing::TestWithParam<bool> {
 protected:
  CalendarRig rig{GetParam()};

  static Json rule(const char* day, const char* from, const char* to) {
    return {{"type", "wday"}, {"day", day}, {"intervals", {{{"from", from}, {"to", to}}}}};
  }
  static Json asked(Json more = Json::object()) {
    Json body{{"locationId", demo_location},
              {"name", "Hours"},
              {"userId", ada},
              {"timezone", "America/New_York"},
              {"rules", {rule("monday", "10:00", "11:00")}}};
    body.update(more);
    return body;
  }
  std::string calendar_without_hours() {
    return rig.calendar({{"calendarType", "round_robin"}, {"teamMembers", {{{"userId", ada}}, {{"userId", ben}}}}});
  }
};
INSTANTIATE_TEST_SUITE_P(BothDialects, Schedules, ::testing::Bool(),
                         [](const auto& dialect) { return dialect.param ? "v3" : "dated"; });

TEST_P(Schedules, AreMadeReadChangedAndForgotten) {
  const Json made = rig.expect(201, "POST", "/calendars/schedules", asked({{"calendarIds", {consult}}}))["schedule"];
  const std::string path = "/calendars/schedules/" + made["id"].get<std::string>();
  EXPECT_EQ(made["rules"], Json::array({rule("monday", "10:00", "11:00")}));
  EXPECT_EQ(made["calendarIds"], Json::array({consult}));
  EXPECT_EQ(made["deleted"], false);
  EXPECT_EQ(made["dateAdded"], "2026-08-24T12:00:00.000Z");
  EXPECT_EQ(rig.expect(200, "GET", path)["schedule"], made);
  rig.loop.clock().advance(holdfast::minutes{1});
  const Json changed = rig.expect(200, "PUT", path, {{"name", "Later"}, {"timezone", "Europe/Berlin"}})["schedule"];
  EXPECT_EQ(changed["rules"], made["rules"]) << "what is not given stays";
  EXPECT_EQ(changed["timezone"], "Europe/Berlin");
  EXPECT_EQ(changed["dateUpdated"], "2026-08-24T12:01:00.000Z");
  rig.expect(201, "POST", "/calendars/schedules", asked({{"name", "Second"}}));
  const std::string search = std::string("/calendars/schedules/search?locationId=") + demo_location + "&userId=" + ada;
  EXPECT_EQ(rig.expect(200, "GET", search)["schedules"].size(), 2U);
  EXPECT_EQ(rig.expect(200, "GET", search + "&calendarId=" + consult)["schedules"].size(), 1U);
  EXPECT_EQ(rig.expect(200, "GET", search + "&skip=1&limit=1")["schedules"][0]["name"], "Second");
  rig.refused(422, "GET", search + "&limit=501");
  EXPECT_EQ(rig.expect(200, "DELETE", path)["success"], true);
  for (const char* method : {"GET", "DELETE"}) rig.refused(404, method, path);
  rig.refused(404, "PUT", path, {{"name", "x"}});
  for (const char* method : {"GET", "DELETE"}) rig.refused(403, method, "/calendars/schedules/schFar");
}

TEST_P(Schedules, WhatIsNoScheduleIsRefused) {
  const auto make = [&](int status, Json more) {
    return rig.refused(status, "POST", "/calendars/schedules", asked(more));
  };
  // Zones that the vendor's pattern does not know, and a name that only looks like one (facts/ghl.md 4.6).
  for (const char* zone : {"UTC", "America/Argentina/Buenos_Aires", "Etc/GMT+5"}) {
    EXPECT_THAT(make(422, {{"timezone", zone}}), testing::HasSubstr("regular expression")) << zone;
  }
  EXPECT_THAT(make(422, {{"timezone", "Mars/Olympus"}}), testing::HasSubstr("IANA"));
  for (const char* wrong : {"24:00", "9", "09:60", "-1:00", "nine", ":30", "009:00"}) {
    EXPECT_THAT(make(422, {{"rules", {rule("monday", wrong, "17:00")}}}), testing::HasSubstr("HH:MM")) << wrong;
  }
  EXPECT_THAT(make(422, {{"rules", {rule("monday", "10:00", "10:00")}}}), testing::HasSubstr("after from"));
  EXPECT_THAT(make(422, {{"rules", {{{"type", "wday"}, {"intervals", Json::array()}}}}}), testing::HasSubstr("day"));
  EXPECT_THAT(make(422, {{"rules", {{{"type", "date"}, {"date", "2026-02-30"}, {"intervals", Json::array()}}}}}),
              testing::HasSubstr("YYYY-MM-DD"));
  make(400, {{"userId", "usrNobody"}});
  make(403, {{"userId", far_user}});
  make(404, {{"calendarIds", {"calNone"}}});
  make(403, {{"calendarIds", {far_calendar}}});
}

TEST_P(Schedules, AreTheAvailabilityOfTheCalendarsTheyName) {
  const std::string calendar = calendar_without_hours();
  EXPECT_TRUE(rig.starts(calendar, monday, wednesday).empty()) << "nobody has hours (quirk 15)";
  const std::string id = rig.expect(201, "POST", "/calendars/schedules", asked())["schedule"]["id"];
  const std::string link = "/calendars/schedules/" + id + "/associations/" + calendar;
  EXPECT_TRUE(rig.starts(calendar, monday, wednesday).empty()) << "it does not name the calendar yet";
  EXPECT_EQ(rig.expect(200, "PUT", link)["success"], true);
  rig.expect(200, "PUT", link);
  EXPECT_EQ(rig.starts(calendar, monday, wednesday), (Texts{"2026-08-24T10:00:00-04:00", "2026-08-24T10:30:00-04:00"}));
  // Ben's, in his own zone: 16:00 in Berlin is 10:00 in New York. Ten is now served by either, eleven by Ben alone.
  rig.expect(201, "POST", "/calendars/schedules",
             asked({{"userId", ben},
                    {"timezone", "Europe/Berlin"},
                    {"rules", {rule("monday", "16:00", "17:30")}},
                    {"calendarIds", {calendar}}}));
  EXPECT_EQ(rig.starts(calendar, monday, wednesday),
            (Texts{"2026-08-24T10:00:00-04:00", "2026-08-24T10:30:00-04:00", "2026-08-24T11:00:00-04:00"}));
  const Json booked = Rig::json(rig.book(Rig::booking(rig.contact(), "2026-08-24T11:00:00-04:00", calendar)));
  EXPECT_EQ(booked["assignedUserId"], ben);
  // A date's own rule replaces the weekday's.
  rig.expect(200, "PUT", "/calendars/schedules/" + id,
             {{"rules",
               {rule("monday", "10:00", "11:00"),
                {{"type", "date"}, {"date", "2026-08-24"}, {"intervals", Json::array()}},
                {{"type", "date"}, {"date", "2026-08-25"}, {"intervals", {{{"from", "8:00"}, {"to", "8:30"}}}}}}}});
  EXPECT_EQ(rig.starts(calendar, tuesday, wednesday), (Texts{"2026-08-25T08:00:00-04:00"}));
  EXPECT_EQ(Rig::json(rig.slots(calendar, at(monday), at(tuesday), std::string("&userId=") + ada)).size(), 1U)
      << "Ada is off that Monday";
  EXPECT_EQ(rig.expect(200, "DELETE", link)["success"], true);
  EXPECT_TRUE(rig.starts(calendar, tuesday, wednesday).empty());
  rig.refused(404, "DELETE", link);
  rig.refused(404, "PUT", "/calendars/schedules/none/associations/" + calendar);
  rig.refused(404, "PUT", "/calendars/schedules/" + id + "/associations/calNone");
  rig.refused(403, "PUT", "/calendars/schedules/" + id + "/associations/" + far_calendar);
}

TEST_P(Schedules, GiveWayToACalendarsOwnHours) {
  rig.expect(201, "POST", "/calendars/schedules",
             asked({{"rules", {rule("sunday", "01:00", "02:00")}}, {"calendarIds", {personal}}}));
  EXPECT_TRUE(rig.starts(personal, "2026-08-30T00:00:00-04:00", "2026-08-31T00:00:00-04:00").empty());
  EXPECT_FALSE(rig.starts(personal, tuesday, wednesday).empty());
}

}  // namespace
}  // namespace mock_ghl::tests
