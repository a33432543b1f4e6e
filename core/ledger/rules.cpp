#include "core/ledger/rules.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/assert.hpp"

namespace holdfast::ledger::rules {
namespace {

constexpr unsigned bit(IntentState state) {
  return 1U << static_cast<unsigned>(state);
}

constexpr unsigned successors(IntentState from) {
  using enum IntentState;
  switch (from) {
    case opened:
      return bit(held) | bit(refused);
    case held:
      return bit(creating) | bit(unknown) | bit(refused);
    case creating:
      return bit(created) | bit(unknown) | bit(held) | bit(refused);
    case unknown:
      return bit(created) | bit(yielding) | bit(refused);
    case created:
      return bit(booked) | bit(yielding) | bit(unknown) | bit(refused);
    case yielding:
      return bit(refused) | bit(booked);
    case booked:
      return bit(yielding) | bit(refused);
    case refused:
      return bit(booked);
  }
  return 0;
}

std::optional<Error> stale(const Intent& intent, std::int64_t expected_version) {
  if (intent.version == expected_version) return std::nullopt;
  return Error{.kind = ErrorKind::conflict,
               .message = "Intent " + intent.id + " is at version " + std::to_string(intent.version) + ", not " +
                          std::to_string(expected_version) + ": read it again."};
}

Result<void> check_links(const std::string& intent_id, const std::vector<std::string>& links) {
  if (std::ranges::none_of(links, &std::string::empty)) return {};
  return fail(ErrorKind::invalid_input, "A link of intent " + intent_id + " is empty: leave it out.");
}

// What comes with a change of state belongs to its intent.
Result<void> check_company(const Intent& intent, const Advance& change) {
  for (const OutboxJob& job : change.enqueue) {
    if (job.id.empty() || job.intent_id != intent.id || job.tenant != intent.tenant) {
      return fail(ErrorKind::invalid_input, "Job '" + job.id + "' belongs to intent '" + job.intent_id + "' of '" +
                                                job.tenant + "', not to " + intent.id + " of " + intent.tenant + ".");
    }
  }
  for (const Review& review : change.reviews) {
    if (review.intent_id != intent.id || review.tenant != intent.tenant) {
      return fail(ErrorKind::invalid_input, "Review '" + review.id + "' belongs to intent '" + review.intent_id +
                                                "' of '" + review.tenant + "', not to " + intent.id + " of " +
                                                intent.tenant + ".");
    }
    if (auto valid = check(review, {}); !valid) return valid;
  }
  if (change.hold == HoldChange::linger && !change.hold_until) {
    return fail(ErrorKind::invalid_input, "The hold of intent " + intent.id + " lingers, but it is not said how long.");
  }
  return check_links(intent.id, change.add_links);
}

// The stretches of `claim` at which `holds` (all of which overlap it) fill its capacity.
std::vector<Interval> full_stretches(const Claim& claim, const std::vector<Hold>& holds) {
  // Sweep over the ends and begins inside the interval; an end at the instant of a begin comes first (half-open).
  std::vector<std::pair<Instant, int>> edges;
  for (const Hold& hold : holds) {
    edges.emplace_back(std::max(hold.interval.begin, claim.interval.begin), +1);
    edges.emplace_back(std::min(hold.interval.end, claim.interval.end), -1);
  }
  std::ranges::sort(edges);
  std::vector<Interval> full;
  int overlapping = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    overlapping += edges[i].second;
    HOLDFAST_ASSERT(overlapping >= 0);
    if (overlapping >= claim.capacity) full.push_back({edges[i].first, edges[i + 1].first});
  }
  HOLDFAST_ASSERT(overlapping == 0);
  std::erase_if(full, [](const Interval& stretch) { return !stretch.valid(); });
  return full;
}

// The claims of one grant live and end together.
bool is_one_grant(const std::vector<Hold>& holds) {
  return std::ranges::all_of(holds, [&](const Hold& hold) {
    const Hold& first = holds.front();
    return hold.intent_id == first.intent_id && hold.fencing_token == first.fencing_token &&
           hold.expires_at == first.expires_at;
  });
}

bool may_remain(const Intent& intent) {
  return intent.state != IntentState::refused && !intent.withdrawn;
}

}  // namespace

bool may_follow(IntentState from, IntentState to) {
  return from == to || (successors(from) & bit(to)) != 0;
}

Result<void> check(const OpenIntent& request) {
  if (request.id.empty() || request.tenant.empty() || request.kind.empty()) {
    return fail(ErrorKind::invalid_input, "An intent needs an id, a tenant and a kind.");
  }
  return check_links(request.id, request.links);
}

Result<void> check(const AcquireHold& request) {
  const std::string intent = "intent " + request.intent_id;
  if (request.claims.empty()) return fail(ErrorKind::invalid_input, "There is nothing to hold for " + intent + ".");
  std::set<std::string> named;
  for (const Claim& claim : request.claims) {
    if (claim.resource.empty() || !named.insert(claim.resource).second) {
      return fail(ErrorKind::invalid_input,
                  "Each claim of " + intent + " must name a resource of its own, not '" + claim.resource + "'.");
    }
    if (!claim.interval.valid()) {
      return fail(ErrorKind::invalid_input, "The interval to hold for " + intent + " is empty.");
    }
    if (claim.capacity < 1) {
      return fail(ErrorKind::invalid_input, "The capacity of " + claim.resource + " is " +
                                                std::to_string(claim.capacity) + ": it must be at least 1.");
    }
  }
  if (request.expires_at <= request.now) {
    return fail(ErrorKind::invalid_input, "The hold of " + intent + " would expire at once.");
  }
  return {};
}

Result<void> check(const Review& review, const std::vector<OutboxJob>& enqueue) {
  if (review.id.empty() || review.tenant.empty() || review.kind.empty()) {
    return fail(ErrorKind::invalid_input, "A review needs an id, a tenant and a kind.");
  }
  for (const OutboxJob& job : enqueue) {
    if (job.id.empty() || job.tenant != review.tenant) {
      return fail(ErrorKind::invalid_input, "Job '" + job.id + "' of '" + job.tenant + "' cannot tell of review " +
                                                review.id + " of " + review.tenant + ".");
    }
  }
  return {};
}

Intent opened(const OpenIntent& request, const Opening& opening, std::int64_t wanted) {
  HOLDFAST_ASSERT(check(request).has_value());
  HOLDFAST_ASSERT(opening.kind == Opening::Kind::open && wanted > 0);
  Intent intent;
  intent.id = request.id;
  intent.tenant = request.tenant;
  intent.kind = request.kind;
  intent.group = opening.group.empty() ? request.id : opening.group;
  intent.wanted = wanted;
  intent.request = request.request;
  intent.created_at = request.now;
  intent.updated_at = request.now;
  return linked(std::move(intent), request.links);
}

Result<Intent> chosen(const std::vector<Intent>& candidates, const Opening& opening) {
  HOLDFAST_ASSERT(opening.kind == Opening::Kind::found);
  const auto found = std::ranges::find(candidates, opening.found_id, &Intent::id);
  if (found != candidates.end()) return *found;
  return fail(ErrorKind::internal,
              "Intent '" + opening.found_id + "' is none of the candidates. This is a bug in Holdfast.");
}

Intent asked_about(const std::vector<Intent>& candidates, const Opening& opening) {
  HOLDFAST_ASSERT(opening.kind == Opening::Kind::none);
  const auto found = std::ranges::find(candidates, opening.found_id, &Intent::id);
  return found == candidates.end() ? Intent{} : *found;
}

Intent linked(Intent intent, const std::vector<std::string>& links) {
  intent.links.insert(intent.links.end(), links.begin(), links.end());
  std::ranges::sort(intent.links);
  intent.links.erase(std::ranges::unique(intent.links).begin(), intent.links.end());
  return intent;
}

Result<Intent> advanced(Intent intent, const Advance& change) {
  HOLDFAST_ASSERT(intent.id == change.intent_id);
  if (auto error = stale(intent, change.expected_version)) return fail(std::move(*error));
  if (!may_follow(intent.state, change.to)) {
    return fail(ErrorKind::internal, "Intent " + intent.id + " cannot go from " + std::string(to_string(intent.state)) +
                                         " to " + std::string(to_string(change.to)) + ". This is a bug in Holdfast.");
  }
  if (auto valid = check_company(intent, change); !valid) return fail(valid.error());
  intent.state = change.to;
  intent.version += 1;
  intent.updated_at = change.now;
  if (change.outcome) intent.outcome = *change.outcome;
  if (change.appointment_id) intent.appointment_id = *change.appointment_id;
  if (change.contact_id) intent.contact_id = *change.contact_id;
  if (change.request) intent.request = *change.request;
  if (change.sent_until) intent.sent_until = change.sent_until;
  return linked(std::move(intent), change.add_links);
}

Result<std::vector<Hold>> changed_holds(std::vector<Hold> holds, const Advance& change) {
  HOLDFAST_ASSERT(is_one_grant(holds));
  switch (change.hold) {
    case HoldChange::keep:
      break;
    case HoldChange::release:
      holds.clear();
      break;
    case HoldChange::linger:
      HOLDFAST_ASSERT(change.hold_until.has_value());
      for (Hold& hold : holds) hold.expires_at = change.hold_until;
      break;
    case HoldChange::pin:
      if (holds.empty()) {
        return fail(ErrorKind::conflict,
                    "The hold of intent " + change.intent_id + " is no longer its own: acquire it again.");
      }
      for (Hold& hold : holds) hold.expires_at.reset();
      break;
  }
  return holds;
}

Result<Intent> holding(Intent intent, const AcquireHold& request) {
  HOLDFAST_ASSERT(intent.id == request.intent_id);
  if (auto error = stale(intent, request.expected_version)) return fail(std::move(*error));
  if (intent.state != IntentState::opened && intent.state != IntentState::held) {
    return fail(ErrorKind::internal, "Intent " + intent.id + " is " + std::string(to_string(intent.state)) +
                                         " and cannot acquire a hold. This is a bug in Holdfast.");
  }
  intent.state = IntentState::held;
  intent.version += 1;
  intent.updated_at = request.now;
  return intent;
}

std::vector<Hold> granted_holds(const AcquireHold& request, std::int64_t fencing_token) {
  HOLDFAST_ASSERT(check(request).has_value() && fencing_token > 0);
  std::vector<Hold> holds;
  for (const Claim& claim : request.claims) {
    holds.push_back({.intent_id = request.intent_id,
                     .resource = claim.resource,
                     .interval = claim.interval,
                     .fencing_token = fencing_token,
                     .expires_at = request.expires_at});
  }
  return holds;
}

bool is_live(const Hold& hold, Instant now) {
  return !hold.expires_at || now < *hold.expires_at;
}

std::vector<Hold> live_of(std::vector<Hold> holds, Instant now) {
  std::erase_if(holds, [now](const Hold& hold) { return !is_live(hold, now); });
  std::ranges::sort(holds, {}, [](const Hold& hold) { return std::tie(hold.fencing_token, hold.resource); });
  return holds;
}

std::vector<Hold> hold_conflicts(const Claim& claim, const std::string& intent_id, Instant now,
                                 std::vector<Hold> holds) {
  HOLDFAST_ASSERT(claim.interval.valid() && claim.capacity >= 1);
  std::erase_if(holds, [&](const Hold& hold) {
    return hold.intent_id == intent_id || hold.resource != claim.resource || !is_live(hold, now) ||
           !hold.interval.overlaps(claim.interval);
  });
  std::ranges::sort(holds, {}, [](const Hold& hold) { return std::pair(hold.interval.begin, hold.fencing_token); });
  const std::vector<Interval> full = full_stretches(claim, holds);
  std::erase_if(holds, [&](const Hold& hold) {
    return std::ranges::none_of(full, [&](const Interval& stretch) { return stretch.overlaps(hold.interval); });
  });
  return holds;
}

std::set<std::string> disregarded(const Claim& claim, const std::string& intent_id, Instant now,
                                  const std::vector<Hold>& holds) {
  std::set<std::string> result;
  for (const Hold& hold : holds) {
    const bool of_another = hold.intent_id != intent_id && hold.resource == claim.resource;
    if (of_another && !is_live(hold, now) && hold.interval.overlaps(claim.interval)) result.insert(hold.intent_id);
  }
  return result;
}

std::vector<Intent> wanted_first(std::vector<Intent> members) {
  std::ranges::sort(members, {}, [](const Intent& member) { return std::pair(!may_remain(member), -member.wanted); });
  return members;
}

std::vector<std::string> to_withdraw(const std::vector<Intent>& members) {
  const Intent* wanted = nullptr;
  for (const Intent& member : members) {
    HOLDFAST_ASSERT(member.group == members.front().group && member.tenant == members.front().tenant);
    HOLDFAST_ASSERT(wanted == nullptr || member.wanted != wanted->wanted);
    if (may_remain(member) && (wanted == nullptr || member.wanted > wanted->wanted)) wanted = &member;
  }
  if (wanted == nullptr || wanted->state != IntentState::booked) return {};
  std::vector<std::string> others;
  for (const Intent& member : members) {
    if (&member != wanted && may_remain(member)) others.push_back(member.id);
  }
  return others;
}

Intent withdrawn(Intent intent, Instant now) {
  if (intent.withdrawn) return intent;
  intent.withdrawn = true;
  intent.updated_at = now;
  return intent;
}

bool is_forgettable(Instant expires_at, Instant expired_before) {
  return expires_at < expired_before;
}

bool is_forgettable(const Intent& intent, Instant settled_before) {
  return !intent.needs_work() && intent.updated_at < settled_before;
}

Error no_such_intent(const std::string& id) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no intent " + id + "."};
}
Error no_such_job(const std::string& id) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no job " + id + "."};
}
Error no_such_review(const std::string& id) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no review " + id + "."};
}
Error no_such_offer(const std::string& code) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no offer " + code + " in this conversation."};
}
Error intent_exists(const std::string& id) {
  return {.kind = ErrorKind::internal, .message = "Intent " + id + " exists already. This is a bug in Holdfast."};
}

}  // namespace holdfast::ledger::rules
