#include "core/ledger/memory/memory_ledger.hpp"

#include <optional>
#include <utility>

#include "core/base/assert.hpp"

namespace holdfast::ledger {
namespace {

using Failure = DiskFate::Failure;

// Waits as the fate wants it. Free functions that keep everything they need in their own frames, so they may outlive
// the ledger; what they are given to call are plain function objects, no coroutines.
net::Task<void> wait_for(net::Runtime runtime, std::int64_t wait_ms) {
  if (wait_ms > 0) co_await net::sleep_for(runtime.clock, Duration(wait_ms));
}

std::unexpected<Error> failed(Failure failure) {
  return fail(ErrorKind::storage,
              failure == Failure::before_commit
                  ? "The ledger's disk failed before the change was stored: read again."
                  : "The ledger's disk failed; whether the change was stored is unknown: read again.");
}

template <class T, class Read>
net::Task<Result<T>> do_read(net::Runtime runtime, std::shared_ptr<MemoryDisk> disk, DiskFate fate, Read read) {
  co_await wait_for(runtime, fate.before_commit_ms);
  if (fate.failure == Failure::before_commit) co_return failed(fate.failure);
  Result<T> result = read(disk->store());
  co_await wait_for(runtime, fate.after_commit_ms);
  if (fate.failure == Failure::after_commit) co_return failed(fate.failure);
  co_return result;
}

template <class T, class Transaction>
net::Task<Result<T>> do_write(net::Runtime runtime, std::shared_ptr<MemoryDisk> disk, DiskFate fate,
                              Durability durability, Transaction transaction) {
  co_await wait_for(runtime, fate.before_commit_ms);
  if (fate.failure == Failure::before_commit) co_return failed(fate.failure);
  Result<T> result = disk->apply(transaction);
  // A sync is sure of what was done when it began, and of no more.
  const std::uint64_t position = disk->applied();
  const bool synced = durability == Durability::durable && result.has_value();
  if (synced && fate.stored_early) disk->sync(position);
  co_await wait_for(runtime, fate.after_commit_ms);
  if (fate.failure == Failure::after_commit) co_return failed(fate.failure);
  if (synced) disk->sync(position);
  co_return result;
}

// Asks the decider once: when the transaction is done again for a sync, what it referred to may be gone.
class DecidedOnce {
 public:
  explicit DecidedOnce(OpenDecider decide) : decide_(std::move(decide)) {}
  Opening operator()(const std::vector<Intent>& candidates) const {
    if (!*opening_) *opening_ = decide_(candidates);
    return **opening_;
  }

 private:
  OpenDecider decide_;
  std::shared_ptr<std::optional<Opening>> opening_ = std::make_shared<std::optional<Opening>>();
};

}  // namespace

MemoryLedger::MemoryLedger(net::Runtime runtime, std::shared_ptr<MemoryDisk> disk, DiskModel model)
    : runtime_(std::move(runtime)), disk_(std::move(disk)), model_(std::move(model)) {
  HOLDFAST_ASSERT(disk_ != nullptr);
}

// None of these is a coroutine itself: each hands on a task that knows all it needs. The disk's model is asked when the
// method is called, which is when the caller awaits it.
template <class T, class Read>
net::Task<Result<T>> MemoryLedger::read(std::string_view operation, Read read) {
  const DiskFate fate = model_ ? model_(operation, Durability::lazy) : DiskFate{};
  return do_read<T>(runtime_, disk_, fate, std::move(read));
}

template <class T, class Transaction>
net::Task<Result<T>> MemoryLedger::write(std::string_view operation, Durability durability, Transaction transaction) {
  const DiskFate fate = model_ ? model_(operation, durability) : DiskFate{};
  return do_write<T>(runtime_, disk_, fate, durability, std::move(transaction));
}

net::Task<Result<OpenedIntent>> MemoryLedger::open_intent(OpenIntent request, OpenDecider decide) {
  return write<OpenedIntent>("open_intent", Durability::lazy,
                             [r = std::move(request), d = OpenDecider(DecidedOnce(std::move(decide)))](MemoryStore& s) {
                               return s.open_intent(r, d);
                             });
}

net::Task<Result<Intent>> MemoryLedger::find_intent(std::string id) {
  return read<Intent>("find_intent", [id = std::move(id)](const MemoryStore& s) { return s.find_intent(id); });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::find_intents(std::string tenant, std::string link,
                                                                  std::size_t limit) {
  return read<std::vector<Intent>>("find_intents", [t = std::move(tenant), l = std::move(link), limit](
                                                       const MemoryStore& s) { return s.find_intents(t, l, limit); });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::find_group(std::string tenant, std::string group) {
  return read<std::vector<Intent>>(
      "find_group", [t = std::move(tenant), g = std::move(group)](const MemoryStore& s) { return s.find_group(t, g); });
}

net::Task<Result<Intent>> MemoryLedger::advance(Advance change) {
  const Durability durability = change.durability;
  return write<Intent>("advance", durability, [c = std::move(change)](MemoryStore& s) { return s.advance(c); });
}

net::Task<Result<Intent>> MemoryLedger::withdraw(std::string id, Instant now) {
  return write<Intent>("withdraw", Durability::lazy,
                       [id = std::move(id), now](MemoryStore& s) { return s.withdraw(id, now); });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::unsettled_intents(std::string tenant, std::size_t limit) {
  return read<std::vector<Intent>>("unsettled_intents", [t = std::move(tenant), limit](const MemoryStore& s) {
    return s.unsettled_intents(t, limit);
  });
}

net::Task<Result<std::vector<Intent>>> MemoryLedger::all_intents(std::size_t limit) {
  return read<std::vector<Intent>>("all_intents", [limit](const MemoryStore& s) { return s.all_intents(limit); });
}

net::Task<Result<HoldDecision>> MemoryLedger::acquire_hold(AcquireHold request) {
  return write<HoldDecision>("acquire_hold", Durability::lazy,
                             [r = std::move(request)](MemoryStore& s) { return s.acquire_hold(r); });
}

net::Task<Result<std::vector<Hold>>> MemoryLedger::holds_overlapping(std::string resource, Interval interval,
                                                                     Instant now) {
  return read<std::vector<Hold>>("holds_overlapping", [r = std::move(resource), interval, now](const MemoryStore& s) {
    return s.holds_overlapping(r, interval, now);
  });
}

net::Task<Result<std::vector<Hold>>> MemoryLedger::live_holds(Instant now) {
  return read<std::vector<Hold>>("live_holds", [now](const MemoryStore& s) { return s.live_holds(now); });
}

net::Task<Result<std::vector<OutboxJob>>> MemoryLedger::claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                                   std::size_t limit) {
  return write<std::vector<OutboxJob>>("claim_jobs", Durability::lazy,
                                       [t = std::move(tenant), now, lease_until, limit](MemoryStore& s) {
                                         return s.claim_jobs(t, now, lease_until, limit);
                                       });
}

net::Task<Result<void>> MemoryLedger::finish_job(std::string id) {
  return write<void>("finish_job", Durability::lazy, [id = std::move(id)](MemoryStore& s) { return s.finish_job(id); });
}

net::Task<Result<void>> MemoryLedger::retry_job(std::string id, Instant due_at, std::string error) {
  return write<void>("retry_job", Durability::lazy, [id = std::move(id), due_at, e = std::move(error)](MemoryStore& s) {
    return s.retry_job(id, due_at, e);
  });
}

net::Task<Result<void>> MemoryLedger::bury_job(std::string id, std::string error, Review review) {
  return write<void>("bury_job", Durability::lazy,
                     [id = std::move(id), e = std::move(error), r = std::move(review)](MemoryStore& s) {
                       return s.bury_job(id, e, r);
                     });
}

net::Task<Result<void>> MemoryLedger::note_job(std::string id, std::string payload) {
  return write<void>("note_job", Durability::durable,
                     [id = std::move(id), p = std::move(payload)](MemoryStore& s) { return s.note_job(id, p); });
}

net::Task<Result<std::vector<OutboxJob>>> MemoryLedger::pending_jobs(std::size_t limit) {
  return read<std::vector<OutboxJob>>("pending_jobs", [limit](const MemoryStore& s) { return s.pending_jobs(limit); });
}

net::Task<Result<bool>> MemoryLedger::add_review(Review review, std::vector<OutboxJob> enqueue) {
  return write<bool>("add_review", Durability::durable,
                     [r = std::move(review), e = std::move(enqueue)](MemoryStore& s) { return s.add_review(r, e); });
}

net::Task<Result<std::vector<Review>>> MemoryLedger::reviews(bool with_resolved, std::size_t limit) {
  return read<std::vector<Review>>(
      "reviews", [with_resolved, limit](const MemoryStore& s) { return s.reviews(with_resolved, limit); });
}

net::Task<Result<void>> MemoryLedger::resolve_review(std::string id, std::string resolution, Instant now) {
  return write<void>(
      "resolve_review", Durability::durable,
      [id = std::move(id), r = std::move(resolution), now](MemoryStore& s) { return s.resolve_review(id, r, now); });
}

net::Task<Result<void>> MemoryLedger::save_offers(std::vector<Offer> offers) {
  return write<void>("save_offers", Durability::lazy,
                     [o = std::move(offers)](MemoryStore& s) { return s.save_offers(o); });
}

net::Task<Result<Offer>> MemoryLedger::find_offer(std::string tenant, std::string conversation, std::string code) {
  return read<Offer>("find_offer", [t = std::move(tenant), c = std::move(conversation),
                                    code = std::move(code)](const MemoryStore& s) { return s.find_offer(t, c, code); });
}

net::Task<Result<bool>> MemoryLedger::note_question(std::string tenant, std::string question, Instant now,
                                                    Instant expires_at) {
  return write<bool>("note_question", Durability::lazy,
                     [t = std::move(tenant), q = std::move(question), now, expires_at](MemoryStore& s) {
                       return s.note_question(t, q, now, expires_at);
                     });
}

net::Task<Result<void>> MemoryLedger::sync() {
  return write<void>("sync", Durability::durable, [](MemoryStore&) { return Result<void>{}; });
}

net::Task<Result<void>> MemoryLedger::check_writable() {
  return write<void>("check_writable", Durability::durable, [](MemoryStore&) { return Result<void>{}; });
}

net::Task<Result<void>> MemoryLedger::prune(Instant expired_before, Instant settled_before) {
  return write<void>("prune", Durability::lazy, [expired_before, settled_before](MemoryStore& s) {
    return s.prune(expired_before, settled_before);
  });
}

}  // namespace holdfast::ledger
