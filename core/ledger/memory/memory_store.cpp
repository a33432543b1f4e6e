#include "core/ledger/memory/memory_store.hpp"

#include <algorithm>
#include <optional>

#include "core/base/assert.hpp"
#include "core/ledger/rules.hpp"

namespace holdfast::ledger {
namespace {

// The instant before which a hold is surely not forgettable (rules::is_forgettable), for the index.
Instant earliest_end(const Hold& hold) {
  if (hold.released) return Instant::min();
  return hold.expires_at ? *hold.expires_at : hold.interval.end;
}

}  // namespace

Result<OpenedIntent> MemoryStore::open_intent(const OpenIntent& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  for (const std::string& alias : request.aliases) {
    if (const Intent* known = intent_of_alias(request.tenant, alias)) {
      return OpenedIntent{.intent = *known, .created = false, .by_alias = true};
    }
  }
  KeyEntry& entry = keys_[{request.tenant, request.key}];
  const bool created = !entry.live;
  if (created) {
    if (positions_.contains(request.id)) {
      return fail(ErrorKind::internal, "Intent " + request.id + " exists already. This is a bug in Holdfast.");
    }
    const Position position = intents_.size();
    intents_.push_back(rules::opened(request, entry.generation + 1));
    positions_.emplace(request.id, position);
    unsettled_[request.tenant].insert(position);
    entry = {.live = position, .generation = entry.generation + 1};
  }
  for (const std::string& alias : request.aliases) aliases_.emplace(std::pair(request.tenant, alias), *entry.live);
  return OpenedIntent{.intent = intents_[*entry.live], .created = created, .by_alias = false};
}

Result<Intent> MemoryStore::find_intent(const std::string& id) const {
  const auto found = positions_.find(id);
  if (found == positions_.end()) return fail(rules::no_such_intent(id));
  return intents_[found->second];
}

Result<Intent> MemoryStore::advance(const Advance& change) {
  const auto found = positions_.find(change.intent_id);
  if (found == positions_.end()) return fail(rules::no_such_intent(change.intent_id));
  auto intent = rules::advanced(intents_[found->second], change);
  if (!intent) return intent;
  const Hold* known = hold_of(change.intent_id);
  auto hold = rules::changed_hold(known ? std::optional(*known) : std::nullopt, change);
  if (!hold) return fail(hold.error());

  write_intent(found->second, *intent);
  if (*hold && change.hold != HoldChange::keep) put_hold(std::move(**hold));
  for (const OutboxJob& job : change.enqueue) enqueue(job);
  return intent;
}

Result<std::vector<Intent>> MemoryStore::unsettled_intents(const std::string& tenant, std::size_t limit) const {
  std::vector<Intent> result;
  const auto found = unsettled_.find(tenant);
  if (found == unsettled_.end()) return result;
  for (const Position position : found->second) {
    if (result.size() == limit) break;
    result.push_back(intents_[position]);
  }
  return result;
}

Result<std::vector<Intent>> MemoryStore::all_intents(std::size_t limit) const {
  const auto count = static_cast<std::ptrdiff_t>(std::min(limit, intents_.size()));
  return std::vector<Intent>(intents_.begin(), intents_.begin() + count);
}

Result<HoldDecision> MemoryStore::acquire_hold(const AcquireHold& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  const auto found = positions_.find(request.intent_id);
  if (found == positions_.end()) return fail(rules::no_such_intent(request.intent_id));
  auto intent = rules::holding(intents_[found->second], request);
  if (!intent) return fail(intent.error());
  const std::vector<Hold> near = holds_near(request.resource, request.interval);
  auto conflicts = rules::hold_conflicts(request, near);
  if (!conflicts.empty()) {
    return HoldDecision{
        .granted = false, .fencing_token = 0, .intent = intents_[found->second], .conflicts = std::move(conflicts)};
  }
  for (const std::string& disregarded : rules::disregarded_holds(request, near)) {
    Hold hold = holds_.at(disregarded);
    hold.released = true;
    put_hold(std::move(hold));
  }
  const std::int64_t token = ++last_fencing_token_;
  put_hold(rules::granted_hold(request, token));
  write_intent(found->second, *intent);
  return HoldDecision{.granted = true, .fencing_token = token, .intent = std::move(*intent), .conflicts = {}};
}

Result<std::vector<Hold>> MemoryStore::holds_overlapping(const std::string& resource, Interval interval,
                                                         Instant now) const {
  return rules::live_of(holds_near(resource, interval), interval, now);
}

Result<std::vector<Hold>> MemoryStore::live_holds(Instant now) const {
  std::vector<Hold> result;
  for (const auto& [intent_id, hold] : holds_) {
    if (rules::is_live(hold, now)) result.push_back(hold);
  }
  std::ranges::sort(result, {}, &Hold::fencing_token);
  return result;
}

Result<std::vector<OutboxJob>> MemoryStore::claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                                       std::size_t limit) {
  std::vector<std::int64_t> claimed;
  for (const auto& [due_at, sequence] : jobs_due_[tenant]) {
    if (due_at > now || claimed.size() == limit) break;
    claimed.push_back(sequence);
  }
  std::vector<OutboxJob> result;
  for (const std::int64_t sequence : claimed) {
    OutboxJob& job = jobs_.at(jobs_by_sequence_.at(sequence));
    OutboxJob after = job;
    after.due_at = lease_until;
    after.attempts += 1;
    change_job(job, after);
    result.push_back(std::move(after));
  }
  return result;
}

Result<void> MemoryStore::finish_job(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return {};
  const std::int64_t sequence = job_sequences_.at(id);
  jobs_due_[found->second.tenant].erase({found->second.due_at, sequence});
  jobs_by_sequence_.erase(sequence);
  job_sequences_.erase(id);
  jobs_.erase(found);
  return {};
}

Result<void> MemoryStore::retry_job(const std::string& id, Instant due_at, const std::string& error) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return fail(rules::no_such_job(id));
  OutboxJob after = found->second;
  after.due_at = due_at;
  after.last_error = error;
  after.dead = false;
  change_job(found->second, after);
  return {};
}

Result<void> MemoryStore::bury_job(const std::string& id, const std::string& error) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return fail(rules::no_such_job(id));
  OutboxJob after = found->second;
  after.last_error = error;
  after.dead = true;
  change_job(found->second, after);
  return {};
}

Result<std::vector<OutboxJob>> MemoryStore::pending_jobs(std::size_t limit) const {
  std::vector<OutboxJob> result;
  for (const auto& [sequence, id] : jobs_by_sequence_) {
    if (result.size() == limit) break;
    result.push_back(jobs_.at(id));
  }
  return result;
}

Result<void> MemoryStore::save_offers(const std::vector<Offer>& offers) {
  for (const Offer& offer : offers) {
    OfferKey key{offer.tenant, offer.conversation, offer.code};
    if (const auto known = offers_.find(key); known != offers_.end()) {
      offer_ends_.erase({known->second.expires_at, key});
    }
    offer_ends_.emplace(offer.expires_at, key);
    offers_.insert_or_assign(std::move(key), offer);
  }
  return {};
}

Result<Offer> MemoryStore::find_offer(const std::string& tenant, const std::string& conversation,
                                      const std::string& code) const {
  const auto found = offers_.find({tenant, conversation, code});
  if (found == offers_.end()) return fail(rules::no_such_offer(code));
  return found->second;
}

Result<void> MemoryStore::forget_expired(Instant now) {
  while (!offer_ends_.empty()) {
    const auto& [expires_at, key] = *offer_ends_.begin();
    if (!rules::is_forgettable(offers_.at(key), now)) break;
    offers_.erase(key);
    offer_ends_.erase(offer_ends_.begin());
  }
  std::vector<std::string> forgettable;
  for (const auto& [earliest, intent_id] : hold_ends_) {
    if (earliest >= now) break;
    if (rules::is_forgettable(holds_.at(intent_id), intents_[positions_.at(intent_id)].state, now)) {
      forgettable.push_back(intent_id);
    }
  }
  for (const std::string& intent_id : forgettable) erase_hold(intent_id);
  return {};
}

const Intent* MemoryStore::intent_of_alias(const std::string& tenant, const std::string& alias) const {
  const auto found = aliases_.find({tenant, alias});
  return found == aliases_.end() ? nullptr : &intents_[found->second];
}

const Hold* MemoryStore::hold_of(const std::string& intent_id) const {
  const auto found = holds_.find(intent_id);
  return found == holds_.end() ? nullptr : &found->second;
}

void MemoryStore::put_hold(Hold hold) {
  erase_hold(hold.intent_id);
  const std::string intent_id = hold.intent_id;
  const Hold& kept = holds_.insert_or_assign(intent_id, std::move(hold)).first->second;
  hold_ends_.emplace(earliest_end(kept), intent_id);
  ResourceEntry& resource = resources_[kept.resource];
  resource.by_begin.emplace(std::pair(kept.interval.begin, intent_id), &kept);
  resource.longest = std::max(resource.longest, kept.interval.length());
}

void MemoryStore::erase_hold(const std::string& intent_id) {
  const auto found = holds_.find(intent_id);
  if (found == holds_.end()) return;
  const Hold& hold = found->second;
  resources_.at(hold.resource).by_begin.erase({hold.interval.begin, intent_id});
  hold_ends_.erase({earliest_end(hold), intent_id});
  holds_.erase(found);
}

std::vector<Hold> MemoryStore::holds_near(const std::string& resource, Interval interval) const {
  std::vector<Hold> result;
  const auto found = resources_.find(resource);
  if (found == resources_.end()) return result;
  const auto& by_begin = found->second.by_begin;
  auto at = by_begin.lower_bound({interval.begin - found->second.longest, std::string()});
  for (; at != by_begin.end() && at->first.first < interval.end; ++at) result.push_back(*at->second);
  return result;
}

void MemoryStore::write_intent(Position position, Intent intent) {
  if (is_settled(intent.state)) {
    unsettled_[intent.tenant].erase(position);
  } else {
    unsettled_[intent.tenant].insert(position);
  }
  if (intent.state == IntentState::refused) {
    KeyEntry& entry = keys_.at({intent.tenant, intent.key});
    if (entry.live == position) entry.live.reset();
  }
  intents_[position] = std::move(intent);
}

void MemoryStore::enqueue(const OutboxJob& job) {
  if (!jobs_.emplace(job.id, job).second) return;
  const std::int64_t sequence = ++last_job_sequence_;
  job_sequences_.emplace(job.id, sequence);
  jobs_by_sequence_.emplace(sequence, job.id);
  if (!job.dead) jobs_due_[job.tenant].emplace(job.due_at, sequence);
}

void MemoryStore::change_job(OutboxJob& job, const OutboxJob& after) {
  const std::int64_t sequence = job_sequences_.at(job.id);
  jobs_due_[job.tenant].erase({job.due_at, sequence});
  if (!after.dead) jobs_due_[after.tenant].emplace(after.due_at, sequence);
  job = after;
}

}  // namespace holdfast::ledger
