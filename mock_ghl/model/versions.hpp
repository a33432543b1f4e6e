// Versions: what a record was at each of its changes, for readers who are behind (a lagging search index).
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "core/base/time.hpp"

namespace mock_ghl {

// The last `kept_max` states of one record; what was before them is taken for the oldest of them, so that a record that
// changes often never seems to be gone. Copyable; not thread-safe.
template <class Fields>
class Versions {
 public:
  static constexpr std::size_t kept_max = 8;

  // From `since` on the record is `fields`. Instants never go back; of those at the same one the last counts.
  void keep(holdfast::Instant since, Fields fields) {
    if (!kept_.empty() && kept_.back().first == since) {
      kept_.back().second = std::move(fields);
      return;
    }
    kept_.emplace_back(since, std::move(fields));
    if (kept_.size() <= kept_max) return;
    kept_[1].first = kept_[0].first;
    kept_.erase(kept_.begin());
  }
  // The record as it was at that moment; nullptr when it was not there yet.
  const Fields* as_of(holdfast::Instant moment) const {
    for (auto it = kept_.rbegin(); it != kept_.rend(); ++it) {
      if (it->first <= moment) return &it->second;
    }
    return nullptr;
  }

 private:
  std::vector<std::pair<holdfast::Instant, Fields>> kept_ = {};  // by instant, ascending
};

}  // namespace mock_ghl
