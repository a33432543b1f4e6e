// The Ledger: what Holdfast knows and must not forget. Intents (one wish of one caller), holds (an interval of a
// resource reserved for an intent), the outbox (work that follows a booking) and offers (slot codes read to a caller).
// Every method is one atomic, durable transaction: when it returns, the change survives a crash; when the process dies
// before, it happened wholly or not at all. SQLite and memory implementations pass the same tests (tests/core/ledger).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::ledger {

// Where an intent stands in the saga (DESIGN "The booking saga"). `booked` and `refused` are settled: nobody works on
// them. Everything from `creating` to `yielding` may have an appointment in GHL.
enum class IntentState {
  opened,    // written down; nothing reserved
  held,      // the interval is reserved here; nothing sent to GHL
  creating,  // durable before the create request leaves
  unknown,   // the create's outcome is not known; being read back
  created,   // GHL has the appointment; exclusivity not yet verified
  yielding,  // ours must give way; being cancelled
  booked,    // settled: the caller has it
  refused,   // settled: the caller does not have it, and nothing of ours is live in GHL
};

// The stable lower-case name of a state, and back.
std::string_view to_string(IntentState state);
std::optional<IntentState> intent_state_from(std::string_view name);
constexpr bool is_settled(IntentState state) {
  return state == IntentState::booked || state == IntentState::refused;
}

// One wish of one caller, with everything needed to go on after a restart.
struct Intent {
  std::string id;  // random; also the marker in GHL
  std::string tenant;
  std::string key;              // semantic key; at most one intent per (tenant, key) is not refused
  std::int64_t generation = 1;  // 1 for the first wish of this key, 2 after a refusal, …
  IntentState state = IntentState::opened;
  std::int64_t version = 1;             // grows by one with every change; optimistic lock
  std::string request;                  // JSON owned by booking/
  std::string outcome;                  // JSON owned by booking/: why it was refused, what was told
  std::string appointment_id;           // GHL's id once known, else empty
  std::string contact_id;               // GHL's id once known, else empty
  std::optional<Instant> attempted_at;  // when the latest create request was about to leave
  Instant created_at{};
  Instant updated_at{};
};

// Arguments of open_intent.
struct OpenIntent {
  std::string id;  // used when a new intent is made
  std::string tenant;
  std::string key;
  std::vector<std::string> aliases;  // transport ids ("call_id/tool_call_id"); unique per tenant
  std::string request;
  Instant now;
};

// What open_intent found or made.
struct OpenedIntent {
  Intent intent;
  bool created = false;   // false: it was there already
  bool by_alias = false;  // found by one of the aliases: the same tool call again
};

// What happens to the intent's hold in the same transaction as a state change.
enum class HoldChange {
  keep,
  pin,      // no longer expires: from `creating` on, only settling ends it. `conflict` when the hold is no longer ours
            // (released, or disregarded as expired by somebody else's acquire_hold, which releases what it disregards)
  release,  // the interval is free again
};

// A piece of work that follows a booking; delivered at least once, so its worker is idempotent.
struct OutboxJob {
  std::string id;  // "intent id/kind": enqueuing it twice is one job
  std::string intent_id;
  std::string tenant;
  std::string kind;     // "note", …
  std::string payload;  // JSON owned by booking/
  Instant due_at{};
  int attempts = 0;        // tries begun
  std::string last_error;  // for a person; no personal data
  bool dead = false;       // gave up: waits for a person
};

// A state change of one intent. Fields left nullopt keep their value.
struct Advance {
  std::string intent_id;
  std::int64_t expected_version = 0;
  IntentState to = IntentState::opened;
  std::optional<std::string> outcome;
  std::optional<std::string> appointment_id;
  std::optional<std::string> contact_id;
  std::optional<Instant> attempted_at;
  HoldChange hold = HoldChange::keep;
  std::vector<OutboxJob> enqueue;  // jobs already known by id are left as they are
  Instant now;
};

// A reservation of an interval of one resource. Live while not released and (pinned or not yet expired).
struct Hold {
  std::string intent_id;
  std::string resource;  // "location/user:…" or "location/calendar:…"
  Interval interval;
  std::int64_t fencing_token = 0;     // grows with every grant in this ledger
  std::optional<Instant> expires_at;  // nullopt: pinned
  bool released = false;
};

// Arguments of acquire_hold.
struct AcquireHold {
  std::string intent_id;
  std::int64_t expected_version = 0;  // the intent must be `opened` or `held` at this version
  std::string resource;
  Interval interval;
  int capacity = 1;  // how many live holds may overlap at any instant, this one included
  Instant now;
  Instant expires_at;
};

// What acquire_hold decided. When not granted, the intent is unchanged and `conflicts` names who is in the way.
struct HoldDecision {
  bool granted = false;
  std::int64_t fencing_token = 0;
  Intent intent;  // in state `held` when granted
  std::vector<Hold> conflicts;
};

// A slot code bound to what was offered to one conversation.
struct Offer {
  std::string tenant;
  std::string conversation;
  std::string code;
  std::string service;
  std::string calendar_id;
  std::string zone;  // IANA name of the zone the slot was read out in
  Instant start{};
  Instant end{};
  Instant offered_at{};
  Instant expires_at{};
};

// The store. Errors: `conflict` when a version is stale (read the intent again), `not_found`, `storage` when the disk
// fails (nothing was changed, or whether it was is unknown: read again). Called on the loop's thread only.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // Finds by alias, else the live (not refused) intent of (tenant, key), else makes a new one in state `opened`. The
  // aliases are attached to whatever is returned, unless it was found by alias.
  virtual net::Task<Result<OpenedIntent>> open_intent(OpenIntent request) = 0;
  // The intent called `id`, or not_found.
  virtual net::Task<Result<Intent>> find_intent(std::string id) = 0;
  // Changes state and fields, the hold and the outbox together; returns the intent as it is now. Which state may follow
  // which is the table in rules.hpp; another step is `internal`.
  virtual net::Task<Result<Intent>> advance(Advance change) = 0;
  // The tenant's intents that are not settled, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) = 0;
  // Every intent, oldest first, at most `limit`; for audits and reports.
  virtual net::Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) = 0;

  // Reserves the interval unless `capacity` live holds of other intents already overlap at some instant of it. A second
  // call of the same intent replaces its own hold. Expired holds of others never conflict: overlapping ones are
  // released in the same transaction when this one is granted, so that their owner's late pin fails (fencing).
  virtual net::Task<Result<HoldDecision>> acquire_hold(AcquireHold request) = 0;
  // The holds of `resource` that overlap `interval` and are live at `now`, oldest first: what availability leaves out.
  virtual net::Task<Result<std::vector<Hold>>> holds_overlapping(std::string resource, Interval interval,
                                                                 Instant now) = 0;
  // Every hold that is live at `now`, oldest first; for audits and reports.
  virtual net::Task<Result<std::vector<Hold>>> live_holds(Instant now) = 0;

  // The tenant's jobs due at `now`, oldest first; each is leased until `lease_until` and its attempts grow by one.
  virtual net::Task<Result<std::vector<OutboxJob>>> claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                               std::size_t limit) = 0;
  // The job is done and forgotten. A job that does not exist is fine.
  virtual net::Task<Result<void>> finish_job(std::string id) = 0;
  // The job is tried again at `due_at`, also when it was dead; not_found when there is none.
  virtual net::Task<Result<void>> retry_job(std::string id, Instant due_at, std::string error) = 0;
  // The job is given up and kept for a person; not_found when there is none.
  virtual net::Task<Result<void>> bury_job(std::string id, std::string error) = 0;
  // Jobs not done, dead ones included, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) = 0;

  // Stores offers; a code already known in its conversation is replaced.
  virtual net::Task<Result<void>> save_offers(std::vector<Offer> offers) = 0;
  // The offer of a code, or not_found. Expired offers are returned: the caller of this method decides what to say.
  virtual net::Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) = 0;
  // Forgets offers that expired before `now`, holds that were released or expired before it, and the pinned holds of
  // booked intents whose interval ended before it. The pinned hold of any other intent is never forgotten.
  virtual net::Task<Result<void>> forget_expired(Instant now) = 0;
};

}  // namespace holdfast::ledger
