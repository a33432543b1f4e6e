// Base64 (RFC 4648): in the standard alphabet with padding (4), as in signatures, and in the URL alphabet without (5),
// as in the segments of a JWT.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// Any bytes as text.
std::string base64_encode(std::string_view bytes);
std::string base64url_encode(std::string_view bytes);
// Each is nullopt for anything that its encoder never writes.
std::optional<std::string> base64_decode(std::string_view text);
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace holdfast
