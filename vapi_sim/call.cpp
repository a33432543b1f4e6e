#include "vapi_sim/call.hpp"

#include <memory>
#include <utility>

#include "vapi_sim/assistant/conversation.hpp"

namespace vapi_sim {

holdfast::net::Task<CallRecord> place_call(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend,
                                           CallPlan plan) {
  Conversation conversation(std::move(runtime), backend, std::move(plan));
  co_return co_await conversation.run();
}

}  // namespace vapi_sim
