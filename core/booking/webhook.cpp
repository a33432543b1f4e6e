#include "core/booking/webhook.hpp"

#include <utility>

#include "core/base/base64.hpp"
#include "core/base/hmac.hpp"

namespace holdfast::booking {
namespace {

constexpr std::string_view secret_prefix = "whsec_";
constexpr std::size_t key_bytes_min = 24;
constexpr std::size_t key_bytes_max = 64;

}  // namespace

std::optional<Secret> webhook_key(std::string_view secret) {
  if (!secret.starts_with(secret_prefix)) return std::nullopt;
  auto key = base64_decode(secret.substr(secret_prefix.size()));
  if (!key || key->size() < key_bytes_min || key->size() > key_bytes_max) return std::nullopt;
  return Secret(std::move(*key));
}

net::HttpRequest webhook_request(const WebhookReceiver& receiver, const std::string& id, Instant sent_at,
                                 std::string body) {
  const std::string timestamp = std::to_string(to_epoch_ms(sent_at) / 1'000);
  const std::string signature = hmac_sha256(receiver.key.reveal(), id + "." + timestamp + "." + body);
  return {.method = "POST",
          .target = receiver.target,
          .headers = {{"Content-Type", "application/json"},
                      {"webhook-id", id},
                      {"webhook-timestamp", timestamp},
                      {"webhook-signature", "v1," + base64_encode(signature)}},
          .body = std::move(body)};
}

Result<void> webhook_outcome(const net::TransportResult& answer) {
  // Sent twice is told once: its id shows it.
  if (!answer) return fail(ErrorKind::transient, "the webhook's receiver cannot be reached: " + answer.error().message);
  if (answer->status >= 200 && answer->status < 300) return {};
  // "Gone" is how a receiver says that it wants no more of them.
  const ErrorKind kind = answer->status == 410 ? ErrorKind::refused : ErrorKind::transient;
  return fail(Error{.kind = kind, .message = "the webhook's receiver did not take it", .http_status = answer->status});
}

}  // namespace holdfast::booking
