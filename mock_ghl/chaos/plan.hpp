// ChaosPlan: which faults the twin injects, when and how often. The clean server and its faults are kept apart: a plan
// is data, and an empty plan is calm.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/random.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

class Faults;

// What can go wrong. Numbers in brackets are quirks of facts/ghl.md 9. Those of the first and the last group combine
// with others; of the decisive ones in the middle the first rule that fires decides. Plans, journals and draws of the
// virtual world know a fault by its place: new ones go to the end.
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

  // Decisive.
  answer,          // the rule's `answer`, whatever the request was; nothing done unless it says so (50, 51, 52, 57)
  cloudflare,      // 403 `error code: 1010`, plain or as a page, drawn evenly; nothing done (50)
  internal_error,  // a refusal of the clean server reads 500 instead of its 4xx; what succeeds stays (51)
  error_in_2xx,    // 200 or 201 with an error in its body, in two forms; nothing done (52)
  token_expired,   // 401 `Invalid JWT`; nothing done (41)
  daily_limit,     // 429 with X-RateLimit-Daily-Remaining: 0; nothing done (48)
  refused_after_commit,  // done, then a 422 as if it were not (30)
  never_answer,          // nothing done, and no answer: the line is open for `delay` (10 min when it is 0), then cut
  duplicate_delivery,    // executed twice, `delay` apart, as by a proxy that retries; `sees` says whose answer comes

  // Combine with others.
  slow_body,          // the head comes at once, the body in pieces over `delay`
  stale_reads,        // lists of events and of a contact's appointments as of `delay` ago (16)
  race,               // a create is held after its slot check until an overlapping one is booked, at most `delay` (3)
  open_hours_object,  // an empty openHours list is written {} (24)
  dates_wrapper,      // free-slots puts its dates into "_dates_" (14)
  error_shape,        // an error body in another of the shapes of facts/ghl.md 1.6, drawn evenly (54)

  // Later ones. The first is decisive, the others combine.
  wrong_id_after_commit,  // done, then the true answer with an id that is another appointment's, nobody's or none
  stores_other,           // a create or move is stored with something else than was asked for: the rule's `alters`
  patchy_reads,           // like stale_reads, but each appointment by a toss of its own: lists are no prefixes
};
inline constexpr std::size_t fault_count = 29;

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
  // The lognormal one whose 99th percentile is p99_ms (at least the median, which must be positive).
  static DelayModel lognormal_p99(double median_ms, double p99_ms, std::int64_t min_ms, std::int64_t max_ms);
  // One delay. Draws nothing (fixed), once (uniform) or twice (lognormal).
  holdfast::Duration draw(holdfast::SplitMix64& random) const;
  // True when it can only be no delay at all.
  bool is_nothing() const;
  bool operator==(const DelayModel&) const = default;
};

// Milliseconds since set_chaos, half-open.
struct ChaosWindow {
  std::int64_t from_ms = 0;
  std::int64_t to_ms = 0;
  bool operator==(const ChaosWindow&) const = default;
};

// What is put in the place of an answer.
struct AnswerForm {
  // json; an HTML page; nothing; JSON that ends in the middle; JSON under text/html; plain text; JSON whose connection
  // ends in the middle of the announced length.
  enum class Body { json, html, empty, truncated, wrong_content_type, text, cut };
  int status = 0;  // 200..599; 0 keeps the answer's own (only for faults that have one)
  Body body = Body::json;
  std::string message = {};     // the "message" of the JSON, the title of the page; the status' own name when empty
  std::string text = {};        // the whole body as it is to be sent, instead of a made one; for json, html and text
  bool after_commit = false;    // execute the request first
  std::string instead_of = {};  // glob over the clean answer's status ("4??"): replace only those; executes it first
  bool operator==(const AnswerForm&) const = default;
};

// Matches requests by a header field; an absent one is "".
struct HeaderFilter {
  std::string name = {};
  std::string glob = "*";
  bool operator==(const HeaderFilter&) const = default;
};

// Which of the matching requests, counted from 1 within the rule's window, instead of all of them.
struct Ordinal {
  enum class Kind { exactly, every, from };
  Kind kind = Kind::exactly;
  std::int64_t n = 0;  // 0: all
  bool includes(std::int64_t count) const;
  bool operator==(const Ordinal&) const = default;
};

// Whose answer the client of a duplicated request sees.
enum class Sees { drawn, first, second };

// What is stored otherwise: the start `delay` later (three hours when it is 0), the end so much later (half an hour),
// in another calendar or for another contact of the location, without its description. `drawn`: one of these.
enum class Alters { drawn, start, end, calendar, contact, description };

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
  std::string caller = "*";  // glob over the token, or the id of the location it belongs to
  std::optional<HeaderFilter> header = std::nullopt;
  Ordinal ordinal = {};    // which of the matching requests; the probability counts for those
  std::string until = {};  // glob over operation ids: a 2xx of one of them ends the rule (41: a refresh)
  std::optional<AnswerForm> answer = std::nullopt;  // of `answer`; the form of the 429 for rate_limited, daily_limit
  Sees sees = Sees::drawn;                          // of duplicate_delivery
  Alters alters = Alters::drawn;                    // of stores_other
  bool operator==(const ChaosRule&) const = default;
};

// A person at GHL's screen who acts when a named operation is called (quirks 3, 26): makes races without lucky timing.
struct ScriptStep {
  enum class Deed { book, cancel, edit_calendar };
  std::string operation = {};  // glob over operation ids
  std::int64_t nth = 1;        // of the calls that match, counted from 1 since the plan was set
  bool after = false;          // once the call is answered, instead of before anything is done
  Deed deed = Deed::book;
  std::string calendar_id = {};             // book, edit_calendar; "" is the calendar the call names
  std::string start = {};                   // book: ISO 8601; "" is the startTime the call names
  std::string contact_name = "Pat Walkin";  // book
  std::string appointment_id = {};          // cancel; "" is the youngest living one
  std::string change = {};                  // edit_calendar: JSON of the fixture's calendar fields
  bool operator==(const ScriptStep&) const = default;
};

// All faults of a stretch of time; empty is calm.
struct ChaosPlan {
  std::vector<ChaosRule> rules = {};
  std::vector<ScriptStep> script = {};
  bool operator==(const ChaosPlan&) const = default;
};

// One injected fault.
struct JournalEntry {
  Fault fault = Fault::latency;
  std::string operation = {};
  holdfast::Instant at = {};         // when the request came
  std::uint64_t request_number = 0;  // counted from 1 over the twin's life
};

// Reads a plan (README.md "Chaos" has every member; only "fault" is required in a rule). invalid_input names the path.
holdfast::Result<ChaosPlan> parse_chaos(std::string_view text);
// The same JSON; parse_chaos(to_json(plan)) is the plan.
std::string to_json(const ChaosPlan& plan);

// A delay alone, as the rules write it; what is wrong is noted under `path`.
void read_delay(const holdfast::Json& value, std::string path, Faults& faults, DelayModel& delay);
holdfast::Json delay_json(const DelayModel& delay);

// Stable snake_case name, as in the JSON.
std::string_view to_string(Fault fault);
std::optional<Fault> parse_fault(std::string_view name);
// True for the faults that decide the answer: of those the first that fires is the only one.
bool decides(Fault fault);
// True for the faults that are nothing without a delay.
bool needs_delay(Fault fault);
// True for a rule whose fault bends clean answers of one kind only: where another comes, nothing is injected.
bool needs_fitting_answer(const ChaosRule& rule);
// Shell-like match of the whole of `text`.
bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace mock_ghl
