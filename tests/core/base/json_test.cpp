#include "core/base/json.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>

namespace holdfast {
namespace {

std::string nested(int depth, char open, char close) {
  return std::string(static_cast<std::size_t>(depth), open) + std::string(static_cast<std::size_t>(depth), close);
}

TEST(ParseJson, RefusesDepthAndNonsense) {
  EXPECT_TRUE(parse_json(nested(64, '[', ']')).has_value());
  for (const std::string& text :
       {nested(65, '[', ']'), nested(100'000, '[', ']'), std::string(1'000'000, '['), std::string(1'000'000, '{'),
        std::string(""), std::string("{"), std::string("{\"a\":}"), std::string("nul"), std::string("[1,]"),
        std::string("{\"a\":1} x"), std::string("\"\xff\""), std::string("\"\\ud800\""), std::string("<html>")}) {
    const auto value = parse_json(text);
    ASSERT_FALSE(value.has_value()) << text.substr(0, 40);
    EXPECT_EQ(value.error().kind, ErrorKind::invalid_input);
  }
}

TEST(ParseJson, BracketsInsideTextsAreNotDepth) {
  const std::string text = "\"" + std::string(500, '[') + "\\\"" + std::string(500, '{') + "\"";
  EXPECT_TRUE(parse_json(text).has_value());
}

TEST(Members, NeverGuessAType) {
  const Json value = *parse_json(R"({"text":"a","number":7,"digits":"42","float":3.0,"half":3.5,"flag":true,"none":null,
                                     "big":1e300,"list":[1],"object":{},"bad":"42x","empty":"","minus":"-5"})");
  EXPECT_EQ(string_member(value, "text"), "a");
  EXPECT_EQ(string_member(value, "number"), std::nullopt);
  EXPECT_EQ(string_member(value, "none"), std::nullopt);
  EXPECT_EQ(string_member(value, "absent"), std::nullopt);
  EXPECT_EQ(integer_member(value, "number"), 7);
  EXPECT_EQ(integer_member(value, "digits"), 42);
  EXPECT_EQ(integer_member(value, "minus"), -5);
  EXPECT_EQ(integer_member(value, "float"), 3);
  for (const char* key : {"half", "big", "flag", "none", "list", "object", "bad", "empty", "absent", "text"})
    EXPECT_EQ(integer_member(value, key), std::nullopt) << key;
  EXPECT_EQ(bool_member(value, "flag"), true);
  for (const char* key : {"text", "number", "none", "absent"}) EXPECT_EQ(bool_member(value, key), std::nullopt) << key;
  EXPECT_EQ(find_member(value, "none"), nullptr);
  EXPECT_NE(find_member(value, "object"), nullptr);
}

TEST(Members, OfWhatIsNoObjectAreAbsent) {
  for (const char* text : {"null", "7", "\"a\"", "[{\"a\":1}]", "true"}) {
    const Json value = *parse_json(text);
    EXPECT_EQ(find_member(value, "a"), nullptr) << text;
    EXPECT_EQ(string_member(value, "a"), std::nullopt) << text;
    EXPECT_EQ(integer_member(value, "a"), std::nullopt) << text;
    EXPECT_EQ(bool_member(value, "a"), std::nullopt) << text;
  }
}

TEST(Members, NumbersBeyondTheRangeAreAbsent) {
  const Json value =
      *parse_json(R"({"most":9223372036854775807,"more":9223372036854775808,"text":"9223372036854775808"})");
  EXPECT_EQ(integer_member(value, "most"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(integer_member(value, "more"), std::nullopt);
  EXPECT_EQ(integer_member(value, "text"), std::nullopt);
}

TEST(DumpJson, ReplacesBytesThatAreNotUtf8) {
  EXPECT_EQ(dump_json(Json{{"a",
                            "x\xff"
                            "y"}}),
            "{\"a\":\"x\xef\xbf\xbdy\"}");
  EXPECT_EQ(dump_json(Json{{"a", "\xc3\xa9"}}), "{\"a\":\"\xc3\xa9\"}");
}

TEST(ParseJson, AFaultIsNamedByItsPlaceAndWhatWasExpected) {
  const auto fault = [](std::string_view text) { return parse_json(text).error().message; };
  EXPECT_EQ(fault("{\n  \"a\": 1,\n  \"b\" 2\n}"),
            "invalid JSON at line 3, column 7: unexpected number literal; expected ':'");
  EXPECT_EQ(fault("[1, 2"), "invalid JSON at line 1, column 6: unexpected end of input; expected ']'");
  EXPECT_EQ(fault("{\"phone\": +12025550177}").find("2025550177"), std::string::npos) << "nothing of the text itself";
  EXPECT_EQ(fault("[nope]"), "invalid JSON at line 1, column 3: invalid literal");
  EXPECT_EQ(fault("[1e999]"), "invalid JSON at line 1, column 6: a number is too large");
  const auto all = [](const std::vector<std::string>&) { return true; };
  EXPECT_EQ(parse_json_filtered("[1, 2", all).error().message, fault("[1, 2"));
}

RC_GTEST_PROP(JsonProperty, AnyBytesAreParsedOrRefused, (const std::string& text)) {
  const auto value = parse_json(text);
  if (value) RC_ASSERT(parse_json(dump_json(*value)).has_value());
}

RC_GTEST_PROP(JsonProperty, WhatIsDumpedParsesAgain, (const std::string& text, std::int64_t number)) {
  const auto value = parse_json(dump_json(Json{{"text", text}, {"number", number}}));
  RC_ASSERT(value.has_value());
  RC_ASSERT(integer_member(*value, "number") == number);
  RC_ASSERT(string_member(*value, "text").has_value());
}

}  // namespace
}  // namespace holdfast
