// MemoryLedger: a Ledger over a MemoryDisk, for the virtual world and for tests.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "core/ledger/ledger.hpp"
#include "core/ledger/memory/memory_disk.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::ledger {

// What the disk does to one operation. A latency of zero does not suspend.
struct DiskFate {
  enum class Failure {
    none,
    before_commit,  // nothing was changed
    after_commit,   // it was changed, and the caller is told `storage` all the same
  };
  std::int64_t before_commit_ms = 0;  // from the call to the moment it takes effect
  std::int64_t after_commit_ms = 0;   // from there to the caller's resumption; of a durable one: the sync
  Failure failure = Failure::none;
  bool stored_early = false;  // of a durable one: a crash in the middle of its sync finds it stored all the same
};

// Decides the fate of each operation when it begins; called on the loop's thread with the Ledger method's name
// ("advance"). A lazy operation waits for no disk: what it is given stands for the way there and back.
using DiskModel = std::function<DiskFate(std::string_view operation, Durability durability)>;

// A daemon's view of the disk. Every operation takes effect at one moment, between the two latencies of its fate: when
// the caller's frame is destroyed before that moment nothing was applied. After it the others see it, and it survives a
// crash once a sync that began later has ended. So a simulated crash is: destroy the frames and the MemoryLedger, let
// the disk crash(), and open a new MemoryLedger over it. Operations that run at the same time take effect in the order
// of their moments. Reads fail like writes, without effect.
class MemoryLedger final : public Ledger {
 public:
  // `runtime` and what it refers to must outlive the ledger's operations. Without a model the disk takes no time.
  MemoryLedger(net::Runtime runtime, std::shared_ptr<MemoryDisk> disk, DiskModel model = nullptr);

  // The state, for checkers.
  const MemoryStore& store() const { return disk_->store(); }

  net::Task<Result<OpenedIntent>> open_intent(OpenIntent request, OpenDecider decide) override;
  net::Task<Result<Intent>> find_intent(std::string id) override;
  net::Task<Result<std::vector<Intent>>> find_intents(std::string tenant, std::string link, std::size_t limit) override;
  net::Task<Result<std::vector<Intent>>> find_group(std::string tenant, std::string group) override;
  net::Task<Result<Intent>> advance(Advance change) override;
  net::Task<Result<Intent>> withdraw(std::string id, Instant now) override;
  net::Task<Result<std::vector<Intent>>> unsettled_intents(std::string tenant, std::size_t limit) override;
  net::Task<Result<std::vector<Intent>>> all_intents(std::size_t limit) override;
  net::Task<Result<HoldDecision>> acquire_hold(AcquireHold request) override;
  net::Task<Result<std::vector<Hold>>> holds_overlapping(std::string resource, Interval interval, Instant now) override;
  net::Task<Result<std::vector<Hold>>> live_holds(Instant now) override;
  net::Task<Result<std::vector<OutboxJob>>> claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                       std::size_t limit) override;
  net::Task<Result<void>> finish_job(std::string id) override;
  net::Task<Result<void>> retry_job(std::string id, Instant due_at, std::string error) override;
  net::Task<Result<void>> bury_job(std::string id, std::string error, Review review) override;
  net::Task<Result<void>> note_job(std::string id, std::string payload) override;
  net::Task<Result<std::vector<OutboxJob>>> pending_jobs(std::size_t limit) override;
  net::Task<Result<bool>> add_review(Review review, std::vector<OutboxJob> enqueue) override;
  net::Task<Result<std::vector<Review>>> reviews(bool with_resolved, std::size_t limit) override;
  net::Task<Result<void>> resolve_review(std::string id, std::string resolution, Instant now) override;
  net::Task<Result<void>> save_offers(std::vector<Offer> offers) override;
  net::Task<Result<Offer>> find_offer(std::string tenant, std::string conversation, std::string code) override;
  net::Task<Result<bool>> note_question(std::string tenant, std::string question, Instant now,
                                        Instant expires_at) override;
  net::Task<Result<void>> sync() override;
  net::Task<Result<void>> check_writable() override;
  net::Task<Result<void>> prune(Instant expired_before, Instant settled_before) override;

 private:
  template <class T, class Read>
  net::Task<Result<T>> read(std::string_view operation, Read read);
  template <class T, class Transaction>
  net::Task<Result<T>> write(std::string_view operation, Durability durability, Transaction transaction);

  net::Runtime runtime_;
  std::shared_ptr<MemoryDisk> disk_;
  DiskModel model_;
};

}  // namespace holdfast::ledger
