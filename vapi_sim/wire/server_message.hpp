// Renders the bodies Vapi posts to a server URL (facts/vapi.md 2). Written from the facts, without core/vapi: two
// independent readings of the wire is what makes the tests of one against the other worth something.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "vapi_sim/wire/shape.hpp"

namespace vapi_sim {

// One tool call as the model made it. `arguments` is the text of a JSON object.
struct WireToolCall {
  std::string id;
  std::string name;
  std::string arguments = "{}";
};

// One row of the conversation so far, for `artifact.messages`.
struct HistoryRow {
  enum class Kind { assistant, user, tool_call, tool_result };
  Kind kind = Kind::assistant;
  holdfast::Instant at{};
  std::string text;   // what was said, or the result text
  WireToolCall call;  // of tool rows
};

// Where a conversation takes place, which decides how its messages name it (facts/vapi.md 4).
enum class Channel {
  call,          // message.call with its id, and the customer's number
  chat_session,  // message.chat with an id of its own in every message, and the session's; no number
  chat_chain,    // message.chat with an id of its own in every message, and the id before it; no number
  unnamed,       // neither call nor chat: what is left when something in between drops them
};

// In which kind of message a tool is called.
enum class Protocol {
  tool_calls,
  function_call,  // legacy: one call a message, without an id (facts/vapi.md 2.3)
  hook,           // tool-calls fired by a hook: the id is always the same, arguments look like a schema (2.1)
};

// "chat_session", "function_call", …: as reports and scenario files write them.
std::string_view to_string(Channel channel);
std::string_view to_string(Protocol protocol);

// What every message about one conversation carries.
struct MessageContext {
  std::string call_id;
  Channel channel = Channel::call;
  int turn = 0;               // of chats: how many messages went before; a redelivery is the same turn
  std::string caller_number;  // as the network shows it; "" leaves every customer number out
  std::string called_number = "+13105550111";
  std::string assistant_id = "7a1c2f7e-0b1d-4a77-9a38-assistant001";
  std::string server_url = "https://backend.example/vapi";
  holdfast::Instant began_at{};
  holdfast::Instant now{};  // becomes message.timestamp
  // How often this message was sent before: a redelivery is not byte-identical (facts/vapi.md 1), its presigned URLs
  // are new.
  int redelivery = 0;
  std::vector<HistoryRow> history;
};

// The body of a tool-calls message that carries `calls` in the given shape.
std::string render_tool_calls(const MessageContext& context, const std::vector<WireToolCall>& calls,
                              const Shape& shape);
// The body of a legacy function-call message.
std::string render_function_call(const MessageContext& context, const WireToolCall& call);
// The call as a hook fires it: with the hook's id, and its arguments as the properties of a schema.
WireToolCall as_hook_call(const WireToolCall& call);
// The body of a status-update; `ended_reason` is sent only with the status "ended".
std::string render_status_update(const MessageContext& context, std::string_view status, std::string_view ended_reason);
// The body of an end-of-call-report.
std::string render_end_of_call_report(const MessageContext& context, std::string_view ended_reason);
// The body of a message of any other type with the common members only ("hang", "assistant.started", …).
std::string render_event(const MessageContext& context, std::string_view type);

}  // namespace vapi_sim
