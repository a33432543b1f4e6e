// Opening hours to instants: the wall-clock half of the slot engine.
#pragma once

#include <span>
#include <vector>

#include "core/base/time.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl {

// Hours to look through.
struct HoursRule {
  const holdfast::Zone& zone;
  const WeeklyHours* weekly = nullptr;
  std::span<const DateHours> dates{};  // replace the weekly hours of their date
  holdfast::Duration interval{};
  holdfast::Duration duration{};
  bool start_at_close = false;  // only the start need lie in the window, the closing minute included
};

// True when the calendar says itself when it is open; else its members' hours count (facts/ghl.md 4.2 rule 1).
bool has_own_hours(const Calendar& calendar);
// The starts within `span` that the hours allow, ascending, each once (rules: slots.hpp).
std::vector<holdfast::Instant> starts_within_hours(const HoursRule& rule, const holdfast::Interval& span);

}  // namespace mock_ghl
