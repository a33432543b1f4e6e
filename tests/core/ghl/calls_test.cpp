// The calls beside the booking itself: what each sends, what it takes for its answer, and when it is sent again.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "tests/core/ghl/client_bench.hpp"

namespace holdfast::ghl {
namespace {

using tests::Answer;
using tests::Bench;
using tests::html;
using tests::json;
using tests::kind_of;
using tests::not_sent;
using tests::unanswered;

constexpr const char* duplicate_body =
    R"({"statusCode":400,"message":"This location does not allow duplicated contacts.",
    "meta":{"contactId":"3k9","matchingField":"phone","contactName":"jane doe"}})";

std::string sent(Bench& bench, std::size_t index = 0) {
  return bench.request(index).method + " " + bench.request(index).target;
}

// Every failure after which a write may have been done.
std::vector<Answer> unknown_answers() {
  return {unanswered(), json(500, "{}"), html(200), json(201, "{}"), json(401, "")};
}

// --- Appointments
// ------------------------------------------------------------------------------------------------------

TEST(UpdateAppointment, SaysOnlyWhatIsGiven) {
  Bench bench({json(200, R"({"id":"evt","appointmentStatus":"confirmed","startTime":"2026-08-27T10:30:00-05:00"})")});
  const auto updated = bench.loop.run(bench.client.update_appointment("evt", {.notify = true}, bench.in(seconds(10))));
  ASSERT_TRUE(updated.has_value());
  EXPECT_EQ(updated->status, "confirmed");
  EXPECT_EQ(updated->start, parse_iso("2026-08-27T10:30:00-05:00"));
  EXPECT_EQ(sent(bench), "PUT /calendars/events/appointments/evt");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-04-15");
  EXPECT_EQ(bench.request().body, R"({"toNotify":true})");
  Bench silent({json(200, R"({"succeeded":true})")});
  EXPECT_EQ(
      silent.loop.run(silent.client.update_appointment("evt", {.status = "confirmed"}, silent.in(seconds(10))))->id,
      "evt");
}

TEST(UpdateAppointment, IsSentAgainUnlessItTellsTheCustomer) {
  const AppointmentUpdate move{.start_text = "2026-08-27T10:30:00-05:00", .notify = false};
  for (const Answer& failure : {not_sent(), unanswered(), json(500, "{}"), html(200)}) {
    Bench quiet({failure, json(200, R"({"id":"evt"})")});
    EXPECT_TRUE(quiet.loop.run(quiet.client.update_appointment("evt", move, quiet.in(seconds(30)))).has_value());
    EXPECT_EQ(quiet.count(), 2U);
    AppointmentUpdate loud = move;
    loud.notify = true;
    Bench telling({failure, json(200, R"({"id":"evt"})")});
    const auto told = telling.loop.run(telling.client.update_appointment("evt", loud, telling.in(seconds(30))));
    EXPECT_EQ(kind_of(told), failure.result || failure.result.error().failure == net::TransportFailure::unanswered
                                 ? ErrorKind::unknown_outcome
                                 : ErrorKind::transient);
    EXPECT_EQ(telling.count(), 1U);
  }
  Bench taken({json(400, tests::taken_body)});
  EXPECT_EQ(kind_of(taken.loop.run(taken.client.update_appointment("evt", move, taken.in(seconds(30))))),
            ErrorKind::slot_taken);
  // The move may have been done: then its own new time is what is in the way.
  Bench own({unanswered(), json(400, tests::taken_body)});
  EXPECT_EQ(kind_of(own.loop.run(own.client.update_appointment("evt", move, own.in(seconds(30))))),
            ErrorKind::unknown_outcome);
}

TEST(UpdateAppointment, RefusesWhatCannotBeMeantAndAnswersAboutOthers) {
  Bench bench({json(200, "{}")});
  const auto kind = [&](AppointmentUpdate update) {
    return kind_of(bench.loop.run(bench.client.update_appointment("evt", std::move(update), bench.in(seconds(9)))));
  };
  EXPECT_EQ(kind({}), ErrorKind::invalid_input);
  EXPECT_EQ(kind({.start_text = "tomorrow"}), ErrorKind::invalid_input);
  EXPECT_EQ(kind({.end_text = "2021-07-16 11:00:00"}), ErrorKind::invalid_input);
  EXPECT_EQ(bench.count(), 0U);
  Bench other({json(200, R"({"id":"another"})")});
  EXPECT_EQ(kind_of(other.loop.run(other.client.update_appointment("evt", {.title = "x"}, other.in(seconds(9))))),
            ErrorKind::unknown_outcome);
}

TEST(CreateAppointment, SaysWhetherItsCustomerIsTold) {
  for (const bool notify : {false, true}) {
    Bench bench({json(201, R"({"id":"evt1","assignedUserId":"u7"})")});
    const auto made = bench.loop.run(bench.client.create_appointment({.calendar_id = "cal",
                                                                      .contact_id = "con",
                                                                      .start_text = "2026-08-27T10:30:00-05:00",
                                                                      .notify = notify,
                                                                      .end_text = "2026-08-27T11:00:00-05:00"},
                                                                     bench.in(seconds(10))));
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->assigned_user_id, "u7");
    const Json body = *parse_json(bench.request().body);
    EXPECT_EQ(bool_member(body, "toNotify"), notify);
    EXPECT_EQ(string_member(body, "endTime"), "2026-08-27T11:00:00-05:00");
  }
}

TEST(CreateAppointment, AnswersThatCannotBeOursAreUnknown) {
  for (const char* body :
       {R"({"id":".."})", R"({"id":"evt1","contactId":"stranger"})", R"({"id":"evt1","calendarId":"another"})",
        R"({"id":"evt1","locationId":"elsewhere","contactId":"con"})"}) {
    Bench bench({json(201, body)});
    EXPECT_EQ(kind_of(bench.create()), ErrorKind::unknown_outcome) << body;
    EXPECT_EQ(bench.count(), 1U);
  }
  Bench same({json(201, R"({"id":"evt1","locationId":"loc","contactId":"con","calendarId":"cal"})")});
  EXPECT_TRUE(same.create().has_value());
}

TEST(SendNotAfter, BoundsWhatMustNotBeDoneTwice) {
  // Each call with its bound, which lies 2 s ahead; the first answer is `first`, the next 3 s later would be a success.
  const auto kinds = [](const Answer& first, Duration stopped) {
    std::vector<std::pair<Error, std::size_t>> ends;
    const std::vector<Answer> answers{first, json(201, R"({"id":"evt","messageId":"m"})")};
    const auto play = [&](auto call) {
      Bench bench(answers);
      const Instant bound = bench.in(seconds(2));
      bench.loop.clock().advance(stopped);
      const auto result = call(bench, bound);
      EXPECT_FALSE(result.has_value());
      ends.emplace_back(result ? Error{} : result.error(), bench.count());
    };
    const AppointmentDraft draft{.calendar_id = "cal", .contact_id = "con", .start_text = "2026-08-27T10:30:00-05:00"};
    play([&](Bench& b, Instant bound) {
      return b.loop.run(b.client.create_appointment(draft, b.in(seconds(60)), bound));
    });
    play([&](Bench& b, Instant bound) {
      return b.loop.run(b.client.send_message({.contact_id = "con", .body = "x"}, b.in(seconds(60)), bound));
    });
    play([&](Bench& b, Instant bound) {
      return b.loop.run(b.client.update_appointment("evt", {.title = "x"}, b.in(seconds(60)), bound));
    });
    return ends;
  };
  // The process was stopped for longer than that: nothing leaves.
  for (const auto& [error, sent] : kinds(json(201, R"({"id":"evt","messageId":"m"})"), seconds(3))) {
    EXPECT_EQ(error.kind, ErrorKind::transient);
    EXPECT_TRUE(error.not_sent);
    EXPECT_EQ(sent, 0U);
  }
  // An idempotent write is not sent again after it either, and its wait is not even begun.
  for (const auto& [error, sent] : kinds(json(429, ""), Duration(0))) {
    EXPECT_EQ(error.kind, ErrorKind::rate_limited);
    EXPECT_EQ(sent, 1U);
  }
}

TEST(GetAppointment, ShowsNoOtherThanWasAskedFor) {
  Bench bench({json(200, R"({"event":{"id":"another","appointmentStatus":"cancelled"}})")});
  EXPECT_EQ(kind_of(bench.loop.run(bench.client.get_appointment("evt", bench.in(seconds(9))))), ErrorKind::transient);
}

TEST(CancelAppointment, MayBeSilent) {
  for (const auto& [notify, body] :
       {std::pair<std::optional<bool>, std::string>{std::nullopt, R"({"appointmentStatus":"cancelled"})"},
        {false, R"({"appointmentStatus":"cancelled","toNotify":false})"},
        {true, R"({"appointmentStatus":"cancelled","toNotify":true})"}}) {
    Bench bench({json(200, "{}")});
    EXPECT_TRUE(bench.loop.run(bench.client.cancel_appointment("evt", bench.in(seconds(9)), notify)).has_value());
    EXPECT_EQ(bench.request().body, body);
  }
}

TEST(ContactAppointments, AreListed) {
  Bench bench({json(500, "{}"), json(200, R"({"events":[{"id":"e","startTime":"2021-07-16 11:00:00"}]})")});
  const auto listed = bench.loop.run(bench.client.list_contact_appointments("con", bench.in(seconds(30))));
  ASSERT_TRUE(listed.has_value());
  EXPECT_EQ(listed->front().start_text, "2021-07-16 11:00:00");
  EXPECT_EQ(sent(bench, 1), "GET /contacts/con/appointments");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-07-28");
  EXPECT_EQ(kind_of(bench.loop.run(bench.client.list_contact_appointments("..", bench.in(seconds(30))))),
            ErrorKind::invalid_input);
}

TEST(AppointmentNotes, AreReadPageByPage) {
  Bench bench({json(200, R"({"notes":[{"id":"a"},{"id":"b"}],"hasMore":true})"),
               json(200, R"({"notes":[{"id":"c"}],"hasMore":false})")});
  EXPECT_EQ(bench.loop.run(bench.client.list_appointment_notes("evt", bench.in(seconds(30))))->size(), 3U);
  EXPECT_EQ(sent(bench, 0), "GET /calendars/appointments/evt/notes?limit=20&offset=0");
  EXPECT_EQ(sent(bench, 1), "GET /calendars/appointments/evt/notes?limit=20&offset=2");
  Bench endless({json(200, R"({"notes":[{"id":"a"}],"hasMore":true})")});
  EXPECT_EQ(kind_of(endless.loop.run(endless.client.list_appointment_notes("evt", endless.in(seconds(30))))),
            ErrorKind::refused);
  EXPECT_EQ(endless.count(), 10U);
}

TEST(AppointmentNotes, AreWrittenOnce) {
  Bench bench({json(201, R"({"note":{"id":"n","body":"x"}})")});
  EXPECT_EQ(bench.loop.run(bench.client.add_appointment_note("evt", "x", bench.in(seconds(30))))->id, "n");
  EXPECT_EQ(sent(bench), "POST /calendars/appointments/evt/notes");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-04-15");
  EXPECT_EQ(bench.request().body, R"({"body":"x"})");
  EXPECT_EQ(
      kind_of(bench.loop.run(bench.client.add_appointment_note("evt", std::string(5'001, 'x'), bench.in(seconds(30))))),
      ErrorKind::invalid_input);
  for (const Answer& failure : unknown_answers()) {
    Bench lost({failure, json(201, R"({"note":{"id":"n"}})")});
    EXPECT_EQ(kind_of(lost.loop.run(lost.client.add_appointment_note("evt", "x", lost.in(seconds(30))))),
              ErrorKind::unknown_outcome);
    EXPECT_EQ(lost.count(), 1U);
  }
}

// --- Contacts
// ----------------------------------------------------------------------------------------------------------

TEST(CreateContact, MakesOneOrNamesTheOneThatIsThere) {
  Bench bench({json(201, R"({"contact":{"id":"c","firstName":"Jane"},"traceId":"t"})")});
  const auto made = bench.loop.run(
      bench.client.create_contact({.first_name = "Jane", .phone = "+14155550100"}, bench.in(seconds(30))));
  ASSERT_TRUE(made.has_value());
  EXPECT_TRUE(made->made);
  EXPECT_EQ(made->contact.id, "c");
  EXPECT_EQ(sent(bench), "POST /contacts/");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-07-28");
  EXPECT_EQ(bench.request().body, R"({"firstName":"Jane","locationId":"loc","phone":"+14155550100"})");
  Bench there({json(400, duplicate_body)});
  const auto found = there.loop.run(there.client.create_contact({.phone = "+14155550100"}, there.in(seconds(30))));
  ASSERT_TRUE(found.has_value());
  EXPECT_FALSE(found->made);
  EXPECT_EQ(found->contact.id, "3k9");
  EXPECT_EQ(found->matching_field, "phone");
  // Without a contact to point at, or with an id that leads elsewhere, it is a refusal.
  for (const char* body :
       {R"({"message":"This location does not allow duplicated contacts."})",
        R"({"message":"x","meta":{"contactId":".."}})", R"({"message":"x","meta":{"contactId":{}}})"}) {
    Bench nobody({json(400, body)});
    EXPECT_EQ(kind_of(nobody.loop.run(nobody.client.create_contact({.first_name = "J"}, nobody.in(seconds(30))))),
              ErrorKind::refused)
        << body;
  }
}

TEST(CreateContact, IsNotSentAgainAfterAnUnknownOutcome) {
  const ContactDraft draft{.first_name = "Jane", .phone = "+14155550100"};
  for (const Answer& failure : unknown_answers()) {
    Bench bench({failure, json(201, R"({"contact":{"id":"c"}})")});
    EXPECT_EQ(kind_of(bench.loop.run(bench.client.create_contact(draft, bench.in(seconds(30))))),
              ErrorKind::unknown_outcome);
    EXPECT_EQ(bench.count(), 1U);
  }
  for (const Answer& failure : {not_sent(), html(403), json(429, "")}) {
    Bench bench({failure, json(201, R"({"contact":{"id":"c"}})")});
    EXPECT_TRUE(bench.loop.run(bench.client.create_contact(draft, bench.in(seconds(30))))->made);
    EXPECT_EQ(bench.count(), 2U);
  }
}

TEST(GetContact, KnowsWhoIsNotThere) {
  Bench bench({json(200, R"({"contact":{"id":"c","name":"Jane Doe"}})")});
  EXPECT_EQ(bench.loop.run(bench.client.get_contact("c", bench.in(seconds(30))))->full_name, "Jane Doe");
  EXPECT_EQ(sent(bench), "GET /contacts/c");
  for (const Answer& answer : {json(400, R"({"message":"Contact not found for id:c","statusCode":400})"),
                               json(404, R"({"message":"Contact not found"})")}) {
    Bench gone({answer});
    EXPECT_EQ(kind_of(gone.loop.run(gone.client.get_contact("c", gone.in(seconds(30))))), ErrorKind::not_found);
  }
  Bench other({json(200, R"({"contact":{"id":"stranger"}})")});
  EXPECT_EQ(kind_of(other.loop.run(other.client.get_contact("c", other.in(seconds(30))))), ErrorKind::transient);
}

TEST(UpdateContact, ChangesOnlyWhatIsGiven) {
  Bench bench({unanswered(), json(200, R"({"succeded":true,"contact":{"id":"c","email":"j@x.org"}})")});
  EXPECT_EQ(bench.loop.run(bench.client.update_contact("c", {.email = "j@x.org"}, bench.in(seconds(30))))->email,
            "j@x.org");
  EXPECT_EQ(bench.count(), 2U);  // idempotent
  EXPECT_EQ(sent(bench, 1), "PUT /contacts/c");
  EXPECT_EQ(bench.request(1).body, R"({"email":"j@x.org"})");
  Bench terse({json(200, R"({"succeded":true})")});
  EXPECT_EQ(terse.loop.run(terse.client.update_contact("c", {.email = "j@x.org"}, terse.in(seconds(30))))->id, "c");
  EXPECT_EQ(kind_of(terse.loop.run(terse.client.update_contact("c", {}, terse.in(seconds(30))))),
            ErrorKind::invalid_input);
  // A number that belongs to somebody else is refused, and the other one is not taken for the answer.
  Bench taken({json(400, duplicate_body)});
  EXPECT_EQ(kind_of(taken.loop.run(taken.client.update_contact("c", {.phone = "+1"}, taken.in(seconds(30))))),
            ErrorKind::refused);
  Bench other({json(200, R"({"succeded":true,"contact":{"id":"stranger"}})")});
  EXPECT_EQ(kind_of(other.loop.run(other.client.update_contact("c", {.phone = "+1"}, other.in(seconds(30))))),
            ErrorKind::unknown_outcome);
}

TEST(Tasks, AreMadeOnceAndListed) {
  const TaskDraft draft{
      .contact_id = "con", .title = "Call back", .body = "HF-1", .due = from_epoch_ms(1'790'000'000'000)};
  Bench bench(
      {json(201, R"({"task":{"id":"t","title":"Call back"}})"), json(200, R"({"tasks":[{"id":"t","body":"HF-1"}]})")});
  EXPECT_EQ(bench.loop.run(bench.client.create_task(draft, bench.in(seconds(30))))->id, "t");
  EXPECT_EQ(bench.loop.run(bench.client.list_tasks("con", bench.in(seconds(30))))->front().body, "HF-1");
  EXPECT_EQ(sent(bench, 0), "POST /contacts/con/tasks");
  EXPECT_EQ(sent(bench, 1), "GET /contacts/con/tasks");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-07-28");
  const Json body = *parse_json(bench.request().body);
  EXPECT_EQ(string_member(body, "dueDate"), format_iso_utc(draft.due));
  EXPECT_EQ(bool_member(body, "completed"), false);
  for (const Answer& failure : unknown_answers()) {
    Bench lost({failure, json(201, R"({"task":{"id":"t"}})")});
    EXPECT_EQ(kind_of(lost.loop.run(lost.client.create_task(draft, lost.in(seconds(30))))), ErrorKind::unknown_outcome);
    EXPECT_EQ(lost.count(), 1U);
  }
  EXPECT_EQ(kind_of(bench.loop.run(bench.client.create_task({.contact_id = "con"}, bench.in(seconds(30))))),
            ErrorKind::invalid_input);
}

// --- Messages
// ----------------------------------------------------------------------------------------------------------

const MessageDraft text_message{.contact_id = "con", .channel = Channel::sms, .body = "You are booked. HF-1"};

TEST(SendMessage, IsOneRequestWhateverComesBack) {
  using enum ErrorKind;
  const std::vector<std::pair<Answer, ErrorKind>> cases{
      {not_sent(), transient},
      {unanswered(), unknown_outcome},
      {json(500, "{}"), unknown_outcome},
      {html(502), unknown_outcome},
      {json(201, "{}"), unknown_outcome},
      {html(201), unknown_outcome},
      {json(429, ""), rate_limited},
      {html(403), transient},
      {json(422, R"({"message":["x"]})"), refused},
      {json(401, ""), unknown_outcome},
      {json(403, "{}"), missing_scope},
      {json(401, R"({"message":"Invalid JWT"})"), unauthorized},
      {json(400, R"({"message":"CONVERSATIONS_MSG_UNSUBSCRIBED: x"})"), refused},
  };
  for (const auto& [answer, expected] : cases) {
    Bench bench({answer, json(201, R"({"conversationId":"v","messageId":"m"})")});
    const auto told = bench.loop.run(bench.client.send_message(text_message, bench.in(seconds(60))));
    EXPECT_EQ(kind_of(told), expected) << to_string(told.error());
    EXPECT_EQ(told.error().not_sent, !answer.result && expected == transient);
    EXPECT_EQ(bench.count(), 1U);
  }
  Bench bench({json(201, R"({"conversationId":"v","messageId":"m","status":"pending"})")});
  const auto told = bench.loop.run(bench.client.send_message(text_message, bench.in(seconds(60))));
  EXPECT_EQ(told->id, "m");
  EXPECT_EQ(told->conversation_id, "v");
  EXPECT_EQ(sent(bench), "POST /conversations/messages");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-04-15");
  EXPECT_EQ(bench.request().body, R"({"contactId":"con","message":"You are booked. HF-1","type":"SMS"})");
  EXPECT_EQ(kind_of(bench.loop.run(bench.client.send_message({.contact_id = "con"}, bench.in(seconds(60))))),
            invalid_input);
}

TEST(SendMessage, SaysWhyAContactIsNotWrittenTo) {
  Bench bench({json(400, R"({"message":"CONVERSATIONS_MSG_UNSUBSCRIBED: jane does not want it"})")});
  const auto told = bench.loop.run(bench.client.send_message(text_message, bench.in(seconds(60))));
  EXPECT_EQ(told.error().message, "GHL refused: the contact takes no messages on this channel");
}

TEST(ListMessages, ReadsEveryConversationOfTheContact) {
  Bench bench({json(200, R"({"conversations":[{"id":"v1","contactId":"con"},{"id":"v2","contactId":"another"},
                                              {"id":"v3"}],"total":3})"),
               json(200, R"({"messages":{"messages":[{"id":"m1"},{"id":"m2"}],"lastMessageId":"m2","nextPage":true}})"),
               json(200, R"({"messages":{"messages":[{"id":"m3"}],"lastMessageId":"m3","nextPage":false}})"),
               json(200, R"({"messages":[{"id":"m4"}],"lastMessageId":"m4","nextPage":false})")});
  const auto messages = bench.loop.run(bench.client.list_messages("con", from_epoch_ms(0), bench.in(seconds(60))));
  ASSERT_TRUE(messages.has_value());
  std::vector<std::string> ids;
  for (const Message& message : *messages) ids.push_back(message.id);
  EXPECT_EQ(ids, (std::vector<std::string>{"m1", "m2", "m3", "m4"}));
  EXPECT_EQ(sent(bench, 0), "GET /conversations/search?locationId=loc&contactId=con");
  EXPECT_EQ(sent(bench, 1), "GET /conversations/v1/messages");
  EXPECT_EQ(sent(bench, 2), "GET /conversations/v1/messages?lastMessageId=m2");
  EXPECT_EQ(sent(bench, 3), "GET /conversations/v3/messages");
  EXPECT_EQ(bench.request().headers.find("Version"), "2021-04-15");
}

TEST(ListMessages, StopsWhereItIsOldEnough) {
  const auto page = [](const char* date) {
    return json(200, std::string(R"({"messages":[{"id":"m","dateAdded":")") + date +
                         R"("}],"lastMessageId":"m","nextPage":true})");
  };
  Bench bench({json(200, R"({"conversations":[{"id":"v"}]})"), page("2026-08-27T10:00:00Z")});
  EXPECT_TRUE(bench.loop.run(bench.client.list_messages("con", *parse_iso("2026-08-27T10:00:01Z"), bench.in(hours(1))))
                  .has_value());
  EXPECT_EQ(bench.count(), 2U);
}

TEST(ListMessages, NeverTakesAPartForTheWhole) {
  const auto listed = [](std::vector<Answer> pages) {
    pages.insert(pages.begin(), json(200, R"({"conversations":[{"id":"v"}]})"));
    Bench bench(std::move(pages));
    return kind_of(bench.loop.run(bench.client.list_messages("con", from_epoch_ms(0), bench.in(hours(1)))));
  };
  // A page that does not say where the next begins; one that begins again; too many; one that fails.
  EXPECT_EQ(listed({json(200, R"({"messages":[{"id":"m"}],"nextPage":true})")}), ErrorKind::transient);
  EXPECT_EQ(listed({json(200, R"({"messages":[{"id":"m"}],"lastMessageId":"m","nextPage":true})")}),
            ErrorKind::transient);
  std::vector<Answer> many;
  for (int i = 0; i < 20; ++i)
    many.push_back(json(200, R"({"messages":[],"nextPage":true,"lastMessageId":"m)" + std::to_string(i) + "\"}"));
  EXPECT_EQ(listed(many), ErrorKind::refused);
  EXPECT_EQ(listed({json(403, "{}")}), ErrorKind::missing_scope);
  EXPECT_EQ(listed({json(200, R"({"messages":null})")}), ErrorKind::transient);
}

TEST(ListMessages, NobodyWasWrittenToYet) {
  for (const Answer& answer :
       {json(200, R"({"conversations":[],"total":0})"), json(404, R"({"message":"Conversation not found"})")}) {
    Bench bench({answer});
    const auto messages = bench.loop.run(bench.client.list_messages("con", from_epoch_ms(0), bench.in(seconds(60))));
    ASSERT_TRUE(messages.has_value());
    EXPECT_TRUE(messages->empty());
  }
  // A page that is not GHL's, or a route it does not know, proves nothing.
  for (const Answer& answer : {html(404), json(404, R"({"message":"Cannot GET /conversations/search"})")}) {
    Bench bench({answer});
    EXPECT_FALSE(
        bench.loop.run(bench.client.list_messages("con", from_epoch_ms(0), bench.in(seconds(60)))).has_value());
  }
}

}  // namespace
}  // namespace holdfast::ghl
