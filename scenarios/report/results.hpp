// Results: what a run of scenarios or of seeds came to, as plain values, for the terminal, JSON, JUnit and HTML.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

// Three-valued, as everywhere: unknown is never counted as ok.
enum class Verdict { ok, violated, unknown };

// "ok", "violated", "unknown".
std::string_view to_string(Verdict verdict);

// One bar of a timeline, in virtual or real milliseconds since the case began.
struct LaneSpan {
  std::string lane;   // "Ada King" (a caller), "person", "GHL: u-anna" (a seat), "daemon"
  std::string label;  // "book_appointment -> booked"
  std::string kind;   // "exchange", "appointment", "person", "fault", "crash"
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  std::string status;  // "booked", "taken", "pending", …; colours it
};

// One scenario, or one seed of a storm that is worth showing.
struct CaseResult {
  std::string id;  // scenario id, or "seed-17"
  std::string title;
  std::string why;  // the bug or quirk it comes from
  std::vector<std::string> rules;
  Verdict verdict = Verdict::ok;
  std::vector<Violation> violations;
  std::vector<std::string> unknown;
  std::vector<std::string> told;  // one line a caller: "Ada King was told booked: Thursday, August 27 at 10:00 AM"
  std::string reproduce;          // one line to paste
  double seconds = 0;             // wall time
  std::vector<LaneSpan> timeline;
  holdfast::Instant began_at{};  // what the timeline counts from; places the violations on it

  // One seed of a storm ("seed-17"): SimTotals counts it, so the cases do not count it again.
  bool is_seed() const { return id.starts_with("seed-"); }
};

// A seeded defect and how fast it was caught.
struct MutantResult {
  std::string name;
  std::string defect;
  bool caught = false;
  std::uint64_t seed = 0;   // at which it was caught
  std::uint64_t seeds = 0;  // tried
  std::string rule;         // first rule that caught it
  std::string sentence;     // its violation
};

// A storm over seeds, added up.
struct SimTotals {
  std::uint64_t first_seed = 0;
  std::uint64_t last_seed = 0;
  std::uint64_t seeds = 0;
  std::uint64_t conversations = 0;
  std::uint64_t bookings = 0;  // appointments of ours live at the end
  std::uint64_t violations = 0;
  std::uint64_t seeds_violated = 0;  // a storm with two violations is one
  std::uint64_t seeds_unknown = 0;
  double simulated_seconds = 0;
  double wall_seconds = 0;
  std::string trace_hash;
  std::map<std::string, std::uint64_t> told;    // last status told -> calls
  std::map<std::string, std::uint64_t> probes;  // named rare path -> seeds that hit it
  std::map<std::string, std::uint64_t> faults;  // injected fault -> times
};

// Everything one command of `holdfast` produced. Parts that did not run are empty (`sim.seeds` 0).
struct Results {
  std::string command;  // as typed, to reproduce all of it
  std::string world;    // "virtual" or "sockets"
  std::string target;   // "builtin" or the URL
  std::string version;
  std::vector<CaseResult> cases;
  SimTotals sim;
  std::vector<MutantResult> mutants;

  // Cases (and seeds, and mutants) that passed and failed; unknown counts as failed, and so does a mutant nobody
  // caught.
  std::uint64_t passed() const;
  std::uint64_t failed() const;
  // Seeds whose verdict was this one. Seeds that are shown as cases count even where the totals forgot them.
  std::uint64_t seeds_that(Verdict verdict) const;
  // Of everything: violated beats unknown beats ok.
  Verdict verdict() const;
  // 0 pass, 1 violated, 2 unknown: the exit code of the command.
  int exit_code() const;
};

// Several commands' results as one, so that one page shows a run and a sim: cases and mutants one after another, the
// storms added up, commands joined by line breaks. A trace hash stays only when there was one storm.
Results merge(const std::vector<Results>& parts);

}  // namespace scenarios
