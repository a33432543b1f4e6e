// The decisions of a ledger, without its storage: which state may follow which, who is in the way of a hold, what may
// be forgotten. Every implementation of Ledger asks here, so that a rule exists once. Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger::rules {

// The state machine of the saga (DESIGN "The booking saga"). A state may always follow itself, as fields change. Else:
//
//   from      to                                   because
//   opened    held, refused                        a hold was granted; it cannot be booked
//   held      creating, refused                    the request is about to leave; it was given up before
//   creating  created, unknown, held, refused      GHL has it; nobody knows; proven not done and worth another try
//                                                  (429, not sent); proven not done for good
//   unknown   created, yielding, creating,         read back; read back but it must go; proven absent after the
//             refused                              late-arrival window and tried again; or given up
//   created   booked, yielding, unknown, refused   verified alone; must give way; lost sight of; cancelled by a person
//   yielding  refused, booked                      ours is gone; the rival went first and ours may stay
//   booked    refused                              cancelled, by the caller or by a person in GHL
//   refused   (nothing)                            a new wish is a new intent
//
// `booked` is reached only from `created` and `yielding`: nothing is told before exclusivity was looked at.
bool may_follow(IntentState from, IntentState to);

// invalid_input when a field that identifies the wish is empty.
Result<void> check(const OpenIntent& request);
// invalid_input when the interval is empty, the capacity below one, or the hold would expire at once.
Result<void> check(const AcquireHold& request);
// The intent an accepted OpenIntent makes; `generation` is one more than the highest of its key.
Intent opened(const OpenIntent& request, std::int64_t generation);

// The intent after `change`. Errors, in this order: conflict (stale version), internal (the table above forbids it),
// invalid_input (a job of another intent).
Result<Intent> advanced(Intent intent, const Advance& change);
// The hold of the intent after `change` (nullopt: there is none). Pinning a hold that is missing or released is a
// conflict, as the interval may be somebody else's by now: acquire it again. Pinning one that has expired is fine as
// long as nobody disregarded it: the holds that are not released never exceed the capacity, live or not.
Result<std::optional<Hold>> changed_hold(std::optional<Hold> hold, const Advance& change);
// The intent in state `held`. Errors, in this order: conflict (stale version), internal (neither opened nor held).
Result<Intent> holding(Intent intent, const AcquireHold& request);
// The hold a grant makes.
Hold granted_hold(const AcquireHold& request, std::int64_t fencing_token);

// Not released, and pinned or not yet expired: at expires_at itself a hold is no longer live.
bool is_live(const Hold& hold, Instant now);
// Those of `holds` that overlap `interval` and are live at `now`, by fencing token: oldest first.
std::vector<Hold> live_of(std::vector<Hold> holds, Interval interval, Instant now);
// Who is in the way of one more hold of `interval`: every live hold of another intent that covers an instant of it at
// which `capacity` such holds overlap already. Empty when the hold can be granted. `holds` are those of the resource
// (of all times or only those near the interval). Ordered by begin, then fencing token.
std::vector<Hold> hold_conflicts(const AcquireHold& request, std::vector<Hold> holds);
// Whose holds a grant of `request` releases: those of others that overlap the interval and have expired, so that a late
// pin of theirs fails (the fencing of Ledger::acquire_hold). `holds` as for hold_conflicts.
std::vector<std::string> disregarded_holds(const AcquireHold& request, const std::vector<Hold>& holds);
// Released; or expired before `now`; or pinned by a booked intent and over before `now`. A pinned hold of any other
// intent is never forgotten. `owner` is the state of the hold's intent.
bool is_forgettable(const Hold& hold, IntentState owner, Instant now);
// Expired before `now`.
bool is_forgettable(const Offer& offer, Instant now);

// The errors every implementation says alike.
Error no_such_intent(const std::string& id);
Error no_such_job(const std::string& id);
Error no_such_offer(const std::string& code);

}  // namespace holdfast::ledger::rules
