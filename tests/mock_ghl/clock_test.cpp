// The world's clock: frozen, advanced, begun elsewhere; and what obeys it.
#include <gtest/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/model/test_clock.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;

constexpr std::int64_t day_ms = 86'400'000;

struct ClockRig : Rig {
  using Rig::Rig;
  HttpResponse ask(std::string method, std::string target, const std::string& body = "") {
    return handle_admin(twin, {.method = std::move(method), .target = std::move(target), .body = body});
  }
  std::string world_time() { return json(ask("GET", "/__mock/clock"))["now"]; }
  HttpResponse advance(std::int64_t ms) {
    return ask("POST", "/__mock/clock/advance", R"({"ms":)" + std::to_string(ms) + "}");
  }
  // How many days of [from, to) have a free slot.
  std::size_t open_days(const char* from, const char* to) {
    std::size_t days = 0;
    const Json answer = json(slots(consult, at(from), at(to)));
    for (const auto& [key, value] : answer.items()) days += value.is_object() && value.contains("slots");
    return days;
  }
};

TEST(TestClockState, FollowsFreezesAdvancesAndRunsOn) {
  TestClock clock;
  EXPECT_EQ(clock.now(at("2026-01-01T00:00:00Z")), at("2026-01-01T00:00:00Z"));
  clock.freeze(at("2026-01-01T00:00:10Z"));
  EXPECT_TRUE(clock.frozen());
  EXPECT_EQ(clock.now(at("2026-01-01T05:00:00Z")), at("2026-01-01T00:00:10Z"));
  ASSERT_TRUE(clock.advance(Duration(5'000), at("2026-01-01T05:00:00Z")));
  EXPECT_EQ(clock.now(at("2026-01-01T05:00:00Z")), at("2026-01-01T00:00:15Z"));
  clock.run(at("2026-01-01T06:00:00Z"));
  EXPECT_FALSE(clock.frozen());
  EXPECT_EQ(clock.now(at("2026-01-01T06:00:01Z")), at("2026-01-01T00:00:16Z"));
  ASSERT_TRUE(clock.advance(Duration(day_ms), at("2026-01-01T06:00:01Z")));
  EXPECT_EQ(clock.now(at("2026-01-01T06:00:01Z")), at("2026-01-02T00:00:16Z"));
  EXPECT_FALSE(clock.advance(Duration(-1), at("2026-01-01T06:00:01Z")));
  EXPECT_FALSE(clock.advance(Duration::max(), at("2026-01-01T06:00:01Z")));
  EXPECT_EQ(clock.now(at("2026-01-01T06:00:01Z")), at("2026-01-02T00:00:16Z")) << "a refusal moves nothing";
}

TEST(Clock, AHorizonIsTestedWithoutWaiting) {
  ClockRig rig;
  ASSERT_EQ(rig.open_days("2026-11-02T00:00:00-05:00", "2026-11-07T00:00:00-05:00"), 0U) << "60 days from August";
  EXPECT_EQ(rig.ask("POST", "/__mock/clock/freeze").status, 200);
  EXPECT_EQ(rig.advance(30 * day_ms).status, 200);
  EXPECT_EQ(rig.world_time(), "2026-09-23T12:00:00.000Z");
  EXPECT_EQ(rig.open_days("2026-11-02T00:00:00-05:00", "2026-11-07T00:00:00-05:00"), 5U);
  EXPECT_EQ(rig.open_days("2026-08-25T00:00:00-04:00", "2026-08-29T00:00:00-04:00"), 0U) << "that is the past now";
}

TEST(Clock, StandsStillWhileTheMachineRunsAndWaitsStillEnd) {
  ClockRig rig;
  rig.ask("POST", "/__mock/clock/freeze");
  rig.ask("PUT", "/__mock/chaos", R"({"rules":[{"fault":"latency","delay":{"fixed_ms":5000}}]})");
  EXPECT_EQ(rig.send("GET", std::string("/locations/") + demo_location).status, 200);
  EXPECT_EQ(rig.loop.runtime().now() - monday_morning(), Duration(5'000)) << "latency passes on the machine's time";
  EXPECT_EQ(rig.world_time(), "2026-08-24T12:00:00.000Z");
  const Json running = Rig::json(rig.ask("POST", "/__mock/clock/run"));
  EXPECT_EQ(running["now"], "2026-08-24T12:00:00.000Z");
  EXPECT_EQ(running["frozen"], false);
}

TEST(Clock, WhatIsWrittenDownBearsTheWorldsDate) {
  ClockRig rig;
  rig.ask("POST", "/__mock/reset", R"({"frozenAt":"2031-03-08T09:00:00-05:00"})");
  const Json answer = Rig::json(rig.send("POST", "/contacts/", {{"locationId", demo_location}, {"firstName", "Jane"}}));
  EXPECT_EQ(answer["contact"]["dateAdded"].get<std::string>().substr(0, 19), "2031-03-08T14:00:00") << answer.dump();
}

TEST(Clock, ADailyRateLimitEndsWhenTheDayIsSkipped) {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_daily = 2;
  ClockRig rig(fixture);
  const auto status = [&] { return rig.send("GET", std::string("/locations/") + demo_location).status; };
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 200);
  EXPECT_EQ(status(), 429);
  rig.advance(day_ms);
  EXPECT_EQ(status(), 200);
}

TEST(Clock, AResetBeginsAnywhereAndFollowsTheMachineUnlessFrozen) {
  ClockRig rig;
  EXPECT_EQ(rig.ask("POST", "/__mock/reset", R"({"frozenAt":"2020-01-01T00:00:00Z"})").status, 200);
  EXPECT_EQ(rig.world_time(), "2020-01-01T00:00:00.000Z");
  EXPECT_EQ(rig.ask("POST", "/__mock/reset").status, 200);
  EXPECT_EQ(rig.world_time(), "2026-08-24T12:00:00.000Z");
  EXPECT_EQ(Rig::json(rig.ask("GET", "/__mock/clock"))["frozen"], false);
}

TEST(Clock, AWorldThatWasStartedFrozenIsResetToThatInstant) {
  holdfast::tests::Loop loop(monday_morning());
  Twin twin(loop.runtime(), demo_fixture(), 1, at("2026-03-07T14:00:00Z"));
  EXPECT_EQ(twin.now(), at("2026-03-07T14:00:00Z"));
  ASSERT_TRUE(twin.advance(holdfast::days{3}));
  twin.run();
  handle_admin(twin, {.method = "POST", .target = "/__mock/reset"});
  EXPECT_TRUE(twin.frozen());
  EXPECT_EQ(twin.now(), at("2026-03-07T14:00:00Z"));
  handle_admin(twin, {.method = "POST", .target = "/__mock/reset", .body = R"({"frozenAt":"2027-01-01T00:00:00Z"})"});
  EXPECT_EQ(twin.now(), at("2027-01-01T00:00:00Z"));
}

TEST(Clock, WrongWishesAreNamedAndChangeNothing) {
  ClockRig rig;
  for (const char* body :
       {"", "{}", R"({"ms":-1})", R"({"ms":"1"})", R"({"ms":9223372036854775807})", R"({"day":1})"}) {
    EXPECT_EQ(rig.ask("POST", "/__mock/clock/advance", body).status, 400) << body;
  }
  for (const char* body : {R"({"frozenAt":"noon"})", R"({"frozenAt":"1492-10-12T00:00:00Z"})", R"({"at":1})", "["}) {
    EXPECT_EQ(rig.ask("POST", "/__mock/reset", body).status, 400) << body;
  }
  EXPECT_EQ(rig.world_time(), "2026-08-24T12:00:00.000Z");
}

}  // namespace
}  // namespace mock_ghl::tests
