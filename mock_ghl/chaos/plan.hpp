// ChaosPlan: which faults the twin injects, when and how often. The clean server and its faults are kept apart: a plan
// is data, and an empty plan is calm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

// What can go wrong. Numbers in brackets are quirks of facts/ghl.md 9. Latency and the four last ones combine with
// others; of the rest the first rule that fires decides.
enum class Fault {
  latency,                  // the request arrives `delay` later, then everything is as usual (53)
  rate_limited,             // 429 before the nominal limit; nothing done (48)
  server_error,             // 500, 502 or 503, as JSON or HTML; nothing done (50, 51)
  lost_before_commit,       // the connection is cut after `delay`; nothing done
  lost_after_commit,        // done, then after `delay` cut, or an HTML 502/504, drawn evenly (4)
  unreadable_after_commit,  // done, then a 2xx whose body is HTML or empty (5)
  late_commit,              // 504 or cut at once; the request is executed `delay` later
  hang,                     // done at once; the answer comes `delay` later, long after any deadline
  commit_gap,               // create and update: slot check, then `delay`, then commit without a second check (3)
  stale_free_slots,         // free-slots answers as of `delay` ago (16)
  strict_offset,            // a startTime whose offset is not the location's is a slot taken (8)
};
inline constexpr std::size_t fault_count = 11;

// How long something takes. Drawn with our own arithmetic, so that it replays.
struct DelayModel {
  enum class Kind { fixed, uniform, lognormal };
  Kind kind = Kind::fixed;
  double median_ms = 0;     // lognormal: of the distribution
  double sigma = 0;         // lognormal: of the logarithm
  std::int64_t min_ms = 0;  // fixed: the value; uniform and lognormal: the least
  std::int64_t max_ms = 0;  // uniform and lognormal: the greatest

  // The three kinds, made.
  static DelayModel fixed(std::int64_t delay_ms);
  static DelayModel uniform(std::int64_t min_ms, std::int64_t max_ms);
  static DelayModel lognormal(double median_ms, double sigma, std::int64_t min_ms, std::int64_t max_ms);
  // One delay. Draws nothing (fixed), once (uniform) or twice (lognormal).
  holdfast::Duration draw(holdfast::SplitMix64& random) const;
  bool operator==(const DelayModel&) const = default;
};

// Milliseconds since set_chaos, half-open.
struct ChaosWindow {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  bool operator==(const ChaosWindow&) const = default;
};

// One fault, where, how often, how long. Each rule draws from its own generator, so adding a rule does not change what
// the others do.
struct ChaosRule {
  Fault fault = Fault::latency;
  std::string operation =
      "*";                   // glob ('*', '?') over the operation ids of facts/ghl.md Appendix A: "create-appointment"
  double probability = 1.0;  // per request
  int limit = -1;            // fires at most this often; -1: no limit
  DelayModel delay = {};
  std::optional<ChaosWindow> window = std::nullopt;
  std::int64_t hold_ms = 0;  // once it fired it fires on every matching request for this long (a stability window)
  bool operator==(const ChaosRule&) const = default;
};

// All faults of a stretch of time; empty is calm.
struct ChaosPlan {
  std::vector<ChaosRule> rules = {};
  bool operator==(const ChaosPlan&) const = default;
};

// One injected fault.
struct JournalEntry {
  Fault fault = Fault::latency;
  std::string operation = {};
  holdfast::Instant at = {};         // when the request came
  std::uint64_t request_number = 0;  // counted from 1 over the twin's life
};

// Reads {"rules":[{"fault":"latency","operation":"get-*","probability":0.5,"limit":3,"delay":{"fixed_ms":100},
// "window":{"from_ms":0,"to_ms":60000},"hold_ms":0}]}. The delay is also {"uniform_ms":[min,max]} or
// {"lognormal":{"median_ms":m,"sigma":s,"min_ms":a,"max_ms":b}}. Only "fault" is required. invalid_input names the
// path.
holdfast::Result<ChaosPlan> parse_chaos(std::string_view text);
// The same JSON; parse_chaos(to_json(plan)) is the plan.
std::string to_json(const ChaosPlan& plan);

// Stable snake_case name, as in the JSON.
std::string_view to_string(Fault fault);
std::optional<Fault> parse_fault(std::string_view name);
// Shell-like match of the whole of `text`.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace mock_ghl
