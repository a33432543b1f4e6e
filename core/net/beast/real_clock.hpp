// RealClock: the machine's clocks behind the Clock seam.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "core/net/clock.hpp"

namespace holdfast::net {

// The steady time is the machine's time since it booted, which also counts while the machine sleeps (Linux
// CLOCK_BOOTTIME), laid over the wall time at which this clock was made. Timers turn the instant they wait for into a
// distance once, when the wait begins; a machine that sleeps meanwhile rings them late, never early. Timers run on the
// executor given here; the clock itself may be read from any thread.
class RealClock final : public Clock {
 public:
  // Reads a wall clock (UTC). Another than the machine's is for tests.
  using WallSource = std::function<std::chrono::sys_time<std::chrono::nanoseconds>()>;

  explicit RealClock(asio::any_io_executor executor, WallSource wall = std::chrono::system_clock::now);

  Instant now() const override;
  Instant wall_now() const override;
  std::string_view boot_id() const override { return boot_id_; }
  // Instant::max(), and anything more than a century away, waits without limit. A wake that is pending when the wait
  // begins wins over an instant that has already come.
  std::unique_ptr<Timer> make_timer() override;

 private:
  asio::any_io_executor executor_;
  WallSource wall_;
  std::chrono::sys_time<std::chrono::nanoseconds> booted_at_;  // by the wall, as it was when this clock was made
  std::string boot_id_;
};

}  // namespace holdfast::net
