#include "core/daemon/routes/health.hpp"

#include <utility>

#include "core/base/json.hpp"

namespace holdfast::daemon::routes {

using net::HttpResponse;
using net::RoutedRequest;
using net::Task;

void Health::add_to(net::Router& router) {
  router.add("GET", "/healthz",
             [](RoutedRequest) -> Task<HttpResponse> { co_return HttpResponse::json(200, R"({"status":"ok"})"); });
  router.add("GET", "/readyz", [this](RoutedRequest) { return readiness(); });
}

Task<HttpResponse> Health::readiness() {
  if (stopping_) co_return HttpResponse::json(503, R"({"status":"stopping"})");
  if (!recovered_.is_set()) co_return HttpResponse::json(503, R"({"status":"recovering"})");
  const auto writable = co_await ledger_.ask();
  if (!writable) {
    co_return HttpResponse::json(503,
                                 dump_json(Json{{"status", "ledger_unwritable"}, {"error", writable.error().message}}));
  }
  co_return HttpResponse::json(200, R"({"status":"ok"})");
}

}  // namespace holdfast::daemon::routes
