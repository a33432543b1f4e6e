#include "mock_ghl/webhooks/subscription.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mock_ghl/model/reader.hpp"

namespace mock_ghl::webhooks {

using holdfast::Duration;
using holdfast::ErrorKind;
using holdfast::Json;

namespace {

constexpr std::array<std::pair<Signatures, std::string_view>, 6> signature_names{{{Signatures::both, "both"},
                                                                                  {Signatures::ed25519, "ed25519"},
                                                                                  {Signatures::rsa, "rsa"},
                                                                                  {Signatures::none, "none"},
                                                                                  {Signatures::bad, "bad"},
                                                                                  {Signatures::na, "na"}}};
constexpr std::array<std::pair<RetryPolicy, std::string_view>, 3> retry_names{
    {{RetryPolicy::never, "never"}, {RetryPolicy::only_429, "429_only"}, {RetryPolicy::any_failure, "any_failure"}}};

constexpr std::int64_t day_ms = 86'400'000;
constexpr std::size_t url_bytes_max = 2'000;
constexpr std::size_t list_max = 100;

// Six retries in about 1 h 10 min (facts/ghl.md 7.4): 10 minutes and on average 100 s more.
constexpr int retries_429 = 6;
constexpr std::int64_t base_429_ms = 600'000;
// Twelve retries; the first distance is not known, so the whole takes more than a day.
constexpr int retries_any = 12;
constexpr std::int64_t base_any_ms = 30'000;

template <class Enum, std::size_t Count>
void read_name(ObjectReader& reader, std::string_view key,
               const std::array<std::pair<Enum, std::string_view>, Count>& names, Enum& out) {
  std::string text;
  reader.text(key, text);
  if (text.empty()) return;
  std::string allowed;
  for (const auto& [value, name] : names) {
    if (name == text) {
      out = value;
      return;
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(name);
  }
  reader.fault(key, "must be one of: " + allowed);
}

void read_events(ObjectReader& reader, std::vector<std::string>& events) {
  reader.texts("events", events);
  for (const std::string& event : events) {
    if (find_event_kind(event) != nullptr) continue;
    return reader.fault("events", "must be names of events: " + event_names());
  }
}

void read_breaker(const Json& value, std::string path, Faults& faults, CircuitBreaker& breaker) {
  ObjectReader reader(value, std::move(path), faults);
  reader.boolean("enabled", breaker.enabled);
  reader.integer("window_ms", breaker.window_ms, 1, 365 * day_ms);
  reader.integer("min_webhooks", breaker.min_webhooks, 0, 1'000'000'000);
  reader.number("success_percent", breaker.success_percent, 0, 100);
  reader.finish();
}

void read_reorder(const Json& value, std::string path, Faults& faults, Reorder& reorder) {
  ObjectReader reader(value, std::move(path), faults);
  reader.number("probability", reorder.probability, 0, 1);
  reader.integer("hold_ms", reorder.hold_ms, 0, day_ms);
  reader.finish();
}

template <class Enum, std::size_t Count>
std::string_view name_of(const std::array<std::pair<Enum, std::string_view>, Count>& names, Enum value) {
  const auto found = std::find_if(names.begin(), names.end(), [&](const auto& entry) { return entry.first == value; });
  return found == names.end() ? names.front().second : found->second;
}

}  // namespace

std::string_view to_string(Signatures signatures) {
  return name_of(signature_names, signatures);
}
std::string_view to_string(RetryPolicy policy) {
  return name_of(retry_names, policy);
}

holdfast::Result<Url> split_url(std::string_view text) {
  const auto refuse = [] {
    return holdfast::fail(ErrorKind::invalid_input,
                          "must be an http or https URL such as https://127.0.0.1:8443/hooks/ghl, without spaces, user "
                          "name or fragment");
  };
  const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
  const bool printable = std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (scheme == 0 || !printable || text.size() > url_bytes_max) return refuse();
  if (text.find_first_of("#@\\", scheme) != std::string_view::npos) return refuse();
  const std::size_t end = std::min(text.find_first_of("/?", scheme), text.size());
  if (end == scheme) return refuse();
  std::string target(text.substr(end));
  if (!target.starts_with('/')) target.insert(0, "/");
  return Url{.origin = std::string(text.substr(0, end)), .target = std::move(target)};
}

holdfast::Result<SubscriptionOptions> parse_subscription(const Json& value) {
  Faults faults("the subscription");
  ObjectReader reader(value, "", faults);
  SubscriptionOptions options;
  reader.text("url", options.url, true);
  if (const auto url = split_url(options.url); !url) reader.fault("url", url.error().message);
  read_events(reader, options.events);
  read_name(reader, "signatures", signature_names, options.signatures);
  read_name(reader, "retry", retry_names, options.retry);
  reader.integer("retry_base_ms", options.retry_base_ms, 0, day_ms);
  reader.number("duplicates", options.duplicates, 0, 1);
  if (const Json* reorder = reader.object("reorder")) {
    read_reorder(*reorder, reader.path_of("reorder"), faults, options.reorder);
  }
  if (const Json* delay = reader.object("delay")) read_delay(*delay, reader.path_of("delay"), faults, options.delay);
  reader.boolean("early", options.early);
  reader.boolean("echo", options.echo);
  reader.texts("missing_fields", options.shaping.missing_fields);
  reader.boolean("extra_fields", options.shaping.extra_fields);
  reader.boolean("mislabel", options.shaping.mislabel);
  if (const Json* breaker = reader.object("circuit_breaker")) {
    read_breaker(*breaker, reader.path_of("circuit_breaker"), faults, options.breaker);
  }
  reader.integer("parallel", options.parallel, 1, 64);
  reader.integer("timeout_ms", options.timeout_ms, 1, 60'000);
  reader.text("app_id", options.app_id);
  reader.text("version_id", options.version_id);
  if (options.events.size() > list_max || options.shaping.missing_fields.size() > list_max) {
    faults.add("", "events and missing_fields may hold at most 100 names each");
  }
  if (std::max(options.app_id.size(), options.version_id.size()) > 200) {
    faults.add("", "app_id and version_id may have at most 200 characters");
  }
  reader.finish();
  if (faults.any()) return faults.result();
  return options;
}

Json to_json(const SubscriptionOptions& options) {
  const CircuitBreaker& breaker = options.breaker;
  return {{"url", options.url},
          {"events", options.events},
          {"signatures", to_string(options.signatures)},
          {"retry", to_string(options.retry)},
          {"retry_base_ms", options.retry_base_ms},
          {"duplicates", options.duplicates},
          {"reorder", {{"probability", options.reorder.probability}, {"hold_ms", options.reorder.hold_ms}}},
          {"delay", delay_json(options.delay)},
          {"early", options.early},
          {"echo", options.echo},
          {"missing_fields", options.shaping.missing_fields},
          {"extra_fields", options.shaping.extra_fields},
          {"mislabel", options.shaping.mislabel},
          {"circuit_breaker",
           {{"enabled", breaker.enabled},
            {"window_ms", breaker.window_ms},
            {"min_webhooks", breaker.min_webhooks},
            {"success_percent", breaker.success_percent}}},
          {"parallel", options.parallel},
          {"timeout_ms", options.timeout_ms},
          {"app_id", options.app_id},
          {"version_id", options.version_id}};
}

std::optional<Duration> retry_after(const SubscriptionOptions& options, int status, int failed_tries,
                                    holdfast::SplitMix64& random) {
  if (options.retry == RetryPolicy::only_429) {
    if (status != 429 || failed_tries > retries_429) return std::nullopt;
    const std::int64_t base_ms = options.retry_base_ms > 0 ? options.retry_base_ms : base_429_ms;
    return Duration{base_ms + random.between(0, base_ms / 3)};
  }
  if (options.retry == RetryPolicy::any_failure && failed_tries <= retries_any) {
    const std::int64_t base_ms = options.retry_base_ms > 0 ? options.retry_base_ms : base_any_ms;
    const std::int64_t distance_ms = base_ms << (failed_tries - 1);
    return Duration{distance_ms + random.between(0, distance_ms / 2)};
  }
  return std::nullopt;
}

}  // namespace mock_ghl::webhooks
