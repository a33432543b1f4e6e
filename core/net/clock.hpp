// Clock and Timer: the only way any code of the house knows the time or waits.
//
// Every clock tells two times, and each question has its own:
//
//   now()       steady. For how long something takes, when it is due, and what has run out: every wait, deadline, hold,
//               window, lease and age. It runs on whatever becomes of the machine's clock, so a step of an hour neither
//               ends nor stretches a wait.
//   wall_now()  the machine's clock as it stands, steps and all. For what day it is, and whether an instant that came
//               from outside (a slot's start, a date in an answer) has passed.
//
// Both are Instants, and they agree when the clock is made: the steady time begins at the wall time of that moment.
// Never compare one with the other. Steady instants of one boot (boot_id) can be compared with each other; one that was
// stored by another boot may be off by every step of the wall since, and says only what the wall can confirm.
#pragma once

#include <memory>
#include <string_view>

#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::net {

// One waiter's alarm. Not thread-safe; must outlive the wait. Destroying a Timer that somebody awaits is a bug.
class Timer {
 public:
  virtual ~Timer() = default;
  // Suspends until the clock's now() is `when` or until wake(). Returns true when the time came, false when it was
  // woken. A wake() that came while nobody waited is remembered once, so no wake-up is lost. `when` may lie in the
  // past: returns at once.
  virtual Task<bool> wait_until(Instant when) = 0;
  // Ends the wait early. May be called when nobody waits.
  virtual void wake() = 0;
};

// The time. In the socket world it is the machine's clock, in the virtual world the simulation's.
class Clock {
 public:
  virtual ~Clock() = default;
  // The steady time, in milliseconds; it never runs backwards.
  virtual Instant now() const = 0;
  // The wall time, in milliseconds; it may step either way.
  virtual Instant wall_now() const = 0;
  // Which life of which process this clock belongs to: a random id made with the clock, the same until the process
  // ends.
  virtual std::string_view boot_id() const = 0;
  // A new alarm on this clock's steady time.
  virtual std::unique_ptr<Timer> make_timer() = 0;
};

// Suspends for `duration` (returns at once when it is zero or negative).
Task<void> sleep_for(Clock& clock, Duration duration);

}  // namespace holdfast::net
