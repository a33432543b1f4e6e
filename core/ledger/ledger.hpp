// The Ledger: what Holdfast knows and must not forget. Intents (one wish of one person), holds (intervals of resources
// reserved for an intent), the outbox (work that follows), reviews (what a person must look at) and offers (slot codes
// read to a caller).
//
// Every method is one atomic transaction, and transactions take effect one after another. Which of them survive a crash
// is the caller's choice: a lazy one rides along with the next durable one, and a durable one (or sync()) makes
// everything before it durable too. So a crash leaves the ledger as it was after some transaction, never before the
// last durable one that had returned. SQLite and memory implementations pass the same tests (tests/core/ledger).
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::ledger {

// Whether a transaction returns only when it survives a crash.
enum class Durability {
  lazy,     // may be lost with a crash; its caller has told nobody and sent nothing on the strength of it
  durable,  // survives, and with it everything before it
};

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

// One wish of one person, with everything needed to go on after a restart.
struct Intent {
  std::string id;  // random; also the marker in GHL
  std::string tenant;
  std::string kind;  // which steps drive it; a name that booking/ owns ("booking")
  IntentState state = IntentState::opened;
  std::int64_t version = 1;           // grows by one with every change of state or fields; optimistic lock
  std::string group;                  // wishes of one person of which one is to remain; the id of the first of them
  std::int64_t wanted = 0;            // grows when the wish is asked for: of those of a group that are neither refused
                                      // nor withdrawn the largest is the wanted one
  bool withdrawn = false;             // must go: another wish of its group was booked instead. Never unset
  std::string request;                // JSON owned by booking/
  std::string outcome;                // JSON owned by booking/: why it was refused, what was told
  std::string appointment_id;         // GHL's id once known, else empty
  std::string contact_id;             // GHL's id once known, else empty
  std::optional<Instant> sent_until;  // after this the latest create request cannot leave any more
  std::vector<std::string> links;     // what it can be found by, sorted; see find_intents
  Instant created_at{};
  Instant updated_at{};

  // Whether somebody has to drive it: not settled, or booked and withdrawn.
  bool needs_work() const { return !is_settled(state) || (state == IntentState::booked && withdrawn); }
};

// Arguments of open_intent.
struct OpenIntent {
  std::string id;  // used when a new intent is made
  std::string tenant;
  std::string kind;
  std::string request;
  std::vector<std::string> links;    // given to what is opened or found ("call:…", "conversation:…", "slot:…")
  std::vector<std::string> look_up;  // the candidates are the intents that carry one of these
  Instant now;
};

// What the decider of open_intent wants.
struct Opening {
  enum class Kind {
    open,   // make a new intent
    found,  // the wish is the candidate `found_id`, and it gets the links
    none,   // neither: the caller has to be asked something; nothing is changed. `found_id`, if any, is handed back
  };
  Kind kind = Kind::open;
  std::string found_id;
  std::string group;   // of open: the group to join; empty: one of its own. Of found: the group it leaves its own for
  bool want = true;    // of found: whether it becomes the wanted one of its group; false for the same request once more
  std::string reason;  // of none: handed back to who asked
  std::vector<std::string> links{};  // of found: what it gets beside the request's links
};

// Decides inside the transaction, with all candidates before it, oldest first: so two calls at the same time never both
// open. Must be pure and quick; may be called on another thread and more than once.
using OpenDecider = std::function<Opening(const std::vector<Intent>& candidates)>;

// What open_intent found or made; `intent` is empty (no id) for none.
struct OpenedIntent {
  Opening::Kind kind = Opening::Kind::none;
  Intent intent;
  std::string reason;  // the decider's
};

// What happens to the intent's hold in the same transaction as a state change.
enum class HoldChange {
  keep,
  pin,      // no longer expires: from `creating` on, only settling ends it. `conflict` when the hold is no longer ours
            // (released, or disregarded as expired by somebody else's acquire_hold, which releases what it disregards)
  linger,   // expires at `hold_until`: GHL shows the booking and needs a moment to take the slot from its own list
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

// Something a person must look at and decide.
struct Review {
  std::string id;  // "intent id/kind": adding it twice is one review
  std::string tenant;
  std::string intent_id;
  std::string kind;  // "unsettled", "job_dead", …; names that booking/ owns
  std::string text;  // for a person: what happened, what to do. Names a caller, so it is shown to the operator only
  Instant created_at{};
  std::optional<Instant> resolved_at;
  std::string resolution;
};

// A state change of one intent. Fields left nullopt keep their value.
struct Advance {
  std::string intent_id;
  std::int64_t expected_version = 0;
  IntentState to = IntentState::opened;
  std::optional<std::string> outcome;
  std::optional<std::string> appointment_id;
  std::optional<std::string> contact_id;
  std::optional<std::string> request;
  std::optional<Instant> sent_until;
  std::vector<std::string> add_links;
  HoldChange hold = HoldChange::keep;
  std::optional<Instant> hold_until;  // of linger
  std::vector<OutboxJob> enqueue;     // jobs already known by id are left as they are
  std::vector<Review> reviews;        // those already known by id are left as they are
  Durability durability = Durability::durable;
  Instant now;
};

// An interval of one resource of which `capacity` may overlap at any instant, this one included.
struct Claim {
  std::string resource;  // "location/user:…" or "location/calendar:…"
  Interval interval;
  int capacity = 1;
};

// One claim that was granted and not released: a released hold is gone. Live while pinned or not yet expired.
struct Hold {
  std::string intent_id;
  std::string resource;
  Interval interval;
  std::int64_t fencing_token = 0;     // grows with every grant in this ledger; the claims of one grant share it
  std::optional<Instant> expires_at;  // nullopt: pinned
};

// Arguments of acquire_hold.
struct AcquireHold {
  std::string intent_id;
  std::int64_t expected_version = 0;  // the intent must be `opened` or `held` at this version
  std::vector<Claim> claims;          // all or none; each resource once
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
// fails (nothing was changed, or whether it was is unknown: read again). Called on the loop's thread only. Lazy unless
// said otherwise.
class Ledger {
 public:
  virtual ~Ledger() = default;

  // Lets `decide` choose among the candidates. What is opened becomes the wanted one of its group, and what is found
  // too when the decider says so. What is found booked and joins a group takes the place of the others at once.
  virtual net::Task<Result<OpenedIntent>> open_intent(OpenIntent request, OpenDecider decide) = 0;
  // The intent called `id`, or not_found.
  virtual net::Task<Result<Intent>> find_intent(std::string id) = 0;
  // The tenant's intents that carry `link`, newest first, at most `limit`.
  virtual net::Task<Result<std::vector<Intent>>> find_intents(std::string tenant, std::string link,
                                                              std::size_t limit) = 0;
  // The intents of a group, the wanted one first.
  virtual net::Task<Result<std::vector<Intent>>> find_group(std::string tenant, std::string group) = 0;
  // Changes state and fields, the hold and the outbox together; returns the intent as it is now. Which state may follow
  // which is the table in rules.hpp; another step is `internal`. When the wanted intent of a group is booked by this,
  // the others of the group that are not refused are withdrawn in the same transaction. Durable when the change says
  // so.
  virtual net::Task<Result<Intent>> advance(Advance change) = 0;
  // Marks the intent withdrawn, to make way for another of its group; not_found when there is none.
  virtual net::Task<Result<Intent>> withdraw(std::string id, Instant now) = 0;
  // The tenant's intents that need work, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) = 0;
  // Every intent, oldest first, at most `limit`; for audits and reports.
  virtual net::Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) = 0;

  // Reserves every claim unless for one of them `capacity` live holds of other intents already overlap at some instant
  // of it. A second call of the same intent replaces its own holds. Expired holds of others never conflict: overlapping
  // ones are released in the same transaction when this one is granted, so that their owner's late pin fails (fencing).
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
  // The job is given up and kept for a person, with a review; not_found when there is none.
  virtual net::Task<Result<void>> bury_job(std::string id, std::string error, Review review) = 0;
  // The job's payload is replaced, so that a step of it is remembered; not_found when there is none. Durable.
  virtual net::Task<Result<void>> note_job(std::string id, std::string payload) = 0;
  // Jobs not done, dead ones included, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) = 0;

  // Adds a review, with jobs that tell a person of it; one already known by id is left as it is, and then the jobs are
  // not enqueued. True when it is new. Durable.
  virtual net::Task<Result<bool>> add_review(Review review, std::vector<OutboxJob> enqueue) = 0;
  // Reviews, oldest first, at most `limit`; resolved ones too when asked for.
  virtual net::Task<Result<std::vector<Review>>> reviews(bool with_resolved, std::size_t limit) = 0;
  // A person has decided; not_found when there is none. Durable.
  virtual net::Task<Result<void>> resolve_review(std::string id, std::string resolution, Instant now) = 0;

  // Stores offers; a code already known in its conversation is replaced.
  virtual net::Task<Result<void>> save_offers(std::vector<Offer> offers) = 0;
  // The offer of a code, or not_found. Expired offers are returned: the caller of this method decides what to say.
  virtual net::Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) = 0;
  // Remembers that a question was asked, until the latest `expires_at` it was noted with; true when it was asked before
  // and that has not expired. An `expires_at` of `now` only looks.
  virtual net::Task<Result<bool>> note_question(std::string tenant, std::string question, Instant now,
                                                Instant expires_at) = 0;

  // Returns when every transaction before it survives a crash.
  virtual net::Task<Result<void>> sync() = 0;
  // Whether the ledger can be written now, by writing; `storage` with the reason when not. Durable.
  virtual net::Task<Result<void>> check_writable() = 0;
  // Forgets offers, questions and holds that expired before `expired_before`; and settled intents last changed before
  // `settled_before` with their links and resolved reviews, except those with holds, jobs or open reviews. A pinned
  // hold is never forgotten. One call does a limited amount of work, and the next goes on.
  virtual net::Task<Result<void>> prune(Instant expired_before, Instant settled_before) = 0;
};

}  // namespace holdfast::ledger
