// The rate limits: whose budget a request uses, windows, headers, and what others use up (facts/ghl.md 3, quirks 48,
// 49).
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "mock_ghl/api/rate_limit.hpp"
#include "tests/mock_ghl/oauth_rig.hpp"

namespace mock_ghl::tests {
namespace {

using api::RateLimiter;
using holdfast::days;
using holdfast::Duration;
using holdfast::minutes;
using holdfast::seconds;

constexpr const char* limit_headers[] = {"X-RateLimit-Limit-Daily", "X-RateLimit-Daily-Remaining",
                                         "X-RateLimit-Interval-Milliseconds", "X-RateLimit-Max",
                                         "X-RateLimit-Remaining"};

Fixture limited_to(int max, int daily = 1'000) {
  Fixture fixture = agency_fixture();
  fixture.settings.rate_limit_max = max;
  fixture.settings.rate_limit_daily = daily;
  return fixture;
}

int left(const HttpResponse& response, const char* header = "X-RateLimit-Remaining") {
  return std::stoi(std::string(response.headers.find(header).value_or("-1")));
}

TEST(RateLimit, TheTokensOfALocationShareABudgetAndAnAppHasItsOwn) {
  OAuthRig rig(limited_to(3));
  const std::string other_pit = rig.issue({{"kind", "location_pit"}, {"locationId", demo_location}})["token"];
  const std::string elm_pit = rig.issue({{"kind", "location_pit"}, {"locationId", elm_location}})["token"];
  const std::string app = rig.issue({{"kind", "location"}, {"locationId", demo_location}})["token"];
  const std::string same_app = rig.issue({{"kind", "location"}, {"locationId", demo_location}})["token"];
  EXPECT_EQ(left(rig.read_location(demo_token)), 2);
  EXPECT_EQ(left(rig.read_location(other_pit)), 1);
  EXPECT_EQ(left(rig.read_location(demo_token)), 0);
  EXPECT_EQ(rig.read_location(other_pit).status, 429);
  EXPECT_EQ(left(rig.read_location(elm_pit, elm_location)), 2) << "another location";
  EXPECT_EQ(left(rig.read_location(app)), 2) << "an app beside the private tokens";
  EXPECT_EQ(left(rig.read_location(same_app)), 1) << "the same app with a later token";
}

TEST(RateLimit, EveryAnswerCarriesTheFiveHeaders) {
  OAuthRig rig(limited_to(100));
  const auto expect_headers = [](const HttpResponse& answer) {
    for (const char* name : limit_headers) EXPECT_TRUE(answer.headers.find(name)) << name << " of " << answer.status;
    EXPECT_FALSE(answer.headers.find("Retry-After"));
  };
  expect_headers(rig.read_location(demo_token));
  expect_headers(rig.read_location("nonsense"));                                       // 401
  expect_headers(rig.read_location(demo_token, elm_location));                         // 403
  expect_headers(rig.send("GET", "/nothing/here"));                                    // 404
  expect_headers(rig.send("POST", "/contacts/", Json::object()));                      // 422
  expect_headers(rig.send(OAuthRig::post_form("/oauth/token", {})));                   // 400
  expect_headers(rig.consent(std::string("location:") + demo_location));               // 302
  expect_headers(rig.send({.method = "GET", .target = "/oauth/chooselocation?x=1"}));  // a page
  for (const char* fault : {"server_error", "cloudflare", "rate_limited", "daily_limit", "error_in_2xx",
                            "token_expired", "unreadable_after_commit"}) {
    rig.ask("PUT", "/__mock/chaos", {{"rules", {{{"fault", fault}}}}});
    for (int i = 0; i < 8; ++i) expect_headers(rig.read_location(demo_token));
  }
}

TEST(RateLimit, UnbuiltOperationsCountAndCarryThem) {
  OAuthRig rig(limited_to(5));
  HttpResponse answer = rig.send("GET", "/calendars/nowhere/nothing/at/all");
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(left(answer), 4);
  EXPECT_EQ(left(rig.read_location(demo_token)), 3);
}

TEST(RateLimit, TheTokenEndpointAndUnknownTokensUseNobodysBudget) {
  OAuthRig rig(limited_to(2));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(rig.send(OAuthRig::post_form("/oauth/token", {})).status, 400);
    EXPECT_EQ(rig.read_location("nonsense").status, 401);
  }
  EXPECT_EQ(left(rig.read_location(demo_token)), 1);
}

TEST(RateLimit, AFixedWindowEmptiesAtOnceASlidingOneByAndBy) {
  for (const bool sliding : {false, true}) {
    Fixture fixture = limited_to(4);
    fixture.settings.rate_limit_sliding = sliding;
    OAuthRig rig(fixture);
    const auto status = [&] { return rig.read_location(demo_token).status; };
    EXPECT_EQ(status(), 200);
    rig.advance(seconds{9});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(status(), 200);
    EXPECT_EQ(status(), 429);
    rig.advance(seconds{1} - Duration{1});
    EXPECT_EQ(status(), 429);
    rig.advance(Duration{1});
    EXPECT_EQ(status(), 200) << "the first request is ten seconds old";
    EXPECT_EQ(status(), sliding ? 429 : 200) << "the other three are one second old";
    rig.advance(seconds{9});
    EXPECT_EQ(status(), 200);
  }
}

TEST(RateLimit, TheDayEndsAtMidnightUtcAndNotByTheBurst) {
  OAuthRig rig(limited_to(100, 3));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.read_location(demo_token).status, 200);
  rig.advance(minutes{1});
  EXPECT_EQ(rig.read_location(demo_token).status, 429);
  const Instant midnight = at("2026-08-25T00:00:00Z");
  rig.advance(midnight - rig.twin.now() - Duration{1});
  EXPECT_EQ(rig.read_location(demo_token).status, 429);
  rig.advance(Duration{1});
  const HttpResponse fresh = rig.read_location(demo_token);
  EXPECT_EQ(fresh.status, 200);
  EXPECT_EQ(left(fresh, "X-RateLimit-Daily-Remaining"), 2);
}

// Against the definition: in a sliding window no interval of its length ever holds more than the limit, and nothing is
// refused while there is room.
RC_GTEST_PROP(RateLimitProperty, ASlidingWindowIsExactlyItsDefinition, ()) {
  Settings settings;
  settings.rate_limit_sliding = true;
  settings.rate_limit_max = *rc::gen::inRange(1, 6);
  settings.rate_limit_interval_ms = *rc::gen::inRange(1, 200);
  RateLimiter limiter(settings);
  std::vector<Instant> allowed;
  Instant now = monday_morning();
  const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 60));
  for (const int step : steps) {
    now += Duration{step};
    const auto recent = std::count_if(allowed.begin(), allowed.end(), [&](Instant then) {
      return now - then < Duration{settings.rate_limit_interval_ms};
    });
    const auto budget = limiter.take("x", now);
    RC_ASSERT(budget.allowed == (recent < settings.rate_limit_max));
    if (budget.allowed) allowed.push_back(now);
    RC_ASSERT(budget.remaining == settings.rate_limit_max - recent - (budget.allowed ? 1 : 0));
  }
}

// A coarse window (longer than its steps allow to tell apart) forgets late, never early.
RC_GTEST_PROP(RateLimitProperty, ALongSlidingWindowNeverAllowsTooMuch, ()) {
  Settings settings;
  settings.rate_limit_sliding = true;
  settings.rate_limit_max = *rc::gen::inRange(1, 6);
  settings.rate_limit_interval_ms = 86'400'000;
  RateLimiter limiter(settings);
  std::vector<Instant> allowed;
  Instant now = monday_morning();
  for (const int step : *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 40'000'000))) {
    now += Duration{step};
    const auto recent = std::count_if(allowed.begin(), allowed.end(), [&](Instant then) {
      return now - then < Duration{settings.rate_limit_interval_ms};
    });
    if (!limiter.take("x", now).allowed) continue;
    RC_ASSERT(recent < settings.rate_limit_max);
    allowed.push_back(now);
  }
}

TEST(Quirk, quirk_48_BurstAndDayDifferInOneHeader) {
  OAuthRig burst(limited_to(1));
  burst.read_location(demo_token);
  OAuthRig day(limited_to(100, 1));
  day.read_location(demo_token);
  const HttpResponse by_burst = burst.read_location(demo_token);
  const HttpResponse by_day = day.read_location(demo_token);
  for (const HttpResponse* refused : {&by_burst, &by_day}) {
    EXPECT_EQ(refused->status, 429);
    EXPECT_EQ(refused->body.substr(0, 50), R"({"statusCode":429,"message":"Too Many Requests","t)");
    EXPECT_FALSE(refused->headers.find("Retry-After"));
  }
  EXPECT_EQ(left(by_burst, "X-RateLimit-Daily-Remaining"), 999);
  EXPECT_EQ(left(by_day, "X-RateLimit-Daily-Remaining"), 0);
  // Before the nominal limit is reached, as a fault.
  OAuthRig early(limited_to(100));
  EXPECT_EQ(early.read_location(demo_token).status, 200);
  early.ask("PUT", "/__mock/chaos", {{"rules", {{{"fault", "rate_limited"}}}}});
  const HttpResponse refused = early.read_location(demo_token);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(left(refused), 99);
}

TEST(Quirk, quirk_49_OthersAtTheLocationUseUpTheSameBudget) {
  OAuthRig rig(limited_to(10));
  EXPECT_EQ(left(rig.read_location(demo_token)), 9);
  const auto others = [&](Json body) {
    body["locationId"] = demo_location;
    return Rig::json(rig.ask("POST", "/__mock/ratelimit", body));
  };
  EXPECT_EQ(others({{"consume", 8}})["remaining"], 1);
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
  EXPECT_EQ(rig.read_location(demo_token).status, 429) << "two requests of our own, and the window is gone";
  const std::string app = rig.issue({{"kind", "location"}, {"locationId", demo_location}})["token"];
  EXPECT_EQ(left(rig.read_location(app)), 9) << "an app does not feel it";
  EXPECT_EQ(others({{"clientId", demo_client}, {"consume", 100}})["remaining"], 0);
  EXPECT_EQ(rig.read_location(app).status, 429);
  rig.advance(seconds{10});
  EXPECT_EQ(left(rig.read_location(demo_token)), 9);
  // All the time, until it is switched off again.
  others({{"background", 7}});
  for (int i = 0; i < 2; ++i) {
    rig.advance(seconds{10});
    EXPECT_EQ(left(rig.read_location(demo_token)), 2);
  }
  others({{"background", 0}});
  EXPECT_EQ(left(rig.read_location(demo_token)), 8);
  // And the day.
  EXPECT_EQ(others({{"daily_remaining", 0}})["daily_remaining"], 0);
  const HttpResponse refused = rig.read_location(demo_token);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(left(refused, "X-RateLimit-Daily-Remaining"), 0);
  rig.advance(days{1});
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
}

}  // namespace
}  // namespace mock_ghl::tests
