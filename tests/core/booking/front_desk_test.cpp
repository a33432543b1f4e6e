// The saga through the front desk: tool calls in, replies out, and what the calendar and the ledger hold afterwards.
#include "tests/core/booking/desk_rig.hpp"

namespace holdfast::booking {
namespace {

using namespace tests_of_desk;

class FrontDeskTest : public DeskRig {};

TEST_F(FrontDeskTest, ChecksBooksAndWritesTheNote) {
  ghl_.free = {ten, ten + minutes(30)};
  const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}});
  EXPECT_EQ(offer["say"], "I have Thursday, August 27 at 10:00 AM or Thursday, August 27 at 10:30 AM.");
  const Json booked = book("book", offer["slots"][0]["code"]);
  EXPECT_EQ(booked["status"], "booked");
  EXPECT_EQ(booked["label"], "Thursday, August 27 at 10:00 AM");
  EXPECT_EQ(booked["timezone"], "America/New_York");
  pass(seconds(1));
  EXPECT_EQ(ghl_.live(), 1);
  ASSERT_EQ(ghl_.notes.size(), 1U);
  EXPECT_NE(ghl_.notes[0].find("Consultation, Thursday, August 27 at 10:00 AM"), std::string::npos);
  EXPECT_EQ(intents().front().state, IntentState::booked);
}

TEST_F(FrontDeskTest, TheSameCallTwiceAndTheSameWishTwiceAreOneBooking) {
  ghl_.free = {ten};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "booked");
  EXPECT_EQ(book("one", code)["status"], "booked");
  EXPECT_EQ(book("two", code)["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"], 1);
}

// Strict accounts refuse the right instant with any other offset than their location's (facts/ghl.md 9, 8).
TEST_F(FrontDeskTest, ACallerInAnotherZoneHearsTheirTimeAndGhlReadsItsOwn) {
  ghl_.free = {ten};
  const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}, {"timezone", "Pacific"}});
  EXPECT_EQ(offer["slots"][0]["label"], "Thursday, August 27 at 7:00 AM");
  const Json booked = book("book", offer["slots"][0]["code"]);
  EXPECT_EQ(booked["status"], "booked");
  EXPECT_EQ(booked["label"], "Thursday, August 27 at 7:00 AM");
  EXPECT_EQ(ghl_.start_texts, std::vector<std::string>{"2026-08-27T10:00:00-04:00"});
}

TEST_F(FrontDeskTest, AnAnswerLostAfterTheCommitIsReadBack) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::done_but_unanswered};
  EXPECT_EQ(book("book", offered_code())["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"], 1);
}

TEST_F(FrontDeskTest, AnUnreadableSuccessIsReadBack) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::unreadable};
  EXPECT_EQ(book("book", offered_code())["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"], 1);
}

TEST_F(FrontDeskTest, ALateCommitIsPendingFirstAndBookedThen) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::late};
  ghl_.late_ms = 20'000;
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "pending");
  pass(seconds(40));
  EXPECT_EQ(book("two", code)["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"], 1);
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, ACreateThatNeverArrivesIsRefusedOnlyAfterTheWindowAndMayBeTriedAgain) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::not_done_unanswered};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "pending");
  pass(Duration(clinic().limits.late_arrival_window_ms) - seconds(20));
  EXPECT_EQ(book("two", code)["status"], "pending") << "it may still arrive";
  EXPECT_EQ(ghl_.calls["create"], 1);
  // The bound of the send, the create's time-out, and a second read a lag after the first, with their pauses.
  pass(seconds(90));
  EXPECT_EQ(book("two", code)["status"], "error") << "the same call again hears what was recorded";
  EXPECT_EQ(book("three", code)["status"], "booked") << "a new call is a new try";
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, ACommitLaterThanTheWindowIsSweptAway) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::late};
  ghl_.late_ms = clinic().limits.late_arrival_window_ms + 80'000;
  EXPECT_EQ(book("one", offered_code())["status"], "pending");
  pass(minutes(10));
  EXPECT_EQ(ghl_.events.size(), 1U);
  EXPECT_EQ(ghl_.live(), 0) << "a ghost";
}

TEST_F(FrontDeskTest, ATakenSlotIsRefusedWithAlternatives) {
  ghl_.free = {ten, ten + hours(1)};
  const std::string code = offered_code();
  ghl_.free = {ten + hours(1)};
  const Json taken = book("book", code);
  EXPECT_EQ(taken["status"], "taken");
  EXPECT_EQ(taken["slots"][0]["label"], "Thursday, August 27 at 11:00 AM");
  EXPECT_TRUE(ghl_.contacts.empty()) << "a loser leaves no contact behind";
  EXPECT_EQ(ghl_.calls["create"], 0);
  EXPECT_EQ(book("again", taken["slots"][0]["code"])["status"], "booked");
}

TEST_F(FrontDeskTest, GhlsRefusalOfTheCreateIsATakenSlot) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::taken};
  EXPECT_EQ(book("book", offered_code())["status"], "taken");
  EXPECT_TRUE(kept().live_holds(loop_.runtime().now())->empty());
}

TEST_F(FrontDeskTest, WhatWasProvenNotDoneIsTriedAgain) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::not_sent, PaperGhl::Create::not_sent};
  EXPECT_EQ(book("book", offered_code())["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"], 3);
  EXPECT_EQ(ghl_.calls["free-slots"], 4) << "every try looks at the slot again";
}

TEST_F(FrontDeskTest, ARateLimitLongerThanTheCallIsPendingThenBooked) {
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::rate_limited};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "pending");
  pass(seconds(30));
  EXPECT_EQ(book("two", code)["status"], "booked");
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, WeYieldToAPersonBeforeAnybodyIsTold) {
  ghl_.free = {ten, ten + hours(2)};
  const std::string code = offered_code();
  ghl_.on_commit = [this] { ghl_.events.push_back(PaperGhl::event("person", ten, "", start_of_test)); };
  const Json reply = book("book", code);
  EXPECT_EQ(reply["status"], "taken");
  EXPECT_EQ(ghl_.live(), 1) << "the person's";
  EXPECT_EQ(ghl_.calls["update"], 1);
}

TEST_F(FrontDeskTest, WhatGhlPutIntoAnotherLocationIsNotToldBooked) {
  ghl_.free = {ten, ten + hours(2)};
  const std::string code = offered_code();
  ghl_.on_commit = [this] { ghl_.events.back()["locationId"] = "elsewhere"; };
  EXPECT_NE(book("book", code)["status"], "booked");
  pass(seconds(60));
  EXPECT_EQ(ghl_.live(), 0) << "ours is cancelled";
}

TEST_F(FrontDeskTest, WhileExclusivityCannotBeReadNobodyIsToldBooked) {
  ghl_.free = {ten};
  const std::string code = offered_code();
  ghl_.broken["events"] = true;
  EXPECT_EQ(book("one", code)["status"], "pending");
  ghl_.broken.clear();
  pass(seconds(60));
  EXPECT_EQ(book("two", code)["status"], "booked");
}

TEST_F(FrontDeskTest, TwoCallersForOneSlotAreOneBooking) {
  ghl_.free = {ten};
  const std::string first = offered_code("+14155550100");
  const std::string second = offered_code("+14155550101");
  EXPECT_EQ(book("one", first, "+14155550100")["status"], "booked");
  // GHL still offers it (stale): the hold knows better.
  EXPECT_EQ(book("two", second, "+14155550101")["status"], "taken");
  EXPECT_EQ(ghl_.calls["create"], 1);
}

TEST_F(FrontDeskTest, WhatAPersonCancelledCanBeBookedAgainByAnybody) {
  ghl_.free = {ten};
  const std::string mine = offered_code("+14155550100");
  const std::string theirs = offered_code("+14155550101");
  EXPECT_EQ(book("one", mine, "+14155550100")["status"], "booked");
  ghl_.events[0]["appointmentStatus"] = "cancelled";
  EXPECT_EQ(book("two", theirs, "+14155550101")["status"], "booked");
  EXPECT_EQ(book("three", mine, "+14155550100")["status"], "taken") << "no longer theirs, and we say so";
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, WhatAPersonCancelledIsToldAndNotBookedAnewBehindTheirBack) {
  ghl_.free = {ten};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "booked");
  ghl_.events[0]["appointmentStatus"] = "cancelled";
  const Json told = book("one", code);
  EXPECT_EQ(told["status"], "taken");
  EXPECT_NE(told["say"].get<std::string>().find("cancelled at the office"), std::string::npos);
  EXPECT_EQ(ghl_.calls["create"], 1);
  EXPECT_EQ(book("two", code)["status"], "booked") << "asked for again in earnest";
}

TEST_F(FrontDeskTest, WhatTheOfficeRestoredIsLookedAtBeforeAnotherTimeIsBooked) {
  ghl_.free = {ten, ten + minutes(30)};
  const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}});
  EXPECT_EQ(book("one", offer["slots"][0]["code"])["status"], "booked");
  ghl_.events[0]["appointmentStatus"] = "cancelled";
  EXPECT_EQ(book("one", offer["slots"][0]["code"])["status"], "taken");
  ghl_.events[0]["appointmentStatus"] = "confirmed";
  const Json asked = book("two", offer["slots"][1]["code"]);
  EXPECT_EQ(asked["question"], "add_or_replace");
  EXPECT_EQ(asked["say"],
            "You have Thursday, August 27 at 10:00 AM. Would you like this one as well, or instead of it?");
  EXPECT_EQ(asked["yours"][0]["label"], "Thursday, August 27 at 10:00 AM");
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, NobodyIsAskedAboutATimeThatTheOfficeCancelled) {
  ghl_.free = {ten, ten + minutes(30)};
  const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}});
  EXPECT_EQ(book("one", offer["slots"][0]["code"])["status"], "booked");
  ghl_.events[0]["appointmentStatus"] = "cancelled";
  EXPECT_EQ(book("two", offer["slots"][1]["code"])["status"], "booked");
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, WhenGhlCannotBeAskedARepeatIsPendingNotBooked) {
  ghl_.free = {ten};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "booked");
  ghl_.broken["get"] = true;
  EXPECT_EQ(book("two", code)["status"], "pending");
}

bool is_read(std::string_view operation) {
  return operation.starts_with("find_") || operation.ends_with("_intents") || operation.ends_with("holds");
}

// Nothing can be written down, and nothing was: that is what the caller hears.
TEST_F(FrontDeskTest, AFullDiskIsToldAsNothingBooked) {
  using Failure = ledger::DiskFate::Failure;
  ghl_.free = {ten};
  const std::string code = offered_code();
  disk_failure_ = [](std::string_view operation) {
    return is_read(operation) ? Failure::none : Failure::before_commit;
  };
  const Json reply = book("one", code);
  EXPECT_EQ(reply["status"], "error");
  EXPECT_EQ(reply["say"], "I can't take bookings just now, so nothing was booked. Shall I try again?");
  pass(minutes(10));
  EXPECT_TRUE(intents().empty());
  EXPECT_EQ(ghl_.calls["create"], 0);
  disk_failure_ = nullptr;
  EXPECT_EQ(book("two", code)["status"], "booked");
  EXPECT_EQ(ghl_.live(), 1);
}

// A disk that fails proves nothing by itself: only what it shows afterwards does.
TEST_F(FrontDeskTest, AFullDiskIsPendingWhereTheWishMayBeThere) {
  using Failure = ledger::DiskFate::Failure;
  ghl_.free = {ten, ten + hours(1)};
  const Json slots = call("check", "check_availability", Json{{"date", "tomorrow"}})["slots"];
  disk_failure_ = [](std::string_view operation) {
    return operation == "open_intent" ? Failure::after_commit : Failure::none;
  };
  EXPECT_EQ(book("one", slots[0]["code"])["status"], "pending") << "it was written down after all";
  EXPECT_EQ(intents().size(), 1U);
  disk_failure_ = [](std::string_view operation) {
    return operation == "advance" || operation == "acquire_hold" ? Failure::before_commit : Failure::none;
  };
  EXPECT_EQ(book("one", slots[0]["code"])["status"], "pending") << "it is driven on once the disk has room";
  disk_failure_ = [](std::string_view) { return Failure::before_commit; };
  EXPECT_EQ(book("two", slots[1]["code"])["status"], "pending") << "nobody can say";
  disk_failure_ = nullptr;
  EXPECT_EQ(book("three", slots[0]["code"])["status"], "booked");
}

TEST_F(FrontDeskTest, AFullDiskAfterTheCreateLeftIsPending) {
  using Failure = ledger::DiskFate::Failure;
  ghl_.free = {ten};
  ghl_.creates = {PaperGhl::Create::late};
  ghl_.late_ms = 20'000;
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "pending");
  disk_failure_ = [](std::string_view operation) {
    return is_read(operation) ? Failure::none : Failure::before_commit;
  };
  for (const char* id : {"one", "two"}) EXPECT_EQ(book(id, code)["status"], "pending") << id;
  disk_failure_ = nullptr;
  pass(minutes(3));
  EXPECT_EQ(book("three", code)["status"], "booked");
  EXPECT_EQ(ghl_.live(), 1);
}

TEST_F(FrontDeskTest, AnInventedCodeAndACodeOfAnotherCallAreNotBooked) {
  ghl_.free = {ten};
  const std::string code = offered_code("+14155550100");
  EXPECT_EQ(book("one", "ZZZZ")["status"], "need_info");
  const Json other = book("two", code, "+14155550101");
  EXPECT_EQ(other["status"], "need_info");
  EXPECT_EQ(other["slots"].size(), 1U) << "what is on offer comes with it";
  EXPECT_EQ(ghl_.calls["create"], 0);
}

TEST_F(FrontDeskTest, ACalendarThatCannotBeReadIsNotAnEmptyOne) {
  ghl_.broken["free-slots"] = true;
  EXPECT_EQ(call("check", "check_availability", Json::object())["status"], "error");
}

TEST_F(FrontDeskTest, OtherDaysAreOfferedWhenTheWishedDayIsFull) {
  ghl_.free = {ten + days(2)};
  const Json offer = call("check", "check_availability", Json{{"date", "tomorrow"}});
  EXPECT_EQ(offer["status"], "available");
  EXPECT_EQ(offer["say"],
            "Nothing is free on Thursday, August 27. The closest I have is Saturday, August 29 at 10:00 AM.");
}

TEST_F(FrontDeskTest, AFailedNoteIsWrittenLaterExactlyOnce) {
  ghl_.free = {ten};
  ghl_.broken["add-note"] = true;
  EXPECT_EQ(book("book", offered_code())["status"], "booked") << "a note never holds up a booking";
  pass(minutes(1));
  ghl_.broken.clear();
  pass(minutes(10));
  EXPECT_EQ(ghl_.notes.size(), 1U);
  EXPECT_TRUE(kept().pending_jobs(10)->empty());
}

TEST_F(FrontDeskTest, SeveralCallsOfOneMessageAreAnsweredInOrder) {
  ghl_.free = {ten};
  vapi::ServerMessage message;
  message.conversation = {"call-of-+14155550100", "+14155550100", "", ""};
  message.calls = {
      {.id = "a", .name = "no_such_tool", .arguments = Json::object(), .argument_error = ""},
      {.id = "b", .name = "check_availability", .arguments = Json::object(), .argument_error = ""},
      {.id = "c", .name = "book_appointment", .arguments = Json::object(), .argument_error = "not an object"}};
  const auto results = loop_.run(desk_->answer(std::move(message), voice_deadline()));
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].id, "a");
  EXPECT_TRUE(results[0].is_error);
  EXPECT_EQ(results[1].id, "b");
  EXPECT_EQ(parse_json(results[1].text).value()["status"], "available");
  EXPECT_EQ(results[2].text, "not an object");
}

// A restart with an intent in each unsettled state: what was never sent is refused and may be asked again, what may
// have been sent is found.
class RestartTest : public FrontDeskTest, public testing::WithParamInterface<IntentState> {};

TEST_P(RestartTest, EndsInOneBookingAndNoHoldLeft) {
  ghl_.free = {ten};
  const std::string code = offered_code();
  EXPECT_EQ(book("one", code)["status"], "booked");
  close();
  // Rewind the ledger to the state under test, as a crash at that moment would have left it.
  auto rewound = std::make_shared<ledger::MemoryDisk>();
  const ledger::Intent booked = intents().front();
  const ledger::OpenIntent opening{.id = booked.id,
                                   .tenant = booked.tenant,
                                   .kind = booked.kind,
                                   .request = booked.request,
                                   .links = booked.links,
                                   .look_up = {},
                                   .now = loop_.runtime().now()};
  const auto opened = rewound->apply([opening](ledger::MemoryStore& store) {
    return store.open_intent(opening, [](const auto&) { return ledger::Opening{}; });
  });
  ASSERT_TRUE(opened.has_value());
  const Instant now = loop_.runtime().now();
  std::int64_t version = opened->intent.version;
  const auto reached = [&](IntentState state) { return GetParam() == state; };
  const auto move = [&](IntentState to, ledger::HoldChange hold) {
    ledger::Advance change;
    change.intent_id = booked.id;
    change.expected_version = version;
    change.to = to;
    change.sent_until = now;
    change.contact_id = booked.contact_id;
    if (to == IntentState::created) change.appointment_id = booked.appointment_id;
    change.hold = hold;
    change.now = now;
    version = rewound->apply([change](ledger::MemoryStore& store) { return store.advance(change); }).value().version;
  };
  if (!reached(IntentState::opened)) {
    const ledger::AcquireHold hold{.intent_id = booked.id,
                                   .expected_version = version,
                                   .claims = {{"loc/user:user", {ten, ten + minutes(30)}, 1}},
                                   .now = now,
                                   .expires_at = now + minutes(1)};
    version = rewound->apply([hold](ledger::MemoryStore& store) { return store.acquire_hold(hold); })->intent.version;
    if (!reached(IntentState::held)) move(IntentState::creating, ledger::HoldChange::pin);
    if (reached(IntentState::unknown)) move(IntentState::unknown, ledger::HoldChange::keep);
    if (reached(IntentState::created)) move(IntentState::created, ledger::HoldChange::keep);
  }
  const bool sent = GetParam() != IntentState::opened && GetParam() != IntentState::held;
  if (!sent) ghl_.events.clear();
  const auto offer = kept().find_offer("clinic", "call-of-+14155550100", code).value();
  ASSERT_TRUE(rewound->apply([offer](ledger::MemoryStore& store) { return store.save_offers({offer}); }).has_value());
  store_ = rewound;
  open();
  const int creates_before = ghl_.calls["create"];
  EXPECT_EQ(book("one", code)["status"], "booked");
  EXPECT_EQ(ghl_.calls["create"] - creates_before, sent ? 0 : 1);
  EXPECT_EQ(ghl_.live(), 1);
  EXPECT_EQ(kept().live_holds(loop_.runtime().now())->size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(States, RestartTest,
                         testing::Values(IntentState::opened, IntentState::held, IntentState::creating,
                                         IntentState::unknown, IntentState::created),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace holdfast::booking
