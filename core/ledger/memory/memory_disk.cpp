#include "core/ledger/memory/memory_disk.hpp"

namespace holdfast::ledger {

void MemoryDisk::sync(std::uint64_t position) {
  HOLDFAST_ASSERT(position <= applied_);
  while (applied_ - unsynced_.size() < position) {
    const bool done_again = unsynced_.front()(durable_);
    HOLDFAST_ASSERT(done_again);  // else a transaction depends on more than the store
    unsynced_.pop_front();
  }
}

void MemoryDisk::crash() {
  applied_ -= unsynced_.size();
  unsynced_.clear();
  live_ = durable_;
}

}  // namespace holdfast::ledger
