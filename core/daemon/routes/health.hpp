// GET /healthz says that the process lives, GET /readyz whether it may be given calls.
#pragma once

#include "core/daemon/health_check.hpp"
#include "core/net/one_shot.hpp"
#include "core/net/router.hpp"

namespace holdfast::daemon::routes {

// Both answer {"status": …}: /healthz always with 200 and "ok"; /readyz with 200 and "ok", or with 503 while
// "recovering" or "stopping", or with "ledger_unwritable" and an "error" that says what is wrong and what to do. The
// last ends by itself once the ledger can write again; /readyz answers within HealthCheck::patience.
class Health {
 public:
  // `ledger` must outlive the routes.
  Health(net::OneShot<> recovered, HealthCheck& ledger) : recovered_(std::move(recovered)), ledger_(ledger) {}

  // Adds the routes; `router` must not be used after this object is gone.
  void add_to(net::Router& router);
  // From now on /readyz says "stopping", so that nobody sends new calls.
  void stop() { stopping_ = true; }

 private:
  net::Task<net::HttpResponse> readiness();

  net::OneShot<> recovered_;
  HealthCheck& ledger_;
  bool stopping_ = false;
};

}  // namespace holdfast::daemon::routes
