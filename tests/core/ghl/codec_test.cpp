#include "core/ghl/codec.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "core/base/json.hpp"

namespace holdfast::ghl {
namespace {

Instant at(std::string_view iso) {
  return parse_iso(iso).value();
}

std::vector<std::string> texts(std::string_view body) {
  std::vector<std::string> found;
  const auto slots = decode_free_slots(body);
  EXPECT_TRUE(slots.has_value()) << body;
  if (slots) {
    for (const FreeSlot& slot : *slots) found.push_back(slot.text);
  }
  return found;
}

using Texts = std::vector<std::string>;

// --- Free slots (facts/ghl.md 4.3)
// ---------------------------------------------------------------------------------------

TEST(DecodeFreeSlots, ReadsTheLiveShape) {
  EXPECT_EQ(texts(R"({"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00","2024-10-28T11:00:00-05:00"]},
                      "2024-10-29":{"slots":["2024-10-29T10:00:00-05:00"]},"traceId":"3f6c"})"),
            (Texts{"2024-10-28T10:00:00-05:00", "2024-10-28T11:00:00-05:00", "2024-10-29T10:00:00-05:00"}));
  const auto slots = decode_free_slots(R"({"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]}})");
  ASSERT_EQ(slots->size(), 1U);
  EXPECT_EQ(slots->front().start, at("2024-10-28T15:00:00Z"));
}

TEST(DecodeFreeSlots, NothingFreeIsAnAnswer) {
  EXPECT_EQ(texts(R"({"traceId":"t"})"), Texts{});
  EXPECT_EQ(texts("{}"), Texts{});
  EXPECT_EQ(texts(R"({"2024-10-28":{"slots":[]},"traceId":"t"})"), Texts{});
}

TEST(DecodeFreeSlots, ReadsTheOldWrapper) {
  EXPECT_EQ(texts(R"({"_dates_":{"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]},"traceId":"t"}})"),
            Texts{"2024-10-28T10:00:00-05:00"});
}

TEST(DecodeFreeSlots, TakesOnlyKeysThatAreDates) {
  EXPECT_EQ(texts(R"({"traceId":"2024-10-28T10:00:00-05:00","slots":["2024-10-28T10:00:00-05:00"],
                      "2024-10-2x":{"slots":["2024-10-28T10:00:00-05:00"]},
                      "meta":{"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]}},
                      "2024-10-28":{"busy":["2024-10-28T09:00:00-05:00"],"slots":["2024-10-28T12:00:00-05:00"],
                                    "users":[{"slots":["2024-10-28T13:00:00-05:00"]}]}})"),
            Texts{"2024-10-28T12:00:00-05:00"});
}

TEST(DecodeFreeSlots, SortsAndKeepsOneTextPerInstant) {
  EXPECT_EQ(texts(R"({"2024-10-29":{"slots":["2024-10-29T10:00:00-05:00"]},
                      "2024-10-28":{"slots":["2024-10-28T11:00:00-05:00","2024-10-28T10:00:00-05:00",
                                             "2024-10-28T11:00:00-05:00"]}})"),
            (Texts{"2024-10-28T10:00:00-05:00", "2024-10-28T11:00:00-05:00", "2024-10-29T10:00:00-05:00"}));
}

TEST(DecodeFreeSlots, TheSameWallClockTwiceIsTwoSlots) {
  EXPECT_EQ(texts(R"({"2026-11-01":{"slots":["2026-11-01T01:30:00-04:00","2026-11-01T01:30:00-05:00"]}})").size(), 2U);
}

TEST(DecodeFreeSlots, LeavesOutTextsThatNameNoInstantUnlessThereAreOnlySuch) {
  EXPECT_EQ(texts(R"({"2024-10-28":{"slots":["soon","2024-10-28T10:00:00-05:00","2024-10-28T10:00:00"]}})"),
            Texts{"2024-10-28T10:00:00-05:00"});
  EXPECT_FALSE(decode_free_slots(R"({"2024-10-28":{"slots":["10:00 AM","11:00 AM"]}})").has_value());
}

TEST(DecodeFreeSlots, ADayThatCannotBeReadIsNotTakenForFull) {
  const std::string good = R"("2024-10-27":{"slots":["2024-10-27T10:00:00-05:00"]})";
  for (const std::string value : {R"({"slots":null})",
                                  R"({"slots":"none"})",
                                  R"({"slots":7})",
                                  R"({"slots":true})",
                                  R"({"slots":{"a":1}})",
                                  R"({"slots":[7]})",
                                  R"({"slots":[null]})",
                                  R"({"slots":[{}]})",
                                  R"({"slots":[["2024-10-28T10:00:00-05:00"]]})",
                                  R"({"slots":[{"start":"2024-10-28T10:00:00-05:00"}]})",
                                  R"({"slots":["2024-10-28T10:00:00-05:00",7]})",
                                  R"({"slots":["10:00 AM","11:00 AM"]})",
                                  R"({"busy":[]})",
                                  R"({"Slots":["2024-10-28T10:00:00-05:00"]})",
                                  "null",
                                  "7",
                                  "true",
                                  R"("full")",
                                  "[7]",
                                  R"(["10:00 AM"])",
                                  "[[]]"}) {
    for (const std::string& body : {"{\"2024-10-28\":" + value + "}", "{" + good + ",\"2024-10-28\":" + value + "}",
                                    "{\"2024-10-28\":" + value + "," + good + ",\"traceId\":\"t\"}",
                                    "{\"_dates_\":{" + good + ",\"2024-10-28\":" + value + "}}"})
      EXPECT_FALSE(decode_free_slots(body).has_value()) << body;
  }
}

TEST(DecodeFreeSlots, NothingFreeIsBelievedOnlyOfABodyThatSaysNothingElse) {
  for (const char* body :
       {R"({"2024-10-28":{}})", R"({"2024-10-28":{"slots":{}}})", R"({"2024-10-28":[]})", R"({"_dates_":{}})",
        R"({"_dates_":[]})", R"({"traceId":null})", R"({"traceId":"t","count":0})", R"({"meta":{},"list":[]})"})
    EXPECT_EQ(texts(body), Texts{}) << body;
  for (const char* body :
       {R"({"_dates_":null})", R"({"_dates_":"x"})", R"({"_dates_":["x"]})", R"({"_dates_":[{}]})",
        R"({"message":"x"})", R"({"error":"x","traceId":"t"})", R"({"errors":[]})", R"({"message":["x"]})",
        R"({"statusCode":"400"})", R"({"data":{"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]}}})",
        R"({"slots":["2024-10-28T10:00:00-05:00"]})", R"({"days":[{"date":"2024-10-28"}]})",
        R"({"_dates_":{"message":"x"}})"})
    EXPECT_FALSE(decode_free_slots(body).has_value()) << body;
}

TEST(DecodeFreeSlots, RefusesWhatIsNoAnswer) {
  for (const std::string& body :
       {std::string(""), std::string("null"), std::string("true"), std::string("7"), std::string("7.5"),
        std::string("\"x\""), std::string("[]"), std::string("[[\"2024-10-28T10:00:00-05:00\"]]"),
        std::string("<html>"), std::string(R"({"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]})"),
        std::string(R"({"statusCode":400,"message":"x"})"), std::string(R"({"status":500})"),
        std::string(R"({"success":false})"), std::string(1'000'000, '['), "{\"a\":" + std::string(1'000'000, '[')}) {
    const auto slots = decode_free_slots(body);
    ASSERT_FALSE(slots.has_value()) << body.substr(0, 60);
    EXPECT_EQ(slots.error().kind, ErrorKind::transient);
  }
}

// --- Appointments (facts/ghl.md 4.4, 4.7, 4.8)
// ------------------------------------------------------------------------------

TEST(DecodeAppointment, ReadsTheLiveCreateAnswer) {
  // Quirk 6: no endTime, a legacy status, and the vendor's spelling.
  const auto made = decode_appointment(R"({"id":"evt1","calendarId":"cal","locationId":"loc","contactId":"con",
      "title":"Cut","status":"booked","appoinmentStatus":"confirmed","assignedUserId":"u1","address":"",
      "isRecurring":false,"traceId":"t"})");
  ASSERT_TRUE(made.has_value());
  EXPECT_EQ(made->id, "evt1");
  EXPECT_EQ(made->calendar_id, "cal");
  EXPECT_EQ(made->location_id, "loc");
  EXPECT_EQ(made->contact_id, "con");
  EXPECT_EQ(made->assigned_user_id, "u1");
  EXPECT_EQ(made->title, "Cut");
  EXPECT_EQ(made->status, "confirmed");
  EXPECT_FALSE(made->start.has_value());
  EXPECT_FALSE(made->end.has_value());
  EXPECT_TRUE(made->occupies());
}

TEST(DecodeAppointment, ReadsEveryWrapper) {
  const std::string event = R"({"id":"e","startTime":"2021-06-23T03:30:00+05:30","endTime":"2021-06-23T04:00:00+05:30",
      "notes":"from notes","appointmentStatus":"new","dateAdded":"2021-06-20T00:00:00.000Z","deleted":true})";
  for (const std::string& body :
       {event, R"({"event":)" + event + R"(,"traceId":"t"})", R"({"appointment":)" + event + "}",
        R"({"event":)" + event + R"(,"appointment":{"id":"other"}})",
        R"({"event":null,"appointment":)" + event + "}"}) {
    const auto read = decode_appointment(body);
    ASSERT_TRUE(read.has_value()) << body;
    EXPECT_EQ(read->id, "e");
    EXPECT_EQ(read->start, at("2021-06-22T22:00:00Z"));
    EXPECT_EQ(read->end, at("2021-06-22T22:30:00Z"));
    EXPECT_EQ(read->added_at, at("2021-06-20T00:00:00Z"));
    EXPECT_EQ(read->description, "from notes");
    EXPECT_TRUE(read->deleted);
  }
}

TEST(DecodeAppointment, TheDescriptionIsEitherOne) {
  const auto described = [](const char* body) { return decode_appointment(body)->description; };
  EXPECT_EQ(described(R"({"id":"e","description":"d","notes":"n"})"), "d");
  EXPECT_EQ(described(R"({"id":"e","description":"","notes":"n"})"), "n");
  EXPECT_EQ(described(R"({"id":"e","description":null})"), "");
}

TEST(DecodeAppointment, ReadsTimesThatNameInstantsOnly) {
  const auto start = [](const std::string& value) {
    return decode_appointment(R"({"id":"e","startTime":)" + value + "}")->start;
  };
  EXPECT_EQ(start("1790000000000"), from_epoch_ms(1'790'000'000'000));
  EXPECT_EQ(start("\"1790000000000\""), from_epoch_ms(1'790'000'000'000));
  EXPECT_EQ(start("\"2026-08-27T10:30:00Z\""), at("2026-08-27T10:30:00Z"));
  for (const char* value :
       {"\"2021-07-16 11:00:00\"", "1790000000", "2021", "null", "{}", "[]", "true", "1e300", "\"\""})
    EXPECT_EQ(start(value), std::nullopt) << value;
}

// Taken at its word such an event would be in nobody's way, and its seat would be sold again.
TEST(DecodeAppointment, AnEndThatIsNotAfterItsStartIsNone) {
  for (const char* end : {R"("2026-08-27T10:00:00Z")", R"("2026-08-27T09:00:00Z")", "1000000000000"}) {
    const auto read =
        decode_appointment(R"({"id":"e","startTime":"2026-08-27T10:00:00Z","endTime":)" + std::string(end) + "}");
    ASSERT_TRUE(read.has_value());
    EXPECT_TRUE(read->start.has_value());
    EXPECT_FALSE(read->end.has_value()) << end;
  }
}

TEST(DecodeAppointment, NumbersAndTypesThatNoTimeHasAreNoTime) {
  for (const char* time : {"0", "-1", "2026", "1787925600", "9223372036854775807", "18446744073709551615", "1e308",
                           "-1e308", "253402300800000", R"("9223372036854775807")", R"("99999999999999999999")", "true",
                           "[]", "{}", R"("2026-257-05T10:00:00Z")", R"("10000-01-01T00:00:00Z")",
                           R"("2026-08-27T24:00:00Z")", R"("2026-08-27T10:00:00+99:00")"}) {
    const auto read = decode_appointment(R"({"id":"e","startTime":)" + std::string(time) + "}");
    ASSERT_TRUE(read.has_value()) << time;
    EXPECT_FALSE(read->start.has_value()) << time;
  }
}

TEST(DecodeAppointment, NeedsAnId) {
  for (const char* body :
       {"", "{}", "[]", R"({"event":{}})", R"({"id":""})", R"({"id":null})", R"({"id":{}})", R"({"traceId":"t"})",
        R"({"id":"e","statusCode":400})", R"({"id":"e","success":false})", R"({"id":"e")", "<html>"})
    EXPECT_FALSE(decode_appointment(body).has_value()) << body;
  EXPECT_EQ(decode_appointment(R"({"id":42})")->id, "42");
}

TEST(Occupies, GoesByTheStatus) {
  const auto occupies = [](const char* status) {
    Appointment appointment;
    appointment.status = status;
    return appointment.occupies();
  };
  for (const char* status : {"", "new", "confirmed", "booked", "active", "completed", "showed", "something else"})
    EXPECT_TRUE(occupies(status)) << status;
  for (const char* status : {"cancelled", "canceled", "Cancelled", "invalid", "noshow"})
    EXPECT_FALSE(occupies(status)) << status;
  Appointment deleted;
  deleted.deleted = true;
  EXPECT_FALSE(deleted.occupies());
}

TEST(DecodeEvents, KeepsCancelledDeletedAndNamelessOnes) {
  const auto events = decode_events(R"({"events":[
      {"id":"a","appointmentStatus":"cancelled","startTime":"2021-06-23T03:30:00+05:30"},
      {"id":"b","deleted":true},{"startTime":"2021-06-23T03:30:00+05:30"}],"traceId":"t"})");
  ASSERT_TRUE(events.has_value());
  ASSERT_EQ(events->size(), 3U);
  EXPECT_FALSE((*events)[0].occupies());
  EXPECT_FALSE((*events)[1].occupies());
  EXPECT_TRUE((*events)[2].occupies());
}

TEST(DecodeEvents, NoListIsNoEmptyList) {
  EXPECT_TRUE(decode_events(R"({"events":[]})")->empty());
  EXPECT_TRUE(decode_events(R"({"events":{}})")->empty());
  // An answer without the list must not read as "nothing is booked".
  for (const char* body : {"{}", R"({"traceId":"t"})", R"({"events":null})", R"({"events":"none"})",
                           R"({"events":[7]})", "[]", "", R"({"events":[],"statusCode":500})"})
    EXPECT_FALSE(decode_events(body).has_value()) << body;
}

TEST(DecodeCancelled, BelievesOnlyACancelledStatus) {
  for (const char* body : {"{}", R"({"id":"e","appointmentStatus":"cancelled"})", R"({"succeeded":true})",
                           R"({"event":{"appoinmentStatus":"canceled"}})", R"({"id":"e","status":"booked"})"})
    EXPECT_TRUE(decode_cancelled(body).has_value()) << body;
  for (const char* body :
       {"", "<html>", R"({"appointmentStatus":"confirmed"})", R"({"succeeded":false})", R"({"statusCode":400})"})
    EXPECT_FALSE(decode_cancelled(body).has_value()) << body;
}

// --- Calendars, locations, contacts, notes (facts/ghl.md 4.1, 5.2, 6.3)
// -----------------------------------------------------

TEST(DecodeCalendar, ReadsTheRules) {
  const auto calendar =
      decode_calendar(R"({"calendar":{"id":"c","locationId":"l","name":"Cuts","calendarType":"round_robin",
      "isActive":false,"slotDuration":1,"slotDurationUnit":"hours","slotBuffer":"15","slotBufferUnit":"mins","preBuffer":10,
      "appoinmentPerSlot":3,"openHours":{},"teamMembers":[{"userId":"u1","priority":0.5},{"userId":"u2"},{"priority":1}]},
      "traceId":"t"})");
  ASSERT_TRUE(calendar.has_value());
  EXPECT_EQ(calendar->id, "c");
  EXPECT_EQ(calendar->location_id, "l");
  EXPECT_EQ(calendar->name, "Cuts");
  EXPECT_EQ(calendar->type, "round_robin");
  EXPECT_FALSE(calendar->active);
  EXPECT_EQ(calendar->slot_duration, hours(1));
  EXPECT_EQ(calendar->post_buffer, minutes(15));
  EXPECT_EQ(calendar->pre_buffer, minutes(10));
  EXPECT_EQ(calendar->appointments_per_slot, 3);
  EXPECT_EQ(calendar->team_member_ids, (Texts{"u1", "u2"}));
}

TEST(DecodeCalendar, FallsBackToGhlsDefaults) {
  const auto calendar = decode_calendar(R"({"id":"c","teamMembers":{},"slotDuration":0,"appoinmentPerSlot":-2,
      "slotBuffer":999999999999,"preBuffer":"x"})");
  ASSERT_TRUE(calendar.has_value());
  EXPECT_TRUE(calendar->active);
  EXPECT_EQ(calendar->slot_duration, minutes(30));
  EXPECT_EQ(calendar->appointments_per_slot, 1);
  EXPECT_EQ(calendar->post_buffer, Duration(0));
  EXPECT_EQ(calendar->pre_buffer, Duration(0));
  EXPECT_TRUE(calendar->team_member_ids.empty());
}

TEST(DecodeCalendar, NobodyIsInATeamTwice) {
  const auto calendar = decode_calendar(
      R"({"id":"cal","calendarType":"collective","teamMembers":[{"userId":"a"},{"userId":"b"},{"userId":"a"},{"userId":""}]})");
  ASSERT_TRUE(calendar.has_value());
  EXPECT_EQ(calendar->team_member_ids, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(calendar->team.size(), 2U);
}

TEST(DecodeCalendar, KeepsItsNumbersWithinBounds) {
  for (const char* number : {"9223372036854775807", "-9223372036854775808", "18446744073709551615", "1e308", "-1", "0",
                             R"("9223372036854775807")", R"("1e9")", "true", "[]", "{}"}) {
    const std::string n = number;
    const auto calendar = decode_calendar(
        R"({"id":"cal","slotDuration":)" + n + R"(,"slotDurationUnit":"hours","preBuffer":)" + n + R"(,"slotBuffer":)" +
        n + R"(,"appoinmentPerSlot":)" + n + R"(,"teamMembers":)" + n + R"(,"isActive":)" + n + "}");
    ASSERT_TRUE(calendar.has_value()) << n;
    EXPECT_EQ(calendar->slot_duration, minutes(30)) << n;
    EXPECT_EQ(calendar->pre_buffer, Duration(0)) << n;
    EXPECT_EQ(calendar->post_buffer, Duration(0)) << n;
    EXPECT_GE(calendar->appointments_per_slot, 1) << n;
    EXPECT_LE(calendar->appointments_per_slot, 10'000) << n;
    EXPECT_TRUE(calendar->team_member_ids.empty()) << n;
  }
}

TEST(DecodeCalendars, ReadsAList) {
  EXPECT_EQ(decode_calendars(R"({"calendars":[{"id":"a"},{"id":"b"}]})")->size(), 2U);
  EXPECT_FALSE(decode_calendars(R"({"traceId":"t"})").has_value());
}

TEST(DecodeLocation, ReadsTheZone) {
  const auto location =
      decode_location(R"({"location":{"id":"l","name":"Shop","timezone":"US/Central","country":null}})");
  ASSERT_TRUE(location.has_value());
  EXPECT_EQ(location->timezone, "US/Central");
  EXPECT_EQ(location->country, "US");
  EXPECT_EQ(decode_location(R"({"id":"l","country":"DE"})")->country, "DE");
  EXPECT_FALSE(decode_location(R"({"location":{}})").has_value());
}

TEST(DecodeContact, TellsNobodyFromNoAnswer) {
  EXPECT_EQ(decode_found_contact(R"({"contact":null,"traceId":"t"})")->id, "");
  EXPECT_EQ(decode_found_contact(R"({"contact":{}})")->id, "");
  const auto found = decode_found_contact(
      R"({"contact":{"id":"c","firstName":"Jane","lastNameLowerCase":"doe","email":"j@x.org","phone":"+14155550100"},"matchingField":"phone"})");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->id, "c");
  EXPECT_EQ(found->first_name, "Jane");
  EXPECT_EQ(found->last_name, "doe");
  EXPECT_EQ(found->email, "j@x.org");
  EXPECT_EQ(found->phone, "+14155550100");
  for (const char* body : {"{}", R"({"traceId":"t"})", R"({"contact":[]})", R"({"contact":"x"})", "null", "",
                           R"({"contact":{"firstName":"Jane"}})"})
    EXPECT_FALSE(decode_found_contact(body).has_value()) << body;
}

TEST(DecodeContact, AnUpsertNeedsAnId) {
  EXPECT_EQ(decode_contact(R"({"new":true,"contact":{"id":"c"},"traceId":"t"})")->id, "c");
  for (const char* body : {"{}", R"({"new":true})", R"({"contact":null})", R"({"contact":{}})", ""})
    EXPECT_FALSE(decode_contact(body).has_value()) << body;
}

TEST(DecodeDuplicate, FindsTheContactOfTheRefusal) {
  EXPECT_EQ(decode_duplicate(R"({"statusCode":400,"message":"This location does not allow duplicated contacts.",
      "meta":{"contactId":"3k9","matchingField":"phone","contactName":"jane doe"},"traceId":"t"})")
                .contact.id,
            "3k9");
  for (const char* body : {"", "{}", R"({"meta":{}})", R"({"meta":"x"})", "[]"})
    EXPECT_EQ(decode_duplicate(body).contact.id, "") << body;
}

TEST(DecodeNotes, ReadsListsAndNotes) {
  const auto notes = decode_notes(R"({"notes":[{"id":"n","body":"hello"},{"id":"m","body":null}]})");
  ASSERT_EQ(notes->size(), 2U);
  EXPECT_EQ(notes->front().body, "hello");
  EXPECT_EQ(decode_note(R"({"note":{"id":"n","body":"x"}})")->id, "n");
  EXPECT_FALSE(decode_note("{}").has_value());
  EXPECT_FALSE(decode_notes("{}").has_value());
}

// --- Writing
// ----------------------------------------------------------------------------------------------------------

TEST(Encode, WritesExactlyWhatIsMeant) {
  EXPECT_EQ(encode_appointment({.calendar_id = "cal",
                                .contact_id = "con",
                                .start_text = "2026-08-27T10:30:00-05:00",
                                .title = "Cut: \"Jane\"",
                                .description = "HF-1",
                                .assigned_user_id = ""},
                               "loc"),
            R"({"calendarId":"cal","contactId":"con","description":"HF-1","locationId":"loc",)"
            R"("startTime":"2026-08-27T10:30:00-05:00","title":"Cut: \"Jane\""})");
  EXPECT_EQ(encode_appointment({.calendar_id = "c",
                                .contact_id = "p",
                                .start_text = "s",
                                .title = "",
                                .description = "",
                                .assigned_user_id = "u"},
                               "l"),
            R"({"assignedUserId":"u","calendarId":"c","contactId":"p","locationId":"l","startTime":"s"})");
  EXPECT_EQ(encode_contact({.first_name = "Jane",
                            .last_name = "",
                            .email = "",
                            .phone = "+14155550100",
                            .timezone = "",
                            .source = "holdfast"},
                           "loc"),
            R"({"firstName":"Jane","locationId":"loc","phone":"+14155550100","source":"holdfast"})");
  EXPECT_EQ(encode_note("a\nb"), R"({"body":"a\nb"})");
  EXPECT_EQ(encode_update({.status = "cancelled"}), R"({"appointmentStatus":"cancelled"})");
}

TEST(Encode, BytesThatAreNoUtf8DoNotBreakIt) {
  EXPECT_TRUE(parse_json(encode_note("x\xff"
                                     "y"))
                  .has_value());
  EXPECT_TRUE(
      parse_json(
          encode_contact(
              {.first_name = "\xc3", .last_name = "", .email = "", .phone = "", .timezone = "", .source = ""}, "l"))
          .has_value());
}

// --- Properties
// -------------------------------------------------------------------------------------------------------

RC_GTEST_PROP(CodecProperty, SlotTextsComeBackByteForByte, ()) {
  const Zone zone =
      *Zone::find(*rc::gen::element<std::string>("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"));
  const auto quarters =
      *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1'980'000, 2'020'000));
  Json body = Json::object();
  std::vector<std::string> expected;
  for (const std::int64_t quarter : quarters) {
    const Instant start = Instant(minutes(15 * quarter));
    body[format_date(date_in(zone, start))]["slots"].push_back(format_iso(start, zone));
  }
  body["traceId"] = "t";
  const auto slots = decode_free_slots(dump_json(body));
  RC_ASSERT(slots.has_value());
  std::vector<std::int64_t> unique = quarters;
  std::sort(unique.begin(), unique.end());
  unique.erase(std::unique(unique.begin(), unique.end()), unique.end());
  RC_ASSERT(slots->size() == unique.size());
  for (std::size_t i = 0; i < unique.size(); ++i) {
    RC_ASSERT((*slots)[i].start == Instant(minutes(15 * unique[i])));
    RC_ASSERT((*slots)[i].text == format_iso((*slots)[i].start, zone));
  }
}

// The fast reader and the parser agree on every body, whole or damaged.
RC_GTEST_PROP(CodecProperty, TheFastReaderOfSlotsAgreesWithTheParser, ()) {
  static const std::vector<std::string> seeds{
      R"({"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00","2024-10-28T11:00:00-05:00"]},"2024-10-29":{"slots":[]},"traceId":"3f6c"})",
      R"( { "2024-10-28" : { "slots" : [ "2024-10-28T10:00:00-05:00" , "2024-10-28T09:00:00-05:00" ] } } )",
      R"({"traceId":"t","statusCode":"400"})", R"({"2024-10-28":{"slots":[],"busy":[]},"status":400})", "{}"};
  std::string body = *rc::gen::elementOf(seeds);
  const int changes = *rc::gen::inRange(0, 4);
  for (int i = 0; i < changes && !body.empty(); ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, body.size());
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        body[place] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        body[place] = *rc::gen::element('{', '}', '[', ']', '"', ',', ':', '0', '\\', ' ');
        break;
      case 2:
        body.erase(place, 1 + *rc::gen::inRange<std::size_t>(0, 4));
        break;
      case 3:
        body.insert(place, 1, *rc::gen::element(',', '"', ' ', '\n', '\x7f', '\x1f', '0'));
        break;
      default:
        body.insert(place, body.substr(place / 2, 12));
        break;
    }
  }
  const auto fast = decode_free_slots(body);
  const auto parsed = detail::decode_free_slots_by_parser(body);
  RC_ASSERT(fast.has_value() == parsed.has_value());
  if (!fast) return;
  RC_ASSERT(fast->size() == parsed->size());
  for (std::size_t i = 0; i < fast->size(); ++i) {
    RC_ASSERT((*fast)[i].start == (*parsed)[i].start);
    RC_ASSERT((*fast)[i].text == (*parsed)[i].text);
  }
}

RC_GTEST_PROP(CodecProperty, NoBodyBreaksADecoder, ()) {
  static const std::vector<std::string> seeds{
      R"({"2024-10-28":{"slots":["2024-10-28T10:00:00-05:00"]},"_dates_":{"2024-10-29":{"slots":[]}},"traceId":"x"})",
      R"({"event":{"id":"e","startTime":"2021-06-23T03:30:00+05:30","appointmentStatus":"new"},"appointment":{"id":"f"}})",
      R"({"events":[{"id":"a","startTime":1790000000000}],"calendars":[{"id":"c","teamMembers":[{"userId":"u"}]}]})",
      R"({"contact":{"id":"c"},"note":{"id":"n"},"notes":[{"id":"n"}],"location":{"id":"l"},"meta":{"contactId":"d"}})",
      R"({"messages":{"lastMessageId":"m","nextPage":true,"messages":[{"id":"m","body":"x","dateAdded":"2024-03-27T18:13:49.000Z"}]}})",
      R"({"tasks":[{"id":"t","dueDate":"2021-07-08T02:30:00.000Z"}],"task":{"id":"t"},"conversations":[{"id":"v"}],"messageId":"m","hasMore":true})"};
  std::string body = *rc::gen::elementOf(seeds);
  const int changes = *rc::gen::inRange(0, 6);
  for (int i = 0; i < changes && !body.empty(); ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, body.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        body[place] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        body[place] = *rc::gen::element('{', '}', '[', ']', '"', ',', ':', '0', 'n');
        break;
      case 2:
        body.erase(place, 1 + *rc::gen::inRange<std::size_t>(0, 10));
        break;
      default:
        body.insert(place, body.substr(place / 2, 12));
        break;
    }
  }
  // What is decoded is whole: an id where one is needed, slots in order.
  if (const auto value = decode_appointment(body)) RC_ASSERT(!value->id.empty());
  if (const auto value = decode_contact(body)) RC_ASSERT(!value->id.empty());
  if (const auto value = decode_note(body)) RC_ASSERT(!value->id.empty());
  if (const auto value = decode_calendar(body)) RC_ASSERT(!value->id.empty());
  if (const auto value = decode_location(body)) RC_ASSERT(!value->id.empty());
  if (const auto value = decode_free_slots(body)) {
    for (std::size_t i = 1; i < value->size(); ++i) RC_ASSERT((*value)[i - 1].start < (*value)[i].start);
  }
  static_cast<void>(decode_events(body));
  static_cast<void>(decode_calendars(body));
  static_cast<void>(decode_found_contact(body));
  static_cast<void>(decode_notes(body));
  static_cast<void>(decode_cancelled(body));
  static_cast<void>(decode_duplicate(body));
  if (const auto value = decode_created_contact(body)) RC_ASSERT(is_usable_id(value->contact.id) && value->made);
  if (const auto value = decode_task(body)) RC_ASSERT(is_usable_id(value->id));
  if (const auto value = decode_sent_message(body)) RC_ASSERT(is_usable_id(value->id));
  static_cast<void>(decode_tasks(body));
  static_cast<void>(decode_note_page(body));
  static_cast<void>(decode_messages(body));
  static_cast<void>(decode_conversations(body));
  static_cast<void>(decode_updated_appointment(body));
  static_cast<void>(decode_updated_contact(body));
}

}  // namespace
}  // namespace holdfast::ghl
