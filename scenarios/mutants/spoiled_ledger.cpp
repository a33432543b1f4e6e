#include "scenarios/mutants/spoiled_ledger.hpp"

#include <string>
#include <utility>

namespace scenarios {
namespace {

using namespace holdfast::ledger;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::Result;
using holdfast::net::Task;

class SpoiledHolds final : public Ledger {
 public:
  SpoiledHolds(Ledger& inner, HoldDefect defect) : inner_(inner), defect_(defect) {}

  Task<Result<HoldDecision>> acquire_hold(AcquireHold request) override {
    request.resource += defect_ == HoldDefect::none_at_all
                            ? "/" + request.intent_id
                            : "/" + std::to_string(holdfast::to_epoch_ms(request.interval.begin));
    return inner_.acquire_hold(std::move(request));
  }
  Task<Result<std::vector<Hold>>> holds_overlapping(std::string, Interval, Instant) override {
    co_return std::vector<Hold>{};
  }
  Task<Result<std::vector<Hold>>> live_holds(Instant now) override { return inner_.live_holds(now); }

  Task<Result<OpenedIntent>> open_intent(OpenIntent request) override { return inner_.open_intent(std::move(request)); }
  Task<Result<Intent>> find_intent(std::string id) override { return inner_.find_intent(std::move(id)); }
  Task<Result<Intent>> advance(Advance change) override { return inner_.advance(std::move(change)); }
  Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) override {
    return inner_.unsettled_intents(std::move(tenant), limit);
  }
  Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) override { return inner_.all_intents(limit); }
  Task<Result<std::vector<OutboxJob>>> claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                  std::size_t limit) override {
    return inner_.claim_jobs(std::move(tenant), now, lease_until, limit);
  }
  Task<Result<void>> finish_job(std::string id) override { return inner_.finish_job(std::move(id)); }
  Task<Result<void>> retry_job(std::string id, Instant due_at, std::string error) override {
    return inner_.retry_job(std::move(id), due_at, std::move(error));
  }
  Task<Result<void>> bury_job(std::string id, std::string error) override {
    return inner_.bury_job(std::move(id), std::move(error));
  }
  Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) override { return inner_.pending_jobs(limit); }
  Task<Result<void>> save_offers(std::vector<Offer> offers) override { return inner_.save_offers(std::move(offers)); }
  Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) override {
    return inner_.find_offer(std::move(tenant), std::move(conversation), std::move(code));
  }
  Task<Result<void>> forget_expired(Instant now) override { return inner_.forget_expired(now); }

 private:
  Ledger& inner_;
  HoldDefect defect_;
};

}  // namespace

std::unique_ptr<Ledger> spoil_holds(Ledger& inner, HoldDefect defect) {
  return std::make_unique<SpoiledHolds>(inner, defect);
}

}  // namespace scenarios
