#include "vapi_sim/print.hpp"

#include <gtest/gtest.h>

#include "tests/support/run_task.hpp"
#include "tests/vapi_sim/scripted_backend.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Json;

CallPlan plan() {
  CallPlan plan;
  plan.call_id = "demo-1";
  plan.line = "+14155550100";
  plan.errands[0].attendee = {.first_name = "Dana", .last_name = "Reed", .phone = "", .email = ""};
  plan.errands[0].wish.date = "Thursday";
  return plan;
}

TEST(Print, AConversationReadsLikeOne) {
  holdfast::tests::Loop loop{holdfast::parse_iso("2026-08-21T12:00:00Z").value()};
  ScriptedBackend backend{loop.clock()};
  const CallRecord record = loop.run(place_call(loop.runtime(), backend, plan()));
  EXPECT_EQ(print_conversation(record),
            "call demo-1: Dana Reed, +14155550100 (times are UTC, 2026-08-21)\n"
            "12:00:00.010  assistant -> check_availability {\"date\":\"Thursday\"}\n"
            "12:00:00.110  backend   -> I have ten thirty or eleven. (available, 100 ms)\n"
            "12:00:01.610  assistant -> book_appointment {\"name\":\"Dana Reed\",\"slot_code\":\"K7QP\"}\n"
            "12:00:01.710  backend   -> You are booked. (booked, 100 ms)\n"
            "caller told: booked Thursday, August 27 at 10:30 AM = 2026-08-27T14:30:00.000Z\n");
  EXPECT_TRUE(has_definite_outcome(record));
  EXPECT_EQ(print_summary({record}), "booked 1 (1 call, 0 with broken rules)\n");
}

TEST(Print, HangUpsSilenceAndBrokenRulesAreSaid) {
  holdfast::tests::Loop loop{holdfast::parse_iso("2026-08-21T12:00:00Z").value()};
  ScriptedBackend backend{loop.clock()};
  backend.check = [](const Json&, int) { return Scripted{.result = ScriptedBackend::offer() + "\n"}; };
  backend.book = [](const Json&, int) { return Scripted{.result = "", .lost = true}; };
  CallPlan call = plan();
  call.line = "";
  call.behaviour.hang_up_after_book_ms = 1'000;
  call.behaviour.delivery_retries = 0;
  const CallRecord record = loop.run(place_call(loop.runtime(), backend, call));
  const std::string text = print_conversation(record);
  EXPECT_NE(text.find("number hidden"), std::string::npos) << text;
  EXPECT_NE(text.find("12:00:02.610  caller hangs up\n"), std::string::npos) << text;
  EXPECT_NE(text.find("12:00:21.610  backend   -> no answer (sent 1 time): no answer\n"), std::string::npos) << text;
  EXPECT_NE(text.find("caller told: nothing\n"), std::string::npos) << text;
  EXPECT_NE(text.find("broken rule VAPI-single-line: "), std::string::npos) << text;
  EXPECT_TRUE(has_definite_outcome(record)) << "who leaves on purpose is owed none";
  EXPECT_EQ(print_summary({record}), "nothing heard 1 (1 call, 1 with broken rules)\n");
}

TEST(Print, PendingAndNothingAreNotDefinite) {
  CallRecord record;
  EXPECT_FALSE(has_definite_outcome(record));
  record.told = "pending";
  EXPECT_FALSE(has_definite_outcome(record));
  record.told = "taken";
  EXPECT_TRUE(has_definite_outcome(record));
}

}  // namespace
}  // namespace vapi_sim
