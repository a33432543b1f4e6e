// ForwardingLedger: a Ledger that hands everything on, so that a decorator overrides only what it changes.
#pragma once

#include <utility>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger {

// Hands every call on to `inner`, which must outlive the operations. No method is a coroutine: nothing of this object
// is used once a call has returned its task.
class ForwardingLedger : public Ledger {
 public:
  explicit ForwardingLedger(Ledger& inner) : inner_(inner) {}

  net::Task<Result<OpenedIntent>> open_intent(OpenIntent request, OpenDecider decide) override {
    return inner_.open_intent(std::move(request), std::move(decide));
  }
  net::Task<Result<Intent>> find_intent(std::string id) override { return inner_.find_intent(std::move(id)); }
  net::Task<Result<std::vector<Intent>>> find_intents(std::string tenant, std::string link,
                                                      std::size_t limit) override {
    return inner_.find_intents(std::move(tenant), std::move(link), limit);
  }
  net::Task<Result<std::vector<Intent>>> find_group(std::string tenant, std::string group) override {
    return inner_.find_group(std::move(tenant), std::move(group));
  }
  net::Task<Result<Intent>> advance(Advance change) override { return inner_.advance(std::move(change)); }
  net::Task<Result<Intent>> withdraw(std::string id, Instant now) override {
    return inner_.withdraw(std::move(id), now);
  }
  net::Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) override {
    return inner_.unsettled_intents(std::move(tenant), limit);
  }
  net::Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) override { return inner_.all_intents(limit); }
  net::Task<Result<HoldDecision>> acquire_hold(AcquireHold request) override {
    return inner_.acquire_hold(std::move(request));
  }
  net::Task<Result<std::vector<Hold>>> holds_overlapping(std::string resource, Interval interval,
                                                         Instant now) override {
    return inner_.holds_overlapping(std::move(resource), interval, now);
  }
  net::Task<Result<std::vector<Hold>>> live_holds(Instant now) override { return inner_.live_holds(now); }
  net::Task<Result<std::vector<OutboxJob>>> claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                       std::size_t limit) override {
    return inner_.claim_jobs(std::move(tenant), now, lease_until, limit);
  }
  net::Task<Result<void>> finish_job(std::string id) override { return inner_.finish_job(std::move(id)); }
  net::Task<Result<void>> retry_job(std::string id, Instant due_at, std::string error) override {
    return inner_.retry_job(std::move(id), due_at, std::move(error));
  }
  net::Task<Result<void>> bury_job(std::string id, std::string error, Review review) override {
    return inner_.bury_job(std::move(id), std::move(error), std::move(review));
  }
  net::Task<Result<void>> note_job(std::string id, std::string payload) override {
    return inner_.note_job(std::move(id), std::move(payload));
  }
  net::Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) override {
    return inner_.pending_jobs(limit);
  }
  net::Task<Result<bool>> add_review(Review review, std::vector<OutboxJob> enqueue) override {
    return inner_.add_review(std::move(review), std::move(enqueue));
  }
  net::Task<Result<std::vector<Review>>> reviews(bool with_resolved, std::size_t limit) override {
    return inner_.reviews(with_resolved, limit);
  }
  net::Task<Result<void>> resolve_review(std::string id, std::string resolution, Instant now) override {
    return inner_.resolve_review(std::move(id), std::move(resolution), now);
  }
  net::Task<Result<void>> save_offers(std::vector<Offer> offers) override {
    return inner_.save_offers(std::move(offers));
  }
  net::Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) override {
    return inner_.find_offer(std::move(tenant), std::move(conversation), std::move(code));
  }
  net::Task<Result<bool>> note_question(std::string tenant, std::string question, Instant now,
                                        Instant expires_at) override {
    return inner_.note_question(std::move(tenant), std::move(question), now, expires_at);
  }
  net::Task<Result<void>> sync() override { return inner_.sync(); }
  net::Task<Result<void>> check_writable() override { return inner_.check_writable(); }
  net::Task<Result<void>> prune(Instant expired_before, Instant settled_before) override {
    return inner_.prune(expired_before, settled_before);
  }

 protected:
  Ledger& inner() { return inner_; }

 private:
  Ledger& inner_;
};

}  // namespace holdfast::ledger
