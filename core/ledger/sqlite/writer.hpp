// Writer: the one thread that touches the database, with group commit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "core/ledger/sqlite/database.hpp"
#include "core/ledger/sqlite/tables.hpp"

namespace holdfast::ledger::sqlite {

// One queued piece of work with its waiting caller.
class Operation {
 public:
  virtual ~Operation() = default;
  // Does the work inside a savepoint and keeps the result; false when it must be undone. Writer's thread.
  virtual bool apply(Tables& tables) = 0;
  // Replaces the result. Writer's thread, or the loop's when it was never queued.
  virtual void set_error(const Error& error) = 0;
  // Hands `self` to the caller's executor, where the caller resumes or, when the loop has gone, is destroyed. Any
  // thread.
  virtual void deliver(std::unique_ptr<Operation> self) = 0;
};

// Takes everything queued into one transaction, commits once, and only then delivers all results: many callers share
// the price of one fsync (facts/toolchain.md 5). A failure of one operation undoes that operation alone; a failure of
// the commit gives `storage` to all of the batch.
class Writer {
 public:
  // Owns `database` from now on.
  explicit Writer(std::unique_ptr<Database> database);
  // Finishes what is queued, then ends the thread.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Queues an operation. More than `queued_max` are answered with `storage` at once. Any thread.
  void submit(std::unique_ptr<Operation> operation);

  static constexpr std::size_t batch_max = 256;
  static constexpr std::size_t queued_max = 20'000;

 private:
  using Batch = std::vector<std::unique_ptr<Operation>>;

  void work();
  bool take(Batch& batch);
  void commit(Batch& batch);
  void apply(Operation& operation);

  std::unique_ptr<Database> database_;
  Tables tables_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<Operation>> queue_;  // guarded by mutex_
  bool stopping_ = false;                         // guarded by mutex_
  std::thread thread_;
};

}  // namespace holdfast::ledger::sqlite
