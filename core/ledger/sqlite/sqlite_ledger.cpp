#include "core/ledger/sqlite/sqlite_ledger.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/ledger/sqlite/schema.hpp"
#include "core/ledger/sqlite/writer.hpp"

namespace holdfast::ledger {
namespace {

namespace asio = net::asio;
using sqlite::Effect;
using sqlite::Operation;
using sqlite::Tables;
using sqlite::Writer;

// An operation whose caller is a suspended coroutine. `Handler` owns the caller's frame: it is invoked or destroyed on
// the caller's executor only, never on the writer's thread.
template <class T, class Work, class Handler>
class Pending final : public Operation {
 public:
  Pending(Effect effect, Work work, Handler handler, const asio::any_io_executor& executor)
      : effect_(effect),
        work_(std::move(work)),
        handler_(std::move(handler)),
        guard_(asio::make_work_guard(asio::get_associated_executor(handler_, executor))) {}

  Effect effect() const override { return effect_; }
  bool apply(Tables& tables) override {
    result_ = work_(tables);
    return result_.has_value();
  }
  void set_error(const Error& error) override { result_ = fail(error); }
  void deliver(std::unique_ptr<Operation> self) override {
    auto executor = guard_.get_executor();
    asio::post(executor, [self = std::move(self)]() mutable {
      auto& pending = static_cast<Pending&>(*self);
      Handler handler = std::move(pending.handler_);
      Result<T> result = std::move(pending.result_);
      self.reset();
      std::move(handler)(std::move(result));
    });
  }

 private:
  using Guard = decltype(asio::make_work_guard(
      asio::get_associated_executor(std::declval<const Handler&>(), std::declval<const asio::any_io_executor&>())));
  Effect effect_;
  Work work_;
  Handler handler_;
  Guard guard_;  // the loop keeps running while the caller waits
  Result<T> result_ = fail(ErrorKind::internal, "The operation was never done. This is a bug in Holdfast.");
};

// Queues `work` and waits for its answer. The frame uses `writer` only before it suspends.
template <class T, class Work>
net::Task<Result<T>> submit(Writer& writer, asio::any_io_executor executor, Effect effect, Work work) {
  auto initiate = [&writer, &executor, effect](auto handler, Work queued) {
    using Handler = decltype(handler);
    writer.submit(std::make_unique<Pending<T, Work, Handler>>(effect, std::move(queued), std::move(handler), executor));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
      std::move(initiate), asio::use_awaitable, std::move(work));
}

Effect effect_of(Durability durability) {
  return durability == Durability::durable ? Effect::durable : Effect::lazy;
}

}  // namespace

SqliteLedger::SqliteLedger(net::Runtime runtime, std::unique_ptr<Writer> writer)
    : runtime_(std::move(runtime)), writer_(std::move(writer)) {}

SqliteLedger::~SqliteLedger() = default;

Result<std::unique_ptr<Ledger>> SqliteLedger::open(std::string path, net::Runtime runtime) {
  try {
    auto files = sqlite::LedgerFiles::take(path);
    if (!files) return fail(files.error());
    auto database = std::make_unique<sqlite::Database>(files->path());
    if (auto ready = sqlite::migrate(*database, sqlite::all_migrations()); !ready) return fail(ready.error());
    if (auto watched = files->watch_wal(); !watched) return fail(watched.error());
    auto writer = std::make_unique<Writer>(std::move(*files), std::move(database));
    return std::unique_ptr<Ledger>(new SqliteLedger(std::move(runtime), std::move(writer)));
  } catch (const sqlite::SqliteFailure& failure) {
    return fail(sqlite::explain(failure, path));
  } catch (const std::exception& failure) {
    return fail(ErrorKind::storage, "The ledger '" + path + "' cannot be opened: " + failure.what());
  }
}

template <class T, class Work>
net::Task<Result<T>> SqliteLedger::queue(Effect effect, Work work) {
  return submit<T>(*writer_, runtime_.executor, effect, std::move(work));
}

net::Task<Result<OpenedIntent>> SqliteLedger::open_intent(OpenIntent request, OpenDecider decide) {
  return queue<OpenedIntent>(
      Effect::lazy, [r = std::move(request), d = std::move(decide)](Tables& s) { return s.open_intent(r, d); });
}

net::Task<Result<Intent>> SqliteLedger::find_intent(std::string id) {
  return queue<Intent>(Effect::read, [id = std::move(id)](Tables& s) { return s.find_intent(id); });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::find_intents(std::string tenant, std::string link,
                                                                  std::size_t limit) {
  return queue<std::vector<Intent>>(Effect::read, [t = std::move(tenant), l = std::move(link), limit](Tables& s) {
    return s.find_intents(t, l, limit);
  });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::find_group(std::string tenant, std::string group) {
  return queue<std::vector<Intent>>(
      Effect::read, [t = std::move(tenant), g = std::move(group)](Tables& s) { return s.find_group(t, g); });
}

net::Task<Result<Intent>> SqliteLedger::advance(Advance change) {
  const Effect effect = effect_of(change.durability);
  return queue<Intent>(effect, [c = std::move(change)](Tables& s) { return s.advance(c); });
}

net::Task<Result<Intent>> SqliteLedger::withdraw(std::string id, Instant now) {
  return queue<Intent>(Effect::lazy, [id = std::move(id), now](Tables& s) { return s.withdraw(id, now); });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::unsettled_intents(std::string tenant, std::size_t limit) {
  return queue<std::vector<Intent>>(
      Effect::scan, [t = std::move(tenant), limit](Tables& s) { return s.unsettled_intents(t, limit); });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::all_intents(std::size_t limit) {
  return queue<std::vector<Intent>>(Effect::scan, [limit](Tables& s) { return s.all_intents(limit); });
}

net::Task<Result<HoldDecision>> SqliteLedger::acquire_hold(AcquireHold request) {
  return queue<HoldDecision>(Effect::lazy, [r = std::move(request)](Tables& s) { return s.acquire_hold(r); });
}

net::Task<Result<std::vector<Hold>>> SqliteLedger::holds_overlapping(std::string resource, Interval interval,
                                                                     Instant now) {
  return queue<std::vector<Hold>>(Effect::read, [r = std::move(resource), interval, now](Tables& s) {
    return s.holds_overlapping(r, interval, now);
  });
}

net::Task<Result<std::vector<Hold>>> SqliteLedger::live_holds(Instant now) {
  return queue<std::vector<Hold>>(Effect::scan, [now](Tables& s) { return s.live_holds(now); });
}

net::Task<Result<std::vector<OutboxJob>>> SqliteLedger::claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                                   std::size_t limit) {
  return queue<std::vector<OutboxJob>>(Effect::lazy, [t = std::move(tenant), now, lease_until, limit](Tables& s) {
    return s.claim_jobs(t, now, lease_until, limit);
  });
}

net::Task<Result<void>> SqliteLedger::finish_job(std::string id) {
  return queue<void>(Effect::lazy, [id = std::move(id)](Tables& s) { return s.finish_job(id); });
}

net::Task<Result<void>> SqliteLedger::retry_job(std::string id, Instant due_at, std::string error) {
  return queue<void>(Effect::lazy, [id = std::move(id), due_at, e = std::move(error)](Tables& s) {
    return s.retry_job(id, due_at, e);
  });
}

net::Task<Result<void>> SqliteLedger::bury_job(std::string id, std::string error, Review review) {
  return queue<void>(Effect::lazy, [id = std::move(id), e = std::move(error), r = std::move(review)](Tables& s) {
    return s.bury_job(id, e, r);
  });
}

net::Task<Result<void>> SqliteLedger::note_job(std::string id, std::string payload) {
  return queue<void>(Effect::durable,
                     [id = std::move(id), p = std::move(payload)](Tables& s) { return s.note_job(id, p); });
}

net::Task<Result<std::vector<OutboxJob>>> SqliteLedger::pending_jobs(std::size_t limit) {
  return queue<std::vector<OutboxJob>>(Effect::scan, [limit](Tables& s) { return s.pending_jobs(limit); });
}

net::Task<Result<bool>> SqliteLedger::add_review(Review review, std::vector<OutboxJob> enqueue) {
  return queue<bool>(Effect::durable,
                     [r = std::move(review), e = std::move(enqueue)](Tables& s) { return s.add_review(r, e); });
}

net::Task<Result<std::vector<Review>>> SqliteLedger::reviews(bool with_resolved, std::size_t limit) {
  return queue<std::vector<Review>>(Effect::scan,
                                    [with_resolved, limit](Tables& s) { return s.reviews(with_resolved, limit); });
}

net::Task<Result<void>> SqliteLedger::resolve_review(std::string id, std::string resolution, Instant now) {
  return queue<void>(Effect::durable, [id = std::move(id), r = std::move(resolution), now](Tables& s) {
    return s.resolve_review(id, r, now);
  });
}

net::Task<Result<void>> SqliteLedger::save_offers(std::vector<Offer> offers) {
  return queue<void>(Effect::lazy, [o = std::move(offers)](Tables& s) { return s.save_offers(o); });
}

net::Task<Result<Offer>> SqliteLedger::find_offer(std::string tenant, std::string conversation, std::string code) {
  return queue<Offer>(Effect::read, [t = std::move(tenant), c = std::move(conversation),
                                     code = std::move(code)](Tables& s) { return s.find_offer(t, c, code); });
}

net::Task<Result<bool>> SqliteLedger::note_question(std::string tenant, std::string question, Instant now,
                                                    Instant expires_at) {
  return queue<bool>(Effect::lazy, [t = std::move(tenant), q = std::move(question), now, expires_at](Tables& s) {
    return s.note_question(t, q, now, expires_at);
  });
}

net::Task<Result<void>> SqliteLedger::sync() {
  return queue<void>(Effect::durable, [](Tables&) { return Result<void>{}; });
}

net::Task<Result<void>> SqliteLedger::check_writable() {
  return queue<void>(Effect::durable, [](Tables& tables) {
    tables.touch();
    return Result<void>{};
  });
}

net::Task<Result<void>> SqliteLedger::prune(Instant expired_before, Instant settled_before) {
  return queue<void>(Effect::lazy,
                     [expired_before, settled_before](Tables& s) { return s.prune(expired_before, settled_before); });
}

}  // namespace holdfast::ledger
