// Storms on several threads: the same totals and the same hash as on one. Also what the thread sanitizer looks at.
#include "scenarios/cli/storm.hpp"

#include <gtest/gtest.h>

namespace scenarios {
namespace {

StormOutcome storm(int jobs) {
  return run_storm({.seeds = {1, 6}, .conversations = 8, .jobs = jobs});
}

TEST(Storm, IsTheSameHoweverManyThreads) {
  const StormOutcome alone = storm(1);
  const StormOutcome together = storm(3);
  EXPECT_EQ(alone.totals.seeds, 6U);
  EXPECT_EQ(alone.totals.conversations, 48U);
  EXPECT_EQ(alone.totals.violations, 0U);
  EXPECT_EQ(alone.totals.trace_hash, together.totals.trace_hash);
  EXPECT_EQ(alone.totals.bookings, together.totals.bookings);
  EXPECT_EQ(alone.totals.probes, together.totals.probes);
}

TEST(Storm, AnotherSeedIsAnotherTrace) {
  const auto one = run_storm({.seeds = {1, 1}, .conversations = 8});
  const auto two = run_storm({.seeds = {2, 2}, .conversations = 8});
  EXPECT_NE(one.totals.trace_hash, two.totals.trace_hash);
}

TEST(Storm, TwoRunsOfASeedAreCompared) {
  EXPECT_TRUE(run_storm({.seeds = {1, 3}, .conversations = 8, .twice = true}).unsteady.empty());
}

TEST(ParseSeeds, TakesOneOrARange) {
  EXPECT_EQ(parse_seeds("7")->count(), 1U);
  EXPECT_EQ(parse_seeds("1..2000")->count(), 2000U);
  for (const auto* text : {"", "..", "1..", "..4", "4..1", "a", "1...3", "-1"}) EXPECT_FALSE(parse_seeds(text)) << text;
}

}  // namespace
}  // namespace scenarios
