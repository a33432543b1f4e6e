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
  EXPECT_EQ(legal, 8 + 19);
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
    EXPECT_EQ(reached.contains(IntentState::booked), from != IntentState::refused) << to_string(from);
  }
}

TEST(Transitions, BookedComesOnlyAfterALookAtExclusivity) {
  for (const IntentState from : all_states) {
    const bool looked = from == IntentState::created || from == IntentState::yielding || from == IntentState::booked;
    EXPECT_EQ(may_follow(from, IntentState::booked), looked) << to_string(from);
  }
}

TEST(StateNames, GoThereAndBack) {
  for (const IntentState state : all_states) EXPECT_EQ(intent_state_from(to_string(state)), state);
  EXPECT_EQ(intent_state_from("Booked"), std::nullopt);
}

Hold hold(const std::string& id, int begin, int end) {
  return {.intent_id = id, .resource = "r", .interval = {at(begin), at(end)}, .expires_at = at(5)};
}
AcquireHold request(int begin, int end, int capacity) {
  return {.intent_id = "me",
          .expected_version = 1,
          .resource = "r",
          .interval = {at(begin), at(end)},
          .capacity = capacity,
          .now = at(0),
          .expires_at = at(5)};
}

TEST(HoldConflicts, IgnoreOwnOtherReleasedAndExpiredHolds) {
  Hold own = hold("me", 10, 20);
  Hold elsewhere = hold("a", 10, 20);
  elsewhere.resource = "other";
  Hold released = hold("b", 10, 20);
  released.released = true;
  Hold expired = hold("c", 10, 20);
  expired.expires_at = at(0);
  EXPECT_THAT(hold_conflicts(request(10, 20, 1), {own, elsewhere, released, expired}), ::testing::IsEmpty());
  Hold pinned = hold("d", 19, 30);
  pinned.expires_at.reset();
  EXPECT_EQ(hold_conflicts(request(10, 20, 1), {own, pinned}).size(), 1U);
}

TEST(HoldConflicts, AbuttingHoldsShareASeat) {
  const std::vector<Hold> chain{hold("a", 0, 10), hold("b", 10, 20), hold("c", 20, 30)};
  EXPECT_THAT(hold_conflicts(request(0, 30, 2), chain), ::testing::IsEmpty());
  EXPECT_EQ(hold_conflicts(request(0, 30, 1), chain).size(), 3U);
  EXPECT_EQ(hold_conflicts(request(5, 15, 1), chain).size(), 2U);
}

TEST(DisregardedHolds, AreTheExpiredOnesInTheInterval) {
  Hold expired = hold("expired", 10, 20);
  expired.expires_at = at(0);
  Hold beside = expired;
  beside.intent_id = "beside";
  beside.interval = {at(20), at(30)};
  EXPECT_THAT(disregarded_holds(request(10, 20, 3), {expired, beside, hold("live", 10, 20)}),
              ::testing::ElementsAre("expired"));
}

}  // namespace
}  // namespace holdfast::ledger::rules
