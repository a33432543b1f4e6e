// The table of admin routes, file by file.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl::admin {

// One admin request on its way to its handler.
struct Call {
  Twin& twin;
  const holdfast::net::HttpRequest& request;
  holdfast::net::Target target;
  std::string name = {};  // what {NAME} of the route's path stands for
};

// One admin route. `does` is the line that GET /__mock has for it.
struct Route {
  std::string_view method;
  std::string_view path;  // "/__mock/snapshots/{NAME}"
  holdfast::net::HttpResponse (*handler)(const Call& call);
  std::string_view does;
};

// The world's records, its clock, its chaos, and the person at GHL's screen.
std::span<const Route> world_routes();
// What was asked of the twin, what it answered, and what chaos did to it.
std::span<const Route> journal_routes();
// Worlds that are kept, to go back to.
std::span<const Route> snapshot_routes();
// Tokens, installations and rate limits: what a person or another integration does in GHL.
std::span<const Route> token_routes();
// Who gets webhooks, what was sent, and sending some by hand.
std::span<const Route> webhook_routes();

}  // namespace mock_ghl::admin
