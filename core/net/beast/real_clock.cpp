#include "core/net/beast/real_clock.hpp"

#include <time.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/assert.hpp"
#include "core/net/beast/system_entropy.hpp"

namespace holdfast::net {
namespace {

// Beyond this a wait has no limit; it also keeps the steady clock's nanoseconds from overflowing.
constexpr Duration limitless = hours{24 * 36'525};

// How long ago the machine booted, its sleep included.
std::chrono::nanoseconds since_boot() {
  timespec time{};
  const int failed = ::clock_gettime(CLOCK_BOOTTIME, &time);
  HOLDFAST_ASSERT(failed == 0);
  return seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

std::string new_boot_id() {
  SystemEntropy entropy;
  return random_id(entropy);
}

class RealTimer final : public Timer {
 public:
  RealTimer(const RealClock& clock, const asio::any_io_executor& executor) : clock_(clock), alarm_(executor) {}

  Task<bool> wait_until(Instant when) override {
    HOLDFAST_ASSERT(!waiting_);
    if (take_wake()) co_return false;
    const Instant now = clock_.now();
    if (when <= now) co_return true;
    const Duration distance = when > now + limitless ? Duration::max() : when - now;
    if (distance == Duration::max()) {
      alarm_.expires_at(asio::steady_timer::time_point::max());
    } else {
      alarm_.expires_after(distance);
    }
    waiting_ = true;
    const auto [error] = co_await alarm_.async_wait(asio::as_tuple(asio::use_awaitable));
    waiting_ = false;
    // A wake that came after the alarm went off, but before we ran, still counts: it must not be lost.
    if (take_wake()) co_return false;
    co_return !error;
  }

  void wake() override {
    woken_ = true;
    if (waiting_) alarm_.cancel();
  }

 private:
  bool take_wake() {
    const bool was_woken = woken_;
    woken_ = false;
    return was_woken;
  }

  const RealClock& clock_;
  asio::steady_timer alarm_;
  bool waiting_ = false;
  bool woken_ = false;
};

}  // namespace

RealClock::RealClock(asio::any_io_executor executor, WallSource wall)
    : executor_(std::move(executor)),
      wall_(std::move(wall)),
      booted_at_(wall_() - since_boot()),
      boot_id_(new_boot_id()) {}

Instant RealClock::now() const {
  return std::chrono::floor<Duration>(booted_at_ + since_boot());
}

Instant RealClock::wall_now() const {
  return std::chrono::floor<Duration>(wall_());
}

std::unique_ptr<Timer> RealClock::make_timer() {
  return std::make_unique<RealTimer>(*this, executor_);
}

}  // namespace holdfast::net
