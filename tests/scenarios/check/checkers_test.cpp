#include "scenarios/check/checkers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/scenarios/check/story.hpp"

namespace scenarios {
namespace {

using holdfast::Instant;
using holdfast::ledger::IntentState;
using testing::HasSubstr;

constexpr const char* dana = "+14155550100";
constexpr const char* omar = "+14155550101";

// Dana asks for a slot, gets it, and is told so.
void book_well(Story& story, const std::string& name, const std::string& phone, int slot, std::int64_t at_ms) {
  const auto contact = story.contact(name, phone);
  story.booking(contact, slot, at_ms + 500);
  auto& call = story.call(name, phone, at_ms);
  story.ask(call, slot, at_ms + 300, "booked", at_ms + 900);
}

TEST(Checkers, AGoodHistoryIsClean) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  book_well(story, "Omar", omar, 1, 1'200);
  auto& loser = story.call("Eve", "+14155550102", 5'000);
  story.ask(loser, 0, 6'000, "taken", 6'500);
  const auto findings = story.check();
  EXPECT_EQ(story.broken(), "") << findings.violations.front().sentence;
  EXPECT_TRUE(findings.unknown.empty());
}

TEST(Checkers, AWishIsReadFromTheLabelsThatWereSpoken) {
  Story story;
  book_well(story, "Dana", dana, 3, 1'000);
  const auto wishes = derive_wishes(story.history);
  ASSERT_EQ(wishes.size(), 1U);
  EXPECT_EQ(wishes[0].start, story.slot(3));
  EXPECT_EQ(wishes[0].told_booked_at(), story.at(1'900));
}

TEST(S1, TwoOfOursOnOneSeatAtTheEnd) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 1'010);
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, APersonAndOursOnOneSeatAtTheEnd) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  story.booking(story.contact("Walk-in", "+14155550177"), 0, 1'010, -1, "calendar_page");
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, TwoPersonsOnOneSeatAreNotOurBusiness) {
  Story story;
  story.booking(story.contact("A", "+14155550177"), 0, 1'000, -1, "calendar_page");
  story.booking(story.contact("B", "+14155550178"), 0, 1'010, -1, "calendar_page");
  EXPECT_EQ(story.broken(), "");
}

TEST(S1, YieldingBeforeAnybodyWasToldIsFine) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000, 1'500);
  story.booking(story.contact("Walk-in", "+14155550177"), 0, 1'010, -1, "calendar_page");
  auto& call = story.call("Dana", dana, 500);
  story.ask(call, 0, 900, "taken", 1'800);
  EXPECT_EQ(story.broken(), "");
}

TEST(S1, YieldingAfterItWasToldIsNot) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000, 2'500);
  story.booking(story.contact("Walk-in", "+14155550177"), 0, 1'010, -1, "calendar_page");
  auto& call = story.call("Dana", dana, 500);
  story.ask(call, 0, 900, "booked", 1'800);
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, APersonOnAPromisedSeatForAMoment) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 5'000, 6'000, "calendar_page");
  EXPECT_EQ(story.broken(), "S1");
}

// GHL gave two of ours the same user of a round robin: both fit the calendar, one has to go.
TEST(S1, OneOfOursThatGaveWayBeforeItWasTold) {
  Story story;
  story.history.calendars[0].seats_in_all = 2;
  book_well(story, "Dana", dana, 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 1'100, 6'000);
  auto& call = story.call("Omar", omar, 800);
  story.ask(call, 0, 1'000, "taken", 6'500);
  EXPECT_EQ(story.broken(), "");
}

TEST(S1, OneOfOursThatGaveWayAfterItWasTold) {
  Story story;
  story.history.calendars[0].seats_in_all = 2;
  book_well(story, "Dana", dana, 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 1'100, 6'000);
  auto& call = story.call("Omar", omar, 800);
  story.ask(call, 0, 1'000, "booked", 5'500);
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, ADifferentCalendarOfTheSameUserCollides) {
  Story story;
  story.history.calendars.push_back({"cal2", "Massage", 1, 1, holdfast::minutes(30), {}});
  story.booking(story.contact("Dana", dana), 0, 1'000);
  auto& other = story.booking(story.contact("Omar", omar), 0, 2'000);
  other.calendar_id = "cal2";
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, AnotherUserDoesNot) {
  Story story;
  story.history.calendars[0].seats_in_all = 2;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 2'000).user_ids = {"user2"};
  EXPECT_EQ(story.broken(), "");
}

TEST(S1, SeatsOfAClassAreCounted) {
  for (int people = 1; people <= 4; ++people) {
    Story story;
    story.history.calendars[0].seats_per_slot = 3;
    story.history.calendars[0].seats_in_all = 3;
    for (int i = 0; i < people; ++i) {
      story.booking(story.contact("P" + std::to_string(i), "+1415555020" + std::to_string(i)), 0, 1'000 + i);
    }
    EXPECT_EQ(story.broken(), people <= 3 ? "" : "S1") << people;
  }
}

TEST(S1, OverlapIsByTimeNotByStart) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  auto& late = story.booking(story.contact("Omar", omar), 0, 2'000);
  late.interval = {story.slot(0) + holdfast::minutes(15), story.slot(0) + holdfast::minutes(45)};
  EXPECT_THAT(story.broken(), HasSubstr("S1"));
}

TEST(S1, TouchingIsNotOverlapping) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  story.booking(story.contact("Omar", omar), 1, 1'000);
  EXPECT_EQ(story.broken(), "");
}

TEST(S1, MoreOfOursThanTheCalendarSeatsEvenForAMoment) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'000);
  story.booking(story.contact("Omar", omar), 0, 1'100, 1'200);
  EXPECT_EQ(story.broken(), "S1");
}

TEST(S2, TwoCallersToldTheSameSlot) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  auto& call = story.call("Omar", omar, 2'000);
  story.ask(call, 0, 2'300, "booked", 2'900);
  EXPECT_THAT(story.broken(), HasSubstr("S2"));
}

TEST(S2, AfterAPersonCancelledTheSlotMayBePromisedAgain) {
  Story story;
  auto& first = story.booking(story.contact("Dana", dana), 0, 1'000, 3'000);
  first.cancelled_by_person = true;
  auto& dana_call = story.call("Dana", dana, 500);
  story.ask(dana_call, 0, 900, "booked", 1'500);
  story.booking(story.contact("Omar", omar), 0, 4'000);
  auto& omar_call = story.call("Omar", omar, 3'200);
  story.ask(omar_call, 0, 3'800, "booked", 4'500);
  EXPECT_EQ(story.broken(), "");
}

TEST(S3, TakenWithoutARival) {
  Story story;
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "taken", 1'900);
  EXPECT_EQ(story.broken(), "S3");
}

TEST(S3, TheOwnerIsToldThatTheirOwnSlotIsTaken) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'400);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "", -1);
  story.ask(call, 0, 9'000, "taken", 9'400);
  EXPECT_THAT(story.broken(), HasSubstr("S3"));
}

TEST(S4, TwoAppointmentsOfOneWish) {
  Story story;
  story.history.calendars[0].seats_per_slot = 3;
  story.history.calendars[0].seats_in_all = 3;
  const auto contact = story.contact("Dana", dana);
  story.booking(contact, 0, 1'400);
  story.booking(contact, 0, 1'500);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_EQ(story.broken(), "S4");
}

TEST(S4, ASecondOneThatWasCancelledBeforeTellingIsFine) {
  Story story;
  const auto contact = story.contact("Dana", dana);
  story.booking(contact, 0, 1'400, 1'600);
  story.booking(contact, 0, 1'700);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_EQ(story.broken(), "");
}

TEST(S4, APromiseThatVanished) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'400, 3'000);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_EQ(story.broken(), "S4");
  story.history.bookings[0].cancelled_by_person = true;
  EXPECT_EQ(story.broken(), "");
}

TEST(S4, AGhostAfterARefusal) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 9'000);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "error", 1'900);
  EXPECT_EQ(story.broken(), "S4");
}

TEST(S4, AnAskWithoutAnAnswerIsUnknownNotAGhost) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'500);
  auto& call = story.call("Dana", dana, 1'000);
  call.hung_up = true;
  story.ask(call, 0, 1'300, "", -1);
  const auto findings = story.check();
  EXPECT_TRUE(findings.violations.empty());
  ASSERT_EQ(findings.unknown.size(), 1U);
  EXPECT_THAT(findings.unknown[0], HasSubstr("Dana Reed"));
}

TEST(S4, OnePersonTwoContacts) {
  Story story;
  story.call("Dana", dana, 1'000);
  story.contact("Dana", dana);
  story.contact("Dana", dana);
  EXPECT_EQ(story.broken(), "S4");
}

TEST(S5, ToldBookedButNothingIsThere) {
  Story story;
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_EQ(story.broken(), "S4 S5");
}

TEST(S5, ToldBeforeItWasMade) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 2'500);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_THAT(story.broken(), HasSubstr("S5"));
}

TEST(S5, ALabelThatMeansAnotherInstant) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  auto& exchange = story.history.calls[0].exchanges.back();
  exchange.label = spoken(story.slot(0), "UTC");  // the wall clock of another zone, told as New York's
  EXPECT_EQ(story.broken(), "S5");
}

TEST(S5, APersonWhoCancelledJustBeforeMakesTheLedgersWordStaleNotWrong) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'400, 1'500).cancelled_by_person = true;
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "", -1);
  story.ask(call, 0, 1'700, "booked", 1'900);
  EXPECT_EQ(story.broken(), "");
  EXPECT_EQ(story.check().unknown.size(), 1U);
}

TEST(S4, ARedeliveryThatIsStillPendingKeepsTheWishOpen) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 9'000);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "pending", 9'500);
  story.ask(call, 0, 1'400, "error", 1'900);
  EXPECT_EQ(story.broken(), "");
  EXPECT_EQ(story.check().unknown.size(), 1U);
}

TEST(S5, BookedForSomebodyElse) {
  Story story;
  story.booking(story.contact("Omar", omar), 0, 1'500);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  EXPECT_THAT(story.broken(), HasSubstr("S5"));
}

TEST(S5, TheWrongName) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  story.history.contacts[0].first_name = "Slot";
  EXPECT_EQ(story.broken(), "S4 S5");
  story.history.contacts[0].made_in_run = false;  // an old customer under another name is another person
  EXPECT_EQ(story.broken(), "S4 S5");
}

// One caller, one booked intent, its hold and its note.
Story with_ledger() {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  story.history.has_ledger = true;
  holdfast::ledger::Intent intent;
  intent.id = "int1";
  intent.state = IntentState::booked;
  intent.appointment_id = "apt1";
  story.history.intents.push_back(intent);
  story.history.holds.push_back({"int1", "loc/user:user1", {story.slot(0), story.slot(1)}, 1, story.slot(1)});
  story.history.notes.push_back({"con1", "Booked by phone assistant. Ref int1"});
  return story;
}

TEST(S6, ALedgerThatAgreesIsClean) {
  EXPECT_EQ(with_ledger().broken(), "");
}

TEST(S6, AnIntentThatNeverSettles) {
  Story story = with_ledger();
  story.history.intents[0].state = IntentState::unknown;
  EXPECT_EQ(story.broken(), "S6");
}

TEST(S6, AnOrphan) {
  Story story = with_ledger();
  story.booking(story.contact("Omar", omar), 1, 2'000).description = "[holdfast ref int1]";
  const auto findings = story.check();
  ASSERT_EQ(story.broken(), "S6");
  EXPECT_THAT(findings.violations[0].sentence, HasSubstr("apt2"));
}

TEST(S6, AHoldOfARefusedIntent) {
  Story story = with_ledger();
  holdfast::ledger::Intent refused;
  refused.id = "int2";
  refused.state = IntentState::refused;
  story.history.intents.push_back(refused);
  story.history.holds.push_back({"int2", "loc/user:user1", {story.slot(2), story.slot(3)}, 2, std::nullopt});
  EXPECT_EQ(story.broken(), "S6");
}

TEST(S6, AHoldOfABookingThatNeverEnds) {
  Story story = with_ledger();
  story.history.holds[0].expires_at.reset();
  EXPECT_EQ(story.broken(), "S6");
}

TEST(S6, AJobLeftOver) {
  Story story = with_ledger();
  story.history.notes.clear();
  story.history.jobs.push_back({"int1/note", "int1", "t", "note", "{}", {}, 3, "rate_limited", false});
  EXPECT_EQ(story.broken(), "S6");
  story.history.jobs.clear();
  story.history.notes.push_back({"con1", "Booked by phone assistant. Ref int1"});
  EXPECT_EQ(story.broken(), "");
}

TEST(S6, ANoteMissingOrTwice) {
  Story missing = with_ledger();
  missing.history.notes.clear();
  EXPECT_EQ(missing.broken(), "S6");
  Story twice = with_ledger();
  twice.history.notes.push_back(twice.history.notes[0]);
  EXPECT_EQ(twice.broken(), "S6");
}

TEST(S6, WhatTheWorldSaysIsNotAtRest) {
  Story story = with_ledger();
  story.history.unsettled.push_back("call call1 has not ended");
  EXPECT_EQ(story.broken(), "S6");
}

TEST(S8, LateReplies) {
  Story story;
  story.history.late_replies.push_back("call1 waited 9000 ms");
  EXPECT_EQ(story.broken(), "S8");
}

TEST(ReplyRules, AreReportedByTheirOwnIds) {
  Story story;
  story.call("Dana", dana, 1'000).lint.push_back("VAPI-single-line");
  EXPECT_EQ(story.broken(), "VAPI-single-line");
}

TEST(Sentences, NameThePeopleTheInstantsAndTheIds) {
  Story story;
  book_well(story, "Dana", dana, 0, 1'000);
  auto& call = story.call("Omar", omar, 2'000);
  story.ask(call, 0, 2'300, "booked", 2'900);
  std::string all;
  for (const auto& violation : story.check().violations) all += violation.rule + ": " + violation.sentence + "\n";
  EXPECT_THAT(all, HasSubstr("Dana Reed (at +0:01.900) and Omar Reed (at +0:02.900)"));
  EXPECT_THAT(all, HasSubstr("2026-08-27T14:00Z"));
}

}  // namespace
}  // namespace scenarios
