#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class HoldContract : public LedgerContract {
 protected:
  static std::vector<std::string> in_the_way(const Result<HoldDecision>& decision) {
    std::vector<std::string> ids;
    for (const Hold& hold : decision.value().conflicts) ids.push_back(hold.intent_id);
    return ids;
  }
};

TEST_P(HoldContract, AGrantWritesTheHoldAndTheState) {
  const Intent intent = open("a", "k");
  auto decision = try_hold(intent, {at(60), at(90)});
  ASSERT_TRUE(decision);
  EXPECT_TRUE(decision->granted);
  EXPECT_EQ(decision->intent.state, IntentState::held);
  EXPECT_EQ(decision->intent.version, intent.version + 1);
  const auto holds = run(ledger().live_holds(at(1))).value();
  ASSERT_EQ(holds.size(), 1U);
  EXPECT_EQ(holds[0].intent_id, "a");
  EXPECT_EQ(holds[0].resource, "location/user:1");
  EXPECT_EQ(holds[0].interval, (Interval{at(60), at(90)}));
  EXPECT_EQ(holds[0].fencing_token, decision->fencing_token);
  EXPECT_EQ(holds[0].expires_at, at(5));
  EXPECT_FALSE(holds[0].released);
}

TEST_P(HoldContract, ConflictsGoByOverlapNotByEquality) {
  held("a", {at(60), at(90)});
  const Intent b = open("b", "k");
  for (const Interval overlapping : {Interval{at(60), at(90)}, Interval{at(45), at(61)}, Interval{at(89), at(120)},
                                     Interval{at(70), at(80)}, Interval{at(0), at(500)}}) {
    auto decision = try_hold(b, overlapping);
    ASSERT_TRUE(decision);
    EXPECT_FALSE(decision->granted);
    EXPECT_THAT(in_the_way(decision), ElementsAre("a"));
    EXPECT_EQ(decision->intent.version, b.version);
  }
  EXPECT_EQ(find("b").state, IntentState::opened);
  EXPECT_EQ(find("b").version, 1);
  EXPECT_TRUE(try_hold(b, {at(90), at(120)})->granted) << "touching is not overlapping";
  EXPECT_TRUE(try_hold(open("c", "kc"), {at(30), at(60)})->granted);
  EXPECT_TRUE(try_hold(open("d", "kd"), {at(60), at(90)}, 1, at(0), at(5), "location/user:2")->granted);
}

TEST_P(HoldContract, CapacityIsTheMostAtAnyInstantNotTheNumberOfHolds) {
  held("a", {at(0), at(30)}, 2);
  held("b", {at(30), at(60)}, 2);
  // Two holds overlap the whole hour, but never both at once: a second seat is free throughout.
  const Intent c = open("c", "kc");
  ASSERT_TRUE(try_hold(c, {at(0), at(60)}, 2)->granted);
  auto full = try_hold(open("d", "kd"), {at(20), at(40)}, 2);
  ASSERT_TRUE(full);
  EXPECT_FALSE(full->granted);
  EXPECT_THAT(in_the_way(full), ElementsAre("a", "c", "b"));
  EXPECT_TRUE(try_hold(open("e", "ke"), {at(20), at(40)}, 3)->granted);
}

TEST_P(HoldContract, OnlyThoseWhoFillTheSeatsAreInTheWay) {
  held("a", {at(0), at(60)}, 2);
  held("b", {at(0), at(20)}, 2);
  held("later", {at(70), at(90)}, 2);
  auto decision = try_hold(open("d", "kd"), {at(10), at(80)}, 2);
  EXPECT_FALSE(decision->granted);
  EXPECT_THAT(in_the_way(decision), ElementsAre("a", "b"));
}

TEST_P(HoldContract, ASecondAcquireReplacesTheOwnHold) {
  Intent a = held("a", {at(60), at(90)});
  auto moved = try_hold(a, {at(75), at(105)});
  ASSERT_TRUE(moved && moved->granted);
  EXPECT_TRUE(try_hold(open("b", "kb"), {at(60), at(75)})->granted);
  EXPECT_FALSE(try_hold(open("c", "kc"), {at(100), at(110)})->granted);
  auto elsewhere = try_hold(moved->intent, {at(75), at(105)}, 1, at(0), at(5), "location/user:2");
  ASSERT_TRUE(elsewhere && elsewhere->granted);
  EXPECT_TRUE(try_hold(open("d", "kd"), {at(100), at(110)})->granted) << "the old resource is free again";
  EXPECT_EQ(run(ledger().live_holds(at(0))).value().size(), 3U);
}

TEST_P(HoldContract, OverlappingHoldsAreThoseOfTheResourceThatTouchTheIntervalAndLive) {
  held("long", {at(0), at(100)}, 9, at(0), at(50));
  held("before", {at(30), at(60)}, 9, at(0), at(50));
  held("inside", {at(70), at(80)}, 9, at(0), at(50));
  held("after", {at(90), at(120)}, 9, at(0), at(50));
  held("short-lived", {at(60), at(90)}, 9, at(0), at(5));
  ASSERT_TRUE(try_hold(open("elsewhere", "ke"), {at(60), at(90)}, 9, at(0), at(50), "location/user:2")->granted);
  const auto ids = [&](Instant now) {
    std::vector<std::string> result;
    for (const Hold& hold : run(ledger().holds_overlapping("location/user:1", {at(60), at(90)}, now)).value()) {
      result.push_back(hold.intent_id);
    }
    return result;
  };
  EXPECT_THAT(ids(at(1)), ElementsAre("long", "inside", "short-lived"));
  EXPECT_THAT(ids(at(5)), ElementsAre("long", "inside")) << "at expires_at a hold is no longer live";
}

TEST_P(HoldContract, ARefusedReplacementKeepsTheOldHold) {
  const Intent a = held("a", {at(60), at(90)});
  held("b", {at(90), at(120)});
  EXPECT_FALSE(try_hold(a, {at(80), at(110)})->granted);
  EXPECT_THAT(live_holders(at(0)), ElementsAre("a", "b"));
}

TEST_P(HoldContract, ExpiredHoldsDoNotConflictAndLoseTheirPin) {
  const Intent late = held("late", {at(60), at(90)}, 1, at(0), at(5));
  EXPECT_FALSE(try_hold(open("b", "kb"), {at(60), at(90)}, 1, at(4))->granted);
  ASSERT_TRUE(try_hold(find("b"), {at(89), at(95)}, 1, at(5), at(10))->granted) << "at expires_at it has expired";
  auto pinned = try_move(late, IntentState::creating, HoldChange::pin, at(6));
  EXPECT_EQ(kind_of(pinned), ErrorKind::conflict);
  EXPECT_EQ(find("late").state, IntentState::held);
  EXPECT_EQ(find("late").version, late.version);
  // It may ask again, and is told no.
  EXPECT_FALSE(try_hold(late, {at(60), at(90)}, 1, at(6), at(11))->granted);
}

TEST_P(HoldContract, AnExpiredHoldThatNobodyTookCanStillBePinned) {
  const Intent late = held("late", {at(60), at(90)}, 1, at(0), at(5));
  held("neighbour", {at(90), at(120)}, 1, at(6), at(11));
  EXPECT_TRUE(try_move(late, IntentState::creating, HoldChange::pin, at(7)));
  EXPECT_FALSE(try_hold(open("c", "kc"), {at(60), at(90)}, 1, at(8), at(12))->granted);
}

TEST_P(HoldContract, WithCapacityTooAGrantReleasesWhatItDisregards) {
  const Intent expired = held("expired", {at(60), at(90)}, 2, at(0), at(5));
  held("b", {at(60), at(90)}, 2, at(6), at(20));
  held("c", {at(60), at(90)}, 2, at(6), at(20));
  EXPECT_EQ(kind_of(try_move(expired, IntentState::creating, HoldChange::pin, at(7))), ErrorKind::conflict);
}

TEST_P(HoldContract, APinnedHoldNeverExpires) {
  const Intent a = held("a", {at(60), at(90)}, 1, at(0), at(5));
  move(a, IntentState::creating, HoldChange::pin, at(4));
  EXPECT_THAT(live_holders(at(100'000)), ElementsAre("a"));
  EXPECT_EQ(run(ledger().live_holds(at(6))).value().at(0).expires_at, std::nullopt);
  EXPECT_FALSE(try_hold(open("b", "kb"), {at(60), at(90)}, 1, at(5'000), at(5'005))->granted);
}

TEST_P(HoldContract, AReleasedHoldIsGone) {
  Intent a = held("a", {at(60), at(90)});
  a = move(a, IntentState::refused, HoldChange::release);
  EXPECT_THAT(live_holders(at(1)), IsEmpty());
  EXPECT_TRUE(try_hold(open("b", "kb"), {at(60), at(90)})->granted);
}

TEST_P(HoldContract, PinNeedsAHoldAndReleaseDoesNot) {
  const Intent a = open("a", "k");
  EXPECT_EQ(kind_of(try_move(a, IntentState::held, HoldChange::pin)), ErrorKind::conflict);
  EXPECT_TRUE(try_move(a, IntentState::refused, HoldChange::release));
}

TEST_P(HoldContract, AcquiringAgainAfterAProvenRefusalUnpins) {
  Intent a = held("a", {at(60), at(90)}, 1, at(0), at(5));
  a = move(a, IntentState::creating, HoldChange::pin);
  a = move(a, IntentState::held);
  auto again = try_hold(a, {at(60), at(90)}, 1, at(2), at(7));
  ASSERT_TRUE(again && again->granted);
  EXPECT_THAT(live_holders(at(6)), ElementsAre("a"));
  EXPECT_THAT(live_holders(at(7)), IsEmpty());
}

TEST_P(HoldContract, FencingTokensGrowEvenWhenHoldsAreForgotten) {
  std::int64_t last = 0;
  for (int i = 0; i < 4; ++i) {
    auto decision = try_hold(open("i" + std::to_string(i), "k" + std::to_string(i)), {at(60), at(90)}, 9);
    ASSERT_TRUE(decision && decision->granted);
    EXPECT_GT(decision->fencing_token, last);
    last = decision->fencing_token;
  }
  ASSERT_TRUE(run(ledger().forget_expired(at(1'000))));
  backend_->reopen();
  EXPECT_GT(try_hold(open("x", "kx"), {at(60), at(90)})->fencing_token, last);
}

TEST_P(HoldContract, BadArgumentsAndStatesAreRefused) {
  const Intent a = open("a", "k");
  EXPECT_EQ(kind_of(try_hold(a, {at(60), at(60)})), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_hold(a, {at(60), at(90)}, 0)), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_hold(a, {at(60), at(90)}, 1, at(5), at(5))), ErrorKind::invalid_input);
  Intent stale = a;
  stale.version = 7;
  EXPECT_EQ(kind_of(try_hold(stale, {at(60), at(90)})), ErrorKind::conflict);
  auto decision = try_hold(a, {at(60), at(90)});
  const Intent creating = move(decision->intent, IntentState::creating, HoldChange::pin);
  auto wrong_state = try_hold(creating, {at(60), at(90)});
  ASSERT_FALSE(wrong_state);
  EXPECT_EQ(wrong_state.error().kind, ErrorKind::internal);
}

TEST_P(HoldContract, ForgettingIsOnlyForWhatIsOver) {
  held("expired", {at(0), at(10)}, 9, at(0), at(5));
  held("live", {at(0), at(10)}, 9, at(0), at(500));
  const Intent pinned = move(held("pinned", {at(0), at(10)}, 9), IntentState::creating, HoldChange::pin);
  move(held("released", {at(0), at(10)}, 9), IntentState::refused, HoldChange::release);
  book(held("over", {at(0), at(10)}, 9));
  book(held("ahead", {at(0), at(400)}, 9));
  ASSERT_TRUE(run(ledger().forget_expired(at(50))));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("live", "pinned", "ahead"));
  // A pin of what was forgotten fails; a pinned hold can still be settled.
  EXPECT_EQ(kind_of(try_move(find("expired"), IntentState::creating, HoldChange::pin)), ErrorKind::conflict);
  move(pinned, IntentState::refused, HoldChange::release);
  ASSERT_TRUE(run(ledger().forget_expired(at(501))));
  EXPECT_THAT(live_holders(at(1)), IsEmpty());
}

TEST_P(HoldContract, ForgettingKeepsWhatExpiresAtThatVeryInstant) {
  held("a", {at(0), at(10)}, 1, at(0), at(50));
  ASSERT_TRUE(run(ledger().forget_expired(at(50))));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("a"));
  ASSERT_TRUE(run(ledger().forget_expired(at(51))));
  EXPECT_THAT(live_holders(at(1)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Ledgers, HoldContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
