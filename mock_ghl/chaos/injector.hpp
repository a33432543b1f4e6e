// Injector: draws which faults of a plan hit a request, and keeps the journal of those that did.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl {

// What hits one request.
struct Injection {
  holdfast::Duration latency{0};       // before anything else; the sum of all latency rules that fired
  std::optional<Fault> decisive = {};  // the first of the faults that decide the answer
  holdfast::Duration decisive_delay{0};
  std::uint64_t decisive_draw = 0;             // picks among the forms of the fault
  std::shared_ptr<const ChaosRule> rule = {};  // of the decisive fault; outlives a change of plan
  std::optional<holdfast::Duration> commit_gap = {};
  std::optional<holdfast::Duration> stale = {};
  std::optional<std::uint64_t> patchy = {};  // patchy_reads: the draw of the tosses; `stale` is the delay
  // stores_other: what, how far, and the draw that picks among others.
  struct Alteration {
    Alters what = Alters::drawn;
    holdfast::Duration shift{0};
    std::uint64_t draw = 0;
  };
  std::optional<Alteration> alteration = {};
  bool again = false;  // duplicate_delivery: this is the second time the request is executed
  bool strict_offset = false;
  holdfast::Duration body_over{0};                // slow_body
  std::optional<holdfast::Duration> race = {};    // the longest a create is held
  std::optional<std::uint64_t> error_shape = {};  // the draw that picks the shape
  bool open_hours_object = false;
  bool dates_wrapper = false;
  std::uint64_t fired = 0;  // one bit a Fault
  std::uint64_t request_number = 0;
  // For Injector::take_back: the plan, by its number, and of its rules that fired those whose fault needs a fitting
  // answer.
  struct Provisional {
    Fault fault;
    std::size_t rule;  // its place in the plan
  };
  std::uint64_t plan_number = 0;
  std::vector<Provisional> provisional = {};
};
static_assert(fault_count <= 64);

// What a rule's filters look at. Everything must outlive the draw; `token`, `location_id` and `headers` are only looked
// at when needs_caller().
struct Subject {
  std::string_view operation = {};
  std::string_view token = {};        // of the Authorization header; "" without one
  std::string_view location_id = {};  // the token's; "" for an unknown one
  const holdfast::net::HttpHeaders* headers = nullptr;
};

// Not thread-safe. Two injectors with the same seed, plans and requests inject the same.
class Injector {
 public:
  explicit Injector(std::uint64_t seed) : seed_(seed) {}

  // Replaces the plan; windows and holds count from `now`. The journal goes on.
  void set_plan(ChaosPlan plan, holdfast::Instant now);
  const ChaosPlan& plan() const { return *plan_; }
  // True when a rule looks at who calls.
  bool needs_caller() const { return needs_caller_; }
  // Draws for one request, and notes what fired.
  Injection draw(const Subject& subject, std::uint64_t request_number, holdfast::Instant now);
  // The clean answer left a fault of the injection nothing to do (needs_fitting_answer()): it did not happen. Its
  // entry, its count, its hold and its rule's `limit` and ordinal are as before the draw. At most once for each.
  void take_back(const Injection& injection, Fault fault);
  // Takes note of an answer: ends the rules that wait for it (`until`).
  void note_answer(std::string_view operation, int status);

  // The first journal_max entries, and how often each fault fired in all.
  static constexpr std::size_t journal_max = 100'000;
  const std::vector<JournalEntry>& journal() const { return journal_; }
  std::uint64_t count(Fault fault) const { return counts_.at(static_cast<std::size_t>(fault)); }
  // Forgets entries and counts; the rules' own counts and draws go on.
  void clear_journal();

 private:
  struct RuleState {
    holdfast::SplitMix64 random;
    int fired = 0;
    std::int64_t matched = 0;  // requests that the ordinal counts
    std::int64_t owed = 0;     // its firings that were taken back: the next requests get them
    bool ended = false;
    holdfast::Instant held_until = holdfast::Instant::min();
    std::uint64_t held_by = 0;  // the request that began the hold
  };
  bool fires(const ChaosRule& rule, RuleState& state, const Subject& subject, holdfast::Instant now) const;
  // Enters one fired rule into the injection; false when it has no effect here.
  bool enter(const ChaosRule& rule, const Subject& subject, holdfast::Duration delay, std::uint64_t form,
             Injection& injection) const;
  void note(Fault fault, std::string_view operation, std::uint64_t request_number, holdfast::Instant now);
  void forget(Fault fault, std::uint64_t request_number);

  std::uint64_t seed_;
  std::uint64_t plans_ = 0;
  std::shared_ptr<const ChaosPlan> plan_ = std::make_shared<const ChaosPlan>();
  bool needs_caller_ = false;
  std::vector<RuleState> states_;
  holdfast::Instant since_{};
  std::vector<JournalEntry> journal_;
  std::array<std::uint64_t, fault_count> counts_{};
};

}  // namespace mock_ghl
