// LedgerProbe: sees every transition of every intent on its way to the ledger: for the trace and the probes.
#pragma once

#include <map>
#include <string>

#include "core/ledger/ledger.hpp"
#include "core/net/clock.hpp"
#include "scenarios/world/probes.hpp"
#include "scenarios/world/trace.hpp"

namespace scenarios {

// A Ledger that changes nothing and notes what happened. Lives with one daemon; `inner` must outlive its operations.
class LedgerProbe final : public holdfast::ledger::Ledger {
 public:
  template <class T>
  using Task = holdfast::net::Task<T>;
  template <class T>
  using Result = holdfast::Result<T>;
  using Intent = holdfast::ledger::Intent;

  LedgerProbe(holdfast::ledger::Ledger& inner, holdfast::net::Clock& clock, Trace* trace, Probes& probes)
      : inner_(inner), clock_(clock), trace_(trace), probes_(probes) {}

  Task<Result<holdfast::ledger::OpenedIntent>> open_intent(holdfast::ledger::OpenIntent request) override;
  Task<Result<Intent>> find_intent(std::string id) override { return inner_.find_intent(std::move(id)); }
  Task<Result<Intent>> advance(holdfast::ledger::Advance change) override;
  Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) override {
    return inner_.unsettled_intents(std::move(tenant), limit);
  }
  Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) override { return inner_.all_intents(limit); }
  Task<Result<holdfast::ledger::HoldDecision>> acquire_hold(holdfast::ledger::AcquireHold request) override;
  Task<Result<std::vector<holdfast::ledger::Hold>>> holds_overlapping(std::string resource, holdfast::Interval interval,
                                                                      holdfast::Instant now) override {
    return inner_.holds_overlapping(std::move(resource), interval, now);
  }
  Task<Result<std::vector<holdfast::ledger::Hold>>> live_holds(holdfast::Instant now) override {
    return inner_.live_holds(now);
  }
  Task<Result<std::vector<holdfast::ledger::OutboxJob>>> claim_jobs(std::string tenant, holdfast::Instant now,
                                                                    holdfast::Instant lease_until,
                                                                    std::size_t limit) override {
    return inner_.claim_jobs(std::move(tenant), now, lease_until, limit);
  }
  Task<Result<void>> finish_job(std::string id) override { return inner_.finish_job(std::move(id)); }
  Task<Result<void>> retry_job(std::string id, holdfast::Instant due_at, std::string error) override;
  Task<Result<void>> bury_job(std::string id, std::string error) override;
  Task<Result<std::vector<holdfast::ledger::OutboxJob>>> pending_jobs(std::size_t limit) override {
    return inner_.pending_jobs(limit);
  }
  Task<Result<void>> save_offers(std::vector<holdfast::ledger::Offer> offers) override {
    return inner_.save_offers(std::move(offers));
  }
  Task<Result<holdfast::ledger::Offer>> find_offer(std::string tenant, std::string conversation,
                                                   std::string code) override {
    return inner_.find_offer(std::move(tenant), std::move(conversation), std::move(code));
  }
  Task<Result<void>> forget_expired(holdfast::Instant now) override { return inner_.forget_expired(now); }

 private:
  void note_failure(const holdfast::Error& error, std::string_view operation);
  void note_transition(const Intent& intent);

  holdfast::ledger::Ledger& inner_;
  holdfast::net::Clock& clock_;
  Trace* trace_;  // may be nullptr
  Probes& probes_;
  std::map<std::string, holdfast::ledger::IntentState> states_;
};

}  // namespace scenarios
