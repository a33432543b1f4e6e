// MemoryStore: what a MemoryLedger keeps, owned apart from it so that it outlives a simulated daemon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger {

// The tables and their indexes. Each transaction is a plain call that happens wholly or not at all; their meaning is
// that of the Ledger method of the same name. Not thread-safe. Every container is ordered, so a run replays exactly.
class MemoryStore {
 public:
  // Each as the Ledger method of its name.
  Result<OpenedIntent> open_intent(const OpenIntent& request);
  Result<Intent> find_intent(const std::string& id) const;
  Result<Intent> advance(const Advance& change);
  Result<std::vector<Intent>> unsettled_intents(const std::string& tenant, std::size_t limit) const;
  Result<std::vector<Intent>> all_intents(std::size_t limit) const;
  Result<HoldDecision> acquire_hold(const AcquireHold& request);
  Result<std::vector<Hold>> holds_overlapping(const std::string& resource, Interval interval, Instant now) const;
  Result<std::vector<Hold>> live_holds(Instant now) const;
  Result<std::vector<OutboxJob>> claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                            std::size_t limit);
  Result<void> finish_job(const std::string& id);
  Result<void> retry_job(const std::string& id, Instant due_at, const std::string& error);
  Result<void> bury_job(const std::string& id, const std::string& error);
  Result<std::vector<OutboxJob>> pending_jobs(std::size_t limit) const;
  Result<void> save_offers(const std::vector<Offer>& offers);
  Result<Offer> find_offer(const std::string& tenant, const std::string& conversation, const std::string& code) const;
  Result<void> forget_expired(Instant now);

  // For checkers, without copying: every intent in the order it was written down.
  const std::deque<Intent>& intents() const { return intents_; }
  // Every hold not forgotten, by intent id.
  const std::map<std::string, Hold>& holds() const { return holds_; }
  // Every job not done, by job id.
  const std::map<std::string, OutboxJob>& jobs() const { return jobs_; }
  // Every offer not forgotten, by (tenant, conversation, code).
  const std::map<std::tuple<std::string, std::string, std::string>, Offer>& offers() const { return offers_; }
  // The intent an alias leads to, or nullptr.
  const Intent* intent_of_alias(const std::string& tenant, const std::string& alias) const;

 private:
  using Position = std::size_t;  // of an intent in intents_
  using OfferKey = std::tuple<std::string, std::string, std::string>;
  // The intents of one semantic key: at most one is live.
  struct KeyEntry {
    std::optional<Position> live;
    std::int64_t generation = 0;
  };
  // The holds of one resource in order of begin, so that those near an interval are found without a scan.
  struct ResourceEntry {
    std::map<std::pair<Instant, std::string>, const Hold*> by_begin;
    Duration longest{0};  // longest interval ever held here
  };

  const Hold* hold_of(const std::string& intent_id) const;
  void put_hold(Hold hold);
  void erase_hold(const std::string& intent_id);
  std::vector<Hold> holds_near(const std::string& resource, Interval interval) const;
  void write_intent(Position position, Intent intent);
  void enqueue(const OutboxJob& job);
  void change_job(OutboxJob& job, const OutboxJob& after);

  std::deque<Intent> intents_;
  std::map<std::string, Position> positions_;
  std::map<std::pair<std::string, std::string>, KeyEntry> keys_;
  std::map<std::pair<std::string, std::string>, Position> aliases_;
  std::map<std::string, std::set<Position>> unsettled_;  // by tenant

  std::map<std::string, Hold> holds_;
  std::map<std::string, ResourceEntry> resources_;
  std::set<std::pair<Instant, std::string>> hold_ends_;  // when a hold may first be forgotten, intent id
  std::int64_t last_fencing_token_ = 0;

  std::map<std::string, OutboxJob> jobs_;
  std::map<std::string, std::int64_t> job_sequences_;
  std::map<std::int64_t, std::string> jobs_by_sequence_;
  std::map<std::string, std::set<std::pair<Instant, std::int64_t>>> jobs_due_;  // by tenant; those not dead
  std::int64_t last_job_sequence_ = 0;

  std::map<OfferKey, Offer> offers_;
  std::set<std::pair<Instant, OfferKey>> offer_ends_;
};

}  // namespace holdfast::ledger
