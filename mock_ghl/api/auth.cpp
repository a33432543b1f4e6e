#include "mock_ghl/api/auth.hpp"

#include <algorithm>
#include <array>

namespace mock_ghl::api {

using holdfast::Instant;

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

const TokenGrant* authenticate(const State& state, const holdfast::net::HttpHeaders& headers, std::string_view trace_id,
                               Answer& refusal) {
  const std::string_view field = trimmed(headers.find("Authorization").value_or(""));
  if (!starts_with_bearer(field)) {
    refusal = gateway_refuse(401, "Invalid token: access token is invalid", "Unauthorized", trace_id);
    return nullptr;
  }
  const std::string_view token = trimmed(field.substr(7));
  for (const TokenGrant& grant : state.tokens()) {
    if (grant.token == token) return &grant;
  }
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

void RateLimiter::roll(Window& window, Instant now) const {
  if (now - holdfast::Duration{settings_.rate_limit_interval_ms} >= window.began) {
    window.began = now;
    window.used = 0;
  }
  const Instant today = std::chrono::floor<holdfast::days>(now);
  if (today > window.day_began) {
    window.day_began = today;
    window.used_today = 0;
  }
}

RateLimiter::Budget RateLimiter::budget_of(const Window& window) const {
  const int remaining = settings_.rate_limit_max - window.used;
  const int daily_remaining = settings_.rate_limit_daily - window.used_today;
  return {.remaining = remaining, .daily_remaining = daily_remaining, .allowed = remaining > 0 && daily_remaining > 0};
}

RateLimiter::Budget RateLimiter::take(std::string_view token, Instant now) {
  auto it = windows_.find(token);
  if (it == windows_.end()) it = windows_.emplace(std::string(token), Window{}).first;
  Window& window = it->second;
  roll(window, now);
  Budget budget = budget_of(window);
  if (!budget.allowed) return budget;
  ++window.used;
  ++window.used_today;
  budget = budget_of(window);
  budget.allowed = true;
  return budget;
}

RateLimiter::Budget RateLimiter::peek(std::string_view token, Instant now) const {
  const auto it = windows_.find(token);
  Window window = it == windows_.end() ? Window{} : it->second;
  roll(window, now);
  return budget_of(window);
}

void RateLimiter::write_headers(holdfast::net::HttpHeaders& headers, const Budget& budget) const {
  headers.set("X-RateLimit-Limit-Daily", std::to_string(settings_.rate_limit_daily));
  headers.set("X-RateLimit-Daily-Remaining", std::to_string(budget.daily_remaining));
  headers.set("X-RateLimit-Interval-Milliseconds", std::to_string(settings_.rate_limit_interval_ms));
  headers.set("X-RateLimit-Max", std::to_string(settings_.rate_limit_max));
  headers.set("X-RateLimit-Remaining", std::to_string(budget.remaining));
}

}  // namespace mock_ghl::api
