// What a program asks of its disk, counted from inside by a library that is loaded before the C library
// (disk_calls.cpp). The counts stand in a file that both sides map, so they can be read while the program runs.
#pragma once

#include <atomic>
#include <cstdint>

namespace e2e {

// Counts since the program began. Shared by two processes: every member is lock-free.
struct DiskCalls {
  std::atomic<std::uint64_t> syncs;   // fsync and fdatasync
  std::atomic<std::uint64_t> writes;  // pwrite
  std::atomic<std::uint64_t> locks;   // fcntl that takes, gives back or asks for a lock
};
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);

// The variable that names the file; without it nothing is counted.
inline constexpr const char* disk_calls_variable = "HOLDFAST_DISK_CALLS";

}  // namespace e2e
