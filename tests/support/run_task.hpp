// Running coroutines in tests: one loop, one simulated clock.
#pragma once

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/random.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::tests {

// A clock whose time stands still until the loop has nothing else to do, and then jumps to the next alarm.
class SimpleClock final : public net::Clock {
 public:
  explicit SimpleClock(Instant start) : now_(start) {}

  Instant now() const override { return now_; }
  Instant wall_now() const override { return now_ + wall_step_; }
  std::string_view boot_id() const override { return boot_id_; }
  // Steps the wall, forwards or back; nothing that waits takes notice.
  void step_wall(Duration distance) { wall_step_ += distance; }
  // From here on it is the clock of another boot, which begins at the wall time, as after a restart. Nobody may wait.
  void reboot() {
    now_ += std::exchange(wall_step_, Duration::zero());
    boot_id_ = "boot-" + std::to_string(++boots_);
  }
  // Moves time on without ringing; alarms that passed ring when the loop is idle.
  void advance(Duration duration) { now_ += duration; }
  std::unique_ptr<net::Timer> make_timer() override { return std::make_unique<Alarm>(*this); }
  void attach(net::asio::any_io_executor executor) { executor_ = std::move(executor); }

  // Jumps to the earliest alarm and rings it; false when there is none that rings before the end of time.
  bool ring_next() {
    if (alarms_.empty() || alarms_.begin()->first.first == Instant::max()) return false;
    now_ = std::max(now_, alarms_.begin()->first.first);
    alarms_.begin()->second->ring();
    return true;
  }

 private:
  using Key = std::pair<Instant, std::uint64_t>;

  class Alarm final : public net::Timer {
   public:
    explicit Alarm(SimpleClock& clock) : clock_(clock), event_(clock.executor_) {}
    ~Alarm() override { unset(); }

    net::Task<bool> wait_until(Instant when) override {
      if (std::exchange(woken_, false)) co_return false;
      if (when <= clock_.now_) co_return true;
      key_ = {when, ++clock_.sequence_};
      clock_.alarms_.emplace(*key_, this);
      event_.expires_at(net::asio::steady_timer::time_point::max());
      co_await event_.async_wait(net::asio::as_tuple(net::asio::use_awaitable));
      unset();
      co_return !std::exchange(woken_, false);
    }
    void wake() override {
      woken_ = true;
      ring();
    }
    void ring() {
      unset();
      event_.cancel();
    }

   private:
    void unset() {
      if (key_) clock_.alarms_.erase(*key_);
      key_.reset();
    }
    SimpleClock& clock_;
    net::asio::steady_timer event_;
    std::optional<Key> key_;
    bool woken_ = false;
  };

  Instant now_;
  Duration wall_step_{0};
  int boots_ = 1;
  std::string boot_id_ = "boot-1";
  net::asio::any_io_executor executor_;
  std::map<Key, Alarm*> alarms_;
  std::uint64_t sequence_ = 0;
};

// Random bits from a seed.
class SimpleEntropy final : public net::Entropy {
 public:
  explicit SimpleEntropy(std::uint64_t seed) : random_(seed) {}
  std::uint64_t next() override { return random_.next(); }

 private:
  SplitMix64 random_;
};

// A loop with its clock and entropy. What uses the runtime must be destroyed before the loop; tasks that are still
// suspended when the loop is destroyed die with it, which is how a crash is played.
class Loop {
 public:
  explicit Loop(Instant start = from_epoch_ms(1'790'000'000'000), std::uint64_t seed = 1)
      : clock_(start), entropy_(seed), io_(std::make_unique<net::asio::io_context>()) {
    clock_.attach(io_->get_executor());
  }

  SimpleClock& clock() { return clock_; }
  net::Runtime runtime() { return {.executor = io_->get_executor(), .clock = clock_, .entropy = entropy_}; }

  // Runs the loop until `task` has ended and returns its value. Time jumps whenever nothing is ready; work of other
  // threads is waited for when no alarm is set.
  template <class T>
  T run(net::Task<T> task) {
    std::optional<T> result;
    net::spawn(io_->get_executor(), store(std::move(task), result));
    while (!result) step();
    return std::move(*result);
  }
  void run(net::Task<void> task) { run(with_value(std::move(task))); }
  // Starts `task` beside the others; it goes on whenever the loop runs.
  void spawn(net::Task<void> task) { net::spawn(io_->get_executor(), std::move(task)); }
  // Runs until nothing is ready and no alarm is set before `until`.
  void run_until(Instant until) {
    auto wake = clock_.make_timer();
    run(wake->wait_until(until));
  }
  // Runs what is ready now, without moving time.
  void poll() {
    io_->restart();
    io_->poll();
  }
  // Destroys every suspended task, as a crash would. The loop cannot be used afterwards.
  void crash() { io_.reset(); }

 private:
  static net::Task<bool> with_value(net::Task<void> task) {
    co_await std::move(task);
    co_return true;
  }
  template <class T>
  static net::Task<void> store(net::Task<T> task, std::optional<T>& result) {
    result.emplace(co_await std::move(task));
  }
  void step() {
    io_->restart();
    if (io_->poll_one() > 0) return;
    if (clock_.ring_next()) return;
    auto guard = net::asio::make_work_guard(*io_);
    io_->restart();
    io_->run_one();
  }

  SimpleClock clock_;
  SimpleEntropy entropy_;
  std::unique_ptr<net::asio::io_context> io_;
};

// Runs one task to its end on a loop of its own, for tasks that need no runtime.
template <class T>
T run(net::Task<T> task) {
  Loop loop;
  return loop.run(std::move(task));
}

}  // namespace holdfast::tests
