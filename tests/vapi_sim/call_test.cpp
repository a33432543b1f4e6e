#include "vapi_sim/call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "core/net/task_group.hpp"
#include "tests/support/run_task.hpp"
#include "tests/vapi_sim/scripted_backend.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Json;
using holdfast::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

Instant at(std::string_view iso) {
  return holdfast::parse_iso(iso).value();
}

const Instant start = at("2026-08-21T12:00:00Z");

CallPlan plan() {
  CallPlan plan;
  plan.call_id = "call-1";
  plan.target = "/vapi/acme";
  plan.secret = holdfast::Secret("s3cret");
  plan.line = "+14155550100";
  plan.errands[0].attendee = {.first_name = "Dana", .last_name = "Reed", .phone = "", .email = "dana@example.com"};
  plan.errands[0].wish.date = "Thursday";
  return plan;
}

class PlaceCall : public testing::Test {
 protected:
  CallRecord place(CallPlan call = plan()) { return loop.run(place_call(loop.runtime(), backend, std::move(call))); }
  // Ids of the booking exchanges.
  static std::vector<std::string> booking_ids(const CallRecord& record) {
    std::vector<std::string> ids;
    for (const Exchange& exchange : record.exchanges)
      if (exchange.tool == "book_appointment") ids.push_back(exchange.tool_call_id);
    return ids;
  }
  holdfast::tests::Loop loop{start};
  ScriptedBackend backend{loop.clock()};
};

TEST_F(PlaceCall, CleanCallChecksChoosesBooksAndEnds) {
  CallPlan call = plan();
  call.errands[0].wish.choice = 1;
  backend.book = [](const Json& arguments, int) {
    EXPECT_EQ(arguments, (Json{{"slot_code", "M2XR"},
                               {"name", "Dana Reed"},
                               {"email", "dana@example.com"},
                               {"caller_number", "+14155550100"}}));
    return Scripted{.result = ScriptedBackend::booked("Thursday, August 27 at 11:00 AM"), .delay_ms = 250};
  };
  const CallRecord record = place(call);
  EXPECT_THAT(backend.types(), ElementsAre("status-update in-progress", "tool-calls", "tool-calls",
                                           "status-update ended", "end-of-call-report"));
  EXPECT_EQ(record.told, "booked");
  EXPECT_THAT(record.told_booked, ElementsAre(at("2026-08-27T11:00:00-04:00")));
  EXPECT_THAT(record.lint, IsEmpty());
  EXPECT_FALSE(record.hung_up);
  ASSERT_EQ(record.exchanges.size(), 2U);
  const Exchange& booking = record.exchanges[1];
  EXPECT_EQ(booking.slot_code, "M2XR");
  EXPECT_EQ(booking.status, "booked");
  EXPECT_EQ(booking.label, "Thursday, August 27 at 11:00 AM");
  EXPECT_EQ(booking.http_status, 200);
  EXPECT_EQ(booking.deliveries, 1);
  EXPECT_TRUE(booking.heard);
  EXPECT_EQ(*booking.answered_at - booking.asked_at, milliseconds(250));
  // Between the offer and the booking lies the time to think; the model's own arguments hold no static parameter.
  EXPECT_EQ(booking.asked_at - *record.exchanges[0].answered_at, milliseconds(1'500));
  EXPECT_EQ(booking.arguments.find("caller_number"), std::string::npos);
  EXPECT_EQ(record.began_at, start);
  EXPECT_EQ(backend.requests[1].target, "/vapi/acme");
  EXPECT_EQ(backend.requests[1].headers.find("authorization"), "Bearer s3cret");
}

TEST_F(PlaceCall, SameCallIdMeansSameToolCallIdsAndDifferentOnesDiffer) {
  const CallRecord first = place();
  const CallRecord again = place();
  CallPlan other = plan();
  other.call_id = "call-2";
  const CallRecord third = place(other);
  EXPECT_EQ(booking_ids(first), booking_ids(again));
  EXPECT_NE(booking_ids(first), booking_ids(third));
  EXPECT_TRUE(first.exchanges[0].tool_call_id.starts_with("call_"));
}

TEST_F(PlaceCall, NothingOfferedIsToldAndNothingBooked) {
  for (const std::string status : {"none", "need_info", "error"}) {
    backend.check = [&](const Json&, int) { return Scripted{.result = ScriptedBackend::status(status)}; };
    const CallRecord record = place();
    EXPECT_EQ(record.told, status);
    EXPECT_THAT(booking_ids(record), IsEmpty());
    EXPECT_EQ(record.exchanges.size(), status == "error" ? 2U : 1U) << "an unreadable calendar is asked twice";
  }
}

TEST_F(PlaceCall, TakenLeadsToTheFirstAlternativeOrNot) {
  backend.book = [](const Json& arguments, int) {
    return arguments.at("slot_code") == "Q9ZZ"
               ? Scripted{.result = ScriptedBackend::booked("Thursday, August 27 at 12:00 PM")}
               : Scripted{.result = ScriptedBackend::taken()};
  };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "booked");
  EXPECT_THAT(record.told_booked, ElementsAre(at("2026-08-27T12:00:00-04:00")));
  EXPECT_EQ(booking_ids(record).size(), 2U);
  CallPlan stubborn = plan();
  stubborn.behaviour.accept_alternative = false;
  const CallRecord refused = place(stubborn);
  EXPECT_EQ(refused.told, "taken");
  EXPECT_THAT(refused.told_booked, IsEmpty());
}

TEST_F(PlaceCall, AlternativesAreBounded) {
  backend.book = [](const Json&, int) { return Scripted{.result = ScriptedBackend::taken()}; };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "taken");
  EXPECT_EQ(booking_ids(record).size(), 4U);
}

TEST_F(PlaceCall, PendingIsAskedAgainWithNewIdsAndSameArguments) {
  backend.book = [](const Json&, int nth) {
    return Scripted{.result = nth < 2 ? ScriptedBackend::status("pending") : ScriptedBackend::booked()};
  };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "booked");
  const auto ids = booking_ids(record);
  ASSERT_EQ(ids.size(), 3U);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 3U);
  EXPECT_EQ(record.exchanges[1].arguments, record.exchanges[3].arguments);
  EXPECT_EQ(record.exchanges[2].asked_at - *record.exchanges[1].answered_at, milliseconds(5'000));
}

TEST_F(PlaceCall, EndlessPendingEndsTheCall) {
  backend.book = [](const Json&, int) { return Scripted{.result = ScriptedBackend::status("pending")}; };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "pending");
  EXPECT_EQ(booking_ids(record).size(), 7U);
}

TEST_F(PlaceCall, FailedDeliveriesAreRepeatedWithTheSameIdAndAnotherBody) {
  backend.book = [](const Json&, int nth) {
    Scripted scripted{.result = ScriptedBackend::booked()};
    if (nth == 0) scripted.lost = true;
    if (nth == 1) scripted.status = 503;
    return scripted;
  };
  CallPlan call = plan();
  call.behaviour.delivery_retries = 3;
  const CallRecord record = place(call);
  EXPECT_EQ(record.told, "booked");
  ASSERT_EQ(record.exchanges.size(), 2U);
  EXPECT_EQ(record.exchanges[1].deliveries, 3);
  EXPECT_THAT(record.lint, ElementsAre("VAPI-http-200"));
  // 20 s timeout, 1 s pause, 100 ms to the 503, 2 s pause, 100 ms.
  EXPECT_EQ(*record.exchanges[1].answered_at - record.exchanges[1].asked_at, milliseconds(23'200));
  EXPECT_EQ(backend.messages[2].at("toolCallList"), backend.messages[3].at("toolCallList"));
  EXPECT_NE(backend.requests[2].body, backend.requests[3].body);
}

TEST_F(PlaceCall, ALostBookingIsAskedAgainWithANewId) {
  backend.book = [](const Json&, int nth) { return Scripted{.result = ScriptedBackend::booked(), .lost = nth < 2}; };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "booked");
  ASSERT_EQ(booking_ids(record).size(), 2U);
  EXPECT_FALSE(record.exchanges[1].answered_at);
  EXPECT_TRUE(record.exchanges[1].given_up_at);
  EXPECT_EQ(record.exchanges[1].status, "");
}

TEST_F(PlaceCall, ABackendThatNeverAnswersIsHeardAsNothing) {
  backend.check = [](const Json&, int) { return Scripted{.result = "", .lost = true}; };
  const CallRecord record = place();
  EXPECT_EQ(record.told, "");
  EXPECT_EQ(record.exchanges.size(), 2U);
}

TEST_F(PlaceCall, RepeatWithTheSameIdIsRecordedButTheFirstAnswerIsHeard) {
  backend.book = [](const Json&, int nth) {
    return Scripted{.result = nth == 0 ? ScriptedBackend::booked() : ScriptedBackend::taken()};
  };
  CallPlan call = plan();
  call.behaviour.repeat_book_same_id = true;
  const CallRecord record = place(call);
  const auto ids = booking_ids(record);
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(record.told, "booked");
  EXPECT_TRUE(record.exchanges[1].heard);
  EXPECT_FALSE(record.exchanges[2].heard);
  EXPECT_EQ(record.exchanges[2].status, "taken");
  EXPECT_GE(record.exchanges[2].asked_at, *record.exchanges[1].answered_at);
}

TEST_F(PlaceCall, RepeatIsHeardWhenTheFirstWasLost) {
  backend.book = [](const Json&, int nth) { return Scripted{.result = ScriptedBackend::booked(), .lost = nth == 0}; };
  CallPlan call = plan();
  call.behaviour.repeat_book_same_id = true;
  call.behaviour.delivery_retries = 0;
  const CallRecord record = place(call);
  EXPECT_EQ(booking_ids(record).size(), 2U);
  EXPECT_TRUE(record.exchanges[2].heard);
  EXPECT_EQ(record.told, "booked");
}

TEST_F(PlaceCall, ConcurrentRepeatIsInFlightAtTheSameTimeAndTheFasterIsHeard) {
  backend.book = [](const Json&, int nth) {
    return Scripted{.result = nth == 0 ? ScriptedBackend::status("pending") : ScriptedBackend::booked(),
                    .delay_ms = nth == 0 ? 3'000 : 200};
  };
  CallPlan call = plan();
  call.behaviour.repeat_book_concurrently = true;
  const CallRecord record = place(call);
  const auto ids = booking_ids(record);
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_EQ(ids[0], ids[1]);
  EXPECT_EQ(record.exchanges[1].asked_at, record.exchanges[2].asked_at);
  EXPECT_EQ(record.told, "booked");
  EXPECT_TRUE(record.exchanges[2].heard);
  EXPECT_EQ(record.exchanges[1].status, "pending") << "recorded although it came after the caller had their answer";
  EXPECT_EQ(backend.finished, 6);
}

TEST_F(PlaceCall, ReissueAsksOnceMoreWithANewIdAndIsHeard) {
  backend.book = [](const Json&, int nth) {
    return Scripted{.result = nth == 0 ? ScriptedBackend::booked()
                                       : ScriptedBackend::booked("Thursday, August 27 at 11:00 AM")};
  };
  CallPlan call = plan();
  call.behaviour.reissue_book_new_id = true;
  const CallRecord record = place(call);
  const auto ids = booking_ids(record);
  ASSERT_EQ(ids.size(), 2U);
  EXPECT_NE(ids[0], ids[1]);
  EXPECT_EQ(record.exchanges[1].arguments, record.exchanges[2].arguments);
  EXPECT_THAT(record.told_booked, ElementsAre(at("2026-08-27T10:30:00-04:00"), at("2026-08-27T11:00:00-04:00")));
}

TEST_F(PlaceCall, TwoToolsGoInOneMessage) {
  CallPlan call = plan();
  call.behaviour.two_tools_one_message = true;
  const CallRecord record = place(call);
  ASSERT_EQ(record.exchanges.size(), 3U);
  EXPECT_EQ(backend.messages[2].at("toolCallList").size(), 2U);
  EXPECT_EQ(record.exchanges[1].tool, "check_availability");
  EXPECT_EQ(record.exchanges[2].tool, "book_appointment");
  EXPECT_EQ(record.exchanges[1].status, "available");
  EXPECT_EQ(record.told, "booked");
  EXPECT_THAT(record.lint, IsEmpty());
}

TEST_F(PlaceCall, HangingUpMidBookingHearsNothingButTheRequestGoesOn) {
  backend.book = [](const Json&, int) { return Scripted{.result = ScriptedBackend::booked(), .delay_ms = 4'000}; };
  CallPlan call = plan();
  call.behaviour.hang_up_after_book_ms = 1'000;
  const CallRecord record = place(call);
  EXPECT_TRUE(record.hung_up);
  EXPECT_EQ(record.told, "");
  EXPECT_THAT(record.told_booked, IsEmpty());
  ASSERT_EQ(record.exchanges.size(), 2U);
  EXPECT_EQ(record.exchanges[1].status, "booked") << "what the backend did is recorded";
  EXPECT_FALSE(record.exchanges[1].heard);
  EXPECT_EQ(record.ended_at - record.exchanges[1].asked_at, milliseconds(1'000));
  EXPECT_EQ(backend.finished, 5);
  EXPECT_EQ(backend.messages[3].at("endedReason"), "customer-ended-call");
  EXPECT_EQ(backend.messages[4].at("type"), "end-of-call-report");
}

TEST_F(PlaceCall, HangingUpKeepsWhatWasHeardBefore) {
  backend.book = [](const Json&, int nth) {
    return Scripted{.result = nth == 0 ? ScriptedBackend::status("pending") : ScriptedBackend::booked()};
  };
  CallPlan call = plan();
  call.behaviour.hang_up_after_book_ms = 2'000;
  const CallRecord record = place(call);
  EXPECT_TRUE(record.hung_up);
  EXPECT_EQ(record.told, "pending");
  EXPECT_EQ(booking_ids(record).size(), 1U);
}

TEST_F(PlaceCall, ACallerWhoHeardBookedBeforeLeavingDidNotHangUpOnUs) {
  CallPlan call = plan();
  call.behaviour.hang_up_after_book_ms = 60'000;
  const CallRecord record = place(call);
  EXPECT_FALSE(record.hung_up);
  EXPECT_EQ(record.told, "booked");
}

TEST_F(PlaceCall, EveryBehaviourAtOnceStaysWithinTheBound) {
  for (const std::string status : {"pending", "taken", "booked", "need_info", "error", "", "lost"}) {
    backend.book = [&](const Json&, int) {
      if (status == "taken") return Scripted{.result = ScriptedBackend::taken()};
      return Scripted{.result = ScriptedBackend::status(status), .lost = status == "lost"};
    };
    CallPlan call = plan();
    call.behaviour.repeat_book_same_id = true;
    call.behaviour.repeat_book_concurrently = true;
    call.behaviour.reissue_book_new_id = true;
    call.behaviour.two_tools_one_message = true;
    const CallRecord record = place(call);
    EXPECT_LE(record.exchanges.size(), 14U) << status;
    EXPECT_EQ(record.told, status == "lost" ? "" : status) << status;
    EXPECT_EQ(backend.messages.back().at("type"), "end-of-call-report");
  }
}

TEST_F(PlaceCall, BrokenRulesOfAnyReplyAreListedOnce) {
  backend.check = [](const Json&, int) {
    Json offer = Json::parse(ScriptedBackend::offer());
    offer["say"] = "Free at 2026-08-27T10:30:00-04:00";
    return Scripted{.result = offer.dump() + "\n"};
  };
  const CallRecord record = place();
  EXPECT_THAT(record.exchanges[0].lint, ElementsAre("VAPI-single-line", "VAPI-speakable"));
  EXPECT_THAT(record.lint, ElementsAre("VAPI-single-line", "VAPI-speakable"));
}

TEST_F(PlaceCall, AForeignBackendCanBeDriven) {
  backend.check = [](const Json&, int) { return Scripted{.result = "I have 10:30 AM or 11 AM on Thursday."}; };
  backend.book = [](const Json& arguments, int) {
    EXPECT_EQ(arguments.at("slot_code"), "10:30 AM");
    return Scripted{.result = "Great, your appointment is confirmed."};
  };
  EXPECT_EQ(place().told, "booked");
}

holdfast::net::Task<void> drop(holdfast::net::Task<CallRecord> call) {
  co_await std::move(call);
}

TEST_F(PlaceCall, ACrashOfTheWorldMidCallIsClean) {
  backend.book = [](const Json&, int) { return Scripted{.result = ScriptedBackend::booked(), .delay_ms = 4'000}; };
  CallPlan call = plan();
  call.behaviour.repeat_book_concurrently = true;
  loop.spawn(drop(place_call(loop.runtime(), backend, call)));
  loop.run_until(start + milliseconds(3'000));
  EXPECT_EQ(backend.messages.size(), 4U);
  EXPECT_EQ(backend.finished, 2);
  loop.crash();
}

TEST_F(PlaceCall, CallsInTurnKeepTheirOrderAndTheBoundOfParallelOnes) {
  int running = 0;
  int running_max = 0;
  backend.check = [&](const Json&, int) {
    running_max = std::max(running_max, ++running);
    return Scripted{.result = ScriptedBackend::offer()};
  };
  backend.book = [&](const Json&, int) {
    --running;
    return Scripted{.result = ScriptedBackend::booked()};
  };
  std::vector<CallPlan> plans(7, plan());
  for (std::size_t i = 0; i < plans.size(); ++i) plans[i].call_id = "call-" + std::to_string(i);
  const auto records = loop.run(place_calls(loop.runtime(), backend, plans, 3));
  ASSERT_EQ(records.size(), 7U);
  for (std::size_t i = 0; i < records.size(); ++i) {
    EXPECT_EQ(records[i].plan.call_id, "call-" + std::to_string(i));
    EXPECT_EQ(records[i].told, "booked");
  }
  EXPECT_EQ(running_max, 3);
  EXPECT_TRUE(loop.run(place_calls(loop.runtime(), backend, {}, 3)).empty());
}

TEST_F(PlaceCall, ManyCallsSideBySideDoNotMix) {
  backend.book = [](const Json& arguments, int nth) {
    return Scripted{.result = arguments.at("name") == "A Reed" ? ScriptedBackend::booked() : ScriptedBackend::taken(),
                    .delay_ms = 50 * nth};
  };
  CallPlan a = plan();
  a.errands[0].attendee.first_name = "A";
  CallPlan b = plan();
  b.call_id = "call-2";
  b.behaviour.accept_alternative = false;
  const auto [first, second] = loop.run(holdfast::net::both(loop.runtime(), place_call(loop.runtime(), backend, a),
                                                            place_call(loop.runtime(), backend, b)));
  EXPECT_EQ(first.told, "booked");
  EXPECT_EQ(second.told, "taken");
}

}  // namespace
}  // namespace vapi_sim
