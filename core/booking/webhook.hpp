// Webhook: messages to a server that the business names, signed as Standard Webhooks has it (standardwebhooks.com).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/net/transport.hpp"

namespace holdfast::booking {

// Who receives them. `transport` outlives whoever sends.
struct WebhookReceiver {
  net::HttpTransport* transport = nullptr;
  std::string target = "/";  // path and query of its URL
  Secret key;                // of the signature: bytes, not text
};

// The key that a secret such as "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw" stands for; nullopt when it is none of 24 to
// 64 bytes.
std::optional<Secret> webhook_key(std::string_view secret);

// The request that carries `body`. `id` is the same whenever the same message is sent again, so that the receiver knows
// it; `sent_at` is the wall's, so that it can refuse what somebody kept and sends later.
net::HttpRequest webhook_request(const WebhookReceiver& receiver, const std::string& id, Instant sent_at,
                                 std::string body);

// What an answer means: taken (2xx), refused for good (410), or to be sent again.
Result<void> webhook_outcome(const net::TransportResult& answer);

}  // namespace holdfast::booking
