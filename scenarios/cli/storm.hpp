// Storms: many seeds, each a world of its own, on several threads, added up the same whatever the number of threads.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "scenarios/mutants/mutants.hpp"
#include "scenarios/report/results.hpp"

namespace scenarios {

// Seeds `first` to `last`, both included.
struct SeedRange {
  std::uint64_t first = 1;
  std::uint64_t last = 1;
  std::uint64_t count() const { return last - first + 1; }
};

// "7" or "1..2000"; nullopt when it is neither, or empty.
std::optional<SeedRange> parse_seeds(const std::string& text);

// How a storm is run.
struct StormOptions {
  SeedRange seeds;
  int conversations = 50;
  int jobs = 1;
  const Mutant* mutant = nullptr;
  bool twice = false;                // every seed is run two times and the hashes compared
  bool disclosure = false;           // … once more with other names, and what each caller heard is compared (S11)
  std::string program = "holdfast";  // for the lines that reproduce a seed
};

// The totals and at most twenty violated seeds as cases. `unsteady` holds the seeds whose two runs differed.
struct StormOutcome {
  SimTotals totals;
  std::vector<CaseResult> cases;
  std::vector<std::uint64_t> unsteady;
};

// Plays every seed. The trace hash is that of the seeds' hashes in order.
StormOutcome run_storm(const StormOptions& options);

// One seed with its trace written line by line to `sink` (may be empty).
CaseResult replay_seed(std::uint64_t seed, int conversations, const Mutant* mutant,
                       std::function<void(std::string_view)> sink, SimTotals& totals);

// Runs every mutant over the seeds until a seed catches it; the lowest such seed is told.
std::vector<MutantResult> hunt_mutants(SeedRange seeds, int conversations, int jobs);

}  // namespace scenarios
