// What people did in GHL's screen, what customers received, and what is hidden from callers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/check/checkers.hpp"
#include "tests/scenarios/check/story.hpp"

namespace scenarios {
namespace {

using holdfast::ledger::IntentState;
using testing::HasSubstr;

constexpr const char* dana = "+14155550100";

std::string first_sentence(const Story& story) {
  const auto findings = story.check();
  return findings.violations.empty() ? "" : findings.violations.front().sentence;
}

NoticeFact notice(const Story& story, NoticeFact::Kind kind, std::int64_t at_ms, const std::string& id = "apt1") {
  return {.kind = kind, .appointment_id = id, .contact_id = "con1", .at = story.at(at_ms)};
}

// Dana has slot 0 since 1.5 s and was told so; her call goes on.
struct Booked : Story {
  Booked() {
    booking(contact("Dana", dana), 0, 1'500);
    call("Dana", dana, 1'000);
    ask(history.calls[0], 0, 1'300, "booked", 1'900);
  }
  // A person moves the appointment to another slot.
  void move(int to, std::int64_t at_ms) {
    history.bookings[0].ended_at = at(at_ms);
    history.bookings[0].cancelled_by_person = true;
    BookingFact& there = booking("con1", to, at_ms);
    there.id = "apt1";
    there.placed_by_person = true;
  }
};

TEST(Office, AMovedAppointmentToldAtItsOldTimeIsALie) {
  Booked story;
  story.move(3, 10'000);
  EXPECT_EQ(story.broken(), "") << "nobody asked again";
  story.ask(story.history.calls[0], 0, 60'000, "booked", 60'400);
  EXPECT_EQ(story.broken(), "S5");
  EXPECT_THAT(first_sentence(story), HasSubstr("the office had taken appointment apt1 away from there 50 s before"));
}

TEST(Office, ItMayBeToldWhereItStandsNow) {
  Booked story;
  story.move(3, 10'000);
  story.ask(story.history.calls[0], 0, 60'000, "taken", 60'400);
  EXPECT_EQ(story.broken(), "");
}

TEST(Office, WhoAskedAMomentAfterTheMoveHearsTheLedgersWord) {
  Booked story;
  story.move(3, 50'000);
  story.ask(story.history.calls[0], 0, 60'000, "booked", 60'400);
  EXPECT_EQ(story.broken(), "");
}

TEST(Office, ARestoredAppointmentIsNotTaken) {
  Booked story;
  story.history.bookings[0].ended_at = story.at(10'000);
  story.history.bookings[0].cancelled_by_person = true;
  BookingFact& again = story.booking("con1", 0, 20'000);
  again.id = "apt1";
  again.placed_by_person = true;
  story.ask(story.history.calls[0], 0, 60'000, "booked", 60'400);
  EXPECT_EQ(story.broken(), "");
  story.history.calls[0].exchanges.back().status = "taken";
  EXPECT_THAT(story.broken(), HasSubstr("S5"));
}

TEST(Office, ACopyIsTheOffices) {
  Booked story;
  story.booking("con1", 2, 5'000, 20'000, "calendar_page");
  EXPECT_EQ(story.broken(), "");
  story.history.bookings[1].cancelled_by_person = false;
  EXPECT_EQ(story.broken(), "S4");
  EXPECT_THAT(first_sentence(story), HasSubstr("took away what the office had made: appointment apt2"));
}

TEST(Chaos, WhatGhlMadeOnceMoreHasUntilTheEndToBeClearedAway) {
  Booked story;
  BookingFact& again = story.booking("con1", 0, 3'000, 50'000);
  again.by_chaos = true;
  again.user_ids = {"user2"};
  story.history.calendars[0].seats_in_all = 2;
  EXPECT_EQ(story.broken(), "");
  story.history.bookings[1].ended_at.reset();
  EXPECT_EQ(story.broken(), "S4");
  Booked own;
  own.booking("con1", 0, 3'000, 50'000).user_ids = {"user2"};
  own.history.calendars[0].seats_in_all = 2;
  EXPECT_EQ(own.broken(), "S4") << "the backend's own second one has not";
}

TEST(Notices, OneConfirmationIsFineAndTwoAreNot) {
  Booked story;
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 1'500));
  EXPECT_EQ(story.broken(), "");
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 9'000));
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("a second confirmation of appointment apt1"));
}

TEST(Notices, AConfirmationOfEachOfTwoAppointmentsOfOneWishIsTwo) {
  Booked story;
  story.history.bookings[0].ended_at = story.at(1'700);
  story.history.bookings[0].created_at = story.at(1'400);
  story.booking("con1", 0, 1'750);
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 1'400));
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 1'750, "apt2"));
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("for the very same wish"));
}

TEST(Notices, NobodyGetsACancellationOfWhatTheyWereNeverTold) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'500, 2'500);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "taken", 2'900);
  story.booking(story.contact("Walk In", ""), 0, 1'400, -1, "calendar_page");
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 1'500));
  EXPECT_EQ(story.broken(), "") << "a confirmation alone may have been of what was made in good faith";
  story.history.notices.push_back(notice(story, NoticeFact::Kind::cancelled, 2'500));
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("got a cancellation of appointment apt1, which had been confirmed"));
}

TEST(Notices, AWrittenMessageIsAConfirmationToo) {
  Booked story;
  story.history.bookings[0].description = "[holdfast ref abc123]";
  NoticeFact written;
  written.kind = NoticeFact::Kind::written;
  written.contact_id = "con1";
  written.at = story.at(3'000);
  written.text = "<p>You're booked. Ref abc123</p>";
  story.history.notices.push_back(written);
  EXPECT_EQ(story.broken(), "");
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 9'000));
  EXPECT_EQ(story.broken(), "S6") << "GHL's own and ours are two";
}

TEST(Office, AVisitThatGhlKeptLongerIsNotWhatWasAskedFor) {
  Booked story;
  story.history.bookings[0].interval.end += holdfast::minutes(30);
  story.history.bookings[0].by_chaos = true;
  EXPECT_EQ(story.broken(), "S5");
  EXPECT_THAT(first_sentence(story), HasSubstr("60 minutes instead of 30"));
}

TEST(Notices, WhoWantsAnotherTimeInsteadMayBeToldThatTheFirstIsCancelled) {
  Story story;
  story.booking(story.contact("Dana", dana), 0, 1'500, 12'000);
  story.booking("con1", 1, 10'500);
  auto& call = story.call("Dana", dana, 1'000);
  story.ask(call, 0, 1'300, "pending", 2'900);
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 5'000));
  story.history.notices.push_back(notice(story, NoticeFact::Kind::cancelled, 12'000));
  EXPECT_EQ(story.broken(), "S6") << "nobody wanted anything else";
  story.ask(call, 1, 10'300, "booked", 10'900);
  EXPECT_EQ(story.broken(), "");
}

TEST(Office, AfterARestorationTwoMayStand) {
  Booked story;
  story.history.bookings[0].ended_at = story.at(10'000);
  story.history.bookings[0].cancelled_by_person = true;
  story.ask(story.history.calls[0], 0, 40'000, "booked", 41'000);
  story.booking("con1", 0, 40'500).user_ids = {"user2"};
  BookingFact& again = story.booking("con1", 0, 60'000);
  again.id = "apt1";
  story.history.calendars[0].seats_in_all = 2;
  EXPECT_EQ(story.broken(), "S4");
  story.history.bookings[2].placed_by_person = story.history.bookings[2].restored = true;
  EXPECT_EQ(story.broken(), "");
}

TEST(Notices, PeopleMayTellWhatTheyDo) {
  Booked story;
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 1'500));
  story.history.notices.push_back(notice(story, NoticeFact::Kind::cancelled, 10'000));
  story.history.notices.push_back(notice(story, NoticeFact::Kind::booked, 20'000));
  for (auto& each : story.history.notices) each.by_person = each.at > story.at(2'000);
  EXPECT_EQ(story.broken(), "");
}

TEST(Freed, WhatGhlListsMustBeOffered) {
  Story story;
  story.history.freed.push_back({"cal", story.slot(4), story.at(900'000), "Nothing is free.", {}});
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("was not offered it and heard \"Nothing is free.\""));
  story.history.freed[0].offered = {story.slot(3), story.slot(4)};
  EXPECT_EQ(story.broken(), "");
}

// One caller, one booked intent, its hold and its note.
struct WithLedger : Booked {
  WithLedger() {
    history.has_ledger = true;
    holdfast::ledger::Intent intent;
    intent.id = "int1";
    intent.state = IntentState::booked;
    intent.appointment_id = "apt1";
    history.intents.push_back(intent);
    history.holds.push_back({"int1", "loc/user:user1", {slot(0), slot(1)}, 1, at(1'260'000)});
    history.notes.push_back({"con1", "Booked by phone assistant. Ref int1"});
  }
};

TEST(Phantom, AHoldWhereTheAppointmentHasLongLeft) {
  WithLedger story;
  EXPECT_EQ(story.broken(), "");
  story.move(3, 600'000);
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("A phantom hold: loc/user:user1 from 2026-08-27T14:00Z"));
  story.history.holds[0].interval = {story.slot(3), story.slot(4)};
  EXPECT_EQ(story.broken(), "") << "it may follow";
}

TEST(Phantom, AMinuteIsAllowed) {
  WithLedger story;
  story.move(3, 1'150'000);
  EXPECT_EQ(story.broken(), "");
}

TEST(Reviews, NobodyIsAskedAboutWhatTheCalmFindsOut) {
  WithLedger story;
  holdfast::ledger::Review review;
  review.id = "int1/unsettled";
  review.intent_id = "int1";
  review.kind = "unsettled";
  review.created_at = story.history.calm_at + holdfast::minutes{4};
  story.history.reviews.push_back(review);
  EXPECT_EQ(story.broken(), "") << "it was open long before";
  story.history.reviews[0].created_at += holdfast::minutes{2};
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("A person is asked about intent int1 at +16:00"));
}

TEST(Outbox, AMessageWhoseFateNobodyKnowsIsAPersonsMatter) {
  WithLedger story;
  story.history.jobs.push_back({"int1/notify", "int1", "t", "notify", "{}", {}, 2, "unknown", true});
  EXPECT_EQ(story.broken(), "S6") << "nobody was asked";
  holdfast::ledger::Review review;
  review.id = "int1/notify/dead";
  review.kind = "job_dead";
  story.history.reviews.push_back(review);
  EXPECT_EQ(story.broken(), "");
}

TEST(Outbox, NothingIsGivenUpAndNoNoteIsLost) {
  WithLedger story;
  story.history.jobs.push_back({"int1/note", "int1", "t", "note", "{}", {}, 12, "Cloudflare", true});
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("Job int1/note was given up, after 12 tries: Cloudflare"));
  story.history.jobs.clear();
  story.history.notes.clear();
  EXPECT_EQ(story.broken(), "S6");
  EXPECT_THAT(first_sentence(story), HasSubstr("written 0 times"));
}

}  // namespace
}  // namespace scenarios
