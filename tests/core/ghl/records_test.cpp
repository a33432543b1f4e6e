// The records beside free slots: calendars with what sells their seats, appointments as the lists show them, people,
// tasks, messages; each also in the shapes that nobody promised.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/ghl/codec.hpp"

namespace holdfast::ghl {
namespace {

using Texts = std::vector<std::string>;

Instant at(std::string_view iso) {
  return parse_iso(iso).value();
}

Calendar calendar_of(const std::string& members) {
  const auto calendar = decode_calendar(R"({"calendar":{"id":"c")" + (members.empty() ? "" : "," + members) + "}}");
  EXPECT_TRUE(calendar.has_value()) << members;
  return calendar.value_or(Calendar{});
}

// --- Calendars (facts/ghl.md 4.1)
// ----------------------------------------------------------------------------------------

TEST(Calendar, KnowsEveryKind) {
  using enum CalendarKind;
  for (const auto& [type, kind] : {std::pair{"round_robin", round_robin},
                                   {"event", event},
                                   {"class_booking", class_booking},
                                   {"collective", collective},
                                   {"service_booking", service_booking},
                                   {"personal", personal},
                                   {"", other},
                                   {"Round_Robin", other},
                                   {"new kind", other}})
    EXPECT_EQ(calendar_of(std::string(R"("calendarType":")") + type + "\"").kind(), kind) << type;
  for (const char* odd : {"null", "7", "{}", "[]", "true"})
    EXPECT_EQ(calendar_of(std::string(R"("calendarType":)") + odd).kind(), other) << odd;
}

TEST(Calendar, ReadsItsTeam) {
  const Calendar calendar = calendar_of(R"("teamMembers":[
      {"userId":"u1","priority":1,"isPrimary":true,"locationConfigurations":[]},
      {"userId":"u2","priority":0.5},{"userId":"u3","priority":0,"isPrimary":false},
      {"userId":"u4","priority":"high","isPrimary":"yes"},{"userId":"u5","priority":7},
      {"userId":""},{"priority":1},"u6",null,7])");
  EXPECT_EQ(calendar.team_member_ids, (Texts{"u1", "u2", "u3", "u4", "u5"}));
  ASSERT_EQ(calendar.team.size(), 5U);
  const auto member = [&](std::size_t index) {
    const TeamMember& found = calendar.team[index];
    return std::tuple(found.user_id, found.priority, found.primary);
  };
  EXPECT_EQ(member(0), std::tuple("u1", 1.0, true));
  EXPECT_EQ(member(1), std::tuple("u2", 0.5, false));
  EXPECT_EQ(member(2), std::tuple("u3", 0.0, false));
  EXPECT_EQ(member(3), std::tuple("u4", 0.5, false));
  EXPECT_EQ(member(4), std::tuple("u5", 1.0, false));
  for (const char* odd : {R"("teamMembers":{})", R"("teamMembers":null)", R"("teamMembers":"u1")", ""})
    EXPECT_TRUE(calendar_of(odd).team.empty()) << odd;
}

TEST(Calendar, ReadsNoticeAndHorizon) {
  const auto notice = [](const std::string& number, const std::string& unit) {
    return calendar_of(R"("allowBookingAfter":)" + number + R"(,"allowBookingAfterUnit":)" + unit).booking_notice;
  };
  EXPECT_EQ(notice("90", "\"mins\""), minutes(90));
  EXPECT_EQ(notice("2", "\"hours\""), hours(2));
  EXPECT_EQ(notice("\"3\"", "\"days\""), days(3));
  EXPECT_EQ(notice("1.0", "\"weeks\""), days(7));
  EXPECT_EQ(notice("2", "\"months\""), days(62));
  EXPECT_EQ(notice("2", "null"), days(2));
  for (const char* odd : {"0", "-1", "null", "\"x\"", "1.5", "{}", "9223372036854775807"})
    EXPECT_EQ(notice(odd, "\"days\""), Duration(0)) << odd;
  const auto horizon = [](const std::string& number) {
    return calendar_of(R"("allowBookingForUnit":"weeks","allowBookingFor":)" + number).booking_horizon;
  };
  EXPECT_EQ(horizon("8"), days(56));
  EXPECT_EQ(horizon("0"), std::nullopt);
  EXPECT_EQ(horizon("null"), std::nullopt);
  EXPECT_EQ(calendar_of("").booking_horizon, std::nullopt);
}

TEST(Calendar, ReadsTheRestWithGhlsDefaults) {
  const Calendar plain = calendar_of("");
  EXPECT_TRUE(plain.auto_confirm);
  EXPECT_EQ(plain.availability, AvailabilityType::both);
  EXPECT_EQ(plain.slot_interval, minutes(30));
  EXPECT_EQ(plain.appointments_per_day, std::nullopt);
  const Calendar full = calendar_of(R"("autoConfirm":false,"availabilityType":1,"slotDuration":1,
      "slotDurationUnit":"hours","slotInterval":15,"slotIntervalUnit":"mins","appoinmentPerDay":6)");
  EXPECT_FALSE(full.auto_confirm);
  EXPECT_EQ(full.availability, AvailabilityType::custom);
  EXPECT_EQ(full.slot_interval, minutes(15));
  EXPECT_EQ(full.appointments_per_day, 6);
  EXPECT_EQ(calendar_of(R"("availabilityType":0)").availability, AvailabilityType::open_hours);
  const Calendar odd = calendar_of(R"("autoConfirm":"no","availabilityType":"custom","slotDuration":45,
      "slotInterval":0,"appoinmentPerDay":0)");
  EXPECT_TRUE(odd.auto_confirm);
  EXPECT_EQ(odd.availability, AvailabilityType::both);
  EXPECT_EQ(odd.slot_interval, minutes(45));
  EXPECT_EQ(odd.appointments_per_day, std::nullopt);
}

// --- Appointments (facts/ghl.md 4.4, 4.7)
// ----------------------------------------------------------------------------------

TEST(Appointment, ReadsWhenItChangedAndWhomItTakes) {
  const auto read = decode_appointment(R"({"event":{"id":"e","locationId":"loc","assignedUserId":"u1",
      "users":["u1","u2",7,null],"startTime":"2021-06-23T03:30:00+05:30","endTime":"2021-06-23T04:30:00+05:30",
      "dateAdded":"2021-06-20T00:00:00.000Z","dateUpdated":"2021-06-21T00:00:00.000Z"}})");
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->location_id, "loc");
  EXPECT_EQ(read->assigned_user_id, "u1");
  EXPECT_EQ(read->user_ids, (Texts{"u1", "u2"}));
  EXPECT_EQ(read->end, at("2021-06-22T23:00:00Z"));
  EXPECT_EQ(read->updated_at, at("2021-06-21T00:00:00Z"));
  EXPECT_EQ(read->start_text, "2021-06-23T03:30:00+05:30");
  for (const char* odd : {"null", "{}", "\"u1\"", "7"}) {
    const auto appointment = decode_appointment(std::string(R"({"id":"e","users":)") + odd + "}");
    ASSERT_TRUE(appointment.has_value());
    EXPECT_TRUE(appointment->user_ids.empty()) << odd;
    EXPECT_EQ(appointment->updated_at, std::nullopt);
  }
}

TEST(Appointment, OfAContactsListHasWallClocks) {
  const auto events = decode_events(R"({"events":[{"id":"YS3","calendarId":"cal","status":"booked","title":"Test",
      "notes":"HF-1","startTime":"2021-07-16 11:00:00","endTime":"2021-07-16 11:30:00","appointmentStatus":"booked",
      "dateAdded":"2021-07-16 10:00:00","dateUpdated":"2021-07-16 10:30:00","users":[],"assignedResources":[]}]})");
  ASSERT_TRUE(events.has_value());
  const Appointment& event = events->front();
  EXPECT_EQ(event.start, std::nullopt);
  EXPECT_EQ(event.updated_at, std::nullopt);
  EXPECT_EQ(event.start_text, "2021-07-16 11:00:00");
  EXPECT_EQ(parse_wall_clock(event.start_text, *Zone::find("America/New_York")), at("2021-07-16T15:00:00Z"));
  EXPECT_EQ(event.end_text, "2021-07-16 11:30:00");
  EXPECT_EQ(event.description, "HF-1");
  EXPECT_TRUE(event.occupies());
}

TEST(Appointment, IdsThatWouldMakeAnotherPathAreNone) {
  for (const std::string& id : {std::string("."), std::string(".."), std::string(257, 'x')}) {
    EXPECT_FALSE(is_usable_id(id));
    EXPECT_FALSE(decode_appointment(R"({"id":")" + id + "\"}").has_value()) << id;
    EXPECT_FALSE(decode_contact(R"({"contact":{"id":")" + id + "\"}}").has_value()) << id;
  }
  EXPECT_TRUE(is_usable_id(std::string(256, 'x')));
}

TEST(Appointment, AnUpdateMayLeaveOutItsId) {
  EXPECT_EQ(decode_updated_appointment(R"({"succeeded":true})")->id, "");
  EXPECT_EQ(decode_updated_appointment(R"({"event":{"id":"e","appointmentStatus":"confirmed"}})")->status, "confirmed");
  for (const char* body : {"", "<html>", "[]", R"({"succeeded":false})", R"({"statusCode":400})"})
    EXPECT_FALSE(decode_updated_appointment(body).has_value()) << body;
}

// --- People and tasks (facts/ghl.md 5.1, 5.2)
// ------------------------------------------------------------------------------

TEST(Contact, ReadsItsWholeName) {
  EXPECT_EQ(decode_contact(R"({"contact":{"id":"c","name":"Jane Doe"}})")->full_name, "Jane Doe");
  EXPECT_EQ(decode_contact(R"({"contact":{"id":"c","name":null,"contactName":"jane doe"}})")->full_name, "jane doe");
  EXPECT_EQ(decode_contact(R"({"contact":{"id":"c","timezone":"Europe/Berlin"}})")->timezone, "Europe/Berlin");
  EXPECT_EQ(decode_contact(R"({"contact":{"id":"c","name":{"first":"x"},"timezone":7.5}})")->full_name, "");
}

TEST(Contact, ACreateTellsMadeFromFound) {
  const auto made = decode_created_contact(R"({"contact":{"id":"c","firstName":"Jane"},"traceId":"t"})");
  EXPECT_TRUE(made->made);
  EXPECT_EQ(made->contact.id, "c");
  for (const char* body : {"", "{}", R"({"contact":{}})", R"({"contact":null})", R"({"contact":{"id":{}}})"})
    EXPECT_FALSE(decode_created_contact(body).has_value()) << body;
  const CreatedContact found = decode_duplicate(R"({"meta":{"contactId":"3k9","matchingField":"phone"}})");
  EXPECT_FALSE(found.made);
  EXPECT_EQ(found.contact.id, "3k9");
  EXPECT_EQ(found.matching_field, "phone");
}

TEST(Contact, AnUpdateMayLeaveOutTheContact) {
  EXPECT_EQ(decode_updated_contact(R"({"succeded":true})")->id, "");
  EXPECT_EQ(decode_updated_contact(R"({"succeded":true,"contact":{"id":"c"}})")->id, "c");
  for (const char* body : {"", R"({"succeded":false})", R"({"succeeded":false,"contact":{"id":"c"}})"})
    EXPECT_FALSE(decode_updated_contact(body).has_value()) << body;
}

TEST(Tasks, AreReadTolerantly) {
  const auto tasks = decode_tasks(R"({"tasks":[{"id":"t","title":"Call","body":"HF-1","completed":true,
      "dueDate":"2021-07-08T02:30:00.000Z","contactId":"c"},{"_id":"s","title":null,"completed":"no","dueDate":"soon"}]})");
  ASSERT_EQ(tasks->size(), 2U);
  EXPECT_EQ(tasks->front().body, "HF-1");
  EXPECT_TRUE(tasks->front().completed);
  EXPECT_EQ(tasks->front().due, at("2021-07-08T02:30:00Z"));
  EXPECT_EQ(tasks->back().id, "s");
  EXPECT_FALSE(tasks->back().completed);
  EXPECT_EQ(tasks->back().due, std::nullopt);
  EXPECT_TRUE(decode_tasks(R"({"tasks":{}})")->empty());
  for (const char* body : {"{}", "", R"({"tasks":null})", R"({"tasks":["x"]})", R"({"tasks":{"a":1}})"})
    EXPECT_FALSE(decode_tasks(body).has_value()) << body;
  EXPECT_EQ(decode_task(R"({"task":{"id":"t"}})")->id, "t");
  for (const char* body : {"{}", "", R"({"task":null})", R"({"task":{"title":"x"}})"})
    EXPECT_FALSE(decode_task(body).has_value()) << body;
}

TEST(Notes, OfAnAppointmentComeInPages) {
  const auto page = decode_note_page(R"({"notes":[{"id":"n","body":"x"}],"hasMore":true})");
  EXPECT_EQ(page->notes.size(), 1U);
  EXPECT_TRUE(page->more);
  EXPECT_FALSE(decode_note_page(R"({"notes":[]})")->more);
  EXPECT_FALSE(decode_note_page(R"({"notes":[],"hasMore":"yes"})")->more);
  EXPECT_FALSE(decode_note_page(R"({"hasMore":false})").has_value());
}

// --- Messages (facts/ghl.md 6.1)
// -----------------------------------------------------------------------------------------

TEST(Messages, AreReadFlatAndNested) {
  const std::string page = R"({"lastMessageId":"m2","nextPage":true,"messages":[
      {"id":"m1","conversationId":"v","type":2,"messageType":"TYPE_SMS","direction":"outbound","status":"delivered",
       "body":"HF-1","dateAdded":"2024-03-27T18:13:49.000Z"},{"id":"m2","type":3,"messageType":7,"body":null}]})";
  for (const std::string& body : {page, R"({"messages":)" + page + R"(,"traceId":"t"})"}) {
    const auto read = decode_messages(body);
    ASSERT_TRUE(read.has_value()) << body;
    ASSERT_EQ(read->messages.size(), 2U);
    EXPECT_EQ(read->last_id, "m2");
    EXPECT_TRUE(read->more);
    const Message& first = read->messages.front();
    EXPECT_EQ(first.conversation_id, "v");
    EXPECT_EQ(first.type, "TYPE_SMS");
    EXPECT_EQ(first.direction, "outbound");
    EXPECT_EQ(first.status, "delivered");
    EXPECT_EQ(first.body, "HF-1");
    EXPECT_EQ(first.added_at, at("2024-03-27T18:13:49Z"));
    EXPECT_EQ(read->messages.back().body, "");
    EXPECT_EQ(read->messages.back().added_at, std::nullopt);
  }
  EXPECT_TRUE(decode_messages(R"({"messages":[]})")->messages.empty());
  EXPECT_TRUE(decode_messages(R"({"messages":{"messages":{}}})")->messages.empty());
  // No list is no empty thread: else a message would be sent again.
  for (const char* body : {"", "{}", "[]", R"({"messages":null})", R"({"messages":"none"})", R"({"messages":[7]})",
                           R"({"messages":{"messages":"x"}})", R"({"messages":{"lastMessageId":"m"}})",
                           R"({"messages":[],"statusCode":500})"})
    EXPECT_FALSE(decode_messages(body).has_value()) << body;
}

TEST(Messages, ConversationsAreAList) {
  const auto found = decode_conversations(R"({"conversations":[{"id":"v","contactId":"c"}],"total":1})");
  EXPECT_EQ(found->front().id, "v");
  EXPECT_EQ(found->front().contact_id, "c");
  EXPECT_TRUE(decode_conversations(R"({"conversations":[],"total":0})")->empty());
  for (const char* body : {"", "{}", R"({"total":0})", R"({"conversations":null})", R"({"conversations":[1]})"})
    EXPECT_FALSE(decode_conversations(body).has_value()) << body;
}

TEST(Messages, ASentOneHasAnId) {
  const auto sent = decode_sent_message(
      R"({"conversationId":"v","messageId":"m","msg":"Message queued successfully.","status":"pending","traceId":"t"})");
  EXPECT_EQ(sent->id, "m");
  EXPECT_EQ(sent->conversation_id, "v");
  EXPECT_EQ(decode_sent_message(R"({"conversationId":"v","emailMessageId":"e"})")->id, "e");
  EXPECT_EQ(decode_sent_message(R"({"conversationId":"v","messageIds":["a","b"]})")->id, "a");
  for (const char* body : {"", "{}", R"({"conversationId":"v"})", R"({"messageId":{}})", R"({"messageIds":[7]})",
                           R"({"messageId":"m","status":500})", R"({"msg":"Message queued successfully."})"})
    EXPECT_FALSE(decode_sent_message(body).has_value()) << body;
}

// --- Writing
// ----------------------------------------------------------------------------------------------------------

TEST(EncodeRecords, WriteExactlyWhatIsMeant) {
  AppointmentDraft draft{.calendar_id = "c", .contact_id = "p", .start_text = "s"};
  draft.notify = false;
  EXPECT_EQ(encode_appointment(draft, "l"),
            R"({"calendarId":"c","contactId":"p","locationId":"l","startTime":"s","toNotify":false})");
  draft.notify = true;
  draft.end_text = "e";
  EXPECT_EQ(encode_appointment(draft, "l"),
            R"({"calendarId":"c","contactId":"p","endTime":"e","locationId":"l","startTime":"s","toNotify":true})");
  EXPECT_EQ(encode_update({.notify = true}), R"({"toNotify":true})");
  EXPECT_EQ(encode_update({}), "{}");
  EXPECT_EQ(encode_update({.start_text = "s",
                           .end_text = "e",
                           .status = "confirmed",
                           .title = "",
                           .description = "d",
                           .assigned_user_id = "u",
                           .notify = false}),
            R"({"appointmentStatus":"confirmed","assignedUserId":"u","description":"d","endTime":"e",)"
            R"("startTime":"s","title":"","toNotify":false})");
  EXPECT_EQ(encode_contact({.phone = "+14155550100"}, ""), R"({"phone":"+14155550100"})");
  EXPECT_EQ(encode_task({.contact_id = "c", .title = "T", .body = "b", .due = at("2026-08-27T10:30:00Z")}),
            R"({"body":"b","completed":false,"dueDate":"2026-08-27T10:30:00.000Z","title":"T"})");
  EXPECT_EQ(encode_task({.contact_id = "c", .title = "T", .due = at("2026-08-27T10:30:00Z"), .assigned_user_id = "u"}),
            R"({"assignedTo":"u","completed":false,"dueDate":"2026-08-27T10:30:00.000Z","title":"T"})");
}

TEST(EncodeRecords, AnEmailIsHtmlThatShowsTheText) {
  EXPECT_EQ(encode_message({.contact_id = "c", .channel = Channel::sms, .subject = "unused", .body = "a<b & \"c\""}),
            R"({"contactId":"c","message":"a<b & \"c\"","type":"SMS"})");
  EXPECT_EQ(
      encode_message({.contact_id = "c", .channel = Channel::email, .subject = "S<", .body = "a<b & \"c\">\nHF-1"}),
      R"({"contactId":"c","html":"a&lt;b &amp; &quot;c&quot;&gt;<br>HF-1","subject":"S<","type":"Email"})");
}

}  // namespace
}  // namespace holdfast::ghl
