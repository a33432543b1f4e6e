// OneShot<T>: a value that is set once and awaited by any number, each with a deadline of its own.
#pragma once

#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/assert.hpp"
#include "core/net/clock.hpp"

namespace holdfast::net {

namespace detail {
// What the copies of a OneShot share, without its value. The frames of those who wait hold it too, so that setter and
// waiters may die in any order.
struct OneShotState {
  explicit OneShotState(Clock& clock_in) : clock(clock_in) {}
  Clock& clock;
  bool is_set = false;
  std::vector<Timer*> waiters;  // in the order they came, which is the order they are woken in
};
// Sets and wakes; aborts when it is set already.
void set(OneShotState& state);
// True when it is set, at the latest at `deadline`.
Task<bool> wait(std::shared_ptr<OneShotState> state, Instant deadline);
}  // namespace detail

// A promise. Copies are the same promise: one copy sets it, others wait, and each may be destroyed whenever it likes,
// also while somebody waits. Where nobody is left to set it, a wait ends at its deadline. `OneShot<>` tells only that
// something came to pass. The clock must outlive every copy and every wait. One loop; not thread-safe.
template <class T = std::monostate>
class OneShot {
 public:
  explicit OneShot(Clock& clock) : state_(std::make_shared<State>(clock)) {}

  // Sets the value and wakes whoever waits; they run after the caller has suspended. Setting it twice is a bug.
  void set(T value = T{}) {
    HOLDFAST_ASSERT(!state_->is_set);
    state_->value.emplace(std::move(value));
    detail::set(*state_);
  }
  bool is_set() const { return state_->is_set; }

  // Suspends until it is set or `deadline`; true when it is set. Once it is set the answer is true at once, whatever
  // the deadline. Instant::max() waits without limit. Nobody who waits takes the value from another.
  Task<bool> wait_until(Instant deadline) const { return detail::wait(state_, deadline); }

  // The value, which must be set; it lives as long as a copy of this promise. Who alone reads it may move from it.
  T& value() const {
    HOLDFAST_ASSERT(state_->is_set);
    return *state_->value;
  }

 private:
  struct State : detail::OneShotState {
    using OneShotState::OneShotState;
    std::optional<T> value;
  };
  std::shared_ptr<State> state_;
};

}  // namespace holdfast::net
