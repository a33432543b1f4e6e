// Recurring appointments: the dates of a rule, and a series over the API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_ghl/model/recurrence.hpp"
#include "tests/mock_ghl/calendar_rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char ten[] = "2026-08-24T10:00:00-04:00";
using Texts = std::vector<std::string>;

Texts dates_of(const char* rrule, const char* first = ten, const char* zone_name = "America/New_York") {
  const holdfast::Zone zone = *holdfast::Zone::find(zone_name);
  const auto starts = expand_rrule(rrule, at(first), zone);
  if (!starts) return {starts.error().message};
  Texts texts;
  for (const Instant start : *starts) texts.push_back(format_iso(start, zone));
  return texts;
}

TEST(Recurrence, GivesTheDatesOfTheRule) {
  EXPECT_EQ(dates_of("RRULE:FREQ=DAILY;INTERVAL=1;COUNT=3"),
            (Texts{ten, "2026-08-25T10:00:00-04:00", "2026-08-26T10:00:00-04:00"}));
  EXPECT_EQ(dates_of("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=4"),
            (Texts{ten, "2026-08-26T10:00:00-04:00", "2026-09-07T10:00:00-04:00", "2026-09-09T10:00:00-04:00"}));
  EXPECT_EQ(dates_of("FREQ=MONTHLY;BYDAY=-1FR;COUNT=2"),
            (Texts{"2026-08-28T10:00:00-04:00", "2026-09-25T10:00:00-04:00"}));
  EXPECT_EQ(dates_of("FREQ=MONTHLY;COUNT=3", "2026-01-31T10:00:00-05:00"),
            (Texts{"2026-01-31T10:00:00-05:00", "2026-03-31T10:00:00-04:00", "2026-05-31T10:00:00-04:00"}));
  // UNTIL is an instant, a wall clock or a day, and includes its own.
  for (const char* until : {"20260825T140000Z", "20260825T100000", "20260825"}) {
    EXPECT_EQ(dates_of((std::string("FREQ=DAILY;UNTIL=") + until).c_str()).size(), 2U) << until;
  }
  EXPECT_EQ(dates_of("FREQ=DAILY;UNTIL=20260825T135959Z").size(), 1U);
  EXPECT_EQ(dates_of("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260825T140000Z"), (Texts{ten, "2026-08-26T10:00:00-04:00"}));
}

TEST(Recurrence, KeepsTheWallClockAcrossAClockChange) {
  EXPECT_EQ(dates_of("FREQ=DAILY;COUNT=2", "2026-10-31T10:00:00-04:00"),
            (Texts{"2026-10-31T10:00:00-04:00", "2026-11-01T10:00:00-05:00"}));
}

TEST(Recurrence, EndsThoughTheRuleDoesNot) {
  EXPECT_EQ(dates_of("FREQ=DAILY").size(), series_max);
  EXPECT_EQ(dates_of("FREQ=YEARLY").size(), 6U) << "five years ahead";
  EXPECT_EQ(dates_of("FREQ=MONTHLY;BYMONTHDAY=30,31;INTERVAL=1000"),
            (Texts{"2026-08-30T10:00:00-04:00", "2026-08-31T10:00:00-04:00"}));
}

TEST(Recurrence, GivesADateOnceHoweverOftenItIsNamed) {
  EXPECT_EQ(dates_of("FREQ=WEEKLY;BYDAY=MO,MO,MO;COUNT=2"), (Texts{ten, "2026-08-31T10:00:00-04:00"}));
  EXPECT_EQ(dates_of("FREQ=MONTHLY;BYDAY=MO,4MO;COUNT=2"), (Texts{ten, "2026-08-31T10:00:00-04:00"}));
}

TEST(Recurrence, SaysWhyThereIsNoDate) {
  EXPECT_EQ(dates_of("FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20,21,22,23,24,25,26,27,28,29,30,31"),
            (Texts{"rrule may not combine a BYDAY that counts, such as 1MO, with BYMONTHDAY; give one of them"}));
  EXPECT_EQ(dates_of("FREQ=DAILY;UNTIL=20200101"), (Texts{"rrule gives no date"}));
  for (const char* rrule : {"FREQ=DAILY;BYDAY=1MO", "FREQ=WEEKLY;BYDAY=MO,-1FR"}) {
    EXPECT_THAT(dates_of(rrule), testing::ElementsAre(testing::HasSubstr("MONTHLY or YEARLY only"))) << rrule;
  }
  EXPECT_THAT(dates_of("FREQ=MONTHLY;BYDAY=6MO"), testing::ElementsAre(testing::HasSubstr("further than")));
  EXPECT_EQ(dates_of("FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=24;COUNT=2"), (Texts{ten, "2027-05-24T10:00:00-04:00"}));
}

TEST(Recurrence, RefusesWhatItDoesNotTake) {
  const char* wrong[] = {"",
                         "FREQ",
                         "COUNT=3",
                         "FREQ=SECONDLY;COUNT=3",
                         "FREQ=DAILY;COUNT=0",
                         "FREQ=DAILY;COUNT=367",
                         "FREQ=DAILY;COUNT=3x",
                         "FREQ=DAILY;INTERVAL=-1",
                         "FREQ=DAILY;COUNT=3;UNTIL=20260825",
                         "FREQ=DAILY;FREQ=DAILY",
                         "FREQ=DAILY;BYSECOND=1",
                         "FREQ=WEEKLY;BYDAY=XX",
                         "FREQ=WEEKLY;BYDAY=",
                         "FREQ=DAILY;UNTIL=soon",
                         "FREQ=DAILY;UNTIL=20200101",
                         "FREQ=MONTHLY;BYMONTHDAY=99",
                         "FREQ=DAILY;COUNT=2\nDTSTART:20260101",
                         "FREQ=DAILY;COUNT=1\nEXDATE:20260824T140000Z",
                         "FREQ=DAILY;COUNT=2\nEXDATE:never"};
  for (const char* rrule : wrong) {
    const auto starts = expand_rrule(rrule, at(ten), holdfast::Zone::utc());
    ASSERT_FALSE(starts.has_value()) << rrule;
    EXPECT_TRUE(starts.error().message.starts_with("rrule ")) << starts.error().message;
  }
  EXPECT_FALSE(expand_rrule("FREQ=DAILY;COUNT=2;BYDAY=" + std::string(5000, 'M'), at(ten), holdfast::Zone::utc()));
}

class SeriesApi : public ::testing::TestWithParam<bool> {
 protected:
  CalendarRig rig{GetParam()};
  std::string contact = rig.contact();

  Json weekly(Json more = Json::object()) {
    Json body = Rig::booking(contact, ten, personal);
    body.update({{"rrule", "RRULE:FREQ=WEEKLY;COUNT=3"}, {"ignoreFreeSlotValidation", true}, {"assignedUserId", ada}});
    body.update(more);
    return body;
  }
  Json create(const Json& body) { return rig.expect(201, "POST", "/calendars/events/appointments", body); }
  // The events of the personal calendar in three months.
  Json events(bool with_deleted = false) {
    Json found = Json::array();
    for (const Json& event :
         rig.expect(200, "GET",
                    std::string("/calendars/events?locationId=") + demo_location + "&calendarId=" + personal +
                        "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-01T00:00:00Z"))) +
                        "&endTime=" + std::to_string(to_epoch_ms(at("2026-11-01T00:00:00Z"))))["events"]) {
      if (with_deleted || !event["deleted"].get<bool>()) found.push_back(event);
    }
    return found;
  }
  static Texts starts_of(const Json& found) {
    Texts starts;
    for (const Json& event : found) starts.push_back(event["startTime"]);
    return starts;
  }
  static std::string path(const Json& id) { return "/calendars/events/appointments/" + id.get<std::string>(); }
};
INSTANTIATE_TEST_SUITE_P(BothDialects, SeriesApi, ::testing::Bool(),
                         [](const auto& dialect) { return dialect.param ? "v3" : "dated"; });

TEST_P(SeriesApi, EveryDateIsAnInstanceOfTheMaster) {
  const Json made = create(weekly());
  EXPECT_EQ(made["isRecurring"], true);
  EXPECT_EQ(made["rrule"], "RRULE:FREQ=WEEKLY;COUNT=3");
  EXPECT_EQ(made["startTime"], ten);
  const Json found = events();
  EXPECT_EQ(starts_of(found), (Texts{ten, "2026-08-31T10:00:00-04:00", "2026-09-07T10:00:00-04:00"}));
  for (const Json& event : found) {
    EXPECT_EQ(event["masterEventId"], made["id"]);
    EXPECT_EQ(event["isRecurring"], true);
    EXPECT_EQ(rig.expect(200, "GET", path(event["id"]))["event"]["startTime"], event["startTime"]);
    EXPECT_EQ(rig.book(Rig::booking(contact, event["startTime"], personal)).status, 400) << "its time is taken";
  }
  EXPECT_EQ(found[1]["id"], made["id"].get<std::string>() + "_" +
                                std::to_string(to_epoch_ms(at("2026-08-31T10:00:00-04:00"))) + "_1200");
  EXPECT_EQ(rig.expect(200, "GET", path(made["id"]))["event"]["id"], made["id"]);
}

TEST_P(SeriesApi, TheRuleIsHeardOnlyWithoutTheSlotCheck) {
  const Json made = create(weekly({{"ignoreFreeSlotValidation", false}, {"startTime", "2026-08-24T11:00:00-04:00"}}));
  EXPECT_EQ(made["isRecurring"], false);
  EXPECT_EQ(events().size(), 1U);
  EXPECT_TRUE(rig.refused(422, "POST", "/calendars/events/appointments", weekly({{"rrule", "FREQ=NEVER"}}))
                  .starts_with("rrule"));
  EXPECT_EQ(events().size(), 1U);
}

TEST_P(SeriesApi, OneInstanceOrAllAreChanged) {
  const Json made = create(weekly());
  const Json first = events()[0];
  rig.expect(200, "PUT", path(first["id"]), {{"title", "Only this"}, {"startTime", "2026-08-24T11:00:00-04:00"}});
  EXPECT_EQ(starts_of(events())[0], "2026-08-24T11:00:00-04:00");
  EXPECT_EQ(events()[1]["title"], "Jane");
  EXPECT_EQ(rig.expect(200, "PUT", path(made["id"]), {{"title", "All"}})["id"], made["id"]);
  for (const Json& event : events()) EXPECT_EQ(event["title"], "All");
  rig.expect(200, "PUT", path(made["id"]), {{"appointmentStatus", "cancelled"}});
  EXPECT_EQ(rig.book(Rig::booking(contact, "2026-08-31T10:00:00-04:00", personal)).status, 201) << "free again";
  EXPECT_EQ(rig.refused(400, "PUT", path(made["id"]), {{"appointmentStatus", "confirmed"}}),
            "The slot you have selected is no longer available.")
      << "one of its dates is taken by now";
  EXPECT_EQ(events()[0]["appointmentStatus"], "cancelled") << "all or none";
}

TEST_P(SeriesApi, AMovedSeriesHasNewInstances) {
  const Json made = create(weekly());
  const Json moved = rig.expect(200, "PUT", path(made["id"]), {{"startTime", "2026-08-25T12:00:00-04:00"}});
  EXPECT_EQ(moved["startTime"], "2026-08-25T12:00:00-04:00");
  EXPECT_EQ(starts_of(events()),
            (Texts{"2026-08-25T12:00:00-04:00", "2026-09-01T12:00:00-04:00", "2026-09-08T12:00:00-04:00"}));
  EXPECT_EQ(events(true).size(), 6U) << "the old ones are deleted, not forgotten";
  // Its own dates do not stand in its way; somebody else's do.
  rig.expect(200, "PUT", path(made["id"]), {{"startTime", "2026-08-25T12:20:00-04:00"}});
  ASSERT_EQ(rig.book(Rig::booking(contact, "2026-09-02T13:00:00-04:00", personal)).status, 201);
  EXPECT_EQ(rig.refused(400, "PUT", path(made["id"]), {{"startTime", "2026-08-26T13:00:00-04:00"}}),
            "The slot you have selected is no longer available.");
  EXPECT_EQ(starts_of(events())[0], "2026-08-25T12:20:00-04:00");
  rig.expect(200, "PUT", path(made["id"]),
             {{"startTime", "2026-08-26T13:00:00-04:00"},
              {"rrule", "FREQ=DAILY;COUNT=2"},
              {"ignoreFreeSlotValidation", true}});
  EXPECT_EQ(starts_of(events()),
            (Texts{"2026-08-26T13:00:00-04:00", "2026-08-27T13:00:00-04:00", "2026-09-02T13:00:00-04:00"}));
  // Back where it was: the ids of then are spent.
  rig.expect(200, "PUT", path(made["id"]),
             {{"startTime", ten}, {"rrule", "FREQ=WEEKLY;COUNT=3"}, {"ignoreFreeSlotValidation", true}});
  EXPECT_THAT(starts_of(events()), testing::Contains(ten));
}

TEST_P(SeriesApi, OneInstanceOrAllAreDeleted) {
  const Json made = create(weekly());
  const Json first = events()[0];
  const std::string events_path = "/calendars/events/";
  rig.expect(200, "DELETE", events_path + first["id"].get<std::string>());
  EXPECT_EQ(events().size(), 2U);
  EXPECT_EQ(rig.expect(200, "GET", path(made["id"]))["event"]["startTime"], "2026-08-31T10:00:00-04:00");
  rig.expect(200, "DELETE", events_path + made["id"].get<std::string>());
  EXPECT_TRUE(events().empty());
  for (const char* method : {"GET", "PUT"}) {
    EXPECT_THAT(rig.refused(400, method, path(made["id"]), method[0] == 'P' ? Json::object() : Json()),
                testing::HasSubstr("already been deleted"));
  }
  EXPECT_THAT(rig.refused(400, "DELETE", events_path + made["id"].get<std::string>()),
              testing::HasSubstr("already been deleted"));
}

TEST_P(SeriesApi, ACancelledFirstDateDoesNotCancelTheRest) {
  const Json made = create(weekly());
  rig.expect(200, "PUT", path(events()[0]["id"]), {{"appointmentStatus", "cancelled"}});
  EXPECT_EQ(rig.expect(200, "GET", path(made["id"]))["event"]["startTime"], "2026-08-31T10:00:00-04:00")
      << "the first that takes place stands for the series";
  rig.expect(200, "PUT", path(made["id"]), {{"startTime", "2026-09-01T11:00:00-04:00"}});
  Texts found;
  for (const Json& event : events()) {
    found.push_back(event["startTime"].get<std::string>() + " " + event["appointmentStatus"].get<std::string>());
  }
  EXPECT_EQ(found, (Texts{std::string(ten) + " cancelled", "2026-09-01T11:00:00-04:00 confirmed",
                          "2026-09-08T11:00:00-04:00 confirmed"}));
}

TEST_P(SeriesApi, AMoveGivesNoDatesThatWereDeleted) {
  const Json made = create(weekly());
  rig.expect(200, "DELETE", "/calendars/events/" + events()[0]["id"].get<std::string>());
  rig.expect(200, "PUT", path(made["id"]), {{"startTime", "2026-09-01T11:00:00-04:00"}});
  EXPECT_EQ(starts_of(events()), (Texts{"2026-09-01T11:00:00-04:00", "2026-09-08T11:00:00-04:00"}));
}

TEST_P(SeriesApi, AnEditThatMovesNothingKeepsTheInstances) {
  const Json made = create(weekly());
  const Json before = events();
  rig.expect(200, "PUT", path(made["id"]),
             {{"startTime", ten}, {"rrule", "RRULE:FREQ=WEEKLY;COUNT=3"}, {"ignoreFreeSlotValidation", true}});
  const Json after = events(true);
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < after.size(); ++i) EXPECT_EQ(after[i]["id"], before[i]["id"]);
}

TEST_P(SeriesApi, ACancellationIsUndoneWhateverTheCalendarHasBecome) {
  const Json made = create(weekly());
  rig.expect(200, "PUT", path(made["id"]), {{"appointmentStatus", "cancelled"}});
  rig.expect(200, "PUT", std::string("/calendars/") + personal, {{"isActive", false}, {"slotDuration", 45}});
  rig.expect(200, "PUT", path(made["id"]), {{"appointmentStatus", "confirmed"}});
  EXPECT_EQ(events()[2]["appointmentStatus"], "confirmed");
}

TEST_P(SeriesApi, TheIdOfTheCreateIsGoodForNotesAndForAPersonsCancellation) {
  const Json made = create(weekly());
  const std::string id = made["id"];
  const std::string notes = "/calendars/appointments/" + id + "/notes";
  const Json note = rig.expect(201, "POST", notes, {{"body", "bring the X-ray"}})["note"];
  EXPECT_EQ(note["contactId"], contact);
  const Json first = events()[0];
  rig.expect(200, "DELETE", "/calendars/events/" + first["id"].get<std::string>());
  EXPECT_EQ(rig.expect(200, "GET", notes + "?limit=5&offset=0")["notes"][0]["body"], "bring the X-ray");
  rig.expect(200, "PUT", notes + "/" + note["id"].get<std::string>(), {{"body", "and the card"}});
  ASSERT_TRUE(rig.twin.cancel_as_person(id));
  for (const Json& event : events()) EXPECT_EQ(event["appointmentStatus"], "cancelled");
}

// ---- calendars that make a series of every booking ----

Fixture recurring_fixture(Recurrence::WhenTaken when_taken) {
  Fixture fixture = calendar_fixture();
  for (Calendar& calendar : fixture.calendars) {
    if (calendar.id != personal) continue;
    calendar.recurrence = {.enabled = true,
                           .frequency = Recurrence::Frequency::weekly,
                           .count = 3,
                           .when_taken = when_taken,
                           .overlap_status = "new"};
  }
  return fixture;
}

Texts dates_booked(Recurrence::WhenTaken when_taken) {
  CalendarRig rig(false, recurring_fixture(when_taken));
  const std::string contact = rig.contact();
  rig.twin.state().add_block({.location_id = demo_location,
                              .user_id = ada,
                              .interval = {at("2026-08-31T10:00:00-04:00"), at("2026-08-31T11:00:00-04:00")}},
                             rig.twin.now());
  const Json made = rig.expect(201, "POST", "/calendars/events/appointments", Rig::booking(contact, ten, personal));
  EXPECT_EQ(made["isRecurring"], true);
  Texts dates;
  for (const Appointment* each : rig.twin.state().appointments_of(contact)) {
    dates.push_back(format_iso(each->interval.begin, rig.twin.state().zone(demo_location)) + " " + each->status);
  }
  return dates;
}

TEST(RecurringCalendar, DoesWithATakenDateWhatItsOptionSays) {
  const std::string first = std::string(ten) + " confirmed";
  const std::string last = "2026-09-07T10:00:00-04:00 confirmed";
  EXPECT_EQ(dates_booked(Recurrence::WhenTaken::skip), (Texts{first, last}));
  EXPECT_EQ(dates_booked(Recurrence::WhenTaken::book_anyway), (Texts{first, "2026-08-31T10:00:00-04:00 new", last}));
  EXPECT_EQ(dates_booked(Recurrence::WhenTaken::book_next),
            (Texts{first, "2026-08-31T11:00:00-04:00 confirmed", last}));
}

}  // namespace
}  // namespace mock_ghl::tests
