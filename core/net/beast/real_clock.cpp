#include "core/net/beast/real_clock.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/base/assert.hpp"

namespace holdfast::net {
namespace {

// Beyond this a wait has no limit; it also keeps the steady clock's nanoseconds from overflowing.
constexpr Duration limitless = hours{24 * 36'525};

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

Instant RealClock::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

std::unique_ptr<Timer> RealClock::make_timer() {
  return std::make_unique<RealTimer>(*this, executor_);
}

}  // namespace holdfast::net
