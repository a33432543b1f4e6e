// Admin: the routes under /__mock with which a test over sockets looks into the twin and plays the person at GHL's
// screen. They are not part of GHL and know no tokens: serve them on loopback only.
#pragma once

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

// True for /__mock and everything under it.
bool is_admin_request(const holdfast::net::HttpRequest& request);
// Answers one admin request (GET /__mock lists them). Faults of the caller are 400, an unknown path 404, another method
// of a known one 405, what cannot be now 409; the body is then {"error":"…"}.
holdfast::net::HttpResponse handle_admin(Twin& twin, const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl
