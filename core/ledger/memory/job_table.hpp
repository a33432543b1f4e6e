// JobTable: the outbox of a MemoryStore and the indexes over it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger {

// Jobs not done, found by id, by age, by tenant and due time, and by intent. Not thread-safe.
class JobTable {
 public:
  // Leaves a job already known by id as it is.
  void enqueue(const OutboxJob& job);
  // Up to `limit` jobs of the tenant due at `now`, leased.
  std::vector<OutboxJob> claim(const std::string& tenant, Instant now, Instant lease_until, std::size_t limit);
  // nullptr when there is none.
  const OutboxJob* find(const std::string& id) const;
  // Replaces the job of that id, which must be there. Its id, intent and tenant stay.
  void change(OutboxJob after);
  // A job that does not exist is fine.
  void erase(const std::string& id);
  // Oldest first.
  std::vector<OutboxJob> oldest(std::size_t limit) const;
  // Whether the intent has jobs.
  bool any_of(const std::string& intent_id) const;
  // Every job, by id.
  const std::map<std::string, OutboxJob>& all() const { return jobs_; }

 private:
  using Sequence = std::int64_t;

  std::map<std::string, OutboxJob> jobs_;
  std::map<std::string, Sequence> sequences_;
  std::map<Sequence, std::string> by_sequence_;
  std::map<std::string, std::set<std::pair<Instant, Sequence>>> due_;  // by tenant; those not dead
  std::set<std::pair<std::string, Sequence>> by_intent_;
  Sequence last_sequence_ = 0;
};

}  // namespace holdfast::ledger
