#include "mock_ghl/api/auth.hpp"

#include <algorithm>
#include <array>

namespace mock_ghl::api {

namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool starts_with_bearer(std::string_view text) {
  static constexpr std::string_view bearer = "bearer ";
  return text.size() > bearer.size() &&
         std::equal(bearer.begin(), bearer.end(), text.begin(), [](char want, char have) {
           return want == (have >= 'A' && have <= 'Z' ? have - 'A' + 'a' : have);
         });
}

}  // namespace

const AccessToken* authenticate(const State& state, const holdfast::net::HttpHeaders& headers, holdfast::Instant now,
                                std::string_view trace_id, Answer& refusal) {
  const std::string_view field = trimmed(headers.find("Authorization").value_or(""));
  if (!starts_with_bearer(field)) {
    refusal = gateway_refuse(401, "Invalid token: access token is invalid", "Unauthorized", trace_id);
    return nullptr;
  }
  const std::string_view token = trimmed(field.substr(7));
  const AccessToken* access = state.authorization().token(token);
  if (access != nullptr && access->live_at(now)) return access;
  const bool is_pit = token.starts_with("pit-");
  refusal = gateway_refuse(401, is_pit ? "Invalid Private Integration token" : "Invalid JWT", "", trace_id);
  return nullptr;
}

bool has_scope(const TokenGrant& grant, std::string_view scope) {
  if (scope.empty()) return true;
  const std::vector<std::string>& scopes = grant.scopes.empty() ? booking_scopes() : grant.scopes;
  return std::find(scopes.begin(), scopes.end(), scope) != scopes.end();
}

VersionCheck check_version(const holdfast::net::HttpHeaders& headers, std::string_view trace_id) {
  static constexpr std::array<std::string_view, 3> dated{"2021-04-15", "2021-07-28", "2023-02-21"};
  const std::string_view version = trimmed(headers.find("Version").value_or(""));
  if (version.empty()) return {.refusal = gateway_refuse(401, "version header was not found.", "", trace_id)};
  if (version == "v3") return {.v3 = true};
  if (std::find(dated.begin(), dated.end(), version) != dated.end()) return {};
  if (holdfast::parse_date(version)) {
    return {.refusal = gateway_refuse(401, "version header is invalid", "", trace_id)};
  }
  const std::string message = "Invalid API version segment '" + std::string(version) + "' at position 0";
  return {.refusal = gateway_refuse(400, message, "", trace_id)};
}

}  // namespace mock_ghl::api
