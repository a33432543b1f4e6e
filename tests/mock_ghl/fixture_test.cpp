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

TEST(Fixture, TheClinicFileIsTheDemoFixture) {
  const auto read = parse_fixture(clinic_text());
  ASSERT_TRUE(read) << read.error().message;
  const Fixture demo = demo_fixture();
  ASSERT_EQ(read->calendars.size(), demo.calendars.size());
  for (std::size_t i = 0; i < demo.calendars.size(); ++i) {
    const Calendar& a = read->calendars[i];
    const Calendar& b = demo.calendars[i];
    EXPECT_EQ(a.id, b.id);
    EXPECT_EQ(a.name, b.name);
    EXPECT_EQ(a.description, b.description);
    EXPECT_EQ(a.type, b.type);
    EXPECT_EQ(a.open_hours.days, b.open_hours.days) << a.id;
    EXPECT_EQ(a.team.size(), b.team.size());
    EXPECT_EQ(a.slot_duration, b.slot_duration);
    EXPECT_EQ(a.slot_interval, b.slot_interval);
    EXPECT_EQ(a.pre_buffer, b.pre_buffer);
    EXPECT_EQ(a.post_buffer, b.post_buffer);
    EXPECT_EQ(a.appointments_per_slot, b.appointments_per_slot);
    EXPECT_EQ(a.booking_after, b.booking_after) << a.id;
    EXPECT_EQ(a.booking_for, b.booking_for) << a.id;
  }
  EXPECT_EQ(read->locations[0].id, demo.locations[0].id);
  EXPECT_EQ(read->locations[0].name, demo.locations[0].name);
  EXPECT_EQ(read->users.size(), demo.users.size());
  EXPECT_EQ(read->tokens[0].token, demo.tokens[0].token);
  EXPECT_TRUE(check_fixture(demo));
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
            "calendars[0].teamMembers: names a user that is not in this fixture");
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

}  // namespace
}  // namespace mock_ghl::tests
