// The machine loses power: what was durable when it was answered is there, and lazy changes are lost only from the end.
#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "tests/core/ledger/backend.hpp"
#include "tests/core/ledger/lossy_vfs.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::HasSubstr;

class SqlitePower : public ::testing::Test {
 protected:
  std::unique_ptr<Ledger> open(const std::string& path) {
    auto ledger = SqliteLedger::open(path, loop_.runtime());
    EXPECT_TRUE(ledger) << to_string(ledger.error());
    return ledger ? std::move(*ledger) : nullptr;
  }
  void wish(Ledger& ledger, const std::string& id) {
    ASSERT_TRUE(loop_.run(ledger.open_intent({.id = id,
                                              .tenant = "t",
                                              .kind = "booking",
                                              .request = std::string(300, 'x'),
                                              .links = {"call:" + id},
                                              .look_up = {},
                                              .now = at(0)},
                                             open_always)));
  }
  Result<Intent> advance(Ledger& ledger, const std::string& id, std::int64_t version, IntentState to,
                         Durability durability, HoldChange hold = HoldChange::keep) {
    Advance change;
    change.intent_id = id;
    change.expected_version = version;
    change.to = to;
    change.hold = hold;
    change.durability = durability;
    change.now = at(1);
    return loop_.run(ledger.advance(change));
  }
  // The ids that a start after a loss of power now finds, oldest first.
  std::vector<std::string> after_power_loss(const std::function<double()>& keep) {
    const TempFolder folder;
    disk_.cut_power(folder.file(""), keep);
    const auto ledger = open(folder.file("ledger.db"));
    std::vector<std::string> ids;
    if (!ledger) return ids;
    const auto intents = loop_.run(ledger->all_intents(100'000));
    for (const Intent& intent : intents.value()) ids.push_back(intent.id + "/" + std::to_string(intent.version));
    return ids;
  }

  TempFolder folder_;
  tests::Loop loop_;
  LossyVfs disk_{folder_.file("")};
};

double nothing() {
  return 0;
}
double everything() {
  return 1;
}

TEST_F(SqlitePower, LazyChangesCostNoSyncAndComeWithTheNextDurableOne) {
  const auto ledger = open(folder_.file("ledger.db"));
  ASSERT_TRUE(loop_.run(ledger->sync()));
  const int before = disk_.syncs();
  wish(*ledger, "a");
  wish(*ledger, "b");
  EXPECT_EQ(disk_.syncs(), before);
  EXPECT_EQ(after_power_loss(nothing), std::vector<std::string>{});
  EXPECT_EQ(after_power_loss(everything), (std::vector<std::string>{"a/1", "b/1"}));
  ASSERT_TRUE(advance(*ledger, "a", 1, IntentState::refused, Durability::durable));
  EXPECT_EQ(disk_.syncs(), before + 1);
  wish(*ledger, "c");
  EXPECT_EQ(after_power_loss(nothing), (std::vector<std::string>{"a/2", "b/1"}));
}

TEST_F(SqlitePower, ABookingIsTwoSyncs) {
  const auto ledger = open(folder_.file("ledger.db"));
  ASSERT_TRUE(loop_.run(ledger->sync()));
  const int before = disk_.syncs();
  wish(*ledger, "a");
  AcquireHold acquire;
  acquire.intent_id = "a";
  acquire.expected_version = 1;
  acquire.claims = {{.resource = "r", .interval = {at(60), at(90)}}};
  acquire.now = at(0);
  acquire.expires_at = at(5);
  ASSERT_TRUE(loop_.run(ledger->acquire_hold(acquire))->granted);
  EXPECT_EQ(disk_.syncs(), before);
  ASSERT_TRUE(advance(*ledger, "a", 2, IntentState::creating, Durability::durable, HoldChange::pin));
  EXPECT_EQ(disk_.syncs(), before + 1) << "before the create leaves";
  ASSERT_TRUE(advance(*ledger, "a", 3, IntentState::created, Durability::lazy));
  ASSERT_TRUE(loop_.run(ledger->find_intent("a")));
  ASSERT_TRUE(advance(*ledger, "a", 4, IntentState::booked, Durability::durable));
  EXPECT_EQ(disk_.syncs(), before + 2) << "before the caller is told";
}

TEST_F(SqlitePower, SyncIsOneWhenThereIsSomethingToSyncAndNoneWhenNot) {
  const auto ledger = open(folder_.file("ledger.db"));
  ASSERT_TRUE(loop_.run(ledger->sync()));
  int before = disk_.syncs();
  ASSERT_TRUE(loop_.run(ledger->sync()));
  ASSERT_TRUE(loop_.run(ledger->find_intents("t", "x", 9)));
  EXPECT_EQ(disk_.syncs(), before);
  wish(*ledger, "a");
  ASSERT_TRUE(loop_.run(ledger->sync()));
  EXPECT_EQ(disk_.syncs(), before + 1);
  EXPECT_EQ(after_power_loss(nothing), std::vector<std::string>{"a/1"});
  ASSERT_TRUE(loop_.run(ledger->check_writable()));
  EXPECT_EQ(disk_.syncs(), before + 2) << "it writes, always";
}

// A durable operation that finds nothing to change still makes what it found durable.
TEST_F(SqlitePower, AReviewThatIsKnownAlreadyIsDurableAllTheSame) {
  const auto ledger = open(folder_.file("ledger.db"));
  wish(*ledger, "a");
  Advance change;
  change.intent_id = "a";
  change.expected_version = 1;
  change.to = IntentState::refused;
  Review review;
  review.id = "a/x";
  review.tenant = "t";
  review.intent_id = "a";
  review.kind = "x";
  change.reviews = {review};
  change.durability = Durability::lazy;
  change.now = at(1);
  ASSERT_TRUE(loop_.run(ledger->advance(change)));
  EXPECT_EQ(loop_.run(ledger->add_review(review, {})), false);
  EXPECT_EQ(after_power_loss(nothing), std::vector<std::string>{"a/2"});
}

TEST_F(SqlitePower, WhatAnEarlierProcessLeftLazyIsSyncedByTheFirstSync) {
  wish(*open(folder_.file("ledger.db")), "a");  // closed in good order
  const auto ledger = open(folder_.file("ledger.db"));
  ASSERT_TRUE(loop_.run(ledger->sync()));
  EXPECT_EQ(after_power_loss(nothing), std::vector<std::string>{"a/1"});
}

// Whatever part of the unsynced writes survives, torn or out of order: the state is that after some transaction, not
// before the last durable one.
TEST_F(SqlitePower, ACrashLeavesTheStateAfterSomeTransaction) {
  const auto ledger = open(folder_.file("ledger.db"));
  SplitMix64 random(20'261'124);
  std::vector<std::string> done;
  std::size_t durable = 0;
  int lost_some = 0;
  int kept_some = 0;
  for (int i = 0; i < 1'500; ++i) {
    const std::string id = std::to_string(i);
    wish(*ledger, id);
    done.push_back(id + "/1");
    if (random.chance(0.2)) {
      ASSERT_TRUE(advance(*ledger, id, 1, IntentState::refused, Durability::durable));
      done.back() = id + "/2";
      durable = done.size();
    }
    if (i % 10 != 0) continue;
    const double lost = static_cast<double>(random.below(3)) / 2;  // none of it, half of it, all of it
    const auto found = after_power_loss([&] {
      if (random.chance(lost)) return 0.0;
      return random.chance(0.1) ? 0.5 : 1.0;
    });
    ASSERT_GE(found.size(), durable);
    ASSERT_LE(found.size(), done.size());
    ASSERT_EQ(found, std::vector<std::string>(done.begin(), done.begin() + static_cast<std::ptrdiff_t>(found.size())));
    if (found.size() < done.size()) ++lost_some;
    if (found.size() > durable) ++kept_some;
  }
  EXPECT_GT(lost_some, 10);
  EXPECT_GT(kept_some, 10);
}

TEST_F(SqlitePower, AfterASyncThatFailedNothingIsBelievedAnyMore) {
  auto ledger = open(folder_.file("ledger.db"));
  wish(*ledger, "a");
  ASSERT_TRUE(loop_.run(ledger->sync()));
  wish(*ledger, "lazy");
  disk_.fail_syncs();
  const auto failed = advance(*ledger, "a", 1, IntentState::refused, Durability::durable);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::storage);
  EXPECT_THAT(failed.error().message, HasSubstr("Restart the daemon"));
  const auto later = loop_.run(ledger->find_intent("a"));
  ASSERT_FALSE(later) << "what the disk lost no later sync would notice";
  EXPECT_EQ(later.error().kind, ErrorKind::storage);
}

}  // namespace
}  // namespace holdfast::ledger::testing
