#include "core/booking/front_desk.hpp"

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/outbox.hpp"
#include "core/booking/replies.hpp"
#include "core/booking/saga.hpp"
#include "core/booking/speech.hpp"
#include "core/booking/tool_arguments.hpp"

namespace holdfast::booking {
namespace {

constexpr std::int64_t sweep_interval_ms = 15'000;
constexpr std::int64_t left_behind_ms = 30'000;  // an unsettled intent nobody drives and nobody touched for this long
constexpr std::string_view busy_say = "I can't reach the calendar just now. Nothing was booked. Shall I try again?";
constexpr std::string_view pending_say = "I'm still confirming that with the calendar. One moment, please.";

// What a spawned call leaves for the one who waits for it.
struct Reply {
  std::optional<vapi::ToolResult> result;
  std::unique_ptr<net::Timer> ready;
};

vapi::ToolResult text_result(const vapi::ToolCall& call, std::string text) {
  return {.id = call.id, .name = call.name, .text = std::move(text), .is_error = false};
}

vapi::ToolResult error_result(const vapi::ToolCall& call, std::string text) {
  return {.id = call.id, .name = call.name, .text = std::move(text), .is_error = true};
}

// The reply when the deadline came before the work was done: truthful in every case.
vapi::ToolResult late_result(const vapi::ToolCall& call) {
  if (call.name == "book_appointment") return text_result(call, plain_reply("pending", pending_say));
  return text_result(call, plain_reply("error", "The calendar is slow just now. Shall I look again?"));
}

// Offers belong to the conversation; without one, to the number that calls.
std::string conversation_key(const vapi::Conversation& conversation) {
  if (!conversation.id.empty()) return conversation.id;
  return conversation.caller_number.empty() ? "anonymous" : "number:" + conversation.caller_number;
}

}  // namespace

std::vector<vapi::ToolResult> late_replies(const std::vector<vapi::ToolCall>& calls) {
  std::vector<vapi::ToolResult> results;
  for (const vapi::ToolCall& call : calls) results.push_back(late_result(call));
  return results;
}

struct FrontDesk::Parts {
  Parts(net::Runtime runtime, Tenant tenant, ledger::Ledger& ledger, ghl::Client& client)
      : context{runtime, std::move(tenant), ledger, client, net::TaskGroup(runtime)},
        availability(context),
        outbox(context),
        saga(context, availability, [this] { outbox.wake(); }),
        alarm(runtime.clock.make_timer()) {}

  net::Task<void> answer_into(vapi::ToolCall call, vapi::Conversation conversation, Instant deadline,
                              std::shared_ptr<Reply> reply);
  net::Task<vapi::ToolResult> execute(vapi::ToolCall call, vapi::Conversation conversation, Instant deadline);
  net::Task<std::string> check(Json arguments, vapi::Conversation conversation, Instant deadline);
  net::Task<std::string> book(std::string call_id, Json arguments, vapi::Conversation conversation, Instant deadline);
  net::Task<std::string> tell(Standing standing, BookingRequest request, std::string conversation, Instant deadline);
  net::Task<std::string> offer_others(std::string status, std::string say, BookingRequest request,
                                      std::string conversation, Instant deadline);
  net::Task<std::string> unknown_code(vapi::Conversation conversation, Instant deadline);
  net::Task<void> sweep();

  Context context;
  Availability availability;
  Outbox outbox;
  Saga saga;
  std::unique_ptr<net::Timer> alarm;
  bool stopping = false;
};

FrontDesk::FrontDesk(net::Runtime runtime, Tenant tenant, ledger::Ledger& ledger, ghl::Client& client)
    : parts_(std::make_unique<Parts>(std::move(runtime), std::move(tenant), ledger, client)) {}

FrontDesk::~FrontDesk() = default;

const Tenant& FrontDesk::tenant() const {
  return parts_->context.tenant;
}

std::size_t FrontDesk::sagas_running() const {
  return parts_->saga.running();
}

net::Task<std::vector<vapi::ToolResult>> FrontDesk::answer(vapi::ServerMessage message, Instant deadline) {
  Context& context = parts_->context;
  std::vector<std::shared_ptr<Reply>> replies;
  for (const vapi::ToolCall& call : message.calls) {
    auto reply = std::make_shared<Reply>();
    reply->ready = context.runtime.clock.make_timer();
    context.tasks.spawn(parts_->answer_into(call, message.conversation, deadline, reply));
    replies.push_back(std::move(reply));
  }
  std::vector<vapi::ToolResult> results;
  for (std::size_t i = 0; i < replies.size(); ++i) {
    Reply& reply = *replies[i];
    while (!reply.result) {
      if (co_await reply.ready->wait_until(deadline)) break;
    }
    results.push_back(reply.result ? std::move(*reply.result) : late_result(message.calls[i]));
  }
  co_return results;
}

net::Task<void> FrontDesk::Parts::answer_into(vapi::ToolCall call, vapi::Conversation conversation, Instant deadline,
                                              std::shared_ptr<Reply> reply) {
  reply->result = co_await execute(std::move(call), std::move(conversation), deadline);
  reply->ready->wake();
}

net::Task<vapi::ToolResult> FrontDesk::Parts::execute(vapi::ToolCall call, vapi::Conversation conversation,
                                                      Instant deadline) {
  if (!call.argument_error.empty()) co_return error_result(call, call.argument_error);
  if (call.name == "check_availability") {
    std::string text = co_await check(call.arguments, std::move(conversation), deadline);
    co_return text_result(call, std::move(text));
  }
  if (call.name == "book_appointment") {
    std::string text = co_await book(call.id, call.arguments, std::move(conversation), deadline);
    co_return text_result(call, std::move(text));
  }
  co_return error_result(call, "There is no tool of that name here. Use check_availability or book_appointment.");
}

net::Task<std::string> FrontDesk::Parts::check(Json arguments, vapi::Conversation conversation, Instant deadline) {
  auto understood = understand_check(context.tenant, arguments, context.now());
  if (!understood) co_return plain_reply("need_info", understood.error().say);
  SlotSearch wish{.conversation = conversation_key(conversation),
                  .service = std::move(understood->service),
                  .zone = understood->zone,
                  .day = understood->day,
                  .time_of_day = understood->time_of_day,
                  .near = std::nullopt};
  const std::string zone_name = wish.zone.name();
  const auto day = wish.day;
  const auto offer = co_await availability.search(std::move(wish), deadline);
  if (!offer) {
    log(LogLevel::warning, "availability_failed", {{"reason", Loggable::safe(to_string(offer.error()))}});
    co_return plain_reply("error", "I can't read the calendar just now. Shall I try again?");
  }
  if (offer->slots.empty()) {
    co_return plain_reply("none", "I don't see any free time in the next " +
                                      std::to_string(context.tenant.limits.search_days) +
                                      " days. Would you like another day after that?");
  }
  std::string say = offer_sentence(offer->slots, !offer->on_wished_day);
  if (!offer->on_wished_day && day) say = "Nothing is free on " + spoken_date(*day) + ". " + say;
  co_return slots_reply("available", say, offer->slots, zone_name);
}

net::Task<std::string> FrontDesk::Parts::book(std::string call_id, Json arguments, vapi::Conversation conversation,
                                              Instant deadline) {
  auto understood = understand_booking(context.tenant, conversation, arguments);
  if (!understood) co_return plain_reply("need_info", understood.error().say);
  const std::string key = conversation_key(conversation);
  const auto offer = co_await context.ledger.find_offer(context.tenant.id, key, understood->slot_code);
  if (!offer && offer.error().kind == ErrorKind::not_found) {
    co_return co_await unknown_code(std::move(conversation), deadline);
  }
  // The ledger cannot be read: an earlier call may have opened this very wish, so nobody can say that nothing was
  // booked.
  if (!offer) co_return plain_reply("pending", pending_say);
  BookingRequest request{.service = offer->service,
                         .calendar_id = offer->calendar_id,
                         .start = offer->start,
                         .end = offer->end,
                         .zone = offer->zone,
                         .person = std::move(understood->person),
                         .notes = std::move(understood->notes),
                         .identity = std::move(understood->identity)};
  const std::string alias = call_id.empty() || conversation.id.empty() ? "" : conversation.id + "/" + call_id;
  const Instant now = context.now();
  // An offer runs out, but not for a call that already opened its intent with it: that one hears its outcome. For the
  // same reason a start that has just passed is left to the saga, whose last look finds it gone.
  if (offer->expires_at + Duration(context.tenant.limits.late_arrival_window_ms) <= now) {
    co_return co_await offer_others("taken", "That time is no longer on offer.", std::move(request), key, deadline);
  }
  auto standing = co_await saga.book(request, alias, deadline);
  co_return co_await tell(std::move(standing), std::move(request), key, deadline);
}

// A code that was never offered in this conversation: say what is.
net::Task<std::string> FrontDesk::Parts::unknown_code(vapi::Conversation conversation, Instant deadline) {
  if (context.tenant.services.size() != 1) {
    co_return plain_reply("need_info", "I don't have that time on my list. Which service and day would you like?");
  }
  SlotSearch wish{.conversation = conversation_key(conversation),
                  .service = context.tenant.services.front(),
                  .zone = context.tenant.zone,
                  .day = std::nullopt,
                  .time_of_day = {},
                  .near = std::nullopt};
  const auto offer = co_await availability.search(std::move(wish), deadline);
  if (!offer || offer->slots.empty()) {
    co_return plain_reply("need_info", "I don't have that time on my list. Which day would you like?");
  }
  co_return slots_reply("need_info", "I don't have that time on my list. " + offer_sentence(offer->slots, false),
                        offer->slots, context.tenant.zone.name());
}

net::Task<std::string> FrontDesk::Parts::tell(Standing standing, BookingRequest request, std::string conversation,
                                              Instant deadline) {
  switch (standing.kind) {
    case Standing::Kind::failed:
      // Whether something was stored, now or by an earlier call of the same wish, is not known.
      log(LogLevel::error, "ledger_failed", {{"reason", Loggable::safe(to_string(standing.error))}});
      co_return plain_reply("pending", pending_say);
    case Standing::Kind::pending:
      co_return plain_reply("pending", pending_say);
    case Standing::Kind::booked: {
      // What was booked is what the ledger says, not what this call asked for.
      const auto recorded = decode_request(standing.intent.request);
      co_return booked_reply(recorded ? *recorded : request);
    }
    case Standing::Kind::refused:
      break;
  }
  switch (standing.refusal.reason) {
    case RefusalReason::slot_taken:
      co_return co_await offer_others("taken", "That time was just taken.", std::move(request), std::move(conversation),
                                      deadline);
    case RefusalReason::cancelled:
      co_return co_await offer_others("taken", "That appointment was cancelled at the office.", std::move(request),
                                      std::move(conversation), deadline);
    case RefusalReason::misconfigured:
      co_return plain_reply(
          "error", "I can't book into this calendar at the moment. Someone from the office will need to help.");
    case RefusalReason::not_created:
    case RefusalReason::interrupted:
    case RefusalReason::calendar_busy:
      break;
  }
  co_return plain_reply("error", busy_say);
}

// Refusals come with alternatives in the same reply, as far as the deadline allows.
net::Task<std::string> FrontDesk::Parts::offer_others(std::string status, std::string say, BookingRequest request,
                                                      std::string conversation, Instant deadline) {
  const auto zone = Zone::find(request.zone);
  SlotSearch wish{.conversation = std::move(conversation),
                  .service = {request.service, request.calendar_id},
                  .zone = zone ? *zone : context.tenant.zone,
                  .day = std::nullopt,
                  .time_of_day = {},
                  .near = request.start};
  const std::string zone_name = wish.zone.name();
  const auto offer = co_await availability.search(std::move(wish), deadline);
  if (!offer || offer->slots.empty()) {
    co_return plain_reply(status, say + " Shall I look for another time?");
  }
  co_return slots_reply(status, say + " " + offer_sentence(offer->slots, true), offer->slots, zone_name);
}

net::Task<Result<void>> FrontDesk::recover() {
  co_return co_await parts_->saga.take_up(parts_->context.now());
}

void FrontDesk::start() {
  parts_->context.tasks.spawn(parts_->outbox.run());
  parts_->context.tasks.spawn(parts_->sweep());
}

// Intents that no driver holds any more (a ledger that failed in between) and offers and holds past their time.
net::Task<void> FrontDesk::Parts::sweep() {
  while (!stopping) {
    co_await alarm->wait_until(context.in(sweep_interval_ms));
    if (stopping) break;
    const auto taken_up = co_await saga.take_up(context.now() - Duration(left_behind_ms));
    if (!taken_up) log(LogLevel::warning, "sweep_failed", {{"reason", Loggable::safe(to_string(taken_up.error()))}});
    co_await context.ledger.forget_expired(context.now() - hours(24));
  }
}

void FrontDesk::stop() {
  parts_->stopping = true;
  parts_->alarm->wake();
  parts_->outbox.stop();
}

net::Task<bool> FrontDesk::drain(Instant deadline) {
  co_return co_await parts_->context.tasks.drain(deadline);
}

}  // namespace holdfast::booking
