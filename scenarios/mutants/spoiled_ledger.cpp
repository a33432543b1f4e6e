#include "scenarios/mutants/spoiled_ledger.hpp"

#include <string>
#include <utility>

#include "core/ledger/forwarding_ledger.hpp"

namespace scenarios {
namespace {

using namespace holdfast::ledger;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::Result;
using holdfast::net::Task;

class SpoiledHolds final : public ForwardingLedger {
 public:
  SpoiledHolds(Ledger& inner, HoldDefect defect) : ForwardingLedger(inner), defect_(defect) {}

  Task<Result<HoldDecision>> acquire_hold(AcquireHold request) override {
    for (Claim& claim : request.claims) {
      claim.resource += defect_ == HoldDefect::none_at_all
                            ? "/" + request.intent_id
                            : "/" + std::to_string(holdfast::to_epoch_ms(claim.interval.begin));
    }
    return inner().acquire_hold(std::move(request));
  }
  Task<Result<std::vector<Hold>>> holds_overlapping(std::string, Interval, Instant) override {
    co_return std::vector<Hold>{};
  }

 private:
  HoldDefect defect_;
};

}  // namespace

std::unique_ptr<Ledger> spoil_holds(Ledger& inner, HoldDefect defect) {
  return std::make_unique<SpoiledHolds>(inner, defect);
}

}  // namespace scenarios
