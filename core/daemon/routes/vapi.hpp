// POST /vapi/{tenant}: Vapi's server messages.
#pragma once

#include <vector>

#include "core/daemon/office.hpp"
#include "core/net/one_shot.hpp"
#include "core/net/router.hpp"
#include "core/net/runtime.hpp"
#include "core/vapi/messages.hpp"

namespace holdfast::daemon::routes {

// Tool calls (and the older function-call) are answered by the tenant's desk, at the latest at its voice deadline,
// which counts from the arrival of the request; every other message is taken with an empty object. 404 for a tenant
// that is not configured, 401 without its secret, 400 for what is no server message.
class Vapi {
 public:
  // `offices` must outlive the routes. Until `recovered` is set tool calls wait for it, within their deadline.
  Vapi(net::Runtime runtime, Offices& offices, net::OneShot<> recovered)
      : runtime_(std::move(runtime)), offices_(offices), recovered_(std::move(recovered)) {}

  // Adds the routes; `router` must not be used after this object is gone.
  void add_to(net::Router& router);

 private:
  net::Task<net::HttpResponse> serve(net::RoutedRequest routed);
  net::Task<std::vector<vapi::ToolResult>> answer(Office& office, vapi::ServerMessage message, Instant deadline);

  net::Runtime runtime_;
  Offices& offices_;
  net::OneShot<> recovered_;
};

}  // namespace holdfast::daemon::routes
