// Subscription: one URL that gets webhooks, and how GHL's delivery to it behaves (facts/ghl.md 7.4, quirks 61-68).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/webhooks/events.hpp"

namespace mock_ghl::webhooks {

// Which signature headers a delivery carries (quirk 65).
enum class Signatures {
  both,     // X-GHL-Signature and X-WH-Signature
  ed25519,  // X-GHL-Signature alone
  rsa,      // X-WH-Signature alone
  none,     // neither, as a workflow's "Custom Webhook"
  bad,      // both, over other bytes than the body
  na,       // both headers say "N/A"
};

// When a delivery is tried again (quirk 64). GHL's own documents contradict each other (facts/ghl.md 7.4), and the one
// that loses more is the default.
enum class RetryPolicy {
  never,
  only_429,     // "429_only": after a 429, at most 6 retries, about 10 minutes and jitter apart; else it is lost
  any_failure,  // after anything but a 2xx, at most 12 retries, exponentially further apart, with jitter
};

// Holds some deliveries back, so that later ones overtake them (quirk 62).
struct Reorder {
  double probability = 0;
  std::int64_t hold_ms = 2'000;
};

// GHL stops delivering to a URL that fails too often (quirk 68). Checked at the end of each window of the world's time.
struct CircuitBreaker {
  bool enabled = true;
  std::int64_t window_ms = 259'200'000;  // 3 days
  std::int64_t min_webhooks = 10'000;    // a window with at most as many attempts is not judged
  double success_percent = 90;           // below this the delivery is paused
};

// What a subscription is made of.
struct SubscriptionOptions {
  std::string url = {};                  // http:// or https://
  std::vector<std::string> events = {};  // names of events; empty: all
  Signatures signatures = Signatures::both;
  RetryPolicy retry = RetryPolicy::only_429;
  std::int64_t retry_base_ms = 0;             // 0: the policy's own, 10 minutes or (the first of any_failure) 30 s
  double duplicates = 0;                      // probability that a delivery comes twice (quirk 61)
  Reorder reorder = {};                       // …
  DelayModel delay = DelayModel::fixed(100);  // from the change to the first attempt, on the machine's time
  bool early = false;                         // the first attempt ends before the API answers (quirk 63)
  bool echo = true;                           // changes made through the API are told as well (quirk 66)
  Shaping shaping = {};                       // …
  CircuitBreaker breaker = {};                // …
  int parallel = 1;                           // deliveries under way at once; 1 keeps them in order
  std::int64_t timeout_ms = 10'000;           // for one attempt, connecting included
  std::string app_id = "66b1f0c0a1b2c3d4e5f60718";      // before the '-' of the app's client id (facts/ghl.md 7.2)
  std::string version_id = "66b1f0c0a1b2c3d4e5f60719";  // of the app
};

// A URL in its two halves.
struct Url {
  std::string origin;  // "https://host:port"
  std::string target;  // "/hook?x=1"; at least "/"
};

// Splits an http or https URL; invalid_input with what to write instead.
holdfast::Result<Url> split_url(std::string_view text);
// Reads a subscription from JSON (README.md shows it); only "url" is required. invalid_input names the path.
holdfast::Result<SubscriptionOptions> parse_subscription(const holdfast::Json& value);
// The same JSON, complete.
holdfast::Json to_json(const SubscriptionOptions& options);
// The names the JSON uses.
std::string_view to_string(Signatures signatures);
std::string_view to_string(RetryPolicy policy);

// How long after its `failed_tries`-th try (from 1) a delivery is tried again; nullopt when it is given up. `status` is
// what the receiver answered, 0 when nothing came.
std::optional<holdfast::Duration> retry_after(const SubscriptionOptions& options, int status, int failed_tries,
                                              holdfast::SplitMix64& random);

}  // namespace mock_ghl::webhooks
