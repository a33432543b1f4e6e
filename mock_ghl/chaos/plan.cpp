#include "mock_ghl/chaos/plan.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace mock_ghl {

namespace {

// By place in the enumeration.
constexpr std::array<std::string_view, fault_count> fault_names{"latency",
                                                                "rate_limited",
                                                                "server_error",
                                                                "lost_before_commit",
                                                                "lost_after_commit",
                                                                "unreadable_after_commit",
                                                                "late_commit",
                                                                "hang",
                                                                "commit_gap",
                                                                "stale_free_slots",
                                                                "strict_offset",
                                                                "answer",
                                                                "cloudflare",
                                                                "internal_error",
                                                                "error_in_2xx",
                                                                "token_expired",
                                                                "daily_limit",
                                                                "refused_after_commit",
                                                                "never_answer",
                                                                "duplicate_delivery",
                                                                "slow_body",
                                                                "stale_reads",
                                                                "race",
                                                                "open_hours_object",
                                                                "dates_wrapper",
                                                                "error_shape",
                                                                "wrong_id_after_commit",
                                                                "stores_other",
                                                                "patchy_reads"};
static_assert(fault_names.back() == "patchy_reads");

// Of the standard normal distribution.
constexpr double quantile_99 = 2.3263478740408408;

}  // namespace

std::string_view to_string(Fault fault) {
  return fault_names.at(static_cast<std::size_t>(fault));
}

std::optional<Fault> parse_fault(std::string_view name) {
  const auto* const found = std::find(fault_names.begin(), fault_names.end(), name);
  if (found == fault_names.end()) return std::nullopt;
  return static_cast<Fault>(found - fault_names.begin());
}

bool decides(Fault fault) {
  switch (fault) {
    case Fault::latency:
    case Fault::commit_gap:
    case Fault::stale_free_slots:
    case Fault::strict_offset:
    case Fault::slow_body:
    case Fault::stale_reads:
    case Fault::race:
    case Fault::open_hours_object:
    case Fault::dates_wrapper:
    case Fault::error_shape:
    case Fault::stores_other:
    case Fault::patchy_reads:
      return false;
    default:
      return true;
  }
}

bool needs_delay(Fault fault) {
  switch (fault) {
    case Fault::latency:
    case Fault::hang:
    case Fault::slow_body:
    case Fault::commit_gap:
    case Fault::stale_free_slots:
    case Fault::stale_reads:
    case Fault::patchy_reads:
      return true;
    default:
      return false;
  }
}

bool needs_fitting_answer(const ChaosRule& rule) {
  switch (rule.fault) {
    case Fault::internal_error:
    case Fault::refused_after_commit:
    case Fault::unreadable_after_commit:
    case Fault::error_shape:
    case Fault::wrong_id_after_commit:
    case Fault::stores_other:
      return true;
    case Fault::answer:
      return rule.answer && (rule.answer->after_commit || !rule.answer->instead_of.empty());
    default:
      return false;
  }
}

bool Ordinal::includes(std::int64_t count) const {
  if (n <= 0) return true;
  switch (kind) {
    case Kind::every:
      return count % n == 0;
    case Kind::from:
      return count >= n;
    case Kind::exactly:
      break;
  }
  return count == n;
}

DelayModel DelayModel::fixed(std::int64_t delay_ms) {
  return {.kind = Kind::fixed, .min_ms = delay_ms};
}

DelayModel DelayModel::uniform(std::int64_t min_ms, std::int64_t max_ms) {
  return {.kind = Kind::uniform, .min_ms = min_ms, .max_ms = max_ms};
}

DelayModel DelayModel::lognormal(double median_ms, double sigma, std::int64_t min_ms, std::int64_t max_ms) {
  return {.kind = Kind::lognormal, .median_ms = median_ms, .sigma = sigma, .min_ms = min_ms, .max_ms = max_ms};
}

DelayModel DelayModel::lognormal_p99(double median_ms, double p99_ms, std::int64_t min_ms, std::int64_t max_ms) {
  return lognormal(median_ms, std::log(p99_ms / median_ms) / quantile_99, min_ms, max_ms);
}

bool DelayModel::is_nothing() const {
  if (kind == Kind::fixed) return min_ms == 0;
  return max_ms == 0 || (kind == Kind::lognormal && median_ms == 0 && min_ms == 0);
}

holdfast::Duration DelayModel::draw(holdfast::SplitMix64& random) const {
  if (kind == Kind::fixed) return holdfast::Duration{min_ms};
  if (kind == Kind::uniform) return holdfast::Duration{random.between(min_ms, max_ms)};
  // Box-Muller, one of the two normals: two draws, in this order. 1 - u keeps the logarithm finite.
  const double radius = std::sqrt(-2.0 * std::log(1.0 - random.unit()));
  const double angle = 2.0 * std::numbers::pi * random.unit();
  const double value_ms = median_ms * std::exp(sigma * radius * std::cos(angle));
  const double bounded = std::clamp(value_ms, static_cast<double>(min_ms), static_cast<double>(max_ms));
  return holdfast::Duration{std::llround(bounded)};
}

bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace mock_ghl
