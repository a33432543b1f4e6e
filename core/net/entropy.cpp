#include "core/net/entropy.hpp"

namespace holdfast::net {

std::string random_id(Entropy& entropy, std::size_t length) {
  static constexpr char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id;
  id.reserve(length);
  std::uint64_t bits = 0;
  int left = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (left < 5) {
      bits = entropy.next();
      left = 64;
    }
    id += alphabet[bits & 31];
    bits >>= 5;
    left -= 5;
  }
  return id;
}

std::int64_t jittered_ms(Entropy& entropy, std::int64_t duration_ms) {
  if (duration_ms <= 0) return 0;
  const auto spread = static_cast<std::uint64_t>(duration_ms);
  return duration_ms / 2 + static_cast<std::int64_t>(entropy.next() % spread);
}

}  // namespace holdfast::net
