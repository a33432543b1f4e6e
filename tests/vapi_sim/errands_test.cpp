// Callers who are hard to follow: several people, corrected details, changes of mind, questions, redials, other wires.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/net/task_group.hpp"
#include "tests/support/run_task.hpp"
#include "tests/vapi_sim/scripted_backend.hpp"
#include "vapi_sim/call.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Json;
using holdfast::milliseconds;
using testing::ElementsAre;

const Instant start = holdfast::parse_iso("2026-08-21T12:00:00Z").value();
constexpr const char* ten_thirty = "Thursday, August 27 at 10:30 AM";
constexpr const char* eleven = "Thursday, August 27 at 11:00 AM";

CallPlan plan() {
  CallPlan plan;
  plan.call_id = "call-1";
  plan.line = "+14155550100";
  plan.errands[0].attendee = {.first_name = "Dana", .last_name = "Reed", .phone = "", .email = ""};
  return plan;
}

std::string question(const std::string& word) {
  return R"({"status":"need_info","say":"Which?","question":")" + word + R"("})";
}

class Errands : public testing::Test {
 protected:
  CallRecord place(CallPlan call, CallerMemory* memory = nullptr) {
    return loop.run(place_call(loop.runtime(), backend, std::move(call), memory));
  }
  // Answers the bookings by `statuses` in turn (the last one for the rest) and keeps their arguments.
  void answer(std::vector<std::string> statuses) {
    backend.book = [this, statuses = std::move(statuses)](const Json& arguments, int nth) {
      asked.push_back(arguments);
      const std::string& status = statuses[std::min<std::size_t>(static_cast<std::size_t>(nth), statuses.size() - 1)];
      const std::string label = arguments.at("slot_code") == "K7QP" ? ten_thirty : eleven;
      if (status == "booked") return Scripted{.result = ScriptedBackend::booked(label)};
      if (status == "taken") return Scripted{.result = ScriptedBackend::taken()};
      if (status == "same_or_another" || status == "add_or_replace") return Scripted{.result = question(status)};
      return Scripted{.result = ScriptedBackend::status(status)};
    };
  }
  std::vector<std::string> values(const char* key) const {
    std::vector<std::string> found;
    for (const Json& arguments : asked) found.push_back(arguments.value(key, "-"));
    return found;
  }
  holdfast::tests::Loop loop{start};
  ScriptedBackend backend{loop.clock()};
  std::vector<Json> asked;
};

TEST_F(Errands, CorrectionsAreSaidAfterEachAnswer) {
  CallPlan call = plan();
  call.line = "";
  Errand& errand = call.errands[0];
  errand.attendee.phone = "+14155550177";
  errand.corrections = {errand.attendee, errand.attendee};
  errand.corrections[0].phone = "+14155550178";
  errand.corrections[1].phone = "";
  errand.corrections[1].email = "dana@example.com";
  answer({"pending", "booked"});
  const CallRecord record = place(call);
  EXPECT_THAT(values("phone"), ElementsAre("415 555 0177", "415 555 0178", "-"));
  EXPECT_THAT(values("email"), ElementsAre("-", "-", "dana@example.com"));
  EXPECT_THAT(values("slot_code"), ElementsAre("K7QP", "K7QP", "K7QP"));
  EXPECT_EQ(record.exchanges[2].said.phone, "+14155550178");
  EXPECT_EQ(record.told, "booked");
}

TEST_F(Errands, TheLinesOwnNumberIsNotSaid) {
  CallPlan call = plan();
  call.errands[0].attendee.phone = call.line;
  answer({"booked"});
  place(call);
  EXPECT_THAT(values("phone"), ElementsAre("-"));
}

TEST_F(Errands, EachPersonOfACallIsBookedAndToldApart) {
  CallPlan call = plan();
  call.errands.push_back(call.errands[0]);
  call.errands[1].attendee.first_name = "Timo";
  call.errands[1].wish.choice = 1;
  answer({"booked", "error"});
  const CallRecord record = place(call);
  EXPECT_THAT(values("name"), ElementsAre("Dana Reed", "Timo Reed"));
  EXPECT_THAT(values("slot_code"), ElementsAre("K7QP", "M2XR"));
  EXPECT_THAT(record.told_of, ElementsAre("booked", "error"));
  EXPECT_EQ(record.told, "error");
  EXPECT_EQ(record.exchanges.back().errand, 1U);
}

TEST_F(Errands, TogetherTheyGoInOneMessage) {
  CallPlan call = plan();
  call.errands.push_back(call.errands[0]);
  call.errands[1].attendee.first_name = "Timo";
  call.behaviour.book_together = true;
  call.behaviour.ids = ToolCallIds::reused;
  answer({"booked", "pending", "booked"});
  const CallRecord record = place(call);
  const Json both = backend.messages[3].at("toolCallList");
  ASSERT_EQ(both.size(), 2U);
  EXPECT_EQ(both[0].at("id"), "call_0");
  EXPECT_EQ(both[1].at("id"), "call_1");
  EXPECT_THAT(values("name"), ElementsAre("Dana Reed", "Timo Reed", "Timo Reed")) << "only the pending one again";
  EXPECT_EQ(backend.messages[4].at("toolCallList")[0].at("id"), "call_0");
  EXPECT_THAT(record.told_of, ElementsAre("booked", "booked"));
}

TEST_F(Errands, PendingThenAnotherSlot) {
  CallPlan call = plan();
  call.errands[0].when_pending = WhenPending::take_another;
  answer({"pending", "booked"});
  const CallRecord record = place(call);
  EXPECT_THAT(values("slot_code"), ElementsAre("K7QP", "M2XR"));
  EXPECT_EQ(record.told, "booked");
}

TEST_F(Errands, PendingThenAnotherAndBack) {
  CallPlan call = plan();
  call.errands[0].when_pending = WhenPending::take_another_and_return;
  answer({"pending", "pending", "booked", "add_or_replace", "booked"});
  const CallRecord record = place(call);
  EXPECT_THAT(values("slot_code"), ElementsAre("K7QP", "M2XR", "M2XR", "K7QP", "K7QP"));
  EXPECT_THAT(values("confirm"), ElementsAre("-", "-", "-", "-", "replace"));
  EXPECT_EQ(record.told, "booked");
}

TEST_F(Errands, ASecondThoughtAnswersByTheTruth) {
  for (const auto thought : {SecondThought::add, SecondThought::replace}) {
    asked.clear();
    CallPlan call = plan();
    call.errands[0].second_thought = thought;
    ScriptedBackend fresh{loop.clock()};
    int nth = 0;
    fresh.book = [&](const Json& arguments, int) {
      asked.push_back(arguments);
      if (++nth == 2) return Scripted{.result = question("add_or_replace")};
      return Scripted{.result = ScriptedBackend::booked()};
    };
    const CallRecord record = loop.run(place_call(loop.runtime(), fresh, call));
    EXPECT_THAT(values("slot_code"), ElementsAre("K7QP", "M2XR", "M2XR"));
    EXPECT_EQ(values("confirm")[2], thought == SecondThought::add ? "add" : "replace");
    EXPECT_EQ(record.exchanges.back().confirm, values("confirm")[2]);
  }
}

TEST_F(Errands, SameOrAnotherIsAnsweredByWhoItIs) {
  CallPlan call = plan();
  call.errands[0].corrections = {call.errands[0].attendee};
  call.errands[0].corrections[0].first_name = "Dena";
  answer({"same_or_another", "booked", "same_or_another", "booked"});
  place(call);
  EXPECT_THAT(values("confirm"), ElementsAre("-", "another", "another", "same"))
      << "nobody asked for it before, then they had";
  EXPECT_THAT(values("name"), ElementsAre("Dana Reed", "Dana Reed", "Dena Reed", "Dena Reed"));
}

TEST_F(Errands, AModelMayForgetTheAnswerOnce) {
  CallPlan call = plan();
  call.behaviour.forget_confirm = true;
  answer({"same_or_another", "same_or_another", "booked"});
  EXPECT_EQ(place(call).told, "booked");
  EXPECT_THAT(values("confirm"), ElementsAre("-", "-", "another"));
}

TEST_F(Errands, ABackendThatAsksForEverEndsTheCall) {
  answer({"add_or_replace"});
  EXPECT_EQ(place(plan()).told, "need_info");
  EXPECT_EQ(asked.size(), 5U);
}

TEST_F(Errands, WhoCallsAgainWantsTheSameSlot) {
  CallerMemory memory;
  CallPlan call = plan();
  call.errands[0].wish.choice = 1;
  answer({"error"});
  place(call, &memory);
  call.call_id = "call-2";
  call.redial_of = "call-1";
  call.errands[0].wish.choice = 0;
  answer({"booked"});
  EXPECT_EQ(place(call, &memory).told, "booked");
  EXPECT_THAT(values("slot_code"), ElementsAre("M2XR", "M2XR"));
}

TEST_F(Errands, WhoCallsAgainIsContentWithWhatTheyHave) {
  CallerMemory memory;
  memory.wanted[0] = eleven;
  CallPlan call = plan();
  call.redial_of = "call-0";
  backend.check = [](const Json&, int nth) {
    Json offer = Json::parse(ScriptedBackend::offer());
    offer["slots"].erase(1);
    offer["yours"] = Json::array({{{"status", nth == 0 ? "pending" : "booked"}, {"label", eleven}}});
    return Scripted{.result = offer.dump()};
  };
  const CallRecord record = place(call, &memory);
  EXPECT_EQ(record.told, "booked");
  ASSERT_EQ(record.exchanges.size(), 2U) << "pending: looks once more; nothing is booked again";
  ASSERT_EQ(record.exchanges[1].yours.size(), 1U);
  EXPECT_EQ(record.exchanges[1].yours[0].status, "booked");
}

TEST_F(Errands, WhoCannotBeRecognisedTakesNoOtherSlot) {
  for (const std::string changed : {"nothing", "the line", "the line before", "the name"}) {
    CallPlan call = plan();
    call.redial_of = "call-0";
    CallerMemory memory;
    memory.line = call.line;
    memory.named[0] = "Dana Reed";
    memory.wanted[0] = "Friday, August 28 at 9:00 AM";
    if (changed == "the line") call.line = memory.line = "+266696687";
    if (changed == "the line before") memory.line = "";
    if (changed == "the name") call.errands[0].attendee.first_name = "Dena";
    answer({"booked"});
    EXPECT_EQ(place(call, &memory).told, changed == "nothing" ? "booked" : "") << changed;
  }
}

TEST_F(Errands, NobodyIsInTwoCallsAtOnce) {
  CallerMemory memory;
  CallPlan again = plan();
  again.call_id = "call-2";
  again.redial_of = "call-1";
  const auto [first, second] =
      loop.run(holdfast::net::both(loop.runtime(), place_call(loop.runtime(), backend, plan(), &memory),
                                   place_call(loop.runtime(), backend, again, &memory)));
  EXPECT_TRUE(first.ended_at <= second.began_at || second.ended_at <= first.began_at);
  EXPECT_EQ(first.told + second.told, "bookedbooked");
}

TEST_F(Errands, WhatIsKnownToBeTakenIsNotReplaced) {
  CallPlan call = plan();
  answer({"taken", "add_or_replace", "booked"});
  EXPECT_EQ(place(call).told, "booked");
  EXPECT_THAT(values("confirm"), ElementsAre("-", "-", "add"));
}

TEST_F(Errands, ALateDuplicateIsRecordedAndNotHeard) {
  CallPlan call = plan();
  call.behaviour.late_duplicate_ms = 30'000;
  answer({"booked", "taken"});
  const CallRecord record = place(call);
  ASSERT_EQ(record.exchanges.size(), 3U);
  EXPECT_TRUE(record.exchanges[2].is_duplicate);
  EXPECT_FALSE(record.exchanges[2].heard);
  EXPECT_EQ(record.exchanges[2].tool_call_id, record.exchanges[1].tool_call_id);
  EXPECT_EQ(record.exchanges[2].asked_at - record.exchanges[1].asked_at, milliseconds(30'000));
  EXPECT_EQ(record.told, "booked");
}

TEST_F(Errands, ChatsNameTheirMessagesAndNoNumber) {
  for (const auto channel : {Channel::chat_session, Channel::chat_chain}) {
    ScriptedBackend fresh{loop.clock()};
    CallPlan call = plan();
    call.channel = channel;
    EXPECT_EQ(loop.run(place_call(loop.runtime(), fresh, call)).told, "booked");
    EXPECT_THAT(fresh.types(), ElementsAre("tool-calls", "tool-calls")) << "chats have no call events";
    for (const Json& message : fresh.messages) {
      EXPECT_FALSE(message.contains("call"));
      EXPECT_FALSE(message.contains("customer"));
    }
    const Json& second = fresh.messages[1].at("chat");
    EXPECT_NE(second.at("id"), fresh.messages[0].at("chat").at("id"));
    if (channel == Channel::chat_session) {
      EXPECT_EQ(second.at("sessionId"), "call-1");
    } else {
      EXPECT_EQ(second.at("previousChatId"), fresh.messages[0].at("chat").at("id"));
    }
  }
}

TEST_F(Errands, UnnamedMessagesKeepTheLineOnly) {
  CallPlan call = plan();
  call.channel = Channel::unnamed;
  EXPECT_EQ(place(call).told, "booked");
  EXPECT_FALSE(backend.messages[0].contains("call"));
  EXPECT_EQ(backend.messages[0].at("customer").at("number"), "+14155550100");
}

TEST(Plan, OnlyNumbersProveALine) {
  for (const char* shown : {"", "anonymous", "+266696687", "+7378742833", "4155550100", "+1 415 555 0100", "sip:a@b"})
    EXPECT_EQ(proven_number(shown), "") << shown;
  EXPECT_EQ(proven_number("+14155550100"), "+14155550100");
}

TEST(Plan, WhoeverIsNotNamedInTruthIsKnownByNameAndLine) {
  CallPlan one = plan();
  CallPlan other = plan();
  other.call_id = "call-2";
  EXPECT_EQ(person_of(one, 0), person_of(other, 0));
  other.line = "+14155550101";
  EXPECT_NE(person_of(one, 0), person_of(other, 0));
  other.line = one.line = "";
  EXPECT_NE(person_of(one, 0), person_of(other, 0)) << "without anything to go by, each matter is a person";
  other.redial_of = "call-1";
  EXPECT_EQ(person_of(one, 0), person_of(other, 0));
  one.errands[0].person = "dana";
  EXPECT_EQ(person_of(one, 0), "dana");
}

}  // namespace
}  // namespace vapi_sim
