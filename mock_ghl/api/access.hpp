// Which kinds of token an operation takes: the security schemes of GHL's contract (facts/ghl.md 1.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "mock_ghl/contract/contract.hpp"
#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl::api {

// A set of TokenKind; the empty one asks for no token at all.
using TokenKinds = std::uint8_t;

// The set of one kind; the union of two sets.
constexpr TokenKinds only(TokenKind kind) {
  return static_cast<TokenKinds>(1U << static_cast<unsigned>(kind));
}
constexpr TokenKinds together(TokenKinds a, TokenKinds b) {
  return static_cast<TokenKinds>(a | b);
}

// What GHL's schemes accept (facts/ghl.md 1.4).
inline constexpr TokenKinds no_token = 0;
inline constexpr TokenKinds location_access_only = only(TokenKind::location);
inline constexpr TokenKinds location_access = together(location_access_only, only(TokenKind::location_pit));
inline constexpr TokenKinds agency_access_only = only(TokenKind::company);
inline constexpr TokenKinds agency_access = together(agency_access_only, only(TokenKind::company_pit));

// The tokens a scheme of the contract accepts: "bearer", "Location-Access", "Location-Access-Only", "Agency-Access",
// "Agency-Access-Only". nullopt for an unknown name.
std::optional<TokenKinds> accepted_by(std::string_view scheme);

// The tokens an operation accepts: any of its schemes. Where none is declared it is a location's token, as for the
// operations around it; only POST /oauth/token asks for none.
TokenKinds accepted_by(const contract::Operation& operation);

// Why a token of this kind is refused, with 401; "" when it is accepted. Agency PIT and Company token as observed
// (facts/ghl.md 1.6; quirk 45); the texts for location tokens on agency operations are their mirror image.
std::string_view kind_refusal(TokenKind kind, TokenKinds accepted);

}  // namespace mock_ghl::api
