// SqliteLedger: the Ledger in one SQLite file; the store of a single daemon.
#pragma once

#include <memory>
#include <string>

#include "core/ledger/ledger.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::ledger {

namespace sqlite {
class LockFile;
class Writer;
}  // namespace sqlite

// Operations are queued from the loop's thread and done by one writer thread, so the loop never waits for the disk; all
// that wait together share one commit (WAL, synchronous=FULL). An operation is answered only after its commit, on the
// runtime's executor. A caller whose frame dies with the loop loses only the answer.
class SqliteLedger final : public Ledger {
 public:
  // Opens `path` or creates it, upgrades an older file and checks it; blocks, so call it before the loop runs. Beside
  // it live path-wal, path-shm and path.lock. Errors: `configuration` (the folder or the rights are wrong, another
  // process has it, a newer program wrote it, it is no ledger) and `storage` (damaged, locked, disk). The executor of
  // `runtime` must accept work from another thread (no io_context with an "unsafe" concurrency hint), and its context
  // must outlive the ledger.
  static Result<std::unique_ptr<Ledger>> open(std::string path, net::Runtime runtime);
  // Finishes everything queued; the answers are posted, and die unread if the loop does not run any more.
  ~SqliteLedger() override;

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
  SqliteLedger(net::Runtime runtime, sqlite::LockFile lock, std::unique_ptr<sqlite::Writer> writer);

  net::Runtime runtime_;
  std::unique_ptr<sqlite::LockFile> lock_;  // given up last
  std::unique_ptr<sqlite::Writer> writer_;
};

}  // namespace holdfast::ledger
