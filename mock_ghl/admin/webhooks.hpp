// The admin routes of the webhooks: who gets them, what was sent, and sending some by hand.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

// Answers `route` ("GET /__mock/webhooks/keys") of the request; nullopt when it is no route of the webhooks. Faults of
// the caller are 400, unknown ids 404, what cannot be now 409; the body is then {"error":"…"}.
std::optional<holdfast::net::HttpResponse> handle_webhook_admin(Twin& twin, std::string_view route,
                                                                const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl
