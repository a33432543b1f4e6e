// RealClock: the machine's clock behind the Clock seam.
#pragma once

#include "core/net/clock.hpp"

namespace holdfast::net {

// now() is the system clock (UTC, milliseconds). Timers turn the instant they wait for into a distance once, when the
// wait begins, and let that distance pass on the steady clock: a step of the system clock (NTP, an operator) neither
// fires an alarm early nor lets it hang. Timers run on the executor given here; the clock itself may be read from any
// thread.
class RealClock final : public Clock {
 public:
  explicit RealClock(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  Instant now() const override;
  // Instant::max(), and anything more than a century away, waits without limit. A wake that is pending when the wait
  // begins wins over an instant that has already come.
  std::unique_ptr<Timer> make_timer() override;

 private:
  asio::any_io_executor executor_;
};

}  // namespace holdfast::net
