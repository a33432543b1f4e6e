// FNV-1a, 64 bits: for trace hashes and short derived codes. Not for secrets.
#pragma once

#include <cstdint>
#include <string_view>

namespace holdfast {

inline constexpr std::uint64_t fnv1a_start = 0xcbf29ce484222325ULL;

// Continues the hash `state` over `bytes`; start with fnv1a_start.
constexpr std::uint64_t fnv1a(std::string_view bytes, std::uint64_t state = fnv1a_start) {
  for (const char byte : bytes) {
    state ^= static_cast<unsigned char>(byte);
    state *= 0x100000001b3ULL;
  }
  return state;
}

}  // namespace holdfast
