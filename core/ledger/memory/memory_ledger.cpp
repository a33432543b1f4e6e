#include "core/ledger/memory/memory_ledger.hpp"

#include <utility>

#include "core/base/assert.hpp"

namespace holdfast::ledger {
namespace {

// Runs `transaction` on `store` as the disk model wants it. A free function that keeps everything it needs in its own
// frame, so it may outlive the ledger. `transaction` is a plain function object: it must not be a coroutine.
template <class T, class Transaction>
net::Task<Result<T>> commit(net::Runtime runtime, std::shared_ptr<MemoryStore> store, DiskFate fate,
                            Transaction transaction) {
  if (fate.before_commit_ms > 0) co_await net::sleep_for(runtime.clock, Duration(fate.before_commit_ms));
  if (fate.failure == DiskFate::Failure::before_commit) {
    co_return fail(ErrorKind::storage, "The ledger's disk failed before the change was stored: read again.");
  }
  Result<T> result = transaction(*store);
  if (fate.after_commit_ms > 0) co_await net::sleep_for(runtime.clock, Duration(fate.after_commit_ms));
  if (fate.failure == DiskFate::Failure::after_commit) {
    co_return fail(ErrorKind::storage,
                   "The ledger's disk failed; whether the change was stored is unknown: read again.");
  }
  co_return result;
}

DiskFate decide(const DiskModel& disk, std::string_view operation) {
  return disk ? disk(operation) : DiskFate{};
}

}  // namespace

MemoryLedger::MemoryLedger(net::Runtime runtime, std::shared_ptr<MemoryStore> store, DiskModel disk)
    : runtime_(std::move(runtime)), store_(std::move(store)), disk_(std::move(disk)) {
  HOLDFAST_ASSERT(store_ != nullptr);
}

// None of these is a coroutine itself: each hands on the task of commit(). The disk is asked when the method is called,
// which is when the caller awaits it.
net::Task<Result<OpenedIntent>> MemoryLedger::open_intent(OpenIntent request) {
  return commit<OpenedIntent>(runtime_, store_, decide(disk_, "open_intent"),
                              [r = std::move(request)](MemoryStore& s) { return s.open_intent(r); });
}

net::Task<Result<Intent>> MemoryLedger::find_intent(std::string id) {
  return commit<Intent>(runtime_, store_, decide(disk_, "find_intent"),
                        [id = std::move(id)](MemoryStore& s) { return s.find_intent(id); });
}

net::Task<Result<Intent>> MemoryLedger::advance(Advance change) {
  return commit<Intent>(runtime_, store_, decide(disk_, "advance"),
                        [c = std::move(change)](MemoryStore& s) { return s.advance(c); });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::unsettled_intents(std::string tenant, std::size_t limit) {
  return commit<std::vector<Intent>>(
      runtime_, store_, decide(disk_, "unsettled_intents"),
      [t = std::move(tenant), limit](MemoryStore& s) { return s.unsettled_intents(t, limit); });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::all_intents(std::size_t limit) {
  return commit<std::vector<Intent>>(runtime_, store_, decide(disk_, "all_intents"),
                                     [limit](MemoryStore& s) { return s.all_intents(limit); });
}

net::Task<Result<HoldDecision>> MemoryLedger::acquire_hold(AcquireHold request) {
  return commit<HoldDecision>(runtime_, store_, decide(disk_, "acquire_hold"),
                              [r = std::move(request)](MemoryStore& s) { return s.acquire_hold(r); });
}

net::Task<Result<std::vector<Hold>>> MemoryLedger::holds_overlapping(std::string resource, Interval interval,
                                                                     Instant now) {
  return commit<std::vector<Hold>>(runtime_, store_, decide(disk_, "holds_overlapping"),
                                   [resource = std::move(resource), interval, now](MemoryStore& s) {
                                     return s.holds_overlapping(resource, interval, now);
                                   });
}

net::Task<Result<std::vector<Hold>>> MemoryLedger::live_holds(Instant now) {
  return commit<std::vector<Hold>>(runtime_, store_, decide(disk_, "live_holds"),
                                   [now](MemoryStore& s) { return s.live_holds(now); });
}

net::Task<Result<std::vector<OutboxJob>>> MemoryLedger::claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                                   std::size_t limit) {
  return commit<std::vector<OutboxJob>>(runtime_, store_, decide(disk_, "claim_jobs"),
                                        [t = std::move(tenant), now, lease_until, limit](MemoryStore& s) {
                                          return s.claim_jobs(t, now, lease_until, limit);
                                        });
}

net::Task<Result<void>> MemoryLedger::finish_job(std::string id) {
  return commit<void>(runtime_, store_, decide(disk_, "finish_job"),
                      [id = std::move(id)](MemoryStore& s) { return s.finish_job(id); });
}

net::Task<Result<void>> MemoryLedger::retry_job(std::string id, Instant due_at, std::string error) {
  return commit<void>(
      runtime_, store_, decide(disk_, "retry_job"),
      [id = std::move(id), due_at, e = std::move(error)](MemoryStore& s) { return s.retry_job(id, due_at, e); });
}

net::Task<Result<void>> MemoryLedger::bury_job(std::string id, std::string error) {
  return commit<void>(runtime_, store_, decide(disk_, "bury_job"),
                      [id = std::move(id), e = std::move(error)](MemoryStore& s) { return s.bury_job(id, e); });
}

net::Task<Result<std::vector<OutboxJob>>> MemoryLedger::pending_jobs(std::size_t limit) {
  return commit<std::vector<OutboxJob>>(runtime_, store_, decide(disk_, "pending_jobs"),
                                        [limit](MemoryStore& s) { return s.pending_jobs(limit); });
}

net::Task<Result<void>> MemoryLedger::save_offers(std::vector<Offer> offers) {
  return commit<void>(runtime_, store_, decide(disk_, "save_offers"),
                      [o = std::move(offers)](MemoryStore& s) { return s.save_offers(o); });
}

net::Task<Result<Offer>> MemoryLedger::find_offer(std::string tenant, std::string conversation, std::string code) {
  return commit<Offer>(runtime_, store_, decide(disk_, "find_offer"),
                       [t = std::move(tenant), c = std::move(conversation), code = std::move(code)](MemoryStore& s) {
                         return s.find_offer(t, c, code);
                       });
}

net::Task<Result<void>> MemoryLedger::forget_expired(Instant now) {
  return commit<void>(runtime_, store_, decide(disk_, "forget_expired"),
                      [now](MemoryStore& s) { return s.forget_expired(now); });
}

}  // namespace holdfast::ledger
