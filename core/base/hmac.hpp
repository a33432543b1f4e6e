// HMAC-SHA256 (RFC 2104): who knows the key wrote this.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// The 32 bytes of the code over `message`.
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace holdfast
