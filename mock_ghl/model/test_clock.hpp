// TestClock: the time a twin's world lives by, apart from the machine's when somebody froze it.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

// Follows the machine's time until it is frozen; a frozen one moves only by advance(). It never runs backwards: a world
// that should live in the past begins there. Pure state, one thread; `machine` is the machine's time at the call.
class TestClock {
 public:
  // Frozen at the instant, or following the machine.
  explicit TestClock(std::optional<holdfast::Instant> frozen_at = std::nullopt) : frozen_at_(frozen_at) {}

  // The world's time.
  holdfast::Instant now(holdfast::Instant machine) const { return frozen_at_ ? *frozen_at_ : machine + shift_; }
  bool frozen() const { return frozen_at_.has_value(); }
  // Stands still from here on.
  void freeze(holdfast::Instant machine) { frozen_at_ = now(machine); }
  // Runs on from where it stands, at the machine's pace.
  void run(holdfast::Instant machine);
  // Leaps ahead, frozen or not. invalid_input when the distance is negative or leads out of range().
  holdfast::Result<void> advance(holdfast::Duration distance, holdfast::Instant machine);

  // The same clock where it stood at `then`: a snapshot taken up again.
  TestClock taken_up(holdfast::Instant then, holdfast::Instant machine) const {
    TestClock clock = *this;
    if (!clock.frozen_at_) clock.shift_ = then - machine;
    return clock;
  }

  // The instants a world may live at, 1970 to 2200: no calendar arithmetic overflows there.
  static constexpr holdfast::Interval range() {
    using namespace std::chrono;
    return {holdfast::Instant{}, holdfast::Instant{sys_days{year{2200} / 1 / 1}.time_since_epoch()}};
  }

 private:
  std::optional<holdfast::Instant> frozen_at_;
  holdfast::Duration shift_{0};  // of the running clock against the machine's
};

// An instant a world may begin at, from ISO 8601 with an offset; invalid_input with what to write instead.
holdfast::Result<holdfast::Instant> parse_world_time(std::string_view text);

}  // namespace mock_ghl
