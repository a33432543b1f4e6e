// Entropy: the only source of randomness of the house.
#pragma once

#include <cstdint>
#include <string>

namespace holdfast::net {

// Random bits. In the socket world from the operating system, in the virtual world from the run's seed.
class Entropy {
 public:
  virtual ~Entropy() = default;
  // 64 random bits.
  virtual std::uint64_t next() = 0;
};

// A random id of `length` characters out of "0123456789abcdefghjkmnpqrstvwxyz" (5 bits each; 26 give 130 bits).
std::string random_id(Entropy& entropy, std::size_t length = 20);
// `duration` scaled by a uniform factor in [0.5, 1.5): jitter that keeps the mean.
std::int64_t jittered_ms(Entropy& entropy, std::int64_t duration_ms);

}  // namespace holdfast::net
