// SqliteLedger: the Ledger in one SQLite file; the store of a single daemon.
#pragma once

#include <memory>
#include <string>

#include "core/ledger/ledger.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::ledger {

namespace sqlite {
class Writer;
enum class Effect;
}  // namespace sqlite

// Operations are queued from the loop's thread and done by one writer thread, so the loop never waits for the disk; all
// that wait together share one commit (WAL). A durable operation is answered only after the file was synced, a lazy one
// when its change is with the operating system: it survives the end of the process, but not that of the machine.
// Answers come on the runtime's executor. A caller whose frame dies with the loop loses only the answer.
//
// The file belongs to this process alone, also against readers (they hear "database is locked"): copy it with its -wal
// file to look at it. When it is deleted, moved, replaced or given a second name, every operation is `storage` from
// then on.
class SqliteLedger final : public Ledger {
 public:
  // Opens `path` or creates it, upgrades an older file and checks it; blocks, so call it before the loop runs. Beside
  // it live path-wal and path.lock; where the path is a symbolic link, beside what it leads to. Errors: `configuration`
  // (the folder or the rights are wrong, another process has it, it has several names, a newer program wrote it, it is
  // no ledger) and `storage` (damaged, locked, disk). The executor of `runtime` must accept work from another thread
  // (no io_context with an "unsafe" concurrency hint), and its context must outlive the ledger.
  static Result<std::unique_ptr<Ledger>> open(std::string path, net::Runtime runtime);
  // Finishes everything queued; the answers are posted, and die unread if the loop does not run any more.
  ~SqliteLedger() override;

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
  SqliteLedger(net::Runtime runtime, std::unique_ptr<sqlite::Writer> writer);
  template <class T, class Work>
  net::Task<Result<T>> queue(sqlite::Effect effect, Work work);

  net::Runtime runtime_;
  std::unique_ptr<sqlite::Writer> writer_;
};

}  // namespace holdfast::ledger
