#include "core/daemon/application.hpp"

#include <utility>

#include "core/base/assert.hpp"
#include "core/daemon/routes/dispatch.hpp"
#include "core/daemon/routes/health.hpp"
#include "core/daemon/routes/vapi.hpp"
#include "core/net/one_shot.hpp"
#include "core/net/router.hpp"

namespace holdfast::daemon {
namespace {

std::optional<booking::WebhookReceiver> webhook_receiver(const TenantAccount& account,
                                                         const WebhookTransports& webhooks) {
  if (!account.review_webhook) return std::nullopt;
  const auto transport = webhooks.find(account.tenant.id);
  HOLDFAST_ASSERT(transport != webhooks.end());
  return booking::WebhookReceiver{
      .transport = transport->second, .target = account.review_webhook->target, .key = account.review_webhook->key};
}

Offices open_offices(const net::Runtime& runtime, std::vector<TenantAccount> tenants, ledger::Ledger& ledger,
                     net::HttpTransport& ghl, const WebhookTransports& webhooks) {
  Offices offices;
  for (TenantAccount& account : tenants) {
    auto client = std::make_unique<ghl::Client>(
        runtime, ghl,
        ghl::ClientOptions{.location_id = account.tenant.location_id,
                           .tokens = std::make_shared<ghl::StaticToken>(account.ghl_token),
                           .retry = account.retry});
    auto desk = std::make_unique<booking::FrontDesk>(runtime, account.tenant, ledger, *client,
                                                     webhook_receiver(account, webhooks));
    const std::string id = account.tenant.id;
    const bool is_new = offices.emplace(id, Office{std::move(account), std::move(client), std::move(desk)}).second;
    HOLDFAST_ASSERT(is_new);
  }
  return offices;
}

}  // namespace

// The table of parts; each uses only those above it.
struct Application::Parts {
  Parts(const net::Runtime& runtime, std::vector<TenantAccount> tenants, ledger::Ledger& ledger,
        net::HttpTransport& ghl, HealthProbe ledger_probe, const WebhookTransports& webhooks)
      : offices(open_offices(runtime, std::move(tenants), ledger, ghl, webhooks)),
        recovered(runtime.clock),
        ledger_health(runtime, "ledger", std::move(ledger_probe)),
        vapi(runtime, offices, recovered),
        health(recovered, ledger_health) {
    vapi.add_to(router);
    health.add_to(router);
  }

  Offices offices;
  net::OneShot<> recovered;  // set when every office has taken up what it finds in the ledger
  HealthCheck ledger_health;
  routes::Vapi vapi;
  routes::Health health;
  net::Router router;
  bool stopping = false;
};

Application::Application(net::Runtime runtime, std::vector<TenantAccount> tenants, ledger::Ledger& ledger,
                         net::HttpTransport& ghl, HealthProbe ledger_probe, const WebhookTransports& webhooks)
    : parts_(std::make_unique<Parts>(runtime, std::move(tenants), ledger, ghl, std::move(ledger_probe), webhooks)) {}

Application::~Application() = default;

net::Task<Result<void>> Application::start() {
  for (auto& [id, office] : parts_->offices) {
    auto recovered = co_await office.desk->recover();
    if (!recovered) co_return fail(std::move(recovered).error());
  }
  if (parts_->stopping) co_return Result<void>{};
  for (auto& [id, office] : parts_->offices) office.desk->start();
  parts_->recovered.set();
  co_return Result<void>{};
}

net::Task<net::HttpResponse> Application::handle(net::HttpRequest request) {
  return routes::dispatch(parts_->router, std::move(request),
                          "nothing is here; Vapi's server URL is /vapi/{tenant}, health is at /healthz and /readyz");
}

void Application::stop() {
  parts_->stopping = true;
  parts_->health.stop();
  for (auto& [id, office] : parts_->offices) office.desk->stop();
}

net::Task<bool> Application::drain(Instant deadline) {
  bool ended = co_await parts_->ledger_health.drain(deadline);
  for (auto& [id, office] : parts_->offices) {
    const bool desk_ended = co_await office.desk->drain(deadline);
    ended = ended && desk_ended;
  }
  co_return ended;
}

}  // namespace holdfast::daemon
