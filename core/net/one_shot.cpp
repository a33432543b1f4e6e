#include "core/net/one_shot.hpp"

#include <algorithm>

namespace holdfast::net::detail {
namespace {

// A waiter's place in the queue; it is left also when the waiting frame is destroyed.
class Place {
 public:
  explicit Place(OneShotState& state) : state_(state), timer_(state.clock.make_timer()) {
    state_.waiters.push_back(timer_.get());
  }
  ~Place() { std::erase(state_.waiters, timer_.get()); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  Timer& timer() { return *timer_; }

 private:
  OneShotState& state_;
  std::unique_ptr<Timer> timer_;
};

}  // namespace

void set(OneShotState& state) {
  HOLDFAST_ASSERT(!state.is_set);
  state.is_set = true;
  // A wake-up runs nobody here and now, so the queue stays as it is meanwhile.
  for (Timer* waiter : state.waiters) waiter->wake();
}

Task<bool> wait(std::shared_ptr<OneShotState> state, Instant deadline) {
  if (state->is_set) co_return true;
  Place place(*state);
  while (!state->is_set) {
    if (co_await place.timer().wait_until(deadline)) break;
  }
  co_return state->is_set;
}

}  // namespace holdfast::net::detail
