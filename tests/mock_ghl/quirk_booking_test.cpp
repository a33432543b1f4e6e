// The quirks of facts/ghl.md 9 about booking and slots, each by its number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char taken[] = "The slot you have selected is no longer available.";
constexpr char ten[] = "2026-08-24T10:00:00-04:00";
constexpr char noon[] = "2026-08-24T12:00:00-04:00";

std::string message_of(const HttpResponse& response) {
  const Json body = Rig::json(response);
  return body.contains("message")
             ? (body["message"].is_string() ? body["message"].get<std::string>() : body["message"].dump())
             : response.body;
}

Calendar& calendar_of(Fixture& fixture, std::string_view id) {
  for (Calendar& calendar : fixture.calendars) {
    if (calendar.id == id) return calendar;
  }
  throw std::logic_error("no such calendar");
}

std::string day_query(const std::string& who) {
  return std::string("?locationId=") + demo_location + "&" + who +
         "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-24T00:00:00-04:00"))) +
         "&endTime=" + std::to_string(to_epoch_ms(at("2026-08-25T00:00:00-04:00")));
}

TEST(Quirk, quirk_01_OneTextFor400OnEveryStartThatCannotBeBooked) {
  Rig rig;
  const std::string contact = rig.contact();
  ASSERT_EQ(rig.book(Rig::booking(contact, noon, personal)).status, 201);
  const char* refused[] = {noon,                          // taken
                           "2026-08-24T12:07:00-04:00",   // off the grid
                           "2026-08-24T09:40:00-04:00",   // before opening and within the notice
                           "2026-08-24T20:00:00-04:00",   // after closing
                           "2026-08-29T12:00:00-04:00",   // a Saturday
                           "2026-12-01T12:00:00-05:00",   // beyond the horizon
                           "2020-08-24T12:00:00-04:00"};  // the past
  for (const char* start : refused) {
    const HttpResponse response = rig.book(Rig::booking(contact, start, personal));
    EXPECT_EQ(response.status, 400) << start;
    // The body as observed, key order included.
    const std::string expected =
        std::string(R"({"message":")") + taken + R"(","error":"Bad Request","statusCode":400,"traceId":")";
    EXPECT_EQ(response.body.substr(0, expected.size()), expected) << start;
  }
}

TEST(Quirk, quirk_06_CreateAnswers201WithoutEndTimeAndWithALegacyStatus) {
  Rig rig;
  const HttpResponse response = rig.book(Rig::booking(rig.contact(), ten));
  EXPECT_EQ(response.status, 201);
  const Json body = Rig::json(response);
  EXPECT_FALSE(body.contains("endTime"));
  EXPECT_FALSE(body.contains("event")) << "the answer is flat";
  EXPECT_EQ(body["status"], "booked");
  EXPECT_EQ(body["appointmentStatus"], "confirmed");
  EXPECT_EQ(body["appoinmentStatus"], "confirmed");
  EXPECT_FALSE(body.contains("dateAdded"));
  HttpRequest v3 = Rig::request("POST", "/calendars/events/appointments", Rig::booking(rig.contact("Jim"), ten));
  v3.headers.set("Version", "v3");
  EXPECT_TRUE(Rig::json(rig.send(v3)).contains("dateAdded"));
}

TEST(Quirk, quirk_07_NotesAreDroppedAndDescriptionReadsBackAsNotes) {
  Rig rig;
  Json request = Rig::booking(rig.contact(), ten);
  request["notes"] = "lost";
  const std::string id = Rig::json(rig.book(request))["id"];
  const std::string path = "/calendars/events/appointments/" + id;
  EXPECT_EQ(Rig::json(rig.send("GET", path))["event"]["notes"], "");
  EXPECT_EQ(rig.send("PUT", path, {{"notes", "lost again"}}).status, 200);
  EXPECT_EQ(Rig::json(rig.send("GET", path))["event"]["notes"], "");
  EXPECT_EQ(rig.send("PUT", path, {{"description", "kept"}}).status, 200);
  EXPECT_EQ(Rig::json(rig.send("GET", path))["event"]["notes"], "kept");
  EXPECT_EQ(Rig::json(rig.send("GET", path))["event"]["description"], "kept");
}

TEST(Quirk, quirk_09_AnotherLengthIsRefusedUnlessTheCalendarTakesIt) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, personal).any_duration = true;
  Rig rig(fixture);
  Json request = Rig::booking(rig.contact(), ten);
  request["endTime"] = "2026-08-24T10:45:00-04:00";
  const HttpResponse response = rig.book(request);
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(message_of(response), "Selected slot duration is not a valid duration option for this calendar");
  request["endTime"] = "2026-08-24T10:30:00-04:00";
  EXPECT_EQ(rig.book(request).status, 201) << "exactly start + slotDuration";
  request = Rig::booking(rig.contact("Long"), noon, personal);
  request["endTime"] = "2026-08-24T13:30:00-04:00";
  EXPECT_EQ(rig.book(request).status, 201);
}

TEST(Quirk, quirk_10_AForcedCreateNeedsATeamMember) {
  Rig rig;
  Json request = Rig::booking(rig.contact(), ten);
  request["ignoreFreeSlotValidation"] = true;
  const HttpResponse response = rig.book(request);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(message_of(response), "A team member needs to be selected. assignedUserId is missing");
  request["assignedUserId"] = ben;
  EXPECT_EQ(rig.book(request).status, 201);
  request["assignedUserId"] = "usrNobody";
  EXPECT_EQ(rig.book(request).status, 400);
}

TEST(Quirk, quirk_11_ACalendarWithoutItsTeamIs422OnSlotsAndCreate) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, consult).team.clear();
  Rig rig(fixture);
  constexpr char text[] = "The calendar doesn't have any team members associated";
  const HttpResponse slots = rig.slots(consult, at(ten), at("2026-08-25T00:00:00-04:00"));
  EXPECT_EQ(slots.status, 422);
  EXPECT_EQ(message_of(slots), text);
  Json request = Rig::booking(rig.contact(), ten);
  request["assignedUserId"] = ada;
  EXPECT_EQ(rig.book(request).status, 422) << "naming a user does not help";
  EXPECT_EQ(message_of(rig.book(request)), text);
}

TEST(Quirk, quirk_11_EventCalendarsWorkWithoutATeam) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, consult).team.clear();
  calendar_of(fixture, consult).type = CalendarType::event;
  Rig rig(fixture);
  EXPECT_EQ(rig.book(Rig::booking(rig.contact(), ten)).status, 201);
  EXPECT_EQ(rig.book(Rig::booking(rig.contact("Jim"), ten)).status, 400);
}

TEST(Quirk, quirk_12_IgnoringSlotValidationDoubleBooksAndIgnoringDatesDoesNot) {
  Rig rig;
  Json request = Rig::booking(rig.contact(), noon, personal);
  ASSERT_EQ(rig.book(request).status, 201);
  request["ignoreDateRange"] = true;
  EXPECT_EQ(rig.book(request).status, 400);
  request["ignoreFreeSlotValidation"] = true;
  request["assignedUserId"] = ada;
  EXPECT_EQ(rig.book(request).status, 201);
  // Notice and horizon are what ignoreDateRange is for.
  Json early = Rig::booking(rig.contact("Early"), "2026-11-30T12:00:00-05:00", personal);
  EXPECT_EQ(rig.book(early).status, 400);
  early["ignoreDateRange"] = true;
  EXPECT_EQ(rig.book(early).status, 201);
}

TEST(Quirk, quirk_13_NewOccupiesCancelledFreesAndDeletedIsRemembered) {
  Rig rig;
  Json request = Rig::booking(rig.contact(), noon, personal);
  request["appointmentStatus"] = "new";
  const std::string id = Rig::json(rig.book(request))["id"];
  request.erase("appointmentStatus");
  EXPECT_EQ(rig.book(request).status, 400);
  EXPECT_EQ(rig.send("PUT", "/calendars/events/appointments/" + id, {{"appointmentStatus", "cancelled"}}).status, 200);
  const std::string second = Rig::json(rig.book(request))["id"];
  EXPECT_EQ(rig.send("PUT", "/calendars/events/appointments/" + id, {{"appointmentStatus", "confirmed"}}).status, 400)
      << "a revival needs its time to be free";
  const HttpResponse deleted = rig.send("DELETE", "/calendars/events/" + second);
  EXPECT_EQ(deleted.status, 200);
  EXPECT_EQ(Rig::json(deleted)["succeeded"], true);
  for (const char* method : {"DELETE", "GET"}) {
    const std::string path = std::string(method) == "GET" ? "/calendars/events/appointments/" : "/calendars/events/";
    const HttpResponse again = rig.send(method, path + second);
    EXPECT_EQ(again.status, 400);
    EXPECT_THAT(message_of(again), testing::HasSubstr("already been deleted"));
  }
  EXPECT_EQ(message_of(rig.send("DELETE", "/calendars/events/nothing")), "The event id is invalid");
  EXPECT_TRUE(rig.twin.state().appointment(second)->deleted);
}

TEST(Quirk, quirk_14_TraceIdStandsAmongTheDatesAndEmptyDaysAreLeftOut) {
  Rig rig;
  const Json week =
      Rig::json(rig.slots(posture_class, at("2026-08-24T00:00:00-04:00"), at("2026-08-31T00:00:00-04:00")));
  ASSERT_EQ(week.size(), 3U);
  EXPECT_TRUE(week["traceId"].is_string());
  EXPECT_EQ(week["2026-08-25"]["slots"], (Json{"2026-08-25T18:00:00-04:00", "2026-08-25T19:00:00-04:00"}));
  EXPECT_TRUE(week.contains("2026-08-27"));
  const Json nothing =
      Rig::json(rig.slots(posture_class, at("2026-08-29T00:00:00-04:00"), at("2026-08-30T00:00:00-04:00")));
  EXPECT_EQ(nothing.size(), 1U);
  EXPECT_TRUE(nothing.contains("traceId"));
}

TEST(Quirk, quirk_17_OffsetsChangeInsideOneAnswer) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, consult).booking_for = {};
  Rig rig(fixture);
  const Json span = Rig::json(rig.slots(consult, at("2026-10-30T00:00:00-04:00"), at("2026-11-03T00:00:00-05:00")));
  EXPECT_EQ(span["2026-10-30"]["slots"][0], "2026-10-30T09:00:00-04:00");
  EXPECT_EQ(span["2026-11-02"]["slots"][0], "2026-11-02T09:00:00-05:00");
}

TEST(Quirk, quirk_18_And19DateKeysAreOfTheAskedZoneElseOfTheLocation) {
  Rig rig;
  const Instant from = at("2026-08-25T00:00:00-04:00");
  const Instant to = at("2026-08-26T00:00:00-04:00");
  const Json here = Rig::json(rig.slots(posture_class, from, to));
  EXPECT_TRUE(here.contains("2026-08-25"));
  const Json tokyo = Rig::json(rig.slots(posture_class, from, to, "&timezone=Asia/Tokyo"));
  EXPECT_FALSE(tokyo.contains("2026-08-25"));
  EXPECT_EQ(tokyo["2026-08-26"]["slots"][0], "2026-08-26T07:00:00+09:00");
  EXPECT_EQ(rig.slots(posture_class, from, to, "&timezone=Mars/Olympus").status, 422);
}

TEST(Quirk, quirk_20_RangesAndUnits) {
  Rig rig;
  const Instant from = at("2026-08-24T00:00:00-04:00");
  EXPECT_EQ(rig.slots(consult, from, from + holdfast::days{31}).status, 200);
  EXPECT_EQ(rig.slots(consult, from, from + holdfast::days{31} + holdfast::Duration{1}).status, 400);
  EXPECT_EQ(rig.slots(consult, from, from).status, 422);
  const std::string path = std::string("/calendars/") + consult + "/free-slots";
  // Seconds instead of milliseconds are a day in 1970 with nothing free.
  const Json seconds = Rig::json(rig.send("GET", path + "?startDate=1787544000&endDate=1787630400"));
  EXPECT_EQ(seconds.size(), 1U);
  EXPECT_EQ(rig.send("GET", path + "?startDate=2026-08-24&endDate=2026-08-25").status, 422);
  const HttpResponse located =
      rig.slots(consult, from, from + holdfast::days{1}, std::string("&locationId=") + demo_location);
  EXPECT_EQ(located.status, 422);
  EXPECT_EQ(Rig::json(located)["message"], Json{"property locationId should not exist"});
}

TEST(Quirk, quirk_21_ContactAppointmentsHaveNoOffsetAndReadBooked) {
  Rig rig;
  const std::string contact = rig.contact();
  const std::string id = Rig::json(rig.book(Rig::booking(contact, ten)))["id"];
  const Json event = Rig::json(rig.send("GET", "/contacts/" + contact + "/appointments"))["events"][0];
  EXPECT_EQ(event["id"], id);
  EXPECT_EQ(event["startTime"], "2026-08-24 10:00:00");
  EXPECT_EQ(event["endTime"], "2026-08-24 10:30:00");
  EXPECT_EQ(event["appointmentStatus"], "booked");
  EXPECT_EQ(event["status"], "booked");
}

TEST(Quirk, quirk_22_EventsListCancelledAndDeletedOnes) {
  Rig rig;
  const std::string contact = rig.contact();
  const std::string cancelled = Rig::json(rig.book(Rig::booking(contact, ten)))["id"];
  rig.send("PUT", "/calendars/events/appointments/" + cancelled, {{"appointmentStatus", "cancelled"}});
  const std::string deleted = Rig::json(rig.book(Rig::booking(contact, "2026-08-24T11:00:00-04:00")))["id"];
  rig.send("DELETE", "/calendars/events/" + deleted);
  const Json events =
      Rig::json(rig.send("GET", "/calendars/events" + day_query(std::string("calendarId=") + consult)))["events"];
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0]["appointmentStatus"], "cancelled");
  EXPECT_EQ(events[0]["deleted"], false);
  EXPECT_EQ(events[1]["deleted"], true);
  EXPECT_EQ(events[1]["startTime"], "2026-08-24T11:00:00-04:00");
  EXPECT_EQ(Rig::json(rig.send("GET", "/calendars/events" + day_query(std::string("userId=") + ada)))["events"].size(),
            2U);
  // One of userId, calendarId, groupId is needed.
  EXPECT_EQ(rig.send("GET", "/calendars/events" + day_query("groupId=none")).status, 200);
  const HttpResponse bare =
      rig.send("GET", std::string("/calendars/events?startTime=0&endTime=1&locationId=") + demo_location);
  EXPECT_EQ(bare.status, 422);
}

TEST(Quirk, quirk_23_BlocksOnNonEventCalendarsAreRefused) {
  Rig rig;
  const HttpResponse response = rig.send("POST", "/calendars/events/block-slots",
                                         {{"locationId", demo_location},
                                          {"calendarId", consult},
                                          {"startTime", ten},
                                          {"endTime", "2026-08-24T11:00:00-04:00"}});
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(message_of(response), "The calendar is not an event calendar.");
}

TEST(Quirk, quirk_25_WrongMethodsAndPathsAre401OfTheIamService) {
  Rig rig;
  const std::pair<const char*, const char*> wrong[] = {{"PATCH", "/calendars/events/appointments/abc"},
                                                       {"DELETE", "/calendars/events/appointments/abc"},
                                                       {"GET", "/calendars/events/abc"},
                                                       {"POST", "/contacts/abc/nothing/here"}};
  for (const auto& [method, path] : wrong) {
    const HttpResponse response = rig.send(method, path);
    EXPECT_EQ(response.status, 401) << method << " " << path;
    EXPECT_EQ(message_of(response),
              "This route is not yet supported by the IAM Service. Please update your IAM config.");
  }
}

TEST(Quirk, quirk_26_AnEditedCalendarRefusesWhatItOffered) {
  Rig rig;
  const std::string contact = rig.contact();
  Calendar edited = *rig.twin.state().calendar(consult);
  edited.open_hours = WeeklyHours::on({1}, {13 * 60, 17 * 60});
  rig.twin.state().replace_calendar(edited);
  EXPECT_EQ(message_of(rig.book(Rig::booking(contact, ten))), taken);
}

TEST(Quirk, quirk_27_AClassStaysListedUntilItsSeatsRunOut) {
  Rig rig;
  constexpr char evening[] = "2026-08-25T18:00:00-04:00";
  for (int seat = 0; seat < 3; ++seat) {
    const Json day = Rig::json(rig.slots(posture_class, at(evening), at("2026-08-25T18:30:00-04:00")));
    EXPECT_TRUE(day.contains("2026-08-25")) << "seat " << seat;
    EXPECT_EQ(rig.book(Rig::booking(rig.contact("Guest" + std::to_string(seat)), evening, posture_class)).status, 201);
  }
  const Json full = Rig::json(rig.slots(posture_class, at(evening), at("2026-08-25T18:30:00-04:00")));
  EXPECT_FALSE(full.contains("2026-08-25"));
  EXPECT_EQ(message_of(rig.book(Rig::booking(rig.contact("Late"), evening, posture_class))), taken);
}

TEST(Quirk, RescheduleIsCheckedButDoesNotCollideWithItself) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, personal).slot_duration = holdfast::minutes{40};
  Rig rig(fixture);
  const std::string contact = rig.contact();
  const std::string first = Rig::json(rig.book(Rig::booking(contact, noon, personal)))["id"];
  ASSERT_EQ(rig.book(Rig::booking(contact, "2026-08-24T14:00:00-04:00", personal)).status, 201);
  const std::string path = "/calendars/events/appointments/" + first;
  EXPECT_EQ(rig.send("PUT", path, {{"startTime", "2026-08-24T12:20:00-04:00"}}).status, 200);
  EXPECT_EQ(message_of(rig.send("PUT", path, {{"startTime", "2026-08-24T13:40:00-04:00"}})), taken);
  EXPECT_EQ(rig.twin.state().appointment(first)->interval.begin, at("2026-08-24T12:20:00-04:00"));
  EXPECT_EQ(rig.send("PUT", path, {{"locationId", demo_location}}).status, 422);
}

TEST(Quirk, ARescheduleTakesTheLengthTheCalendarHasNow) {
  Rig rig;
  const std::string id = Rig::json(rig.book(Rig::booking(rig.contact(), noon, personal)))["id"];
  const std::string path = "/calendars/events/appointments/" + id;
  ASSERT_EQ(rig.send("PUT", std::string("/calendars/") + personal, {{"slotDuration", 40}}).status, 200);
  EXPECT_EQ(rig.send("PUT", path, {{"title", "Still"}, {"startTime", noon}}).status, 200);
  EXPECT_EQ(rig.twin.state().appointment(id)->interval.length(), holdfast::minutes{20}) << "it did not move";
  EXPECT_EQ(rig.send("PUT", path, {{"startTime", "2026-08-24T13:00:00-04:00"}}).status, 200);
  EXPECT_EQ(rig.twin.state().appointment(id)->interval.length(), holdfast::minutes{40});
}

TEST(Quirk, quirk_13_OnlyWhatLiesThereNowRefusesARevival) {
  Rig rig;
  const std::string contact = rig.contact();
  const std::string id = Rig::json(rig.book(Rig::booking(contact, noon, personal)))["id"];
  const std::string path = "/calendars/events/appointments/" + id;
  ASSERT_EQ(rig.send("PUT", path, {{"appointmentStatus", "noshow"}}).status, 200);
  Calendar closed = *rig.twin.state().calendar(personal);
  closed.active = false;
  closed.open_hours = {};
  closed.slot_duration = holdfast::minutes{45};
  rig.twin.state().replace_calendar(closed);
  EXPECT_EQ(rig.send("PUT", path, {{"appointmentStatus", "showed"}}).status, 200);
  ASSERT_EQ(rig.send("PUT", path, {{"appointmentStatus", "cancelled"}}).status, 200);
  rig.twin.state().add_block(
      {.location_id = demo_location, .user_id = ada, .interval = {at(noon), at(noon) + holdfast::minutes{5}}},
      rig.twin.now());
  EXPECT_EQ(message_of(rig.send("PUT", path, {{"appointmentStatus", "confirmed"}})), taken);
}

TEST(Quirk, EditsThatMoveNothingLeaveNothingBehind) {
  Rig rig;
  const std::string id = Rig::json(rig.book(Rig::booking(rig.contact(), noon, personal)))["id"];
  rig.loop.clock().advance(holdfast::minutes{1});
  const auto entries = [&] {
    int count = 0;
    rig.twin.state().calendar_index(personal).visit_overlapping({at(noon), at(noon) + holdfast::minutes{1}},
                                                                [&](const Occupancy&) { ++count; });
    return count;
  };
  for (const char* title : {"one", "two", "three"}) {
    rig.loop.clock().advance(holdfast::minutes{1});
    ASSERT_EQ(rig.send("PUT", "/calendars/events/appointments/" + id, {{"title", title}, {"startTime", noon}}).status,
              200);
  }
  EXPECT_EQ(entries(), 1);
}

TEST(Quirk, WhereToMeetIsReadBack) {
  Rig rig;
  Json asked = Rig::booking(rig.contact(), noon, personal);
  asked["address"] = "Harbor Street 4";
  const Json made = Rig::json(rig.book(asked));
  EXPECT_EQ(made["meetingLocationType"], "custom") << "as facts/ghl.md 4.4 says of an address";
  const std::string path = "/calendars/events/appointments/" + made["id"].get<std::string>();
  EXPECT_EQ(Rig::json(rig.send("PUT", path, {{"meetingLocationType", "phone"}}))["meetingLocationType"], "phone");
}

TEST(Quirk, quirk_06_TheLegacyStatusIsBookedOnlyWhileItTakesUpTime) {
  Rig rig;
  Json asked = Rig::booking(rig.contact(), noon, personal);
  asked["appointmentStatus"] = "noshow";
  EXPECT_EQ(Rig::json(rig.book(asked))["status"], "noshow");
}

TEST(Quirk, ATitleHasItsPlaceholdersFilledIn) {
  Fixture fixture = demo_fixture();
  calendar_of(fixture, personal).event_title = "{{contact.first_name}} ({{contact.name}}), {{contact.name}} {{x}}";
  fixture.contacts.push_back({.id = "conJane",
                              .location_id = demo_location,
                              .fields = {.first_name = "Jane", .last_name = "{{contact.name}}"}});
  Rig rig(fixture);
  EXPECT_EQ(Rig::json(rig.book(Rig::booking("conJane", noon, personal)))["title"],
            "Jane (Jane {{contact.name}}), Jane {{contact.name}} {{x}}");
}

TEST(Quirk, AnIdThatBeginsLikeAnotherIsStillAnother) {
  Fixture fixture = demo_fixture();
  fixture.contacts.push_back({.id = "conJane", .location_id = demo_location});
  for (const char* start : {noon, "2026-08-24T13:00:00-04:00"}) {
    const bool first = start == std::string(noon);
    fixture.appointments.push_back(
        {.id = first ? "apt" : "apt_2", .calendar_id = personal, .contact_id = "conJane", .start = at(start)});
  }
  Rig rig(fixture);
  EXPECT_EQ(
      message_of(rig.send("PUT", "/calendars/events/appointments/apt", {{"startTime", "2026-08-24T13:00:00-04:00"}})),
      taken);
}

TEST(Quirk, UnknownContactsAndCalendarsAreRefused) {
  Rig rig;
  const HttpResponse nobody = rig.book(Rig::booking("nobody", ten));
  EXPECT_EQ(nobody.status, 400);
  EXPECT_THAT(message_of(nobody), testing::HasSubstr("not found"));
  EXPECT_EQ(rig.book(Rig::booking(rig.contact(), ten, "nowhere")).status, 404);
}

}  // namespace
}  // namespace mock_ghl::tests
