// When a failed request may be sent again, and after how long: bounded attempts, waits with jitter, never past a
// deadline.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/entropy.hpp"

namespace holdfast::ghl {

// How often and how long reads and safe writes are retried. Creates are never retried by the client.
struct RetryPolicy {
  int attempts_max = 4;        // tries in all
  std::int64_t base_ms = 150;  // first wait, doubled each time, with jitter
  std::int64_t cap_ms = 2'000;
  std::int64_t attempt_timeout_ms = 8'000;  // of one try; the call's own deadline still holds
};

// What sending a request twice would do, which decides what a missing answer means and whether it is sent again.
enum class Repeat {
  harmless,    // a read: a missing answer is `transient` and the request is sent again
  idempotent,  // a write that does the same once or twice: sent again, but a missing answer is `unknown_outcome`
  if_refused,  // a write that would be done twice: sent again only after an answer that proves it was not done
  never,       // creating an appointment (facts/ghl.md 9.1): one request, whatever comes back
};

// True when a request that failed with `kind` may be sent again.
bool may_repeat(Repeat repeat, ErrorKind kind);

// The wait before the next attempt after `attempts_made` (1 or more) of them failed, the last with `error`; nullopt
// when it is not sent again: the failure forbids it, the attempts are used up, or the wait would end at `deadline` or
// later. A server's own `retry_after` is the least wait. Draws one random number when it waits.
std::optional<Duration> next_wait(const RetryPolicy& policy, Repeat repeat, const Error& error, int attempts_made,
                                  Instant now, Instant deadline, net::Entropy& entropy);

}  // namespace holdfast::ghl
