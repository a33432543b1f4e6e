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
  return {.id = id, .tenant = "t", .key = "key of " + id, .aliases = {"call/" + id}, .request = "{}", .now = at(0)};
}

net::Task<void> open_into(Ledger& ledger, std::string id, std::vector<std::string>& order) {
  const auto opened = co_await ledger.open_intent(wish(id));
  order.push_back(opened ? id : id + ": " + std::string(to_string(opened.error().kind)));
}

TEST(MemoryLedger, TakesTheTimeItsDiskTakes) {
  tests::Loop loop;
  std::vector<std::string> asked;
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryStore>(), [&](std::string_view operation) {
    asked.emplace_back(operation);
    return DiskFate{.before_commit_ms = 30, .after_commit_ms = 12};
  });
  const Instant start = loop.clock().now();
  ASSERT_TRUE(loop.run(ledger.open_intent(wish("a"))));
  EXPECT_EQ(loop.clock().now() - start, Duration(42));
  ASSERT_TRUE(loop.run(ledger.find_intent("a")));
  EXPECT_EQ(asked, (std::vector<std::string>{"open_intent", "find_intent"}));
}

TEST(MemoryLedger, ACrashBeforeTheMomentLeavesNothingAndAfterItEverything) {
  for (const auto& [crash_after_ms, kept] : {std::pair(29, false), std::pair(31, true), std::pair(41, true)}) {
    auto store = std::make_shared<MemoryStore>();
    tests::Loop loop;
    std::vector<std::string> order;
    MemoryLedger ledger(loop.runtime(), store,
                        [](std::string_view) { return DiskFate{.before_commit_ms = 30, .after_commit_ms = 12}; });
    loop.spawn(open_into(ledger, "a", order));
    loop.run_until(loop.clock().now() + Duration(crash_after_ms));
    loop.crash();
    EXPECT_TRUE(order.empty());
    EXPECT_EQ(store->intents().size(), kept ? 1U : 0U) << crash_after_ms;
    EXPECT_EQ(store->intent_of_alias("t", "call/a") != nullptr, kept);

    tests::Loop next;
    MemoryLedger reopened(next.runtime(), store);
    EXPECT_EQ(next.run(reopened.find_intent("a")).has_value(), kept);
  }
}

TEST(MemoryLedger, FailuresSayStorageAndTellNothingAboutTheChange) {
  tests::Loop loop;
  Failure failure = Failure::before_commit;
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryStore>(),
                      [&](std::string_view) { return DiskFate{.failure = failure}; });
  auto lost = loop.run(ledger.open_intent(wish("a")));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind, ErrorKind::storage);
  EXPECT_TRUE(ledger.store().intents().empty());
  failure = Failure::after_commit;
  auto kept = loop.run(ledger.open_intent(wish("a")));
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().kind, ErrorKind::storage);
  EXPECT_EQ(ledger.store().intents().size(), 1U);
  failure = Failure::none;
  EXPECT_TRUE(loop.run(ledger.open_intent(wish("b")))->created);
  EXPECT_TRUE(loop.run(ledger.open_intent(wish("a")))->by_alias) << "asking again finds what was stored";
}

TEST(MemoryLedger, OperationsTakeEffectInTheOrderOfTheirMoments) {
  tests::Loop loop;
  std::int64_t latency_ms = 40;
  MemoryLedger ledger(loop.runtime(), std::make_shared<MemoryStore>(),
                      [&](std::string_view) { return DiskFate{.before_commit_ms = latency_ms -= 10}; });
  std::vector<std::string> order;
  for (const char* id : {"slow", "middle", "fast"}) loop.spawn(open_into(ledger, id, order));
  loop.run_until(loop.clock().now() + Duration(100));
  EXPECT_EQ(order, (std::vector<std::string>{"fast", "middle", "slow"}));
  ASSERT_EQ(ledger.store().intents().size(), 3U);
  EXPECT_EQ(ledger.store().intents().front().id, "fast");
}

TEST(MemoryLedger, StaysQuickWithAHundredThousandIntents) {
  MemoryStore store;
  for (int i = 0; i < 100'000; ++i) {
    const std::string id = std::to_string(i);
    ASSERT_TRUE(store.open_intent(wish(id)));
    // Disjoint intervals on one resource: a scan over all holds would take minutes here.
    auto decision = store.acquire_hold({.intent_id = id,
                                        .expected_version = 1,
                                        .resource = "r",
                                        .interval = {at(i * 30), at(i * 30 + 30)},
                                        .capacity = 1,
                                        .now = at(0),
                                        .expires_at = at(5)});
    ASSERT_TRUE(decision && decision->granted);
    ASSERT_EQ(store.unsettled_intents("t", 10)->size(), std::min<std::size_t>(10, static_cast<std::size_t>(i) + 1));
    ASSERT_TRUE(store.claim_jobs("t", at(0), at(1), 10));
  }
  ASSERT_TRUE(store.forget_expired(at(6)));
  EXPECT_TRUE(store.holds().empty());
  EXPECT_EQ(store.intents().size(), 100'000U);
}

}  // namespace
}  // namespace holdfast::ledger::testing
