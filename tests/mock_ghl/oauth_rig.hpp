// A twin with an app to install, an agency of three locations, and the calls of OAuth as a client makes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {

inline constexpr char demo_client[] = "66f0c0ffee0123456789abcd-holdfast";
inline constexpr char demo_app[] = "66f0c0ffee0123456789abcd";
inline constexpr char demo_secret[] = "00000000-0000-4000-8000-00000000a99a";
inline constexpr char demo_company[] = "comHarbor00000000001";
inline constexpr char demo_redirect[] = "https://app.example/oauth/callback";
inline constexpr char elm_location[] = "locElm00000000000002";
inline constexpr char foreign_place[] = "locForeign0000000003";

using Form = std::vector<std::pair<std::string, std::string>>;

// The demo clinic, a second location of its agency, and one of another agency.
inline Fixture agency_fixture() {
  Fixture fixture = demo_fixture();
  fixture.companies.push_back({.id = "comOther000000000002", .name = "Other Agency"});
  fixture.locations.push_back({.id = elm_location, .name = "Elm Street Physiotherapy"});
  fixture.locations.push_back({.id = foreign_place, .name = "Far Away", .company_id = "comOther000000000002"});
  return fixture;
}

class OAuthRig : public Rig {
 public:
  explicit OAuthRig(Fixture fixture = agency_fixture()) : Rig(std::move(fixture)) {
    ask("POST", "/__mock/clock/freeze");
  }

  HttpResponse ask(std::string method, std::string target, const Json& body = nullptr) {
    HttpRequest made{.method = std::move(method), .target = std::move(target)};
    if (!body.is_null()) made.body = holdfast::dump_json(body);
    return handle_admin(twin, made);
  }
  void advance(holdfast::Duration distance) { ASSERT_TRUE(twin.advance(distance)); }

  static std::string encoded(const Form& form) {
    const std::string target = holdfast::net::make_target("", form);
    return target.empty() ? target : target.substr(1);
  }
  static HttpRequest post_form(std::string target, const Form& form) {
    HttpRequest made{.method = "POST", .target = std::move(target), .body = encoded(form)};
    made.headers.set("Content-Type", "application/x-www-form-urlencoded");
    return made;
  }
  // A request of an app or agency: any token, any version.
  static HttpRequest with_token(std::string method, std::string target, const std::string& token,
                                const std::string& version = "2021-07-28") {
    HttpRequest made{.method = std::move(method), .target = std::move(target)};
    made.headers.set("Authorization", "Bearer " + token);
    made.headers.set("Version", version);
    return made;
  }
  HttpResponse read_location(const std::string& token, const std::string& location = demo_location) {
    return send(with_token("GET", "/locations/" + location, token));
  }
  HttpResponse read_calendar(const std::string& token) {
    return send(with_token("GET", std::string("/calendars/") + consult, token));
  }
  static std::string message(const HttpResponse& response) {
    const Json body = json(response);
    return body.is_object() ? body.value("message", "") : "";
  }

  // What a person agrees to on the consent page; the answer is the redirect.
  static Form wish(const std::string& scope = "calendars.readonly locations.readonly contacts.write") {
    return {{"response_type", "code"},
            {"client_id", demo_client},
            {"redirect_uri", demo_redirect},
            {"scope", scope},
            {"state", "a&b"}};
  }
  HttpResponse consent(const std::string& resource, Form form = wish()) {
    form.emplace_back("resource", resource);
    return send(post_form("/oauth/chooselocation", form));
  }
  std::string code_for(const std::string& resource, Form form = wish()) {
    const HttpResponse redirect = consent(resource, std::move(form));
    EXPECT_EQ(redirect.status, 302) << redirect.body;
    const std::string url(redirect.headers.find("Location").value_or(""));
    return holdfast::net::parse_target(url).parameter("code").value_or("");
  }
  static Form client(const char* grant) {
    return {{"client_id", demo_client}, {"client_secret", demo_secret}, {"grant_type", grant}};
  }
  HttpResponse exchange(const std::string& code) {
    Form form = client("authorization_code");
    form.emplace_back("code", code);
    return send(post_form("/oauth/token", form));
  }
  HttpResponse refresh(const std::string& token) {
    Form form = client("refresh_token");
    form.emplace_back("refresh_token", token);
    return send(post_form("/oauth/token", form));
  }
  // The session of a fresh installation, as the token endpoint answers it.
  Json install(const std::string& resource = std::string("location:") + demo_location, Form form = wish()) {
    const HttpResponse answer = exchange(code_for(resource, std::move(form)));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
  Json install_agency() {
    return install(std::string("company:") + demo_company, wish("locations.readonly oauth.readonly oauth.write"));
  }
  // A token of any kind, made by hand.
  Json issue(const Json& wanted) {
    const HttpResponse answer = ask("POST", "/__mock/tokens", wanted);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return json(answer);
  }
};

using holdfast::days;
using holdfast::Duration;
using holdfast::hours;
using holdfast::minutes;
using holdfast::seconds;

inline constexpr char wrong_auth_class[] =
    "This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the "
    "case.";

inline std::string text(const Json& body, const char* key) {
  return body.is_object() && body.contains(key) && body[key].is_string() ? body[key].get<std::string>() : "";
}

inline HttpResponse get_page(OAuthRig& rig, const Form& query, const char* path = "/v2/oauth/chooselocation") {
  return rig.send({.method = "GET", .target = holdfast::net::make_target(path, query)});
}

}  // namespace mock_ghl::tests
