#include "core/ledger/rules.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>

#include "tests/core/ledger/backend.hpp"
#include "tests/core/ledger/oracle.hpp"

namespace holdfast::ledger::rules {
namespace {

using testing::at;
using testing::Oracle;

constexpr std::array all_states{IntentState::opened,  IntentState::held,    IntentState::creating,
                                IntentState::unknown, IntentState::created, IntentState::yielding,
                                IntentState::booked,  IntentState::refused};

TEST(Transitions, AreThoseOfTheSecondTable) {
  int legal = 0;
  for (const IntentState from : all_states) {
    for (const IntentState to : all_states) {
      EXPECT_EQ(may_follow(from, to), Oracle::legal(to_string(from), to_string(to)))
          << to_string(from) << " to " << to_string(to);
      if (may_follow(from, to)) ++legal;
    }
  }
  EXPECT_EQ(legal, 8 + 21);
}

TEST(Transitions, EveryUnsettledStateCanSettle) {
  for (const IntentState from : all_states) {
    std::set<IntentState> reached{from};
    for (std::size_t round = 0; round < all_states.size(); ++round) {
      for (const IntentState step : std::set(reached)) {
        for (const IntentState to : all_states) {
          if (may_follow(step, to)) reached.insert(to);
        }
      }
    }
    EXPECT_TRUE(reached.contains(IntentState::refused)) << to_string(from);
    EXPECT_TRUE(reached.contains(IntentState::booked)) << to_string(from);
  }
}

TEST(Transitions, BookedComesOnlyWhereGhlWasSeenToHaveIt) {
  for (const IntentState from : all_states) {
    const bool seen = from == IntentState::created || from == IntentState::yielding || from == IntentState::booked ||
                      from == IntentState::refused;
    EXPECT_EQ(may_follow(from, IntentState::booked), seen) << to_string(from);
  }
}

TEST(Transitions, NothingThatMayHaveArrivedIsSentAgain) {
  for (const IntentState from : all_states) {
    if (from == IntentState::held || from == IntentState::creating) continue;
    EXPECT_FALSE(may_follow(from, IntentState::creating)) << to_string(from);
    EXPECT_EQ(may_follow(from, IntentState::held), from == IntentState::opened) << to_string(from);
  }
}

TEST(StateNames, GoThereAndBack) {
  for (const IntentState state : all_states) EXPECT_EQ(intent_state_from(to_string(state)), state);
  EXPECT_EQ(intent_state_from("Booked"), std::nullopt);
}

Hold hold(const std::string& id, int begin, int end) {
  return {.intent_id = id, .resource = "r", .interval = {at(begin), at(end)}, .expires_at = at(5)};
}
Claim claim(int begin, int end, int capacity) {
  return {.resource = "r", .interval = {at(begin), at(end)}, .capacity = capacity};
}
std::vector<Hold> conflicts(const Claim& claim, std::vector<Hold> holds) {
  return hold_conflicts(claim, "me", at(0), std::move(holds));
}

TEST(HoldConflicts, IgnoreOwnOtherAndExpiredHolds) {
  Hold elsewhere = hold("a", 10, 20);
  elsewhere.resource = "other";
  Hold expired = hold("c", 10, 20);
  expired.expires_at = at(0);
  EXPECT_THAT(conflicts(claim(10, 20, 1), {hold("me", 10, 20), elsewhere, expired}), ::testing::IsEmpty());
  Hold pinned = hold("d", 19, 30);
  pinned.expires_at.reset();
  EXPECT_EQ(conflicts(claim(10, 20, 1), {hold("me", 10, 20), pinned}).size(), 1U);
}

TEST(HoldConflicts, AbuttingHoldsShareASeat) {
  const std::vector<Hold> chain{hold("a", 0, 10), hold("b", 10, 20), hold("c", 20, 30)};
  EXPECT_THAT(conflicts(claim(0, 30, 2), chain), ::testing::IsEmpty());
  EXPECT_EQ(conflicts(claim(0, 30, 1), chain).size(), 3U);
  EXPECT_EQ(conflicts(claim(5, 15, 1), chain).size(), 2U);
}

TEST(Disregarded, AreTheExpiredOnesInTheInterval) {
  Hold expired = hold("expired", 10, 20);
  expired.expires_at = at(0);
  Hold beside = expired;
  beside.intent_id = "beside";
  beside.interval = {at(20), at(30)};
  EXPECT_THAT(disregarded(claim(10, 20, 3), "me", at(0), {expired, beside, hold("live", 10, 20)}),
              ::testing::ElementsAre("expired"));
}

Intent member(const std::string& id, IntentState state, std::int64_t wanted, bool withdrawn = false) {
  Intent intent;
  intent.id = id;
  intent.group = "g";
  intent.state = state;
  intent.wanted = wanted;
  intent.withdrawn = withdrawn;
  return intent;
}

TEST(Withdrawal, NamesEachOfTheOthersThatCouldRemainOnce) {
  EXPECT_THAT(to_withdraw({}), ::testing::IsEmpty());
  EXPECT_THAT(to_withdraw({member("a", IntentState::booked, 1)}), ::testing::IsEmpty());
  EXPECT_THAT(to_withdraw({member("a", IntentState::opened, 1), member("b", IntentState::created, 2)}),
              ::testing::IsEmpty());
  EXPECT_THAT(to_withdraw({member("a", IntentState::unknown, 1), member("b", IntentState::booked, 5),
                           member("c", IntentState::refused, 9), member("d", IntentState::yielding, 3, true),
                           member("e", IntentState::booked, 4)}),
              ::testing::ElementsAre("a", "e"));
}

TEST(WithdrawalDeathTest, TwoCannotBeWantedAlike) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_DEATH(
      static_cast<void>(to_withdraw({member("a", IntentState::booked, 1), member("b", IntentState::booked, 1)})),
      "wanted");
}

TEST(NeedsWork, IsWhateverIsNotSettledAndWhatMustGo) {
  for (const IntentState state : all_states) {
    const bool settled = state == IntentState::booked || state == IntentState::refused;
    EXPECT_EQ(member("a", state, 1).needs_work(), !settled) << to_string(state);
    EXPECT_EQ(member("a", state, 1, true).needs_work(), state != IntentState::refused) << to_string(state);
  }
}

}  // namespace
}  // namespace holdfast::ledger::rules
