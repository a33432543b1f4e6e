// Whatever Vapi, or somebody in its place, posts: every call that was read can be answered by its id, in valid JSON.
#include <set>

#include "core/vapi/messages.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

void check_answers(const vapi::ServerMessage& message) {
  std::vector<vapi::ToolResult> results;
  std::set<std::string> ids;
  for (const vapi::ToolCall& call : message.calls) {
    HOLDFAST_ASSERT(!call.id.empty() && is_utf8(call.id) && is_utf8(call.name));
    HOLDFAST_ASSERT(call.id == "hook-function-call" || ids.insert(call.id).second);
    HOLDFAST_ASSERT(call.arguments.is_object());
    HOLDFAST_ASSERT(call.argument_error.empty() || call.arguments.empty() || call.name.empty());
    const std::string text = dump_json(call.arguments);
    HOLDFAST_ASSERT(parse_json(text) == call.arguments);
    results.push_back({.id = call.id, .name = call.name, .text = text, .is_error = !call.argument_error.empty()});
    const auto legacy = parse_json(vapi::serialise_legacy_result(results.back()));
    HOLDFAST_ASSERT(legacy && legacy->size() == 1);
  }
  const auto written = parse_json(vapi::serialise_results(results));
  HOLDFAST_ASSERT(written && written->at("results").size() == results.size());
  for (std::size_t i = 0; i < results.size(); ++i) {
    HOLDFAST_ASSERT(string_member(written->at("results")[i], "toolCallId") == results[i].id);
  }
}

}  // namespace

void run(std::string_view body) {
  const std::string line = vapi::single_line(body);
  HOLDFAST_ASSERT(vapi::single_line(line) == line);
  HOLDFAST_ASSERT(!is_utf8(body) || is_utf8(line));

  const auto message = vapi::parse_server_message(body);
  const auto again = vapi::parse_server_message(body);
  HOLDFAST_ASSERT(message.has_value() == again.has_value());
  if (!message) {
    HOLDFAST_ASSERT(message.error().kind == ErrorKind::invalid_input && is_utf8(message.error().message));
    return;
  }
  HOLDFAST_ASSERT(!message->type.empty() && message->calls.size() == again->calls.size());
  const vapi::Conversation& who = message->conversation;
  HOLDFAST_ASSERT(is_utf8(who.id) && is_utf8(who.caller_number) && is_utf8(who.called_number));
  check_answers(*message);
}

}  // namespace holdfast::fuzz
