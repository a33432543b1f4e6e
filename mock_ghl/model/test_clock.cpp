#include "mock_ghl/model/test_clock.hpp"

namespace mock_ghl {

void TestClock::run(holdfast::Instant machine) {
  shift_ = now(machine) - machine;
  frozen_at_.reset();
}

holdfast::Result<void> TestClock::advance(holdfast::Duration distance, holdfast::Instant machine) {
  // Compared as distances, so that no sum overflows.
  if (distance < holdfast::Duration{0} || distance >= range().end - now(machine)) {
    return holdfast::fail(holdfast::ErrorKind::invalid_input,
                          "the clock moves forward only, up to the year 2200; reset with frozenAt to begin elsewhere");
  }
  if (frozen_at_) {
    *frozen_at_ += distance;
  } else {
    shift_ += distance;
  }
  return {};
}

holdfast::Result<holdfast::Instant> parse_world_time(std::string_view text) {
  const auto parsed = holdfast::parse_iso(text);
  if (parsed && TestClock::range().contains(*parsed)) return *parsed;
  return holdfast::fail(holdfast::ErrorKind::invalid_input,
                        "must be ISO 8601 with an offset, such as 2026-03-07T09:00:00-05:00, from 1970 to 2199");
}

}  // namespace mock_ghl
