#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

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
using tests::made_body;
using tests::not_sent;
using tests::slow;
using tests::taken_body;
using tests::unanswered;
using tests::window;

// --- What is sent
// -----------------------------------------------------------------------------------------------------

TEST(ClientRequests, CarryTheHeadersOfTheirResource) {
  const auto check = [](Bench& bench, const char* version, bool has_body) {
    const net::HttpHeaders& headers = bench.request().headers;
    EXPECT_EQ(headers.find("Authorization"), "Bearer pit-secret");
    EXPECT_EQ(headers.find("Version"), version);
    EXPECT_EQ(headers.find("Accept"), "application/json");
    EXPECT_EQ(headers.find("User-Agent"), "holdfast/0.1");
    EXPECT_EQ(headers.find("Content-Type").has_value(), has_body);
    EXPECT_EQ(bench.request().body.empty(), !has_body);
    // facts/ghl.md 1.2: this header makes a 403.
    EXPECT_FALSE(headers.find("Location-Id").has_value());
  };
  Bench create({json(201, made_body)});
  static_cast<void>(create.create());
  check(create, "2021-04-15", true);
  Bench upsert({json(200, R"({"contact":{"id":"c"}})")});
  static_cast<void>(upsert.upsert());
  check(upsert, "2021-07-28", true);
  Bench location({json(200, R"({"location":{"id":"loc"}})")});
  static_cast<void>(location.loop.run(location.client.get_location(location.in(seconds(1)))));
  check(location, "2021-07-28", false);
}

TEST(ClientRequests, GoWhereTheFactsSay) {
  Bench bench({json(
      200, R"({"id":"x","calendars":[],"events":[],"contact":null,"notes":[],"note":{"id":"n"},"2026-09-21":{}})")});
  const Instant deadline = bench.in(seconds(100));
  auto& [loop, transport, client] = bench;
  static_cast<void>(loop.run(client.get_location(deadline)));
  static_cast<void>(loop.run(client.list_calendars(deadline)));
  static_cast<void>(loop.run(client.get_calendar("c/1", deadline)));
  static_cast<void>(loop.run(client.free_slots("cal", window, "America/New_York", deadline)));
  static_cast<void>(loop.run(client.free_slots("cal", window, "", deadline)));
  static_cast<void>(loop.run(client.get_appointment("evt", deadline)));
  static_cast<void>(loop.run(client.list_calendar_events("cal", window, deadline)));
  static_cast<void>(loop.run(client.list_user_events("usr", window, deadline)));
  static_cast<void>(loop.run(client.cancel_appointment("evt", deadline)));
  static_cast<void>(loop.run(client.find_contact_by_phone("+14155550100", deadline)));
  static_cast<void>(loop.run(client.find_contact_by_email("a+b@x.org", deadline)));
  static_cast<void>(loop.run(client.list_notes("con", deadline)));
  static_cast<void>(loop.run(client.add_note("con", "text", deadline)));
  std::vector<std::string> sent;
  for (const auto& request : transport.requests) sent.push_back(request.method + " " + request.target);
  EXPECT_EQ(
      sent,
      (std::vector<std::string>{
          "GET /locations/loc",
          "GET /calendars/?locationId=loc",
          "GET /calendars/c%2F1",
          "GET /calendars/cal/free-slots?startDate=1790000000000&endDate=1790086400000&timezone=America%2FNew_York",
          "GET /calendars/cal/free-slots?startDate=1790000000000&endDate=1790086400000",
          "GET /calendars/events/appointments/evt",
          "GET /calendars/events?locationId=loc&calendarId=cal&startTime=1790000000000&endTime=1790086400000",
          "GET /calendars/events?locationId=loc&userId=usr&startTime=1790000000000&endTime=1790086400000",
          "PUT /calendars/events/appointments/evt",
          "GET /contacts/search/duplicate?locationId=loc&number=%2B14155550100",
          "GET /contacts/search/duplicate?locationId=loc&email=a%2Bb%40x.org",
          "GET /contacts/con/notes",
          "POST /contacts/con/notes",
      }));
}

TEST(ClientRequests, ACreateSaysOnlyWhatIsMeant) {
  Bench bench({json(201, made_body)});
  ASSERT_TRUE(bench.create().has_value());
  EXPECT_EQ(bench.request().method, "POST");
  EXPECT_EQ(bench.request().target, "/calendars/events/appointments");
  const Json body = *parse_json(bench.request().body);
  EXPECT_EQ(string_member(body, "startTime"), "2026-08-27T10:30:00-05:00");
  for (const char* never : {"endTime", "meetingLocationType", "toNotify", "ignoreFreeSlotValidation", "ignoreDateRange",
                            "assignedUserId", "notes"})
    EXPECT_FALSE(body.contains(never)) << never;
}

TEST(ClientRequests, WhatCannotBeMeantIsNotSent) {
  Bench bench({json(200, "{}")});
  const Instant deadline = bench.in(seconds(10));
  auto& [loop, transport, client] = bench;
  const Interval long_window{window.begin, window.begin + days(31) + milliseconds(1)};
  const Interval empty_window{window.begin, window.begin};
  EXPECT_EQ(kind_of(loop.run(client.free_slots("cal", long_window, "UTC", deadline))), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(loop.run(client.free_slots("cal", empty_window, "UTC", deadline))), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(loop.run(client.free_slots("", window, "UTC", deadline))), ErrorKind::invalid_input);
  for (const char* id : {"", ".", ".."}) {
    EXPECT_EQ(kind_of(loop.run(client.get_calendar(id, deadline))), ErrorKind::invalid_input);
    EXPECT_EQ(kind_of(loop.run(client.get_appointment(id, deadline))), ErrorKind::invalid_input);
    EXPECT_EQ(kind_of(loop.run(client.cancel_appointment(id, deadline))), ErrorKind::invalid_input);
    EXPECT_EQ(kind_of(loop.run(client.add_note(id, "x", deadline))), ErrorKind::invalid_input);
    EXPECT_EQ(kind_of(loop.run(client.list_notes(id, deadline))), ErrorKind::invalid_input);
  }
  EXPECT_EQ(kind_of(loop.run(client.list_user_events("", window, deadline))), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(loop.run(client.find_contact_by_phone("", deadline))), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(loop.run(client.create_appointment({.calendar_id = "cal",
                                                        .contact_id = "con",
                                                        .start_text = "tomorrow",
                                                        .title = "",
                                                        .description = "",
                                                        .assigned_user_id = ""},
                                                       deadline))),
            ErrorKind::invalid_input);
  EXPECT_EQ(transport.requests.size(), 0U);
}

// --- Creating: one request, whatever comes back
// ------------------------------------------------------------------------

TEST(CreateAppointment, AcceptsAny2xxWithAnId) {
  for (const int status : {200, 201, 202}) {
    Bench bench({json(status, made_body)});
    const auto made = bench.create();
    ASSERT_TRUE(made.has_value());
    EXPECT_EQ(made->id, "evt1");
    EXPECT_EQ(bench.count(), 1U);
  }
}

TEST(CreateAppointment, IsSentOnceAndJudgedByWhatIsProven) {
  using enum ErrorKind;
  const std::vector<std::pair<Answer, ErrorKind>> cases{
      {json(400, taken_body), slot_taken},
      {json(422, R"({"message":["x"]})"), refused},
      {json(400, R"({"message":"Contact abc not found"})"), not_found},
      {json(401, R"({"message":"Invalid JWT"})"), unauthorized},
      {json(403, R"({"message":"no"})"), missing_scope},
      {html(403, "error code: 1010"), transient},
      {json(429, ""), rate_limited},
      {not_sent(), transient},
      {unanswered(), unknown_outcome},
      {json(500, taken_body), unknown_outcome},
      {html(502), unknown_outcome},
      {json(408, ""), unknown_outcome},
      {html(200), unknown_outcome},
      {json(201, ""), unknown_outcome},
      {json(200, taken_body), unknown_outcome},
      {json(200, R"({"success":false})"), unknown_outcome},
      {json(201, R"({"traceId":"t"})"), unknown_outcome},
      {json(302, ""), unknown_outcome},
      {slow(json(201, made_body), seconds(11)), unknown_outcome},
  };
  for (const auto& [answer, expected] : cases) {
    // A second request would find a success: it must not be sent.
    Bench bench({answer, json(201, made_body)});
    const auto made = bench.create();
    const std::string body = answer.result ? answer.result->body : "-";
    EXPECT_EQ(kind_of(made), expected) << body;
    EXPECT_EQ(bench.count(), 1U) << body;
    EXPECT_LE(bench.loop.clock().now() - bench.transport.sent_at.front(), seconds(10));
  }
}

TEST(CreateAppointment, AfterItsDeadlineNothingIsSent) {
  Bench bench({json(201, made_body)});
  const auto made = bench.create(Duration(0));
  EXPECT_EQ(kind_of(made), ErrorKind::transient);
  EXPECT_EQ(bench.count(), 0U);
}

// --- Reads
// ------------------------------------------------------------------------------------------------------------

TEST(Reads, AreSentAgainAfterATransientFailure) {
  for (const Answer& failure : {not_sent(), unanswered(), json(500, "{}"), html(502), html(200), json(408, ""),
                                json(200, R"({"statusCode":500})"), html(403)}) {
    Bench bench({failure, failure, json(200, R"({"calendar":{"id":"cal"}})")});
    const auto calendar = bench.loop.run(bench.client.get_calendar("cal", bench.in(seconds(30))));
    ASSERT_TRUE(calendar.has_value()) << to_string(calendar.error());
    EXPECT_EQ(bench.count(), 3U);
    EXPECT_GE(bench.transport.sent_at[1] - bench.transport.sent_at[0], milliseconds(75));
    EXPECT_GE(bench.transport.sent_at[2] - bench.transport.sent_at[1], milliseconds(150));
  }
}

TEST(Reads, GiveUpAfterTheLastAttempt) {
  Bench bench({json(500, "{}")});
  const auto calendar = bench.loop.run(bench.client.get_calendar("cal", bench.in(hours(1))));
  EXPECT_EQ(kind_of(calendar), ErrorKind::transient);
  EXPECT_EQ(bench.count(), 4U);
}

TEST(Reads, AreNotSentAgainWhenItIsNoUse) {
  for (const Answer& refusal :
       {json(401, R"({"message":"Invalid JWT"})"), json(403, "{}"), json(404, "{}"), json(400, "{}"), json(422, "{}"),
        json(200, R"({"statusCode":401,"message":"Invalid JWT"})")}) {
    Bench bench({refusal});
    EXPECT_FALSE(bench.loop.run(bench.client.get_calendar("cal", bench.in(seconds(30)))).has_value());
    EXPECT_EQ(bench.count(), 1U);
  }
}

TEST(Reads, WaitOutTheRateLimitWhenItFits) {
  Bench bench({json(429, ""), json(200, R"({"events":[]})")});
  EXPECT_TRUE(bench.loop.run(bench.client.list_calendar_events("cal", window, bench.in(seconds(30)))).has_value());
  ASSERT_EQ(bench.count(), 2U);
  EXPECT_GE(bench.transport.sent_at[1] - bench.transport.sent_at[0], seconds(10));
}

TEST(Reads, SayRateLimitedAtOnceWhenTheWaitDoesNotFit) {
  Bench bench({json(429, ""), json(200, R"({"events":[]})")});
  const Instant begun = bench.loop.clock().now();
  const auto events = bench.loop.run(bench.client.list_calendar_events("cal", window, bench.in(seconds(5))));
  EXPECT_EQ(kind_of(events), ErrorKind::rate_limited);
  EXPECT_EQ(events.error().retry_after, seconds(10));
  EXPECT_EQ(bench.count(), 1U);
  EXPECT_EQ(bench.loop.clock().now(), begun);
}

TEST(Reads, EndByTheirDeadline) {
  Bench bench({slow(json(200, R"({"events":[]})"), hours(1))});
  const Instant deadline = bench.in(seconds(12));
  const auto events = bench.loop.run(bench.client.list_calendar_events("cal", window, deadline));
  EXPECT_EQ(kind_of(events), ErrorKind::deadline_exceeded);
  EXPECT_LE(bench.loop.clock().now(), deadline);
  // One attempt of 8 seconds, then one for the rest.
  EXPECT_EQ(bench.count(), 2U);
  const auto late = bench.loop.run(bench.client.list_calendar_events("cal", window, deadline));
  EXPECT_EQ(kind_of(late), ErrorKind::deadline_exceeded);
  EXPECT_EQ(bench.count(), 2U);
}

TEST(FreeSlots, KeepsWhatStartsInTheWindow) {
  const Interval hour{*parse_iso("2024-10-28T15:00:00Z"), *parse_iso("2024-10-28T16:00:00Z")};
  Bench bench({json(200, R"({"2024-10-28":{"slots":["2024-10-28T09:30:00-05:00","2024-10-28T10:00:00-05:00",
                              "2024-10-28T10:30:00-05:00","2024-10-28T11:00:00-05:00"]},"traceId":"t"})")});
  const auto slots = bench.loop.run(bench.client.free_slots("cal", hour, "America/Chicago", bench.in(seconds(5))));
  ASSERT_TRUE(slots.has_value());
  ASSERT_EQ(slots->size(), 2U);
  EXPECT_EQ(slots->front().text, "2024-10-28T10:00:00-05:00");
  EXPECT_EQ(slots->back().text, "2024-10-28T10:30:00-05:00");
}

// --- Other writes
// -----------------------------------------------------------------------------------------------------

TEST(Cancel, IsSentAgainAlsoAfterAnUnknownOutcome) {
  for (const Answer& failure : {not_sent(), unanswered(), json(500, "{}"), html(200)}) {
    Bench bench({failure, json(200, R"({"id":"evt","appointmentStatus":"cancelled"})")});
    EXPECT_TRUE(bench.loop.run(bench.client.cancel_appointment("evt", bench.in(seconds(30)))).has_value());
    EXPECT_EQ(bench.count(), 2U);
    EXPECT_EQ(bench.request(1).body, R"({"appointmentStatus":"cancelled"})");
  }
}

TEST(Cancel, IsDoneWhenItWasDoneBefore) {
  Bench deleted({json(400, R"({"message":"The event has already been deleted"})")});
  EXPECT_TRUE(deleted.loop.run(deleted.client.cancel_appointment("evt", deleted.in(seconds(30)))).has_value());
  Bench cancelled({json(400, R"({"message":"cannot change it"})"),
                   json(200, R"({"event":{"id":"evt","appointmentStatus":"cancelled"}})")});
  EXPECT_TRUE(cancelled.loop.run(cancelled.client.cancel_appointment("evt", cancelled.in(seconds(30)))).has_value());
  Bench live({json(400, R"({"message":"cannot change it"})"),
              json(200, R"({"event":{"id":"evt","appointmentStatus":"confirmed"}})")});
  EXPECT_EQ(kind_of(live.loop.run(live.client.cancel_appointment("evt", live.in(seconds(30))))), ErrorKind::refused);
  Bench unknown({json(400, R"({"message":"The event id is invalid"})")});
  EXPECT_EQ(kind_of(unknown.loop.run(unknown.client.cancel_appointment("evt", unknown.in(seconds(30))))),
            ErrorKind::not_found);
}

TEST(Cancel, StaysUnknownOnceAnAttemptWas) {
  Bench bench({unanswered(), json(429, "")});
  EXPECT_EQ(kind_of(bench.loop.run(bench.client.cancel_appointment("evt", bench.in(seconds(5))))),
            ErrorKind::unknown_outcome);
  EXPECT_EQ(bench.count(), 2U);
  Bench silent({unanswered()});
  EXPECT_EQ(kind_of(silent.loop.run(silent.client.cancel_appointment("evt", silent.in(hours(1))))),
            ErrorKind::unknown_outcome);
  EXPECT_EQ(silent.count(), 4U);
}

TEST(Upsert, IsIdempotentOnlyWithAKey) {
  Bench keyed({unanswered(), json(200, R"({"new":true,"contact":{"id":"c"}})")});
  EXPECT_EQ(keyed.upsert()->id, "c");
  EXPECT_EQ(keyed.count(), 2U);
  EXPECT_EQ(keyed.request(0).body, keyed.request(1).body);
  Bench nameless({unanswered(), json(200, R"({"contact":{"id":"c"}})")});
  EXPECT_EQ(kind_of(nameless.upsert("")), ErrorKind::unknown_outcome);
  EXPECT_EQ(nameless.count(), 1U);
  Bench refused({not_sent(), json(200, R"({"contact":{"id":"c"}})")});
  EXPECT_EQ(refused.upsert("")->id, "c");
  EXPECT_EQ(refused.count(), 2U);
}

TEST(Upsert, TakesTheDuplicateForTheAnswer) {
  Bench bench({json(400, R"({"statusCode":400,"message":"This location does not allow duplicated contacts.",
                             "meta":{"contactId":"3k9","matchingField":"phone"}})")});
  EXPECT_EQ(bench.upsert()->id, "3k9");
  EXPECT_EQ(bench.count(), 1U);
  Bench refused({json(422, R"({"message":["phone must be a valid phone number"]})")});
  EXPECT_EQ(kind_of(refused.upsert()), ErrorKind::refused);
  EXPECT_EQ(refused.count(), 1U);
}

TEST(AddNote, IsNotSentAgainAfterAnUnknownOutcome) {
  for (const Answer& failure : {unanswered(), json(500, "{}"), html(200), json(201, "{}")}) {
    Bench bench({failure, json(201, R"({"note":{"id":"n"}})")});
    EXPECT_EQ(kind_of(bench.loop.run(bench.client.add_note("con", "x", bench.in(seconds(30))))),
              ErrorKind::unknown_outcome);
    EXPECT_EQ(bench.count(), 1U);
  }
  for (const Answer& failure : {not_sent(), html(403), json(429, "")}) {
    Bench bench({failure, json(201, R"({"note":{"id":"n","body":"x"}})")});
    EXPECT_EQ(bench.loop.run(bench.client.add_note("con", "x", bench.in(seconds(30))))->id, "n");
    EXPECT_EQ(bench.count(), 2U);
  }
}

// --- Properties
// -------------------------------------------------------------------------------------------------------

Answer any_answer() {
  const std::string body =
      *rc::gen::element<std::string>("", "<html>", "{}", made_body, taken_body, R"({"statusCode":400,"message":"x"})",
                                     R"({"contact":{"id":"c"}})", R"({"message":"The event id is invalid"})",
                                     R"({"success":false})", R"({"id":"e","appointmentStatus":"cancelled"})");
  switch (*rc::gen::inRange(0, 4)) {
    case 0:
      return slow(not_sent(), milliseconds(*rc::gen::inRange(0, 500)));
    case 1:
      return slow(unanswered(), milliseconds(*rc::gen::inRange(0, 9'000)));
    default:
      return slow(json(*rc::gen::element(200, 201, 204, 302, 400, 401, 403, 404, 408, 422, 429, 500, 502, 503), body),
                  milliseconds(*rc::gen::inRange(0, 9'000)));
  }
}

std::vector<Answer> any_answers() {
  std::vector<Answer> answers;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) answers.push_back(any_answer());
  return answers;
}

RC_GTEST_PROP(ClientProperty, ACreateIsNeverSentTwiceAndNeverOutlivesItsDeadline, ()) {
  Bench bench(any_answers());
  const Duration within = milliseconds(*rc::gen::inRange(1, 20'000));
  const Instant deadline = bench.in(within);
  const auto made = bench.create(within);
  RC_ASSERT(bench.count() == 1U);
  RC_ASSERT(bench.loop.clock().now() <= deadline);
  if (made) RC_ASSERT(!made->id.empty());
}

RC_GTEST_PROP(ClientProperty, RetriesAreBoundedAndEndByTheDeadline, ()) {
  RetryPolicy retry;
  retry.attempts_max = *rc::gen::inRange(0, 6);
  Bench bench(any_answers(), retry);
  const Duration within = milliseconds(*rc::gen::inRange(1, 60'000));
  const Instant deadline = bench.in(within);
  const auto upserted = bench.upsert("+14155550100", within);
  RC_ASSERT(bench.count() <= static_cast<std::size_t>(std::max(retry.attempts_max, 1)));
  RC_ASSERT(bench.loop.clock().now() <= deadline);
  for (const Instant sent : bench.transport.sent_at) RC_ASSERT(sent < deadline);
  RC_ASSERT(upserted.has_value() || upserted.error().kind != ErrorKind::deadline_exceeded);
}

RC_GTEST_PROP(ClientProperty, AWriteThatMayHaveBeenDoneIsNeverCalledUndone, ()) {
  // The server does the work whenever a request reaches it and loses the answer; the client must not say otherwise.
  std::vector<Answer> answers{unanswered()};
  const int more = *rc::gen::inRange(0, 4);
  for (int i = 0; i < more; ++i) answers.push_back(any_answer());
  Bench bench(answers);
  const auto upserted = bench.upsert("+14155550100", milliseconds(*rc::gen::inRange(1, 60'000)));
  RC_ASSERT(upserted.has_value() || upserted.error().kind == ErrorKind::unknown_outcome);
}

}  // namespace
}  // namespace holdfast::ghl
