#include "vapi_sim/wire/reply_lint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace vapi_sim {
namespace {

using holdfast::net::HttpResponse;
using testing::ElementsAre;
using testing::IsEmpty;

Reply read(const std::string& body, const std::vector<std::string>& ids = {"a"}, int status = 200) {
  return read_reply(HttpResponse::json(status, body), ids);
}

TEST(ReplyLint, AGoodReplyBreaksNothing) {
  const Reply reply = read(
      R"({"results":[{"name":"n","toolCallId":"a","result":"{\"status\":\"booked\",\"say\":\"You are booked for Thursday, August 27 at 10:30 AM.\"}"},
                     {"toolCallId":"b","error":"No tool {x} 2026-08-27."}]})",
      {"a", "b"});
  EXPECT_THAT(reply.lint, IsEmpty());
  ASSERT_EQ(reply.entries.size(), 2U);
  EXPECT_TRUE(reply.entries[0].present);
  EXPECT_FALSE(reply.entries[0].is_error);
  EXPECT_TRUE(reply.entries[1].is_error);
  EXPECT_EQ(reply.entries[1].text, "No tool {x} 2026-08-27.");
}

TEST(ReplyLint, StatusAndBody) {
  const std::string good = R"({"results":[{"toolCallId":"a","result":"ok"}]})";
  const Reply refused = read(good, {"a"}, 500);
  EXPECT_THAT(refused.lint, ElementsAre("VAPI-http-200"));
  EXPECT_FALSE(refused.entries[0].present) << "the body of a reply that is not 2xx is ignored";
  EXPECT_THAT(read(good, {"a"}, 201).lint, ElementsAre("VAPI-http-200"));
  EXPECT_TRUE(read(good, {"a"}, 201).entries[0].present);
  EXPECT_THAT(read_reply(HttpResponse::text(200, good), {"a"}).lint, ElementsAre("VAPI-content-type"));
  for (const char* body : {"", "ok", "[]", "{}", R"({"results":{}})", R"({"result":"ok"})"}) {
    EXPECT_THAT(read(body).lint, ElementsAre("VAPI-results")) << body;
  }
}

TEST(ReplyLint, ALegacyReplyIsOneResult) {
  const auto legacy = [](int status, const std::string& body) {
    return read_legacy_reply(HttpResponse::json(status, body));
  };
  for (const int status : {200, 201}) {
    const Reply reply = legacy(status, R"({"result":"You are booked."})");
    EXPECT_THAT(reply.lint, IsEmpty());
    EXPECT_EQ(reply.entries.at(0).text, "You are booked.");
  }
  EXPECT_TRUE(legacy(200, R"({"error":"no"})").entries.at(0).is_error);
  EXPECT_THAT(legacy(500, R"({"result":"x"})").lint, ElementsAre("VAPI-http-200"));
  EXPECT_FALSE(legacy(500, R"({"result":"x"})").entries.at(0).present);
  EXPECT_THAT(legacy(200, "[]").lint, ElementsAre("VAPI-string"));
  EXPECT_THAT(legacy(200, "no").lint, ElementsAre("VAPI-string"));
  EXPECT_THAT(legacy(200, R"({"result":"a\nb"})").lint, ElementsAre("VAPI-single-line"));
}

TEST(ReplyLint, IdsMustMatchInNumberOrderAndSpelling) {
  for (const char* results : {R"([])", R"([{"toolCallId":"b","result":"x"}])", R"([{"result":"x"}])",
                              R"([{"toolCallId":"a","result":"x"},{"toolCallId":"a","result":"x"}])"}) {
    EXPECT_THAT(read(std::string(R"({"results":)") + results + "}").lint, ElementsAre("VAPI-ids")) << results;
  }
  const Reply swapped =
      read(R"({"results":[{"toolCallId":"b","result":"2"},{"toolCallId":"a","result":"1"}]})", {"a", "b"});
  EXPECT_THAT(swapped.lint, ElementsAre("VAPI-ids"));
  EXPECT_EQ(swapped.entries[0].text, "1") << "matched by id all the same";
  EXPECT_EQ(swapped.entries[1].text, "2");
}

TEST(ReplyLint, ResultsMustBeOneStringOnOneLineOfBoundedSize) {
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","result":{"status":"booked"}}]})").lint,
              ElementsAre("VAPI-string"));
  EXPECT_EQ(read(R"({"results":[{"toolCallId":"a","result":{"status":"booked"}}]})").entries[0].text,
            R"({"status":"booked"})");
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","result":"x","error":"y"}]})").lint, ElementsAre("VAPI-string"));
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a"}]})").lint, ElementsAre("VAPI-string"));
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","result":"x\ny"}]})").lint, ElementsAre("VAPI-single-line"));
  const std::string longest(result_bytes_max, 'x');
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","error":")" + longest + "\"}]}").lint, IsEmpty());
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","error":")" + longest + "x\"}]}").lint, ElementsAre("VAPI-size"));
}

TEST(ReplyLint, SayMustNotReadACodeAloud) {
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","result":
    "{\"say\":\"Take K7QP\",\"slots\":[{\"code\":\"K7QP\",\"label\":\"ten\"}]}"}]})")
                  .lint,
              ElementsAre("VAPI-speakable"));
  EXPECT_THAT(read(R"({"results":[{"toolCallId":"a","result":"Booked for 2026-08-27T10:30:00-04:00"}]})").lint,
              ElementsAre("VAPI-speakable"));
}

TEST(ReplyLint, Speakable) {
  for (const char* text :
       {"", "I have Thursday, August 27 at 10:30 AM or Friday, August 28 at 9:00 AM.", "You're booked, Anne-Marie!",
        "Call us at 415 555 0100.", "November 1 at 1:30 AM daylight time", "It is on the 5th, Room 12 (ground floor).",
        "Jos\xc3\xa9, see you then.", "internationalization is long but a word"}) {
    EXPECT_TRUE(is_speakable(text)) << text;
  }
  for (const char* text :
       {"on 2026-08-27", "at 1787313600123", "at 1787313600", "id ocQHyuzHvysMo5N5VsXc now", "see https://x.example",
        "www.x.example", "{\"a\":1}", "[1]", "need_info", "019a9046-121e-766d-bd1f-84f3ccc309c1"}) {
    EXPECT_FALSE(is_speakable(text)) << text;
  }
}

TEST(ReplyLint, EveryRuleIsExplained) {
  for (const ReplyRule& rule : reply_rules()) EXPECT_FALSE(explain_rule(rule.id).empty());
  EXPECT_EQ(explain_rule("VAPI-none-such"), "");
}

}  // namespace
}  // namespace vapi_sim
