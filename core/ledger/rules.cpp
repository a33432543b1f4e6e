#include "core/ledger/rules.hpp"

#include <algorithm>
#include <string>
#include <utility>

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
      return bit(creating) | bit(refused);
    case creating:
      return bit(created) | bit(unknown) | bit(held) | bit(refused);
    case unknown:
      return bit(created) | bit(yielding) | bit(creating) | bit(refused);
    case created:
      return bit(booked) | bit(yielding) | bit(unknown) | bit(refused);
    case yielding:
      return bit(refused) | bit(booked);
    case booked:
      return bit(refused);
    case refused:
      return 0;
  }
  return 0;
}

std::optional<Error> stale(const Intent& intent, std::int64_t expected_version) {
  if (intent.version == expected_version) return std::nullopt;
  return Error{.kind = ErrorKind::conflict,
               .message = "Intent " + intent.id + " is at version " + std::to_string(intent.version) + ", not " +
                          std::to_string(expected_version) + ": read it again."};
}

}  // namespace

bool may_follow(IntentState from, IntentState to) {
  return from == to || (successors(from) & bit(to)) != 0;
}

Result<void> check(const OpenIntent& request) {
  if (request.id.empty() || request.tenant.empty() || request.key.empty()) {
    return fail(ErrorKind::invalid_input, "An intent needs an id, a tenant and a key.");
  }
  return {};
}

Result<void> check(const AcquireHold& request) {
  if (!request.interval.valid()) {
    return fail(ErrorKind::invalid_input, "The interval to hold for intent " + request.intent_id + " is empty.");
  }
  if (request.capacity < 1) {
    return fail(ErrorKind::invalid_input, "The capacity of " + request.resource + " is " +
                                              std::to_string(request.capacity) + ": it must be at least 1.");
  }
  if (request.expires_at <= request.now) {
    return fail(ErrorKind::invalid_input, "The hold of intent " + request.intent_id + " would expire at once.");
  }
  return {};
}

Intent opened(const OpenIntent& request, std::int64_t generation) {
  Intent intent;
  intent.id = request.id;
  intent.tenant = request.tenant;
  intent.key = request.key;
  intent.generation = generation;
  intent.request = request.request;
  intent.created_at = request.now;
  intent.updated_at = request.now;
  return intent;
}

Result<Intent> advanced(Intent intent, const Advance& change) {
  if (auto error = stale(intent, change.expected_version)) return fail(std::move(*error));
  if (!may_follow(intent.state, change.to)) {
    return fail(ErrorKind::internal, "Intent " + intent.id + " cannot go from " + std::string(to_string(intent.state)) +
                                         " to " + std::string(to_string(change.to)) + ". This is a bug in Holdfast.");
  }
  for (const OutboxJob& job : change.enqueue) {
    if (job.id.empty() || job.intent_id != intent.id) {
      return fail(ErrorKind::invalid_input,
                  "Job '" + job.id + "' belongs to intent '" + job.intent_id + "', not to " + intent.id + ".");
    }
  }
  intent.state = change.to;
  intent.version += 1;
  intent.updated_at = change.now;
  if (change.outcome) intent.outcome = *change.outcome;
  if (change.appointment_id) intent.appointment_id = *change.appointment_id;
  if (change.contact_id) intent.contact_id = *change.contact_id;
  if (change.attempted_at) intent.attempted_at = change.attempted_at;
  return intent;
}

Result<std::optional<Hold>> changed_hold(std::optional<Hold> hold, const Advance& change) {
  switch (change.hold) {
    case HoldChange::keep:
      break;
    case HoldChange::release:
      if (hold) hold->released = true;
      break;
    case HoldChange::pin:
      if (!hold || hold->released) {
        return fail(ErrorKind::conflict,
                    "The hold of intent " + change.intent_id + " is no longer its own: acquire it again.");
      }
      hold->expires_at.reset();
      break;
  }
  return hold;
}

Result<Intent> holding(Intent intent, const AcquireHold& request) {
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

Hold granted_hold(const AcquireHold& request, std::int64_t fencing_token) {
  return Hold{.intent_id = request.intent_id,
              .resource = request.resource,
              .interval = request.interval,
              .fencing_token = fencing_token,
              .expires_at = request.expires_at,
              .released = false};
}

bool is_live(const Hold& hold, Instant now) {
  return !hold.released && (!hold.expires_at || now < *hold.expires_at);
}

std::vector<Hold> live_of(std::vector<Hold> holds, Interval interval, Instant now) {
  std::erase_if(holds, [&](const Hold& hold) { return !is_live(hold, now) || !hold.interval.overlaps(interval); });
  std::ranges::sort(holds, {}, &Hold::fencing_token);
  return holds;
}

std::vector<Hold> hold_conflicts(const AcquireHold& request, std::vector<Hold> holds) {
  std::erase_if(holds, [&](const Hold& hold) {
    return hold.intent_id == request.intent_id || hold.resource != request.resource || !is_live(hold, request.now) ||
           !hold.interval.overlaps(request.interval);
  });
  std::ranges::sort(holds, {}, [](const Hold& hold) { return std::pair(hold.interval.begin, hold.fencing_token); });

  // Sweep over the ends and begins inside the interval; an end at the instant of a begin comes first (half-open).
  std::vector<std::pair<Instant, int>> edges;
  for (const Hold& hold : holds) {
    edges.emplace_back(std::max(hold.interval.begin, request.interval.begin), +1);
    edges.emplace_back(std::min(hold.interval.end, request.interval.end), -1);
  }
  std::ranges::sort(edges);
  std::vector<Interval> full;
  int overlapping = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    overlapping += edges[i].second;
    if (overlapping >= request.capacity) full.push_back({edges[i].first, edges[i + 1].first});
  }
  std::erase_if(full, [](const Interval& stretch) { return !stretch.valid(); });

  std::erase_if(holds, [&](const Hold& hold) {
    return std::ranges::none_of(full, [&](const Interval& stretch) { return stretch.overlaps(hold.interval); });
  });
  return holds;
}

std::vector<std::string> disregarded_holds(const AcquireHold& request, const std::vector<Hold>& holds) {
  std::vector<std::string> result;
  for (const Hold& hold : holds) {
    const bool of_another = hold.intent_id != request.intent_id && hold.resource == request.resource;
    if (of_another && !hold.released && !is_live(hold, request.now) && hold.interval.overlaps(request.interval)) {
      result.push_back(hold.intent_id);
    }
  }
  return result;
}

bool is_forgettable(const Hold& hold, IntentState owner, Instant now) {
  if (hold.released) return true;
  if (hold.expires_at) return *hold.expires_at < now;
  return owner == IntentState::booked && hold.interval.end < now;
}

bool is_forgettable(const Offer& offer, Instant now) {
  return offer.expires_at < now;
}

Error no_such_intent(const std::string& id) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no intent " + id + "."};
}
Error no_such_job(const std::string& id) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no job " + id + "."};
}
Error no_such_offer(const std::string& code) {
  return {.kind = ErrorKind::not_found, .message = "The ledger has no offer " + code + " in this conversation."};
}

}  // namespace holdfast::ledger::rules
