// TimeIndex: what takes time, found by time. The slot engine and the listings of events read it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>

#include "core/base/time.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl {

// A stretch of time that one appointment or block takes from `from` until `until` (of the twin's life): what the slot
// engine reads. A rescheduled appointment leaves an ended one behind.
struct Occupancy {
  holdfast::Interval interval = {};
  holdfast::Instant from = {};
  holdfast::Instant until = holdfast::Instant::max();
  const Calendar* calendar = nullptr;  // nullptr for a block
  std::uint64_t sequence = 0;          // of the appointment; 0 for a block
  std::string_view id = {};            // of the appointment or block; lives as long as the state
  std::string_view series_id = {};     // of the series that the appointment is an instance of

  // True when it took up its time at that moment.
  bool active_at(holdfast::Instant as_of) const { return from <= as_of && as_of < until; }
};

// Occupancies found by time. They are kept apart by the magnitude of their length, so that one of a hundred years does
// not make every question look through all that lies a hundred years back.
class TimeIndex {
 public:
  // Adds a stretch of time that is taken up.
  void add(const Occupancy& occupancy);
  // Ends the one of `id` that has not ended; one that ends the moment it began was never there. `interval` is its.
  void end(const holdfast::Interval& interval, std::string_view id, holdfast::Instant at);
  // Forgets the one of `id` that has not ended, as if it had never been.
  void erase(const holdfast::Interval& interval, std::string_view id);
  // Calls rebind(Occupancy&) for each: after a copy they point into another state.
  template <class Rebind>
  void rebind_each(Rebind rebind) {
    for (auto& [magnitude, entries] : lanes_) {
      for (auto& [begin, occupancy] : entries) rebind(occupancy);
    }
  }
  // Calls visit(const Occupancy&) for every one, ended or not, whose interval overlaps `window`. Those of like length
  // come by begin.
  template <class Visit>
  void visit_overlapping(const holdfast::Interval& window, Visit visit) const {
    for (const auto& [magnitude, entries] : lanes_) {
      for (auto it = entries.lower_bound(earliest_begin(window.begin, magnitude));
           it != entries.end() && it->first < window.end; ++it) {
        if (it->second.interval.end > window.begin) visit(it->second);
      }
    }
  }

 private:
  using Entries = std::multimap<holdfast::Instant, Occupancy>;
  // The length's number of bits.
  static int magnitude_of(holdfast::Duration length);
  // The earliest begin from which something of that magnitude can reach `instant`.
  static holdfast::Instant earliest_begin(holdfast::Instant instant, int magnitude);
  Entries::iterator living(Entries& entries, holdfast::Instant begin, std::string_view id);
  std::map<int, Entries> lanes_;
};

}  // namespace mock_ghl
