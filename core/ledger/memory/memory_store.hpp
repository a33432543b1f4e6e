// MemoryStore: the ledger's transactions in memory, as plain calls.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"
#include "core/ledger/memory/hold_table.hpp"
#include "core/ledger/memory/job_table.hpp"

namespace holdfast::ledger {

// The tables and their indexes: a value that can be copied. Each transaction is a plain call that happens wholly or not
// at all and whose effect depends on the store and its arguments only; their meaning is that of the Ledger method of
// the same name. Not thread-safe. Every container is ordered, so a run replays exactly.
class MemoryStore {
 public:
  // Each as the Ledger method of its name.
  Result<OpenedIntent> open_intent(const OpenIntent& request, const OpenDecider& decide);
  Result<Intent> find_intent(const std::string& id) const;
  Result<std::vector<Intent>> find_intents(const std::string& tenant, const std::string& link, std::size_t limit) const;
  Result<std::vector<Intent>> find_group(const std::string& tenant, const std::string& group) const;
  Result<Intent> advance(const Advance& change);
  Result<Intent> withdraw(const std::string& id, Instant now);
  Result<std::vector<Intent>> unsettled_intents(const std::string& tenant, std::size_t limit) const;
  Result<std::vector<Intent>> all_intents(std::size_t limit) const;
  Result<HoldDecision> acquire_hold(const AcquireHold& request);
  Result<std::vector<Hold>> holds_overlapping(const std::string& resource, Interval interval, Instant now) const;
  Result<std::vector<Hold>> live_holds(Instant now) const;
  Result<std::vector<OutboxJob>> claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                            std::size_t limit);
  Result<void> finish_job(const std::string& id);
  Result<void> retry_job(const std::string& id, Instant due_at, const std::string& error);
  Result<void> bury_job(const std::string& id, const std::string& error, const Review& review);
  Result<void> note_job(const std::string& id, const std::string& payload);
  Result<std::vector<OutboxJob>> pending_jobs(std::size_t limit) const;
  Result<bool> add_review(const Review& review, const std::vector<OutboxJob>& enqueue);
  Result<std::vector<Review>> reviews(bool with_resolved, std::size_t limit) const;
  Result<void> resolve_review(const std::string& id, const std::string& resolution, Instant now);
  Result<void> save_offers(const std::vector<Offer>& offers);
  Result<Offer> find_offer(const std::string& tenant, const std::string& conversation, const std::string& code) const;
  Result<bool> note_question(const std::string& tenant, const std::string& question, Instant now, Instant expires_at);
  Result<void> prune(Instant expired_before, Instant settled_before);

  // For checkers, without copying: every intent by the order in which it was written down.
  const std::map<std::int64_t, Intent>& intents() const { return intents_; }
  // Every hold not forgotten, by intent id.
  const std::map<std::string, std::vector<Hold>>& holds() const { return holds_.all(); }
  // Every job not done, by job id.
  const std::map<std::string, OutboxJob>& jobs() const { return jobs_.all(); }

 private:
  using Sequence = std::int64_t;  // of an intent or a review; grows
  using OfferKey = std::tuple<std::string, std::string, std::string>;
  using QuestionKey = std::pair<std::string, std::string>;

  std::vector<Intent> candidates(const std::string& tenant, const std::vector<std::string>& look_up) const;
  std::vector<Intent> members(const std::string& tenant, const std::string& group) const;
  void insert_intent(Intent intent);
  void write_intent(Sequence sequence, Intent intent);
  void erase_intent(Sequence sequence);
  void index_work(Sequence sequence, const Intent& intent);
  void unindex_work(Sequence sequence, const Intent& intent);
  void settle_group(const Intent& settled, Instant now);
  void leave_group(Sequence sequence, const Intent& intent);
  bool insert_review(const Review& review);
  bool has_open_review(const std::string& intent_id) const;
  void prune_talk(Instant expired_before);
  void prune_intents(Instant settled_before);

  std::map<Sequence, Intent> intents_;
  std::map<std::string, Sequence> sequences_;                                 // by id
  std::set<std::tuple<std::string, std::string, Sequence>> links_;            // tenant, link
  std::map<std::pair<std::string, std::string>, std::set<Sequence>> groups_;  // by tenant and group
  std::map<std::string, std::set<Sequence>> needing_work_;                    // by tenant
  std::set<std::pair<Instant, Sequence>> at_rest_;                            // updated_at; those not needing work
  std::pair<Instant, Sequence> pruned_up_to_{Instant::min(), 0};              // where in at_rest_ prune() stopped
  Sequence last_sequence_ = 0;
  std::int64_t last_wanted_ = 0;

  HoldTable holds_;
  std::int64_t last_fencing_token_ = 0;
  JobTable jobs_;

  std::map<Sequence, Review> reviews_;
  std::map<std::string, Sequence> review_sequences_;  // by id
  std::set<Sequence> open_reviews_;
  std::set<std::pair<std::string, Sequence>> reviews_by_intent_;
  Sequence last_review_ = 0;

  std::map<OfferKey, Offer> offers_;
  std::set<std::pair<Instant, OfferKey>> offer_ends_;
  std::map<QuestionKey, Instant> questions_;  // when they expire
  std::set<std::pair<Instant, QuestionKey>> question_ends_;
};

}  // namespace holdfast::ledger
