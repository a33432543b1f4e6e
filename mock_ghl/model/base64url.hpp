// Base64 in its URL alphabet, without padding (RFC 4648 5): what the segments of a JWT are made of.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mock_ghl {

// Any bytes as text.
std::string base64url_encode(std::string_view bytes);
// nullopt for anything that base64url_encode never writes.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace mock_ghl
