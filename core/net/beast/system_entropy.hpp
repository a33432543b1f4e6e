// SystemEntropy: randomness from the operating system behind the Entropy seam.
#pragma once

#include <array>
#include <cstddef>

#include "core/net/entropy.hpp"

namespace holdfast::net {

// The kernel's generator (getentropy), fetched 256 bytes at a time. Fit for ids that must not be guessed. Not
// thread-safe. Aborts when the kernel has no randomness, which no caller could handle.
class SystemEntropy final : public Entropy {
 public:
  std::uint64_t next() override;

 private:
  std::array<std::uint64_t, 32> pool_{};
  std::size_t used_ = 32;
};

}  // namespace holdfast::net
