// Calendars, groups, resources, notifications, notes and blocks over the API, in both dialects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/calendar_rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char ten[] = "2026-08-24T10:00:00-04:00";
constexpr char eleven[] = "2026-08-24T11:00:00-04:00";
constexpr char day_begin[] = "2026-08-24T00:00:00-04:00";
constexpr char day_end[] = "2026-08-25T00:00:00-04:00";
using Texts = std::vector<std::string>;

class Calendars : public ::testing::TestWithParam<bool> {
 protected:
  CalendarRig rig{GetParam()};

  static Json hours(int open, int close) {
    return {{{"daysOfTheWeek", {1}},
             {"hours", {{{"openHour", open}, {"openMinute", 0}, {"closeHour", close}, {"closeMinute", 0}}}}}};
  }
  static std::string window(const std::string& who) {
    return std::string("?locationId=") + demo_location + "&" + who +
           "&startTime=" + std::to_string(to_epoch_ms(at(day_begin))) +
           "&endTime=" + std::to_string(to_epoch_ms(at(day_end)));
  }
};
INSTANTIATE_TEST_SUITE_P(BothDialects, Calendars, ::testing::Bool(),
                         [](const auto& dialect) { return dialect.param ? "v3" : "dated"; });

TEST_P(Calendars, AMadeOneIsReadBackAndBooked) {
  const Json made = rig.expect(200, "POST", "/calendars/",
                               {{"locationId", demo_location},
                                {"name", "Massage"},
                                {"description", "An hour"},
                                {"slug", "massage"},
                                {"calendarType", "round_robin"},
                                {"teamMembers",
                                 {{{"userId", ada},
                                   {"priority", 1},
                                   {"locationConfigurations", {{{"kind", "custom"}, {"location", "Room 2"}}}}}}},
                                {"openHours", hours(9, 12)},
                                {"slotDuration", 60},
                                {"slotDurationUnit", "mins"},
                                {"slotInterval", 1},
                                {"slotIntervalUnit", "hours"},
                                {"allowBookingFor", 2},
                                {"allowBookingForUnit", "weeks"},
                                {"eventColor", "#ff0000"},
                                {"consentLabel", "I agree"},
                                {"autoConfirm", false}})["calendar"];
  EXPECT_EQ(made["slotDuration"], 60);
  EXPECT_EQ(made["slotDurationUnit"], "mins") << "given back as it came";
  EXPECT_EQ(made["slotIntervalUnit"], "hours");
  EXPECT_EQ(made["allowBookingFor"], 2);
  EXPECT_EQ(made["allowBookingForUnit"], "weeks");
  EXPECT_EQ(made["eventColor"], "#ff0000");
  EXPECT_EQ(made["consentLabel"], "I agree");
  EXPECT_EQ(made["teamMembers"][0]["locationConfigurations"][0]["meetingId"], "custom_0");
  const std::string id = made["id"];
  EXPECT_EQ(rig.expect(200, "GET", "/calendars/" + id)["calendar"], made);
  EXPECT_EQ(rig.starts(id, day_begin, day_end),
            (Texts{"2026-08-24T09:00:00-04:00", "2026-08-24T10:00:00-04:00", "2026-08-24T11:00:00-04:00"}));
  EXPECT_EQ(Rig::json(rig.book(Rig::booking(rig.contact(), ten, id)))["appointmentStatus"], "new");
}

TEST_P(Calendars, ABareOneHasTheDefaults) {
  const std::string id = rig.calendar();
  const Json made = rig.expect(200, "GET", "/calendars/" + id)["calendar"];
  const Json expected{{"isActive", true},
                      {"calendarType", "event"},
                      {"eventType", "RoundRobin_OptimizeForAvailability"},
                      {"widgetType", "classic"},
                      {"eventTitle", "{{contact.name}}"},
                      {"eventColor", "#039be5"},
                      {"slotDuration", 30},
                      {"slotInterval", 30},
                      {"appoinmentPerSlot", 1},
                      {"enableRecurring", false},
                      {"autoConfirm", true},
                      {"googleInvitationEmails", false},
                      {"allowReschedule", true},
                      {"allowCancellation", true}};
  for (const auto& [key, value] : expected.items()) EXPECT_EQ(made[key], value) << key;
  EXPECT_TRUE(rig.starts(id, day_begin, day_end).empty()) << "no hours, nothing to book";
}

TEST_P(Calendars, WhatCannotBeIsRefused) {
  const auto make = [&](int status, Json more) {
    Json body{{"locationId", demo_location}, {"name", "Made"}};
    body.update(more);
    return rig.refused(status, "POST", "/calendars/", body);
  };
  const Json both{{{"userId", ada}}, {{"userId", ben}}};
  for (const char* type : {"round_robin", "collective", "class_booking", "service_booking"}) {
    EXPECT_THAT(make(422, {{"calendarType", type}}), testing::HasSubstr("teamMembers should not be empty")) << type;
  }
  EXPECT_THAT(make(422, {{"calendarType", "personal"}}), testing::HasSubstr("exactly one"));
  EXPECT_THAT(make(422, {{"calendarType", "personal"}, {"teamMembers", both}}), testing::HasSubstr("one member"));
  EXPECT_THAT(make(422, {{"calendarType", "collective"}, {"teamMembers", both}}), testing::HasSubstr("primary"));
  EXPECT_THAT(make(422, {{"teamMembers", both}, {"enableRecurring", true}}), testing::HasSubstr("one team member"));
  EXPECT_EQ(make(422, {{"slotDuration", 0}}), "slotDuration must be whole minutes between 1 and 1440");
  EXPECT_EQ(make(422, {{"slotDuration", 12.5}}), "slotDuration must be a whole number");
  EXPECT_THAT(make(422, {{"openHours", hours(12, 9)}}), testing::HasSubstr("open before it closes"));
  EXPECT_THAT(make(422, {{"recurring", {{"count", 25}}}}), testing::HasSubstr("24"));
  EXPECT_EQ(make(400, {{"teamMembers", {{{"userId", "usrNobody"}}}}}), "User not found");
  make(403, {{"teamMembers", {{{"userId", far_user}}}}});
  EXPECT_EQ(make(404, {{"groupId", "grpNone"}}), "Group not found");
  make(403, {{"groupId", "grpFar"}});
  EXPECT_TRUE(make(422, {{"name", ""}}).starts_with("name"));
  rig.calendar({{"slug", "spa"}});
  EXPECT_EQ(make(400, {{"slug", "spa"}}), "The slug is already in use");
  rig.refused(401, "POST", "/calendars/", {{"locationId", far_location}, {"name", "Made"}});
}

TEST_P(Calendars, AnEditKeepsWhatItDoesNotName) {
  const Json before = rig.expect(200, "GET", std::string("/calendars/") + personal)["calendar"];
  const Json after = rig.expect(200, "PUT", std::string("/calendars/") + personal,
                                {{"slotDuration", 40}, {"name", "Longer"}, {"formId", "form1"}})["calendar"];
  EXPECT_EQ(after["slotDuration"], 40);
  EXPECT_EQ(after["name"], "Longer");
  EXPECT_EQ(after["formId"], "form1");
  for (const char* key : {"openHours", "teamMembers", "slotInterval", "slotBuffer", "description", "allowBookingFor"}) {
    EXPECT_EQ(after[key], before[key]) << key;
  }
  // A date's own hours replace the weekly ones; a deleted entry is none.
  rig.expect(200, "PUT", std::string("/calendars/") + personal,
             {{"availabilities",
               {{{"date", "2026-08-24T00:00:00.000Z"},
                 {"hours", {{{"openHour", 13}, {"openMinute", 0}, {"closeHour", 13}, {"closeMinute", 40}}}}},
                {{"date", "2026-08-25T00:00:00.000Z"}, {"hours", Json::array()}, {"deleted", true}}}}});
  EXPECT_EQ(rig.starts(personal, day_begin, day_end), (Texts{"2026-08-24T13:00:00-04:00"}));
  EXPECT_FALSE(rig.starts(personal, day_end, "2026-08-26T00:00:00-04:00").empty());
  rig.refused(422, "PUT", std::string("/calendars/") + personal, {{"calendarType", "event"}});
  rig.refused(422, "PUT", std::string("/calendars/") + personal, {{"teamMembers", Json::array()}});
  rig.refused(404, "PUT", "/calendars/none", {{"name", "x"}});
  rig.refused(403, "PUT", std::string("/calendars/") + far_calendar, {{"name", "x"}});
}

TEST_P(Calendars, OfAnAmountAndItsUnitWhatIsAbsentStays) {
  const std::string id = rig.calendar({{"slotDuration", 1}, {"slotDurationUnit", "hours"}, {"slotBuffer", 10}});
  const auto change = [&](const Json& body) { return rig.expect(200, "PUT", "/calendars/" + id, body)["calendar"]; };
  const Json longer = change({{"slotDuration", 2}});
  EXPECT_EQ(longer["slotDuration"], 2);
  EXPECT_EQ(longer["slotDurationUnit"], "hours");
  EXPECT_EQ(rig.twin.state().calendar(id)->slot_duration, holdfast::hours{2});
  const Json shorter = change({{"slotDurationUnit", "mins"}});
  EXPECT_EQ(shorter["slotDuration"], 2);
  EXPECT_EQ(rig.twin.state().calendar(id)->slot_duration, holdfast::minutes{2});
}

TEST_P(Calendars, AnAvailabilityTypeOfNullIsBothAgain) {
  const std::string path = std::string("/calendars/") + personal;
  EXPECT_EQ(rig.expect(200, "PUT", path, {{"availabilityType", 1}})["calendar"]["availabilityType"], 1);
  EXPECT_FALSE(rig.expect(200, "PUT", path, {{"availabilityType", nullptr}})["calendar"].contains("availabilityType"));
  EXPECT_EQ(rig.twin.state().calendar(personal)->availability, AvailabilityType::both);
}

TEST_P(Calendars, WhatIsSwitchedOffIsReadBackAllTheSame) {
  const Json made = rig.expect(200, "PUT", std::string("/calendars/") + personal,
                               {{"enableRecurring", false},
                                {"recurring", {{"freq", "DAILY"}, {"count", 3}, {"bookingOption", "book_next"}}},
                                {"lookBusyConfig", {{"enabled", false}, {"LookBusyPercentage", 40}}}})["calendar"];
  EXPECT_EQ(made["recurring"]["freq"], "DAILY");
  EXPECT_EQ(made["recurring"]["bookingOption"], "book_next");
  EXPECT_EQ(made["lookBusyConfig"], (Json{{"enabled", false}, {"LookBusyPercentage", 40}}));
}

TEST_P(Calendars, WhoServesOneWithoutATeamMustBeOfTheLocationAndFree) {
  const std::string id = rig.calendar({{"openHours", hours(9, 12)}});
  Json asked = Rig::booking(rig.contact(), ten, id);
  for (const bool forced : {false, true}) {
    asked["ignoreFreeSlotValidation"] = forced;
    asked["assignedUserId"] = "whoever";
    EXPECT_EQ(rig.refused(400, "POST", "/calendars/events/appointments", asked), "User not found");
    asked["assignedUserId"] = far_user;
    rig.refused(403, "POST", "/calendars/events/appointments", asked);
  }
  asked["ignoreFreeSlotValidation"] = false;
  asked["assignedUserId"] = ada;
  ASSERT_EQ(rig.book(Rig::booking(rig.contact("Jim"), ten, personal)).status, 201) << "Ada is busy";
  EXPECT_EQ(rig.refused(400, "POST", "/calendars/events/appointments", asked),
            "The slot you have selected is no longer available.");
  asked["assignedUserId"] = ben;
  const std::string made = rig.expect(201, "POST", "/calendars/events/appointments", asked)["id"];
  const std::string path = "/calendars/events/appointments/" + made;
  EXPECT_EQ(rig.refused(400, "PUT", path, {{"assignedUserId", "whoever"}}), "User not found");
  EXPECT_EQ(rig.refused(400, "PUT", path, {{"assignedUserId", ada}}),
            "The slot you have selected is no longer available.");
}

TEST_P(Calendars, EveryMemberOfACollectiveSeesItsEvents) {
  const std::string id = rig.calendar({{"calendarType", "collective"},
                                       {"teamMembers", {{{"userId", ada}, {"isPrimary", true}}, {{"userId", ben}}}},
                                       {"openHours", hours(9, 12)}});
  ASSERT_EQ(rig.book(Rig::booking(rig.contact(), ten, id)).status, 201);
  for (const char* user : {ada, ben}) {
    EXPECT_EQ(
        rig.expect(200, "GET", "/calendars/events" + window("calendarId=" + id + "&userId=" + user))["events"].size(),
        1U)
        << user;
  }
}

TEST_P(Calendars, BlocksOfACalendarAndAUserAreThoseOfBoth) {
  const auto block = [&](const char* user) {
    const Json body{{"locationId", demo_location}, {"assignedUserId", user}, {"startTime", ten}, {"endTime", eleven}};
    return rig.expect(201, "POST", "/calendars/events/block-slots", body)["id"].get<std::string>();
  };
  const std::string of_ada = block(ada);
  block(ben);
  const auto listed = [&](const std::string& who) {
    return rig.expect(200, "GET", "/calendars/blocked-slots" + window(who))["events"];
  };
  EXPECT_EQ(listed(std::string("calendarId=") + consult).size(), 2U);
  EXPECT_EQ(listed(std::string("calendarId=") + consult + "&userId=" + ada).size(), 1U);
  EXPECT_EQ(listed(std::string("calendarId=") + posture_class + "&userId=" + ada).size(), 0U);
  rig.loop.clock().advance(holdfast::minutes{1});
  rig.expect(201, "PUT", "/calendars/events/block-slots/" + of_ada, {{"locationId", demo_location}, {"title", "x"}});
  EXPECT_EQ(listed(std::string("userId=") + ada)[0]["dateUpdated"], "2026-08-24T12:01:00.000Z");
}

TEST_P(Calendars, ADeletedOneTakesItsAppointmentsWithIt) {
  const std::string id = rig.calendar({{"openHours", hours(9, 12)}, {"teamMembers", {{{"userId", ada}}}}});
  const std::string booked = Rig::json(rig.book(Rig::booking(rig.contact(), ten, id)))["id"];
  ASSERT_FALSE(testing::Value(rig.starts(personal, ten, eleven), testing::Contains(ten))) << "Ada is busy";
  EXPECT_EQ(rig.expect(200, "DELETE", "/calendars/" + id)["success"], true);
  rig.refused(404, "GET", "/calendars/" + id);
  rig.refused(404, "DELETE", "/calendars/" + id);
  EXPECT_TRUE(rig.twin.state().appointment(booked)->deleted);
  EXPECT_THAT(rig.refused(400, "GET", "/calendars/events/appointments/" + booked), testing::HasSubstr("deleted"));
  EXPECT_THAT(rig.starts(personal, ten, eleven), testing::Contains(ten)) << "Ada's time is free again";
  rig.refused(403, "DELETE", std::string("/calendars/") + far_calendar);
}

TEST_P(Calendars, DraftsAreListedAndOfferNothing) {
  const std::string id = rig.calendar({{"openHours", hours(9, 12)}, {"isActive", false}});
  const auto listed = [&](const std::string& query) {
    Texts ids;
    for (const Json& each :
         rig.expect(200, "GET", std::string("/calendars/?locationId=") + demo_location + query)["calendars"]) {
      ids.push_back(each["id"]);
    }
    return ids;
  };
  EXPECT_THAT(listed(""), testing::Contains(id));
  EXPECT_THAT(listed("&showDrafted=false"), testing::Not(testing::Contains(id)));
  EXPECT_TRUE(rig.starts(id, day_begin, day_end).empty());
  EXPECT_EQ(rig.book(Rig::booking(rig.contact(), ten, id)).status, 400);
  rig.expect(200, "PUT", "/calendars/" + id, {{"isActive", true}});
  EXPECT_EQ(rig.starts(id, day_begin, day_end).size(), 6U);
}

TEST_P(Calendars, GroupsHoldCalendarsAndTheirEvents) {
  const Json asked{{"locationId", demo_location}, {"name", "Spa"}, {"description", "All of it"}, {"slug", "spa"}};
  EXPECT_EQ(rig.expect(200, "POST", "/calendars/groups/validate-slug",
                       {{"locationId", demo_location}, {"slug", "spa"}})["available"],
            true);
  const Json group = rig.expect(201, "POST", "/calendars/groups", asked)["group"];
  const std::string id = group["id"];
  EXPECT_EQ(group["isActive"], true);
  EXPECT_EQ(rig.expect(200, "POST", "/calendars/groups/validate-slug",
                       {{"locationId", demo_location}, {"slug", "spa"}})["available"],
            false);
  EXPECT_EQ(rig.refused(400, "POST", "/calendars/groups", asked), "The slug is already in use");
  const std::string calendar = rig.calendar({{"groupId", id}, {"openHours", hours(9, 12)}});
  const Json of_group =
      rig.expect(200, "GET", std::string("/calendars/?locationId=") + demo_location + "&groupId=" + id)["calendars"];
  ASSERT_EQ(of_group.size(), 1U);
  EXPECT_EQ(of_group[0]["id"], calendar);
  rig.book(Rig::booking(rig.contact(), ten, calendar));
  const Json events = rig.expect(200, "GET", "/calendars/events" + window("groupId=" + id))["events"];
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["groupId"], id);

  const Json edited = rig.expect(200, "PUT", "/calendars/groups/" + id,
                                 {{"name", "Spa 2"}, {"description", "Quiet"}, {"slug", "spa"}})["group"];
  EXPECT_EQ(edited["name"], "Spa 2") << "its own slug is no other's";
  EXPECT_EQ(rig.expect(200, "PUT", "/calendars/groups/" + id + "/status", {{"isActive", false}})["success"], true);
  const Json listed = rig.expect(200, "GET", std::string("/calendars/groups?locationId=") + demo_location)["groups"];
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0]["isActive"], false);
  EXPECT_EQ(rig.expect(200, "DELETE", "/calendars/groups/" + id)["success"], true);
  EXPECT_FALSE(rig.expect(200, "GET", "/calendars/" + calendar)["calendar"].contains("groupId"));
  rig.refused(404, "DELETE", "/calendars/groups/" + id);
  rig.refused(403, "DELETE", "/calendars/groups/grpFar");
  rig.refused(403, "PUT", "/calendars/groups/grpFar/status", {{"isActive", false}});
  rig.refused(404, "PUT", "/calendars/groups/none", {{"name", "x"}, {"description", "x"}, {"slug", "x"}});
}

TEST_P(Calendars, RoomsAndEquipmentsAreKept) {
  const auto make = [&](Json more) {
    Json body{{"locationId", demo_location}, {"name", "Room 1"}, {"description", "Ground floor"},     {"quantity", 1},
              {"outOfService", 0},           {"capacity", 12},   {"calendarIds", {consult, personal}}};
    body.update(more);
    return body;
  };
  const Json room = rig.expect(201, "POST", "/calendars/resources/rooms", make(Json::object()));
  EXPECT_EQ(room["resourceType"], "rooms");
  EXPECT_EQ(room["isActive"], true);
  EXPECT_EQ(room["capacity"], 12);
  const std::string path = "/calendars/resources/rooms/" + room["id"].get<std::string>();
  const std::string list = std::string("/calendars/resources/rooms?locationId=") + demo_location;
  rig.expect(201, "POST", "/calendars/resources/rooms", make({{"name", "Room 2"}, {"calendarIds", Json::array()}}));
  EXPECT_EQ(rig.expect(200, "GET", list + "&limit=10&skip=0").size(), 2U);
  const Json second = rig.expect(200, "GET", list + "&limit=1&skip=1");
  ASSERT_TRUE(second.is_array()) << "a bare array";
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0]["name"], "Room 2");
  EXPECT_EQ(rig.expect(200, "PUT", path, {{"isActive", false}, {"capacity", 8}})["capacity"], 8);
  EXPECT_EQ(rig.expect(200, "GET", path)["calendarIds"], Json::array({consult, personal}));
  rig.expect(200, "DELETE", std::string("/calendars/") + personal);
  EXPECT_EQ(rig.expect(200, "GET", path)["calendarIds"], Json::array({consult}))
      << "a calendar that is gone is forgotten";
  rig.refused(422, "PUT", path, {{"quantity", -1}});
  EXPECT_EQ(rig.expect(200, "DELETE", path)["success"], true);
  rig.refused(404, "GET", path);

  rig.refused(422, "POST", "/calendars/resources/cars", make(Json::object()));
  rig.refused(400, "POST", "/calendars/resources/equipments", make({{"calendarIds", {consult, posture_class}}}));
  rig.refused(404, "POST", "/calendars/resources/equipments", make({{"calendarIds", {"calNone"}}}));
  rig.refused(403, "POST", "/calendars/resources/equipments", make({{"calendarIds", {far_calendar}}}));
  rig.expect(201, "POST", "/calendars/resources/equipments", make({{"calendarIds", {consult}}}));
  for (const char* method : {"GET", "DELETE"}) rig.refused(403, method, "/calendars/resources/rooms/romFar");
  rig.refused(403, "PUT", "/calendars/resources/rooms/romFar", {{"name", "x"}});
}

TEST_P(Calendars, NotificationsComeAndGoAsLists) {
  const std::string path = std::string("/calendars/") + consult + "/notifications";
  const Json made = rig.expect(
      200, "POST", path,
      {{{"receiverType", "contact"},
        {"channel", "email"},
        {"notificationType", "reminder"},
        {"subject", "Soon"},
        {"fromName", "Clinic"},
        {"beforeTime", {{{"timeOffset", 1}, {"unit", "hours"}}}}},
       {{"receiverType", "guest"}, {"channel", "sms"}, {"notificationType", "booked"}, {"isActive", false}}});
  ASSERT_TRUE(made.is_array());
  ASSERT_EQ(made.size(), 2U);
  EXPECT_EQ(made[0]["isActive"], true);
  EXPECT_FALSE(made[0].contains("fromName")) << "the answer has no sender";
  const std::string first = path + "/" + made[0]["_id"].get<std::string>();
  EXPECT_EQ(rig.expect(200, "GET", path).size(), 2U);
  EXPECT_EQ(rig.expect(200, "GET", path + "?isActive=false").size(), 1U);
  EXPECT_EQ(rig.expect(200, "GET", path + "?limit=1&skip=1")[0], made[1]);
  EXPECT_TRUE(rig.expect(200, "PUT", first, {{"subject", "Very soon"}})["message"].is_string());
  EXPECT_EQ(rig.expect(200, "GET", first)["subject"], "Very soon");
  EXPECT_TRUE(rig.expect(200, "DELETE", first)["message"].is_string());
  EXPECT_EQ(rig.expect(200, "GET", path).size(), 1U);
  EXPECT_EQ(rig.expect(200, "GET", path + "?deleted=true")[0]["_id"], made[0]["_id"]);
  rig.refused(422, "POST", path, {{{"receiverType", "cat"}, {"channel", "email"}, {"notificationType", "booked"}}});
  rig.refused(404, "GET", path + "/none");
  const std::string elsewhere =
      std::string("/calendars/") + personal + "/notifications/" + made[1]["_id"].get<std::string>();
  for (const char* method : {"GET", "DELETE"}) rig.refused(404, method, elsewhere);
  rig.refused(404, "GET", "/calendars/none/notifications");
  rig.refused(403, "GET", std::string("/calendars/") + far_calendar + "/notifications");
}

TEST_P(Calendars, NotesOfAnAppointmentArePaged) {
  const std::string contact = rig.contact();
  const std::string id = Rig::json(rig.book(Rig::booking(contact, ten)))["id"];
  const std::string path = "/calendars/appointments/" + id + "/notes";
  for (const char* body : {"one", "two", "three"}) rig.expect(201, "POST", path, {{"body", body}, {"userId", ada}});
  const Json page = rig.expect(200, "GET", path + "?limit=2&offset=0");
  EXPECT_EQ(page["hasMore"], true);
  ASSERT_EQ(page["notes"].size(), 2U);
  EXPECT_EQ(page["notes"][0]["body"], "one");
  EXPECT_EQ(page["notes"][0]["contactId"], contact);
  EXPECT_EQ(page["notes"][0]["createdBy"], (Json{{"id", ada}, {"name", "Ada Moreno"}}));
  const Json rest = rig.expect(200, "GET", path + "?limit=2&offset=2");
  EXPECT_EQ(rest["hasMore"], false);
  EXPECT_EQ(rest["notes"].size(), 1U);
  const std::string note = path + "/" + page["notes"][0]["id"].get<std::string>();
  EXPECT_EQ(rig.expect(200, "PUT", note, {{"body", "uno"}})["note"]["body"], "uno");
  EXPECT_EQ(rig.expect(200, "DELETE", note)["success"], true);
  rig.refused(404, "DELETE", note);
  rig.refused(404, "PUT", note, {{"body", "x"}});
  EXPECT_EQ(rig.expect(200, "GET", path + "?limit=20&offset=0")["notes"].size(), 2U);
  rig.refused(422, "GET", path + "?limit=21&offset=0");
  rig.refused(422, "POST", path, {{"body", std::string(5001, 'x')}});
  rig.refused(400, "POST", path, {{"body", "x"}, {"userId", "usrNobody"}});
  rig.refused(400, "POST", "/calendars/appointments/none/notes", {{"body", "x"}});
  rig.refused(403, "GET", "/calendars/appointments/aptFar/notes?limit=1&offset=0");
}

TEST_P(Calendars, ABlockMovesWithWhatItTakes) {
  const Json made = rig.expect(201, "POST", "/calendars/events/block-slots",
                               {{"locationId", demo_location},
                                {"assignedUserId", ada},
                                {"title", "Lunch"},
                                {"startTime", ten},
                                {"endTime", eleven}});
  const std::string path = "/calendars/events/block-slots/" + made["id"].get<std::string>();
  EXPECT_THAT(rig.starts(personal, ten, eleven), testing::IsEmpty());
  const Json moved =
      rig.expect(201, "PUT", path, {{"locationId", demo_location}, {"endTime", "2026-08-24T10:20:00-04:00"}});
  EXPECT_EQ(moved["title"], "Lunch");
  EXPECT_EQ(moved["startTime"], ten);
  EXPECT_EQ(rig.starts(personal, ten, eleven), (Texts{"2026-08-24T10:20:00-04:00", "2026-08-24T10:40:00-04:00"}));
  rig.expect(201, "PUT", path, {{"locationId", demo_location}, {"assignedUserId", ben}});
  EXPECT_THAT(rig.starts(personal, ten, eleven), testing::Contains(ten));
  rig.refused(422, "PUT", path, {{"locationId", demo_location}, {"endTime", "2026-08-24T09:00:00-04:00"}});
  rig.refused(422, "PUT", path, {{"locationId", demo_location}, {"assignedUserId", ben}, {"calendarId", consult}});
  rig.refused(400, "PUT", path, {{"locationId", demo_location}, {"calendarId", consult}});
  rig.refused(400, "PUT", path, {{"locationId", demo_location}, {"assignedUserId", "usrNobody"}});
  rig.refused(400, "PUT", "/calendars/events/block-slots/none", {{"locationId", demo_location}});
  rig.expect(200, "DELETE", "/calendars/events/" + made["id"].get<std::string>());
  EXPECT_THAT(rig.refused(400, "PUT", path, {{"locationId", demo_location}}), testing::HasSubstr("already"));
}

TEST(LookBusy, HidesOnTheApiOnlyWhereTheSwitchSaysSo) {
  Fixture fixture = calendar_fixture();
  for (Calendar& calendar : fixture.calendars) {
    if (calendar.id == consult) calendar.look_busy = {.enabled = true, .percent = 50};
  }
  CalendarRig honest(false, fixture);
  const Texts all = honest.starts(consult, day_begin, "2026-08-29T00:00:00-04:00");
  EXPECT_EQ(all.size(), 80U) << "16 a day";
  fixture.settings.look_busy_on_api = true;
  CalendarRig busy(false, fixture);
  const Texts some = busy.starts(consult, day_begin, "2026-08-29T00:00:00-04:00");
  EXPECT_GT(some.size(), 20U);
  EXPECT_LT(some.size(), 60U);
  EXPECT_EQ(some, busy.starts(consult, day_begin, "2026-08-29T00:00:00-04:00")) << "always the same ones";
  CalendarRig again(false, fixture);
  EXPECT_EQ(some, again.starts(consult, day_begin, "2026-08-29T00:00:00-04:00")) << "drawn from the seed";
  std::string hidden;
  for (const std::string& start : all) {
    if (!testing::Value(some, testing::Contains(start))) hidden = start;
  }
  EXPECT_EQ(busy.book(Rig::booking(busy.contact(), hidden)).status, 201) << "hidden is not taken";
}

}  // namespace
}  // namespace mock_ghl::tests
