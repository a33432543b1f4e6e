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
  const Intent intent = open("a");
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
}

TEST_P(HoldContract, ConflictsGoByOverlapNotByEquality) {
  held("a", {at(60), at(90)});
  const Intent b = open("b");
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
  EXPECT_TRUE(try_hold(open("c"), {at(30), at(60)})->granted);
  EXPECT_TRUE(try_hold(open("d"), {at(60), at(90)}, 1, at(0), at(5), "location/user:2")->granted);
}

TEST_P(HoldContract, CapacityIsTheMostAtAnyInstantNotTheNumberOfHolds) {
  held("a", {at(0), at(30)}, 2);
  held("b", {at(30), at(60)}, 2);
  // Two holds overlap the whole hour, but never both at once: a second seat is free throughout.
  const Intent c = open("c");
  ASSERT_TRUE(try_hold(c, {at(0), at(60)}, 2)->granted);
  auto full = try_hold(open("d"), {at(20), at(40)}, 2);
  ASSERT_TRUE(full);
  EXPECT_FALSE(full->granted);
  EXPECT_THAT(in_the_way(full), ElementsAre("a", "c", "b"));
  EXPECT_TRUE(try_hold(open("e"), {at(20), at(40)}, 3)->granted);
}

TEST_P(HoldContract, OnlyThoseWhoFillTheSeatsAreInTheWay) {
  held("a", {at(0), at(60)}, 2);
  held("b", {at(0), at(20)}, 2);
  held("later", {at(70), at(90)}, 2);
  auto decision = try_hold(open("d"), {at(10), at(80)}, 2);
  EXPECT_FALSE(decision->granted);
  EXPECT_THAT(in_the_way(decision), ElementsAre("a", "b"));
}

TEST_P(HoldContract, ASecondAcquireReplacesTheOwnHold) {
  Intent a = held("a", {at(60), at(90)});
  auto moved = try_hold(a, {at(75), at(105)});
  ASSERT_TRUE(moved && moved->granted);
  EXPECT_TRUE(try_hold(open("b"), {at(60), at(75)})->granted);
  EXPECT_FALSE(try_hold(open("c"), {at(100), at(110)})->granted);
  auto elsewhere = try_hold(moved->intent, {at(75), at(105)}, 1, at(0), at(5), "location/user:2");
  ASSERT_TRUE(elsewhere && elsewhere->granted);
  EXPECT_TRUE(try_hold(open("d"), {at(100), at(110)})->granted) << "the old resource is free again";
  EXPECT_EQ(run(ledger().live_holds(at(0))).value().size(), 3U);
}

TEST_P(HoldContract, OverlappingHoldsAreThoseOfTheResourceThatTouchTheIntervalAndLive) {
  held("long", {at(0), at(100)}, 9, at(0), at(50));
  held("before", {at(30), at(60)}, 9, at(0), at(50));
  held("inside", {at(70), at(80)}, 9, at(0), at(50));
  held("after", {at(90), at(120)}, 9, at(0), at(50));
  held("short-lived", {at(60), at(90)}, 9, at(0), at(5));
  ASSERT_TRUE(try_hold(open("elsewhere"), {at(60), at(90)}, 9, at(0), at(50), "location/user:2")->granted);
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
  EXPECT_FALSE(try_hold(open("b"), {at(60), at(90)}, 1, at(4))->granted);
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
  EXPECT_FALSE(try_hold(open("c"), {at(60), at(90)}, 1, at(8), at(12))->granted);
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
  EXPECT_FALSE(try_hold(open("b"), {at(60), at(90)}, 1, at(5'000), at(5'005))->granted);
}

TEST_P(HoldContract, AReleasedHoldIsGone) {
  Intent a = held("a", {at(60), at(90)});
  a = move(a, IntentState::refused, HoldChange::release);
  EXPECT_THAT(live_holders(at(1)), IsEmpty());
  EXPECT_TRUE(try_hold(open("b"), {at(60), at(90)})->granted);
}

TEST_P(HoldContract, PinNeedsAHoldAndReleaseDoesNot) {
  const Intent a = open("a");
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
    auto decision = try_hold(open("i" + std::to_string(i)), {at(60), at(90)}, 9);
    ASSERT_TRUE(decision && decision->granted);
    EXPECT_GT(decision->fencing_token, last);
    last = decision->fencing_token;
  }
  ASSERT_TRUE(run(ledger().prune(at(1'000), at(0))));
  backend_->reopen();
  EXPECT_GT(try_hold(open("x"), {at(60), at(90)})->fencing_token, last);
}

TEST_P(HoldContract, BadArgumentsAndStatesAreRefused) {
  const Intent a = open("a");
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

TEST_P(HoldContract, ALingeringHoldEndsByItself) {
  Intent a = create(held("a", {at(60), at(90)}));
  a = linger(a, IntentState::booked, at(8));
  EXPECT_EQ(run(ledger().live_holds(at(7))).value().at(0).expires_at, at(8));
  EXPECT_FALSE(try_hold(open("b"), {at(60), at(90)}, 1, at(7), at(20))->granted);
  EXPECT_TRUE(try_hold(find("b"), {at(60), at(90)}, 1, at(8), at(20))->granted);
  EXPECT_THAT(live_holders(at(8)), ElementsAre("b"));
  linger(a, IntentState::booked, at(50));  // what is gone does not come back
  EXPECT_THAT(live_holders(at(9)), ElementsAre("b"));
}

TEST_P(HoldContract, LingeringWithoutAnEndIsRefused) {
  const Intent a = create(held("a", {at(60), at(90)}));
  EXPECT_EQ(kind_of(try_move(a, IntentState::booked, HoldChange::linger)), ErrorKind::invalid_input);
  EXPECT_EQ(find("a").state, IntentState::created);
}

// Several claims: the seats of a class and the user who gives it.
class ClaimContract : public HoldContract {
 protected:
  static Claim user(int number, std::int64_t begin, std::int64_t end) {
    return {.resource = "location/user:" + std::to_string(number), .interval = {at(begin), at(end)}, .capacity = 1};
  }
  static Claim seats(int capacity, std::int64_t begin, std::int64_t end) {
    return {.resource = "location/calendar:1", .interval = {at(begin), at(end)}, .capacity = capacity};
  }
};

TEST_P(ClaimContract, AllAreGrantedTogetherUnderOneToken) {
  auto decision = try_claims(open("a"), {user(2, 60, 90), seats(3, 60, 120), user(1, 50, 100)});
  ASSERT_TRUE(decision && decision->granted);
  const auto holds = run(ledger().live_holds(at(1))).value();
  ASSERT_EQ(holds.size(), 3U);
  std::vector<std::string> resources;
  for (const Hold& hold : holds) {
    resources.push_back(hold.resource);
    EXPECT_EQ(hold.fencing_token, decision->fencing_token);
    EXPECT_EQ(hold.expires_at, at(5));
  }
  EXPECT_THAT(resources, ElementsAre("location/calendar:1", "location/user:1", "location/user:2"));
  EXPECT_EQ(holds[1].interval, (Interval{at(50), at(100)}));
}

TEST_P(ClaimContract, OneConflictRefusesAll) {
  held("taken", {at(60), at(90)});
  const Intent a = open("a");
  auto refused = try_claims(a, {user(2, 60, 90), user(1, 80, 100), seats(1, 60, 90)});
  ASSERT_TRUE(refused);
  EXPECT_FALSE(refused->granted);
  EXPECT_THAT(in_the_way(refused), ElementsAre("taken"));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("taken"));
  EXPECT_EQ(find("a").version, a.version);
}

TEST_P(ClaimContract, EachClaimHasItsOwnCapacity) {
  ASSERT_TRUE(try_claims(open("a"), {user(1, 60, 90), seats(2, 60, 90)})->granted);
  ASSERT_TRUE(try_claims(open("b"), {user(2, 60, 90), seats(2, 60, 90)})->granted);
  auto full = try_claims(open("c"), {user(3, 60, 90), seats(2, 60, 90)});
  EXPECT_FALSE(full->granted);
  EXPECT_THAT(in_the_way(full), ElementsAre("a", "b"));
  auto both = try_claims(find("c"), {user(2, 60, 90), seats(2, 60, 90)});
  EXPECT_THAT(in_the_way(both), ElementsAre("b", "a", "b")) << "claim by claim";
}

TEST_P(ClaimContract, PinLingerAndReleaseTakeAllClaims) {
  const auto ends = [this] {
    std::vector<std::optional<Instant>> result;
    for (const Hold& hold : run(ledger().live_holds(at(1))).value()) result.push_back(hold.expires_at);
    return result;
  };
  Intent a = try_claims(open("a"), {user(1, 60, 90), seats(2, 60, 90)})->intent;
  a = move(a, IntentState::creating, HoldChange::pin);
  EXPECT_THAT(ends(), ElementsAre(std::nullopt, std::nullopt));
  a = linger(move(a, IntentState::created), IntentState::booked, at(30));
  EXPECT_THAT(ends(), ElementsAre(at(30), at(30)));
  move(a, IntentState::refused, HoldChange::release);
  EXPECT_THAT(ends(), IsEmpty());
}

TEST_P(ClaimContract, ReplacingDropsTheClaimsThatAreNotAskedForAgain) {
  const Intent a = try_claims(open("a"), {user(1, 60, 90), seats(1, 60, 90)})->intent;
  ASSERT_TRUE(try_claims(a, {user(1, 60, 90)})->granted);
  EXPECT_TRUE(try_claims(open("b"), {seats(1, 60, 90)})->granted);
}

TEST_P(ClaimContract, WhoLosesOneExpiredClaimLosesThemAll) {
  const Intent late = try_claims(open("late"), {user(1, 60, 90), user(2, 60, 90)}, at(0), at(5))->intent;
  ASSERT_TRUE(try_claims(open("b"), {user(2, 80, 95)}, at(6), at(20))->granted);
  EXPECT_EQ(kind_of(try_move(late, IntentState::creating, HoldChange::pin, at(7))), ErrorKind::conflict);
  EXPECT_TRUE(try_claims(open("c"), {user(1, 60, 90)}, at(7), at(20))->granted);
}

TEST_P(ClaimContract, BadClaimsAreRefused) {
  const Intent a = open("a");
  EXPECT_EQ(kind_of(try_claims(a, {})), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_claims(a, {user(1, 0, 9), user(1, 20, 30)})), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_claims(a, {user(1, 0, 9), seats(0, 0, 9)})), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_claims(a, {user(1, 0, 9), seats(1, 9, 9)})), ErrorKind::invalid_input);
  Claim nameless = user(1, 0, 9);
  nameless.resource.clear();
  EXPECT_EQ(kind_of(try_claims(a, {nameless})), ErrorKind::invalid_input);
  EXPECT_THAT(live_holders(at(1)), IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Ledgers, HoldContract, ::testing::Values("memory", "sqlite"), name_of_backend);
INSTANTIATE_TEST_SUITE_P(Ledgers, ClaimContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
