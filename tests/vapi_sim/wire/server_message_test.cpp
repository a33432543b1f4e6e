#include "vapi_sim/wire/server_message.hpp"

#include <gtest/gtest.h>

#include "core/base/json.hpp"

namespace vapi_sim {
namespace {

using holdfast::Json;

MessageContext context() {
  MessageContext context;
  context.call_id = "019a9046";
  context.caller_number = "+14155550100";
  context.began_at = holdfast::from_epoch_ms(1'787'313'570'000);
  context.now = holdfast::from_epoch_ms(1'787'313'600'123);
  context.history.push_back({.kind = HistoryRow::Kind::user, .at = context.now, .text = "Thursday?", .call = {}});
  context.history.push_back({.kind = HistoryRow::Kind::tool_call,
                             .at = context.now,
                             .text = {},
                             .call = {.id = "call_0", .name = "n", .arguments = R"({"a":1})"}});
  return context;
}

const WireToolCall call{.id = "call_1", .name = "check_availability", .arguments = R"({"date":"2026-08-27"})"};

TEST(ServerMessage, DefaultIsTheCapturedBody) {
  const Json message = Json::parse(render_tool_calls(context(), {call}, {})).at("message");
  EXPECT_EQ(message.at("type"), "tool-calls");
  EXPECT_EQ(message.at("timestamp"), 1'787'313'600'123);
  const Json entry = Json::parse(
      R"({"id":"call_1","type":"function","function":{"name":"check_availability","arguments":{"date":"2026-08-27"}}})");
  EXPECT_EQ(message.at("toolCalls"), Json::array({entry}));
  EXPECT_EQ(message.at("toolCallList"), Json::array({entry}));
  EXPECT_EQ(message.at("toolWithToolCallList").at(0).at("toolCall"), entry);
  EXPECT_EQ(message.at("toolWithToolCallList").at(0).at("function").at("name"), "check_availability");
  EXPECT_EQ(message.at("call").at("id"), "019a9046");
  EXPECT_EQ(message.at("call").at("customer").at("number"), "+14155550100");
  EXPECT_EQ(message.at("customer").at("number"), "+14155550100");
  EXPECT_EQ(message.at("phoneNumber").at("number"), "+13105550111");
  // System row and the two of the conversation; arguments are text in the history.
  EXPECT_EQ(message.at("artifact").at("messages").size(), 3U);
  EXPECT_EQ(message.at("artifact").at("messages").at(2).at("toolCalls").at(0).at("function").at("arguments"),
            R"({"a":1})");
  EXPECT_EQ(message.at("artifact").at("messagesOpenAIFormatted").at(1).at("content"), "Thursday?");
}

TEST(ServerMessage, ShapesWriteWhatTheySay) {
  const Shape shape{.list = Shape::List::tool_calls,
                    .nesting = Shape::Nesting::flat,
                    .arguments = Shape::Arguments::string,
                    .argument_key = Shape::ArgumentKey::parameters,
                    .artifact = false};
  const Json message = Json::parse(render_tool_calls(context(), {call}, shape)).at("message");
  EXPECT_FALSE(message.contains("toolCallList"));
  EXPECT_FALSE(message.contains("toolWithToolCallList"));
  EXPECT_FALSE(message.contains("artifact"));
  EXPECT_EQ(message.at("toolCalls"), Json::parse(R"([{"id":"call_1","name":"check_availability",
      "parameters":"{\"date\":\"2026-08-27\"}"}])"));
}

TEST(ServerMessage, ARedeliveryIsNotByteIdentical) {
  MessageContext again = context();
  again.redelivery = 1;
  EXPECT_NE(render_tool_calls(context(), {call}, {}), render_tool_calls(again, {call}, {}));
}

TEST(ServerMessage, AHiddenCallerHasNoNumberAnywhere) {
  MessageContext hidden = context();
  hidden.caller_number = "";
  const Json message = Json::parse(render_tool_calls(hidden, {call}, {})).at("message");
  EXPECT_FALSE(message.at("customer").contains("number"));
  EXPECT_FALSE(message.at("call").at("customer").contains("number"));
}

TEST(ServerMessage, EventsOfACall) {
  const Json begun = Json::parse(render_status_update(context(), "in-progress", "")).at("message");
  EXPECT_EQ(begun.at("status"), "in-progress");
  EXPECT_FALSE(begun.contains("endedReason"));
  const Json ended = Json::parse(render_status_update(context(), "ended", "customer-ended-call")).at("message");
  EXPECT_EQ(ended.at("endedReason"), "customer-ended-call");
  // The call is a snapshot from its creation (facts/vapi.md 2.1).
  EXPECT_EQ(ended.at("call").at("status"), begun.at("call").at("status"));
  const Json report = Json::parse(render_end_of_call_report(context(), "customer-ended-call")).at("message");
  EXPECT_EQ(report.at("type"), "end-of-call-report");
  EXPECT_EQ(report.at("durationMs"), 30'123);
  EXPECT_EQ(report.at("endedAt"), "2026-08-21T12:00:00.123Z");
  EXPECT_EQ(Json::parse(render_event(context(), "hang")).at("message").at("type"), "hang");
}

}  // namespace
}  // namespace vapi_sim
