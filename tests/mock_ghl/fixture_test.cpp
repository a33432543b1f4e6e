// Fixtures from JSON and in code: what is accepted, and how faults are named.
#include "mock_ghl/model/fixture.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "core/base/json.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Json;

std::string clinic_text() {
  std::ifstream file(MOCK_GHL_CLINIC_FILE);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

Json clinic() {
  return *holdfast::parse_json(clinic_text());
}

// The fault that a change to the clinic causes.
template <class Change>
std::string fault_of(Change change) {
  Json json = clinic();
  change(json);
  const auto read = parse_fixture(holdfast::dump_json(json));
  if (!read) EXPECT_EQ(read.error().kind, holdfast::ErrorKind::invalid_input);
  return read ? std::string("accepted") : read.error().message;
}

TEST(Fixture, TheDemoFixtureIsTheClinicFile) {
  const auto read = parse_fixture(clinic_text());
  ASSERT_TRUE(read) << read.error().message;
  const Fixture demo = demo_fixture();
  ASSERT_EQ(read->calendars.size(), demo.calendars.size());
  for (std::size_t i = 0; i < demo.calendars.size(); ++i) EXPECT_EQ(read->calendars[i].id, demo.calendars[i].id);
  EXPECT_EQ(read->deals, demo.deals);
  EXPECT_EQ(read->tokens[0].token, demo.tokens[0].token);
  EXPECT_EQ(read->apps[0].scopes, demo.apps[0].scopes);
  std::vector<std::string> scopes = booking_scopes();
  scopes.insert(scopes.end(), {"oauth.readonly", "oauth.write"});
  EXPECT_EQ(demo.apps[0].scopes, scopes) << "the app has all that a token without scopes has";
}

TEST(Fixture, FaultsNameTheirPath) {
  EXPECT_EQ(parse_fixture("{").error().kind, holdfast::ErrorKind::invalid_input);
  EXPECT_EQ(fault_of([](Json& json) { json["calendar"] = 1; }), "calendar: is not a known key; check its spelling");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][1]["slotDuration"] = "30"; }),
            "calendars[1].slotDuration: must be a whole number");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][1]["slotDurationUnit"] = "years"; }),
            "calendars[1].slotDurationUnit: must be mins, hours, days, weeks or months");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][0]["openHours"][0]["hours"][0]["openHour"] = 24; }),
            "calendars[0].openHours[0].hours[0].openHour: must be between 0 and 23");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][0]["openHours"][0]["daysOfTheWeek"][0] = 7; }),
            "calendars[0].openHours[0].daysOfTheWeek[0]: must be a day from 0 (Sunday) to 6");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][0]["openHours"][0]["hours"][0]["closeHour"] = 8; }),
            "calendars[0].openHours: every range must open before it closes, within the day");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][2]["calendarType"] = "clas"; }).substr(0, 43),
            "calendars[2].calendarType: must be one of: ");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][0]["teamMembers"][1]["userId"] = "usrGone"; }),
            "calendars[0].teamMembers: names a user that is not of the location");
  EXPECT_EQ(fault_of([](Json& json) { json["calendars"][0]["slotDuration"] = 0; }),
            "calendars[0].slotDuration: must be whole minutes between 1 and 1440");
  EXPECT_EQ(fault_of([](Json& json) { json["locations"][0]["timezone"] = "Mars/Olympus"; }),
            "locations[0].timezone: is not an IANA time zone");
  EXPECT_EQ(fault_of([](Json& json) { json["locations"][0]["duplicateFields"] = {"name"}; }),
            "locations[0].duplicateFields[0]: must be \"email\" or \"phone\"");
  EXPECT_EQ(fault_of([](Json& json) { json["tokens"][0]["token"] = "secret"; }),
            "tokens[0].token: must start with \"pit-\"");
  EXPECT_EQ(fault_of([](Json& json) { json["tokens"][0].erase("locationId"); }), "tokens[0].locationId: is required");
  EXPECT_EQ(fault_of([](Json& json) { json["users"].push_back(json["users"][0]); }), "users[2].id: is used twice");
  EXPECT_EQ(fault_of([](Json& json) { json["settings"]["rateLimit"]["maximum"] = 3; }),
            "settings.rateLimit.maximum: is not a known key; check its spelling");
  EXPECT_EQ(fault_of([](Json& json) { json["appointments"] = {{{"calendarId", "x"}, {"contactId", "y"}}}; }),
            "appointments[0].startTime: is required");
}

TEST(Fixture, ReadsEverythingElse) {
  Json json = clinic();
  json["calendars"][0]["availabilities"] = {
      {{"date", "2026-12-24T00:00:00.000Z"}, {"hours", Json::array()}},
      {{"date", "2026-12-25"}, {"hours", {{{"openHour", 10}, {"closeHour", 23}, {"closeMinute", 60}}}}},
      {{"date", "2026-12-26"}, {"deleted", true}}};
  json["calendars"][0]["availabilityType"] = 1;
  json["calendars"][0]["eventType"] = "RoundRobin_OptimizeForEqualDistribution";
  json["calendars"][0]["allowBookingFor"] = 2;
  json["calendars"][0]["allowBookingForUnit"] = "weeks";
  json["users"][0]["openHours"] = {{{"daysOfTheWeek", {1}}, {"hours", {{{"openHour", 9}, {"closeHour", 10}}}}}};
  json["contacts"] = {
      {{"id", "conJane"}, {"locationId", "locClinic00000000001"}, {"firstName", "Jane"}, {"phone", "(555) 010-9999"}}};
  json["appointments"] = {{{"id", "aptOne"},
                           {"calendarId", "calPersonal000000002"},
                           {"contactId", "conJane"},
                           {"startTime", "2026-08-24T12:00:00-04:00"}}};
  json["settings"] = {{"searchLagMs", 5}, {"allowStartAtClose", true}, {"rateLimit", {{"max", 3}}}};
  const auto fixture = parse_fixture(holdfast::dump_json(json));
  ASSERT_TRUE(fixture) << fixture.error().message;
  const Calendar& calendar = fixture->calendars[0];
  ASSERT_EQ(calendar.date_hours.size(), 2U);
  EXPECT_TRUE(calendar.date_hours[0].ranges.empty());
  EXPECT_EQ(calendar.date_hours[1].ranges, (std::vector<TimeRange>{{600, 1440}}));
  EXPECT_EQ(calendar.availability, AvailabilityType::dates_only);
  EXPECT_TRUE(calendar.equal_distribution);
  EXPECT_EQ(calendar.booking_for, holdfast::days{14});
  EXPECT_EQ(fixture->users[0].hours->days[1], (std::vector<TimeRange>{{540, 600}}));
  EXPECT_EQ(fixture->settings.search_lag_ms, 5);
  EXPECT_EQ(fixture->settings.rate_limit_max, 3);

  const State state(*fixture, 1, holdfast::from_epoch_ms(0));
  const Appointment* seeded = state.appointment("aptOne");
  ASSERT_NE(seeded, nullptr);
  EXPECT_EQ(seeded->assigned_user_id, "usrAda00000000000001");
  EXPECT_EQ(seeded->interval.length(), holdfast::minutes{20});
  EXPECT_EQ(seeded->source, "fixture");
  EXPECT_EQ(state.contact_by_phone("locClinic00000000001", "+15550109999")->id, "conJane");
}

// A clinic with one of everything that refers to something else.
Json full_clinic() {
  Json json = clinic();
  Json& location = json["locations"][0];
  location["calendarGroups"] = {{{"id", "grpOne"}, {"name", "One"}, {"description", ""}, {"slug", "one"}}};
  location["customFields"] = {{{"id", "fldOne"}, {"name", "One"}, {"fieldKey", "contact.one"}, {"dataType", "TEXT"}}};
  location["tags"] = {{{"id", "tagOne"}, {"name", "one"}}, {{"id", "tagTwo"}, {"name", "two"}}};
  location["rooms"] = {{{"id", "romOne"}, {"name", "One"}, {"quantity", 3}, {"calendarIds", {"calClass000000000003"}}}};
  json["calendars"][0]["groupId"] = "grpOne";
  json["calendars"][0]["slug"] = "consult";
  json["contacts"] = {{{"id", "conJane"},
                       {"locationId", "locClinic00000000001"},
                       {"email", "jane@example.com"},
                       {"phone", "(212) 555-0100"},
                       {"assignedTo", "usrAda00000000000001"},
                       {"customFields", {{{"id", "fldOne"}, {"value", "x"}}}}}};
  json["appointments"] = {{{"id", "aptOne"},
                           {"calendarId", "calPersonal000000002"},
                           {"contactId", "conJane"},
                           {"assignedUserId", "usrAda00000000000001"},
                           {"startTime", "2026-08-24T12:00:00-04:00"}}};
  json["locations"].push_back({{"id", "locFar"}, {"name", "Far"}});
  json["users"].push_back({{"id", "usrFar"}, {"locationId", "locFar"}});
  json["contacts"].push_back({{"id", "conFar"}, {"locationId", "locFar"}});
  return json;
}

// The fault that a value at a place of the full clinic causes.
std::string fault_at(const char* pointer, const Json& value) {
  Json json = full_clinic();
  json[Json::json_pointer(pointer)] = value;
  const auto read = parse_fixture(holdfast::dump_json(json));
  return read ? std::string("accepted") : read.error().message;
}

TEST(Fixture, WhatIsOnlyHandedOnIsHeldAgainstTheShapesItIsHandedOnIn) {
  ASSERT_TRUE(parse_fixture(holdfast::dump_json(full_clinic())));
  EXPECT_EQ(fault_at("/locations/0/rooms/0/qantity", 1),
            "locations[0].rooms[0].qantity: is not a known key; check its spelling");
  EXPECT_TRUE(fault_at("/locations/0/rooms/0/quantity", "3").starts_with("locations[0].rooms[0].quantity: must be a"));
  EXPECT_TRUE(fault_at("/locations/0/rooms/0/quantity", -1).starts_with("locations[0].rooms[0].quantity: must be a"));
  EXPECT_TRUE(fault_at("/locations/0/tags/0/colour", "red").starts_with("locations[0].tags[0].colour: is not a known"));
  EXPECT_TRUE(fault_at("/calendars/0/eventColor", 5).starts_with("calendars[0].eventColor: must be"));
  EXPECT_TRUE(
      fault_at("/calendars/0/locationConfigurations", {"x"}).starts_with("calendars[0].locationConfigurations[0]"));
  EXPECT_TRUE(fault_at("/calendars/0/teamMembers/0/locationConfigurations", {"x"}).starts_with("calendars[0].teamMem"));
  EXPECT_FALSE(changed_calendar(demo_fixture().calendars[0], R"({"locationConfigurations":["x"]})"));
}

TEST(Fixture, ReferencesLeadSomewhereInTheSameLocation) {
  EXPECT_EQ(fault_at("/locations/0/rooms/0/calendarIds", {"nope"}),
            "locations[0].rooms[0].calendarIds: names a calendar that is not of the location");
  EXPECT_EQ(fault_at("/calendars/0/groupId", "grpNone"), "calendars[0].groupId: is no calendar group of the location");
  EXPECT_EQ(fault_at("/calendars/0/teamMembers/0/userId", "usrFar"),
            "calendars[0].teamMembers: names a user that is not of the location");
  EXPECT_EQ(fault_at("/contacts/0/assignedTo", "usrNobody"), "contacts[0].assignedTo: is no user of the location");
  EXPECT_EQ(fault_at("/contacts/0/customFields/0/id", "fldNone"),
            "contacts[0].customFields: names a custom field that is not of the location");
  EXPECT_EQ(fault_at("/appointments/0/contactId", "conFar"),
            "appointments[0].contactId: is no contact of the calendar's location");
  EXPECT_EQ(fault_at("/appointments/0/assignedUserId", "usrBen00000000000002"),
            "appointments[0].assignedUserId: is no team member of the calendar");
  EXPECT_EQ(fault_at("/tokens/0/scopes", {"calendars.raedonly"}),
            "tokens[0].scopes: has calendars.raedonly, which is no scope of GHL's");
}

TEST(Fixture, WhatGhlWouldNotHaveLetAnybodyMakeIsAFault) {
  EXPECT_EQ(fault_at("/calendars/1/slug", "consult"), "calendars[1].slug: is another calendar's already");
  EXPECT_EQ(fault_at("/calendars/0/calendarType", "collective"),
            "calendars[0].teamMembers: must have exactly one primary member for a collective calendar");
  EXPECT_EQ(fault_at("/calendars/1/teamMembers", Json::array()),
            "calendars[1].teamMembers: must contain exactly one member for a personal calendar");
  EXPECT_EQ(fault_at("/calendars/0/enableRecurring", true),
            "calendars[0].enableRecurring: needs a calendar with one team member");
  EXPECT_EQ(fault_at("/calendars/0/teamMembers/0/priority", 0.7),
            "calendars[0].teamMembers: must have a priority of 0, 0.5 or 1");
  EXPECT_EQ(fault_at("/contacts/0/phone", "abc"), "contacts[0].phone: is no phone number");
  EXPECT_EQ(fault_at("/contacts/0/email", "abc"), "contacts[0].email: is no e-mail address");
  EXPECT_EQ(fault_at("/locations/0/tags/1/id", "tagOne"), "locations[0].tags[1].id: is used twice");
  const Json again{{"id", "conTwo"}, {"locationId", "locClinic00000000001"}, {"phone", "+12125550100"}};
  EXPECT_TRUE(fault_at("/contacts/1", again).starts_with("contacts[1].phone: is another contact's already"));
  EXPECT_EQ(fault_of([&](Json& json) {
              json["locations"][0]["allowDuplicateContact"] = true;
              json["contacts"] = {again, again};
              json["contacts"][1]["id"] = "conThree";
            }),
            "accepted");
}

TEST(Fixture, OpenHoursMayBeGhlsEmptyObject) {
  EXPECT_EQ(fault_at("/calendars/0/openHours", Json::object()), "accepted");
  EXPECT_NE(fault_at("/calendars/0/openHours", {{"daysOfTheWeek", {1}}}), "accepted");
}

TEST(Fixture, RangesAreKeptOnceAndNotWithoutEnd) {
  Json hours = Json::array();
  for (int i = 0; i < 1000; ++i) hours.push_back({{"openHour", 9}, {"closeHour", 10}});
  const Json days(std::vector<int>(1000, 1));
  Json json = clinic();
  json["calendars"][0]["openHours"] = {{{"daysOfTheWeek", days}, {"hours", hours}}};
  const auto read = parse_fixture(holdfast::dump_json(json));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->calendars[0].open_hours.days[1].size(), 1U);
  for (int i = 0; i < 49; ++i) hours[static_cast<std::size_t>(i)]["openMinute"] = i;
  json["calendars"][0]["openHours"] = {{{"daysOfTheWeek", {1}}, {"hours", hours}}};
  EXPECT_EQ(parse_fixture(holdfast::dump_json(json)).error().message,
            "calendars[0].openHours[0].hours: must not have more than 48 ranges on one day");
}

}  // namespace
}  // namespace mock_ghl::tests
