// The rate limits: a burst and a day, for each app at each location or agency (facts/ghl.md 3).
#pragma once

#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "core/net/http.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl::api {

// Counts by budget key (mock_ghl::budget_key): all PITs of a location share one. A fixed window begins with its first
// request; a sliding one holds the requests of the last interval. Days begin at midnight UTC.
class RateLimiter {
 public:
  explicit RateLimiter(const Settings& settings) : settings_(settings) {}

  // What a budget has left.
  struct Budget {
    int remaining = 0;
    int daily_remaining = 0;
    bool allowed = true;
  };
  // Counts one request. A refused one is not counted.
  Budget take(std::string_view key, holdfast::Instant now);
  // The budget without counting; full for a key that never counted.
  Budget peek(std::string_view key, holdfast::Instant now);
  // The X-RateLimit-* headers that every response carries.
  void write_headers(holdfast::net::HttpHeaders& headers, const Budget& budget) const;

  // Other integrations on the same budget (quirk 49): `count` requests at once, as far as there are any left …
  void consume(std::string_view key, int count, holdfast::Instant now);
  // … and `count` requests of every window from now on.
  void set_background(std::string_view key, int count);
  // Leaves this many requests of the day.
  void set_daily_remaining(std::string_view key, int remaining, holdfast::Instant now);

 private:
  struct Window {
    holdfast::Instant began = holdfast::Instant::min();
    int used = 0;
    holdfast::Instant day_began = holdfast::Instant::min();
    int used_today = 0;
    int background = 0;
    std::deque<std::pair<holdfast::Instant, int>> counted = {};  // sliding only; oldest first, one entry an instant
  };
  Window& window(std::string_view key, holdfast::Instant now);
  void roll(Window& window, holdfast::Instant now) const;
  void count(Window& window, int requests, holdfast::Instant now) const;
  Budget budget_of(const Window& window) const;

  Settings settings_;
  std::map<std::string, Window, std::less<>> windows_;
};

}  // namespace mock_ghl::api
