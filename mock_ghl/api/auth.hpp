// Who asks and in which dialect: the Authorization and the Version header.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The living token behind an Authorization header; nullptr with the 401 in `refusal` (facts/ghl.md 1.6).
const AccessToken* authenticate(const State& state, const holdfast::net::HttpHeaders& headers, holdfast::Instant now,
                                std::string_view trace_id, Answer& refusal);
// True when the grant holds the scope ("" needs none).
bool has_scope(const TokenGrant& grant, std::string_view scope);

// What the Version header says. Only the four published values pass; no resource pins one (facts/ghl.md 1.3).
struct VersionCheck {
  bool v3 = false;
  std::optional<Answer> refusal = {};
};
VersionCheck check_version(const holdfast::net::HttpHeaders& headers, std::string_view trace_id);

}  // namespace mock_ghl::api
