// The simulator's writer against the core's reader: two readings of the same facts must meet in every shape.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <iterator>
#include <set>

#include "core/base/json.hpp"
#include "core/vapi/messages.hpp"
#include "vapi_sim/wire/reply_lint.hpp"
#include "vapi_sim/wire/server_message.hpp"

namespace vapi_sim {
namespace {

using holdfast::Json;
using holdfast::vapi::parse_server_message;
using holdfast::vapi::ToolResult;

// Text with quotes, breaks and letters beyond ASCII, always valid UTF-8.
rc::Gen<std::string> any_text() {
  return rc::gen::map(
      rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
          "a", "Z", "0", " ", "\"", "\\", "\n", "\t", "{", "}", "[", ":", ",", "\xc3\xa9", "\xe2\x80\xa8", "\x01")),
      [](const std::vector<std::string>& parts) {
        std::string text;
        for (const std::string& part : parts) text += part;
        return text;
      });
}

rc::Gen<Json> any_value() {
  return rc::gen::oneOf(rc::gen::map(any_text(), [](const std::string& text) { return Json(text); }),
                        rc::gen::map(rc::gen::arbitrary<int>(), [](int number) { return Json(number); }),
                        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool flag) { return Json(flag); }),
                        rc::gen::just(Json(nullptr)), rc::gen::just(Json::array({1, "x", Json::object()})),
                        rc::gen::just(Json{{"deep", {{"deeper", Json::array()}}}}));
}

Json draw_arguments() {
  Json arguments = Json::object();
  const int members = *rc::gen::inRange(0, 5);
  for (int i = 0; i < members; ++i) {
    const std::string key = *any_text();
    arguments[key] = *any_value();
  }
  return arguments;
}

std::vector<WireToolCall> draw_calls() {
  std::vector<WireToolCall> calls;
  std::set<std::string> ids;
  const int count = *rc::gen::inRange(1, 6);
  for (int i = 0; i < count; ++i) {
    const std::string text = *any_text();
    const std::string id = "call_" + text + std::to_string(i);
    const std::string name = *rc::gen::element<std::string>("check_availability", "book_appointment", "x");
    calls.push_back({.id = id, .name = name, .arguments = holdfast::dump_json(draw_arguments())});
  }
  return calls;
}

MessageContext draw_context() {
  MessageContext context;
  const std::string text = *any_text();
  context.call_id = "c" + text;
  context.caller_number = *rc::gen::element<std::string>("", "+14155550100");
  context.history.push_back({.kind = HistoryRow::Kind::user, .at = context.now, .text = text, .call = {}});
  return context;
}

RC_GTEST_PROP(RoundTrip, EveryShapeIsReadAlike, ()) {
  const std::vector<WireToolCall> calls = draw_calls();
  const MessageContext context = draw_context();
  for (const Shape& shape : all_shapes()) {
    const auto read = parse_server_message(render_tool_calls(context, calls, shape));
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->type == "tool-calls");
    RC_ASSERT(read->conversation.id == context.call_id);
    RC_ASSERT(read->conversation.caller_number == context.caller_number);
    RC_ASSERT(read->conversation.called_number == context.called_number);
    RC_ASSERT(read->conversation.assistant_id == context.assistant_id);
    RC_ASSERT(read->calls.size() == calls.size());
    for (std::size_t i = 0; i < calls.size(); ++i) {
      RC_ASSERT(read->calls[i].id == calls[i].id);
      RC_ASSERT(read->calls[i].name == calls[i].name);
      RC_ASSERT(read->calls[i].arguments == Json::parse(calls[i].arguments));
      RC_ASSERT(read->calls[i].argument_error.empty());
    }
  }
}

RC_GTEST_PROP(RoundTrip, LegacyAndHookCallsAreReadAlike, ()) {
  const std::vector<WireToolCall> calls = draw_calls();
  const WireToolCall& call = calls.front();
  // A hook's property without a value says nothing.
  Json arguments = Json::parse(call.arguments);
  for (auto it = arguments.begin(); it != arguments.end();) it = it->is_null() ? arguments.erase(it) : std::next(it);
  const MessageContext context = draw_context();
  const auto hook = parse_server_message(render_tool_calls(context, {as_hook_call(call)}, {}));
  RC_ASSERT(hook.has_value() && hook->calls.size() == 1U);
  RC_ASSERT(hook->calls[0].name == call.name);
  RC_ASSERT(hook->calls[0].arguments == arguments);
  const auto legacy = parse_server_message(render_function_call(context, call));
  RC_ASSERT(legacy.has_value() && legacy->calls.size() == 1U);
  RC_ASSERT(legacy->conversation.id == context.call_id);
  RC_ASSERT(legacy->calls[0].name == call.name);
  RC_ASSERT(legacy->calls[0].arguments == Json::parse(call.arguments));
}

TEST(RoundTrip, AChatIsItsSessionAndShowsNoNumber) {
  MessageContext context;
  context.call_id = "session-1";
  context.caller_number = "+14155550100";
  context.turn = 3;
  const std::vector<WireToolCall> calls = {{.id = "a", .name = "check_availability"}};
  context.channel = Channel::chat_session;
  const auto session = parse_server_message(render_tool_calls(context, calls, {}));
  ASSERT_TRUE(session.has_value());
  EXPECT_EQ(session->conversation.id, "session-1");
  EXPECT_EQ(session->conversation.caller_number, "");
  context.channel = Channel::unnamed;
  const auto unnamed = parse_server_message(render_tool_calls(context, calls, {}));
  ASSERT_TRUE(unnamed.has_value());
  EXPECT_EQ(unnamed->conversation.id, "");
  EXPECT_EQ(unnamed->conversation.caller_number, "+14155550100");
}

RC_GTEST_PROP(RoundTrip, AnyAnswerOfTheCoreKeepsVapisRules, ()) {
  std::vector<ToolResult> results;
  std::vector<std::string> ids;
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) {
    const std::string id_text = *any_text();
    ids.push_back(id_text + std::to_string(i));
    const std::string text = *rc::gen::oneOf(any_text(), rc::gen::arbitrary<std::string>());
    // As an error it is words for the model, so it need not be speakable.
    results.push_back({.id = ids.back(), .name = id_text, .text = text, .is_error = true});
  }
  const std::string body = holdfast::vapi::serialise_results(results);
  RC_ASSERT(Json::accept(body));
  RC_ASSERT(body.find('\n') == std::string::npos);
  const Reply reply = read_reply(holdfast::net::HttpResponse::json(200, body), ids);
  RC_ASSERT(reply.lint.empty());
  for (const ReplyEntry& entry : reply.entries) RC_ASSERT(entry.present && entry.is_error);
}

RC_GTEST_PROP(RoundTrip, DamagedBytesNeverCrash, ()) {
  std::string body = render_tool_calls(draw_context(), draw_calls(), *rc::gen::elementOf(all_shapes()));
  const int edits = *rc::gen::inRange(1, 6);
  for (int i = 0; i < edits; ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, body.size());
    const auto byte = *rc::gen::arbitrary<char>();
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        body[place] = byte;
        break;
      case 1:
        body.erase(place, *rc::gen::inRange<std::size_t>(0, 20));
        break;
      default:
        body.insert(place, 1, byte);
    }
    if (body.empty()) body = "x";
  }
  const auto read = parse_server_message(body);
  if (read) {
    for (const auto& call : read->calls) RC_ASSERT(call.arguments.is_object() && !call.id.empty());
  } else {
    RC_ASSERT(read.error().kind == holdfast::ErrorKind::invalid_input);
  }
}

// Replaces one value anywhere in `json` by another of any type.
void mutate(Json& json, int& steps) {
  if (steps-- == 0) {
    json = *any_value();
    return;
  }
  if (!json.is_structured()) return;
  for (auto& [key, value] : json.items()) {
    if (steps >= 0) mutate(value, steps);
  }
}

RC_GTEST_PROP(RoundTrip, WrongTypesAnywhereNeverCrash, ()) {
  Json body = Json::parse(render_tool_calls(draw_context(), draw_calls(), *rc::gen::elementOf(all_shapes())));
  const int edits = *rc::gen::inRange(1, 4);
  for (int i = 0; i < edits; ++i) {
    int steps = *rc::gen::inRange(0, 120);
    mutate(body, steps);
  }
  const auto read = parse_server_message(body.dump());
  if (!read) {
    RC_ASSERT(read.error().kind == holdfast::ErrorKind::invalid_input);
    return;
  }
  std::set<std::string> ids;
  for (const auto& call : read->calls) {
    RC_ASSERT(call.arguments.is_object());
    RC_ASSERT(!call.id.empty());
    RC_ASSERT(ids.insert(call.id).second);
  }
}

RC_GTEST_PROP(RoundTrip, AnyBytesNeverCrash, (const std::string& bytes)) {
  static_cast<void>(parse_server_message(bytes));
  static_cast<void>(parse_server_message(R"({"message":{"type":"tool-calls","toolCallList":)" + bytes + "}}"));
}

}  // namespace
}  // namespace vapi_sim
