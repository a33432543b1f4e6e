#include "scenarios/world/simulation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "scenarios/check/checkers.hpp"
#include "scenarios/world/options.hpp"

namespace scenarios {
namespace {

TEST(DrawOptions, IsAPureFunctionOfItsSeed) {
  std::set<std::string> plans;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const std::string plan = describe(draw_options(seed, 5));
    EXPECT_EQ(plan, describe(draw_options(seed, 5)));
    EXPECT_EQ(plan.find('\n'), std::string::npos);
    plans.insert(plan);
  }
  EXPECT_EQ(plans.size(), 100U);
}

TEST(DrawOptions, EveryFixtureIsSound) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto plan = draw_options(seed, 8);
    const auto sound = mock_ghl::check_fixture(plan.fixture);
    EXPECT_TRUE(sound) << seed << ": " << (sound ? "" : sound.error().message);
    EXPECT_TRUE(holdfast::Zone::find(plan.fixture.locations.front().timezone));
  }
}

// What is late must arrive within the window after which the daemon believes that nothing arrives any more.
TEST(DrawOptions, NothingArrivesAfterTheLateArrivalWindow) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    const auto plan = draw_options(seed, 1);
    std::int64_t latest_ms = plan.ghl_link.latency_max_ms;
    for (const auto& rule : plan.chaos.rules) {
      // Nothing is done late by these: the work was done before the wait, or never; and what is read late has a lag of
      // its own.
      if (rule.fault == mock_ghl::Fault::hang || rule.fault == mock_ghl::Fault::never_answer) continue;
      if (rule.fault == mock_ghl::Fault::stale_free_slots || rule.fault == mock_ghl::Fault::patchy_reads) continue;
      if (rule.fault == mock_ghl::Fault::stale_reads || rule.fault == mock_ghl::Fault::stores_other) continue;
      if (rule.fault == mock_ghl::Fault::late_commit && rule.operation == "*") continue;  // one of the two decides
      latest_ms += std::max(rule.delay.min_ms, rule.delay.max_ms);
    }
    EXPECT_LT(latest_ms, plan.limits.late_arrival_window_ms) << seed;
  }
}

TEST(Simulation, ASeedIsOneRun) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const auto plan = draw_options(seed, 12);
    const auto first = simulate(plan, {});
    std::size_t lines = 0;
    const auto second = simulate(plan, {.sink = [&lines](std::string_view) { ++lines; }, .seams = nullptr});
    EXPECT_EQ(first.trace_hash, second.trace_hash) << seed;
    EXPECT_EQ(first.events, second.events) << seed;
    EXPECT_GT(lines, 10U);
  }
}

TEST(Simulation, StormsEndAtRestWithoutAViolation) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    const auto record = simulate(draw_options(seed, 20), {});
    EXPECT_EQ(record.history.calls.size(), 20U) << seed;
    const auto findings = check_all(record.history);
    for (const auto& violation : findings.violations) ADD_FAILURE() << seed << " " << violation.sentence;
  }
}

TEST(Simulation, TheStormReachesTheRarePaths) {
  Probes seen;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    for (const auto& [name, count] : simulate(draw_options(seed, 20), {}).probes.counts()) seen.hit(name, count);
  }
  for (const char* name : {"saga: outcome of a create unknown", "saga: unknown outcome read back, it was there",
                           "saga: yielded the seat to somebody else", "saga: hold refused, somebody else has it",
                           "saga: refused, not_created", "saga: refused, interrupted", "saga: the same wish again",
                           "saga: a wish joined others of its person", "saga: a withdrawn wish moved on",
                           "daemon: killed", "person: booked in GHL", "person: cancel in GHL", "caller: hung up",
                           "vapi: delivered a tool call again", "ledger: the disk failed", "line: partition"}) {
    EXPECT_TRUE(seen.counts().contains(name)) << name;
  }
}

// A daemon that is killed while its create is under way takes the booking up again and it is told once asked.
TEST(Simulation, AKillAroundTheCreateLosesNothing) {
  for (const bool on_answer : {false, true}) {
    for (std::int64_t delay_ms = 0; delay_ms <= 40; delay_ms += 5) {
      RunPlan plan = draw_options(1, 1);
      plan.chaos = {};
      plan.crashes = {{.trigger = {.operation = "create-appointment", .on_answer = on_answer, .delay_ms = delay_ms},
                       .down_ms = 500}};
      plan.persons.clear();
      plan.ghl_link = plan.ghl_link.calm();
      plan.vapi_link = plan.vapi_link.calm();
      plan.disk = {};
      plan.callers[0].call.behaviour = {};
      const auto record = simulate(plan, {});
      const auto findings = check_all(record.history);
      EXPECT_TRUE(findings.violations.empty()) << delay_ms;
      EXPECT_EQ(record.history.crashes.size(), 1U);
      ASSERT_EQ(record.history.calls.size(), 1U);
      EXPECT_EQ(record.history.calls[0].told, "booked") << delay_ms << on_answer;
      EXPECT_EQ(record.history.bookings.size(), 1U);
    }
  }
}

}  // namespace
}  // namespace scenarios
