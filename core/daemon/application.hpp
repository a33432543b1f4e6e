// Application: the daemon without sockets, a table of its parts. The same object serves behind Beast and in the virtual
// world.
#pragma once

#include <memory>
#include <vector>

#include "core/daemon/health_check.hpp"
#include "core/daemon/office.hpp"
#include "core/ledger/ledger.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace holdfast::daemon {

// POST /vapi/{tenant} answers Vapi's server messages; GET /healthz says the process lives, GET /readyz that recovery is
// done and the ledger can write. Not thread-safe; one loop.
class Application {
 public:
  // `ledger` and `ghl` (the transport to GHL's host) must outlive the application and its tasks. `ledger_probe` tries
  // whether the ledger can write, for /readyz; without one it counts as writable. `webhooks` has a transport for every
  // tenant with a review_webhook; those outlive the application, too.
  Application(net::Runtime runtime, std::vector<TenantAccount> tenants, ledger::Ledger& ledger, net::HttpTransport& ghl,
              HealthProbe ledger_probe = {}, const WebhookTransports& webhooks = {});
  ~Application();
  Application(const Application&) = delete;
  Application& operator=(const Application&) = delete;

  // Takes up unsettled intents and starts the background work. Call once, before serving. An error means the ledger
  // cannot be read.
  net::Task<Result<void>> start();
  // One request in, one response out; never throws. While recovering, tool calls wait for it, at most for the voice
  // deadline; a tenant without a secret that does not allow unauthenticated calls is never served.
  net::Task<net::HttpResponse> handle(net::HttpRequest request);
  // Ends background work; requests under way go on.
  void stop();
  // Waits until nothing runs or `deadline`; true when all ended.
  net::Task<bool> drain(Instant deadline);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace holdfast::daemon
