// MemoryLedger: a Ledger over a MemoryStore, for the virtual world and for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/ledger/ledger.hpp"
#include "core/ledger/memory/memory_store.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::ledger {

// What the disk does to one operation. A latency of zero does not suspend.
struct DiskFate {
  enum class Failure {
    none,
    before_commit,  // nothing was changed
    after_commit,   // it was changed, and the caller is told `storage` all the same
  };
  std::int64_t before_commit_ms = 0;  // from the call to the commit
  std::int64_t after_commit_ms = 0;   // from the commit to the caller's resumption
  Failure failure = Failure::none;
};

// Decides the fate of each operation when it begins; called on the loop's thread with the Ledger method's name
// ("advance").
using DiskModel = std::function<DiskFate(std::string_view operation)>;

// A daemon's view of the store. Every operation takes effect at one moment, between the two latencies of its fate: when
// the caller's frame is destroyed before that moment nothing was applied, after it everything was. So a simulated crash
// is: destroy the frames and the MemoryLedger, keep the store, and open a new MemoryLedger over it. Operations that run
// at the same time take effect in the order of their moments. Reads fail like writes, without effect.
class MemoryLedger final : public Ledger {
 public:
  // `runtime` and what it refers to must outlive the ledger's operations. Without a model the disk takes no time.
  MemoryLedger(net::Runtime runtime, std::shared_ptr<MemoryStore> store, DiskModel disk = nullptr);

  // The state, for checkers.
  const MemoryStore& store() const { return *store_; }

  net::Task<Result<OpenedIntent>> open_intent(OpenIntent request) override;
  net::Task<Result<Intent>> find_intent(std::string id) override;
  net::Task<Result<Intent>> advance(Advance change) override;
  net::Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) override;
  net::Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) override;
  net::Task<Result<HoldDecision>> acquire_hold(AcquireHold request) override;
  net::Task<Result<std::vector<Hold>>> holds_overlapping(std::string resource, Interval interval, Instant now) override;
  net::Task<Result<std::vector<Hold>>> live_holds(Instant now) override;
  net::Task<Result<std::vector<OutboxJob>>> claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                       std::size_t limit) override;
  net::Task<Result<void>> finish_job(std::string id) override;
  net::Task<Result<void>> retry_job(std::string id, Instant due_at, std::string error) override;
  net::Task<Result<void>> bury_job(std::string id, std::string error) override;
  net::Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) override;
  net::Task<Result<void>> save_offers(std::vector<Offer> offers) override;
  net::Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) override;
  net::Task<Result<void>> forget_expired(Instant now) override;

 private:
  net::Runtime runtime_;
  std::shared_ptr<MemoryStore> store_;
  DiskModel disk_;
};

}  // namespace holdfast::ledger
