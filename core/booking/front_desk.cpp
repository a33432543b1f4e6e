#include "core/booking/front_desk.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/availability.hpp"
#include "core/booking/booking_steps.hpp"
#include "core/booking/bookings.hpp"
#include "core/booking/driver.hpp"
#include "core/booking/outbox.hpp"
#include "core/booking/sweep.hpp"
#include "core/booking/tools/tool.hpp"
#include "core/net/one_shot.hpp"

namespace holdfast::booking {
namespace {

vapi::ToolResult text_result(const vapi::ToolCall& call, std::string text) {
  return {.id = call.id, .name = call.name, .text = std::move(text), .is_error = false};
}

vapi::ToolResult error_result(const vapi::ToolCall& call, std::string text) {
  return {.id = call.id, .name = call.name, .text = std::move(text), .is_error = true};
}

}  // namespace

struct FrontDesk::Parts {
  using Reply = net::OneShot<vapi::ToolResult>;

  Parts(net::Runtime runtime, Tenant tenant, ledger::Ledger& ledger, ghl::Client& client,
        std::optional<WebhookReceiver> review_webhook)
      : context{runtime,       std::move(tenant),        ledger, client, net::TaskGroup(runtime),
                runtime.now(), std::move(review_webhook)},
        availability(context),
        outbox(context),
        driver(context),
        steps(context, availability, driver, [this] { outbox.wake(); }),
        bookings(context, driver, steps),
        sweep(context, driver),
        tools(make_tools({context, availability, bookings})) {
    driver.add(std::string(booking_kind), steps);
  }

  Tool* tool_called(const std::string& name) const;
  net::Task<void> answer_into(vapi::ToolCall call, vapi::Conversation conversation, WishesBeside beside, Turn turn,
                              Instant deadline, Reply reply);

  Context context;
  Availability availability;
  Outbox outbox;
  Driver driver;
  BookingSteps steps;
  Bookings bookings;
  Sweep sweep;
  std::vector<std::unique_ptr<Tool>> tools;
};

FrontDesk::FrontDesk(net::Runtime runtime, Tenant tenant, ledger::Ledger& ledger, ghl::Client& client,
                     std::optional<WebhookReceiver> review_webhook)
    : parts_(
          std::make_unique<Parts>(std::move(runtime), std::move(tenant), ledger, client, std::move(review_webhook))) {}

FrontDesk::~FrontDesk() = default;

const Tenant& FrontDesk::tenant() const {
  return parts_->context.tenant;
}

std::size_t FrontDesk::sagas_running() const {
  return parts_->driver.running();
}

void FrontDesk::wake_outbox() {
  parts_->outbox.wake();
}

Tool* FrontDesk::Parts::tool_called(const std::string& name) const {
  const auto found = std::ranges::find_if(tools, [&](const auto& tool) { return tool->definition().name == name; });
  return found == tools.end() ? nullptr : found->get();
}

net::Task<std::vector<vapi::ToolResult>> FrontDesk::answer(vapi::ServerMessage message, Instant deadline) {
  Context& context = parts_->context;
  const auto beside = std::make_shared<std::vector<std::string>>();
  std::vector<std::optional<Parts::Reply>> replies(message.calls.size());
  std::optional<net::OneShot<>> before;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const vapi::ToolCall& call = message.calls[i];
    if (!call.argument_error.empty()) continue;
    Turn turn{before, net::OneShot<>(context.runtime.clock)};
    before = turn.mine;
    replies[i].emplace(context.runtime.clock);
    context.tasks.spawn(
        parts_->answer_into(call, message.conversation, beside, std::move(turn), deadline, *replies[i]));
  }
  std::vector<vapi::ToolResult> results;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    const vapi::ToolCall& call = message.calls[i];
    if (!replies[i]) {
      results.push_back(error_result(call, call.argument_error));
      continue;
    }
    const bool in_time = co_await replies[i]->wait_until(deadline);
    results.push_back(in_time ? std::move(replies[i]->value()) : late_replies({call}).front());
  }
  co_return results;
}

std::vector<vapi::ToolResult> FrontDesk::late_replies(const std::vector<vapi::ToolCall>& calls) const {
  std::vector<vapi::ToolResult> results;
  for (const vapi::ToolCall& call : calls) {
    const Tool* tool = parts_->tool_called(call.name);
    results.push_back(tool == nullptr ? error_result(call, "The calendar is not open yet. Call the tool again.")
                                      : text_result(call, tool->late_reply()));
  }
  return results;
}

net::Task<void> FrontDesk::Parts::answer_into(vapi::ToolCall call, vapi::Conversation conversation, WishesBeside beside,
                                              Turn turn, Instant deadline, Reply reply) {
  Tool* tool = tool_called(call.name);
  vapi::ToolResult result;
  if (tool == nullptr) {
    std::string names;
    for (const auto& known : tools) names += (names.empty() ? "" : ", ") + std::string(known->definition().name);
    result = error_result(call, "There is no tool of that name here. There are: " + names + ".");
  } else {
    std::string text = co_await tool->execute({.id = vapi::is_own_id(call.id) ? call.id : "",
                                               .arguments = Arguments(tool->definition(), call.arguments),
                                               .conversation = std::move(conversation),
                                               .beside = std::move(beside),
                                               .turn = turn,
                                               .deadline = deadline});
    result = text_result(call, std::move(text));
  }
  if (!turn.mine.is_set()) turn.mine.set();
  reply.set(std::move(result));
}

net::Task<Result<void>> FrontDesk::recover() {
  co_return co_await parts_->driver.take_up(parts_->context.now());
}

void FrontDesk::start() {
  parts_->context.tasks.spawn(parts_->outbox.run());
  parts_->context.tasks.spawn(parts_->sweep.run());
}

void FrontDesk::stop() {
  parts_->sweep.stop();
  parts_->outbox.stop();
}

net::Task<bool> FrontDesk::drain(Instant deadline) {
  co_return co_await parts_->context.tasks.drain(deadline);
}

}  // namespace holdfast::booking
