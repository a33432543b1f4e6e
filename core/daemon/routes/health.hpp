// GET /healthz says that the process lives, GET /readyz whether it may be given calls.
#pragma once

#include "core/net/one_shot.hpp"
#include "core/net/router.hpp"

namespace holdfast::daemon::routes {

// Both answer {"status": …}: /healthz always with 200 and "ok"; /readyz with 200 and "ok", or with 503 while
// "recovering" or "stopping".
class Health {
 public:
  explicit Health(net::OneShot<> recovered) : recovered_(std::move(recovered)) {}

  // Adds the routes; `router` must not be used after this object is gone.
  void add_to(net::Router& router);
  // From now on /readyz says "stopping", so that nobody sends new calls.
  void stop() { stopping_ = true; }

 private:
  net::Task<net::HttpResponse> readiness();

  net::OneShot<> recovered_;
  bool stopping_ = false;
};

}  // namespace holdfast::daemon::routes
