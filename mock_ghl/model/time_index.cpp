#include "mock_ghl/model/time_index.hpp"

#include <bit>

#include "core/base/assert.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;

int TimeIndex::magnitude_of(Duration length) {
  return static_cast<int>(std::bit_width(static_cast<std::uint64_t>(length.count())));
}

Instant TimeIndex::earliest_begin(Instant instant, int magnitude) {
  const Duration longest(static_cast<Duration::rep>((std::uint64_t{1} << magnitude) - 1));
  return instant < Instant::min() + longest ? Instant::min() : instant - longest;
}

void TimeIndex::add(const Occupancy& occupancy) {
  lanes_[magnitude_of(occupancy.interval.length())].emplace(occupancy.interval.begin, occupancy);
}

// From the back: what lives is younger than what has ended at the same begin.
TimeIndex::Entries::iterator TimeIndex::living(Entries& entries, Instant begin, std::string_view id) {
  const auto [first, last] = entries.equal_range(begin);
  for (auto it = last; it != first;) {
    --it;
    if (it->second.id == id && it->second.until == Instant::max()) return it;
  }
  HOLDFAST_ASSERT(false && "an occupancy was ended that is not there");
  return entries.end();
}

void TimeIndex::end(const Interval& interval, std::string_view id, Instant at) {
  Entries& entries = lanes_[magnitude_of(interval.length())];
  const auto it = living(entries, interval.begin, id);
  if (it->second.from >= at) {
    entries.erase(it);
  } else {
    it->second.until = at;
  }
}

void TimeIndex::erase(const Interval& interval, std::string_view id) {
  Entries& entries = lanes_[magnitude_of(interval.length())];
  entries.erase(living(entries, interval.begin, id));
}

}  // namespace mock_ghl
