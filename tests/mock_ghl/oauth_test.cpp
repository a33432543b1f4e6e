// Tokens of every kind, the OAuth flow, and the rate limits, under the world's clock.
#include <gtest/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char client_id[] = "66f0c0ffee0123456789abcd-holdfast";
constexpr char client_secret[] = "00000000-0000-4000-8000-00000000a99a";
constexpr char redirect_uri[] = "http://127.0.0.1:8700/oauth/callback";
constexpr char company_id[] = "comHarbor00000000001";

using Fields = std::vector<std::pair<std::string, std::string>>;

HttpRequest form(const std::string& target, const Fields& fields, const std::string& version = "2021-07-28") {
  HttpRequest request{.method = "POST", .target = target};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  if (!version.empty()) request.headers.set("Version", version);
  request.body = holdfast::net::make_target("", fields).substr(1);
  return request;
}

class OAuthRig : public Rig {
 public:
  using Rig::Rig;

  // What a person does on the consent page; the code that comes back.
  std::string consent(const std::string& resource) {
    const HttpResponse back =
        send(form("/oauth/chooselocation", {{"response_type", "code"},
                                            {"client_id", client_id},
                                            {"redirect_uri", redirect_uri},
                                            {"scope", "contacts.readonly oauth.write oauth.readonly"},
                                            {"state", "a b&c"},
                                            {"resource", resource}}));
    EXPECT_EQ(back.status, 302) << back.body;
    const holdfast::net::Target target =
        holdfast::net::parse_target(std::string(back.headers.find("Location").value_or("")));
    EXPECT_EQ(target.parameter("state"), "a b&c");
    return target.parameter("code").value_or("");
  }
  HttpResponse redeem(const std::string& code, const std::string& secret = client_secret) {
    return send(form(
        "/oauth/token",
        {{"client_id", client_id}, {"client_secret", secret}, {"grant_type", "authorization_code"}, {"code", code}}));
  }
  HttpResponse refresh(const std::string& refresh_token) {
    return send(form("/oauth/token", {{"client_id", client_id},
                                      {"client_secret", client_secret},
                                      {"grant_type", "refresh_token"},
                                      {"refresh_token", refresh_token}}));
  }
  Json session(const std::string& resource) { return json(redeem(consent(resource))); }
  HttpResponse read_location(const std::string& token) {
    HttpRequest request =
        Rig::request("GET", std::string("/contacts/search/duplicate?email=a%40b.c&locationId=") + demo_location);
    request.headers.set("Authorization", "Bearer " + token);
    return send(request);
  }
  HttpResponse admin(const std::string& method, const std::string& path, const Json& body = Json::object()) {
    return handle_admin(twin, {.method = method, .target = "/__mock/" + path, .body = holdfast::dump_json(body)});
  }
  void advance(holdfast::Duration distance) { EXPECT_TRUE(twin.advance(distance).has_value()); }
};

const std::string at_location = std::string("location:") + demo_location;
const std::string at_company = std::string("company:") + company_id;

TEST(OAuth, ACodeIsGoodOnceAndForAPairOfTokens) {
  OAuthRig rig;
  const std::string code = rig.consent(at_location);
  const HttpResponse issued = rig.redeem(code);
  ASSERT_EQ(issued.status, 200) << issued.body;
  const Json session = Rig::json(issued);
  EXPECT_EQ(session["userType"], "Location");
  EXPECT_EQ(session["locationId"], demo_location);
  EXPECT_EQ(session["expires_in"], 86399);
  EXPECT_EQ(rig.read_location(session["access_token"]).status, 200);
  const HttpResponse again = rig.redeem(code);
  EXPECT_EQ(again.status, 401);
  EXPECT_NE(again.body.find("Authorization code not found"), std::string::npos);
}

TEST(OAuth, TheCodeIsLookedAtBeforeTheCredentials) {
  OAuthRig rig;
  EXPECT_NE(rig.redeem("made up", "wrong").body.find("Authorization code not found"), std::string::npos);
  const std::string code = rig.consent(at_location);
  const HttpResponse wrong = rig.redeem(code, "wrong");
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(wrong.body.find("Authorization code not found"), std::string::npos);
  EXPECT_EQ(rig.redeem(code).status, 200) << "a wrong secret does not use up the code";
}

TEST(OAuth, MissingAndUnknownParametersAre400InTheDialectsWords) {
  OAuthRig rig;
  const HttpResponse dated = rig.send(form("/oauth/token", {{"grant_type", "refresh_token"}}, ""));
  EXPECT_EQ(dated.status, 400);
  EXPECT_EQ(Rig::json(dated)["message"], "Missing parameter: client_id");
  HttpRequest v3 = Rig::request("POST", "/oauth/token", {{"grantType", "magic"}});
  v3.headers.set("Version", "v3");
  const HttpResponse refused = rig.send(v3);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Rig::json(refused)["message"], "Invalid parameter: grantType");
}

TEST(OAuth, V3SpeaksCamelCase) {
  OAuthRig rig;
  HttpRequest request = Rig::request("POST", "/oauth/token",
                                     {{"clientId", client_id},
                                      {"clientSecret", client_secret},
                                      {"grantType", "authorization_code"},
                                      {"code", rig.consent(at_location)}});
  request.headers.set("Version", "v3");
  const Json session = Rig::json(rig.send(request));
  EXPECT_TRUE(session.contains("accessToken") && session.contains("refreshToken")) << session.dump();
  EXPECT_FALSE(session.contains("access_token"));
}

TEST(OAuth, TheConsentPageNamesTheAppAndEscapesWhatItIsGiven) {
  OAuthRig rig;
  const std::string target = "/v2/oauth/chooselocation?response_type=code&client_id=" + std::string(client_id) +
                             "&redirect_uri=" + holdfast::net::percent_encode(redirect_uri) +
                             "&scope=contacts.readonly&state=" + holdfast::net::percent_encode("\"><script>1</script>");
  const HttpResponse page = rig.send(HttpRequest{.method = "GET", .target = target});
  EXPECT_EQ(page.status, 200);
  EXPECT_TRUE(page.headers.find("Content-Type").value_or("").starts_with("text/html"));
  EXPECT_NE(page.body.find("Front Desk"), std::string::npos);
  EXPECT_NE(page.body.find("Harbor Street Clinic"), std::string::npos);
  EXPECT_EQ(page.body.find("<script>1"), std::string::npos);
  const HttpResponse stranger =
      rig.send(HttpRequest{.method = "GET", .target = "/oauth/chooselocation?response_type=code&client_id=nobody"});
  EXPECT_GE(stranger.status, 400);
}

TEST(OAuth, AnUninstalledAppsTokensAreDead) {
  OAuthRig rig;
  const std::string token = rig.session(at_location)["access_token"];
  EXPECT_EQ(rig.admin("POST", "installs", {{"action", "uninstall"}, {"locationId", demo_location}}).status, 200);
  const HttpResponse refused = rig.read_location(token);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(Rig::json(refused)["message"], "Invalid JWT");
}

TEST(OAuth, ReconnectIsGone) {
  OAuthRig rig;
  const HttpResponse gone = rig.send("POST", "/oauth/reconnect", Json::object());
  EXPECT_EQ(gone.status, 400);
  EXPECT_EQ(Rig::json(gone)["message"], "API endpoint has been removed");
}

TEST(Tokens, ARotatedPrivateTokenWorksForItsGrace) {
  OAuthRig rig;
  const Json fresh = Rig::json(rig.admin("POST", "tokens/rotate", {{"token", demo_token}}));
  EXPECT_EQ(rig.read_location(fresh["token"]).status, 200);
  rig.advance(holdfast::days{6});
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
  rig.advance(holdfast::days{2});
  EXPECT_EQ(rig.read_location(demo_token).status, 401);
  EXPECT_EQ(rig.read_location(fresh["token"]).status, 200);
}

TEST(Tokens, AnAgencysPrivateTokenIsOfTheWrongTypeForALocation) {
  OAuthRig rig;
  const Json issued = Rig::json(rig.admin("POST", "tokens", {{"kind", "company_pit"}, {"companyId", company_id}}));
  const HttpResponse refused = rig.read_location(issued["token"]);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(Rig::json(refused)["message"], "Token's user type mismatch!");
}

TEST(Quirk, quirk_41_ATokenExpiresInTheMiddleAndARefreshHelps) {
  OAuthRig rig;
  const Json session = rig.session(at_location);
  EXPECT_EQ(rig.read_location(session["access_token"]).status, 200);
  rig.advance(holdfast::hours{25});
  const HttpResponse expired = rig.read_location(session["access_token"]);
  EXPECT_EQ(expired.status, 401);
  EXPECT_EQ(Rig::json(expired)["message"], "Invalid JWT");
  const Json renewed = Rig::json(rig.refresh(session["refresh_token"]));
  EXPECT_EQ(rig.read_location(renewed["access_token"]).status, 200);
}

TEST(Quirk, quirk_42_TwoRefreshesWithinThirtySecondsGetTheSameRefreshToken) {
  OAuthRig rig;
  const Json session = rig.session(at_location);
  const Json first = Rig::json(rig.refresh(session["refresh_token"]));
  rig.advance(holdfast::seconds{29});
  const Json second = Rig::json(rig.refresh(session["refresh_token"]));
  EXPECT_EQ(second["refresh_token"], first["refresh_token"]);
  EXPECT_NE(first["refresh_token"], session["refresh_token"]);
  rig.advance(holdfast::seconds{2});
  const HttpResponse late = rig.refresh(session["refresh_token"]);
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(Rig::json(late)["message"], "Invalid grant: refresh token is invalid");
}

TEST(Quirk, quirk_43_ALostRefreshAnswerIsRecoverableOnlyWithinTheGrace) {
  for (const bool in_time : {true, false}) {
    OAuthRig rig;
    const Json session = rig.session(at_location);
    rig.twin.set_chaos(
        *parse_chaos(R"({"rules":[{"fault":"lost_after_commit","operation":"get-access-token","limit":1}]})"));
    const HttpResponse lost = rig.refresh(session["refresh_token"]);
    EXPECT_TRUE(lost.abandoned || lost.status >= 500);
    rig.advance(in_time ? holdfast::seconds{10} : holdfast::seconds{40});
    EXPECT_EQ(rig.refresh(session["refresh_token"]).status, in_time ? 200 : 400);
  }
}

TEST(Quirk, quirk_44_APausedLocationRefusesAndTakesTheSameTokenLater) {
  OAuthRig rig;
  const Json session = rig.session(at_location);
  EXPECT_EQ(rig.admin("POST", "installs", {{"action", "pause"}, {"locationId", demo_location}}).status, 200);
  const HttpResponse paused = rig.refresh(session["refresh_token"]);
  EXPECT_EQ(paused.status, 400);
  EXPECT_EQ(Rig::json(paused)["message"], "Location is not active");
  EXPECT_EQ(rig.admin("POST", "installs", {{"action", "resume"}, {"locationId", demo_location}}).status, 200);
  EXPECT_EQ(rig.refresh(session["refresh_token"]).status, 200);
}

TEST(Quirk, quirk_45_ACompanyTokenMustBeExchangedForALocation) {
  OAuthRig rig;
  const Json session = rig.session(at_company);
  EXPECT_EQ(session["userType"], "Company");
  EXPECT_FALSE(session.contains("locationId"));
  const HttpResponse refused = rig.read_location(session["access_token"]);
  EXPECT_EQ(refused.status, 401);
  EXPECT_NE(refused.body.find("This authClass type is not allowed to access this scope."), std::string::npos);
  HttpRequest exchange = form("/oauth/locationToken", {{"companyId", company_id}, {"locationId", demo_location}});
  exchange.headers.set("Authorization", "Bearer " + session["access_token"].get<std::string>());
  const HttpResponse exchanged = rig.send(exchange);
  ASSERT_EQ(exchanged.status, 201) << exchanged.body;
  EXPECT_EQ(rig.read_location(Rig::json(exchanged)["access_token"]).status, 200);
}

TEST(OAuth, InstalledLocationsInBothDialects) {
  OAuthRig rig;
  const std::string token = rig.session(at_company)["access_token"];
  const std::string query = std::string("?companyId=") + company_id + "&appId=66f0c0ffee0123456789abcd";
  HttpRequest dated = Rig::request("GET", "/oauth/installedLocations" + query);
  dated.headers.set("Authorization", "Bearer " + token);
  EXPECT_EQ(Rig::json(rig.send(dated))["locations"][0]["_id"], demo_location);
  HttpRequest v3 = Rig::request("GET", "/oauth/installed-locations" + query + "&pageSize=1");
  v3.headers.set("Authorization", "Bearer " + token);
  v3.headers.set("Version", "v3");
  const Json page = Rig::json(rig.send(v3));
  EXPECT_EQ(page["items"].size(), 1U);
  EXPECT_EQ(page["pagination"]["hasNextPage"], false);
  v3.target += "&pageSize=0";
  v3.target.replace(v3.target.find("&pageSize=1"), 11, "");
  const HttpResponse refused = rig.send(v3);
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(Rig::json(refused)["error"]["code"], "INVALID_ARGUMENT");
}

TEST(Quirk, quirk_49_OthersAtTheLocationUseUpTheSameBudget) {
  OAuthRig rig;
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
  EXPECT_EQ(rig.admin("POST", "ratelimit", {{"locationId", demo_location}, {"consume", 99}}).status, 200);
  const HttpResponse refused = rig.read_location(demo_token);
  EXPECT_EQ(refused.status, 429);
  EXPECT_FALSE(refused.headers.find("Retry-After"));
  EXPECT_EQ(refused.headers.find("X-RateLimit-Remaining"), "0");
  // Another private token of the location is no way around it, an app's is.
  const Json other = Rig::json(rig.admin("POST", "tokens", {{"kind", "location_pit"}, {"locationId", demo_location}}));
  EXPECT_EQ(rig.read_location(other["token"]).status, 429);
  EXPECT_EQ(rig.read_location(rig.session(at_location)["access_token"]).status, 200);
  rig.advance(holdfast::seconds{11});
  EXPECT_EQ(rig.read_location(demo_token).status, 200);
}

TEST(RateLimit, ASlidingWindowForgetsOneByOne) {
  for (const bool sliding : {false, true}) {
    Fixture fixture = demo_fixture();
    fixture.settings.rate_limit_max = 2;
    fixture.settings.rate_limit_sliding = sliding;
    OAuthRig rig(std::move(fixture));
    EXPECT_EQ(rig.read_location(demo_token).status, 200);
    rig.advance(holdfast::seconds{9});
    EXPECT_EQ(rig.read_location(demo_token).status, 200);
    EXPECT_EQ(rig.read_location(demo_token).status, 429);
    rig.advance(holdfast::seconds{2});  // the first is 11 s old, the second 2 s
    EXPECT_EQ(rig.read_location(demo_token).status, 200);
    EXPECT_EQ(rig.read_location(demo_token).status, sliding ? 429 : 200);
  }
}

TEST(RateLimit, TheHeadersAreOnEveryAnswer) {
  OAuthRig rig;
  HttpRequest unknown = Rig::request("GET", "/no/such/path");
  HttpRequest unbuilt = Rig::request("GET", std::string("/locations/") + demo_location + "/templates");
  HttpRequest unauthorised = Rig::request("GET", "/calendars/");
  unauthorised.headers.set("Authorization", "");
  for (const HttpRequest& request : {unknown, unbuilt, unauthorised}) {
    const HttpResponse response = rig.send(request);
    for (const char* name : {"X-RateLimit-Limit-Daily", "X-RateLimit-Daily-Remaining", "X-RateLimit-Max",
                             "X-RateLimit-Interval-Milliseconds", "X-RateLimit-Remaining"}) {
      EXPECT_TRUE(response.headers.find(name)) << name << " " << response.status;
    }
  }
  rig.twin.set_chaos(*parse_chaos(R"({"rules":[{"fault":"server_error"}]})"));
  EXPECT_TRUE(rig.read_location(demo_token).headers.find("X-RateLimit-Max"));
}

TEST(Quirk, quirk_19_WithoutTimezoneTheLocationsZoneCounts) {
  for (const char* zone : {"America/New_York", "America/Boise"}) {
    Fixture fixture = demo_fixture();
    fixture.locations.front().timezone = zone;
    Rig rig(std::move(fixture));
    const Json slots = Rig::json(rig.slots(consult, monday_morning(), monday_morning() + holdfast::days{1}));
    ASSERT_TRUE(slots.contains("2026-08-24")) << slots.dump();
    const std::string start = slots["2026-08-24"]["slots"][0];
    EXPECT_TRUE(start.ends_with(std::string(zone) == "America/Boise" ? "-06:00" : "-04:00")) << start;
  }
}

}  // namespace
}  // namespace mock_ghl::tests
