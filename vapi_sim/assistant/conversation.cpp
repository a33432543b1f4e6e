#include "vapi_sim/assistant/conversation.hpp"

#include <algorithm>
#include <utility>

#include "core/base/hash.hpp"
#include "core/base/json.hpp"
#include "vapi_sim/caller/understanding.hpp"
#include "vapi_sim/wire/reply_lint.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Json;
using holdfast::milliseconds;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Task;

constexpr std::string_view check_tool = "check_availability";
constexpr std::string_view book_tool = "book_appointment";
// Events are fire and forget; a backend that does not take them must not hold the call up.
constexpr std::int64_t event_timeout_ms = 2'000;
// Exponential with base one second, as in Vapi's recommended backoffPlan (facts/vapi.md 1).
constexpr std::int64_t backoff_base_ms = 1'000;
constexpr int backoff_doublings_max = 6;
// Between two looks whether the caller's earlier call is over.
constexpr std::int64_t redial_pause_ms = 500;

bool is_2xx(int status) {
  return status >= 200 && status < 300;
}

// The delay before redelivery number `attempt` (0 is the first redelivery).
milliseconds backoff(int attempt) {
  return milliseconds(backoff_base_ms << std::min(attempt, backoff_doublings_max));
}

// The instant a caller takes a booked label for; foreign backends say ISO times.
std::optional<Instant> understand(const std::string& label, const std::string& timezone, Instant now) {
  if (const auto instant = holdfast::parse_iso(label)) return instant;
  return understand_label(label, timezone, now);
}

// "415 555 0100": how a number of North America is said and written down; others as they are.
std::string spoken_phone(const std::string& phone) {
  if (phone.size() != 12 || !phone.starts_with("+1")) return phone;
  return phone.substr(2, 3) + " " + phone.substr(5, 3) + " " + phone.substr(8);
}

void add_lint(std::vector<std::string>& lint, const std::vector<std::string>& more) {
  for (const std::string& rule : more) {
    if (std::find(lint.begin(), lint.end(), rule) == lint.end()) lint.push_back(rule);
  }
}

}  // namespace

Conversation::Conversation(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend, CallPlan plan,
                           CallerMemory* memory)
    : runtime_(runtime),
      backend_(backend),
      plan_(std::move(plan)),
      memory_(memory == nullptr ? own_memory_ : *memory),
      deliveries_(runtime),
      news_(runtime.clock.make_timer()),
      ids_(holdfast::fnv1a(plan_.call_id)),
      pending_asks_left_(plan_.behaviour.pending_asks_max) {
  if (plan_.errands.empty()) plan_.errands.resize(1);
  states_.resize(plan_.errands.size());
  record_.plan = plan_;
  record_.told_of.resize(plan_.errands.size());
}

Task<CallRecord> Conversation::run() {
  while (memory_.is_calling) co_await holdfast::net::sleep_for(runtime_.clock, milliseconds(redial_pause_ms));
  memory_.is_calling = true;
  record_.began_at = runtime_.now();
  // Chats send none of these (facts/vapi.md 4), and what has no name cannot be said to have begun.
  const bool has_events = plan_.channel == Channel::call;
  if (has_events) co_await send_event(render_status_update(context_now(), "in-progress", ""));
  co_await converse();
  memory_.is_calling = false;
  memory_.line = plan_.line;
  record_.hung_up = gone();
  record_.ended_at = runtime_.now();
  const std::string_view reason = record_.hung_up ? "customer-ended-call" : "assistant-ended-call";
  if (has_events) {
    co_await send_event(render_status_update(context_now(), "ended", reason));
    co_await send_event(render_end_of_call_report(context_now(), reason));
  }
  Instant last = runtime_.now();
  for (int attempt = 0; attempt <= plan_.behaviour.delivery_retries; ++attempt) {
    last += milliseconds(plan_.behaviour.server_timeout_ms) + backoff(attempt);
  }
  // Every delivery ends by its own deadlines, so this is no more than a second guard.
  while (!co_await deliveries_.drain(last)) last = runtime_.now() + milliseconds(plan_.behaviour.server_timeout_ms + 1);
  for (const Exchange& exchange : record_.exchanges) add_lint(record_.lint, exchange.lint);
  co_return std::move(record_);
}

Conversation::DeliveryPtr Conversation::post(std::vector<ToolRequest> requests, bool is_duplicate) {
  if (record_.exchanges.size() + requests.size() > exchanges_max(plan_)) {
    exhausted_ = exhausted_ || !is_duplicate;
    return nullptr;
  }
  auto delivery = std::make_shared<Delivery>();
  delivery->requests = std::move(requests);
  if (plan_.behaviour.ids == ToolCallIds::reused && !is_duplicate) {
    for (std::size_t i = 0; i < delivery->requests.size(); ++i)
      delivery->requests[i].call.id = "call_" + std::to_string(i);
  }
  delivery->history = history_;
  delivery->answers.resize(delivery->requests.size());
  delivery->turn = turns_++;
  for (const ToolRequest& request : delivery->requests) {
    delivery->exchanges.push_back(record_.exchanges.size());
    Exchange exchange;
    exchange.asked_at = runtime_.now();
    exchange.tool = request.call.name;
    exchange.tool_call_id = request.call.id;
    exchange.errand = request.errand;
    exchange.said = request.said;
    exchange.confirm = request.confirm;
    exchange.is_duplicate = is_duplicate;
    exchange.arguments = request.call.arguments;
    if (request.slot) exchange.slot_code = request.slot->code;
    record_.exchanges.push_back(std::move(exchange));
    history_.push_back({.kind = HistoryRow::Kind::tool_call, .at = runtime_.now(), .text = {}, .call = request.call});
  }
  deliveries_.spawn(deliver(delivery));
  return delivery;
}

// The body as it goes out now. Static parameters are put over the model's arguments on the way; an unknown number
// becomes "" (facts/vapi.md 3.1).
std::string Conversation::render(const Delivery& delivery, int redelivery) const {
  MessageContext context = context_now();
  context.history = delivery.history;
  context.redelivery = redelivery;
  context.turn = delivery.turn;
  std::vector<WireToolCall> wire;
  for (const ToolRequest& request : delivery.requests) {
    WireToolCall call = request.call;
    Json arguments = Json::parse(call.arguments, nullptr, /*allow_exceptions=*/false);
    if (arguments.is_object()) {
      arguments["caller_number"] = context.caller_number;
      call.arguments = holdfast::dump_json(arguments);
    }
    wire.push_back(plan_.protocol == Protocol::hook ? as_hook_call(call) : std::move(call));
  }
  if (plan_.protocol == Protocol::function_call) return render_function_call(context, wire.front());
  return render_tool_calls(context, wire, plan_.shape);
}

Task<void> Conversation::deliver(DeliveryPtr delivery) {
  for (int attempt = 0; attempt <= plan_.behaviour.delivery_retries; ++attempt) {
    if (attempt > 0) co_await holdfast::net::sleep_for(runtime_.clock, backoff(attempt - 1));
    for (const std::size_t place : delivery->exchanges) ++record_.exchanges[place].deliveries;
    const Instant deadline = runtime_.now() + milliseconds(plan_.behaviour.server_timeout_ms);
    const auto result = co_await backend_.send(make_request(render(*delivery, attempt)), deadline);
    if (!result) {
      for (const std::size_t place : delivery->exchanges) record_.exchanges[place].failure = result.error().message;
      continue;
    }
    take_reply(*delivery, *result);
    if (is_2xx(result->status)) break;
  }
  for (const std::size_t place : delivery->exchanges) {
    Exchange& exchange = record_.exchanges[place];
    if (!exchange.answered_at) exchange.given_up_at = runtime_.now();
  }
  delivery->done = true;
  news_->wake();
}

void Conversation::take_reply(Delivery& delivery, const HttpResponse& response) {
  std::vector<std::string> ids;
  for (const ToolRequest& request : delivery.requests) {
    ids.push_back(plan_.protocol == Protocol::hook ? as_hook_call(request.call).id : request.call.id);
  }
  const bool legacy = plan_.protocol == Protocol::function_call;
  const Reply reply = legacy ? read_legacy_reply(response) : read_reply(response, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Exchange& exchange = record_.exchanges[delivery.exchanges[i]];
    exchange.answered_at = runtime_.now();
    exchange.http_status = response.status;
    add_lint(exchange.lint, reply.lint);
    if (i >= reply.entries.size() || !reply.entries[i].present) continue;
    const WireToolCall& call = delivery.requests[i].call;
    const Tool tool = call.name == book_tool ? Tool::book_appointment : Tool::check_availability;
    Interpretation answer = interpret_result(tool, reply.entries[i].is_error, reply.entries[i].text);
    exchange.raw = reply.entries[i].text;
    exchange.status = answer.status;
    exchange.question = answer.question;
    exchange.say = answer.say;
    exchange.label = answer.label;
    exchange.timezone = answer.timezone;
    exchange.name = answer.name;
    exchange.yours = answer.yours;
    history_.push_back(
        {.kind = HistoryRow::Kind::tool_result, .at = runtime_.now(), .text = exchange.raw, .call = call});
    delivery.answers[i] = std::move(answer);
  }
}

Task<bool> Conversation::await_any(std::vector<DeliveryPtr> deliveries) {
  while (true) {
    bool all_done = true;
    for (const DeliveryPtr& delivery : deliveries) {
      if (delivery->done && !delivery->answers.back().status.empty()) co_return true;
      all_done = all_done && delivery->done;
    }
    if (all_done) co_return true;
    if (gone()) co_return false;
    co_await news_->wait_until(leaves_at_.value_or(Instant::max()));
  }
}

Task<bool> Conversation::pause(std::int64_t duration_ms) {
  const Instant until = runtime_.now() + milliseconds(duration_ms);
  while (!gone() && runtime_.now() < until) {
    // An answer that nobody waits for may wake this too soon; then it waits on.
    co_await news_->wait_until(leaves_at_ ? std::min(until, *leaves_at_) : until);
  }
  co_return !gone();
}

Task<void> Conversation::send_event(std::string body) {
  co_await backend_.send(make_request(std::move(body)), runtime_.now() + milliseconds(event_timeout_ms));
}

HttpRequest Conversation::make_request(std::string body) const {
  HttpRequest request{.method = "POST", .target = plan_.target, .headers = {}, .body = std::move(body)};
  request.headers.set("Content-Type", "application/json");
  if (!plan_.secret.empty()) request.headers.set("Authorization", "Bearer " + plan_.secret.reveal());
  return request;
}

MessageContext Conversation::context_now() const {
  MessageContext context;
  context.call_id = plan_.call_id;
  context.channel = plan_.channel;
  const bool has_line = plan_.channel == Channel::call || plan_.channel == Channel::unnamed;
  if (has_line) context.caller_number = plan_.line;
  context.began_at = record_.began_at;
  context.now = runtime_.now();
  context.history = history_;
  return context;
}

bool Conversation::gone() const {
  return leaves_at_ && runtime_.now() >= *leaves_at_;
}

void Conversation::hear(const Delivery& delivery, std::size_t request) {
  const Interpretation& answer = delivery.answers[request];
  if (answer.status.empty()) return;
  const ToolRequest& asked = delivery.requests[request];
  record_.exchanges[delivery.exchanges[request]].heard = true;
  say(HistoryRow::Kind::assistant, answer.say);
  std::string& told = record_.told_of[asked.errand];
  if (!asked.slot) {
    // A look at the calendar takes nothing back of what was told about a booking.
    if (told == "booked" || told == "pending" || told == "taken") return;
    const bool offered = answer.status == "available" && !answer.slots.empty();
    told = offered ? "" : answer.status == "available" ? "none" : answer.status;
    record_.told = told;
    return;
  }
  told = answer.status;
  record_.told = told;
  if (answer.question.empty()) memory_.heard[{asked.errand, asked.slot->label}] = answer.status;
  if (answer.status != "booked") return;
  // A backend that says "booked" and not what, means what was asked for.
  const std::string& label = answer.label.empty() ? asked.slot->label : answer.label;
  std::string timezone = answer.timezone.empty() ? offer_timezone_ : answer.timezone;
  if (timezone.empty()) timezone = plan_.errands[asked.errand].wish.timezone;
  const auto instant = understand(label, timezone, runtime_.now());
  if (!instant) return;
  auto& booked = record_.told_booked;
  if (std::find(booked.begin(), booked.end(), *instant) == booked.end()) booked.push_back(*instant);
}

void Conversation::say(HistoryRow::Kind who, std::string text) {
  history_.push_back({.kind = who, .at = runtime_.now(), .text = std::move(text), .call = {}});
}

const Persona& Conversation::as_told_now(std::size_t errand) const {
  const Errand& wanted = plan_.errands[errand];
  const std::size_t told = states_[errand].told;
  return told == 0 ? wanted.attendee : wanted.corrections[told - 1];
}

ToolRequest Conversation::make_check(std::size_t errand) {
  const Wish& wish = plan_.errands[errand].wish;
  Json arguments = Json::object();
  if (!wish.date.empty()) arguments["date"] = wish.date;
  if (!wish.time_of_day.empty()) arguments["time_of_day"] = wish.time_of_day;
  if (!wish.service.empty()) arguments["service"] = wish.service;
  if (!wish.timezone.empty()) arguments["timezone"] = wish.timezone;
  ToolRequest request;
  request.errand = errand;
  request.call = {.id = next_id(), .name = std::string(check_tool), .arguments = holdfast::dump_json(arguments)};
  return request;
}

ToolRequest Conversation::make_booking(std::size_t errand, const OfferedSlot& slot) {
  ToolRequest request;
  request.errand = errand;
  request.slot = slot;
  request.said = as_told_now(errand);
  const ErrandState& state = states_[errand];
  if (state.slot && state.slot->label == slot.label) request.confirm = state.confirm;
  Json arguments = {{"slot_code", slot.code}};
  arguments["name"] = request.said.full_name();
  if (!request.said.email.empty()) arguments["email"] = request.said.email;
  if (!request.said.phone.empty() && request.said.phone != plan_.line) {
    arguments["phone"] = spoken_phone(request.said.phone);
  }
  if (!request.confirm.empty()) arguments["confirm"] = request.confirm;
  request.call = {.id = next_id(), .name = std::string(book_tool), .arguments = holdfast::dump_json(arguments)};
  return request;
}

// A booking for this slot has left.
void Conversation::remember(std::size_t errand, const OfferedSlot& slot) {
  ErrandState& state = states_[errand];
  if (std::ranges::find(state.asked, slot.label) == state.asked.end()) state.asked.push_back(slot.label);
  if (!state.slot || state.slot->label != slot.label) state.confirm.clear();
  state.slot = slot;
  memory_.wanted[errand] = slot.label;
  memory_.named[errand] = as_told_now(errand).full_name();
  memory_.heard.try_emplace({errand, slot.label}, "");
}

std::string Conversation::next_id() {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id = "call_";
  for (int i = 0; i < 24; ++i) id += alphabet[ids_.below(alphabet.size())];
  return id;
}

}  // namespace vapi_sim
