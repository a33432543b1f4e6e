// The admin routes over a twin without sockets.
#include "mock_ghl/admin/admin.hpp"

#include <gtest/gtest.h>

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
  EXPECT_EQ(rig.ask("POST", "/__mock/state").status, 404);
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
  EXPECT_EQ(rig.ask("POST", "/__mock/book", "{}").status, 400);
  EXPECT_EQ(rig.ask("POST", "/__mock/book", R"({"calendarId":"x","startTime":"2026-08-24T16:00:00Z"})").status, 404);
  EXPECT_EQ(rig.ask("POST", "/__mock/book", R"({"calendarId":"x","startTime":"noon"})").status, 400);
}

}  // namespace
}  // namespace mock_ghl::tests
