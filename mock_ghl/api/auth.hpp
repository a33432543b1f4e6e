// Who asks, in which dialect, and how often: the Private Integration Tokens, the Version header and the rate limit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The grant behind an Authorization header; nullptr with the 401 in `refusal` (facts/ghl.md 1.6).
const TokenGrant* authenticate(const State& state, const holdfast::net::HttpHeaders& headers, std::string_view trace_id,
                               Answer& refusal);
// True when the grant holds the scope ("" needs none).
bool has_scope(const TokenGrant& grant, std::string_view scope);

// What the Version header says. Only the four published values pass; no resource pins one (facts/ghl.md 1.3).
struct VersionCheck {
  bool v3 = false;
  std::optional<Answer> refusal = {};
};
VersionCheck check_version(const holdfast::net::HttpHeaders& headers, std::string_view trace_id);

// Fixed windows per token: a burst limit and a daily one (facts/ghl.md 3). Windows begin with a token's first request.
class RateLimiter {
 public:
  explicit RateLimiter(const Settings& settings) : settings_(settings) {}

  // What a token has left of its rate limits.
  struct Budget {
    int remaining = 0;
    int daily_remaining = 0;
    bool allowed = true;
  };
  // Counts one request of `token`. A refused one is not counted.
  Budget take(std::string_view token, holdfast::Instant now);
  // The budget without counting; of a full window for an unknown token.
  Budget peek(std::string_view token, holdfast::Instant now) const;
  // The X-RateLimit-* headers that every response carries.
  void write_headers(holdfast::net::HttpHeaders& headers, const Budget& budget) const;

 private:
  struct Window {
    holdfast::Instant began = holdfast::Instant::min();
    int used = 0;
    holdfast::Instant day_began = holdfast::Instant::min();
    int used_today = 0;
  };
  void roll(Window& window, holdfast::Instant now) const;
  Budget budget_of(const Window& window) const;

  Settings settings_;
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace mock_ghl::api
