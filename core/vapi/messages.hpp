// Vapi's wire: what its server messages mean and how results go back (facts/vapi.md 2.1, 2.2, C1, C2, C5, C6).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"

namespace holdfast::vapi {

// One tool call as the model made it. `arguments` is always an object; when the wire held something that is none,
// `argument_error` says what was wrong in words for the model and `arguments` is empty.
struct ToolCall {
  std::string id;
  std::string name;
  Json arguments = Json::object();
  std::string argument_error;
};

// Who is calling, from the call's own data, never from the model's arguments.
struct Conversation {
  std::string id;             // call.id, else chat.sessionId, else chat.id, else session.id, else ""
  std::string caller_number;  // call.customer.number, else customer.number; "" when hidden or absent. Not normalised.
  std::string called_number;  // phoneNumber.number, else ""
  std::string assistant_id;   // call.assistantId, else assistant.id, else ""
};

// A server message, read as far as the house needs it.
struct ServerMessage {
  std::string type;  // "tool-calls", "status-update", …; unknown types are kept
  Conversation conversation;
  std::vector<ToolCall> calls;  // of tool-calls, each id once, in the order Vapi listed them
};

// How many calls of one message are carried out; Vapi documents no bound (facts/vapi.md 7). Those beyond it come with
// an argument_error, so they are answered too.
inline constexpr std::size_t tool_calls_max = 32;

// Whether an id is a call's own. Those of hooks and of legacy function-calls are the same in every message, so they
// tell no repeat of a call from another one.
bool is_own_id(std::string_view call_id);

// Reads a request body. invalid_input when it is not JSON or has no message.type. Accepts toolCallList, toolCalls and
// toolWithToolCallList[].toolCall; nested and flat; arguments as object, string, empty string or absent; `parameters`
// for `arguments`; when a call is listed several times the entry that tells its arguments best counts. An entry without
// an id is left out, as it cannot be answered; invalid_input when that leaves none. Two
// different calls with one id in one list cannot be answered apart: they become one call with an argument_error. Calls
// fired by hooks all have the id "hook-function-call": they are told apart by name and arguments, and their
// schema-shaped arguments are flattened. Skips
// artifact, assistant prompt and history while parsing: they can be megabytes. Legacy function-call messages become one
// call with id "function-call"; answer them with serialise_legacy_result.
Result<ServerMessage> parse_server_message(std::string_view body);

// One answer. Exactly one of `result` and `error` is sent; both are made single-line.
struct ToolResult {
  std::string id;
  std::string name;
  std::string text;
  bool is_error = false;
};

// {"results":[…]}: one entry per result, in order, with name, toolCallId and result or error as a single-line string.
std::string serialise_results(const std::vector<ToolResult>& results);

// {"result":"…"} or {"error":"…"}: the answer to a legacy function-call message (facts/vapi.md 2.3).
std::string serialise_legacy_result(const ToolResult& result);

// `text` with every line break (CR LF counts as one), tab and other control character turned into one space.
std::string single_line(std::string_view text);

}  // namespace holdfast::vapi
