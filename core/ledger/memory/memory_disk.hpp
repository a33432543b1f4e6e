// MemoryDisk: what a MemoryLedger works on, owned apart from it so that it outlives a simulated daemon.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <utility>

#include "core/base/assert.hpp"
#include "core/ledger/memory/memory_store.hpp"

namespace holdfast::ledger {

// A disk that loses everything not synced: the store as the running daemon sees it, and the store as a crash would
// leave it. In between are the transactions that were done and not synced yet, which a sync does again on the second
// one: so a crash leaves the store as it was after some transaction. Not thread-safe.
class MemoryDisk {
 public:
  // As the running daemon sees it.
  const MemoryStore& store() const { return live_; }
  // As a crash now would leave it.
  const MemoryStore& durable() const { return durable_; }

  // Does the transaction, a copyable function of the store whose effect depends on nothing else.
  template <class Transaction>
  auto apply(const Transaction& transaction) {
    auto result = transaction(live_);
    // What failed has changed nothing.
    if (result) {
      ++applied_;
      unsynced_.push_back([transaction](MemoryStore& store) { return transaction(store).has_value(); });
    }
    return result;
  }
  // How many transactions were done so far.
  std::uint64_t applied() const { return applied_; }
  // How many of them a crash now would lose.
  std::size_t unsynced() const { return unsynced_.size(); }
  // Makes the transactions up to the `position`-th durable.
  void sync(std::uint64_t position);
  // The process has died.
  void crash();

 private:
  MemoryStore live_;
  MemoryStore durable_;
  std::deque<std::function<bool(MemoryStore&)>> unsynced_;  // the last ones of those done
  std::uint64_t applied_ = 0;
};

}  // namespace holdfast::ledger
