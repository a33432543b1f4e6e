// TaskGroup and both(): running tasks beside the one that awaits.
#pragma once

#include <memory>
#include <utility>

#include "core/net/one_shot.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::net {

// Counts the tasks it started, so that a drain can wait for them. Must outlive its tasks unless they die with the
// world.
class TaskGroup {
 public:
  explicit TaskGroup(Runtime runtime) : runtime_(std::move(runtime)) {}
  TaskGroup(const TaskGroup&) = delete;
  TaskGroup& operator=(const TaskGroup&) = delete;

  // Starts `task`; it counts until it ends.
  void spawn(Task<void> task);
  // Number of tasks that have not ended.
  std::size_t running() const { return running_; }
  // Waits until none is running or `deadline` passed; true when none is. One waiter at a time.
  Task<bool> drain(Instant deadline);

 private:
  Task<void> count(Task<void> task);
  Runtime runtime_;
  std::size_t running_ = 0;
  std::unique_ptr<Timer> drained_;
};

namespace detail {
// Leaves the task's value where both() finds it.
template <class T>
Task<void> run_into(Task<T> task, OneShot<T> value) {
  value.set(co_await std::move(task));
}
}  // namespace detail

// Runs two tasks side by side and returns both values when both have ended. Neither is cancelled: each has its own
// deadline.
template <class A, class B>
Task<std::pair<A, B>> both(Runtime runtime, Task<A> first, Task<B> second) {
  OneShot<B> other(runtime.clock);
  net::spawn(runtime.executor, detail::run_into(std::move(second), other));
  A a = co_await std::move(first);
  co_await other.wait_until(Instant::max());
  co_return std::pair<A, B>(std::move(a), std::move(other.value()));
}

}  // namespace holdfast::net
