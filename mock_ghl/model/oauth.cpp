#include "mock_ghl/model/oauth.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/base/base64.hpp"
#include "core/base/json.hpp"
#include "mock_ghl/model/uuid.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Json;

namespace {

constexpr char jwt_header[] = R"({"alg":"RS256","typ":"JWT"})";
constexpr std::size_t signature_bytes = 256;  // as long as an RS256 signature; nobody can check it

std::int64_t epoch_seconds(Instant instant) {
  return holdfast::to_epoch_ms(instant) / 1'000;
}

std::string company_of(const Fixture& fixture, const std::string& location_id) {
  const auto it = std::find_if(fixture.locations.begin(), fixture.locations.end(),
                               [&](const Location& location) { return location.id == location_id; });
  return it == fixture.locations.end() ? "" : it->company_id;
}

}  // namespace

void resolve_companies(Fixture& fixture) {
  if (fixture.companies.empty()) fixture.companies.push_back({.id = "comAgency00000000001", .name = "Agency"});
  for (Location& location : fixture.locations) {
    if (location.company_id.empty()) location.company_id = fixture.companies.front().id;
  }
  for (TokenGrant& grant : fixture.tokens) {
    if (grant.of_location()) grant.company_id = company_of(fixture, grant.location_id);
    if (grant.company_id.empty()) grant.company_id = fixture.companies.front().id;
  }
}

std::string budget_key(std::string_view client_id, std::string_view resource_id) {
  return (client_id.empty() ? "pit" : std::string(client_id)) + "/" + std::string(resource_id);
}

Authorization::Authorization(const Fixture& fixture, std::uint64_t seed, Instant now)
    : random_(seed), companies_(fixture.companies), apps_(fixture.apps) {
  for (const User& user : fixture.users) installers_.try_emplace(user.location_id, user.id);
  for (const Location& location : fixture.locations) {
    const auto first = installers_.find(location.id);
    if (first != installers_.end()) installers_.try_emplace(location.company_id, first->second);
  }
  const auto install_on = [&](const App& app, const std::string& company_id, const std::string& location_id) {
    install({.client_id = app.client_id, .company_id = company_id, .location_id = location_id, .scopes = app.scopes},
            now);
  };
  for (const App& app : apps_) {
    for (const std::string& id : app.installed_locations) {
      if (app.for_agencies) install_on(app, company_of(fixture, id), "");
      install_on(app, company_of(fixture, id), id);
    }
  }
  for (const TokenGrant& grant : fixture.tokens) {
    const App* of = app(grant.client_id);
    if (of != nullptr) install_on(*of, grant.company_id, grant.location_id);
    const std::string& resource = grant.of_location() ? grant.location_id : grant.company_id;
    tokens_.keep(grant.token, {.grant = grant,
                               .budget = budget_key(grant.client_id, resource),
                               .issued_at = now,
                               .expires_at = grant.is_pit() ? Instant::max() : now + access_token_life});
  }
}

const App* Authorization::app(std::string_view client_id) const {
  const auto it = std::find_if(apps_.begin(), apps_.end(), [&](const App& app) { return app.client_id == client_id; });
  return it == apps_.end() ? nullptr : &*it;
}

const Company* Authorization::company(std::string_view id) const {
  const auto it =
      std::find_if(companies_.begin(), companies_.end(), [&](const Company& company) { return company.id == id; });
  return it == companies_.end() ? nullptr : &*it;
}

const Installation* Authorization::installation(std::string_view client_id, std::string_view resource_id) const {
  const auto it = installations_.find({std::string(client_id), std::string(resource_id)});
  return it == installations_.end() ? nullptr : &it->second;
}

const AccessToken* Authorization::token(std::string_view text) const {
  return tokens_.find(text);
}

void Authorization::revoke_all(std::string_view client_id, std::string_view resource_id) {
  for (auto& [text, access] : tokens_.items()) {
    const TokenGrant& grant = access.grant;
    const std::string& of = grant.of_location() ? grant.location_id : grant.company_id;
    if (grant.client_id == client_id && of == resource_id) access.revoked = true;
  }
  for (auto& [text, token] : refresh_tokens_.items()) {
    if (token.client_id == client_id && token.resource_id == resource_id) token.revoked = true;
  }
}

const Installation& Authorization::install(Installation made, Instant now) {
  HOLDFAST_ASSERT(app(made.client_id) != nullptr);
  std::pair<std::string, std::string> key{made.client_id, made.resource_id()};
  made.installed_at = now;
  auto by = installers_.find(made.resource_id());
  if (by == installers_.end()) by = installers_.find(made.company_id);
  made.user_id = by == installers_.end() ? "" : by->second;
  if (const auto it = installations_.find(key); it != installations_.end()) {
    if (it->second.scopes != made.scopes) revoke_all(made.client_id, made.resource_id());
    made.installed_at = it->second.installed_at;
    made.active = it->second.active;
  }
  return installations_.insert_or_assign(std::move(key), std::move(made)).first->second;
}

bool Authorization::uninstall(std::string_view client_id, std::string_view resource_id) {
  revoke_all(client_id, resource_id);
  return installations_.erase({std::string(client_id), std::string(resource_id)}) > 0;
}

bool Authorization::set_active(std::string_view client_id, std::string_view resource_id, bool active) {
  const auto it = installations_.find({std::string(client_id), std::string(resource_id)});
  if (it == installations_.end()) return false;
  it->second.active = active;
  return true;
}

std::string Authorization::draw_hex(std::size_t digits) {
  std::string text(digits, '0');
  for (char& digit : text) digit = "0123456789abcdef"[random_.next() & 15];
  return text;
}

std::string Authorization::draw_jwt(const Installation& installation, const std::vector<std::string>& scopes,
                                    Instant now, Instant expires_at) {
  const Json claims{{"authClass", installation.location_id.empty() ? "Company" : "Location"},
                    {"authClassId", installation.resource_id()},
                    {"primaryAuthClassId", installation.resource_id()},
                    {"source", "INTEGRATION"},
                    {"sourceId", installation.client_id},
                    {"channel", "OAUTH"},
                    {"oauthMeta", {{"scopes", scopes}}},
                    {"iat", epoch_seconds(now)},
                    {"exp", epoch_seconds(expires_at)}};
  std::string signature;
  while (signature.size() < signature_bytes) {
    const std::uint64_t bits = random_.next();
    for (int shift = 0; shift < 64; shift += 8) signature += static_cast<char>((bits >> shift) & 255);
  }
  return holdfast::base64url_encode(jwt_header) + "." + holdfast::base64url_encode(holdfast::dump_json(claims)) + "." +
         holdfast::base64url_encode(signature);
}

AccessToken Authorization::make_access(const Installation& installation, std::vector<std::string> scopes, Instant now,
                                       Duration life) {
  AccessToken access{.budget = budget_key(installation.client_id, installation.resource_id()),
                     .issued_at = now,
                     .expires_at = now + life};
  access.grant = {.token = draw_jwt(installation, scopes, now, access.expires_at),
                  .location_id = installation.location_id,
                  .scopes = std::move(scopes),
                  .kind = installation.location_id.empty() ? TokenKind::company : TokenKind::location,
                  .company_id = installation.company_id,
                  .client_id = installation.client_id};
  return tokens_.add(access.grant.token, access);
}

std::string Authorization::make_refresh(const Installation& installation, std::vector<std::string> scopes,
                                        Instant now) {
  const Instant expires_at = now + refresh_token_life;
  std::string text = draw_jwt(installation, scopes, now, expires_at);
  refresh_tokens_.add(text, {.id = draw_hex(24),
                             .client_id = installation.client_id,
                             .resource_id = installation.resource_id(),
                             .kind = installation.location_id.empty() ? TokenKind::company : TokenKind::location,
                             .scopes = std::move(scopes),
                             .expires_at = expires_at});
  return text;
}

IssuedTokens Authorization::issue(const Installation& installation, std::vector<std::string> scopes, Instant now,
                                  Duration life) {
  IssuedTokens issued{.installation = installation};
  issued.access = make_access(installation, scopes, now, life);
  issued.refresh_token = make_refresh(installation, std::move(scopes), now);
  issued.refresh_token_id = refresh_tokens_.find(issued.refresh_token)->id;
  return issued;
}

std::string Authorization::issue_code(const Installation& installation, std::string redirect_uri, Instant now) {
  std::string text = draw_hex(40);
  codes_.add(text, {.client_id = installation.client_id,
                    .resource_id = installation.resource_id(),
                    .redirect_uri = std::move(redirect_uri),
                    .expires_at = now + code_life});
  return text;
}

const AuthorizationCode* Authorization::code(std::string_view text, Instant now) const {
  const AuthorizationCode* found = codes_.find(text);
  return found != nullptr && now < found->expires_at ? found : nullptr;
}

std::expected<IssuedTokens, GrantRefusal> Authorization::redeem(std::string_view text, Instant now) {
  const AuthorizationCode* found = code(text, now);
  const Installation* on = found == nullptr ? nullptr : installation(found->client_id, found->resource_id);
  if (on == nullptr) return std::unexpected(GrantRefusal::invalid_grant);
  if (!on->active) return std::unexpected(GrantRefusal::location_not_active);
  codes_.find(text)->expires_at = now;
  return issue(*on, on->scopes, now);
}

std::expected<IssuedTokens, GrantRefusal> Authorization::refresh(std::string_view client_id, std::string_view text,
                                                                 Instant now) {
  RefreshToken* used = refresh_tokens_.find(text);
  const bool good = used != nullptr && !used->revoked && now < used->expires_at && used->client_id == client_id;
  if (!good) return std::unexpected(GrantRefusal::invalid_grant);
  const Installation* on = installation(used->client_id, used->resource_id);
  if (on == nullptr) return std::unexpected(GrantRefusal::invalid_grant);
  if (used->used_at && now - *used->used_at >= refresh_grace) return std::unexpected(GrantRefusal::invalid_grant);
  if (!on->active) return std::unexpected(GrantRefusal::location_not_active);
  if (!used->used_at) {
    IssuedTokens issued = issue(*on, used->scopes, now);
    // Looked up again: to make room for its successor it may have been forgotten.
    if (RefreshToken* still = refresh_tokens_.find(text)) {
      still->used_at = now;
      still->successor = issued.refresh_token;
    }
    return issued;
  }
  // Within the grace: another access token, and the refresh token the first caller got.
  const RefreshToken* successor = refresh_tokens_.find(used->successor);
  if (successor == nullptr || successor->revoked) return std::unexpected(GrantRefusal::invalid_grant);
  return IssuedTokens{.access = make_access(*on, used->scopes, now, access_token_life),
                      .refresh_token = used->successor,
                      .refresh_token_id = successor->id,
                      .installation = *on};
}

const AccessToken& Authorization::issue_pit(TokenGrant grant, Instant now, Instant expires_at) {
  grant.token = "pit-" + draw_uuid(random_);
  const std::string& resource = grant.of_location() ? grant.location_id : grant.company_id;
  std::string budget = budget_key("", resource);
  std::string text = grant.token;
  return tokens_.keep(
      std::move(text),
      {.grant = std::move(grant), .budget = std::move(budget), .issued_at = now, .expires_at = expires_at});
}

const AccessToken* Authorization::rotate_pit(std::string_view text, Instant now, Duration grace) {
  AccessToken* old = tokens_.find(text);
  if (old == nullptr || !old->grant.is_pit() || !old->live_at(now)) return nullptr;
  old->expires_at = std::min(old->expires_at, now + grace);
  return &issue_pit(old->grant, now);
}

bool Authorization::revoke(std::string_view text) {
  AccessToken* access = tokens_.find(text);
  RefreshToken* refresh = refresh_tokens_.find(text);
  if (access != nullptr) access->revoked = true;
  if (refresh != nullptr) refresh->revoked = true;
  return access != nullptr || refresh != nullptr;
}

bool Authorization::expire(std::string_view text, Instant now) {
  AccessToken* access = tokens_.find(text);
  RefreshToken* refresh = refresh_tokens_.find(text);
  if (access != nullptr) access->expires_at = std::min(access->expires_at, now);
  if (refresh != nullptr) refresh->expires_at = std::min(refresh->expires_at, now);
  return access != nullptr || refresh != nullptr;
}

}  // namespace mock_ghl
