// Probes: named counters of rare paths, so that a run tells not only that nothing broke but what was tried.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace scenarios {

// Counters by name, in order of name. Not thread-safe.
class Probes {
 public:
  // Counts a path `count` times.
  void hit(std::string_view name, std::uint64_t count = 1) {
    if (count == 0) return;
    const auto it = counts_.find(name);
    if (it != counts_.end()) {
      it->second += count;
    } else {
      counts_.emplace(std::string(name), count);
    }
  }
  const std::map<std::string, std::uint64_t, std::less<>>& counts() const { return counts_; }

 private:
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace scenarios
