#include "scenarios/report/results.hpp"

#include <algorithm>

namespace scenarios {

namespace {

std::uint64_t count_cases(const Results& results, bool seeds, Verdict verdict) {
  return static_cast<std::uint64_t>(std::ranges::count_if(
      results.cases, [&](const CaseResult& shown) { return shown.is_seed() == seeds && shown.verdict == verdict; }));
}

std::uint64_t mutants_that(const Results& results, bool caught) {
  return static_cast<std::uint64_t>(std::ranges::count(results.mutants, caught, &MutantResult::caught));
}

// "a" and "a" is "a"; "a" and "b" is "a<separator>b".
void join(std::string& whole, const std::string& part, std::string_view separator) {
  if (part.empty() || whole == part) return;
  if (!whole.empty()) whole += separator;
  whole += part;
}

void add(std::map<std::string, std::uint64_t>& whole, const std::map<std::string, std::uint64_t>& part) {
  for (const auto& [name, count] : part) whole[name] += count;
}

void add(SimTotals& whole, const SimTotals& part) {
  if (part.seeds == 0) return;
  const bool first = whole.seeds == 0;
  whole.first_seed = first ? part.first_seed : std::min(whole.first_seed, part.first_seed);
  whole.last_seed = std::max(whole.last_seed, part.last_seed);
  whole.trace_hash = first ? part.trace_hash : "";
  whole.seeds += part.seeds;
  whole.conversations += part.conversations;
  whole.bookings += part.bookings;
  whole.violations += part.violations;
  whole.seeds_violated += part.seeds_violated;
  whole.seeds_unknown += part.seeds_unknown;
  whole.simulated_seconds += part.simulated_seconds;
  whole.wall_seconds += part.wall_seconds;
  add(whole.told, part.told);
  add(whole.probes, part.probes);
  add(whole.faults, part.faults);
}

}  // namespace

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::ok:
      return "ok";
    case Verdict::violated:
      return "violated";
    case Verdict::unknown:
      break;
  }
  return "unknown";
}

std::uint64_t Results::seeds_that(Verdict verdict) const {
  if (verdict == Verdict::ok) {
    const std::uint64_t bad = seeds_that(Verdict::violated) + seeds_that(Verdict::unknown);
    return sim.seeds > bad ? sim.seeds - bad : 0;
  }
  const std::uint64_t shown = count_cases(*this, true, verdict);
  if (verdict == Verdict::unknown) return std::max(sim.seeds_unknown, shown);
  return std::max({sim.seeds_violated, shown, std::uint64_t{sim.violations > 0 ? 1U : 0U}});
}

std::uint64_t Results::passed() const {
  return count_cases(*this, false, Verdict::ok) + seeds_that(Verdict::ok) + mutants_that(*this, true);
}

std::uint64_t Results::failed() const {
  return count_cases(*this, false, Verdict::violated) + count_cases(*this, false, Verdict::unknown) +
         seeds_that(Verdict::violated) + seeds_that(Verdict::unknown) + mutants_that(*this, false);
}

Verdict Results::verdict() const {
  if (count_cases(*this, false, Verdict::violated) + seeds_that(Verdict::violated) + mutants_that(*this, false) > 0) {
    return Verdict::violated;
  }
  // Nothing tried proves nothing.
  return failed() > 0 || passed() == 0 ? Verdict::unknown : Verdict::ok;
}

int Results::exit_code() const {
  switch (verdict()) {
    case Verdict::ok:
      return 0;
    case Verdict::violated:
      return 1;
    case Verdict::unknown:
      break;
  }
  return 2;
}

Results merge(const std::vector<Results>& parts) {
  Results whole;
  for (const Results& part : parts) {
    join(whole.command, part.command, "\n");
    join(whole.world, part.world, ", ");
    join(whole.target, part.target, ", ");
    join(whole.version, part.version, ", ");
    whole.cases.insert(whole.cases.end(), part.cases.begin(), part.cases.end());
    whole.mutants.insert(whole.mutants.end(), part.mutants.begin(), part.mutants.end());
    add(whole.sim, part.sim);
  }
  return whole;
}

}  // namespace scenarios
