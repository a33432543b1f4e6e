#include "vapi_sim/wire/server_message.hpp"

#include <cstdio>

#include "core/base/hash.hpp"
#include "core/base/json.hpp"

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Json;

// The prompt a booking assistant would have; it is on the wire with every tool call.
constexpr std::string_view prompt =
    "You answer the phone of a business and book appointments. Use check_availability before you offer a time, and "
    "book_appointment once the caller chose one and gave their name. Say that something is booked only when the tool "
    "said so.";

double seconds_between(Instant from, Instant to) {
  return static_cast<double>((to - from).count()) / 1000.0;
}

// The arguments as a value; text that is no JSON stays text, as a model can write any.
Json arguments_value(const WireToolCall& call) {
  Json value = Json::parse(call.arguments, nullptr, /*allow_exceptions=*/false);
  return value.is_discarded() ? Json(call.arguments) : value;
}

Json render_entry(const WireToolCall& call, const Shape& shape) {
  const char* key = shape.argument_key == Shape::ArgumentKey::parameters ? "parameters" : "arguments";
  Json arguments = shape.arguments == Shape::Arguments::string ? Json(call.arguments) : arguments_value(call);
  if (shape.nesting == Shape::Nesting::flat) {
    return {{"id", call.id}, {"name", call.name}, {key, std::move(arguments)}};
  }
  return {{"id", call.id}, {"type", "function"}, {"function", {{"name", call.name}, {key, std::move(arguments)}}}};
}

Json render_row(const HistoryRow& row, Instant began_at) {
  Json json = {{"time", holdfast::to_epoch_ms(row.at)}, {"secondsFromStart", seconds_between(began_at, row.at)}};
  switch (row.kind) {
    case HistoryRow::Kind::assistant:
    case HistoryRow::Kind::user:
      json["role"] = row.kind == HistoryRow::Kind::user ? "user" : "bot";
      json["message"] = row.text;
      json["endTime"] = holdfast::to_epoch_ms(row.at);
      json["duration"] = 0;
      break;
    case HistoryRow::Kind::tool_call: {
      json["role"] = "tool_calls";
      json["message"] = "";
      // In the history arguments are always text (facts/vapi.md 2.2).
      const Json function = {{"name", row.call.name}, {"arguments", row.call.arguments}};
      json["toolCalls"] = Json::array({Json{{"id", row.call.id}, {"type", "function"}, {"function", function}}});
      break;
    }
    case HistoryRow::Kind::tool_result:
      json["role"] = "tool_call_result";
      json["name"] = row.call.name;
      json["toolCallId"] = row.call.id;
      json["result"] = row.text;
      break;
  }
  return json;
}

Json render_artifact(const MessageContext& context) {
  Json messages = Json::array();
  messages.push_back({{"role", "system"},
                      {"message", prompt},
                      {"time", holdfast::to_epoch_ms(context.began_at)},
                      {"secondsFromStart", 0}});
  Json formatted = Json::array();
  formatted.push_back({{"role", "system"}, {"content", prompt}});
  for (const HistoryRow& row : context.history) {
    messages.push_back(render_row(row, context.began_at));
    if (row.kind == HistoryRow::Kind::assistant || row.kind == HistoryRow::Kind::user) {
      formatted.push_back({{"role", row.kind == HistoryRow::Kind::user ? "user" : "assistant"}, {"content", row.text}});
    }
  }
  char signature[17];
  const std::uint64_t start = holdfast::fnv1a_start + static_cast<std::uint64_t>(context.redelivery);
  std::snprintf(signature, sizeof signature, "%016llx",
                static_cast<unsigned long long>(holdfast::fnv1a(context.call_id, start)));
  return {{"messages", std::move(messages)},
          {"messagesOpenAIFormatted", std::move(formatted)},
          {"presignedMonoUrl", "https://recordings.example/" + context.call_id + "?signature=" + signature}};
}

// The id of a chat's n-th message; 0 is the first.
std::string chat_id(const MessageContext& context, int turn) {
  return context.call_id + "-chat-" + std::to_string(turn);
}

// A telephone call. It is a snapshot from its creation, so its status never moves.
Json render_call(const MessageContext& context, const Json& customer) {
  const std::string created = holdfast::format_iso_utc(context.began_at);
  return {{"id", context.call_id},
          {"orgId", "org-0001"},
          {"type", "inboundPhoneCall"},
          {"status", "ringing"},
          {"assistantId", context.assistant_id},
          {"phoneNumberId", "number-0001"},
          {"customer", customer},
          {"createdAt", created},
          {"updatedAt", created}};
}

Json render_chat(const MessageContext& context) {
  Json chat = {{"id", chat_id(context, context.turn)},
               {"orgId", "org-0001"},
               {"assistantId", context.assistant_id},
               {"createdAt", holdfast::format_iso_utc(context.now)}};
  if (context.channel == Channel::chat_session) {
    chat["sessionId"] = context.call_id;
  } else if (context.turn > 0) {
    chat["previousChatId"] = chat_id(context, context.turn - 1);
  }
  return chat;
}

// The members that nearly every message has.
Json render_common(const MessageContext& context, std::string_view type, bool with_artifact) {
  Json message = {{"type", type},
                  {"timestamp", holdfast::to_epoch_ms(context.now)},
                  {"assistant",
                   {{"id", context.assistant_id},
                    {"name", "Booking"},
                    {"model", Json::object()},
                    {"voice", Json::object()},
                    {"transcriber", Json::object()}}}};
  const bool is_chat = context.channel == Channel::chat_session || context.channel == Channel::chat_chain;
  if (is_chat) {
    message["chat"] = render_chat(context);
  } else {
    Json customer = Json::object();
    if (!context.caller_number.empty()) customer["number"] = context.caller_number;
    if (context.channel == Channel::call) message["call"] = render_call(context, customer);
    message["phoneNumber"] = {
        {"id", "number-0001"}, {"provider", "twilio"}, {"number", context.called_number}, {"name", "Main"}};
    message["customer"] = std::move(customer);
  }
  if (with_artifact) message["artifact"] = render_artifact(context);
  return message;
}

std::string wrap(Json message) {
  Json body = Json::object();
  body["message"] = std::move(message);
  return holdfast::dump_json(body);
}

}  // namespace

std::string_view to_string(Channel channel) {
  switch (channel) {
    case Channel::call:
      return "call";
    case Channel::chat_session:
      return "chat_session";
    case Channel::chat_chain:
      return "chat_chain";
    case Channel::unnamed:
      return "unnamed";
  }
  return "call";
}

std::string_view to_string(Protocol protocol) {
  switch (protocol) {
    case Protocol::tool_calls:
      return "tool_calls";
    case Protocol::function_call:
      return "function_call";
    case Protocol::hook:
      return "hook";
  }
  return "tool_calls";
}

std::string render_tool_calls(const MessageContext& context, const std::vector<WireToolCall>& calls,
                              const Shape& shape) {
  Json message = render_common(context, "tool-calls", shape.artifact);
  Json entries = Json::array();
  for (const WireToolCall& call : calls) entries.push_back(render_entry(call, shape));
  if (shape.list == Shape::List::tool_with_tool_call_list || shape.list == Shape::List::all) {
    Json with_tools = Json::array();
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const Json schema = {{"type", "object"}, {"properties", Json::object()}, {"required", Json::array()}};
      with_tools.push_back(
          {{"type", "function"},
           {"async", false},
           {"function", {{"name", calls[i].name}, {"description", "A tool of the business."}, {"parameters", schema}}},
           {"server", {{"url", context.server_url}}},
           {"messages", Json::array()},
           {"toolCall", entries[i]}});
    }
    message["toolWithToolCallList"] = std::move(with_tools);
  }
  if (shape.list == Shape::List::tool_call_list || shape.list == Shape::List::all) message["toolCallList"] = entries;
  if (shape.list == Shape::List::tool_calls || shape.list == Shape::List::all) message["toolCalls"] = entries;
  return wrap(std::move(message));
}

std::string render_function_call(const MessageContext& context, const WireToolCall& call) {
  Json message = render_common(context, "function-call", /*with_artifact=*/false);
  message["functionCall"] = {{"name", call.name}, {"parameters", arguments_value(call)}};
  return wrap(std::move(message));
}

WireToolCall as_hook_call(const WireToolCall& call) {
  const Json arguments = arguments_value(call);
  Json properties = Json::object();
  if (arguments.is_object()) {
    for (const auto& [name, value] : arguments.items()) properties[name] = {{"type", "string"}, {"value", value}};
  }
  const Json schema = {{"type", "object"}, {"properties", std::move(properties)}};
  return {.id = "hook-function-call", .name = call.name, .arguments = holdfast::dump_json(schema)};
}

std::string render_status_update(const MessageContext& context, std::string_view status,
                                 std::string_view ended_reason) {
  Json message = render_common(context, "status-update", /*with_artifact=*/false);
  message["status"] = status;
  if (status == "ended") message["endedReason"] = ended_reason;
  return wrap(std::move(message));
}

std::string render_end_of_call_report(const MessageContext& context, std::string_view ended_reason) {
  Json message = render_common(context, "end-of-call-report", /*with_artifact=*/true);
  const double seconds = seconds_between(context.began_at, context.now);
  message["endedReason"] = ended_reason;
  message["startedAt"] = holdfast::format_iso_utc(context.began_at);
  message["endedAt"] = holdfast::format_iso_utc(context.now);
  message["cost"] = 0;
  message["costs"] = Json::array();
  message["analysis"] = {{"summary", ""}, {"successEvaluation", ""}, {"structuredData", Json::object()}};
  message["durationMs"] = (context.now - context.began_at).count();
  message["durationSeconds"] = seconds;
  return wrap(std::move(message));
}

std::string render_event(const MessageContext& context, std::string_view type) {
  return wrap(render_common(context, type, /*with_artifact=*/false));
}

}  // namespace vapi_sim
