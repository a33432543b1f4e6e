#include "core/ghl/retry.hpp"

#include <algorithm>

namespace holdfast::ghl {
namespace {

// base, 2 * base, 4 * base ... up to the cap, without overflow.
std::int64_t backoff_ms(const RetryPolicy& policy, int attempts_made) {
  const std::int64_t cap_ms = std::max<std::int64_t>(policy.cap_ms, 1);
  std::int64_t wait_ms = std::clamp<std::int64_t>(policy.base_ms, 1, cap_ms);
  for (int i = 1; i < attempts_made && wait_ms < cap_ms; ++i) wait_ms = std::min(cap_ms, wait_ms * 2);
  return wait_ms;
}

}  // namespace

bool may_repeat(Repeat repeat, ErrorKind kind) {
  if (repeat == Repeat::never) return false;
  if (kind == ErrorKind::transient || kind == ErrorKind::rate_limited) return true;
  return kind == ErrorKind::unknown_outcome && repeat == Repeat::idempotent;
}

std::optional<Duration> next_wait(const RetryPolicy& policy, Repeat repeat, const Error& error, int attempts_made,
                                  Instant now, Instant deadline, net::Entropy& entropy) {
  if (!may_repeat(repeat, error.kind) || attempts_made >= policy.attempts_max || now >= deadline) return std::nullopt;
  const Duration least = std::max(error.retry_after.value_or(Duration(0)), Duration(0));
  const Duration left = deadline - now;
  // Asked before drawing, so that a wait that cannot be kept costs no random number.
  if (least >= left) return std::nullopt;
  const Duration wait = least + Duration(net::jittered_ms(entropy, backoff_ms(policy, attempts_made)));
  if (wait >= left) return std::nullopt;
  return wait;
}

}  // namespace holdfast::ghl
