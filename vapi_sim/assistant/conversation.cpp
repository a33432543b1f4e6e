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
// After this many lost races a caller gives up.
constexpr int alternatives_max = 3;
constexpr int exchanges_beside_pending = 8;

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

void add_lint(std::vector<std::string>& lint, const std::vector<std::string>& more) {
  for (const std::string& rule : more) {
    if (std::find(lint.begin(), lint.end(), rule) == lint.end()) lint.push_back(rule);
  }
}

}  // namespace

Conversation::Conversation(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend, CallPlan plan)
    : runtime_(runtime),
      backend_(backend),
      plan_(std::move(plan)),
      deliveries_(runtime),
      news_(runtime.clock.make_timer()),
      ids_(holdfast::fnv1a(plan_.call_id)),
      pending_asks_left_(plan_.behaviour.pending_asks_max) {
  record_.plan = plan_;
}

Task<CallRecord> Conversation::run() {
  record_.began_at = runtime_.now();
  co_await send_event(render_status_update(context_now(), "in-progress", ""));
  co_await converse();
  record_.hung_up = gone();
  record_.ended_at = runtime_.now();
  const std::string_view reason = record_.hung_up ? "customer-ended-call" : "assistant-ended-call";
  co_await send_event(render_status_update(context_now(), "ended", reason));
  co_await send_event(render_end_of_call_report(context_now(), reason));
  Instant last = runtime_.now();
  for (int attempt = 0; attempt <= plan_.behaviour.delivery_retries; ++attempt) {
    last += milliseconds(plan_.behaviour.server_timeout_ms) + backoff(attempt);
  }
  // Every delivery ends by its own deadlines, so this is no more than a second guard.
  while (!co_await deliveries_.drain(last)) last = runtime_.now() + milliseconds(plan_.behaviour.server_timeout_ms + 1);
  for (const Exchange& exchange : record_.exchanges) add_lint(record_.lint, exchange.lint);
  co_return std::move(record_);
}

Task<void> Conversation::converse() {
  say(HistoryRow::Kind::assistant, "Hello, how may I help?");
  say(HistoryRow::Kind::user, "I would like an appointment " + plan_.wish.date + " " + plan_.wish.time_of_day);
  const std::optional<Interpretation> offer = co_await find_slots();
  if (!offer || !co_await pause(plan_.behaviour.think_ms)) co_return;
  const int last = static_cast<int>(offer->slots.size()) - 1;
  OfferedSlot slot = offer->slots[static_cast<std::size_t>(std::clamp(plan_.wish.choice, 0, last))];
  say(HistoryRow::Kind::user, slot.label + " please");
  Interpretation outcome = co_await book_until_settled(slot);
  for (int taken = 0; taken < alternatives_max && plan_.behaviour.accept_alternative; ++taken) {
    if (outcome.status != "taken" || outcome.slots.empty() || gone() || exhausted_) break;
    slot = outcome.slots.front();
    if (!co_await pause(plan_.behaviour.think_ms)) co_return;
    say(HistoryRow::Kind::user, "Then " + slot.label);
    outcome = co_await book_until_settled(slot);
  }
  if (plan_.behaviour.reissue_book_new_id && !exhausted_ && co_await pause(plan_.behaviour.think_ms)) {
    co_await book_until_settled(slot);
  }
}

// Asks for times, a second time when there was no answer or the calendar could not be read: a model calls again then,
// with a new id (facts/vapi.md 8.3). nullopt when there is nothing to choose from.
Task<std::optional<Interpretation>> Conversation::find_slots() {
  for (int attempt = 0; attempt < 2; ++attempt) {
    std::vector<WireToolCall> calls;
    calls.push_back(make_check());
    const DeliveryPtr delivery = post(std::move(calls), nullptr);
    if (!delivery || !co_await await_any({delivery})) co_return std::nullopt;
    hear(*delivery, 0, nullptr);
    const Interpretation& answer = delivery->answers[0];
    if (answer.status == "available" && !answer.slots.empty()) {
      offer_timezone_ = answer.timezone;
      co_return answer;
    }
    if (!answer.status.empty() && answer.status != "error") break;
    if (attempt == 0) co_await pause(plan_.behaviour.think_ms);
  }
  co_return std::nullopt;
}

// Asks to book, and again with new ids while the outcome is pending or no answer came at all.
Task<Interpretation> Conversation::book_until_settled(OfferedSlot slot) {
  Interpretation outcome = co_await ask_booking(slot);
  while ((outcome.status == "pending" || outcome.status.empty()) && pending_asks_left_ > 0 && !exhausted_) {
    --pending_asks_left_;
    if (!co_await pause(plan_.behaviour.pending_wait_ms)) break;
    outcome = co_await ask_booking(slot);
  }
  co_return outcome;
}

// Sends one booking, with what the behaviour adds to the first of a call, and returns what the caller heard.
Task<Interpretation> Conversation::ask_booking(OfferedSlot slot) {
  const bool is_first = !booked_before_;
  booked_before_ = true;
  std::vector<WireToolCall> calls;
  if (is_first && plan_.behaviour.two_tools_one_message) calls.push_back(make_check());
  calls.push_back(make_booking(slot));
  const DeliveryPtr delivery = post(std::move(calls), &slot);
  if (!delivery) co_return Interpretation{};
  if (is_first && plan_.behaviour.hang_up_after_book_ms) {
    leaves_at_ = runtime_.now() + milliseconds(*plan_.behaviour.hang_up_after_book_ms);
  }
  const std::size_t booking = delivery->calls.size() - 1;
  if (is_first && plan_.behaviour.repeat_book_concurrently) {
    const DeliveryPtr twin = post(delivery->calls, &slot);
    std::vector<DeliveryPtr> both = {delivery};
    if (twin) both.push_back(twin);
    if (!co_await await_any(both)) co_return Interpretation{};
    const bool use_twin = twin && twin->done && (!delivery->done || delivery->answers[booking].status.empty());
    const DeliveryPtr& answered = use_twin ? twin : delivery;
    hear(*answered, booking, &slot);
    co_return answered->answers[booking];
  }
  std::vector<DeliveryPtr> waited = {delivery};
  if (!co_await await_any(std::move(waited))) co_return Interpretation{};
  hear(*delivery, booking, &slot);
  if (is_first && plan_.behaviour.repeat_book_same_id) co_return co_await repeat_booking(delivery, slot);
  co_return delivery->answers[booking];
}

// The same message once more. Vapi takes the first answer to an id, so the second is heard only when the first was
// lost.
Task<Interpretation> Conversation::repeat_booking(DeliveryPtr first, OfferedSlot slot) {
  const std::size_t booking = first->calls.size() - 1;
  const DeliveryPtr again = post(first->calls, &slot);
  if (!again) co_return first->answers[booking];
  std::vector<DeliveryPtr> waited = {again};
  const bool stayed = co_await await_any(std::move(waited));
  if (!stayed || !first->answers[booking].status.empty()) co_return first->answers[booking];
  hear(*again, booking, &slot);
  co_return again->answers[booking];
}

Conversation::DeliveryPtr Conversation::post(std::vector<WireToolCall> calls, const OfferedSlot* slot) {
  const std::size_t exchanges_max =
      static_cast<std::size_t>(std::max(plan_.behaviour.pending_asks_max, 0) + exchanges_beside_pending);
  if (record_.exchanges.size() + calls.size() > exchanges_max) {
    exhausted_ = true;
    return nullptr;
  }
  auto delivery = std::make_shared<Delivery>();
  delivery->calls = std::move(calls);
  delivery->history = history_;
  delivery->answers.resize(delivery->calls.size());
  for (const WireToolCall& call : delivery->calls) {
    delivery->exchanges.push_back(record_.exchanges.size());
    Exchange exchange;
    exchange.asked_at = runtime_.now();
    exchange.tool = call.name;
    exchange.tool_call_id = call.id;
    exchange.arguments = call.arguments;
    if (slot != nullptr && call.name == book_tool) exchange.slot_code = slot->code;
    record_.exchanges.push_back(std::move(exchange));
    history_.push_back({.kind = HistoryRow::Kind::tool_call, .at = runtime_.now(), .text = {}, .call = call});
  }
  deliveries_.spawn(deliver(delivery));
  return delivery;
}

Task<void> Conversation::deliver(DeliveryPtr delivery) {
  // Static parameters are put over the model's arguments on the way out; an unknown number becomes ""
  // (facts/vapi.md 3.1).
  std::vector<WireToolCall> wire = delivery->calls;
  for (WireToolCall& call : wire) {
    Json arguments = Json::parse(call.arguments, nullptr, /*allow_exceptions=*/false);
    if (!arguments.is_object()) continue;
    arguments["caller_number"] = plan_.persona.phone;
    call.arguments = holdfast::dump_json(arguments);
  }
  for (int attempt = 0; attempt <= plan_.behaviour.delivery_retries; ++attempt) {
    if (attempt > 0) co_await holdfast::net::sleep_for(runtime_.clock, backoff(attempt - 1));
    MessageContext context = context_now();
    context.history = delivery->history;
    context.redelivery = attempt;
    for (const std::size_t place : delivery->exchanges) ++record_.exchanges[place].deliveries;
    const Instant deadline = runtime_.now() + milliseconds(plan_.behaviour.server_timeout_ms);
    const auto result = co_await backend_.send(make_request(render_tool_calls(context, wire, plan_.shape)), deadline);
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
  for (const WireToolCall& call : delivery.calls) ids.push_back(call.id);
  const Reply reply = read_reply(response, ids);
  for (std::size_t i = 0; i < ids.size(); ++i) {
    Exchange& exchange = record_.exchanges[delivery.exchanges[i]];
    exchange.answered_at = runtime_.now();
    exchange.http_status = response.status;
    add_lint(exchange.lint, reply.lint);
    if (!reply.entries[i].present) continue;
    const Tool tool = delivery.calls[i].name == book_tool ? Tool::book_appointment : Tool::check_availability;
    Interpretation answer = interpret_result(tool, reply.entries[i].is_error, reply.entries[i].text);
    exchange.raw = reply.entries[i].text;
    exchange.status = answer.status;
    exchange.say = answer.say;
    exchange.label = answer.label;
    exchange.timezone = answer.timezone;
    history_.push_back(
        {.kind = HistoryRow::Kind::tool_result, .at = runtime_.now(), .text = exchange.raw, .call = delivery.calls[i]});
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
  context.caller_number = plan_.persona.phone;
  context.began_at = record_.began_at;
  context.now = runtime_.now();
  context.history = history_;
  return context;
}

bool Conversation::gone() const {
  return leaves_at_ && runtime_.now() >= *leaves_at_;
}

void Conversation::hear(const Delivery& delivery, std::size_t call, const OfferedSlot* slot) {
  const Interpretation& answer = delivery.answers[call];
  if (answer.status.empty()) return;
  record_.exchanges[delivery.exchanges[call]].heard = true;
  say(HistoryRow::Kind::assistant, answer.say);
  if (slot == nullptr) {
    const bool offered = answer.status == "available" && !answer.slots.empty();
    record_.told = offered ? "" : answer.status == "available" ? "none" : answer.status;
    return;
  }
  record_.told = answer.status;
  if (answer.status != "booked") return;
  // A backend that says "booked" and not what, means what was asked for.
  const std::string& label = answer.label.empty() ? slot->label : answer.label;
  std::string timezone = answer.timezone.empty() ? offer_timezone_ : answer.timezone;
  if (timezone.empty()) timezone = plan_.wish.timezone;
  const auto instant = understand(label, timezone, runtime_.now());
  if (!instant) return;
  auto& booked = record_.told_booked;
  if (std::find(booked.begin(), booked.end(), *instant) == booked.end()) booked.push_back(*instant);
}

void Conversation::say(HistoryRow::Kind who, std::string text) {
  history_.push_back({.kind = who, .at = runtime_.now(), .text = std::move(text), .call = {}});
}

WireToolCall Conversation::make_check() {
  Json arguments = Json::object();
  if (!plan_.wish.date.empty()) arguments["date"] = plan_.wish.date;
  if (!plan_.wish.time_of_day.empty()) arguments["time_of_day"] = plan_.wish.time_of_day;
  if (!plan_.wish.service.empty()) arguments["service"] = plan_.wish.service;
  if (!plan_.wish.timezone.empty()) arguments["timezone"] = plan_.wish.timezone;
  return {.id = next_id(), .name = std::string(check_tool), .arguments = holdfast::dump_json(arguments)};
}

WireToolCall Conversation::make_booking(const OfferedSlot& slot) {
  Json arguments = {{"slot_code", slot.code}};
  arguments["name"] = plan_.persona.last_name.empty() ? plan_.persona.first_name
                                                      : plan_.persona.first_name + " " + plan_.persona.last_name;
  if (!plan_.persona.email.empty()) arguments["email"] = plan_.persona.email;
  return {.id = next_id(), .name = std::string(book_tool), .arguments = holdfast::dump_json(arguments)};
}

std::string Conversation::next_id() {
  constexpr std::string_view alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  std::string id = "call_";
  for (int i = 0; i < 24; ++i) id += alphabet[ids_.below(alphabet.size())];
  return id;
}

}  // namespace vapi_sim
