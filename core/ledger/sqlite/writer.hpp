// Writer: the one thread that changes the database, with group commit.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/ledger/sqlite/database.hpp"
#include "core/ledger/sqlite/ledger_files.hpp"
#include "core/ledger/sqlite/tables.hpp"

namespace holdfast::ledger::sqlite {

// What an operation does to the file.
enum class Effect {
  read,     // nothing, and reads little
  scan,     // nothing, but may read much: never on the caller's thread
  lazy,     // changes it; may be lost with a crash
  durable,  // is answered only when it, and everything before it, survives a crash
};

// Whether it leaves the file as it is.
constexpr bool changes_nothing(Effect effect) {
  return effect == Effect::read || effect == Effect::scan;
}

// One queued piece of work with its waiting caller.
class Operation {
 public:
  virtual ~Operation() = default;
  // What it does to the ledger, so that a batch knows whether it has to be synced.
  virtual Effect effect() const = 0;
  // Does the work inside a savepoint and keeps the result; false when it must be undone. Writer's thread, or the
  // caller's for a read.
  virtual bool apply(Tables& tables) = 0;
  // Replaces the result. Writer's thread, or the caller's when it was never queued.
  virtual void set_error(const Error& error) = 0;
  // Hands `self` to the caller's executor, where the caller resumes or, when the loop has gone, is destroyed. Any
  // thread.
  virtual void deliver(std::unique_ptr<Operation> self) = 0;
};

// Takes everything queued into one transaction, commits once, and only then delivers all results: many callers share
// the price of one fsync (facts/toolchain.md 5), and there is none when nobody asked for it. A read while nothing is
// being written is done at once, on the caller's thread. A failure of one operation undoes that operation alone; a
// failure of the commit gives `storage` to all of the batch. While the ledger's files are not those at its path,
// everything is answered with `storage`. When a sync itself has failed, the disk may have lost what an earlier
// transaction wrote and no later sync would notice: from then on everything is answered with `storage` until a restart
// has read the file again.
class Writer {
 public:
  // Owns `files` and `database` from now on.
  Writer(LedgerFiles files, std::unique_ptr<Database> database);
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

  bool read_at_once(std::unique_ptr<Operation>& operation);
  void work();
  bool take(Batch& batch);
  void answer(Batch& batch);
  Result<void> commit(Batch& batch);
  bool apply(Operation& operation);
  bool attempt(Operation& operation);

  LedgerFiles files_;  // given up last
  std::mutex database_mutex_;
  std::unique_ptr<Database> database_;  // this and the next three guarded by database_mutex_
  Tables tables_;
  bool unsynced_ = false;  // something was committed that a crash would lose
  std::optional<Error> sync_failed_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::unique_ptr<Operation>> queue_;  // guarded by mutex_
  bool stopping_ = false;                         // guarded by mutex_
  std::thread thread_;
};

}  // namespace holdfast::ledger::sqlite
