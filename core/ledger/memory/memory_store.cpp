// Intents and holds.
#include "core/ledger/memory/memory_store.hpp"

#include <algorithm>
#include <limits>

#include "core/base/assert.hpp"
#include "core/ledger/rules.hpp"

namespace holdfast::ledger {

Result<OpenedIntent> MemoryStore::open_intent(const OpenIntent& request, const OpenDecider& decide) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  const std::vector<Intent> known = candidates(request.tenant, request.look_up);
  Opening opening = decide(known);
  switch (opening.kind) {
    case Opening::Kind::none:
      break;
    case Opening::Kind::open: {
      if (sequences_.contains(request.id)) return fail(rules::intent_exists(request.id));
      Intent intent = rules::opened(request, opening, ++last_wanted_);
      insert_intent(intent);
      return OpenedIntent{.kind = opening.kind, .intent = std::move(intent), .reason = std::move(opening.reason)};
    }
    case Opening::Kind::found: {
      auto found = rules::chosen(known, opening);
      if (!found) return fail(found.error());
      Intent intent = rules::linked(rules::linked(std::move(*found), request.links), opening.links);
      if (opening.want) intent.wanted = ++last_wanted_;
      const bool joins = !opening.group.empty() && opening.group != intent.group;
      if (joins) intent.group = opening.group;
      write_intent(sequences_.at(intent.id), intent);
      if (joins && is_settled(intent.state)) settle_group(intent, request.now);
      intent = intents_.at(sequences_.at(intent.id));
      return OpenedIntent{.kind = opening.kind, .intent = std::move(intent), .reason = std::move(opening.reason)};
    }
  }
  Intent asked_about = rules::asked_about(known, opening);
  return OpenedIntent{.kind = opening.kind, .intent = std::move(asked_about), .reason = std::move(opening.reason)};
}

Result<Intent> MemoryStore::find_intent(const std::string& id) const {
  const auto found = sequences_.find(id);
  if (found == sequences_.end()) return fail(rules::no_such_intent(id));
  return intents_.at(found->second);
}

Result<std::vector<Intent>> MemoryStore::find_intents(const std::string& tenant, const std::string& link,
                                                      std::size_t limit) const {
  std::vector<Intent> result;
  auto at = links_.upper_bound({tenant, link, std::numeric_limits<Sequence>::max()});
  while (at != links_.begin() && result.size() < limit) {
    const auto& [of_tenant, name, sequence] = *--at;
    if (of_tenant != tenant || name != link) break;
    result.push_back(intents_.at(sequence));
  }
  return result;
}

Result<std::vector<Intent>> MemoryStore::find_group(const std::string& tenant, const std::string& group) const {
  return rules::wanted_first(members(tenant, group));
}

Result<Intent> MemoryStore::advance(const Advance& change) {
  const auto found = sequences_.find(change.intent_id);
  if (found == sequences_.end()) return fail(rules::no_such_intent(change.intent_id));
  auto intent = rules::advanced(intents_.at(found->second), change);
  if (!intent) return intent;
  auto holds = rules::changed_holds(holds_.of(change.intent_id), change);
  if (!holds) return fail(holds.error());

  write_intent(found->second, *intent);
  if (change.hold != HoldChange::keep) holds_.replace(change.intent_id, std::move(*holds));
  for (const OutboxJob& job : change.enqueue) jobs_.enqueue(job);
  for (const Review& review : change.reviews) insert_review(review);
  if (is_settled(intent->state)) settle_group(*intent, change.now);
  return intents_.at(found->second);
}

Result<Intent> MemoryStore::withdraw(const std::string& id, Instant now) {
  const auto found = sequences_.find(id);
  if (found == sequences_.end()) return fail(rules::no_such_intent(id));
  Intent intent = rules::withdrawn(intents_.at(found->second), now);
  write_intent(found->second, intent);
  return intent;
}

Result<std::vector<Intent>> MemoryStore::unsettled_intents(const std::string& tenant, std::size_t limit) const {
  std::vector<Intent> result;
  const auto found = needing_work_.find(tenant);
  if (found == needing_work_.end()) return result;
  for (const Sequence sequence : found->second) {
    if (result.size() == limit) break;
    result.push_back(intents_.at(sequence));
  }
  return result;
}

Result<std::vector<Intent>> MemoryStore::all_intents(std::size_t limit) const {
  std::vector<Intent> result;
  for (const auto& [sequence, intent] : intents_) {
    if (result.size() == limit) break;
    result.push_back(intent);
  }
  return result;
}

Result<HoldDecision> MemoryStore::acquire_hold(const AcquireHold& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  const auto found = sequences_.find(request.intent_id);
  if (found == sequences_.end()) return fail(rules::no_such_intent(request.intent_id));
  const Intent& known = intents_.at(found->second);
  auto intent = rules::holding(known, request);
  if (!intent) return fail(intent.error());
  std::vector<Hold> conflicts;
  std::set<std::string> disregarded;
  for (const Claim& claim : request.claims) {
    const std::vector<Hold> near = holds_.near(claim.resource, claim.interval);
    std::ranges::move(rules::hold_conflicts(claim, request.intent_id, request.now, near),
                      std::back_inserter(conflicts));
    disregarded.merge(rules::disregarded(claim, request.intent_id, request.now, near));
  }
  if (!conflicts.empty()) {
    return HoldDecision{.granted = false, .fencing_token = 0, .intent = known, .conflicts = std::move(conflicts)};
  }
  for (const std::string& loser : disregarded) holds_.replace(loser, {});
  const std::int64_t token = ++last_fencing_token_;
  holds_.replace(request.intent_id, rules::granted_holds(request, token));
  write_intent(found->second, *intent);
  return HoldDecision{.granted = true, .fencing_token = token, .intent = std::move(*intent), .conflicts = {}};
}

Result<std::vector<Hold>> MemoryStore::holds_overlapping(const std::string& resource, Interval interval,
                                                         Instant now) const {
  return rules::live_of(holds_.near(resource, interval), now);
}

Result<std::vector<Hold>> MemoryStore::live_holds(Instant now) const {
  std::vector<Hold> result;
  for (const auto& [intent_id, holds] : holds_.all()) result.insert(result.end(), holds.begin(), holds.end());
  return rules::live_of(std::move(result), now);
}

Result<void> MemoryStore::prune(Instant expired_before, Instant settled_before) {
  prune_talk(expired_before);
  holds_.forget_expired(expired_before, rules::pruned_at_once_max);
  prune_intents(settled_before);
  return {};
}

// Goes on where the last call stopped, so that intents which must stay do not hide those behind them.
void MemoryStore::prune_intents(Instant settled_before) {
  auto at = at_rest_.upper_bound(pruned_up_to_);
  for (std::size_t looked_at = 0; looked_at < rules::pruned_at_once_max; ++looked_at) {
    if (at == at_rest_.end() || !rules::is_forgettable(intents_.at(at->second), settled_before)) {
      pruned_up_to_ = {Instant::min(), 0};
      return;
    }
    pruned_up_to_ = *at++;
    const std::string& id = intents_.at(pruned_up_to_.second).id;
    if (has_open_review(id) || jobs_.any_of(id) || !holds_.of(id).empty()) continue;
    erase_intent(pruned_up_to_.second);
  }
}

std::vector<Intent> MemoryStore::candidates(const std::string& tenant, const std::vector<std::string>& look_up) const {
  std::set<Sequence> found;
  for (const std::string& link : look_up) {
    auto at = links_.lower_bound({tenant, link, std::numeric_limits<Sequence>::min()});
    for (; at != links_.end() && std::get<0>(*at) == tenant && std::get<1>(*at) == link; ++at) {
      found.insert(std::get<2>(*at));
    }
  }
  std::vector<Intent> result;
  for (const Sequence sequence : found) result.push_back(intents_.at(sequence));
  return result;
}

std::vector<Intent> MemoryStore::members(const std::string& tenant, const std::string& group) const {
  std::vector<Intent> result;
  const auto found = groups_.find({tenant, group});
  if (found == groups_.end()) return result;
  for (const Sequence sequence : found->second) result.push_back(intents_.at(sequence));
  return result;
}

void MemoryStore::settle_group(const Intent& settled, Instant now) {
  for (const std::string& id : rules::to_withdraw(members(settled.tenant, settled.group))) {
    const Sequence sequence = sequences_.at(id);
    write_intent(sequence, rules::withdrawn(intents_.at(sequence), now));
  }
}

void MemoryStore::insert_intent(Intent intent) {
  const Sequence sequence = ++last_sequence_;
  sequences_.emplace(intent.id, sequence);
  groups_[{intent.tenant, intent.group}].insert(sequence);
  for (const std::string& link : intent.links) links_.emplace(intent.tenant, link, sequence);
  index_work(sequence, intent);
  intents_.emplace(sequence, std::move(intent));
}

void MemoryStore::write_intent(Sequence sequence, Intent intent) {
  Intent& known = intents_.at(sequence);
  HOLDFAST_ASSERT(known.id == intent.id && known.tenant == intent.tenant);
  HOLDFAST_ASSERT(known.version <= intent.version && known.wanted <= intent.wanted);
  for (const std::string& link : intent.links) links_.emplace(intent.tenant, link, sequence);
  if (known.group != intent.group) {
    leave_group(sequence, known);
    groups_[{intent.tenant, intent.group}].insert(sequence);
  }
  unindex_work(sequence, known);
  index_work(sequence, intent);
  known = std::move(intent);
}

void MemoryStore::leave_group(Sequence sequence, const Intent& intent) {
  const auto group = groups_.find({intent.tenant, intent.group});
  group->second.erase(sequence);
  if (group->second.empty()) groups_.erase(group);
}

void MemoryStore::erase_intent(Sequence sequence) {
  const Intent& intent = intents_.at(sequence);
  HOLDFAST_ASSERT(!intent.needs_work() && holds_.of(intent.id).empty());
  for (const std::string& link : intent.links) links_.erase({intent.tenant, link, sequence});
  leave_group(sequence, intent);
  auto review = reviews_by_intent_.lower_bound({intent.id, std::numeric_limits<Sequence>::min()});
  while (review != reviews_by_intent_.end() && review->first == intent.id) {
    review_sequences_.erase(reviews_.at(review->second).id);
    reviews_.erase(review->second);
    review = reviews_by_intent_.erase(review);
  }
  unindex_work(sequence, intent);
  sequences_.erase(intent.id);
  intents_.erase(sequence);
}

void MemoryStore::index_work(Sequence sequence, const Intent& intent) {
  if (intent.needs_work()) {
    needing_work_[intent.tenant].insert(sequence);
  } else {
    at_rest_.emplace(intent.updated_at, sequence);
  }
}

void MemoryStore::unindex_work(Sequence sequence, const Intent& intent) {
  if (!intent.needs_work()) at_rest_.erase({intent.updated_at, sequence});
  const auto needing = needing_work_.find(intent.tenant);
  if (needing == needing_work_.end()) return;
  needing->second.erase(sequence);
  if (needing->second.empty()) needing_work_.erase(needing);
}

}  // namespace holdfast::ledger
