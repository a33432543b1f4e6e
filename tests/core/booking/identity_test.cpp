#include "core/booking/identity.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace holdfast::booking {
namespace {

using ledger::Intent;
using ledger::IntentState;
using ledger::Opening;

const Instant ten = *parse_iso("2026-08-27T10:00:00-04:00");

Asked asked(std::string name, std::string conversation, std::string line, Instant start = ten) {
  Asked wish;
  const auto space = name.find(' ');
  wish.request.person.first_name = name.substr(0, space);
  if (space != std::string::npos) wish.request.person.last_name = name.substr(space + 1);
  wish.request.service = "Consultation";
  wish.request.calendar_id = "cal";
  wish.request.start = wish.request.asked_start = start;
  wish.request.end = start + minutes(30);
  wish.request.conversation = std::move(conversation);
  wish.request.line = std::move(line);
  wish.request.person.phone = wish.request.line;
  wish.now = ten - hours(20);
  return wish;
}

Intent known(const Asked& wish, std::string id, IntentState state = IntentState::booked) {
  static std::int64_t wanted = 0;
  Intent intent;
  intent.id = intent.group = std::move(id);
  intent.state = state;
  intent.wanted = ++wanted;
  BookingRequest request = wish.request;
  request.was_booked = state == IntentState::booked;
  intent.request = encode(request);
  intent.links = links_of(wish);
  intent.created_at = wish.now;
  return intent;
}

TEST(Fit, ExamplesOnEitherSide) {
  EXPECT_EQ(fit("Ada King", "ada  KING"), Fit::same);
  EXPECT_EQ(fit("King, Ada", "Ada King"), Fit::same);
  EXPECT_EQ(fit("Ada", "Ada King"), Fit::same);
  EXPECT_EQ(fit("O'Brien", "OBrien"), Fit::same);
  EXPECT_EQ(fit("Maria Garcia Lopez", "Maria Garcia"), Fit::same);
  EXPECT_EQ(fit("Jon Lee", "John Lee"), Fit::unclear);
  EXPECT_EQ(fit("Eva Larson", "Eva Larsen"), Fit::unclear);
  EXPECT_EQ(fit("Amy Hill", "Ben Hill"), Fit::other);
  EXPECT_EQ(fit("Mia Stone", "Karl Voss"), Fit::other);
  EXPECT_EQ(fit("Ada King", "Ada Lovelace"), Fit::other);
  EXPECT_EQ(fit("Jonas Silva", "Tomas Silva"), Fit::other);
  EXPECT_EQ(fit("Michael Reed", "Micheal Reed"), Fit::unclear);
  EXPECT_EQ(fit("José Díaz", "Jose Diaz"), Fit::same);
  EXPECT_EQ(fit("Jose\xcc\x81 Diaz", "JOSÉ DÍAZ"), Fit::same) << "decomposed, and in capitals";
  EXPECT_EQ(fit("Łukasz Møller", "Lukasz Moller"), Fit::same);
  EXPECT_EQ(fit("O’Brien", "O'Brien"), Fit::same) << "either apostrophe";
  EXPECT_EQ(fit("Müller", "Mueller"), Fit::unclear);
  EXPECT_EQ(fit("王芳", "王伟"), Fit::unclear);
  EXPECT_EQ(fit("Иван Петров", "Иван Сидоров"), Fit::other);
  EXPECT_EQ(fit("John Smith", "John Smith Jr."), Fit::unclear) << "father and son";
  EXPECT_EQ(fit("John Smith Sr", "John Smith Junior"), Fit::unclear);
  EXPECT_EQ(fit("John Smith Jr", "Smith, John Junior"), Fit::same);
}

RC_GTEST_PROP(Fit, IsSymmetricAndTakesAnyBytes, (const std::string& one, const std::string& other)) {
  RC_ASSERT(fit(one, other) == fit(other, one));
  RC_ASSERT(fit(one, one) == Fit::same);
}

TEST(JudgeWish, R1TheSameCallIsTheSameWishOnlyWhenSlotAndAttendeeFit) {
  Asked first = asked("Ada King", "c1", "+1");
  first.call_link = call_link("c1", "call_608p3wygcOovxwaMYzihHkON");
  const std::vector<Intent> candidates{known(first, "a")};
  Opening again = judge_wish(first, candidates);
  EXPECT_EQ(again.found_id, "a");
  EXPECT_FALSE(again.want) << "a repeat of the transport moves nothing";

  Asked reused = asked("Ben Hill", "c1", "+1");
  reused.call_link = first.call_link;
  EXPECT_EQ(judge_wish(reused, candidates).kind, Opening::Kind::open);
}

TEST(JudgeWish, R1ALateSecondDeliveryOfARefusedCallHearsOfTheWishThatWasMadeSince) {
  Asked first = asked("Ada King", "c1", "+1");
  first.call_link = call_link("c1", "call_6o8p3wygone");
  const Intent refused = known(first, "a", IntentState::refused);
  const Intent since = known(asked("Ada King", "c1", "+1"), "b", IntentState::created);
  const Opening opening = judge_wish(first, {refused, since});
  EXPECT_EQ(opening.found_id, "b");
  EXPECT_FALSE(opening.want) << "nothing new is wanted";
}

TEST(JudgeWish, IdsMadeOfNamesAndNumbersAreReused) {
  for (const char* id :
       {"call_0", "tool-12", "7", "functions.book_appointment:0", "book_appointment", "call-book_appointment",
        "call00003", "turn1_0", "default_api:book_appointment", "functionsbook_appointment0", "ollama_0", "toolu_0"})
    EXPECT_TRUE(may_be_reused(call_link("c1", id))) << id;
  for (const char* id : {"D681PevKs", "call_608p3wygcOovxwaMYzihHkO7", "toolu_01A09q90qw90lq917835lq9",
                         "chatcmpl-tool-9f86d081884c7d659a2feaa0c55ad015", "call_abcdefghijklmNOPQRSTUVwx",
                         "3f2b8a9e-11d4-4c1b-9a77-0242ac130003", "call_1787313590400"})
    EXPECT_FALSE(may_be_reused(call_link("c1", id))) << id;
}

TEST(JudgeWish, R1AReusedIdProvesNothing) {
  Asked jon = asked("Jon Lee", "c1", "+1");
  jon.call_link = call_link("c1", "functions.book_appointment:0");
  const Intent held = known(jon, "a");
  EXPECT_EQ(judge_wish(jon, {held}).found_id, "a");
  EXPECT_TRUE(judge_wish(jon, {held}).want) << "perhaps the caller goes back to it";
  Asked jan = asked("Jan Lee", "c1", "+1");
  jan.call_link = jon.call_link;
  EXPECT_EQ(judge_wish(jan, {held}).reason, "same_or_another");
  Asked first_name = asked("Jon", "c1", "+1");
  first_name.call_link = jon.call_link;
  first_name.confirm = Confirm::another;
  EXPECT_EQ(judge_wish(first_name, {held}).kind, Opening::Kind::open);

  Intent busy = known(jon, "b", IntentState::refused);
  busy.outcome = encode(Refusal{RefusalReason::calendar_busy, ""});
  EXPECT_EQ(judge_wish(jon, {busy}).kind, Opening::Kind::open) << "\"Shall I try again?\" \"Yes.\"";
  busy.links.front() = jon.call_link = call_link("c1", "call_608p3wygcOovxwaMYzihHkON");
  EXPECT_EQ(judge_wish(jon, {busy}).found_id, "b") << "the transport's repeat";
}

TEST(JudgeWish, WhoSaysTheyAreThePersonIsHeardAlsoAfterSilence) {
  const Intent held = known(asked("Jon Lee", "c1", "+1"), "a");
  const Intent lost = known(asked("John Lee", "c2", "+1"), "b", IntentState::refused);
  Asked again = asked("John Lee", "c2", "+1");
  again.confirm = Confirm::same;
  EXPECT_EQ(judge_wish(again, {held, lost}).found_id, "a");
}

// A, then B instead, then A's message once more: by an id of its own it is the transport's repeat, by a number it may
// be the caller who goes back to A.
TEST(JudgeWish, R1ARepeatOfWhatWasReplacedBringsItBackOnlyWhereIdsAreReused) {
  Asked first = asked("Ada King", "c1", "+1");
  Intent replaced = known(first, "a", IntentState::refused);
  replaced.outcome = encode(Refusal{RefusalReason::withdrawn, ""});
  Intent instead = known(asked("Ada King", "c1", "+1", ten + hours(1)), "b");
  instead.group = "a";
  first.call_link = call_link("c1", "call_608p3wygcOovxwaMYzihHkON");
  replaced.links.push_back(first.call_link);
  EXPECT_EQ(judge_wish(first, {replaced, instead}).found_id, "a");
  first.call_link = call_link("c1", "call_0");
  replaced.links.back() = first.call_link;
  EXPECT_EQ(judge_wish(first, {replaced, instead}).reason, "add_or_replace");
}

TEST(JudgeWish, R2ACorrectedNumberIsTheSameWish) {
  Asked first = asked("Jo Lee", "c1", "");
  first.request.person.phone = "+14155550177";
  Asked corrected = first;
  corrected.request.person.phone = "+14155550178";
  EXPECT_EQ(judge_wish(corrected, {known(first, "a")}).found_id, "a");
  corrected.request.person.phone = "";
  corrected.request.person.email = "jo@example.com";
  EXPECT_EQ(judge_wish(corrected, {known(first, "a")}).found_id, "a");
}

TEST(JudgeWish, R3ACallBackIsTheSameWishAndAlsoWhenTheNumberWasSpokenFirst) {
  Asked hidden = asked("Jo Lee", "c1", "");
  hidden.request.person.phone = "+14155550177";
  const Asked visible = asked("Jo Lee", "c2", "+14155550177");
  EXPECT_EQ(judge_wish(visible, {known(hidden, "a")}).found_id, "a");
  EXPECT_FALSE(may_be_told(hidden, known(visible, "a"))) << "a spoken number proves nothing";
  EXPECT_TRUE(may_be_told(visible, known(asked("Jo Lee", "c9", "+14155550177"), "a")));
}

TEST(JudgeWish, R4AnotherPersonOnTheLineAndAStrangerOfTheSameNameAreOtherWishes) {
  const std::vector<Intent> candidates{known(asked("Mia Stone", "c1", "+1"), "a")};
  EXPECT_EQ(judge_wish(asked("Karl Voss", "c2", "+1"), candidates).kind, Opening::Kind::open);
  EXPECT_EQ(judge_wish(asked("Mia Stone", "c3", "+2"), candidates).kind, Opening::Kind::open);
}

TEST(JudgeWish, R5ANearMissIsAskedOnceAndThenReadCautiously) {
  const std::vector<Intent> candidates{known(asked("Jon Lee", "c1", "+1"), "a")};
  Asked near = asked("John Lee", "c1", "+1");
  EXPECT_EQ(judge_wish(near, candidates).reason, "same_or_another");
  near.confirm = Confirm::same;
  EXPECT_EQ(judge_wish(near, candidates).found_id, "a");
  near.confirm = Confirm::another;
  EXPECT_EQ(judge_wish(near, candidates).kind, Opening::Kind::open);
  near.confirm = Confirm::none;
  near.asked_before = true;
  EXPECT_EQ(judge_wish(near, candidates).found_id, "a") << "heard anew in the same call";
  Asked elsewhere = asked("John Lee", "c2", "+1");
  elsewhere.asked_before = true;
  EXPECT_EQ(judge_wish(elsewhere, candidates).kind, Opening::Kind::open) << "a stranger's wish is not touched";
}

TEST(JudgeWish, R5TwoThatFitAreAsked) {
  const std::vector<Intent> candidates{known(asked("Jon Smith", "c1", "+1"), "a"),
                                       known(asked("Jon Miller", "c1", "+1"), "b")};
  EXPECT_EQ(judge_wish(asked("Jon", "c1", "+1"), candidates).reason, "same_or_another");
  EXPECT_EQ(judge_wish(asked("Jon Miller", "c1", "+1"), candidates).found_id, "b");
}

TEST(JudgeWish, AnotherTimeWhileTheFirstIsPendingJoinsItsGroup) {
  const std::vector<Intent> candidates{known(asked("Ada King", "c1", "+1"), "a", IntentState::unknown)};
  const Opening opening = judge_wish(asked("Ada King", "c1", "+1", ten + hours(1)), candidates);
  EXPECT_EQ(opening.kind, Opening::Kind::open);
  EXPECT_EQ(opening.group, "a");
  EXPECT_EQ(judge_wish(asked("Ben Hill", "c1", "+1", ten + hours(1)), candidates).group, "") << "another attendee";
}

TEST(JudgeWish, AnotherTimeBesideABookedOneIsAsked) {
  const std::vector<Intent> candidates{known(asked("Ada King", "c1", "+1"), "a")};
  Asked second = asked("Ada King", "c1", "+1", ten + hours(1));
  EXPECT_EQ(judge_wish(second, candidates).reason, "add_or_replace");
  second.confirm = Confirm::add;
  EXPECT_EQ(judge_wish(second, candidates).group, "");
  second.confirm = Confirm::replace;
  EXPECT_EQ(judge_wish(second, candidates).group, "a");
  second.confirm = Confirm::none;
  second.beside = {"a"};
  EXPECT_EQ(judge_wish(second, candidates).kind, Opening::Kind::open) << "two in one message are both meant";
}

TEST(JudgeWish, AnotherTimeUnderANearlyEqualNameIsAskedAndNeverGivesUpThePending) {
  for (const IntentState state : {IntentState::booked, IntentState::unknown}) {
    const std::vector<Intent> candidates{known(asked("Noor Hanson", "c1", "+1"), "a", state)};
    Asked second = asked("Noor Hansen", "c1", "+1", ten + hours(1));
    EXPECT_EQ(judge_wish(second, candidates).reason, "add_or_replace");
    second.confirm = Confirm::replace;
    EXPECT_EQ(judge_wish(second, candidates).group, "a");
    for (const Confirm confirm : {Confirm::add, Confirm::another}) {
      second.confirm = confirm;
      EXPECT_EQ(judge_wish(second, candidates).kind, Opening::Kind::open);
      EXPECT_EQ(judge_wish(second, candidates).group, "");
    }
    second.confirm = Confirm::none;
    second.asked_before = true;
    EXPECT_EQ(judge_wish(second, candidates).group, "") << "without a word nobody's time is given up";
    second.asked_before = false;
    second.request.conversation = "c2";
    EXPECT_EQ(judge_wish(second, candidates).kind, Opening::Kind::open) << "another call: another person";
  }
}

TEST(JudgeWish, TwoServicesOnOneCalendarAreTwoWishes) {
  const std::vector<Intent> candidates{known(asked("Ada King", "c1", "+1"), "a")};
  Asked other = asked("Ada King", "c1", "+1");
  other.request.service = "Check-up";
  EXPECT_NE(judge_wish(other, candidates).kind, Opening::Kind::found);
}

TEST(JudgeWish, AnOfferThatRanOutOpensNothing) {
  Asked late = asked("Ada King", "c1", "+1");
  late.may_open = false;
  const Opening opening = judge_wish(late, {});
  EXPECT_EQ(opening.kind, Opening::Kind::none);
  EXPECT_EQ(opening.reason, "");
  EXPECT_EQ(judge_wish(late, {known(asked("Ada King", "c1", "+1"), "a")}).found_id, "a");
}

// Whatever was said before, a wish of another person is never taken for this one's.
RC_GTEST_PROP(JudgeWish, NeverFindsAnotherPersonsWish, ()) {
  const std::vector<std::string> names{"Ada King", "Ben Hill", "Mia Stone", "Karl Voss"};
  const auto mine = *rc::gen::elementOf(names);
  std::vector<Intent> candidates;
  const auto count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    const auto name = *rc::gen::elementOf(names);
    const auto line = *rc::gen::elementOf(std::vector<std::string>{"", "+1", "+2"});
    candidates.push_back(known(asked(name, "c1", line), name + std::to_string(i)));
  }
  const Opening opening = judge_wish(asked(mine, "c1", "+1"), candidates);
  if (opening.kind == Opening::Kind::found) RC_ASSERT(opening.found_id.starts_with(mine));
}

TEST(JudgeWish, ReplaceSaidOfAnAddedTimeTakesThePlaceOfTheOther) {
  const Intent ten_booked = known(asked("Ada King", "c1", "+1"), "a");
  const Asked eleven = asked("Ada King", "c1", "+1", ten + hours(1));
  const std::vector<Intent> added{ten_booked, known(eleven, "b")};
  Asked instead = eleven;
  EXPECT_EQ(judge_wish(instead, added).group, "") << "without the word they are two";
  instead.confirm = Confirm::replace;
  const Opening opening = judge_wish(instead, added);
  EXPECT_EQ(opening.found_id, "b");
  EXPECT_EQ(opening.group, "a");

  // A third one that stands instead of the second already says nothing of the first.
  Intent third = known(asked("Ada King", "c1", "+1", ten + hours(2)), "c");
  third.group = "b";
  Asked again = asked("Ada King", "c1", "+1", ten + hours(2));
  again.confirm = Confirm::replace;
  EXPECT_EQ(judge_wish(again, {added[0], added[1], third}).group, "");
}

TEST(JudgeWish, WhatAPersonCancelledIsLookedAtAndToldOnce) {
  Intent cancelled = known(asked("Ada King", "c1", "+1"), "a", IntentState::refused);
  cancelled.appointment_id = "made";
  cancelled.outcome = encode(Refusal{RefusalReason::cancelled, "cancelled in GHL by a person"});
  Asked again = asked("Ada King", "c1", "+1");
  EXPECT_EQ(intent_to_know_of(judge_wish(again, {cancelled}).reason), "a");
  again.knows_of_cancel = false;
  EXPECT_EQ(judge_wish(again, {cancelled}).found_id, "a");
  again.knows_of_cancel = true;
  again.looked_at = {"a"};
  EXPECT_EQ(judge_wish(again, {cancelled}).kind, Opening::Kind::open);

  Asked other = asked("Ada King", "c1", "+1", ten + hours(1));
  EXPECT_EQ(intent_to_look_at(judge_wish(other, {cancelled}).reason), "a");
  other.looked_at = {"a"};
  EXPECT_EQ(judge_wish(other, {cancelled}).kind, Opening::Kind::open);
  Asked stranger = asked("Ben Hill", "c2", "+2", ten + hours(1));
  EXPECT_EQ(judge_wish(stranger, {cancelled}).kind, Opening::Kind::open);
}

TEST(JudgeWish, AnotherSpellingThatWasConfirmedIsThePersonFromThenOn) {
  Asked first = asked("John Hansen", "", "+1");
  Intent wish = known(first, "a");
  Asked respelt = asked("Jon Hansen", "", "+1");
  EXPECT_EQ(judge_wish(respelt, {wish}).reason, "same_or_another");
  respelt.confirm = Confirm::same;
  EXPECT_EQ(judge_wish(respelt, {wish}).found_id, "a");
  const auto links = judge_wish(respelt, {wish}).links;
  wish.links.insert(wish.links.end(), links.begin(), links.end());

  const Asked later = asked("Jon Hansen", "", "+1", ten + hours(1));
  EXPECT_EQ(judge_wish(later, {wish}).reason, "add_or_replace");
  EXPECT_EQ(judge_wish(asked("Ben Hill", "", "+1", ten + hours(1)), {wish}).kind, Opening::Kind::open);
}

TEST(JudgeWish, ACorrectedSpellingIsThePersonOfALaterCall) {
  Asked first = asked("Ana Demir", "c1", "+1");
  first.call_link = call_link("c1", "hook");
  Intent wish = known(first, "a");
  Asked corrected = asked("Anna Demir", "c1", "+1");
  corrected.call_link = first.call_link;
  EXPECT_EQ(judge_wish(corrected, {wish}).reason, "same_or_another") << "an id proves nothing of a name";
  corrected.asked_before = true;
  const Opening opening = judge_wish(corrected, {wish});
  EXPECT_EQ(opening.found_id, "a");
  wish.links.insert(wish.links.end(), opening.links.begin(), opening.links.end());
  const Asked later = asked("Anna Demir", "c2", "+1", ten + hours(1));
  EXPECT_EQ(judge_wish(later, {wish}).reason, "add_or_replace");
}

TEST(JudgeWish, WhoWasAnotherPersonForThisSlotIsNotTakenForItsHolder) {
  const Intent lost = known(asked("Jon Larson", "c1", "+1"), "a", IntentState::refused);
  const Intent held = known(asked("John Larson", "c2", "+1"), "b");
  EXPECT_EQ(judge_wish(asked("Jon Larson", "c1", "+1"), {lost, held}).kind, Opening::Kind::open);
  EXPECT_EQ(judge_wish(asked("Jon Larson", "c3", "+1"), {lost, held}).reason, "same_or_another");
}

TEST(JudgeWish, TwoNamesInOneMessageAreTwoPeople) {
  Asked father = asked("John Smith", "c1", "+1");
  father.call_link = call_link("c1", "call_6o8p3wygone");
  Asked other = asked("John Smith Baker", "c1", "+1");
  other.call_link = call_link("c1", "call_6o8p3wygtwo");
  const std::vector<Intent> candidates{known(father, "a")};
  EXPECT_EQ(judge_wish(other, candidates).found_id, "a") << "said later, it is the same one with a fuller name";
  other.beside = {"a"};
  EXPECT_EQ(judge_wish(other, candidates).kind, Opening::Kind::open);
}

}  // namespace
}  // namespace holdfast::booking
