#include "core/net/router.hpp"

#include <gtest/gtest.h>

namespace holdfast::net {
namespace {

Task<HttpResponse> answer_nothing(RoutedRequest) {
  co_return HttpResponse{};
}

Router make_router() {
  Router router;
  router.add("GET", "/", answer_nothing);
  router.add("GET", "/calendars/{id}", answer_nothing);
  router.add("GET", "/calendars/events", answer_nothing);
  router.add("PUT", "/calendars/events/appointments/{id}", answer_nothing);
  router.add("GET", "/calendars/{id}/free-slots", answer_nothing);
  return router;
}

TEST(Router, LiteralWinsOverCaptureWhateverTheOrder) {
  const Router router = make_router();
  EXPECT_EQ(router.match("GET", "/calendars/events").pattern, "/calendars/events");
  EXPECT_TRUE(router.match("GET", "/calendars/events").captures.empty());
  const auto match = router.match("GET", "/calendars/abc");
  EXPECT_EQ(match.pattern, "/calendars/{id}");
  EXPECT_EQ(match.captures, std::vector<std::string>{"abc"});
}

TEST(Router, TellsWrongMethodFromUnknownPath) {
  const Router router = make_router();
  EXPECT_EQ(router.match("POST", "/calendars/abc").handler, nullptr);
  EXPECT_TRUE(router.match("POST", "/calendars/abc").path_known);
  EXPECT_EQ(router.match("GET", "/contacts").handler, nullptr);
  EXPECT_FALSE(router.match("GET", "/contacts").path_known);
  EXPECT_FALSE(router.match("GET", "/calendars").path_known);
  EXPECT_FALSE(router.match("GET", "/calendars/a/b/c").path_known);
}

TEST(Router, RootAndTrailingSlash) {
  const Router router = make_router();
  EXPECT_NE(router.match("GET", "/").handler, nullptr);
  EXPECT_NE(router.match("GET", "/calendars/abc/").handler, nullptr);
}

TEST(Router, MethodDecidesBetweenEqualPaths) {
  const Router router = make_router();
  EXPECT_NE(router.match("PUT", "/calendars/events/appointments/x").handler, nullptr);
  EXPECT_EQ(router.match("GET", "/calendars/events/appointments/x").handler, nullptr);
  EXPECT_EQ(router.match("GET", "/calendars/x/free-slots").captures, std::vector<std::string>{"x"});
}

TEST(Router, AWrongMethodOnALiteralFallsBackToTheCapture) {
  Router router;
  router.add("POST", "/a/b", answer_nothing);
  router.add("GET", "/a/{x}", answer_nothing);
  const auto match = router.match("GET", "/a/b");
  EXPECT_EQ(match.pattern, "/a/{x}");
  EXPECT_EQ(match.captures, std::vector<std::string>{"b"});
}

}  // namespace
}  // namespace holdfast::net
