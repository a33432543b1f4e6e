// A wish is a person's: histories in which it is easy to take two people for one, or one for two.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "scenarios/check/checkers.hpp"
#include "tests/scenarios/check/story.hpp"

namespace scenarios {
namespace {

using testing::HasSubstr;
using vapi_sim::SecondThought;

constexpr const char* line = "+14155550100";
constexpr const char* other_line = "+14155550101";

// A class of three seats a slot.
Story class_story() {
  Story story;
  story.history.calendars[0].seats_per_slot = 3;
  story.history.calendars[0].seats_in_all = 3;
  return story;
}

std::string sentences(const Story& story) {
  std::string all;
  for (const auto& violation : story.check().violations) all += violation.rule + ": " + violation.sentence + "\n";
  return all;
}

// Somebody holds `slot` since `at_ms`, and was told so.
void occupy(Story& story, const std::string& name, const std::string& phone, int slot, std::int64_t at_ms) {
  story.booking(story.contact(name, phone), slot, at_ms + 500);
  auto& call = story.call(name, phone, at_ms);
  story.ask(call, slot, at_ms + 300, "booked", at_ms + 900);
}

TEST(WhoIsWho, TwoNamesOnOneLineAreTwoPeopleAndTwoCallsOfOneAreOne) {
  Story story = class_story();
  occupy(story, "Dana", line, 0, 1'000);
  occupy(story, "Omar", line, 0, 2'000);
  auto& again = story.call("Dana", line, 9'000);
  story.ask(again, 0, 9'300, "booked", 9'900);
  const auto wishes = derive_wishes(story.history);
  ASSERT_EQ(wishes.size(), 2U);
  EXPECT_EQ(wishes[0].asks.size() + wishes[1].asks.size(), 3U);
  EXPECT_EQ(story.broken(), "");
}

TEST(WhoIsWho, AContactIsAPersonsByNameAndByPhoneOrEmail) {
  PersonFact dana;
  dana.names = {"dana reed", "dana read"};
  dana.phones = {line};
  dana.emails = {"dana@mail.example"};
  const auto is_hers = [&](ContactFact contact) { return is_contact_of(contact, dana); };
  EXPECT_TRUE(is_hers({"c", "Dana", "Reed", "", line, true, false}));
  EXPECT_TRUE(is_hers({"c", "DANA ", "Read", "Dana@Mail.Example", "+14155559999", true, false}));
  EXPECT_TRUE(is_hers({"c", "Dana", "Reed", "", "", true, false}))
      << "the phone is left out where duplicates are refused";
  EXPECT_FALSE(is_hers({"c", "Omar", "Reed", "", line, true, false})) << "family";
  EXPECT_FALSE(is_hers({"c", "Dana", "Reed", "", other_line, true, false})) << "a namesake";
}

TEST(S3, TheLineMatesBookingExplainsATaken) {
  Story story;
  occupy(story, "Dana", line, 0, 1'000);
  auto& mate = story.call("Omar", line, 5'000);
  story.ask(mate, 0, 5'300, "taken", 5'900);
  EXPECT_EQ(story.broken(), "");
}

TEST(S3, AFreeSeatOfAClassLeavesATakenUnexplained) {
  for (int others = 0; others <= 3; ++others) {
    Story story = class_story();
    for (int i = 0; i < others; ++i) {
      story.booking(story.contact("P" + std::to_string(i), "+1415555020" + std::to_string(i)), 0, 1'000 + i);
    }
    auto& call = story.call("Dana", line, 5'000);
    story.ask(call, 0, 5'300, "taken", 5'900);
    EXPECT_EQ(story.broken(), others < 3 ? "S3" : "") << others;
  }
}

TEST(S3, OneUserOfARoundRobinMayBeFull) {
  Story story;
  story.history.calendars[0].seats_in_all = 2;
  story.history.calendars[0].user_ids = {"user1", "user2"};
  story.booking(story.contact("Omar", other_line), 0, 1'000);
  auto& call = story.call("Dana", line, 5'000);
  story.ask(call, 0, 5'300, "taken", 5'900);
  EXPECT_EQ(story.broken(), "");
}

TEST(S3, ABookingThatTheOfficeFreedExplainsATakenOnlyForAWhile) {
  for (const std::int64_t later_ms : {30'000, 300'000}) {
    Story story;
    auto& freed = story.booking(story.contact("Omar", other_line), 0, 1'000, 5'000);
    freed.cancelled_by_person = true;
    auto& omar = story.call("Omar", other_line, 200);
    story.ask(omar, 0, 500, "booked", 1'500);
    auto& call = story.call("Dana", line, 5'000 + later_ms);
    story.ask(call, 0, 5'300 + later_ms, "taken", 5'900 + later_ms);
    EXPECT_EQ(story.broken(), later_ms > 90'000 ? "S3" : "") << later_ms;
  }
}

TEST(S3, AnotherCalendarCountsOnlyWhereTheyShareAUser) {
  for (const bool shared : {false, true}) {
    Story story;
    story.history.calendars[0].user_ids = {"user1"};
    story.history.calendars.push_back(
        {"cal2", "Massage", 1, 1, holdfast::minutes(30), {}, {shared ? "user1" : "user2"}});
    auto& other = story.booking(story.contact("Omar", other_line), 0, 1'000);
    other.calendar_id = "cal2";
    other.user_ids = {shared ? "user1" : "user2"};
    auto& call = story.call("Dana", line, 5'000);
    story.ask(call, 0, 5'300, "taken", 5'900);
    EXPECT_EQ(story.broken(), shared ? "" : "S3") << shared;
  }
}

TEST(S3, ARivalWhoWasRefusedLongAgoIsNone) {
  Story story;
  story.booking(story.contact("Walk-in", ""), 0, 1'000, 2'000, "calendar_page");
  auto& omar = story.call("Omar", other_line, 1'000);
  story.ask(omar, 0, 1'300, "taken", 1'900);
  auto& call = story.call("Dana", line, 300'000);
  story.ask(call, 0, 300'300, "taken", 300'900);
  EXPECT_EQ(story.broken(), "S3");
  EXPECT_THAT(sentences(story), HasSubstr("Dana Reed"));
}

TEST(S3, WhatAnOldMessageHearsOnceMoreIsNobodysRefusal) {
  Story story;
  auto& call = story.call("Dana", line, 1'000);
  auto& repeated = story.ask(call, 0, 1'300, "taken", 1'900);
  repeated.is_duplicate = true;
  repeated.heard = false;
  EXPECT_EQ(story.broken(), "");
}

// Dana hears "pending" for slot 0 and takes slot 1.
vapi_sim::CallRecord& change_while_pending(Story& story, const std::string& second) {
  auto& call = story.call("Dana", line, 1'000);
  story.ask(call, 0, 1'300, "pending", 1'900);
  story.ask(call, 1, 5'300, second, 5'900);
  return call;
}

TEST(S4, PendingThenAnotherSlotLeavesOne) {
  Story both;
  const auto dana = both.contact("Dana", line);
  both.booking(dana, 0, 3'000);
  both.booking(dana, 1, 5'500);
  change_while_pending(both, "booked");
  EXPECT_EQ(both.broken(), "S4");
  EXPECT_THAT(sentences(both), HasSubstr("apt1, apt2 are all live when the run ended"));

  Story one;
  const auto contact = one.contact("Dana", line);
  one.booking(contact, 0, 3'000, 7'000);
  one.booking(contact, 1, 5'500);
  change_while_pending(one, "booked");
  EXPECT_EQ(one.broken(), "");
}

TEST(S4, PendingThenARefusalMayLeaveTheFirst) {
  Story story;
  story.booking(story.contact("Dana", line), 0, 3'000);
  story.booking(story.contact("Omar", other_line), 1, 500, -1, "calendar_page");
  change_while_pending(story, "taken");
  EXPECT_EQ(story.broken(), "");
}

TEST(S4, BackToTheFirstSlotTheSecondMustGo) {
  for (const bool second_goes : {false, true}) {
    Story story;
    const auto dana = story.contact("Dana", line);
    story.booking(dana, 0, 3'000);
    story.booking(dana, 1, 5'500, second_goes ? 12'000 : -1);
    auto& call = change_while_pending(story, "booked");
    story.ask(call, 0, 9'300, "booked", 9'900);
    EXPECT_EQ(story.broken(), second_goes ? "" : "S4") << second_goes;
  }
}

TEST(S4, AReplacedPromiseIsKeptByTheOtherSlotOnly) {
  for (const std::string second : {"booked", "taken"}) {
    Story story;
    const auto dana = story.contact("Dana", line);
    story.booking(dana, 0, 1'500, 6'000);
    if (second == "booked") story.booking(dana, 1, 5'500);
    story.booking(story.contact("Omar", other_line), 1, 500, second == "taken" ? -1 : 600, "calendar_page");
    auto& call = story.call("Dana", line, 1'000);
    call.plan.errands[0].second_thought = SecondThought::replace;
    story.ask(call, 0, 1'300, "booked", 1'900);
    story.ask(call, 1, 5'300, second, 5'900);
    EXPECT_EQ(story.broken(), second == "booked" ? "" : "S4") << second;
  }
}

TEST(S4, AnOldPromiseIsNotRevivedByAskingAgainInVain) {
  Story story;
  const auto dana = story.contact("Dana", line);
  story.booking(dana, 0, 1'500, 6'000);
  story.booking(dana, 1, 5'500);
  story.booking(story.contact("Omar", other_line), 0, 7'000, -1, "calendar_page");
  auto& call = story.call("Dana", line, 1'000);
  story.ask(call, 0, 1'300, "booked", 1'900);
  story.ask(call, 1, 5'300, "booked", 5'900);
  story.ask(call, 0, 9'300, "taken", 9'900);
  EXPECT_EQ(story.broken(), "");
}

TEST(S4, WhoeverAddsATimeHasBoth) {
  for (const bool first_goes : {false, true}) {
    Story story;
    const auto dana = story.contact("Dana", line);
    story.booking(dana, 0, 1'500, first_goes ? 6'000 : -1);
    story.booking(dana, 1, 5'500);
    auto& call = story.call("Dana", line, 1'000);
    call.plan.errands[0].second_thought = SecondThought::add;
    story.ask(call, 0, 1'300, "booked", 1'900);
    story.ask(call, 1, 5'300, "booked", 5'900);
    EXPECT_EQ(story.broken(), first_goes ? "S4" : "") << first_goes;
  }
}

TEST(S4, ARedialIsTheSameMatter) {
  Story story;
  const auto dana = story.contact("Dana", line);
  story.booking(dana, 0, 3'000);
  story.booking(dana, 1, 95'500);
  auto& call = story.call("Dana", line, 1'000);
  story.ask(call, 0, 1'300, "pending", 1'900);
  auto& again = story.call("Dana", line, 95'000);
  again.plan.redial_of = "call1";
  story.ask(again, 1, 95'300, "booked", 95'900);
  EXPECT_EQ(story.broken(), "S4");
  story.history.calls[1].plan.redial_of.clear();
  EXPECT_EQ(story.broken(), "") << "a matter of its own is another appointment";
}

TEST(S4, ACorrectedPhoneIsNoSecondPerson) {
  Story story = class_story();
  auto& call = story.call("Dana", "", 1'000);
  auto& errand = call.plan.errands[0];
  errand.attendee.phone = "+14155550177";
  errand.corrections = {errand.attendee};
  errand.corrections[0].phone = "+14155550178";
  story.ask(call, 0, 1'300, "booked", 1'900);
  auto& corrected = story.ask(call, 0, 5'300, "booked", 5'900);
  corrected.said = errand.corrections[0];
  story.booking(story.contact("Dana", "+14155550177"), 0, 1'500);
  EXPECT_EQ(story.broken(), "");
  story.booking(story.contact("Dana", "+14155550178"), 0, 5'500);
  EXPECT_EQ(story.broken(), "S4");
  EXPECT_THAT(sentences(story), HasSubstr("One wish became several appointments"));
}

TEST(S4, WhoCalledHiddenAndVisiblyMayHaveTwoContacts) {
  Story story;
  story.history.contacts = {{"con1", "Dana", "Reed", "dana@mail.example", "", true, false},
                            {"con2", "Dana", "Reed", "", line, true, false}};
  story.call("Dana", "", 1'000);
  story.call("Dana", line, 9'000);
  for (auto& call : story.history.calls) call.plan.errands[0].person = "dana";
  story.history.calls[0].plan.errands[0].attendee.email = "dana@mail.example";
  story.booking("con1", 0, 1'500, 2'000);
  story.booking("con2", 0, 9'500, 9'900);
  EXPECT_EQ(story.broken(), "");
  story.history.calls[0].plan.line = line;
  EXPECT_EQ(story.broken(), "S4") << "from one line, and for one slot, they are known to be one";
}

TEST(S4, AContactOfSomebodyElseIsNotAmended) {
  Story story;
  story.history.contacts = {{"old", "Omar", "Reed", "", line, false, false}};
  EXPECT_EQ(story.broken(), "");
  story.history.contacts[0].changed = true;
  EXPECT_EQ(story.broken(), "S4");
}

TEST(S2, ASlotThatWasGivenUpMayBePromisedToAnother) {
  for (const bool given_up : {false, true}) {
    Story story;
    const auto dana = story.contact("Dana", line);
    story.booking(dana, 0, 1'500, 6'000);
    story.booking(dana, 1, 5'500);
    auto& call = story.call("Dana", line, 1'000);
    if (!given_up) call.plan.errands[0].second_thought = SecondThought::add;
    story.ask(call, 0, 1'300, "booked", 1'900);
    story.ask(call, 1, 5'300, "booked", 5'900);
    occupy(story, "Omar", other_line, 0, 9'000);
    EXPECT_EQ(story.broken(), given_up ? "" : "S2 S4") << given_up;
  }
}

TEST(S5, BookedForTheLineMate) {
  Story story = class_story();
  occupy(story, "Dana", line, 0, 1'000);
  auto& mate = story.call("Omar", line, 5'000);
  story.ask(mate, 0, 5'300, "booked", 5'900);
  EXPECT_EQ(story.broken(), "S4 S5");
  EXPECT_THAT(sentences(story), HasSubstr("\"Dana Reed\""));
}

TEST(S5, TheNameThatIsToldIsTheirs) {
  Story story;
  occupy(story, "Dana", line, 0, 1'000);
  auto& told = story.history.calls[0].exchanges.back();
  told.name = "dana reed";
  EXPECT_EQ(story.broken(), "");
  told.name = "Omar Reed";
  EXPECT_EQ(story.broken(), "S5");
}

TEST(S5, TheZoneThatIsToldIsTheOneOfTheOffer) {
  Story story;
  occupy(story, "Dana", line, 0, 1'000);
  auto& told = story.history.calls[0].exchanges.back();
  told.timezone = "America/Chicago";
  told.label = spoken(story.slot(0), "America/Chicago");
  EXPECT_EQ(story.broken(), "S5");
}

TEST(S5, AnotherTimeIsToldWhereTheyHaveIt) {
  for (const bool has_it : {false, true}) {
    Story story;
    const auto dana = story.contact("Dana", line);
    story.booking(dana, 0, 1'500, 6'000);
    if (has_it) story.booking(dana, 1, 5'500);
    auto& call = story.call("Dana", line, 1'000);
    story.ask(call, 0, 1'300, "pending", 1'900);
    auto& repeated = story.ask(call, 0, 8'000, "booked", 8'500);
    repeated.label = spoken(story.slot(1));
    EXPECT_EQ(story.broken(), has_it ? "" : "S5") << has_it;
  }
}

TEST(S5, OursReadsTheLabelOut) {
  Story story;
  occupy(story, "Dana", line, 0, 1'000);
  story.history.calls[0].exchanges.back().say = "You're booked for Friday.";
  EXPECT_EQ(story.broken(), "");
  story.history.has_ledger = true;
  EXPECT_THAT(sentences(story), HasSubstr("read aloud"));
}

// Dana has slot 0 and looks again; the look reports `yours`.
Story second_look(std::vector<vapi_sim::OwnBooking> yours) {
  Story story;
  occupy(story, "Dana", line, 0, 1'000);
  auto& call = story.history.calls[0];
  vapi_sim::Exchange look = call.exchanges[0];
  look.asked_at = story.at(5'000);
  look.answered_at = story.at(5'100);
  look.timezone = story_zone;
  look.yours = std::move(yours);
  call.exchanges.push_back(look);
  return story;
}

TEST(S5, ALookSaysWhatTheyHave) {
  Story story;
  EXPECT_EQ(second_look({{"booked", spoken(story.slot(0))}}).broken(), "");
  EXPECT_EQ(second_look({}).broken(), "S5");
  EXPECT_EQ(second_look({{"booked", spoken(story.slot(0))}, {"booked", spoken(story.slot(3))}}).broken(), "S5")
      << "nobody asked for that";
}

TEST(S5, ALookDoesNotReportTheStandingOfAnother) {
  Story story = second_look({{"booked", spoken(Story().slot(0))}, {"booked", spoken(Story().slot(2))}});
  occupy(story, "Omar", other_line, 2, 2'000);
  EXPECT_EQ(story.broken(), "S5");
}

// Families of up to five on one line, who each get a seat of the class: clean. One of them booked on another's
// contact: always found.
RC_GTEST_PROP(PersonProperty, AFamilyOnOneLineIsManyPeople, ()) {
  const int people = *rc::gen::inRange(2, 6);
  const int victim = *rc::gen::inRange(1, people);
  Story story;
  story.history.calendars[0].seats_per_slot = story.history.calendars[0].seats_in_all = 5;
  for (int i = 0; i < people; ++i) occupy(story, "P" + std::to_string(i), line, 0, 1'000 + 700 * i);
  RC_ASSERT(story.broken() == "");
  story.history.bookings[static_cast<std::size_t>(victim)].contact_id = "con1";
  RC_ASSERT(story.broken().find("S5") != std::string::npos);
}

}  // namespace
}  // namespace scenarios
