// TenantAccount and Office: a tenant as it is configured, and with what works for it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/base/secret.hpp"
#include "core/booking/front_desk.hpp"
#include "core/booking/tenant.hpp"
#include "core/ghl/client.hpp"
#include "core/net/transport.hpp"

namespace holdfast::daemon {

// Where a tenant's reviews are told of by webhook.
struct WebhookAccount {
  std::string origin;  // known to parse; https, or http of this machine
  std::string target;  // path and query
  Secret key;          // bytes
};

// A tenant with the secrets that belong to it.
struct TenantAccount {
  booking::Tenant tenant;
  Secret ghl_token;    // Private Integration Token
  Secret vapi_secret;  // what Vapi must present; required unless `allow_unauthenticated`
  bool allow_unauthenticated = false;
  ghl::RetryPolicy retry{};
  std::optional<WebhookAccount> review_webhook = {};  // there when the tenant's review_alerts say so
};

// The transports to the receivers of webhooks, by tenant id.
using WebhookTransports = std::map<std::string, net::HttpTransport*, std::less<>>;

// One tenant with what works for it. The desk is destroyed before the client it uses.
struct Office {
  TenantAccount account;
  std::unique_ptr<ghl::Client> client;
  std::unique_ptr<booking::FrontDesk> desk;
};

// Every tenant's office, by tenant id.
using Offices = std::map<std::string, Office, std::less<>>;

}  // namespace holdfast::daemon
