// The admin routes about tokens, installations and rate limits: what a person or another integration does in GHL.
#pragma once

#include <optional>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

// Answers the routes of README.md's section on tokens; nullopt for every other one. `route` is "METHOD /path".
std::optional<holdfast::net::HttpResponse> handle_token_admin(Twin& twin, std::string_view route,
                                                              const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl
