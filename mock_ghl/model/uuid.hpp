// UUIDs from a seed: version 4 by their look, reproducible by their bits.
#pragma once

#include <string>

#include "core/base/random.hpp"

namespace mock_ghl {

// The next UUID of a generator, in lower case; draws twice.
inline std::string draw_uuid(holdfast::SplitMix64& random) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string id = "00000000-0000-4000-8000-000000000000";
  std::uint64_t bits = 0;
  int left = 0;
  for (std::size_t i = 0; i < id.size(); ++i) {
    if (i == 8 || i == 13 || i == 14 || i == 18 || i == 23) continue;
    if (left == 0) {
      bits = random.next();
      left = 16;
    }
    // The variant digit is 8, 9, a or b.
    id[i] = i == 19 ? digits[8 + (bits & 3)] : digits[bits & 15];
    bits >>= 4;
    --left;
  }
  return id;
}

}  // namespace mock_ghl
