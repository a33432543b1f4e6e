#include "scenarios/cli/storm.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <iterator>
#include <utility>
#include <vector>

#include "core/base/hash.hpp"
#include "scenarios/check/disclosure.hpp"
#include "scenarios/cli/parallel.hpp"
#include "scenarios/report/timeline.hpp"
#include "scenarios/world/options.hpp"
#include "scenarios/world/other_names.hpp"
#include "scenarios/world/simulation.hpp"

namespace scenarios {
namespace {

constexpr std::size_t cases_max = 20;

// What is kept of one seed; a violated one also keeps its story.
struct SeedOutcome {
  std::uint64_t trace_hash = 0;
  bool steady = true;
  std::uint64_t conversations = 0;
  std::uint64_t bookings = 0;
  std::uint64_t violations = 0;
  std::int64_t simulated_ms = 0;
  Probes probes;
  std::optional<CaseResult> story;
};

std::uint64_t live_bookings(const History& history) {
  return static_cast<std::uint64_t>(std::ranges::count_if(history.bookings, [&](const BookingFact& booking) {
    return booking.ours() && booking.live_at(history.ended_at);
  }));
}

RunRecord play(std::uint64_t seed, int conversations, const Seams* seams, Trace::Sink sink) {
  SimulationOptions options;
  options.seams = seams;
  options.sink = std::move(sink);
  return simulate(draw_options(seed, conversations), std::move(options));
}

std::string reproduce_line(const std::string& program, std::uint64_t seed, int conversations, const Mutant* mutant) {
  std::string line = program + " replay --seed " + std::to_string(seed);
  if (conversations != 50) line += " --conversations " + std::to_string(conversations);
  if (mutant != nullptr) line += " --mutant " + std::string(mutant->name);
  return line + " --trace out/seed-" + std::to_string(seed) + ".txt";
}

CaseResult story_of(std::uint64_t seed, const RunRecord& record, Findings findings, std::string reproduce) {
  CaseResult shown;
  shown.id = "seed-" + std::to_string(seed);
  shown.title = "Storm of seed " + std::to_string(seed);
  shown.reproduce = std::move(reproduce);
  // What nobody can know about a caller who hung up is no failure of a storm.
  findings.unknown.clear();
  fill_case(shown, record.history, std::move(findings));
  for (const Violation& violation : shown.violations) {
    if (std::ranges::find(shown.rules, violation.rule) == shown.rules.end()) shown.rules.push_back(violation.rule);
  }
  return shown;
}

// The same seed with other people, and what each caller heard in both.
Findings find_disclosure(std::uint64_t seed, const StormOptions& options, const Seams* seams, const History& first) {
  SimulationOptions quiet;
  quiet.seams = seams;
  const RunRecord other = simulate(with_other_names(draw_options(seed, options.conversations)), std::move(quiet));
  return compare_replies(first, other.history, other_name);
}

SeedOutcome outcome_of(std::uint64_t seed, const StormOptions& options) {
  const auto seams = options.mutant == nullptr ? nullptr : seams_of(*options.mutant);
  const RunRecord record = play(seed, options.conversations, seams.get(), {});
  SeedOutcome outcome;
  outcome.trace_hash = record.trace_hash;
  if (options.twice) {
    outcome.steady = play(seed, options.conversations, seams.get(), {}).trace_hash == record.trace_hash;
  }
  outcome.conversations = record.history.calls.size();
  outcome.bookings = live_bookings(record.history);
  outcome.simulated_ms = record.simulated_ms;
  outcome.probes = record.probes;
  Findings findings = check_all(record.history);
  if (options.disclosure) {
    Findings disclosed = find_disclosure(seed, options, seams.get(), record.history);
    findings.violations.insert(findings.violations.end(), std::make_move_iterator(disclosed.violations.begin()),
                               std::make_move_iterator(disclosed.violations.end()));
  }
  outcome.violations = findings.violations.size();
  if (outcome.violations > 0) {
    outcome.story = story_of(seed, record, std::move(findings),
                             reproduce_line(options.program, seed, options.conversations, options.mutant));
  }
  return outcome;
}

std::string hex(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

// Adds a seed to the totals; a probe counts once a seed, a fault as often as it was injected.
void add(SimTotals& totals, const SeedOutcome& outcome) {
  ++totals.seeds;
  totals.conversations += outcome.conversations;
  totals.bookings += outcome.bookings;
  totals.violations += outcome.violations;
  totals.seeds_violated += outcome.violations > 0 ? 1 : 0;
  totals.simulated_seconds += static_cast<double>(outcome.simulated_ms) / 1000;
  constexpr std::string_view told = "caller: told ";
  constexpr std::string_view chaos = "chaos: ";
  for (const auto& [name, count] : outcome.probes.counts()) {
    if (name.starts_with(told))
      totals.told[name.substr(told.size())] += count;
    else if (name.starts_with(chaos))
      totals.faults[name.substr(chaos.size())] += count;
    else
      ++totals.probes[name];
  }
}

}  // namespace

std::optional<SeedRange> parse_seeds(const std::string& text) {
  const auto number = [](std::string_view digits) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
    return value;
  };
  const auto dots = text.find("..");
  const auto first = number(std::string_view(text).substr(0, dots));
  const auto last = dots == std::string::npos ? first : number(std::string_view(text).substr(dots + 2));
  if (!first || !last || *last < *first || *last - *first >= 100'000'000) return std::nullopt;
  return SeedRange{*first, *last};
}

StormOutcome run_storm(const StormOptions& options) {
  const auto began = std::chrono::steady_clock::now();
  std::vector<SeedOutcome> outcomes(options.seeds.count());
  std::atomic<std::size_t> stories{0};
  in_parallel(outcomes.size(), options.jobs, [&](std::size_t index) {
    outcomes[index] = outcome_of(options.seeds.first + index, options);
    // Stories are large; a storm that breaks everywhere must not fill the memory with them.
    if (outcomes[index].story && stories++ > 20 * cases_max) outcomes[index].story.reset();
  });
  StormOutcome storm;
  storm.totals.first_seed = options.seeds.first;
  storm.totals.last_seed = options.seeds.last;
  std::uint64_t hash = holdfast::fnv1a_start;
  for (std::size_t index = 0; index < outcomes.size(); ++index) {
    SeedOutcome& outcome = outcomes[index];
    hash = holdfast::fnv1a(hex(outcome.trace_hash), hash);
    add(storm.totals, outcome);
    if (!outcome.steady) storm.unsteady.push_back(options.seeds.first + index);
    if (outcome.story && storm.cases.size() < cases_max) storm.cases.push_back(std::move(*outcome.story));
  }
  storm.totals.trace_hash = hex(hash);
  storm.totals.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return storm;
}

CaseResult replay_seed(std::uint64_t seed, int conversations, const Mutant* mutant,
                       std::function<void(std::string_view)> sink, SimTotals& totals) {
  const auto began = std::chrono::steady_clock::now();
  const auto seams = mutant == nullptr ? nullptr : seams_of(*mutant);
  // An empty function put into a Sink would be a sink that cannot be called.
  const RunRecord record = play(seed, conversations, seams.get(), sink ? Trace::Sink(std::move(sink)) : Trace::Sink());
  Findings findings = check_all(record.history);
  SeedOutcome outcome;
  outcome.conversations = record.history.calls.size();
  outcome.bookings = live_bookings(record.history);
  outcome.violations = findings.violations.size();
  outcome.simulated_ms = record.simulated_ms;
  outcome.probes = record.probes;
  add(totals, outcome);
  totals.first_seed = totals.last_seed = seed;
  totals.trace_hash = hex(record.trace_hash);
  totals.wall_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return story_of(seed, record, std::move(findings), reproduce_line("holdfast", seed, conversations, mutant));
}

std::vector<MutantResult> hunt_mutants(SeedRange seeds, int conversations, int jobs) {
  std::vector<MutantResult> results;
  for (const Mutant& mutant : mutants()) {
    MutantResult result;
    result.name = mutant.name;
    result.defect = mutant.defect;
    StormOptions options;
    options.conversations = conversations;
    options.mutant = &mutant;
    // In small batches, so that the lowest seed is found without running them all.
    const auto batch = static_cast<std::uint64_t>(std::max(1, jobs));
    for (std::uint64_t first = seeds.first; first <= seeds.last && !result.caught; first += batch) {
      std::vector<SeedOutcome> outcomes(std::min(batch, seeds.last - first + 1));
      in_parallel(outcomes.size(), jobs,
                  [&](std::size_t index) { outcomes[index] = outcome_of(first + index, options); });
      for (std::size_t index = 0; index < outcomes.size() && !result.caught; ++index) {
        ++result.seeds;
        if (!outcomes[index].story) continue;
        result.caught = true;
        result.seed = first + index;
        result.rule = outcomes[index].story->violations.front().rule;
        result.sentence = outcomes[index].story->violations.front().sentence;
      }
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace scenarios
