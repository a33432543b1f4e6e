// Which token opens what (facts/ghl.md 1.4, 1.6), and tokens as an operator and a fixture have them.
#include <gtest/gtest.h>

#include <set>

#include "mock_ghl/api/access.hpp"
#include "mock_ghl/api/consent_page.hpp"
#include "tests/mock_ghl/oauth_rig.hpp"

namespace mock_ghl::tests {
namespace {

// Which of the four kinds of token each security scheme takes, and the text for those it does not (facts/ghl.md 1.4).
TEST(TokenKinds, SchemesTakeWhatTheContractSays) {
  using enum TokenKind;
  const auto taken = [](const char* scheme) {
    std::set<TokenKind> kinds;
    for (const TokenKind kind : {location_pit, company_pit, location, company}) {
      if (api::kind_refusal(kind, *api::accepted_by(scheme)).empty()) kinds.insert(kind);
    }
    return kinds;
  };
  EXPECT_EQ(taken("bearer"), (std::set{location_pit, location}));
  EXPECT_EQ(taken("Location-Access"), (std::set{location_pit, location}));
  EXPECT_EQ(taken("Location-Access-Only"), (std::set{location}));
  EXPECT_EQ(taken("Agency-Access"), (std::set{company_pit, company}));
  EXPECT_EQ(taken("Agency-Access-Only"), (std::set{company}));
  EXPECT_FALSE(api::accepted_by("oauth2"));
}

TEST(TokenKinds, EachKindOpensItsOwnDoorsOnly) {
  OAuthRig rig;
  const auto token = [&](Json wanted) { return text(rig.issue(wanted), "token"); };
  const std::string location_pit = token({{"kind", "location_pit"}, {"locationId", demo_location}});
  const std::string company_pit = token({{"kind", "company_pit"}, {"companyId", demo_company}});
  const std::string location = token({{"kind", "location"}, {"locationId", demo_location}});
  const std::string company = token({{"kind", "company"}, {"companyId", demo_company}});
  const auto listing = [&](const std::string& bearer) {
    return rig.send(OAuthRig::with_token(
        "GET", std::string("/oauth/installedLocations?companyId=") + demo_company + "&appId=" + demo_app, bearer));
  };
  // A sub-account operation.
  EXPECT_EQ(rig.read_calendar(location_pit).status, 200);
  EXPECT_EQ(rig.read_calendar(location).status, 200);
  EXPECT_EQ(rig.read_calendar(company_pit).status, 401);
  EXPECT_EQ(OAuthRig::message(rig.read_calendar(company_pit)), "Token's user type mismatch!");
  EXPECT_EQ(OAuthRig::message(rig.read_calendar(company)), wrong_auth_class);
  // One for agencies' OAuth tokens only.
  EXPECT_EQ(listing(company).status, 200);
  EXPECT_EQ(listing(location).status, 401);
  EXPECT_EQ(OAuthRig::message(listing(location)), wrong_auth_class);
  EXPECT_EQ(OAuthRig::message(listing(location_pit)), "This token's user type is not yet supported!");
  EXPECT_EQ(OAuthRig::message(listing(company_pit)), "This token's user type is not yet supported!");
  // One for both: an agency reads its own locations and no others.
  for (const std::string& bearer : {company_pit, company}) {
    EXPECT_EQ(rig.read_location(bearer, elm_location).status, 200);
    EXPECT_EQ(rig.read_location(bearer, foreign_place).status, 403);
  }
  EXPECT_EQ(rig.read_location(location, elm_location).status, 403);
}

// No token of an agency may bring down a handler that was written for locations.
TEST(TokenKinds, AgencyTokensOnEveryOperationAreAnswered) {
  OAuthRig rig;
  const std::string scopes_of_all = "locations.readonly";
  for (const char* kind : {"company_pit", "company"}) {
    Json wanted{{"kind", kind}, {"companyId", demo_company}, {"scopes", Json::array()}};
    for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
      for (const contract::Operation& operation : contract::Contract::shipped().operations(dialect)) {
        for (const contract::Security& security : operation.auth) {
          for (const std::string& scope : security.scopes) wanted["scopes"].push_back(scope);
        }
      }
    }
    const std::string token = text(rig.issue(wanted), "token");
    for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
      for (const contract::Operation& operation : contract::Contract::shipped().operations(dialect)) {
        std::string path = operation.pattern;
        for (auto open = path.find('{'); open != std::string::npos; open = path.find('{')) {
          path.replace(open, path.find('}') - open + 1, "x");
        }
        for (const char* query : {"", "?companyId=comHarbor00000000001&locationId=locClinic00000000001&query=x"}) {
          HttpRequest request = OAuthRig::with_token(operation.method, path + query, token,
                                                     dialect == contract::Dialect::v3 ? "v3" : "2021-07-28");
          request.headers.set("Content-Type", "application/json");
          request.body = R"({"locationId":"locClinic00000000001","companyId":"comHarbor00000000001"})";
          const HttpResponse answer = rig.send(request);
          EXPECT_GE(answer.status, 200) << operation.id;
          EXPECT_LT(answer.status, 600) << operation.id;
          EXPECT_NE(answer.status, 500) << operation.id;
        }
        rig.advance(seconds{1});
      }
    }
  }
}

TEST(TokenKinds, GarbledAndUnknownTokens) {
  OAuthRig rig;
  std::string token = text(rig.install(), "access_token");
  EXPECT_EQ(rig.read_location(token).status, 200);
  token.back() = token.back() == 'A' ? 'B' : 'A';
  const HttpResponse garbled = rig.read_location(token);
  EXPECT_EQ(garbled.status, 401);
  const std::string body = R"({"statusCode":401,"message":"Invalid JWT")";
  EXPECT_EQ(garbled.body.substr(0, body.size()), body);
  EXPECT_EQ(OAuthRig::message(rig.read_location("pit-00000000-0000-4000-8000-00000000dead")),
            "Invalid Private Integration token");
  EXPECT_EQ(OAuthRig::message(rig.read_location("nonsense")), "Invalid JWT");
}

TEST(TokenAdmin, PitRotationLeavesTheOldOneSevenDays) {
  OAuthRig rig;
  const HttpResponse rotated = rig.ask("POST", "/__mock/tokens/rotate", {{"token", demo_token}});
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  const std::string fresh = text(Rig::json(rotated), "token");
  EXPECT_EQ(fresh.substr(0, 4), "pit-");
  EXPECT_EQ(fresh.size(), 40U);
  rig.advance(days{7} - Duration{1});
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
  EXPECT_EQ(rig.read_location(fresh).status, 200);
  rig.advance(Duration{1});
  EXPECT_EQ(OAuthRig::message(rig.read_location(demo_token)), "Invalid Private Integration token");
  EXPECT_EQ(rig.read_location(fresh).status, 200);
  const Json now = Rig::json(rig.ask("POST", "/__mock/tokens/rotate", {{"token", fresh}, {"graceMs", 0}}));
  EXPECT_EQ(rig.read_location(fresh).status, 401) << "rotated at once";
  EXPECT_EQ(rig.read_location(text(now, "token")).status, 200);
  EXPECT_EQ(rig.ask("POST", "/__mock/tokens/rotate", {{"token", fresh}}).status, 404);
}

TEST(TokenAdmin, IssuesListsExpiresAndRevokes) {
  OAuthRig rig;
  const Json made = rig.issue({{"kind", "location"},
                               {"locationId", elm_location},
                               {"scopes", {"locations.readonly"}},
                               {"expiresInMs", 60'000}});
  EXPECT_EQ(made["companyId"], demo_company);
  const std::string token = text(made, "token");
  EXPECT_EQ(rig.read_location(token, elm_location).status, 200);
  rig.advance(seconds{60});
  EXPECT_EQ(rig.read_location(token, elm_location).status, 401);
  const auto state_of = [&](const std::string& wanted) -> std::string {
    for (const Json& entry : Rig::json(rig.ask("GET", "/__mock/tokens"))["tokens"]) {
      if (entry["token"] == wanted) return entry["state"];
    }
    return "absent";
  };
  EXPECT_EQ(state_of(token), "expired");
  EXPECT_EQ(state_of(demo_token), "live");
  EXPECT_EQ(rig.ask("POST", "/__mock/tokens/revoke", {{"token", demo_token}}).status, 200);
  EXPECT_EQ(state_of(demo_token), "revoked");
  EXPECT_EQ(rig.read_location(demo_token).status, 401);
  // A refresh token ends the same way.
  EXPECT_EQ(rig.ask("POST", "/__mock/tokens/expire", {{"token", text(made, "refreshToken")}}).status, 200);
  EXPECT_EQ(rig.refresh(text(made, "refreshToken")).status, 400);
  const Json listed = Rig::json(rig.ask("GET", "/__mock/tokens"));
  EXPECT_EQ(listed["installs"][0]["locationId"], elm_location);
  EXPECT_EQ(listed["installs"][0]["userId"], ada) << "nobody works there; the agency's first user did it";
  EXPECT_EQ(listed["refreshTokens"][0]["state"], "expired");
}

TEST(TokenAdmin, WrongWishesAreNamed) {
  OAuthRig rig;
  const auto status = [&](const char* path, const Json& body) {
    return rig.ask("POST", std::string("/__mock/") + path, body).status;
  };
  EXPECT_EQ(status("tokens", {{"kind", "root"}, {"locationId", demo_location}}), 400);
  EXPECT_EQ(status("tokens", {{"kind", "location"}}), 400);
  EXPECT_EQ(status("tokens", {{"kind", "location"}, {"companyId", demo_company}}), 400);
  EXPECT_EQ(status("tokens", {{"kind", "company"}, {"locationId", demo_location}}), 400);
  EXPECT_EQ(status("tokens", {{"kind", "location"}, {"locationId", "nowhere"}}), 404);
  EXPECT_EQ(status("tokens", {{"kind", "location"}, {"locationId", demo_location}, {"clientId", "nobody"}}), 404);
  EXPECT_EQ(status("tokens/revoke", {{"token", "nothing"}}), 404);
  EXPECT_EQ(status("tokens/revoke", {{"tokens", "nothing"}}), 400);
  EXPECT_EQ(status("installs", {{"action", "explode"}, {"locationId", demo_location}}), 400);
  EXPECT_EQ(status("installs", {{"action", "pause"}, {"locationId", demo_location}}), 404);
  EXPECT_EQ(status("ratelimit", {{"locationId", demo_location}, {"consume", -1}}), 400);
  EXPECT_EQ(status("ratelimit", {{"consume", 1}}), 400);
  Fixture without_apps = demo_fixture();
  without_apps.apps.clear();
  OAuthRig bare(without_apps);
  EXPECT_EQ(bare.ask("POST", "/__mock/tokens", {{"kind", "location"}, {"locationId", demo_location}}).status, 404);
}

TEST(TokenAdmin, WithoutAnAppItSaysWhereOneIsAdded) {
  Fixture fixture = demo_fixture();
  fixture.apps.clear();
  Rig rig(std::move(fixture));
  const HttpResponse refused =
      handle_admin(rig.twin, {.method = "POST",
                              .target = "/__mock/installs",
                              .body = R"({"action":"install","locationId":"locClinic00000000001"})"});
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(Rig::json(refused)["error"], R"(the fixture has no apps; add one under "apps")");
}

TEST(OAuthFixture, FaultsNameTheirPath) {
  const auto fault_of = [](auto change) {
    Fixture fixture = agency_fixture();
    change(fixture);
    const auto checked = check_fixture(fixture);
    return checked ? std::string("accepted") : checked.error().message;
  };
  EXPECT_EQ(fault_of([](Fixture&) {}), "accepted");
  EXPECT_EQ(fault_of([](Fixture& fixture) { fixture.apps[0].client_id = "front-desk"; }),
            "apps[0].clientId: must be 24 hex digits, '-' and 8 letters or digits");
  EXPECT_EQ(fault_of([](Fixture& fixture) { fixture.apps[0].client_secret = "hunter2"; }),
            "apps[0].clientSecret: must be a UUID");
  for (const char* uri : {"http://app.example/", "http://127.0.0.1.evil.example/", "javascript:alert(1)",
                          "https://app.example/\r\nSet-Cookie: x", "https://"}) {
    EXPECT_EQ(fault_of([&](Fixture& fixture) { fixture.apps[0].redirect_uris.push_back(uri); }),
              "apps[0].redirectUris: must be https, or http on a loopback address")
        << uri;
  }
  EXPECT_EQ(fault_of([](Fixture& fixture) { fixture.locations[0].company_id = "comGone"; }),
            "locations[0].companyId: is no company of this fixture");
  EXPECT_EQ(fault_of([](Fixture& fixture) {
              fixture.tokens.push_back({.token = "ey.x", .location_id = demo_location, .kind = TokenKind::location});
            }),
            "tokens[1].clientId: is no app of this fixture");
  EXPECT_EQ(fault_of([](Fixture& fixture) { fixture.apps[0].installed_locations = {"locGone"}; }),
            "apps[0].installedLocations: names no location of this fixture");
}

TEST(OAuthFixture, ReadsAppsTokensAndTheWindow) {
  const auto fixture = parse_fixture(R"({
    "companies": [{"id":"comA","name":"A"}],
    "locations": [{"id":"locA","companyId":"comA"}],
    "apps": [{"clientId":"66f0c0ffee0123456789abcd-holdfast","clientSecret":"00000000-0000-4000-8000-00000000a99a",
              "name":"Desk","redirectUris":["http://localhost:1/cb"],"scopes":["locations.readonly"],
              "userType":"Company","isPrivate":true,"versionId":"v","installedLocations":["locA"]}],
    "tokens": [{"token":"pit-agency","kind":"company_pit"},
               {"token":"ey.fixed","kind":"location","locationId":"locA",
                "clientId":"66f0c0ffee0123456789abcd-holdfast","scopes":["locations.readonly"]}],
    "settings": {"rateLimit":{"window":"sliding"}}})");
  ASSERT_TRUE(fixture) << fixture.error().message;
  EXPECT_TRUE(fixture->settings.rate_limit_sliding);
  EXPECT_TRUE(fixture->apps[0].for_agencies);
  EXPECT_TRUE(fixture->apps[0].is_private);
  OAuthRig rig(*fixture);
  EXPECT_EQ(rig.read_location("ey.fixed", "locA").status, 200);
  EXPECT_EQ(rig.read_location("pit-agency", "locA").status, 200);
  EXPECT_NE(rig.twin.state().authorization().installation("66f0c0ffee0123456789abcd-holdfast", "comA"), nullptr);
  rig.advance(hours{24});
  EXPECT_EQ(rig.read_location("ey.fixed", "locA").status, 401) << "an OAuth token of a fixture lives a day";
  EXPECT_EQ(rig.read_location("pit-agency", "locA").status, 200);
}

// What a client can make the twin hold is bounded, and its own tokens are what it forgets.
TEST(OAuthModel, TheOldestTokensAreForgottenAndTheFixturesNever) {
  Fixture fixture = agency_fixture();
  resolve_companies(fixture);
  Authorization authorization(fixture, 1, monday_morning());
  const Installation on = authorization.install(
      {.client_id = demo_client, .company_id = demo_company, .location_id = demo_location, .scopes = {"a"}},
      monday_morning());
  const std::string first = authorization.issue(on, {"a"}, monday_morning()).access.grant.token;
  for (std::size_t i = 1; i < Authorization::held_max; ++i) authorization.issue(on, {"a"}, monday_morning());
  EXPECT_NE(authorization.token(first), nullptr);
  authorization.issue(on, {"a"}, monday_morning());
  EXPECT_EQ(authorization.token(first), nullptr);
  EXPECT_NE(authorization.token(demo_token), nullptr);
  EXPECT_EQ(authorization.tokens().size(), Authorization::held_max + 1);
  EXPECT_EQ(authorization.refresh_tokens().size(), Authorization::held_max);
}

}  // namespace
}  // namespace mock_ghl::tests
