// The admin routes over a twin without sockets.
#include "mock_ghl/admin/admin.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

struct AdminRig : Rig {
  HttpResponse ask(std::string method, std::string target, const std::string& body = "") {
    return handle_admin(twin, {.method = std::move(method), .target = std::move(target), .body = body});
  }
};

TEST(Admin, KnowsItsOwnPaths) {
  EXPECT_TRUE(is_admin_request({.target = "/__mock"}));
  EXPECT_TRUE(is_admin_request({.target = "/__mock/state?x=1"}));
  EXPECT_FALSE(is_admin_request({.target = "/__mockery"}));
  EXPECT_FALSE(is_admin_request({.target = "/contacts/__mock"}));
  AdminRig rig;
  EXPECT_EQ(rig.ask("GET", "/__mock/nothing").status, 404);
}

TEST(Admin, AnUnknownRouteNamesTheClosestAndAnotherMethodTheRightOnes) {
  AdminRig rig;
  const HttpResponse unknown = rig.ask("GET", "/__mock/sate");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(Rig::json(unknown)["error"],
            "there is no admin route /__mock/sate; the closest is GET /__mock/state. GET /__mock lists them all");
  const HttpResponse wrong = rig.ask("POST", "/__mock/chaos");
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.headers.find("Allow"), "GET, PUT");
  EXPECT_EQ(Rig::json(wrong)["error"], "/__mock/chaos does not know POST; it answers GET, PUT");
  EXPECT_EQ(rig.ask("GET", "/__mock/snapshots/here/restore").headers.find("Allow"), "POST");
}

TEST(Admin, ListsItsRoutesOneALine) {
  AdminRig rig;
  const HttpResponse listed = rig.ask("GET", "/__mock");
  ASSERT_EQ(listed.status, 200);
  const Json routes = Rig::json(listed)["routes"];
  EXPECT_EQ(static_cast<std::size_t>(std::ranges::count(listed.body, '\n')), routes.size() + 2);
  for (const Json& route : routes) {
    EXPECT_FALSE(route["does"].get<std::string>().empty());
    // Each is there: whatever it says to an empty body, it knows the method.
    const int status = rig.ask(route["method"], route["path"], "{}").status;
    EXPECT_TRUE(status != 405 && (status != 404 || route["path"].get<std::string>().contains("{NAME}"))) << route;
  }
}

TEST(Admin, ShowsThePlanInForce) {
  AdminRig rig;
  EXPECT_EQ(rig.ask("GET", "/__mock/chaos").body, R"({"rules":[]})");
  const char* plan =
      R"({"rules":[{"fault":"rate_limited","limit":2}],"script":[{"before":"get-slots","do":"cancel","id":"x"}]})";
  ASSERT_EQ(rig.ask("PUT", "/__mock/chaos", plan).status, 200);
  EXPECT_EQ(*parse_chaos(rig.ask("GET", "/__mock/chaos").body), *parse_chaos(plan));
  rig.ask("POST", "/__mock/reset");
  EXPECT_EQ(rig.ask("GET", "/__mock/chaos").body, R"({"rules":[]})") << "a reset calms";
}

TEST(Admin, AWholeStory) {
  AdminRig rig;
  const HttpResponse booked =
      rig.ask("POST", "/__mock/book",
              R"({"calendarId":"calPersonal000000002","startTime":"2026-08-24T16:00:00Z","contactName":"Pat Walkin"})");
  ASSERT_EQ(booked.status, 200) << booked.body;
  const std::string id = Rig::json(booked)["id"];
  EXPECT_EQ(
      rig.ask("POST", "/__mock/book", R"({"calendarId":"calPersonal000000002","startTime":"2026-08-24T16:00:00Z"})")
          .status,
      409);
  rig.send("POST", "/contacts/" + rig.contact() + "/notes", {{"body", "hello"}});

  Json state = Rig::json(rig.ask("GET", "/__mock/state"));
  ASSERT_EQ(state["appointments"].size(), 1U);
  EXPECT_EQ(state["appointments"][0]["id"], id);
  EXPECT_EQ(state["appointments"][0]["source"], "calendar_page");
  EXPECT_EQ(state["appointments"][0]["occupies"], true);
  EXPECT_EQ(state["appointments"][0]["startTime"], "2026-08-24T12:00:00-04:00");
  EXPECT_EQ(state["contacts"].size(), 2U);
  EXPECT_EQ(state["notes"][0]["body"], "hello");

  EXPECT_EQ(rig.ask("POST", "/__mock/cancel", R"({"id":")" + id + R"("})").status, 200);
  EXPECT_EQ(rig.ask("POST", "/__mock/cancel", R"({"id":"nothing"})").status, 404);
  state = Rig::json(rig.ask("GET", "/__mock/state"));
  EXPECT_EQ(state["appointments"][0]["appointmentStatus"], "cancelled");
  EXPECT_EQ(state["appointments"][0]["endedAt"], "2026-08-24T12:00:00.000Z");

  EXPECT_EQ(
      rig.ask("PUT", "/__mock/chaos", R"({"rules":[{"fault":"rate_limited","operation":"get-location"}]})").status,
      200);
  EXPECT_EQ(rig.send("GET", std::string("/locations/") + demo_location).status, 429);
  const Json journal = Rig::json(rig.ask("GET", "/__mock/journal"));
  EXPECT_EQ(journal["counts"]["rate_limited"], 1);
  EXPECT_EQ(journal["entries"][0]["operation"], "get-location");
  EXPECT_EQ(journal["entries"][0]["at"], "2026-08-24T12:00:00.000Z");
  EXPECT_EQ(journal["requests"], 3);

  EXPECT_EQ(rig.ask("POST", "/__mock/reset").status, 200);
  EXPECT_EQ(Rig::json(rig.ask("GET", "/__mock/state"))["appointments"].size(), 0U);
  EXPECT_EQ(rig.send("GET", std::string("/locations/") + demo_location).status, 200);
}

TEST(Admin, FaultsOfTheCallerAreNamed) {
  AdminRig rig;
  EXPECT_EQ(
      Rig::json(rig.ask("PUT", "/__mock/chaos", R"({"rules":[{"fault":"x"}]})"))["error"].get<std::string>().substr(0,
                                                                                                                    15),
      "rules[0].fault:");
  EXPECT_EQ(rig.ask("PUT", "/__mock/chaos", "not json").status, 400);
  EXPECT_EQ(Rig::json(rig.ask("POST", "/__mock/book", "[]"))["error"], "the body: must be an object");
  EXPECT_EQ(rig.ask("POST", "/__mock/book", "{}").status, 400);
  EXPECT_EQ(rig.ask("POST", "/__mock/book", R"({"calendarId":"x","startTime":"2026-08-24T16:00:00Z"})").status, 404);
  EXPECT_EQ(rig.ask("POST", "/__mock/book", R"({"calendarId":"x","startTime":"noon"})").status, 400);
}

}  // namespace
}  // namespace mock_ghl::tests
