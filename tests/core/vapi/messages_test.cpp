#include "core/vapi/messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

namespace {

using holdfast::ErrorKind;
using holdfast::Json;
using holdfast::vapi::parse_server_message;
using holdfast::vapi::serialise_legacy_result;
using holdfast::vapi::serialise_results;
using holdfast::vapi::ServerMessage;
using holdfast::vapi::single_line;
using holdfast::vapi::ToolResult;

ServerMessage parse(const std::string& body) {
  auto parsed = parse_server_message(body);
  EXPECT_TRUE(parsed.has_value()) << (parsed ? "" : parsed.error().message) << "\n" << body;
  return parsed ? *parsed : ServerMessage{};
}

// A tool-calls body whose toolCallList is `entries`.
std::string tool_calls(const std::string& entries) {
  return R"({"message":{"type":"tool-calls","toolCallList":)" + entries + "}}";
}

constexpr const char* captured_body = R"({
  "message": {
    "timestamp": 1787313600123, "type": "tool-calls",
    "toolCalls": [{"id":"call_mo4","type":"function","function":{"name":"check_availability","arguments":{"date":"2026-08-27","service":"consult"}}}],
    "toolCallList": [{"id":"call_mo4","type":"function","function":{"name":"check_availability","arguments":{"date":"2026-08-27","service":"consult"}}}],
    "toolWithToolCallList": [{"type":"function","async":false,
      "function":{"name":"check_availability","description":"d","parameters":{"type":"object","properties":{},"required":[]}},
      "server":{"url":"https://host/vapi"},"messages":[],
      "toolCall":{"id":"call_mo4","type":"function","function":{"name":"check_availability","arguments":{"date":"2026-08-27","service":"consult"}}}}],
    "artifact": {"messages":[{"role":"system","message":"prompt","time":1787313580013}],"messagesOpenAIFormatted":[]},
    "call": {"id":"019a9046","type":"inboundPhoneCall","status":"ringing","assistantId":"asst_1","customer":{"number":"+14155550100"}},
    "phoneNumber": {"id":"p","provider":"twilio","number":"+13105550111","twilioAuthToken":"x"},
    "customer": {"number":"+19995550000"},
    "assistant": {"id":"asst_2","model":{"messages":[]}}
  }
})";

TEST(Messages, CapturedBodyIsOneCallWithItsConversation) {
  const ServerMessage message = parse(captured_body);
  EXPECT_EQ(message.type, "tool-calls");
  EXPECT_EQ(message.conversation.id, "019a9046");
  EXPECT_EQ(message.conversation.caller_number, "+14155550100");
  EXPECT_EQ(message.conversation.called_number, "+13105550111");
  EXPECT_EQ(message.conversation.assistant_id, "asst_1");
  ASSERT_EQ(message.calls.size(), 1U);
  EXPECT_EQ(message.calls[0].id, "call_mo4");
  EXPECT_EQ(message.calls[0].name, "check_availability");
  EXPECT_EQ(message.calls[0].arguments, (Json{{"date", "2026-08-27"}, {"service", "consult"}}));
  EXPECT_EQ(message.calls[0].argument_error, "");
}

TEST(Messages, EveryWayToWriteArguments) {
  const Json full = {{"date", "today"}};
  const std::vector<std::pair<std::string, Json>> cases = {
      {R"({"id":"a","name":"n","arguments":{"date":"today"}})", full},
      {R"({"id":"a","name":"n","parameters":{"date":"today"}})", full},
      {R"({"id":"a","name":"n","arguments":"{\"date\":\"today\"}"})", full},
      {R"({"id":"a","name":"n","parameters":"{\"date\":\"today\"}"})", full},
      {R"({"id":"a","name":"n","arguments":"\"{\\\"date\\\":\\\"today\\\"}\""})", full},
      {R"({"id":"a","function":{"name":"n","arguments":{"date":"today"}}})", full},
      {R"({"id":"a","function":{"name":"n","parameters":"{\"date\":\"today\"}"}})", full},
      {R"({"id":"a","function":{"name":"n"},"arguments":{"date":"today"}})", full},
      {R"({"id":"a","name":"n","arguments":"","parameters":{"date":"today"}})", full},
      {R"({"id":"a","name":"n","arguments":""})", Json::object()},
      {R"({"id":"a","name":"n","arguments":" \n "})", Json::object()},
      {R"({"id":"a","name":"n","arguments":"{}"})", Json::object()},
      {R"({"id":"a","name":"n","arguments":"null"})", Json::object()},
      {R"({"id":"a","name":"n","arguments":{}})", Json::object()},
      {R"({"id":"a","name":"n","arguments":null})", Json::object()},
      {R"({"id":"a","name":"n"})", Json::object()},
  };
  for (const auto& [entry, arguments] : cases) {
    const ServerMessage message = parse(tool_calls("[" + entry + "]"));
    ASSERT_EQ(message.calls.size(), 1U) << entry;
    EXPECT_EQ(message.calls[0].id, "a") << entry;
    EXPECT_EQ(message.calls[0].name, "n") << entry;
    EXPECT_EQ(message.calls[0].arguments, arguments) << entry;
    EXPECT_EQ(message.calls[0].argument_error, "") << entry;
  }
}

TEST(Messages, UnreadableArgumentsAreSaidInWordsAndStillAnswered) {
  for (const char* arguments : {R"("{\"date\":")", R"("tomorrow")", "[1]", "7", "true", R"("[1]")"}) {
    const ServerMessage message =
        parse(tool_calls(std::string(R"([{"id":"a","name":"n","arguments":)") + arguments + "}]"));
    ASSERT_EQ(message.calls.size(), 1U) << arguments;
    EXPECT_NE(message.calls[0].argument_error, "") << arguments;
    EXPECT_EQ(message.calls[0].arguments, Json::object()) << arguments;
  }
}

TEST(Messages, ListsAreMergedInFirstSeenOrderPreferringReadableArguments) {
  const ServerMessage message = parse(R"({"message":{"type":"tool-calls",
    "toolCallList":[{"id":"a","name":"n"},{"id":"b","name":"m","arguments":"{broken"}],
    "toolCalls":[{"id":"b","function":{"name":"m","arguments":{"x":1}}},{"id":"c","function":{"name":"k","arguments":{}}}],
    "toolWithToolCallList":[{"function":{"name":"wrong"},"toolCall":{"id":"a","function":{"name":"n","arguments":"{\"y\":2}"}}}]
  }})");
  ASSERT_EQ(message.calls.size(), 3U);
  EXPECT_EQ(message.calls[0].id, "a");
  EXPECT_EQ(message.calls[0].name, "n");
  EXPECT_EQ(message.calls[0].arguments, (Json{{"y", 2}}));
  EXPECT_EQ(message.calls[1].id, "b");
  EXPECT_EQ(message.calls[1].arguments, (Json{{"x", 1}}));
  EXPECT_EQ(message.calls[1].argument_error, "");
  EXPECT_EQ(message.calls[2].id, "c");
}

TEST(Messages, EntriesWithoutIdAreLeftOutUnlessNoneHasOne) {
  const ServerMessage message =
      parse(tool_calls(R"([{"name":"n"},{"id":"","name":"n"},{"id":"z","name":"n"},{"id":12,"name":"n"},"x",null])"));
  ASSERT_EQ(message.calls.size(), 2U);
  EXPECT_EQ(message.calls[0].id, "z");
  EXPECT_EQ(message.calls[1].id, "12");
  EXPECT_EQ(parse_server_message(tool_calls(R"([{"name":"n"},{"id":{},"name":"n"}])")).error().kind,
            ErrorKind::invalid_input);
  EXPECT_TRUE(parse(tool_calls("[]")).calls.empty());
}

TEST(Messages, MoreThanThirtyTwoCallsAreAnsweredButNotTaken) {
  Json entries = Json::array();
  for (int i = 0; i < 40; ++i)
    entries.push_back({{"id", "call_" + std::to_string(i)}, {"name", "n"}, {"arguments", {{"i", i}}}});
  const ServerMessage message = parse(tool_calls(entries.dump()));
  ASSERT_EQ(message.calls.size(), 40U);
  for (std::size_t i = 0; i < 40; ++i) {
    EXPECT_EQ(message.calls[i].id, "call_" + std::to_string(i));
    EXPECT_EQ(message.calls[i].argument_error.empty(), i < 32) << i;
    EXPECT_EQ(message.calls[i].arguments.empty(), i >= 32) << i;
  }
}

TEST(Messages, HookArgumentsAreFlattenedAndHookCallsToldApartByName) {
  const ServerMessage message = parse(tool_calls(
      R"([{"id":"hook-function-call","function":{"name":"n","arguments":{"type":"object","properties":{"reason":{"type":"string","value":"busy"},"empty":{"type":"string"}}}}},
          {"id":"hook-function-call","function":{"name":"m","arguments":{"plain":1}}},
          {"id":"call_1","function":{"name":"m","arguments":{"properties":{"reason":{"value":"busy"}}}}}])"));
  ASSERT_EQ(message.calls.size(), 3U);
  EXPECT_EQ(message.calls[0].arguments, (Json{{"reason", "busy"}}));
  EXPECT_EQ(message.calls[1].arguments, (Json{{"plain", 1}}));
  EXPECT_TRUE(message.calls[2].arguments.contains("properties"));
}

// Answers go by id: whichever of two answers arrived, it would be false for the other call.
TEST(Messages, TwoCallsWithOneIdAreNeitherCarriedOutNorForgotten) {
  const std::string same = R"({"id":"call_0","function":{"name":"book","arguments":{"slot_code":"A"}}})";
  for (const char* other : {R"({"id":"call_0","function":{"name":"book","arguments":{"slot_code":"B"}}})",
                            R"({"id":"call_0","function":{"name":"check","arguments":{"slot_code":"A"}}})",
                            R"({"id":"call_0","function":{"name":"book"}})",
                            R"({"id":"call_0","function":{"name":"book","arguments":"{broken"}})"}) {
    const std::string list = "[" + same + R"(,{"id":"call_1","name":"n"},)" + other + "]";
    for (const std::string& body : {tool_calls(list), R"({"message":{"type":"tool-calls","toolCallList":)" + list +
                                                          R"(,"toolCalls":)" + list + "}}"}) {
      const ServerMessage message = parse(body);
      ASSERT_EQ(message.calls.size(), 2U) << body;
      EXPECT_EQ(message.calls[0].id, "call_0");
      EXPECT_NE(message.calls[0].argument_error.find("Neither was carried out"), std::string::npos) << body;
      EXPECT_EQ(message.calls[1].argument_error, "");
    }
  }
  const ServerMessage repeated = parse(tool_calls("[" + same + "," + same + "]"));
  ASSERT_EQ(repeated.calls.size(), 1U) << "the same call, listed twice";
  EXPECT_EQ(repeated.calls[0].argument_error, "");
}

// Nobody repeats what a hook fired: both are carried out.
TEST(Messages, TwoHookCallsOfOneNameAreTwoCalls) {
  const auto hook = [](const std::string& reason) {
    return R"({"id":"hook-function-call","function":{"name":"n","arguments":{"properties":{"reason":{"value":")" +
           reason + R"("}}}}})";
  };
  const std::string list = "[" + hook("a") + "," + hook("b") + "," + hook("a") + "]";
  const ServerMessage message =
      parse(R"({"message":{"type":"tool-calls","toolCallList":)" + list + R"(,"toolCalls":)" + list + "}}");
  ASSERT_EQ(message.calls.size(), 2U);
  EXPECT_EQ(message.calls[0].arguments, (Json{{"reason", "a"}}));
  EXPECT_EQ(message.calls[1].arguments, (Json{{"reason", "b"}}));
}

TEST(Messages, LegacyFunctionCall) {
  const ServerMessage message = parse(
      R"({"message":{"type":"function-call","functionCall":{"name":"book","parameters":{"slot_code":"K7QP"}},"call":{"id":"c"}}})");
  EXPECT_EQ(message.conversation.id, "c");
  ASSERT_EQ(message.calls.size(), 1U);
  EXPECT_EQ(message.calls[0].id, "function-call");
  EXPECT_EQ(message.calls[0].name, "book");
  EXPECT_EQ(message.calls[0].arguments, (Json{{"slot_code", "K7QP"}}));
  EXPECT_EQ(serialise_legacy_result({.id = "function-call", .name = "book", .text = "a\nb"}), R"({"result":"a b"})");
}

TEST(Messages, ConversationOfAChatAndHiddenNumber) {
  const ServerMessage chat = parse(R"({"message":{"type":"tool-calls","chat":{"id":"chat_1","sessionId":"s_1"}}})");
  EXPECT_EQ(chat.conversation.id, "s_1");
  EXPECT_EQ(parse(R"({"message":{"type":"x","chat":{"id":"chat_1"}}})").conversation.id, "chat_1");
  EXPECT_EQ(parse(R"({"message":{"type":"x","session":{"id":"s_2"}}})").conversation.id, "s_2");
  const ServerMessage hidden = parse(
      R"({"message":{"type":"x","call":{"id":"c","customer":null},"customer":{"number":"+14155550100"},"assistant":{"id":"a"}}})");
  EXPECT_EQ(hidden.conversation.caller_number, "+14155550100");
  EXPECT_EQ(hidden.conversation.assistant_id, "a");
  EXPECT_EQ(chat.conversation.caller_number, "");
}

TEST(Messages, WrongTypesAnywhereAreNoTrouble) {
  for (const char* value : {"null", "7", "\"x\"", "[]", "{}", "[[1]]", "true", "[null,7,\"x\",{}]", "-1e99"}) {
    for (const char* key : {"call", "customer", "phoneNumber", "assistant", "chat", "session", "toolCalls",
                            "toolWithToolCallList", "artifact", "functionCall"}) {
      const std::string body =
          std::string(R"({"message":{"type":"tool-calls","toolCallList":[{"id":"a","name":"n"}],")") + key +
          "\":" + value + "}}";
      const ServerMessage message = parse(body);
      ASSERT_EQ(message.calls.size(), 1U) << body;
    }
    for (const char* key : {"id", "assistantId", "customer"}) {
      parse(std::string(R"({"message":{"type":"status-update","call":{")") + key + "\":" + value + "}}}");
    }
  }
}

TEST(Messages, WhatIsNoServerMessageIsInvalidInput) {
  for (const char* body :
       {"", "{", "7", "[]", "{}", R"({"message":7})", R"({"message":{}})", R"({"message":{"type":7}})",
        R"({"message":{"type":"x"},})", R"([{"message":{"type":"x"}}])", "\xff",
        R"({"message":{"type":"function-call"}})", R"({"message":{"type":"x","artifact":[1,}})"}) {
    const auto parsed = parse_server_message(body);
    ASSERT_FALSE(parsed.has_value()) << body;
    EXPECT_EQ(parsed.error().kind, ErrorKind::invalid_input) << body;
    EXPECT_FALSE(parsed.error().message.empty());
  }
}

TEST(Messages, DeepNestingIsRefusedEverywhereAlsoWhereItIsSkipped) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_FALSE(parse_server_message(deep).has_value());
  EXPECT_FALSE(parse_server_message(R"({"message":{"type":"x","artifact":)" + deep + "}}").has_value());
  const ServerMessage message = parse(tool_calls(R"([{"id":"a","name":"n","arguments":")" + deep + "\"}]"));
  EXPECT_NE(message.calls.at(0).argument_error, "");
}

TEST(Messages, DuplicateKeysTakeTheLast) {
  const ServerMessage message = parse(
      R"({"message":{"type":"x"},"message":{"type":"status-update","type":"tool-calls","toolCallList":[],"toolCallList":[{"id":"a","id":"b","name":"n"}]}})");
  EXPECT_EQ(message.type, "tool-calls");
  ASSERT_EQ(message.calls.size(), 1U);
  EXPECT_EQ(message.calls[0].id, "b");
}

// An array of very many small objects must not cost the square of its length.
TEST(Messages, AMillionSmallObjectsAreReadInBoundedTime) {
  std::string list = "[";
  for (int i = 0; i < 400'000; ++i) list += "{},";
  list += R"({"id":"a","name":"n"}])";
  const auto began = std::chrono::steady_clock::now();
  const ServerMessage message = parse(tool_calls(list));
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_EQ(message.calls.size(), 1U);
  EXPECT_LT(took, std::chrono::seconds(20));
}

TEST(Results, OneEntryPerResultInOrderWithIdsVerbatim) {
  const std::string reply =
      serialise_results({{.id = "call_1", .name = "check", .text = "{\"a\":\n1}"},
                         {.id = "toolu_\n2", .name = "book", .text = "no\r\nway", .is_error = true}});
  EXPECT_EQ(reply.find('\n'), std::string::npos);
  const Json json = Json::parse(reply);
  EXPECT_EQ(json, Json::parse(R"({"results":[{"name":"check","toolCallId":"call_1","result":"{\"a\": 1}"},
    {"name":"book","toolCallId":"toolu_\n2","error":"no way"}]})"));
  EXPECT_EQ(serialise_results({}), R"({"results":[]})");
}

TEST(Results, BytesThatAreNoTextStillMakeValidJson) {
  EXPECT_TRUE(Json::accept(serialise_results({{.id = "a\xff", .name = "\xc3", .text = "x\xe2\x80"}})));
}

TEST(Results, SingleLineReplacesEveryBreakAndControl) {
  EXPECT_EQ(single_line("a\nb\r\nc\td\re"), "a b c d e");
  EXPECT_EQ(single_line(std::string_view("a\0b\x1f\x7f", 5)), "a b  ");
  EXPECT_EQ(single_line("a\xc2\x85"
                        "b\xe2\x80\xa8"
                        "c\xe2\x80\xa9"),
            "a b c ");
  EXPECT_EQ(single_line("caf\xc3\xa9 \xe2\x80\x99\xf0\x9f\x98\x80"), "caf\xc3\xa9 \xe2\x80\x99\xf0\x9f\x98\x80");
  EXPECT_EQ(single_line(""), "");
}

}  // namespace
