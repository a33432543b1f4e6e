#include "core/ledger/memory/job_table.hpp"

#include <limits>

#include "core/base/assert.hpp"

namespace holdfast::ledger {

void JobTable::enqueue(const OutboxJob& job) {
  if (!jobs_.emplace(job.id, job).second) return;
  const Sequence sequence = ++last_sequence_;
  sequences_.emplace(job.id, sequence);
  by_sequence_.emplace(sequence, job.id);
  by_intent_.emplace(job.intent_id, sequence);
  if (!job.dead) due_[job.tenant].emplace(job.due_at, sequence);
}

std::vector<OutboxJob> JobTable::claim(const std::string& tenant, Instant now, Instant lease_until, std::size_t limit) {
  std::vector<OutboxJob> claimed;
  const auto due = due_.find(tenant);
  if (due == due_.end()) return claimed;
  for (const auto& [due_at, sequence] : due->second) {
    if (due_at > now || claimed.size() == limit) break;
    claimed.push_back(jobs_.at(by_sequence_.at(sequence)));
  }
  for (OutboxJob& job : claimed) {
    HOLDFAST_ASSERT(!job.dead && job.due_at <= now);
    job.due_at = lease_until;
    job.attempts += 1;
    change(job);
  }
  return claimed;
}

const OutboxJob* JobTable::find(const std::string& id) const {
  const auto found = jobs_.find(id);
  return found == jobs_.end() ? nullptr : &found->second;
}

void JobTable::change(OutboxJob after) {
  OutboxJob& job = jobs_.at(after.id);
  HOLDFAST_ASSERT(job.intent_id == after.intent_id && job.tenant == after.tenant);
  const Sequence sequence = sequences_.at(job.id);
  auto& due = due_[job.tenant];
  due.erase({job.due_at, sequence});
  if (!after.dead) due.emplace(after.due_at, sequence);
  job = std::move(after);
}

void JobTable::erase(const std::string& id) {
  const auto found = jobs_.find(id);
  if (found == jobs_.end()) return;
  const Sequence sequence = sequences_.at(id);
  due_[found->second.tenant].erase({found->second.due_at, sequence});
  by_intent_.erase({found->second.intent_id, sequence});
  by_sequence_.erase(sequence);
  sequences_.erase(id);
  jobs_.erase(found);
}

std::vector<OutboxJob> JobTable::oldest(std::size_t limit) const {
  std::vector<OutboxJob> result;
  for (const auto& [sequence, id] : by_sequence_) {
    if (result.size() == limit) break;
    result.push_back(jobs_.at(id));
  }
  return result;
}

bool JobTable::any_of(const std::string& intent_id) const {
  const auto first = by_intent_.lower_bound({intent_id, std::numeric_limits<Sequence>::min()});
  return first != by_intent_.end() && first->first == intent_id;
}

}  // namespace holdfast::ledger
