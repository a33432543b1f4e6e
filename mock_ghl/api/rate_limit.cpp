#include "mock_ghl/api/rate_limit.hpp"

#include <algorithm>

namespace mock_ghl::api {

using holdfast::Duration;
using holdfast::Instant;

namespace {

// A sliding window keeps at most this many entries; intervals beyond ten seconds count in coarser steps.
constexpr std::int64_t steps_max = 10'000;

}  // namespace

void RateLimiter::roll(Window& window, Instant now) const {
  const Duration interval{settings_.rate_limit_interval_ms};
  if (settings_.rate_limit_sliding) {
    while (!window.counted.empty() && now - interval >= window.counted.front().first) {
      window.used -= window.counted.front().second;
      window.counted.pop_front();
    }
  } else if (now - interval >= window.began) {
    window.began = now;
    window.used = 0;
  }
  const Instant today = std::chrono::floor<holdfast::days>(now);
  if (today > window.day_began) {
    window.day_began = today;
    window.used_today = 0;
  }
}

void RateLimiter::count(Window& window, int requests, Instant now) const {
  window.used += requests;
  window.used_today += requests;
  if (!settings_.rate_limit_sliding) return;
  // Up to the end of its step, so that a coarse window forgets too late rather than too early.
  const Duration step{(settings_.rate_limit_interval_ms + steps_max - 1) / steps_max};
  const Instant at = now + (step - Duration{1} - (now.time_since_epoch() % step));
  if (!window.counted.empty() && window.counted.back().first >= at) {
    window.counted.back().second += requests;
  } else {
    window.counted.emplace_back(at, requests);
  }
}

RateLimiter::Budget RateLimiter::budget_of(const Window& window) const {
  const int remaining = std::max(0, settings_.rate_limit_max - window.used - window.background);
  const int daily_remaining = settings_.rate_limit_daily - window.used_today;
  return {.remaining = remaining, .daily_remaining = daily_remaining, .allowed = remaining > 0 && daily_remaining > 0};
}

RateLimiter::Window& RateLimiter::window(std::string_view key, Instant now) {
  auto it = windows_.find(key);
  if (it == windows_.end()) it = windows_.emplace(std::string(key), Window{}).first;
  roll(it->second, now);
  return it->second;
}

RateLimiter::Budget RateLimiter::take(std::string_view key, Instant now) {
  Window& used = window(key, now);
  Budget budget = budget_of(used);
  if (!budget.allowed) return budget;
  count(used, 1, now);
  budget = budget_of(used);
  budget.allowed = true;
  return budget;
}

RateLimiter::Budget RateLimiter::peek(std::string_view key, Instant now) {
  const auto it = windows_.find(key);
  if (it == windows_.end()) return budget_of({});
  roll(it->second, now);
  return budget_of(it->second);
}

void RateLimiter::consume(std::string_view key, int requests, Instant now) {
  Window& used = window(key, now);
  const Budget budget = budget_of(used);
  count(used, std::clamp(requests, 0, std::min(budget.remaining, budget.daily_remaining)), now);
}

void RateLimiter::set_background(std::string_view key, int requests) {
  const auto it = windows_.find(key);
  Window& used = it == windows_.end() ? windows_[std::string(key)] : it->second;
  used.background = std::clamp(requests, 0, settings_.rate_limit_max);
}

void RateLimiter::set_daily_remaining(std::string_view key, int remaining, Instant now) {
  window(key, now).used_today = settings_.rate_limit_daily - std::clamp(remaining, 0, settings_.rate_limit_daily);
}

void RateLimiter::write_headers(holdfast::net::HttpHeaders& headers, const Budget& budget) const {
  headers.set("X-RateLimit-Limit-Daily", std::to_string(settings_.rate_limit_daily));
  headers.set("X-RateLimit-Daily-Remaining", std::to_string(budget.daily_remaining));
  headers.set("X-RateLimit-Interval-Milliseconds", std::to_string(settings_.rate_limit_interval_ms));
  headers.set("X-RateLimit-Max", std::to_string(settings_.rate_limit_max));
  headers.set("X-RateLimit-Remaining", std::to_string(budget.remaining));
}

}  // namespace mock_ghl::api
