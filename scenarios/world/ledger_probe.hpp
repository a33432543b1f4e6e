// LedgerProbe: sees every transition of every intent on its way to the ledger: for the trace and the probes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/ledger/forwarding_ledger.hpp"
#include "core/net/clock.hpp"
#include "scenarios/world/probes.hpp"
#include "scenarios/world/trace.hpp"

namespace scenarios {

// A Ledger that changes nothing and notes what happened. Lives with one daemon; `inner` must outlive its operations.
class LedgerProbe final : public holdfast::ledger::ForwardingLedger {
 public:
  template <class T>
  using Task = holdfast::net::Task<T>;
  template <class T>
  using Result = holdfast::Result<T>;
  using Intent = holdfast::ledger::Intent;

  LedgerProbe(holdfast::ledger::Ledger& inner, holdfast::net::Clock& clock, Trace* trace, Probes& probes)
      : ForwardingLedger(inner), clock_(clock), trace_(trace), probes_(probes) {}

  Task<Result<holdfast::ledger::OpenedIntent>> open_intent(holdfast::ledger::OpenIntent request,
                                                           holdfast::ledger::OpenDecider decide) override;
  Task<Result<Intent>> advance(holdfast::ledger::Advance change) override;
  Task<Result<Intent>> withdraw(std::string id, holdfast::Instant now) override;
  Task<Result<holdfast::ledger::HoldDecision>> acquire_hold(holdfast::ledger::AcquireHold request) override;
  Task<Result<void>> retry_job(std::string id, holdfast::Instant due_at, std::string error) override;
  Task<Result<void>> bury_job(std::string id, std::string error, holdfast::ledger::Review review) override;
  Task<Result<bool>> add_review(holdfast::ledger::Review review,
                                std::vector<holdfast::ledger::OutboxJob> enqueue) override;

 private:
  void note_failure(const holdfast::Error& error, std::string_view operation);
  void note_transition(const Intent& intent);

  holdfast::net::Clock& clock_;
  Trace* trace_;  // may be nullptr
  Probes& probes_;
  std::map<std::string, holdfast::ledger::IntentState> states_;
};

}  // namespace scenarios
