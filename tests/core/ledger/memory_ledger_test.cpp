// What only the memory ledger has: a disk whose fate a world decides.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

using Failure = DiskFate::Failure;

OpenIntent wish(const std::string& id) {
  return {.id = id,
          .tenant = "t",
          .kind = "booking",
          .request = "{}",
          .links = {"call:" + id},
          .look_up = {"call:" + id},
          .now = at(0)};
}

DiskModel always(const DiskFate& fate) {
  return [fate](std::string_view, Durability) { return fate; };
}

net::Task<void> open_into(Ledger& ledger, std::string id, std::vector<std::string>& order) {
  const auto opened = co_await ledger.open_intent(wish(id), find_or_open);
  order.push_back(opened ? id : id + ": " + std::string(to_string(opened.error().kind)));
}

// A change that is durable, once the intent is there.
Advance refuse(const std::string& id, Durability durability) {
  Advance change;
  change.intent_id = id;
  change.expected_version = 1;
  change.to = IntentState::refused;
  change.durability = durability;
  change.now = at(1);
  return change;
}

net::Task<void> advance_into(Ledger& ledger, Advance change, bool& answered) {
  answered = (co_await ledger.advance(std::move(change))).has_value();
}

std::vector<std::string> ids_in(const MemoryStore& store) {
  std::vector<std::string> ids;
  for (const auto& [sequence, intent] : store.intents()) ids.push_back(intent.id);
  return ids;
}

TEST(MemoryLedger, TakesTheTimeItsDiskTakes) {
  tests::Loop loop;
  std::vector<std::string> asked;
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryDisk>(),
                      [&](std::string_view operation, Durability durability) {
                        asked.push_back(std::string(operation) + (durability == Durability::durable ? "!" : ""));
                        return DiskFate{.before_commit_ms = 30, .after_commit_ms = 12};
                      });
  const Instant start = loop.clock().now();
  ASSERT_TRUE(loop.run(ledger.open_intent(wish("a"), open_always)));
  EXPECT_EQ(loop.clock().now() - start, Duration(42));
  ASSERT_TRUE(loop.run(ledger.find_intent("a")));
  ASSERT_TRUE(loop.run(ledger.advance(refuse("a", Durability::durable))));
  ASSERT_TRUE(loop.run(ledger.sync()));
  EXPECT_EQ(asked, (std::vector<std::string>{"open_intent", "find_intent", "advance!", "sync!"}));
}

TEST(MemoryLedger, ACrashBeforeTheMomentLeavesNothingAndAfterItTheOthersSeeIt) {
  for (const auto& [crash_after_ms, seen] : {std::pair(29, false), std::pair(31, true), std::pair(41, true)}) {
    auto disk = std::make_shared<MemoryDisk>();
    tests::Loop loop;
    std::vector<std::string> order;
    MemoryLedger ledger(loop.runtime(), disk, always({.before_commit_ms = 30, .after_commit_ms = 12}));
    loop.spawn(open_into(ledger, "a", order));
    loop.run_until(loop.clock().now() + Duration(crash_after_ms));
    loop.crash();
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(disk->store().intents().size(), seen ? 1U : 0U) << crash_after_ms;
    disk->crash();
    EXPECT_TRUE(disk->store().intents().empty()) << "nobody synced it";
  }
}

TEST(MemoryLedger, ACrashLosesWhatWasNotSyncedAndNothingElse) {
  auto disk = std::make_shared<MemoryDisk>();
  std::vector<std::string> order;
  {
    tests::Loop loop;
    MemoryLedger ledger(loop.runtime(), disk);
    loop.run(open_into(ledger, "a", order));
    loop.run(open_into(ledger, "b", order));
    EXPECT_EQ(disk->unsynced(), 2U);
    ASSERT_TRUE(loop.run(ledger.advance(refuse("a", Durability::durable)))) << "and everything before it";
    EXPECT_EQ(disk->unsynced(), 0U);
    loop.run(open_into(ledger, "c", order));
    ASSERT_TRUE(loop.run(ledger.advance(refuse("b", Durability::lazy))));
  }
  disk->crash();
  EXPECT_EQ(ids_in(disk->store()), (std::vector<std::string>{"a", "b"}));
  tests::Loop loop;
  MemoryLedger ledger(loop.runtime(), disk);
  EXPECT_EQ(loop.run(ledger.find_intent("a"))->state, IntentState::refused);
  EXPECT_EQ(loop.run(ledger.find_intent("b"))->state, IntentState::opened);
  loop.run(open_into(ledger, "d", order));
  ASSERT_TRUE(loop.run(ledger.sync()));
  disk->crash();
  EXPECT_EQ(ids_in(disk->store()), (std::vector<std::string>{"a", "b", "d"}));
}

TEST(MemoryLedger, ASyncCoversWhatWasDoneBeforeItBeganAndNoMore) {
  auto disk = std::make_shared<MemoryDisk>();
  tests::Loop loop;
  MemoryLedger ledger(loop.runtime(), disk, [](std::string_view, Durability durability) {
    return DiskFate{.after_commit_ms = durability == Durability::durable ? 10 : 0};
  });
  std::vector<std::string> order;
  loop.run(open_into(ledger, "a", order));
  bool answered = false;
  loop.spawn(advance_into(ledger, refuse("a", Durability::durable), answered));
  loop.run_until(loop.clock().now() + Duration(5));
  loop.run(open_into(ledger, "late", order));  // while the sync is under way
  EXPECT_FALSE(answered);
  loop.run_until(loop.clock().now() + Duration(6));
  EXPECT_TRUE(answered);
  disk->crash();
  EXPECT_EQ(ids_in(disk->store()), (std::vector<std::string>{"a"}));
}

TEST(MemoryLedger, ACrashInTheMiddleOfASyncIsDecidedByTheDisk) {
  for (const bool early : {false, true}) {
    auto disk = std::make_shared<MemoryDisk>();
    std::vector<std::string> order;
    bool answered = false;
    tests::Loop loop;
    MemoryLedger ledger(loop.runtime(), disk, [&](std::string_view, Durability durability) {
      return DiskFate{.after_commit_ms = durability == Durability::durable ? 10 : 0, .stored_early = early};
    });
    loop.run(open_into(ledger, "a", order));
    loop.spawn(advance_into(ledger, refuse("a", Durability::durable), answered));
    loop.run_until(loop.clock().now() + Duration(5));
    loop.crash();
    disk->crash();
    EXPECT_FALSE(answered);
    EXPECT_EQ(ids_in(disk->store()).size(), early ? 1U : 0U);
  }
}

TEST(MemoryLedger, ADeciderIsAskedOnceAlthoughTheTransactionIsDoneTwice) {
  auto disk = std::make_shared<MemoryDisk>();
  tests::Loop loop;
  MemoryLedger ledger(loop.runtime(), disk);
  int asked = 0;
  ASSERT_TRUE(loop.run(ledger.open_intent(wish("a"), [&asked](const std::vector<Intent>&) {
    ++asked;
    return Opening{};
  })));
  ASSERT_TRUE(loop.run(ledger.sync()));
  EXPECT_EQ(asked, 1) << "what it refers to may be gone when the disk syncs";
  EXPECT_EQ(ids_in(disk->durable()), (std::vector<std::string>{"a"}));
}

TEST(MemoryLedger, FailuresSayStorageAndTellNothingAboutTheChange) {
  tests::Loop loop;
  DiskFate fate{.failure = Failure::before_commit};
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryDisk>(),
                      [&](std::string_view, Durability) { return fate; });
  const auto open = [&](const std::string& id) { return loop.run(ledger.open_intent(wish(id), find_or_open)); };
  auto lost = open("a");
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::storage);
  EXPECT_TRUE(ledger.store().intents().empty());
  fate.failure = Failure::after_commit;
  auto kept = open("a");
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::storage);
  EXPECT_EQ(ledger.store().intents().size(), 1U);
  fate.failure = Failure::none;
  EXPECT_EQ(open("b")->kind, Opening::Kind::open);
  EXPECT_EQ(open("a")->kind, Opening::Kind::found) << "asking again finds what was stored";
}

TEST(MemoryLedger, ADurableChangeThatFailedAfterwardsIsOnlyPerhapsDurable) {
  for (const bool early : {false, true}) {
    auto disk = std::make_shared<MemoryDisk>();
    tests::Loop loop;
    MemoryLedger sound(loop.runtime(), disk);
    ASSERT_TRUE(loop.run(sound.open_intent(wish("a"), open_always)));
    MemoryLedger failing(loop.runtime(), disk, always({.failure = Failure::after_commit, .stored_early = early}));
    EXPECT_FALSE(loop.run(failing.advance(refuse("a", Durability::durable))));
    disk->crash();
    EXPECT_EQ(ids_in(disk->store()).size(), early ? 1U : 0U);
  }
}

TEST(MemoryLedger, OperationsTakeEffectInTheOrderOfTheirMoments) {
  tests::Loop loop;
  std::int64_t latency_ms = 40;
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryDisk>(),
                      [&](std::string_view, Durability) { return DiskFate{.before_commit_ms = latency_ms -= 10}; });
  std::vector<std::string> order;
  for (const char* id : {"slow", "middle", "fast"}) loop.spawn(open_into(ledger, id, order));
  loop.run_until(loop.clock().now() + Duration(100));
  EXPECT_EQ(order, (std::vector<std::string>{"fast", "middle", "slow"}));
  EXPECT_EQ(ids_in(ledger.store()), order);
}

TEST(MemoryLedger, StaysQuickWithThirtyThousandIntents) {
  MemoryStore store;
  for (int i = 0; i < 30'000; ++i) {
    const std::string id = std::to_string(i);
    OpenIntent request = wish(id);
    request.links.push_back("slot:" + std::to_string(i / 10));
    ASSERT_TRUE(store.open_intent(request, open_always));
    // Disjoint intervals on one resource: a scan over all holds would take minutes here.
    AcquireHold acquire;
    acquire.intent_id = id;
    acquire.expected_version = 1;
    acquire.claims = {{.resource = "r", .interval = {at(i * 30), at(i * 30 + 30)}}};
    acquire.now = at(0);
    acquire.expires_at = at(5);
    auto decision = store.acquire_hold(acquire);
    ASSERT_TRUE(decision && decision->granted);
    ASSERT_EQ(store.unsettled_intents("t", 10)->size(), std::min<std::size_t>(10, static_cast<std::size_t>(i) + 1));
    ASSERT_EQ(store.find_intents("t", "slot:" + std::to_string(i / 10), 99)->size(),
              static_cast<std::size_t>(i % 10) + 1);
    ASSERT_EQ(store.find_group("t", id)->size(), 1U);
    ASSERT_TRUE(store.claim_jobs("t", at(0), at(1), 10));
  }
  while (!store.holds().empty()) ASSERT_TRUE(store.prune(at(6), at(0)));
  EXPECT_EQ(store.intents().size(), 30'000U);
}

}  // namespace
}  // namespace holdfast::ledger::testing
