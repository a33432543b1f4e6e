#include <array>
#include <limits>

#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/route.hpp"
#include "mock_ghl/api/json_text.hpp"
#include "mock_ghl/api/rate_limit.hpp"

namespace mock_ghl::admin {

using api::JsonText;
using holdfast::Duration;
using holdfast::Instant;
using holdfast::net::HttpResponse;

namespace {

constexpr std::int64_t life_max_ms = 10LL * 366 * 86'400'000;

void write_lifetime(JsonText& text, Instant expires_at, bool revoked, Instant now) {
  if (expires_at != Instant::max()) text.member("expiresAt", holdfast::format_iso_utc(expires_at));
  text.member("state", revoked ? "revoked" : now < expires_at ? "live" : "expired");
}

void write_token(JsonText& text, const AccessToken& access, Instant now) {
  const TokenGrant& grant = access.grant;
  text.member("token", grant.token).member("kind", to_string(grant.kind));
  text.optional_member("locationId", grant.location_id).member("companyId", grant.company_id);
  text.optional_member("clientId", grant.client_id);
  text.member("scopes", grant.scopes.empty() ? booking_scopes() : grant.scopes);
  text.member("issuedAt", holdfast::format_iso_utc(access.issued_at));
  write_lifetime(text, access.expires_at, access.revoked, now);
}

HttpResponse list(const Call& call) {
  const Twin& twin = call.twin;
  const Authorization& authorization = twin.state().authorization();
  JsonText text;
  text.begin_object().begin_array("tokens");
  for (const auto& [id, access] : authorization.tokens()) {
    text.begin_element_object();
    write_token(text, access, twin.now());
    text.end_object();
  }
  text.end_array().begin_array("refreshTokens");
  for (const auto& [id, token] : authorization.refresh_tokens()) {
    text.begin_element_object().member("token", id).member("id", token.id).member("clientId", token.client_id);
    text.member("resourceId", token.resource_id);
    if (token.used_at) text.member("usedAt", holdfast::format_iso_utc(*token.used_at));
    write_lifetime(text, token.expires_at, token.revoked, twin.now());
    text.end_object();
  }
  text.end_array().begin_array("installs");
  for (const auto& [key, on] : authorization.installations()) {
    text.begin_element_object().member("clientId", on.client_id).member("companyId", on.company_id);
    text.optional_member("locationId", on.location_id).member("userId", on.user_id).member("scopes", on.scopes);
    text.member("active", on.active).member("installedAt", holdfast::format_iso_utc(on.installed_at)).end_object();
  }
  text.end_array().end_object();
  return HttpResponse::json(200, text.take());
}

// Whom a request is about: an app (the fixture's first one unless named) at a location or an agency.
struct Subject {
  std::string client_id;
  std::string location_id;
  std::string company_id;

  void read(ObjectReader& reader) {
    reader.text("clientId", client_id);
    reader.text("locationId", location_id);
    reader.text("companyId", company_id);
  }
  const std::string& resource_id() const { return location_id.empty() ? company_id : location_id; }

  // Fills in what was not said; the 404 when something named is not there. With `with_app` an app must be there.
  std::optional<HttpResponse> resolve(const State& state, bool with_app) {
    if (location_id.empty() == company_id.empty()) return failure(400, "say either locationId or companyId");
    if (!location_id.empty()) {
      const Location* location = state.location(location_id);
      if (location == nullptr) return failure(404, "there is no location of this locationId");
      company_id = location->company_id;
    }
    const Authorization& authorization = state.authorization();
    if (authorization.company(company_id) == nullptr) return failure(404, "there is no company of this companyId");
    if (client_id.empty() && with_app && !authorization.apps().empty()) client_id = authorization.apps()[0].client_id;
    if (client_id.empty() && !with_app) return std::nullopt;
    if (client_id.empty()) return failure(404, "the fixture has no apps; add one under \"apps\"");
    if (authorization.app(client_id) == nullptr) return failure(404, "there is no app of this clientId in the fixture");
    return std::nullopt;
  }
};

Installation made_from(const State& state, const Subject& subject, std::vector<std::string> scopes) {
  Installation made{.client_id = subject.client_id,
                    .company_id = subject.company_id,
                    .location_id = subject.location_id,
                    .scopes = std::move(scopes)};
  if (made.scopes.empty()) made.scopes = state.authorization().app(subject.client_id)->scopes;
  return made;
}

const Installation& installed(Twin& twin, const Subject& subject) {
  Authorization& authorization = twin.state().authorization();
  const Installation* on = authorization.installation(subject.client_id, subject.resource_id());
  return on != nullptr ? *on : authorization.install(made_from(twin.state(), subject, {}), twin.now());
}

HttpResponse issued_answer(const AccessToken& access, std::string_view refresh_token, Instant now) {
  JsonText text;
  text.begin_object();
  write_token(text, access, now);
  text.optional_member("refreshToken", refresh_token).end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse issue(const Call& call) {
  Twin& twin = call.twin;
  std::string kind_name;
  Subject subject;
  std::vector<std::string> scopes;
  std::int64_t expires_in_ms = 0;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("kind", kind_name, true);
    if (!parse_token_kind(kind_name)) reader.fault("kind", "must be location_pit, company_pit, location or company");
    subject.read(reader);
    reader.texts("scopes", scopes);
    reader.integer("expiresInMs", expires_in_ms, 1, life_max_ms);
  });
  if (refused) return std::move(*refused);
  TokenGrant grant{.scopes = std::move(scopes), .kind = *parse_token_kind(kind_name)};
  if (auto unknown = subject.resolve(twin.state(), !grant.is_pit())) return std::move(*unknown);
  if (grant.of_location() == subject.location_id.empty()) {
    return failure(400, "a token of a location takes a locationId, one of an agency a companyId");
  }
  Authorization& authorization = twin.state().authorization();
  const Instant now = twin.now();
  if (grant.is_pit()) {
    grant.location_id = subject.location_id;
    grant.company_id = subject.company_id;
    const Instant expires_at = expires_in_ms == 0 ? Instant::max() : now + Duration(expires_in_ms);
    return issued_answer(authorization.issue_pit(std::move(grant), now, expires_at), "", now);
  }
  const Installation on = installed(twin, subject);
  const IssuedTokens pair = authorization.issue(on, grant.scopes.empty() ? on.scopes : grant.scopes, now,
                                                expires_in_ms == 0 ? access_token_life : Duration(expires_in_ms));
  return issued_answer(pair.access, pair.refresh_token, now);
}

// The body {"token":…} of revoke and expire.
template <class End>
HttpResponse end_token(const Call& call, End end) {
  std::string token;
  auto refused = read_body(call.request, [&](ObjectReader& reader) { reader.text("token", token, true); });
  if (refused) return std::move(*refused);
  return end(token) ? done() : failure(404, "there is no token of this text; GET /__mock/tokens lists them");
}

HttpResponse rotate(const Call& call) {
  Twin& twin = call.twin;
  std::string token;
  std::int64_t grace_ms = pit_rotation_grace.count();
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("token", token, true);
    reader.integer("graceMs", grace_ms, 0, life_max_ms);
  });
  if (refused) return std::move(*refused);
  const AccessToken* fresh = twin.state().authorization().rotate_pit(token, twin.now(), Duration(grace_ms));
  if (fresh == nullptr) return failure(404, "there is no living Private Integration Token of this text");
  return issued_answer(*fresh, "", twin.now());
}

HttpResponse change_install(const Call& call) {
  Twin& twin = call.twin;
  std::string action;
  Subject subject;
  std::vector<std::string> scopes;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    reader.text("action", action, true);
    if (action != "install" && action != "uninstall" && action != "pause" && action != "resume") {
      reader.fault("action", "must be install, uninstall, pause or resume");
    }
    subject.read(reader);
    reader.texts("scopes", scopes);
  });
  if (refused) return std::move(*refused);
  if (auto unknown = subject.resolve(twin.state(), true)) return std::move(*unknown);
  Authorization& authorization = twin.state().authorization();
  if (action == "install") {
    authorization.install(made_from(twin.state(), subject, std::move(scopes)), twin.now());
    return done();
  }
  const bool changed = action == "uninstall"
                           ? authorization.uninstall(subject.client_id, subject.resource_id())
                           : authorization.set_active(subject.client_id, subject.resource_id(), action == "resume");
  return changed ? done() : failure(404, "the app is not installed there");
}

HttpResponse change_rate_limit(const Call& call) {
  Twin& twin = call.twin;
  constexpr std::int64_t none = -1;
  Subject subject;
  std::int64_t consume = 0;
  std::int64_t background = none;
  std::int64_t daily_remaining = none;
  auto refused = read_body(call.request, [&](ObjectReader& reader) {
    subject.read(reader);
    reader.integer("consume", consume, 0, std::numeric_limits<int>::max());
    reader.integer("background", background, 0, std::numeric_limits<int>::max());
    reader.integer("daily_remaining", daily_remaining, 0, std::numeric_limits<int>::max());
  });
  if (refused) return std::move(*refused);
  if (auto unknown = subject.resolve(twin.state(), false)) return std::move(*unknown);
  const std::string key = budget_key(subject.client_id, subject.resource_id());
  api::RateLimiter& limiter = twin.rate_limiter();
  const Instant now = twin.now();
  if (background != none) limiter.set_background(key, static_cast<int>(background));
  if (daily_remaining != none) limiter.set_daily_remaining(key, static_cast<int>(daily_remaining), now);
  limiter.consume(key, static_cast<int>(consume), now);
  const auto budget = limiter.peek(key, now);
  JsonText text;
  text.begin_object().member("remaining", budget.remaining).member("daily_remaining", budget.daily_remaining);
  text.end_object();
  return HttpResponse::json(200, text.take());
}

HttpResponse revoke(const Call& call) {
  return end_token(call, [&](const std::string& token) { return call.twin.state().authorization().revoke(token); });
}

HttpResponse expire(const Call& call) {
  return end_token(
      call, [&](const std::string& token) { return call.twin.state().authorization().expire(token, call.twin.now()); });
}

constexpr std::array<Route, 7> routes{
    {{"GET", "/__mock/tokens", &list, "tokens, refresh tokens and installations"},
     {"POST", "/__mock/tokens", &issue, "issues one: {kind, scopes, expiresInMs, locationId or companyId, clientId}"},
     {"POST", "/__mock/tokens/revoke", &revoke, "ends {token} now"},
     {"POST", "/__mock/tokens/expire", &expire, "lets {token} expire now"},
     {"POST", "/__mock/tokens/rotate", &rotate, "a new private token; the old {token} works for {graceMs}"},
     {"POST", "/__mock/installs", &change_install,
      "{action: install, uninstall, pause or resume, clientId, locationId or companyId}"},
     {"POST", "/__mock/ratelimit", &change_rate_limit,
      "others use up the same budget: {locationId, consume, background, daily_remaining}"}}};

}  // namespace

std::span<const Route> token_routes() {
  return routes;
}

}  // namespace mock_ghl::admin
