// OAuth from the consent page to the last refresh (facts/ghl.md 1.4, 2), and which token opens what (1.6).
#include <gtest/gtest.h>

#include <set>

#include "core/base/base64.hpp"
#include "mock_ghl/api/access.hpp"
#include "mock_ghl/api/consent_page.hpp"
#include "tests/mock_ghl/oauth_rig.hpp"

namespace mock_ghl::tests {
namespace {

TEST(Consent, ThePageShowsAppScopesAndPlacesAndHidesNothingInTheMarkup) {
  Fixture fixture = agency_fixture();
  fixture.locations[1].name = R"(<script>alert("x")</script>&'s)";
  fixture.apps[0].name = "<b>Front</b> Desk";
  OAuthRig rig(fixture);
  Form query = OAuthRig::wish("calendars.readonly contacts.write");
  query[4].second = R"("><img src=x>)";
  for (const char* path : {"/v2/oauth/chooselocation", "/oauth/chooselocation"}) {
    const HttpResponse page = get_page(rig, query, path);
    EXPECT_EQ(page.status, 200);
    EXPECT_EQ(page.headers.find("Content-Type"), "text/html; charset=utf-8");
    for (const char* shown :
         {"&lt;b&gt;Front&lt;/b&gt; Desk", "calendars.readonly", "contacts.write", "Harbor Street Clinic",
          "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;s", "value=\"location:locClinic00000000001\"",
          "value=\"company:comHarbor00000000001\"", "value=\"&quot;&gt;&lt;img src=x&gt;\"", "app.example"}) {
      EXPECT_NE(page.body.find(shown), std::string::npos) << shown;
    }
    for (const char* dangerous : {"<script", "<img", "<b>", "http://", "https://app.example/oauth/callback?"}) {
      EXPECT_EQ(page.body.find(dangerous), std::string::npos) << dangerous;
    }
  }
}

TEST(Consent, AWrongWishIsAnErrorPageWithItsCode) {
  Fixture fixture = agency_fixture();
  fixture.apps.push_back(fixture.apps[0]);
  fixture.apps[1].client_id = "77f0c0ffee0123456789abcd-privates";
  fixture.apps[1].client_id.resize(33);
  fixture.apps[1].is_private = true;
  OAuthRig rig(fixture);
  const auto code_of = [&](std::size_t field, const char* value) {
    Form query = OAuthRig::wish();
    query[field].second = value;
    const HttpResponse page = get_page(rig, query);
    EXPECT_EQ(page.status, 400);
    const auto begin = page.body.find("<h1>") + 4;
    return page.body.substr(begin, page.body.find("</h1>") - begin);
  };
  EXPECT_EQ(code_of(1, "nobody"), "error.clientnotfound");
  EXPECT_EQ(code_of(0, "token"), "error.invalidresponsetype");
  EXPECT_EQ(code_of(2, "https://evil.example/"), "error.invalidredirecturi");
  EXPECT_EQ(code_of(2, "https://app.example/oauth/callback/"), "error.invalidredirecturi");
  EXPECT_EQ(code_of(3, "calendars.readonly saas/company.write"), "error.invalidscope");
  EXPECT_EQ(code_of(3, ""), "error.invalidscope");
  // A private app names its version.
  EXPECT_EQ(code_of(1, fixture.apps[1].client_id.c_str()), "error.noversionid");
  Form query = OAuthRig::wish();
  query[1].second = fixture.apps[1].client_id;
  query.emplace_back("version_id", fixture.apps[1].version_id);
  EXPECT_EQ(get_page(rig, query).status, 200);
}

TEST(Consent, AgreeingInstallsAndRedirectsWithCodeAndState) {
  OAuthRig rig;
  const HttpResponse redirect = rig.consent(std::string("location:") + demo_location);
  EXPECT_EQ(redirect.status, 302);
  const std::string url(redirect.headers.find("Location").value_or(""));
  EXPECT_EQ(url.find(std::string(demo_redirect) + "?code="), 0U) << url;
  const auto back = holdfast::net::parse_target(url);
  EXPECT_EQ(back.parameter("code").value_or("").size(), 40U);
  EXPECT_EQ(back.parameter("state"), "a&b");
  const auto* on = rig.twin.state().authorization().installation(demo_client, demo_location);
  ASSERT_NE(on, nullptr) << "installed before the code is exchanged (facts/ghl.md 2.7)";
  EXPECT_EQ(on->scopes.size(), 3U);
  EXPECT_NE(get_page(rig, OAuthRig::wish()).body.find("Installed"), std::string::npos);
}

TEST(Consent, WithoutAChoiceItAsksAgainAndInstallsNothing) {
  OAuthRig rig;
  for (const char* resource : {"", "location:nowhere", "company:nobody", "locClinic00000000001", "location:"}) {
    const HttpResponse page = rig.consent(resource);
    EXPECT_EQ(page.status, 400) << resource;
    EXPECT_NE(page.body.find("Choose where to install the app."), std::string::npos);
  }
  EXPECT_TRUE(rig.twin.state().authorization().installations().empty());
  EXPECT_EQ(rig.send({.method = "POST", .target = "/oauth/chooselocation", .body = "{}"}).status, 400);
  HttpRequest huge = OAuthRig::post_form("/oauth/chooselocation", OAuthRig::wish());
  huge.body += "&x=" + std::string(70'000, 'x');
  EXPECT_EQ(rig.send(huge).status, 400);
}

TEST(OAuthToken, ACodeBecomesAPairOfTokens) {
  OAuthRig rig;
  const Json session = rig.install();
  EXPECT_EQ(session["token_type"], "Bearer");
  EXPECT_EQ(session["expires_in"], 86'399);
  EXPECT_EQ(session["scope"], "calendars.readonly locations.readonly contacts.write");
  EXPECT_EQ(session["userType"], "Location");
  EXPECT_EQ(session["locationId"], demo_location);
  EXPECT_EQ(session["companyId"], demo_company);
  EXPECT_EQ(session["userId"], ada);
  EXPECT_EQ(rig.read_location(text(session, "access_token")).status, 200);
}

TEST(OAuthToken, TheAccessTokenIsAJwtWithGhlsClaims) {
  OAuthRig rig;
  const std::string token = text(rig.install(), "access_token");
  const auto first = token.find('.');
  const auto second = token.find('.', first + 1);
  ASSERT_NE(second, std::string::npos);
  const auto decoded = [](const std::string& part) { return *holdfast::parse_json(*holdfast::base64url_decode(part)); };
  EXPECT_EQ(decoded(token.substr(0, first))["typ"], "JWT");
  const Json claims = decoded(token.substr(first + 1, second - first - 1));
  EXPECT_EQ(claims["authClass"], "Location");
  EXPECT_EQ(claims["authClassId"], demo_location);
  EXPECT_EQ(claims["primaryAuthClassId"], demo_location);
  EXPECT_EQ(claims["source"], "INTEGRATION");
  EXPECT_EQ(claims["sourceId"], demo_client);
  EXPECT_EQ(claims["channel"], "OAUTH");
  EXPECT_EQ(claims["oauthMeta"]["scopes"].size(), 3U);
  EXPECT_EQ(claims["iat"], to_epoch_ms(monday_morning()) / 1'000);
  EXPECT_EQ(claims["exp"], to_epoch_ms(monday_morning()) / 1'000 + 86'399);
  EXPECT_TRUE(holdfast::base64url_decode(token.substr(second + 1)));
}

TEST(OAuthToken, SameSeedSameRequestsSameTokens) {
  OAuthRig one;
  OAuthRig other;
  EXPECT_EQ(one.install(), other.install());
}

TEST(OAuthToken, ACodeWorksOnceAndForTenMinutes) {
  OAuthRig rig;
  const std::string code = rig.code_for(std::string("location:") + demo_location);
  EXPECT_EQ(rig.exchange(code).status, 200);
  const HttpResponse again = rig.exchange(code);
  EXPECT_EQ(again.status, 401);
  const std::string body = R"({"error":"UnAuthorized!","error_description":"Authorization code not found")";
  EXPECT_EQ(again.body.substr(0, body.size()), body);
  const std::string late = rig.code_for(std::string("location:") + demo_location);
  rig.advance(minutes{10} - Duration{1});
  const std::string later = rig.code_for(std::string("location:") + demo_location);
  rig.advance(Duration{1});
  EXPECT_EQ(rig.exchange(late).status, 401);
  EXPECT_EQ(rig.exchange(later).status, 200);
}

TEST(OAuthToken, TheCodeIsLookedAtBeforeTheCredentials) {
  OAuthRig rig;
  const auto with = [&](const std::string& code, const char* secret, const char* id = demo_client) {
    const HttpResponse answer = rig.send(OAuthRig::post_form(
        "/oauth/token",
        {{"client_id", id}, {"client_secret", secret}, {"grant_type", "authorization_code"}, {"code", code}}));
    EXPECT_EQ(answer.status, 401);
    return text(Rig::json(answer), "error_description");
  };
  EXPECT_EQ(with("made-up", "wrong"), "Authorization code not found");
  EXPECT_EQ(with("made-up", demo_secret), "Authorization code not found");
  const std::string code = rig.code_for(std::string("location:") + demo_location);
  EXPECT_EQ(with(code, "wrong"), "Invalid client credentials!");
  EXPECT_EQ(with(code, demo_secret, "nobody"), "Invalid client credentials!");
  EXPECT_EQ(rig.exchange(code).status, 200) << "a wrong secret does not use the code up";
}

TEST(OAuthToken, RefusalsNameTheParameterInTheDialect) {
  OAuthRig rig;
  const auto refusal = [&](const Form& form, const char* version) {
    HttpRequest request = OAuthRig::post_form("/oauth/token", form);
    if (version != nullptr) request.headers.set("Version", version);
    const HttpResponse answer = rig.send(request);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(Rig::json(answer)["statusCode"], 400);
    return OAuthRig::message(answer);
  };
  EXPECT_EQ(refusal({}, nullptr), "Missing parameter: grant_type");
  EXPECT_EQ(refusal({{"grant_type", "password"}}, nullptr), "Invalid parameter: grant_type");
  EXPECT_EQ(refusal({{"grant_type", "refresh_token"}}, nullptr), "Missing parameter: client_id");
  EXPECT_EQ(refusal({{"grantType", "password"}}, "v3"), "Invalid parameter: grantType");
  EXPECT_EQ(refusal({{"grantType", "refresh_token"}}, "v3"), "Missing parameter: clientId");
  EXPECT_EQ(refusal(OAuthRig::client("authorization_code"), nullptr), "Missing parameter: code");
  EXPECT_EQ(refusal(OAuthRig::client("refresh_token"), "2021-07-28"), "Missing parameter: refresh_token");
  EXPECT_EQ(refusal(OAuthRig::client("client_credentials"), nullptr), "Unauthorized client: grant_type is invalid");
  Form wrong_user = OAuthRig::client("refresh_token");
  wrong_user.insert(wrong_user.end(), {{"refresh_token", "x"}, {"user_type", "Agency"}});
  EXPECT_EQ(refusal(wrong_user, nullptr), "Invalid parameter: user_type");
  Form other_uri = OAuthRig::client("authorization_code");
  other_uri.insert(other_uri.end(), {{"code", rig.code_for(std::string("location:") + demo_location)},
                                     {"redirect_uri", "http://127.0.0.1:8700/oauth/callback"}});
  EXPECT_EQ(refusal(other_uri, nullptr), "Invalid grant: redirect_uri is invalid");
}

TEST(OAuthToken, V3SpeaksCamelCaseInFormAndJson) {
  OAuthRig rig;
  const auto exchange = [&](bool as_json) {
    const std::string code = rig.code_for(std::string("location:") + demo_location);
    const Form form{{"clientId", demo_client},
                    {"clientSecret", demo_secret},
                    {"grantType", "authorization_code"},
                    {"code", code},
                    {"redirectUri", demo_redirect}};
    HttpRequest request = OAuthRig::post_form("/oauth/token", form);
    request.headers.set("Version", "v3");
    if (as_json) {
      Json body = Json::object();
      for (const auto& [name, value] : form) body[name] = value;
      request.headers.set("Content-Type", "application/json");
      request.body = holdfast::dump_json(body);
    }
    return rig.send(request);
  };
  for (const bool as_json : {false, true}) {
    const HttpResponse answer = exchange(as_json);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const Json session = Rig::json(answer);
    EXPECT_EQ(session["tokenType"], "Bearer");
    EXPECT_EQ(session["expiresIn"], 86'399);
    EXPECT_FALSE(session.contains("access_token"));
    EXPECT_FALSE(text(session, "refreshToken").empty());
    EXPECT_EQ(rig.read_location(text(session, "accessToken")).status, 200);
  }
}

TEST(OAuthToken, NeedsNoVersionButNoInventedOneEither) {
  OAuthRig rig;
  HttpRequest request = OAuthRig::post_form("/oauth/token", OAuthRig::client("authorization_code"));
  EXPECT_EQ(rig.send(request).status, 400);
  request.headers.set("Version", "2020-01-01");
  EXPECT_EQ(OAuthRig::message(rig.send(request)), "version header is invalid");
}

TEST(OAuthToken, OnlyV3TakesJson) {
  OAuthRig rig;
  const Json grant{{"grant_type", "refresh_token"},
                   {"client_id", demo_client},
                   {"client_secret", demo_secret},
                   {"refresh_token", text(rig.install(), "refresh_token")}};
  HttpRequest request = Rig::request("POST", "/oauth/token", grant);
  EXPECT_EQ(OAuthRig::message(rig.send(request)), "Missing parameter: grant_type");
  request.headers.set("Content-Type", "Application/X-WWW-Form-Urlencoded; charset=utf-8");
  Form form;
  for (const auto& [name, value] : grant.items()) form.emplace_back(name, value.get<std::string>());
  request.body = OAuthRig::encoded(form);
  EXPECT_EQ(rig.send(request).status, 200) << "a media type has no case";
}

TEST(OAuthToken, HugeFormsAreRefused) {
  OAuthRig rig;
  HttpRequest request = OAuthRig::post_form("/oauth/token", {});
  request.body = "code=" + std::string(70'000, 'x');
  EXPECT_EQ(rig.send(request).status, 413);
  request.body = std::string(1'000, '&');
  EXPECT_EQ(rig.send(request).status, 413);
}

TEST(OAuthRefresh, ARefreshTokenLivesAYearAndItsSuccessorAnother) {
  OAuthRig rig;
  const std::string first = text(rig.install(), "refresh_token");
  rig.advance(days{364});
  const HttpResponse renewed = rig.refresh(first);
  ASSERT_EQ(renewed.status, 200) << renewed.body;
  const std::string second = text(Rig::json(renewed), "refresh_token");
  rig.advance(days{364});
  const Json third = Rig::json(rig.refresh(second));
  EXPECT_EQ(rig.read_location(text(third, "access_token")).status, 200);
  rig.advance(days{365});
  EXPECT_EQ(OAuthRig::message(rig.refresh(text(third, "refresh_token"))), "Invalid grant: refresh token is invalid");
}

TEST(OAuthRefresh, TheOldAccessTokenGoesOnUntilItExpires) {
  OAuthRig rig;
  const Json session = rig.install();
  const std::string old = text(session, "access_token");
  rig.advance(hours{12});
  const std::string fresh = text(Rig::json(rig.refresh(text(session, "refresh_token"))), "access_token");
  EXPECT_EQ(rig.read_location(old).status, 200);
  rig.advance(hours{12});
  EXPECT_EQ(OAuthRig::message(rig.read_location(old)), "Invalid JWT");
  EXPECT_EQ(rig.read_location(fresh).status, 200);
}

TEST(OAuthRefresh, AnotherClientsTokenAndAWrongSecretGetNothing) {
  Fixture fixture = agency_fixture();
  fixture.apps.push_back(fixture.apps[0]);
  fixture.apps[1].client_id = "77f0c0ffee0123456789abcd-otherapp";
  OAuthRig rig(fixture);
  const std::string token = text(rig.install(), "refresh_token");
  const auto with = [&](const char* id, const char* secret) {
    return rig.send(OAuthRig::post_form(
        "/oauth/token",
        {{"client_id", id}, {"client_secret", secret}, {"grant_type", "refresh_token"}, {"refresh_token", token}}));
  };
  EXPECT_EQ(OAuthRig::message(with("77f0c0ffee0123456789abcd-otherapp", demo_secret)),
            "Invalid grant: refresh token is invalid");
  EXPECT_EQ(with(demo_client, "wrong").status, 401);
  EXPECT_EQ(with(demo_client, demo_secret).status, 200);
}

TEST(OAuthInstall, UninstallingAndOtherScopesRevoke) {
  OAuthRig rig;
  const Json session = rig.install();
  rig.install();
  EXPECT_EQ(rig.read_location(text(session, "access_token")).status, 200) << "the same scopes change nothing";
  const Json wider = rig.install(std::string("location:") + demo_location, OAuthRig::wish("locations.readonly"));
  EXPECT_EQ(OAuthRig::message(rig.read_location(text(session, "access_token"))), "Invalid JWT");
  EXPECT_EQ(rig.refresh(text(session, "refresh_token")).status, 400);
  EXPECT_EQ(rig.read_location(text(wider, "access_token")).status, 200);
  const Json uninstall{{"action", "uninstall"}, {"locationId", demo_location}};
  EXPECT_EQ(rig.ask("POST", "/__mock/installs", uninstall).status, 200);
  EXPECT_EQ(OAuthRig::message(rig.read_location(text(wider, "access_token"))), "Invalid JWT");
  EXPECT_EQ(OAuthRig::message(rig.refresh(text(wider, "refresh_token"))), "Invalid grant: refresh token is invalid");
  EXPECT_EQ(rig.ask("POST", "/__mock/installs", uninstall).status, 404);
}

TEST(OAuthAgency, ABulkInstallIsExchangedForEachLocation) {
  OAuthRig rig;
  const Json session = rig.install_agency();
  EXPECT_EQ(session["userType"], "Company");
  EXPECT_FALSE(session.contains("locationId"));
  EXPECT_EQ(session["isBulkInstallation"], true);
  EXPECT_EQ(session["userId"], ada) << "the first user of the agency's first location";
  EXPECT_EQ(session["approvedLocations"], (Json{demo_location, elm_location}));
  const auto exchange = [&](const Form& form) {
    HttpRequest request = OAuthRig::post_form("/oauth/locationToken", form);
    request.headers.set("Authorization", "Bearer " + text(session, "access_token"));
    request.headers.set("Version", "2021-07-28");
    return rig.send(request);
  };
  const HttpResponse answer = exchange({{"companyId", demo_company}, {"locationId", elm_location}});
  EXPECT_EQ(answer.status, 201) << answer.body;
  const Json pair = Rig::json(answer);
  EXPECT_EQ(pair["locationId"], elm_location);
  EXPECT_EQ(pair["appId"], demo_app);
  EXPECT_EQ(pair["scope"], "locations.readonly oauth.readonly oauth.write");
  EXPECT_EQ(rig.read_location(text(pair, "access_token"), elm_location).status, 200);
  EXPECT_EQ(rig.read_location(text(pair, "access_token"), demo_location).status, 403);
  EXPECT_EQ(rig.refresh(text(pair, "refresh_token")).status, 200);
  EXPECT_EQ(exchange({{"companyId", demo_company}}).status, 422);
  EXPECT_EQ(OAuthRig::message(exchange({{"companyId", demo_company}, {"locationId", foreign_place}})),
            "This location is not accessible from this token!");
  const HttpResponse other_company = exchange({{"companyId", "comOther000000000002"}, {"locationId", elm_location}});
  EXPECT_EQ(other_company.status, 403);
  EXPECT_EQ(OAuthRig::message(other_company), "The token does not have access to this company.");
  rig.ask("POST", "/__mock/installs", {{"action", "uninstall"}, {"locationId", elm_location}});
  EXPECT_EQ(exchange({{"companyId", demo_company}, {"locationId", elm_location}}).status, 400);
  rig.ask("POST", "/__mock/installs", {{"action", "pause"}, {"locationId", demo_location}});
  EXPECT_EQ(OAuthRig::message(exchange({{"companyId", demo_company}, {"locationId", demo_location}})),
            "Location is not active");
}

TEST(OAuthAgency, AnAgencysAppIsOfferedOnlyForAgencies) {
  Fixture fixture = agency_fixture();
  fixture.apps[0].for_agencies = true;
  OAuthRig rig(fixture);
  EXPECT_EQ(get_page(rig, OAuthRig::wish()).body.find("location:"), std::string::npos);
  EXPECT_EQ(rig.consent(std::string("location:") + demo_location).status, 400);
  const Json session = rig.install_agency();
  EXPECT_EQ(session["userType"], "Company");
  EXPECT_EQ(session["isBulkInstallation"], false);
}

TEST(OAuthAgency, V3PathsExistOnlyForV3) {
  OAuthRig rig;
  const std::string token = text(rig.install_agency(), "access_token");
  HttpRequest request =
      OAuthRig::post_form("/oauth/location-token", {{"companyId", demo_company}, {"locationId", demo_location}});
  request.headers.set("Authorization", "Bearer " + token);
  request.headers.set("Version", "2021-07-28");
  const HttpResponse hidden = rig.send(request);
  EXPECT_EQ(hidden.status, 404);
  EXPECT_EQ(OAuthRig::message(hidden), "Cannot POST /oauth/location-token");
  request.headers.set("Version", "v3");
  const Json pair = Rig::json(rig.send(request));
  EXPECT_EQ(pair["expiresIn"], 86'399);
  EXPECT_EQ(rig.read_location(text(pair, "accessToken")).status, 200);
  EXPECT_FALSE(text(pair, "refreshToken").empty());
  HttpRequest elsewhere = request;
  elsewhere.body = OAuthRig::encoded({{"companyId", demo_company}, {"locationId", elm_location}});
  rig.ask("POST", "/__mock/installs", {{"action", "uninstall"}, {"locationId", elm_location}});
  EXPECT_EQ(OAuthRig::message(rig.send(elsewhere)), "App is not installed on this location");
  request.target = "/oauth/locationToken";
  EXPECT_EQ(rig.send(request).status, 201) << "the old path answers under both";
}

struct Listing {
  OAuthRig rig;
  std::string token = text(rig.install_agency(), "access_token");
  HttpResponse get(const Form& extra, bool v3 = false) {
    Form query{{"companyId", demo_company}, {"appId", demo_app}};
    query.insert(query.end(), extra.begin(), extra.end());
    return whole(query, v3);
  }
  HttpResponse whole(const Form& query, bool v3 = false) {
    const char* path = v3 ? "/oauth/installed-locations" : "/oauth/installedLocations";
    return rig.send(
        OAuthRig::with_token("GET", holdfast::net::make_target(path, query), token, v3 ? "v3" : "2021-07-28"));
  }
  static std::vector<std::string> ids(const Json& list) {
    std::vector<std::string> found;
    for (const Json& entry : list) found.push_back(entry["_id"]);
    return found;
  }
};

TEST(InstalledLocations, ListsFiltersAndPagesTheDatedWay) {
  Listing list;
  const Json all = Rig::json(list.get({}));
  EXPECT_EQ(Listing::ids(all["locations"]), (std::vector<std::string>{demo_location, elm_location}));
  EXPECT_EQ(all["count"], 2);
  EXPECT_EQ(all["installToFutureLocations"], false);
  EXPECT_EQ(all["locations"][0]["installedAt"], "2026-08-24T12:00:00.000Z");
  list.rig.ask("POST", "/__mock/installs", {{"action", "uninstall"}, {"locationId", demo_location}});
  const auto found = [&](const Form& extra) { return Listing::ids(Rig::json(list.get(extra))["locations"]); };
  using Ids = std::vector<std::string>;
  EXPECT_EQ(found({}), (Ids{elm_location, demo_location})) << "installed ones first";
  EXPECT_EQ(found({{"isInstalled", "true"}}), Ids{elm_location});
  EXPECT_EQ(found({{"isInstalled", "false"}}), Ids{demo_location});
  EXPECT_EQ(found({{"query", "eLM"}}), Ids{elm_location});
  EXPECT_EQ(found({{"locationId", demo_location}}), Ids{demo_location});
  EXPECT_EQ(found({{"skip", "1"}}), Ids{demo_location});
  EXPECT_EQ(found({{"limit", "1"}}), Ids{elm_location});
  EXPECT_EQ(found({{"skip", "9999999999999999999"}, {"limit", "0"}}), Ids{});
  EXPECT_EQ(found({{"onTrial", "true"}}), Ids{});
}

TEST(InstalledLocations, WhatIsMissingOrForeignIsRefused) {
  Listing list;
  const HttpResponse missing = list.whole({{"companyId", demo_company}});
  EXPECT_EQ(missing.status, 422);
  const HttpResponse foreign = list.whole({{"companyId", "comOther000000000002"}, {"appId", demo_app}});
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(OAuthRig::message(foreign), "The token does not have access to this company.");
  for (const Form& wrong : {Form{{"skip", "x"}}, Form{{"limit", "-1"}}, Form{{"limit", "2.5"}}}) {
    const HttpResponse refused = list.get(wrong);
    EXPECT_EQ(refused.status, 422);
    EXPECT_EQ(Rig::json(refused)["message"], Json{"skip and limit must be whole numbers"});
  }
  EXPECT_EQ(list.whole({{"companyId", demo_company}, {"appId", "nothing"}}).status, 400);
  const HttpResponse unknown = list.whole({{"companyId", demo_company}, {"appId", "abc"}}, true);
  EXPECT_EQ(unknown.status, 404);
  const Json error = Rig::json(unknown)["error"];
  EXPECT_EQ(error["code"], "RESOURCE_NOT_FOUND");
  EXPECT_EQ(error["message"], "The requested App 'abc' was not found.");
  EXPECT_EQ(error["details"]["identifier"], "abc");
}

TEST(InstalledLocations, V3PagesByToken) {
  Listing list;
  const Json first = Rig::json(list.get({{"pageSize", "1"}}, true));
  EXPECT_EQ(Listing::ids(first["items"]), std::vector<std::string>{demo_location});
  EXPECT_EQ(first["pagination"]["totalRecords"], 2);
  EXPECT_EQ(first["pagination"]["hasNextPage"], true);
  EXPECT_EQ(first["pagination"]["hasPrevPage"], false);
  const std::string next = first["pagination"]["nextPageToken"];
  const Json second = Rig::json(list.get({{"pageSize", "1"}, {"pageToken", next}}, true));
  EXPECT_EQ(Listing::ids(second["items"]), std::vector<std::string>{elm_location});
  EXPECT_EQ(second["pagination"]["hasNextPage"], false);
  EXPECT_FALSE(second["pagination"].contains("nextPageToken"));
  const std::string back = second["pagination"]["prevPageToken"];
  EXPECT_EQ(Rig::json(list.get({{"pageSize", "1"}, {"pageToken", back}}, true))["items"], first["items"]);
  for (const Form& wrong : {Form{{"pageSize", "0"}}, Form{{"pageSize", "101"}}, Form{{"pageToken", "xyz"}},
                            Form{{"pageToken", holdfast::base64url_encode("{\"skip\":-1}")}},
                            Form{{"pageToken", holdfast::base64url_encode("{\"skip\":}")}}}) {
    const HttpResponse refused = list.get(wrong, true);
    EXPECT_EQ(refused.status, 400) << wrong[0].second;
    EXPECT_EQ(Rig::json(refused)["error"]["code"], "INVALID_ARGUMENT");
  }
}

TEST(OAuth, ReconnectIsGone) {
  OAuthRig rig;
  for (const char* method : {"GET", "POST"}) {
    const HttpResponse gone = rig.send({.method = method, .target = "/oauth/reconnect"});
    EXPECT_EQ(gone.status, 400);
    const std::string body = R"({"message":"API endpoint has been removed","error":"Bad Request","statusCode":400)";
    EXPECT_EQ(gone.body.substr(0, body.size()), body);
  }
}

TEST(OAuthFuzz, FormsOfAnyBytesAreAnswered) {
  OAuthRig rig;
  holdfast::SplitMix64 random(41);
  const std::string seed = OAuthRig::encoded(OAuthRig::wish()) + "&resource=location:locClinic00000000001&grant_type=" +
                           "authorization_code&client_secret=" + demo_secret + "&code=";
  const char* const targets[] = {"/oauth/token", "/oauth/chooselocation", "/oauth/locationToken", "/oauth/reconnect"};
  const char* const types[] = {"application/x-www-form-urlencoded", "application/json", "text/html", ""};
  int redirects = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string body = random.chance(0.1) ? "" : seed + rig.twin.state().authorization().apps()[0].name;
    for (std::uint64_t changes = random.below(4); changes > 0 && !body.empty(); --changes) {
      body[random.below(body.size())] = static_cast<char>(random.next());
    }
    HttpRequest request{.method = "POST", .target = targets[random.below(4)], .headers = {}, .body = body};
    if (random.chance(0.2)) request = {.method = "GET", .target = request.target + "?" + body};
    request.headers.set("Content-Type", random.chance(0.7) ? types[0] : types[random.below(4)]);
    const HttpResponse answer = rig.send(request);
    ASSERT_GE(answer.status, 200);
    ASSERT_LT(answer.status, 500) << body;
    redirects += answer.status == 302;
    for (const auto& [name, value] : answer.headers.fields()) {
      ASSERT_EQ(value.find_first_of("\r\n"), std::string::npos) << name;
    }
  }
  EXPECT_GT(redirects, 50) << "the fuzzer reaches the insides";
}

// Quirks 41 to 50; those that are faults of the transport stand in quirk_chaos_test.cpp.

TEST(Quirk, quirk_41_ATokenExpiresMidSequenceAndARefreshCuresIt) {
  OAuthRig rig;
  const Json session = rig.install();
  const std::string token = text(session, "access_token");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rig.read_location(token).status, 200);
  EXPECT_EQ(rig.ask("POST", "/__mock/tokens/expire", {{"token", token}}).status, 200);
  EXPECT_EQ(OAuthRig::message(rig.read_location(token)), "Invalid JWT");
  const std::string fresh = text(Rig::json(rig.refresh(text(session, "refresh_token"))), "access_token");
  EXPECT_EQ(rig.read_location(fresh).status, 200);
  // By itself after a day.
  rig.advance(access_token_life - Duration{1});
  EXPECT_EQ(rig.read_location(fresh).status, 200);
  rig.advance(Duration{1});
  EXPECT_EQ(OAuthRig::message(rig.read_location(fresh)), "Invalid JWT");
}

TEST(Quirk, quirk_42_TwoRefreshesWithinThirtySecondsGetTheSameRefreshToken) {
  OAuthRig rig;
  const std::string old = text(rig.install(), "refresh_token");
  const Json one = Rig::json(rig.refresh(old));
  rig.advance(seconds{30} - Duration{1});
  const Json two = Rig::json(rig.refresh(old));
  EXPECT_NE(text(one, "refresh_token"), old);
  EXPECT_EQ(text(one, "refresh_token"), text(two, "refresh_token"));
  EXPECT_EQ(rig.read_location(text(one, "access_token")).status, 200);
  EXPECT_EQ(rig.read_location(text(two, "access_token")).status, 200);
  rig.advance(Duration{1});
  const HttpResponse late = rig.refresh(old);
  EXPECT_EQ(late.status, 400);
  EXPECT_EQ(OAuthRig::message(late), "Invalid grant: refresh token is invalid");
  EXPECT_EQ(rig.refresh(text(one, "refresh_token")).status, 200) << "the pair everybody got goes on";
}

TEST(Quirk, quirk_43_ALostRefreshAnswerCostsTheSessionAfterTheGrace) {
  for (const bool in_time : {true, false}) {
    OAuthRig rig;
    const std::string old = text(rig.install(), "refresh_token");
    ASSERT_EQ(rig.ask("PUT", "/__mock/chaos",
                      {{"rules", {{{"fault", "lost_after_commit"}, {"operation", "get-access-token"}}}}})
                  .status,
              200);
    EXPECT_NE(rig.refresh(old).status, 200);
    rig.twin.set_chaos({});
    rig.advance(in_time ? seconds{29} : seconds{31});
    EXPECT_EQ(rig.refresh(old).status, in_time ? 200 : 400);
  }
}

TEST(Quirk, quirk_44_APausedLocationRefusesTheRefreshAndTakesTheSameTokenLater) {
  OAuthRig rig;
  const std::string token = text(rig.install(), "refresh_token");
  const auto act = [&](const char* action) {
    return rig.ask("POST", "/__mock/installs", {{"action", action}, {"locationId", demo_location}}).status;
  };
  EXPECT_EQ(act("pause"), 200);
  for (int i = 0; i < 2; ++i) {
    const HttpResponse refused = rig.refresh(token);
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(OAuthRig::message(refused), "Location is not active");
  }
  EXPECT_EQ(act("resume"), 200);
  EXPECT_EQ(rig.refresh(token).status, 200);
}

TEST(Quirk, quirk_45_ACompanyTokenComesWhereALocationsIsExpected) {
  OAuthRig rig;
  const std::string scopes = "calendars.readonly";
  const Json location = rig.install(std::string("location:") + elm_location, OAuthRig::wish(scopes));
  EXPECT_EQ(location["userType"], "Location");
  const std::string code = rig.code_for(std::string("company:") + demo_company, OAuthRig::wish(scopes));
  Form form = OAuthRig::client("authorization_code");
  form.insert(form.end(), {{"code", code}, {"user_type", "Location"}});
  const Json company = Rig::json(rig.send(OAuthRig::post_form("/oauth/token", form)));
  EXPECT_EQ(company["userType"], "Company") << "asking for a location's token does not help";
  EXPECT_FALSE(company.contains("locationId"));
  const HttpResponse refused = rig.read_calendar(text(company, "access_token"));
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(OAuthRig::message(refused), wrong_auth_class);
}

TEST(Quirk, quirk_46_AMissingScopeIsA401ThatNoRefreshCures) {
  OAuthRig rig;
  Json session = rig.install(std::string("location:") + demo_location, OAuthRig::wish("locations.readonly"));
  for (int i = 0; i < 2; ++i) {
    const std::string token = text(session, "access_token");
    EXPECT_EQ(rig.read_location(token).status, 200);
    const HttpResponse refused = rig.read_calendar(token);
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(OAuthRig::message(refused), "The token is not authorized for this scope.");
    session = Rig::json(rig.refresh(text(session, "refresh_token")));
  }
}

TEST(Quirk, quirk_47_AVersionIsMissingOrWrongAndTheTokenIsFine) {
  OAuthRig rig;
  const std::string token = text(rig.install(), "access_token");
  const auto with = [&](const char* version) {
    HttpRequest request = OAuthRig::with_token("GET", std::string("/locations/") + demo_location, token);
    request.headers = {};
    request.headers.set("Authorization", "Bearer " + token);
    if (version != nullptr) request.headers.set("Version", version);
    const HttpResponse answer = rig.send(request);
    return std::to_string(answer.status) + " " + OAuthRig::message(answer);
  };
  EXPECT_EQ(with(nullptr), "401 version header was not found.");
  EXPECT_EQ(with("2020-01-01"), "401 version header is invalid");
  EXPECT_EQ(with("bogus"), "400 Invalid API version segment 'bogus' at position 0");
  EXPECT_EQ(with("2021-07-28"), "200 ");
}

}  // namespace
}  // namespace mock_ghl::tests
