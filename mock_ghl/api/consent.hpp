// What GHL serves beside its contract: the consent page of the marketplace, and the operation it removed.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// True for the paths below.
bool is_outside_the_contract(std::string_view path);
// Answers GET and POST of /oauth/chooselocation, with and without /v2 (facts/ghl.md 2.1), and everything at
// /oauth/reconnect (2.6); nullopt for other paths. None of them needs a token or a Version, or counts as a request.
std::optional<Answer> outside_the_contract(State& state, const holdfast::net::HttpRequest& request,
                                           const holdfast::net::Target& target, holdfast::Instant now,
                                           const std::string& trace_id);

}  // namespace mock_ghl::api
