#include "core/net/task_group.hpp"

namespace holdfast::net {

Task<void> sleep_for(Clock& clock, Duration duration) {
  if (duration <= Duration::zero()) co_return;
  const auto timer = clock.make_timer();
  co_await timer->wait_until(clock.now() + duration);
}

void TaskGroup::spawn(Task<void> task) {
  ++running_;
  net::spawn(runtime_.executor, count(std::move(task)));
}

Task<void> TaskGroup::count(Task<void> task) {
  co_await std::move(task);
  --running_;
  if (running_ == 0 && drained_) drained_->wake();
}

Task<bool> TaskGroup::drain(Instant deadline) {
  if (!drained_) drained_ = runtime_.clock.make_timer();
  while (running_ > 0) {
    if (co_await drained_->wait_until(deadline)) break;
  }
  co_return running_ == 0;
}

}  // namespace holdfast::net
