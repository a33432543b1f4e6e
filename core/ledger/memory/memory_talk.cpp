// The outbox, reviews, offers and questions.
#include <limits>
#include <utility>

#include "core/ledger/memory/memory_store.hpp"
#include "core/ledger/rules.hpp"

namespace holdfast::ledger {

Result<std::vector<OutboxJob>> MemoryStore::claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                                       std::size_t limit) {
  return jobs_.claim(tenant, now, lease_until, limit);
}

Result<void> MemoryStore::finish_job(const std::string& id) {
  jobs_.erase(id);
  return {};
}

Result<void> MemoryStore::retry_job(const std::string& id, Instant due_at, const std::string& error) {
  const OutboxJob* known = jobs_.find(id);
  if (known == nullptr) return fail(rules::no_such_job(id));
  OutboxJob after = *known;
  after.due_at = due_at;
  after.last_error = error;
  after.dead = false;
  jobs_.change(std::move(after));
  return {};
}

Result<void> MemoryStore::bury_job(const std::string& id, const std::string& error, const Review& review) {
  if (auto valid = rules::check(review, {}); !valid) return valid;
  const OutboxJob* known = jobs_.find(id);
  if (known == nullptr) return fail(rules::no_such_job(id));
  OutboxJob after = *known;
  after.last_error = error;
  after.dead = true;
  jobs_.change(std::move(after));
  insert_review(review);
  return {};
}

Result<void> MemoryStore::note_job(const std::string& id, const std::string& payload) {
  const OutboxJob* known = jobs_.find(id);
  if (known == nullptr) return fail(rules::no_such_job(id));
  OutboxJob after = *known;
  after.payload = payload;
  jobs_.change(std::move(after));
  return {};
}

Result<std::vector<OutboxJob>> MemoryStore::pending_jobs(std::size_t limit) const {
  return jobs_.oldest(limit);
}

Result<bool> MemoryStore::add_review(const Review& review, const std::vector<OutboxJob>& enqueue) {
  if (auto valid = rules::check(review, enqueue); !valid) return fail(valid.error());
  if (!insert_review(review)) return false;
  for (const OutboxJob& job : enqueue) jobs_.enqueue(job);
  return true;
}

Result<std::vector<Review>> MemoryStore::reviews(bool with_resolved, std::size_t limit) const {
  std::vector<Review> result;
  if (with_resolved) {
    for (auto at = reviews_.begin(); at != reviews_.end() && result.size() < limit; ++at) result.push_back(at->second);
    return result;
  }
  for (auto at = open_reviews_.begin(); at != open_reviews_.end() && result.size() < limit; ++at) {
    result.push_back(reviews_.at(*at));
  }
  return result;
}

Result<void> MemoryStore::resolve_review(const std::string& id, const std::string& resolution, Instant now) {
  const auto found = review_sequences_.find(id);
  if (found == review_sequences_.end()) return fail(rules::no_such_review(id));
  Review& review = reviews_.at(found->second);
  review.resolved_at = now;
  review.resolution = resolution;
  open_reviews_.erase(found->second);
  return {};
}

bool MemoryStore::insert_review(const Review& review) {
  const Sequence sequence = last_review_ + 1;
  if (!review_sequences_.emplace(review.id, sequence).second) return false;
  last_review_ = sequence;
  reviews_.emplace(sequence, review);
  reviews_by_intent_.emplace(review.intent_id, sequence);
  if (!review.resolved_at) open_reviews_.insert(sequence);
  return true;
}

bool MemoryStore::has_open_review(const std::string& intent_id) const {
  auto at = reviews_by_intent_.lower_bound({intent_id, std::numeric_limits<Sequence>::min()});
  for (; at != reviews_by_intent_.end() && at->first == intent_id; ++at) {
    if (open_reviews_.contains(at->second)) return true;
  }
  return false;
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

Result<bool> MemoryStore::note_question(const std::string& tenant, const std::string& question, Instant now,
                                        Instant expires_at) {
  const QuestionKey key{tenant, question};
  bool asked_before = false;
  if (const auto known = questions_.find(key); known != questions_.end()) {
    asked_before = now < known->second;
    expires_at = std::max(expires_at, known->second);
    question_ends_.erase({known->second, key});
  }
  questions_.insert_or_assign(key, expires_at);
  question_ends_.emplace(expires_at, key);
  return asked_before;
}

void MemoryStore::prune_talk(Instant expired_before) {
  for (std::size_t count = 0; count < rules::pruned_at_once_max && !offer_ends_.empty(); ++count) {
    const auto& [expires_at, key] = *offer_ends_.begin();
    if (!rules::is_forgettable(expires_at, expired_before)) break;
    offers_.erase(key);
    offer_ends_.erase(offer_ends_.begin());
  }
  for (std::size_t count = 0; count < rules::pruned_at_once_max && !question_ends_.empty(); ++count) {
    const auto& [expires_at, key] = *question_ends_.begin();
    if (!rules::is_forgettable(expires_at, expired_before)) break;
    questions_.erase(key);
    question_ends_.erase(question_ends_.begin());
  }
}

}  // namespace holdfast::ledger
