// VirtualKernel: virtual time for a whole world on one thread. It pops the earliest event, sets the clock to it and
// runs what waited for it, so a minute of waiting costs nothing and one seed always gives one run.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/random.hpp"
#include "core/net/runtime.hpp"

namespace scenarios {

class VirtualKernel;

// Names one pending wait; stale once the wait has ended, and then every use of it does nothing.
struct WaitHandle {
  std::uint32_t index = UINT32_MAX;
  std::uint32_t generation = 0;
};

// A process of the world: the owner of waits, and the seams its code runs on. Lives as long as its kernel.
class Node final : public holdfast::net::Clock, public holdfast::net::Entropy {
 public:
  Node(VirtualKernel& kernel, std::string name, std::uint32_t id, std::uint64_t seed)
      : kernel_(kernel), name_(std::move(name)), id_(id), random_(seed), boot_id_(name_ + "-0") {}

  const std::string& name() const { return name_; }
  // False from crash() to restart().
  bool alive() const { return alive_; }
  // How often it was restarted.
  int incarnation() const { return incarnation_; }
  // Until when it stands still; the past when it does not.
  holdfast::Instant paused_until() const { return paused_until_; }
  // The seams as code under test takes them. The entropy goes on where it was after a restart.
  holdfast::net::Runtime runtime();

  // The kernel's time since this process began, laid over the wall time of that moment, as in the socket world.
  holdfast::Instant now() const override;
  // The kernel's time and every step of this process's machine.
  holdfast::Instant wall_now() const override;
  std::string_view boot_id() const override { return boot_id_; }
  std::unique_ptr<holdfast::net::Timer> make_timer() override;
  std::uint64_t next() override { return random_.next(); }

  // The wall of this process's machine steps, forwards or back; from an at() action or from outside the loop. Nothing
  // that waits takes notice; a process that begins later takes the wall as it is then.
  void step_wall(holdfast::Duration distance) { wall_step_ += distance; }
  // The kernel's time at which now() is `mine`.
  holdfast::Instant on_kernel(holdfast::Instant mine) const;

 private:
  friend class VirtualKernel;
  VirtualKernel& kernel_;
  std::string name_;
  std::uint32_t id_;
  holdfast::SplitMix64 random_;
  bool alive_ = true;
  int incarnation_ = 0;
  holdfast::Instant paused_until_ = holdfast::Instant::min();
  std::string boot_id_;
  holdfast::Duration wall_step_{0};    // of the machine's wall against the kernel's time
  holdfast::Duration began_ahead_{0};  // wall_step_ when the process began
};

// The loop. Everything that happens is either a handler on the ready queue (first in, first out) or an event of the
// heap, ordered by (instant, number), so the order is total. Not thread-safe; several kernels may live on several
// threads.
class VirtualKernel {
 public:
  using Action = std::move_only_function<void()>;

  explicit VirtualKernel(holdfast::Instant start);
  // Crashes every node, which destroys every suspended coroutine.
  ~VirtualKernel();
  VirtualKernel(const VirtualKernel&) = delete;
  VirtualKernel& operator=(const VirtualKernel&) = delete;

  // The virtual time, and where handlers run.
  holdfast::Instant now() const { return now_; }
  boost::asio::any_io_executor executor() { return io_.get_executor(); }
  // A new process with its own random stream.
  Node& add_node(std::string name, std::uint64_t seed);

  // Runs `action` at `when` (now when that has passed), between two events: the network's and the plan's own deeds. It
  // belongs to no node and may call crash() and restart().
  void at(holdfast::Instant when, Action action);

  // Runs the next event if there is one not after `limit`; false when there is none (the clock is then at `limit`).
  bool step(holdfast::Instant limit);
  // Runs every event up to `limit`.
  void run_until(holdfast::Instant limit);

  // The process dies: its pending waits end without being completed, which destroys the coroutines behind them; those
  // of other nodes go on. Only from outside the loop or from an at() action, so that no handler of the node is ready.
  void crash(Node& node);
  // The process stands still until `until` (a frozen machine): what would happen in it happens then, in its order. A
  // crash ends that. Only from outside the loop or from an at() action.
  void pause(Node& node, holdfast::Instant until);
  // The process may be used again; whoever built it builds it anew.
  void restart(Node& node);

  // How many events have run, and how many waits are pending now.
  std::uint64_t events() const { return events_; }
  std::size_t pending_waits() const { return waiting_; }

  // For timers and links: suspends the caller on `node` until `when`; completes with true, or with false when it was
  // moved by wake(). `handle` names the wait from the moment it began.
  holdfast::net::Task<bool> wait(Node& node, holdfast::Instant when, WaitHandle& handle);
  // Ends a wait now (as the next event of this instant); it completes with false.
  void wake(WaitHandle handle);
  // Moves a wait to `when`; it then completes with true.
  void reschedule(WaitHandle handle, holdfast::Instant when);

 private:
  // A completion handler without its type, stored in place: a wait allocates nothing.
  class Completion {
   public:
    template <class Handler>
    void emplace(Handler handler);
    void complete(bool timed_out);
    void destroy();

   private:
    alignas(std::max_align_t) std::byte storage_[64];
    void (*invoke_)(std::byte*, bool) = nullptr;
    void (*discard_)(std::byte*) = nullptr;
  };
  struct Wait {
    Completion completion;
    std::uint32_t generation = 0;
    std::uint32_t entry = 0;  // which heap entry of this wait counts: an older one was moved
    std::uint32_t node = 0;
    bool pending = false;
    bool woken = false;
  };
  struct Entry {
    holdfast::Instant when;
    std::uint64_t number;
    std::uint32_t index;  // of a wait, or of an action when `generation` is action_generation
    std::uint32_t generation;
    std::uint32_t entry;
  };
  struct Later {
    bool operator()(const Entry& a, const Entry& b) const {
      return a.when != b.when ? a.when > b.when : a.number > b.number;
    }
  };
  static constexpr std::uint32_t action_generation = UINT32_MAX;

  Wait* find(WaitHandle handle);
  std::uint32_t take_slot();
  void release_slot(std::uint32_t index);
  void push(holdfast::Instant when, std::uint32_t index, std::uint32_t generation, std::uint32_t entry);
  bool is_stale(const Entry& entry) const;
  void run(const Entry& entry);
  void run_ready();

  boost::asio::io_context io_{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{io_.get_executor()};
  holdfast::Instant now_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::vector<Entry> heap_;
  std::deque<Wait> waits_;  // a deque: completions sit in their slots and must not move
  std::vector<std::uint32_t> free_waits_;
  std::vector<Action> actions_;
  std::vector<std::uint32_t> free_actions_;
  std::uint64_t next_number_ = 0;
  std::uint64_t events_ = 0;
  std::size_t waiting_ = 0;
  bool in_loop_ = false;
};

}  // namespace scenarios
