#include "core/net/http.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast::net {
namespace {

using Query = std::vector<std::pair<std::string, std::string>>;

TEST(HttpHeaders, FindIgnoresCaseAndTakesTheFirst) {
  HttpHeaders headers{{"Content-Type", "a"}, {"content-type", "b"}};
  ASSERT_TRUE(headers.find("CONTENT-TYPE"));
  EXPECT_EQ(*headers.find("CONTENT-TYPE"), "a");
  EXPECT_FALSE(headers.find("Content-Typ"));
  EXPECT_FALSE(headers.find("Content-Type2"));
}

TEST(HttpHeaders, SetReplacesEveryFieldOfThatName) {
  HttpHeaders headers{{"A", "1"}, {"a", "2"}, {"B", "3"}};
  headers.set("A", "4");
  ASSERT_EQ(headers.fields().size(), 2u);
  EXPECT_EQ(*headers.find("a"), "4");
  EXPECT_EQ(*headers.find("b"), "3");
}

TEST(HttpHeaders, AddKeepsWhatIsThere) {
  HttpHeaders headers;
  headers.add("Set-Cookie", "a");
  headers.add("Set-Cookie", "b");
  ASSERT_EQ(headers.fields().size(), 2u);
  EXPECT_EQ(headers.fields()[1].second, "b");
}

TEST(Target, SplitsAndDecodes) {
  const Target target = parse_target("/calendars/a%20b/?startDate=1&timezone=America%2FNew_York&x=a+b&flag");
  EXPECT_EQ(target.path, "/calendars/a b");
  EXPECT_EQ(target.query, (Query{{"startDate", "1"}, {"timezone", "America/New_York"}, {"x", "a b"}, {"flag", ""}}));
  EXPECT_EQ(target.parameter("timezone"), "America/New_York");
  EXPECT_FALSE(target.parameter("Timezone"));
}

TEST(Target, OnlyTheRootKeepsItsSlash) {
  EXPECT_EQ(parse_target("/").path, "/");
  EXPECT_EQ(parse_target("/contacts///").path, "/contacts");
  EXPECT_EQ(parse_target("").path, "");
}

TEST(Target, PlusIsASpaceInQueriesOnly) {
  EXPECT_EQ(parse_target("/a+b?c+d=e+f").path, "/a+b");
  EXPECT_EQ(parse_target("/a+b?c+d=e+f").parameter("c d"), "e f");
}

TEST(Target, BadEscapesStayAsTheyStand) {
  EXPECT_EQ(parse_target("/%zz%4").path, "/%zz%4");
  EXPECT_EQ(parse_target("/%").path, "/%");
  EXPECT_EQ(parse_target("/%41").path, "/A");
}

TEST(Target, EmptyPairsAreSkippedAndEmptyKeysKept) {
  EXPECT_EQ(parse_target("/a?&&b=1&").query, (Query{{"b", "1"}}));
  EXPECT_EQ(parse_target("/a?=1").query, (Query{{"", "1"}}));
  EXPECT_EQ(parse_target("/a?b=c=d").query, (Query{{"b", "c=d"}}));
  EXPECT_TRUE(parse_target("/a?").query.empty());
}

TEST(Encoding, PlusAndReservedCharactersAreEscaped) {
  EXPECT_EQ(percent_encode("+14155550100"), "%2B14155550100");
  EXPECT_EQ(percent_encode("a-b._~ /?&=#%"), "a-b._~%20%2F%3F%26%3D%23%25");
  EXPECT_EQ(percent_encode("\xc3\xa9"), "%C3%A9");
  EXPECT_EQ(make_target("/a", {}), "/a");
  EXPECT_EQ(make_target("/a", {{"b", "1 2"}, {"c", "+"}}), "/a?b=1%202&c=%2B");
}

RC_GTEST_PROP(Encoding, WhatIsMadeIsReadBack, (const Query& query)) {
  Query readable;
  for (const auto& [key, value] : query) {
    if (!key.empty() || !value.empty()) readable.emplace_back(key, value);
  }
  const Target target = parse_target(make_target("/path", readable));
  RC_ASSERT(target.path == "/path");
  RC_ASSERT(target.query == readable);
}

RC_GTEST_PROP(Encoding, AnyBytesCanBeParsed, (const std::string& text)) {
  const Target target = parse_target(text);
  RC_ASSERT(target.path.size() <= text.size());
}

TEST(ContentType, JsonIsRecognised) {
  EXPECT_TRUE(is_json({{"content-type", "application/json"}}));
  EXPECT_TRUE(is_json({{"Content-Type", "application/json; charset=utf-8"}}));
  EXPECT_TRUE(is_json({{"Content-Type", "application/problem+json"}}));
  EXPECT_TRUE(is_json({{"Content-Type", "Application/JSON ; charset=utf-8"}}));
  EXPECT_FALSE(is_json({{"Content-Type", "application/jsonlines"}}));
  EXPECT_FALSE(is_json({{"Content-Type", "text/html"}}));
  EXPECT_FALSE(is_json({}));
}

TEST(ContentType, IsComparedWithoutCaseAndParameters) {
  const HttpHeaders form{{"content-type", "Application/X-WWW-Form-urlencoded; charset=utf-8"}};
  EXPECT_TRUE(has_media_type(form, "application/x-www-form-urlencoded"));
  EXPECT_FALSE(has_media_type({{"content-type", "text/html"}}, "text/htm"));
  EXPECT_FALSE(has_media_type({}, "text/html"));
}

TEST(Target, BracketsMarkAnItemOfAList) {
  EXPECT_EQ(without_brackets("userIds[]"), "userIds");
  EXPECT_EQ(without_brackets("userIds"), "userIds");
  EXPECT_EQ(without_brackets("[]"), "");
}

TEST(HttpResponse, MakersSetTypeAndStatus) {
  EXPECT_EQ(HttpResponse::json(201, "{}").status, 201);
  EXPECT_TRUE(is_json(HttpResponse::json(201, "{}").headers));
  EXPECT_EQ(*HttpResponse::text(200, "x").headers.find("content-type"), "text/plain; charset=utf-8");
  EXPECT_TRUE(HttpResponse::abandon().abandoned);
  EXPECT_FALSE(HttpResponse::json(200, "").abandoned);
}

}  // namespace
}  // namespace holdfast::net
