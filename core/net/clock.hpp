// Clock and Timer: the only way any code of the house knows the time or waits.
#pragma once

#include <memory>

#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::net {

// One waiter's alarm. Not thread-safe; must outlive the wait. Destroying a Timer that somebody awaits is a bug.
class Timer {
 public:
  virtual ~Timer() = default;
  // Suspends until `when` or until wake(). Returns true when the time came, false when it was woken. A wake() that came
  // while nobody waited is remembered once, so no wake-up is lost. `when` may lie in the past: returns at once.
  virtual Task<bool> wait_until(Instant when) = 0;
  // Ends the wait early. May be called when nobody waits.
  virtual void wake() = 0;
};

// The time. In the socket world it is the machine's clock, in the virtual world the simulation's.
class Clock {
 public:
  virtual ~Clock() = default;
  // The present instant, in milliseconds.
  virtual Instant now() const = 0;
  // A new alarm on this clock.
  virtual std::unique_ptr<Timer> make_timer() = 0;
};

// Suspends for `duration` (returns at once when it is zero or negative).
Task<void> sleep_for(Clock& clock, Duration duration);

}  // namespace holdfast::net
