#include "scenarios/world/virtual_kernel.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <new>

#include "core/base/assert.hpp"

namespace scenarios {

using holdfast::Instant;
namespace asio = boost::asio;
namespace net = holdfast::net;

namespace {

// A Timer on the kernel. The wait's handle makes a wake-up after the process died harmless.
class VirtualTimer final : public net::Timer {
 public:
  VirtualTimer(VirtualKernel& kernel, Node& node) : kernel_(kernel), node_(node) {}

  net::Task<bool> wait_until(Instant when) override {
    if (woken_) {
      woken_ = false;
      co_return false;
    }
    const Instant due = node_.on_kernel(when);
    if (due <= kernel_.now()) co_return true;
    HOLDFAST_ASSERT(!waiting_);
    waiting_ = true;
    const bool timed_out = co_await kernel_.wait(node_, due, handle_);
    waiting_ = false;
    co_return timed_out;
  }

  void wake() override {
    if (waiting_) {
      kernel_.wake(handle_);
    } else {
      woken_ = true;
    }
  }

 private:
  VirtualKernel& kernel_;
  Node& node_;
  WaitHandle handle_;
  bool waiting_ = false;
  bool woken_ = false;
};

}  // namespace

net::Runtime Node::runtime() {
  return net::Runtime{kernel_.executor(), *this, *this};
}

Instant Node::now() const {
  return kernel_.now() + began_ahead_;
}

Instant Node::wall_now() const {
  return kernel_.now() + wall_step_;
}

Instant Node::on_kernel(Instant mine) const {
  // The ends of time, which stand for "never" and "long ago", stay where they are; they would overflow.
  constexpr holdfast::Duration far = holdfast::hours{24 * 36'525};
  if (mine > Instant::max() - far || mine < Instant::min() + far) return mine;
  return mine - began_ahead_;
}

std::unique_ptr<net::Timer> Node::make_timer() {
  return std::make_unique<VirtualTimer>(kernel_, *this);
}

template <class Handler>
void VirtualKernel::Completion::emplace(Handler handler) {
  static_assert(sizeof(Handler) <= sizeof(storage_) && alignof(Handler) <= alignof(std::max_align_t));
  new (storage_) Handler(std::move(handler));
  invoke_ = [](std::byte* storage, bool timed_out) {
    auto* stored = std::launder(reinterpret_cast<Handler*>(storage));
    // The handler leaves its slot before it runs: what it resumes may wait again and take the slot.
    Handler moved(std::move(*stored));
    stored->~Handler();
    std::move(moved)(timed_out);
  };
  discard_ = [](std::byte* storage) { std::launder(reinterpret_cast<Handler*>(storage))->~Handler(); };
}

void VirtualKernel::Completion::complete(bool timed_out) {
  invoke_(storage_, timed_out);
}

void VirtualKernel::Completion::destroy() {
  discard_(storage_);
}

VirtualKernel::VirtualKernel(Instant start) : now_(start) {
  heap_.reserve(256);
}

VirtualKernel::~VirtualKernel() {
  // Actions first: what they captured may refer to nodes, and none may run any more.
  for (auto& action : actions_) action = nullptr;
  for (auto& node : nodes_) crash(*node);
}

Node& VirtualKernel::add_node(std::string name, std::uint64_t seed) {
  nodes_.push_back(std::make_unique<Node>(*this, std::move(name), static_cast<std::uint32_t>(nodes_.size()), seed));
  return *nodes_.back();
}

void VirtualKernel::at(Instant when, Action action) {
  std::uint32_t index = 0;
  if (free_actions_.empty()) {
    index = static_cast<std::uint32_t>(actions_.size());
    actions_.push_back(std::move(action));
  } else {
    index = free_actions_.back();
    free_actions_.pop_back();
    actions_[index] = std::move(action);
  }
  push(std::max(when, now_), index, action_generation, 0);
}

net::Task<bool> VirtualKernel::wait(Node& node, Instant when, WaitHandle& handle) {
  return asio::async_initiate<const asio::use_awaitable_t<>, void(bool)>(
      [this, &node, when, &handle](auto handler) {
        HOLDFAST_ASSERT(node.alive_);
        const std::uint32_t index = take_slot();
        Wait& slot = waits_[index];
        slot.completion.emplace(std::move(handler));
        slot.node = node.id_;
        slot.pending = true;
        slot.woken = false;
        slot.entry = 0;
        ++waiting_;
        handle = WaitHandle{index, slot.generation};
        push(when, index, slot.generation, 0);
      },
      asio::use_awaitable);
}

void VirtualKernel::wake(WaitHandle handle) {
  Wait* slot = find(handle);
  if (slot == nullptr || slot->woken) return;
  slot->woken = true;
  push(now_, handle.index, handle.generation, ++slot->entry);
}

void VirtualKernel::reschedule(WaitHandle handle, Instant when) {
  Wait* slot = find(handle);
  if (slot == nullptr) return;
  slot->woken = false;
  push(std::max(when, now_), handle.index, handle.generation, ++slot->entry);
}

void VirtualKernel::crash(Node& node) {
  HOLDFAST_ASSERT(!in_loop_);
  run_ready();
  node.alive_ = false;
  node.paused_until_ = Instant::min();
  for (std::uint32_t index = 0; index < waits_.size(); ++index) {
    Wait& slot = waits_[index];
    if (!slot.pending || slot.node != node.id_) continue;
    release_slot(index);
    // Asio takes the coroutine's frames apart on the ready queue, which is drained below.
    slot.completion.destroy();
  }
  run_ready();
}

void VirtualKernel::pause(Node& node, Instant until) {
  HOLDFAST_ASSERT(!in_loop_);
  run_ready();
  if (node.alive_) node.paused_until_ = std::max(node.paused_until_, until);
}

void VirtualKernel::restart(Node& node) {
  HOLDFAST_ASSERT(!node.alive_);
  node.alive_ = true;
  ++node.incarnation_;
  node.boot_id_ = node.name_ + "-" + std::to_string(node.incarnation_);
  node.began_ahead_ = node.wall_step_;
}

bool VirtualKernel::step(Instant limit) {
  run_ready();
  while (!heap_.empty()) {
    if (is_stale(heap_.front())) {
      std::pop_heap(heap_.begin(), heap_.end(), Later{});
      heap_.pop_back();
      continue;
    }
    if (heap_.front().when > limit) break;
    std::pop_heap(heap_.begin(), heap_.end(), Later{});
    const Entry entry = heap_.back();
    heap_.pop_back();
    run(entry);
    return true;
  }
  if (limit != Instant::max()) now_ = std::max(now_, limit);
  return false;
}

void VirtualKernel::run_until(Instant limit) {
  while (step(limit)) {
  }
}

void VirtualKernel::run(const Entry& entry) {
  now_ = entry.when;
  ++events_;
  if (entry.generation == action_generation) {
    Action action = std::move(actions_[entry.index]);
    actions_[entry.index] = nullptr;
    free_actions_.push_back(entry.index);
    action();
    return;
  }
  Wait& slot = waits_[entry.index];
  if (const Instant until = nodes_[slot.node]->paused_until_; now_ < until) {
    push(until, entry.index, entry.generation, entry.entry);
    return;
  }
  const bool timed_out = !slot.woken;
  release_slot(entry.index);
  in_loop_ = true;
  slot.completion.complete(timed_out);
  in_loop_ = false;
}

void VirtualKernel::run_ready() {
  in_loop_ = true;
  io_.poll();
  in_loop_ = false;
}

VirtualKernel::Wait* VirtualKernel::find(WaitHandle handle) {
  if (handle.index >= waits_.size()) return nullptr;
  Wait& slot = waits_[handle.index];
  return slot.pending && slot.generation == handle.generation ? &slot : nullptr;
}

bool VirtualKernel::is_stale(const Entry& entry) const {
  if (entry.generation == action_generation) return false;
  const Wait& slot = waits_[entry.index];
  return !slot.pending || slot.generation != entry.generation || slot.entry != entry.entry;
}

std::uint32_t VirtualKernel::take_slot() {
  if (free_waits_.empty()) {
    waits_.emplace_back();
    return static_cast<std::uint32_t>(waits_.size() - 1);
  }
  const std::uint32_t index = free_waits_.back();
  free_waits_.pop_back();
  return index;
}

void VirtualKernel::release_slot(std::uint32_t index) {
  Wait& slot = waits_[index];
  slot.pending = false;
  if (++slot.generation == action_generation) slot.generation = 0;
  free_waits_.push_back(index);
  --waiting_;
}

void VirtualKernel::push(Instant when, std::uint32_t index, std::uint32_t generation, std::uint32_t entry) {
  heap_.push_back(Entry{when, next_number_++, index, generation, entry});
  std::push_heap(heap_.begin(), heap_.end(), Later{});
}

}  // namespace scenarios
