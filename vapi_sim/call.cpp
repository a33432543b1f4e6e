#include "vapi_sim/call.hpp"

#include <algorithm>
#include <utility>

#include "core/net/task_group.hpp"
#include "vapi_sim/assistant/conversation.hpp"

namespace vapi_sim {
namespace {

using holdfast::net::HttpTransport;
using holdfast::net::Runtime;
using holdfast::net::Task;

// One line of callers, who call one after the other. What it refers to lives in the frame of place_calls.
Task<void> place_in_turn(Runtime runtime, HttpTransport& backend, std::vector<CallPlan>& plans, std::size_t& next,
                         std::vector<CallRecord>& records) {
  while (next < plans.size()) {
    const std::size_t mine = next++;
    records[mine] = co_await place_call(runtime, backend, std::move(plans[mine]));
  }
}

}  // namespace

Task<CallRecord> place_call(Runtime runtime, HttpTransport& backend, CallPlan plan, CallerMemory* memory) {
  Conversation conversation(std::move(runtime), backend, std::move(plan), memory);
  co_return co_await conversation.run();
}

std::size_t exchanges_max(const CallPlan& plan) {
  constexpr std::size_t beside_pending = 8;
  constexpr std::size_t change_of_mind = 4;
  std::size_t most = static_cast<std::size_t>(std::max(plan.behaviour.pending_asks_max, 0)) + beside_pending;
  for (const Errand& errand : plan.errands) {
    most += errand.corrections.size();
    const bool changes = errand.when_pending != WhenPending::ask_again || errand.second_thought != SecondThought::none;
    if (changes) most += change_of_mind;
  }
  return most + beside_pending * (plan.errands.size() - 1);
}

Task<std::vector<CallRecord>> place_calls(Runtime runtime, HttpTransport& backend, std::vector<CallPlan> plans,
                                          std::size_t parallel) {
  std::vector<CallRecord> records(plans.size());
  std::size_t next = 0;
  holdfast::net::TaskGroup lines(runtime);
  const std::size_t count = std::min(std::max<std::size_t>(parallel, 1), plans.size());
  for (std::size_t line = 0; line < count; ++line) {
    lines.spawn(place_in_turn(runtime, backend, plans, next, records));
  }
  co_await lines.drain(holdfast::Instant::max());
  co_return records;
}

}  // namespace vapi_sim
