#include "mock_ghl/api/access.hpp"

namespace mock_ghl::api {

std::optional<TokenKinds> accepted_by(std::string_view scheme) {
  if (scheme == "bearer" || scheme == "Location-Access") return location_access;
  if (scheme == "Location-Access-Only") return location_access_only;
  if (scheme == "Agency-Access") return agency_access;
  if (scheme == "Agency-Access-Only") return agency_access_only;
  return std::nullopt;
}

TokenKinds accepted_by(const contract::Operation& operation) {
  if (operation.resource == "oauth" && operation.id == "get-access-token") return no_token;
  TokenKinds accepted = 0;
  for (const contract::Security& security : operation.auth) {
    accepted = together(accepted, accepted_by(security.scheme).value_or(0));
  }
  return accepted == 0 ? location_access : accepted;
}

std::string_view kind_refusal(TokenKind kind, TokenKinds accepted) {
  constexpr TokenKinds pits = together(only(TokenKind::location_pit), only(TokenKind::company_pit));
  if ((only(kind) & accepted) != 0) return "";
  if ((only(kind) & pits) == 0) {
    return "This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is "
           "not the case.";
  }
  return (accepted & pits) != 0 ? "Token's user type mismatch!" : "This token's user type is not yet supported!";
}

}  // namespace mock_ghl::api
