#include "core/ledger/sqlite/sqlite_ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "core/ledger/sqlite/lock_file.hpp"
#include "core/ledger/sqlite/schema.hpp"
#include "core/ledger/sqlite/writer.hpp"

namespace holdfast::ledger {
namespace {

namespace asio = net::asio;
using sqlite::Operation;
using sqlite::Tables;
using sqlite::Writer;

// An operation whose caller is a suspended coroutine. `Handler` owns the caller's frame: it is invoked or destroyed on
// the caller's executor only, never on the writer's thread.
template <class T, class Work, class Handler>
class Pending final : public Operation {
 public:
  Pending(Work work, Handler handler, const asio::any_io_executor& executor)
      : work_(std::move(work)),
        handler_(std::move(handler)),
        guard_(asio::make_work_guard(asio::get_associated_executor(handler_, executor))) {}

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
  Work work_;
  Handler handler_;
  Guard guard_;  // the loop keeps running while the caller waits
  Result<T> result_ = fail(ErrorKind::internal, "The operation was never done. This is a bug in Holdfast.");
};

// Queues `work` and waits for its answer. The frame uses `writer` only before it suspends.
template <class T, class Work>
net::Task<Result<T>> submit(Writer& writer, asio::any_io_executor executor, Work work) {
  auto initiate = [&writer, &executor](auto handler, Work queued) {
    using Handler = decltype(handler);
    writer.submit(std::make_unique<Pending<T, Work, Handler>>(std::move(queued), std::move(handler), executor));
  };
  co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Result<T>)>(
      std::move(initiate), asio::use_awaitable, std::move(work));
}

// The ledger holds callers' names and numbers: only its owner may read it. SQLite gives its side files the same rights.
void create_private(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) ::close(descriptor);
}

}  // namespace

SqliteLedger::SqliteLedger(net::Runtime runtime, sqlite::LockFile lock, std::unique_ptr<Writer> writer)
    : runtime_(std::move(runtime)),
      lock_(std::make_unique<sqlite::LockFile>(std::move(lock))),
      writer_(std::move(writer)) {}

SqliteLedger::~SqliteLedger() = default;

Result<std::unique_ptr<Ledger>> SqliteLedger::open(std::string path, net::Runtime runtime) {
  auto lock = sqlite::LockFile::take(path);
  if (!lock) return fail(lock.error());
  try {
    create_private(path);
    auto database = std::make_unique<sqlite::Database>(path);
    if (auto ready = sqlite::migrate(*database, sqlite::all_migrations()); !ready) return fail(ready.error());
    return std::unique_ptr<Ledger>(
        new SqliteLedger(std::move(runtime), std::move(*lock), std::make_unique<Writer>(std::move(database))));
  } catch (const sqlite::SqliteFailure& failure) {
    return fail(sqlite::explain(failure, path));
  } catch (const std::exception& failure) {
    return fail(ErrorKind::storage, "The ledger '" + path + "' cannot be opened: " + failure.what());
  }
}

net::Task<Result<OpenedIntent>> SqliteLedger::open_intent(OpenIntent request) {
  return submit<OpenedIntent>(*writer_, runtime_.executor,
                              [r = std::move(request)](Tables& tables) { return tables.open_intent(r); });
}

net::Task<Result<Intent>> SqliteLedger::find_intent(std::string id) {
  return submit<Intent>(*writer_, runtime_.executor,
                        [id = std::move(id)](Tables& tables) { return tables.find_intent(id); });
}

net::Task<Result<Intent>> SqliteLedger::advance(Advance change) {
  return submit<Intent>(*writer_, runtime_.executor,
                        [c = std::move(change)](Tables& tables) { return tables.advance(c); });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::unsettled_intents(std::string tenant, std::size_t limit) {
  return submit<std::vector<Intent>>(*writer_, runtime_.executor, [t = std::move(tenant), limit](Tables& tables) {
    return tables.unsettled_intents(t, limit);
  });
}

net::Task<Result<std::vector<Intent>>> SqliteLedger::all_intents(std::size_t limit) {
  return submit<std::vector<Intent>>(*writer_, runtime_.executor,
                                     [limit](Tables& tables) { return tables.all_intents(limit); });
}

net::Task<Result<HoldDecision>> SqliteLedger::acquire_hold(AcquireHold request) {
  return submit<HoldDecision>(*writer_, runtime_.executor,
                              [r = std::move(request)](Tables& tables) { return tables.acquire_hold(r); });
}

net::Task<Result<std::vector<Hold>>> SqliteLedger::holds_overlapping(std::string resource, Interval interval,
                                                                     Instant now) {
  return submit<std::vector<Hold>>(
      *writer_, runtime_.executor,
      [r = std::move(resource), interval, now](Tables& tables) { return tables.holds_overlapping(r, interval, now); });
}

net::Task<Result<std::vector<Hold>>> SqliteLedger::live_holds(Instant now) {
  return submit<std::vector<Hold>>(*writer_, runtime_.executor,
                                   [now](Tables& tables) { return tables.live_holds(now); });
}

net::Task<Result<std::vector<OutboxJob>>> SqliteLedger::claim_jobs(std::string tenant, Instant now, Instant lease_until,
                                                                   std::size_t limit) {
  return submit<std::vector<OutboxJob>>(*writer_, runtime_.executor,
                                        [t = std::move(tenant), now, lease_until, limit](Tables& tables) {
                                          return tables.claim_jobs(t, now, lease_until, limit);
                                        });
}

net::Task<Result<void>> SqliteLedger::finish_job(std::string id) {
  return submit<void>(*writer_, runtime_.executor,
                      [id = std::move(id)](Tables& tables) { return tables.finish_job(id); });
}

net::Task<Result<void>> SqliteLedger::retry_job(std::string id, Instant due_at, std::string error) {
  return submit<void>(*writer_, runtime_.executor, [id = std::move(id), due_at, e = std::move(error)](Tables& tables) {
    return tables.retry_job(id, due_at, e);
  });
}

net::Task<Result<void>> SqliteLedger::bury_job(std::string id, std::string error) {
  return submit<void>(*writer_, runtime_.executor,
                      [id = std::move(id), e = std::move(error)](Tables& tables) { return tables.bury_job(id, e); });
}

net::Task<Result<std::vector<OutboxJob>>> SqliteLedger::pending_jobs(std::size_t limit) {
  return submit<std::vector<OutboxJob>>(*writer_, runtime_.executor,
                                        [limit](Tables& tables) { return tables.pending_jobs(limit); });
}

net::Task<Result<void>> SqliteLedger::save_offers(std::vector<Offer> offers) {
  return submit<void>(*writer_, runtime_.executor,
                      [o = std::move(offers)](Tables& tables) { return tables.save_offers(o); });
}

net::Task<Result<Offer>> SqliteLedger::find_offer(std::string tenant, std::string conversation, std::string code) {
  return submit<Offer>(*writer_, runtime_.executor,
                       [t = std::move(tenant), c = std::move(conversation), code = std::move(code)](Tables& tables) {
                         return tables.find_offer(t, c, code);
                       });
}

net::Task<Result<void>> SqliteLedger::forget_expired(Instant now) {
  return submit<void>(*writer_, runtime_.executor, [now](Tables& tables) { return tables.forget_expired(now); });
}

}  // namespace holdfast::ledger
