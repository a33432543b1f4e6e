// Injector: draws which faults of a plan hit a request, and keeps the journal of those that did.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl {

// What hits one request.
struct Injection {
  holdfast::Duration latency{0};       // before anything else; the sum of all latency rules that fired
  std::optional<Fault> decisive = {};  // the first of the faults that decide the answer
  holdfast::Duration decisive_delay{0};
  std::uint64_t decisive_draw = 0;  // picks among the forms of the fault
  std::optional<holdfast::Duration> commit_gap = {};
  std::optional<holdfast::Duration> stale = {};
  bool strict_offset = false;
};

// Not thread-safe. Two injectors with the same seed, plans and requests inject the same.
class Injector {
 public:
  explicit Injector(std::uint64_t seed) : seed_(seed) {}

  // Replaces the plan; windows and holds count from `now`. The journal goes on.
  void set_plan(ChaosPlan plan, holdfast::Instant now);
  const ChaosPlan& plan() const { return plan_; }
  // Draws for one request, and notes what fired.
  Injection draw(std::string_view operation, std::uint64_t request_number, holdfast::Instant now);

  // The first journal_max entries, and how often each fault fired in all.
  static constexpr std::size_t journal_max = 100'000;
  const std::vector<JournalEntry>& journal() const { return journal_; }
  std::uint64_t count(Fault fault) const { return counts_.at(static_cast<std::size_t>(fault)); }

 private:
  struct RuleState {
    holdfast::SplitMix64 random;
    int fired = 0;
    holdfast::Instant held_until = holdfast::Instant::min();
  };
  bool fires(const ChaosRule& rule, RuleState& state, std::string_view operation, holdfast::Instant now) const;

  std::uint64_t seed_;
  std::uint64_t plans_ = 0;
  ChaosPlan plan_;
  std::vector<RuleState> states_;
  holdfast::Instant since_{};
  std::vector<JournalEntry> journal_;
  std::array<std::uint64_t, fault_count> counts_{};
};

}  // namespace mock_ghl
