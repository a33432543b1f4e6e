// TaskGroup and both(): running tasks beside the one that awaits.
#pragma once

#include <memory>
#include <optional>
#include <utility>

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
// Where a spawned task leaves its value for both().
template <class T>
struct Joined {
  std::optional<T> value;
  std::unique_ptr<Timer> done;
};
template <class T>
Task<void> run_into(Task<T> task, std::shared_ptr<Joined<T>> joined) {
  joined->value.emplace(co_await std::move(task));
  joined->done->wake();
}
}  // namespace detail

// Runs two tasks side by side and returns both values when both have ended. Neither is cancelled: each has its own
// deadline.
template <class A, class B>
Task<std::pair<A, B>> both(Runtime runtime, Task<A> first, Task<B> second) {
  auto joined = std::make_shared<detail::Joined<B>>();
  joined->done = runtime.clock.make_timer();
  net::spawn(runtime.executor, detail::run_into(std::move(second), joined));
  A a = co_await std::move(first);
  while (!joined->value) co_await joined->done->wait_until(Instant::max());
  co_return std::pair<A, B>(std::move(a), std::move(*joined->value));
}

}  // namespace holdfast::net
