#include "core/ledger/sqlite/writer.hpp"

#include <exception>
#include <utility>

namespace holdfast::ledger::sqlite {

Writer::Writer(std::unique_ptr<Database> database)
    : database_(std::move(database)), tables_(*database_), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  arrived_.notify_one();
  thread_.join();
}

void Writer::submit(std::unique_ptr<Operation> operation) {
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

void Writer::work() {
  Batch batch;
  while (take(batch)) {
    commit(batch);
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

void Writer::commit(Batch& batch) {
  Error error;
  try {
    database_->execute("BEGIN IMMEDIATE");
    for (auto& operation : batch) apply(*operation);
    database_->execute("COMMIT");
    return;
  } catch (const SqliteFailure& failure) {
    error = explain(failure, database_->path());
  } catch (const std::exception& failure) {
    error = {.kind = ErrorKind::storage, .message = std::string("The ledger failed: ") + failure.what()};
  }
  error.kind = ErrorKind::storage;
  try {
    if (database_->in_transaction()) database_->execute("ROLLBACK");
  } catch (const SqliteFailure&) {
    // The next BEGIN fails as long as the old transaction is open, so nothing can be stored half.
  }
  for (auto& operation : batch) operation->set_error(error);
}

// A failure of the statement itself (no memory, a constraint) is the operation's own; one that ended the transaction (a
// full disk, an I/O error) is everybody's and is thrown.
void Writer::apply(Operation& operation) {
  database_->execute("SAVEPOINT operation");
  bool keep = false;
  try {
    keep = operation.apply(tables_);
  } catch (const SqliteFailure& failure) {
    if (!database_->in_transaction()) throw;
    Error error = explain(failure, database_->path());
    error.kind = ErrorKind::storage;
    operation.set_error(error);
  }
  database_->execute(keep ? "RELEASE operation" : "ROLLBACK TO operation; RELEASE operation");
}

}  // namespace holdfast::ledger::sqlite
