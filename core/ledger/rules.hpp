// The decisions of a ledger, without its storage: which state may follow which, who is in the way of a hold, which wish
// of a group remains, what may be forgotten. Every implementation of Ledger asks here, so that a rule exists once. Pure
// functions; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger::rules {

// The state machine of the saga (DESIGN "The booking saga"). A state may always follow itself, as fields change. Else:
//
//   from      to                                   because
//   opened    held, refused                        a hold was granted; it cannot be booked
//   held      creating, unknown, refused           the request is about to leave; an earlier one that GHL refused was
//                                                  done after all; it was given up before
//   creating  created, unknown, held, refused      GHL has it; nobody knows; proven not done and worth another try
//                                                  (429, not sent); proven not done for good
//   unknown   created, yielding, refused           read back; read back but it must go; proven absent, or given up
//   created   booked, yielding, unknown, refused   verified alone; must give way; lost sight of; cancelled by a person
//   yielding  refused, booked                      ours is gone; the rival went first and ours may stay
//   booked    yielding, refused                    withdrawn and being cancelled; cancelled in GHL
//   refused   booked                               restored in GHL by a person
//
// `unknown` never leads back to `creating`: that would be a blind retry. `booked` is reached only where GHL was seen to
// have the appointment.
bool may_follow(IntentState from, IntentState to);

// invalid_input when a field that identifies the wish, or a link, is empty.
Result<void> check(const OpenIntent& request);
// invalid_input when there is no claim, a resource is named twice or not at all, an interval is empty, a capacity is
// below one, or the hold would expire at once.
Result<void> check(const AcquireHold& request);
// invalid_input when the review has no id, tenant or kind, or a job beside it has no id or another tenant.
Result<void> check(const Review& review, const std::vector<OutboxJob>& enqueue);

// The intent an accepted OpenIntent makes; `wanted` is the next of the ledger's counter.
Intent opened(const OpenIntent& request, const Opening& opening, std::int64_t wanted);
// The candidate the decider chose; internal when `opening.found_id` is none of them.
Result<Intent> chosen(const std::vector<Intent>& candidates, const Opening& opening);
// The candidate that a decider who opens nothing asks about; without an id where it names none.
Intent asked_about(const std::vector<Intent>& candidates, const Opening& opening);
// The intent with the links added, sorted, each once. Neither its version nor its time changes: a repeat must not make
// its driver lose an answer to a stale version.
Intent linked(Intent intent, const std::vector<std::string>& links);

// The intent after `change`. Errors, in this order: conflict (stale version), internal (the table above forbids it),
// invalid_input (a job or review of another intent, an empty link, linger without an end).
Result<Intent> advanced(Intent intent, const Advance& change);
// The claims the intent holds after `change`; `holds` are those it has. Pinning what is no longer there is a conflict,
// as the interval may be somebody else's by now: acquire it again. Pinning what has expired is fine as long as nobody
// disregarded it: the holds there are never exceed the capacity, live or not. Lingering or releasing nothing is fine.
Result<std::vector<Hold>> changed_holds(std::vector<Hold> holds, const Advance& change);
// The intent in state `held`. Errors, in this order: conflict (stale version), internal (neither opened nor held).
Result<Intent> holding(Intent intent, const AcquireHold& request);
// The holds a grant makes, one a claim, in the order of the claims.
std::vector<Hold> granted_holds(const AcquireHold& request, std::int64_t fencing_token);

// Pinned or not yet expired: at expires_at itself a hold is no longer live.
bool is_live(const Hold& hold, Instant now);
// Those of `holds` that are live at `now`, oldest grant first, claims of one grant by resource.
std::vector<Hold> live_of(std::vector<Hold> holds, Instant now);
// Who is in the way of `claim` for the intent: every live hold of another one that covers an instant of the claim at
// which `capacity` such holds overlap already. Empty when it can be granted. `holds` are those of the resource (of all
// times or only those near the interval). Ordered by begin, then fencing token.
std::vector<Hold> hold_conflicts(const Claim& claim, const std::string& intent_id, Instant now,
                                 std::vector<Hold> holds);
// Whose holds a grant of `claim` releases: those of others that overlap it and have expired, so that a late pin of
// theirs fails (the fencing of Ledger::acquire_hold). All claims of such an intent go together. `holds` as for
// hold_conflicts.
std::set<std::string> disregarded(const Claim& claim, const std::string& intent_id, Instant now,
                                  const std::vector<Hold>& holds);

// The members of a group with the wanted one first: of those neither refused nor withdrawn the one with the largest
// `wanted`. The others follow, the most lately wanted first.
std::vector<Intent> wanted_first(std::vector<Intent> members);
// Whom the group withdraws now that one of its members has settled: when the wanted one is booked, all the others that
// are neither refused nor withdrawn yet. Ids in the order of `members`.
std::vector<std::string> to_withdraw(const std::vector<Intent>& members);
// The intent marked withdrawn. Its version stays, so that its driver does not lose an answer to a stale version.
Intent withdrawn(Intent intent, Instant now);

// Whether what expired at `expires_at` may be forgotten: it did before `expired_before`.
bool is_forgettable(Instant expires_at, Instant expired_before);
// Whether the intent itself allows that it is forgotten: nobody has to drive it and it last changed before
// `settled_before`. The store also keeps it while it has a hold, a job or an open review.
bool is_forgettable(const Intent& intent, Instant settled_before);
// At most so many of each thing does one call of prune() look at, so that it holds up nobody; the next one goes on.
inline constexpr std::size_t pruned_at_once_max = 500;

// The errors every implementation says alike.
Error no_such_intent(const std::string& id);
Error no_such_job(const std::string& id);
Error no_such_review(const std::string& id);
Error no_such_offer(const std::string& code);
Error intent_exists(const std::string& id);

}  // namespace holdfast::ledger::rules
