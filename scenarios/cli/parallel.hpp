// Many pieces of work on several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace scenarios {

// Runs `work(index)` for every index below `count`, in order of their beginning, on `jobs` threads of which the
// caller's is one. Returns when all are done.
template <class Work>
void in_parallel(std::size_t count, int jobs, Work work) {
  std::atomic<std::size_t> next{0};
  const auto loop = [&] {
    for (std::size_t index = next++; index < count; index = next++) work(index);
  };
  std::vector<std::jthread> threads;
  for (int i = 1; i < jobs; ++i) threads.emplace_back(loop);
  loop();
}

}  // namespace scenarios
