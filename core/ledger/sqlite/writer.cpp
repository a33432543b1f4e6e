#include "core/ledger/sqlite/writer.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <exception>
#include <utility>

namespace holdfast::ledger::sqlite {

Writer::Writer(LedgerFiles files, std::unique_ptr<Database> database)
    : files_(std::move(files)),
      database_(std::move(database)),
      tables_(*database_),
      // What an earlier process wrote last may not have reached the disk yet.
      unsynced_(true),
      thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
  // SQLite removes the -wal file by its path, where there may be another ledger's by now.
  if (!files_.check()) database_->leave_wal_behind();
}

void Writer::submit(std::unique_ptr<Operation> operation) {
  if (read_at_once(operation)) return;
  {
    const std::lock_guard lock(mutex_);
    if (queue_.size() < queued_max) {
      queue_.push_back(std::move(operation));
    }
  }
  if (!operation) {
    arrived_.notify_one();
    return;
  }
  operation->set_error({.kind = ErrorKind::storage,
                        .message = "The ledger '" + database_->path() +
                                   "' cannot keep up: its queue is full and nothing was stored. Check the disk."});
  Operation& overflow = *operation;
  overflow.deliver(std::move(operation));
}

// A read changes nothing and waits for nobody: while the database is free, the caller's thread does it without waking
// another.
bool Writer::read_at_once(std::unique_ptr<Operation>& operation) {
  if (operation->effect() != Effect::read) return false;
  {
    const std::unique_lock lock(database_mutex_, std::try_to_lock);
    if (!lock) return false;
    Batch alone;
    alone.push_back(std::move(operation));
    answer(alone);
    operation = std::move(alone.front());
  }
  Operation& done = *operation;
  done.deliver(std::move(operation));
  return true;
}

void Writer::work() {
  Batch batch;
  while (take(batch)) {
    {
      const std::lock_guard lock(database_mutex_);
      answer(batch);
    }
    for (auto& operation : batch) {
      Operation& done = *operation;
      done.deliver(std::move(operation));
    }
    batch.clear();
  }
}

bool Writer::take(Batch& batch) {
  std::unique_lock lock(mutex_);
  arrived_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  while (!queue_.empty() && batch.size() < batch_max) {
    batch.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  return !batch.empty();
}

void Writer::answer(Batch& batch) {
  Error error;
  try {
    Result<void> done = sync_failed_ ? fail(*sync_failed_) : commit(batch);
    if (done) return;
    error = std::move(done).error();
  } catch (const SqliteFailure& failure) {
    error = explain(failure, database_->path());
    if (failure.code == SQLITE_IOERR_FSYNC || failure.code == SQLITE_IOERR_DIR_FSYNC) {
      error.message += " Restart the daemon, so that it reads what is really there.";
      sync_failed_ = error;
    }
  } catch (const std::exception& failure) {
    error.message = std::string("The ledger failed: ") + failure.what();
  }
  error.kind = ErrorKind::storage;
  try {
    if (database_->in_transaction()) database_->run("ROLLBACK");
  } catch (const SqliteFailure&) {
    // The next BEGIN fails as long as the old transaction is open, so nothing can be stored half.
  }
  for (auto& operation : batch) operation->set_error(error);
}

Result<void> Writer::commit(Batch& batch) {
  if (auto same = files_.check(); !same) return same;
  if (std::ranges::all_of(batch, [](const auto& one) { return changes_nothing(one->effect()); })) {
    // One that could not be rolled back would show what nobody has stored.
    if (database_->in_transaction()) database_->run("ROLLBACK");
    for (auto& operation : batch) attempt(*operation);
    return {};
  }
  const bool durable = std::ranges::any_of(batch, [](const auto& one) { return one->effect() == Effect::durable; });
  database_->survive_crashes(durable);
  database_->run("BEGIN IMMEDIATE");
  bool wrote = false;
  if (batch.size() == 1) {
    const std::int64_t before = database_->changes();
    if (!attempt(*batch.front())) {
      database_->run("ROLLBACK");  // the whole transaction is its own
      return {};
    }
    wrote = database_->changes() != before;
  } else {
    for (auto& operation : batch) wrote = apply(*operation) || wrote;
  }
  if (durable && unsynced_ && !wrote) {
    tables_.touch();  // a transaction that writes nothing syncs nothing
    wrote = true;
  }
  database_->run("COMMIT");
  if (wrote) unsynced_ = !durable;
  return {};
}

// One of several: undone alone when it fails. Whether it changed anything.
bool Writer::apply(Operation& operation) {
  if (changes_nothing(operation.effect())) {
    attempt(operation);
    return false;
  }
  const std::int64_t before = database_->changes();
  database_->run("SAVEPOINT operation");
  const bool keep = attempt(operation);
  if (!keep) database_->run("ROLLBACK TO operation");
  database_->run("RELEASE operation");
  return keep && database_->changes() != before;
}

// Whether the operation wants to be kept. A failure of the statement itself (no memory, a constraint) is the
// operation's own; one that ended the transaction (a full disk, an I/O error) is everybody's and is thrown.
bool Writer::attempt(Operation& operation) {
  const bool was_in_transaction = database_->in_transaction();
  try {
    return operation.apply(tables_);
  } catch (const SqliteFailure& failure) {
    if (was_in_transaction && !database_->in_transaction()) throw;
    Error error = explain(failure, database_->path());
    error.kind = ErrorKind::storage;
    operation.set_error(error);
    return false;
  }
}

}  // namespace holdfast::ledger::sqlite
