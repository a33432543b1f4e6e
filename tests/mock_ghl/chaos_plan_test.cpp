// The chaos plan and its JSON: what is read, what is refused, and how delays are drawn.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl::tests {
namespace {

TEST(ChaosPlan, ReadsBackWhatItWrites) {
  ChaosPlan plan;
  plan.rules.push_back({.fault = Fault::latency,
                        .operation = "get-*",
                        .probability = 0.25,
                        .limit = 3,
                        .delay = DelayModel::lognormal(120.5, 0.75, 10, 4'000),
                        .window = ChaosWindow{.from_ms = 5, .to_ms = 60'000},
                        .hold_ms = 700});
  plan.rules.push_back({.fault = Fault::late_commit, .delay = DelayModel::uniform(100, 200)});
  plan.rules.push_back({.fault = Fault::strict_offset});
  const auto read = parse_chaos(to_json(plan));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, plan);
}

TEST(ChaosPlan, ReadsBackEveryMemberItKnows) {
  constexpr char text[] = R"({"rules":[
    {"fault":"answer","operation":"edit-*","caller":"loc*","header":{"name":"User-Agent","glob":"python-*"},"nth":2,
     "until":"get-access-token","answer":{"status":403,"body":"html","message":"m","text":"t","instead_of":"4??"}},
    {"fault":"rate_limited","every_nth":3,"answer":{"body":"empty"}},
    {"fault":"duplicate_delivery","from_nth":4,"sees":"second"},
    {"fault":"latency","delay":{"lognormal":{"median_ms":100,"p99_ms":2000}}}],
   "script":[{"before":"get-slots","nth":2,"do":"book","calendarId":"c","startTime":"2026-08-24T10:00:00Z",
              "contactName":"n"},
             {"after":"create-*","do":"cancel","id":"a"},
             {"after":"*","do":"edit_calendar","change":{"slotDuration":45}}]})";
  const auto plan = parse_chaos(text);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto again = parse_chaos(to_json(*plan));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *plan);
  EXPECT_EQ(plan->rules[0].answer->status, 403);
  EXPECT_EQ(plan->rules[1].ordinal, (Ordinal{.kind = Ordinal::Kind::every, .n = 3}));
  EXPECT_EQ(plan->rules[2].sees, Sees::second);
  EXPECT_EQ(plan->script[1].deed, ScriptStep::Deed::cancel);
  for (std::size_t i = 0; i < fault_count; ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_EQ(parse_fault(to_string(fault)), fault);
  }
}

TEST(ChaosPlan, ErrorsOfTheNewMembersNameThePath) {
  const auto message = [](const std::string& rule) {
    const auto read = parse_chaos(R"({"rules":[)" + rule + "]}");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"fault":"answer"})"), "rules[0].answer: is required");
  EXPECT_EQ(message(R"({"fault":"answer","answer":{"status":99}})"),
            "rules[0].answer.status: must be between 200 and 599");
  EXPECT_EQ(message(R"({"fault":"latency","answer":{"status":200}})"),
            "rules[0].answer: goes with the faults answer, rate_limited and daily_limit");
  EXPECT_EQ(message(R"({"fault":"answer","answer":{"status":200,"body":"pdf"}})"),
            "rules[0].answer.body: must be one of: json, html, empty, truncated, wrong_content_type, text, cut");
  EXPECT_EQ(message(R"({"fault":"latency","nth":1,"every_nth":2})"),
            "rules[0].nth: must stand alone: give one of nth, every_nth, from_nth");
  EXPECT_EQ(message(R"({"fault":"latency","nth":0})"), "rules[0].nth: must be between 1 and 1000000000");
  EXPECT_EQ(message(R"({"fault":"latency","sees":"first"})"), "rules[0].sees: goes with the fault duplicate_delivery");
  EXPECT_EQ(message(R"({"fault":"latency","header":{"glob":"x"}})"), "rules[0].header.name: is required");
  EXPECT_EQ(message(R"({"fault":"latency","delay":{"lognormal":{"median_ms":9,"p99_ms":5}}})"),
            "rules[0].delay.lognormal.p99_ms: must not be less than median_ms, which must be greater than 0");
  EXPECT_EQ(message(R"({"fault":"latency","delay":{"lognormal":{"median_ms":9,"p99_ms":15,"sigma":1}}})"),
            "rules[0].delay.lognormal.p99_ms: must stand alone, without sigma: they say the same");
  const auto step = [](const std::string& text) {
    const auto read = parse_chaos(R"({"script":[)" + text + "]}");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(step(R"({"do":"book"})"), "script[0].before: or after must name the operation, not both");
  EXPECT_EQ(step(R"({"before":"*","after":"*","do":"book"})"),
            "script[0].before: or after must name the operation, not both");
  EXPECT_EQ(step(R"({"before":"*","do":"sing"})"), "script[0].do: must be one of: book, cancel, edit_calendar");
  EXPECT_EQ(step(R"({"before":"*","do":"book","startTime":"noon"})"),
            "script[0].startTime: must be ISO 8601 with an offset");
  EXPECT_EQ(step(R"({"before":"*","do":"edit_calendar","change":{"slotLength":1}})"),
            "script[0].change: slotLength: is not a known key; check its spelling");
  EXPECT_EQ(step(R"({"before":"*","do":"cancel","calendarId":"c"})"),
            "script[0].calendarId: is not a known key; check its spelling");
}

TEST(ChaosPlan, WhatCouldNeverDoAnythingIsRefused) {
  const auto message = [](const std::string& rule) {
    const auto read = parse_chaos(R"({"rules":[)" + rule + "]}");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"fault":"race","operation":"create-apointment"})"),
            "rules[0].operation: matches no operation; the closest is \"create-appointment\" (mock-ghl routes lists "
            "them all)");
  EXPECT_EQ(
      message(R"({"fault":"race","until":"get-acces-token"})"),
      "rules[0].until: matches no operation; the closest is \"get-access-token\" (mock-ghl routes lists them all)");
  for (const char* named :
       {"unknown", "choose-location", "reconnect", "*-appointment", "update-location-permissions"}) {
    EXPECT_EQ(message(R"({"fault":"race","operation":")" + std::string(named) + "\"}"), "accepted") << named;
  }
  for (const char* fault : {"latency", "hang", "slow_body", "commit_gap", "stale_free_slots", "stale_reads"}) {
    const std::string begin = R"({"fault":")" + std::string(fault) + "\"";
    const std::string refusal =
        "rules[0].delay: is required, and must be more than nothing: it is what this fault does";
    EXPECT_EQ(message(begin + "}"), refusal);
    EXPECT_EQ(message(begin + R"(,"delay":{"fixed_ms":0}})"), refusal);
    EXPECT_EQ(message(begin + R"(,"delay":{"uniform_ms":[0,0]}})"), refusal);
    EXPECT_EQ(message(begin + R"(,"delay":{"uniform_ms":[0,1]}})"), "accepted");
  }
  EXPECT_EQ(message(R"({"fault":"race","window":{"from_ms":5,"to_ms":5}})"),
            "rules[0].window: is empty: from_ms must be less than to_ms");
  EXPECT_EQ(message(R"({"fault":"answer","answer":{"status":500,"instead_of":"4xx"}})"),
            "rules[0].answer.instead_of: matches no status; write one such as 404, or \"4??\"");
  const auto step = parse_chaos(R"({"script":[{"after":"get-slot","do":"cancel"}]})");
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().message.substr(0, 64), "script[0].after: matches no operation; the closest is \"get-slots");
}

TEST(ChaosPlan, TheShippedExamplesAreValid) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(MOCK_GHL_CHAOS_EXAMPLES)) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto plan = parse_chaos(text);
    EXPECT_TRUE(plan) << entry.path() << ": " << (plan ? "" : plan.error().message);
    EXPECT_FALSE(plan && plan->rules.empty()) << entry.path();
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"cloudflare.json", "flaky_afternoon.json", "lost_answers.json",
                                          "race_window.json"}));
}

TEST(ChaosPlan, ErrorsNameThePath) {
  const auto message = [](std::string_view text) {
    const auto read = parse_chaos(text);
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"rules":[{"fault":"race"},{"fault":"sleepy"}]})").substr(0, 31),
            "rules[1].fault: must be one of:");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","probability":1.5}]})"),
            "rules[0].probability: must be between 0.0 and 1.0");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","delay":{"fixed_ms":1,"uniform_ms":[1,2]}}]})"),
            "rules[0].delay: must have exactly one of fixed_ms, uniform_ms, lognormal");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","odds":1}]})"),
            "rules[0].odds: is not a known key; check its spelling");
  EXPECT_EQ(message(R"({"rules":[{"fault":"hang","window":{"from_ms":1}}]})"), "rules[0].window.to_ms: is required");
  EXPECT_EQ(message(R"({"rules":7})"), "rules: must be a list");
  EXPECT_EQ(message("[]"), "the plan: must be an object");
}

TEST(ChaosPlan, GlobsMatchWhole) {
  EXPECT_TRUE(glob_matches("*", "create-appointment"));
  EXPECT_TRUE(glob_matches("get-*", "get-slots"));
  EXPECT_TRUE(glob_matches("*-contact*", "search-contacts-advanced"));
  EXPECT_TRUE(glob_matches("get-slot?", "get-slots"));
  EXPECT_FALSE(glob_matches("get", "get-slots"));
  EXPECT_FALSE(glob_matches("*-appointment", "get-appointments-for-contact"));
  EXPECT_FALSE(glob_matches("", "x"));
}

TEST(ChaosPlan, LognormalHasItsMedianAndBounds) {
  const DelayModel model = DelayModel::lognormal(100, 0.8, 20, 5'000);
  holdfast::SplitMix64 random(11);
  int below = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto delay = model.draw(random).count();
    ASSERT_GE(delay, 20);
    ASSERT_LE(delay, 5'000);
    below += delay < 100;
  }
  EXPECT_NEAR(below, 5'000, 200);
}

TEST(ChaosPlan, LognormalByItsMedianAndP99) {
  const DelayModel model = DelayModel::lognormal_p99(100, 2'000, 0, 1'000'000);
  holdfast::SplitMix64 random(12);
  int above = 0;
  int below = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto delay = model.draw(random).count();
    above += delay > 2'000;
    below += delay < 100;
  }
  EXPECT_NEAR(above, 200, 50);
  EXPECT_NEAR(below, 10'000, 300);
}

}  // namespace
}  // namespace mock_ghl::tests
