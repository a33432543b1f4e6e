// Every builtin scenario, played in the virtual world against the daemon: nothing is broken, everything expected comes.
#include <gtest/gtest.h>

#include "scenarios/catalogue/scenario.hpp"
#include "scenarios/mutants/mutants.hpp"
#include "scenarios/report/timeline.hpp"
#include "scenarios/world/simulation.hpp"

namespace scenarios {
namespace {

const std::vector<Scenario>& all() {
  static const auto scenarios = builtin_scenarios({.now = *holdfast::parse_iso("2026-09-02T12:00:00Z")}).value();
  return scenarios;
}

std::string story(const RunRecord& record, const Findings& findings) {
  std::string text;
  for (const auto& violation : findings.violations) text += violation.rule + ": " + violation.sentence + "\n";
  for (const auto& unknown : findings.unknown) text += "unknown: " + unknown + "\n";
  for (const auto& line : told_of(record.history)) text += line + "\n";
  for (const auto& span : timeline_of(record.history)) {
    text += "  " + std::to_string(span.from_ms) + ".." + std::to_string(span.to_ms) + " " + span.lane + ": " +
            span.label + "\n";
  }
  for (const auto& [at, what] : record.persons) text += "  person: " + what + "\n";
  return text;
}

class Builtin : public testing::TestWithParam<std::size_t> {};

TEST_P(Builtin, HoldsInTheVirtualWorld) {
  const Scenario& scenario = all()[GetParam()];
  // The faults come as the file says; latencies and ids differ from seed to seed.
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RunPlan plan = scenario.plan;
    plan.seed = seed;
    const RunRecord record = simulate(plan, {});
    const Findings findings = judge(scenario, record.history);
    ASSERT_TRUE(findings.violations.empty() && findings.unknown.empty()) << scenario.id << ", seed " << seed << "\n"
                                                                         << story(record, findings);
    ASSERT_EQ(record.history.calls.size(), plan.callers.size());
  }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Builtin, testing::Range<std::size_t>(0, all().size()), [](const auto& info) {
  std::string name = all()[info.param].id;
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
});

// A kill before and after every access to the ledger and every request to GHL while a caller hears "pending" and takes
// another slot: whatever point it is, one appointment is left (or none, as told), and everybody is told the truth.
TEST(Crashes, AtEveryPointOfPendingThenAnotherSlotLeaveOne) {
  const auto scenario = std::ranges::find(all(), "pending-then-another-slot-crash", &Scenario::id);
  ASSERT_NE(scenario, all().end());
  int points = 0;
  for (const char* operation : {"ledger.any", "create-appointment", "get-slots", "get-calendar-events",
                                "get-appointments-for-contact", "edit-appointment", "create-contact"}) {
    for (const bool on_answer : {false, true}) {
      for (int nth = 1;; ++nth) {
        RunPlan plan = scenario->plan;
        plan.crashes = {
            {.trigger = {.operation = operation, .nth = nth, .on_answer = on_answer, .delay_ms = 0}, .down_ms = 1'500}};
        const RunRecord record = simulate(plan, {});
        if (record.history.crashes.empty()) break;  // there is no such point any more
        ++points;
        const Findings findings = check_all(record.history);
        EXPECT_TRUE(findings.violations.empty()) << operation << " " << nth << (on_answer ? " answered" : "") << "\n"
                                                 << story(record, findings);
        const auto live = std::ranges::count_if(record.history.bookings, [&](const BookingFact& booking) {
          return booking.ours() && booking.live_at(record.history.ended_at);
        });
        EXPECT_LE(live, 1) << operation << " " << nth << on_answer;
      }
    }
  }
  RecordProperty("points", points);
  EXPECT_GT(points, 100);
  std::printf("%d points\n", points);
}

// What only a crash at the right moment shows is for the storms (holdfast sim --mutants).
bool is_for_storms(std::string_view mutant) {
  return mutant == "booked_is_lazy" || mutant == "forget_what_was_sent";
}

std::string first_to_notice(const Mutant& mutant) {
  const auto seams = seams_of(mutant);
  for (const Scenario& scenario : all()) {
    RunPlan plan = scenario.plan;
    plan.seed = 1;
    SimulationOptions options;
    options.seams = seams.get();
    if (!judge(scenario, simulate(plan, std::move(options)).history).violations.empty()) return scenario.id;
  }
  return {};
}

// The catalogue is worth something only if it notices: each seeded defect of the daemon breaks at least one scenario.
TEST(Mutants, AreNoticedByTheCatalogue) {
  for (const Mutant& mutant : mutants()) {
    if (is_for_storms(mutant.name)) continue;
    const std::string noticed = first_to_notice(mutant);
    RecordProperty(std::string(mutant.name), noticed);
    EXPECT_FALSE(noticed.empty()) << mutant.name << ": " << mutant.defect;
  }
}

// What is scaled down for sockets must make sense too; virtual time plays it in no time.
TEST(SocketPlans, HoldAsScaledDown) {
  for (const Scenario& scenario : all()) {
    if (!scenario.over_sockets()) continue;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
      RunPlan plan = scenario.socket_plan;
      plan.seed = seed;
      plan.ghl_link = {.latency_min_ms = 0, .latency_max_ms = 3};
      plan.vapi_link = plan.ghl_link;
      const RunRecord record = simulate(plan, {});
      const Findings findings = judge(scenario, record.history);
      EXPECT_TRUE(findings.violations.empty() && findings.unknown.empty()) << scenario.id << ", seed " << seed << "\n"
                                                                           << story(record, findings);
      for (const auto& call : record.history.calls) {
        EXPECT_LT((call.ended_at - record.history.began_at).count(), 20'000) << scenario.id << " takes too long";
      }
    }
  }
}

}  // namespace
}  // namespace scenarios
