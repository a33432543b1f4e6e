// SplitMix64: the one pseudo-random generator of the house, the same on every compiler and library.
// (std distributions are implementation-defined and would break replay.)
#pragma once

#include <cstdint>

namespace holdfast {

// A small, fast generator with a 64-bit state. Copyable; not thread-safe. Not for secrets.
class SplitMix64 {
 public:
  explicit constexpr SplitMix64(std::uint64_t seed) : state_(seed) {}

  // The next 64 bits.
  constexpr std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
  }
  // Uniform in [0, bound); 0 when bound is 0. The bias is below 2^-32 for the bounds used here.
  constexpr std::uint64_t below(std::uint64_t bound) {
    return bound == 0 ? 0 : static_cast<std::uint64_t>((static_cast<unsigned __int128>(next()) * bound) >> 64);
  }
  // Uniform in [low, high], both included.
  constexpr std::int64_t between(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
  }
  // Uniform in [0, 1) with 53 bits.
  constexpr double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  // True with the given probability.
  constexpr bool chance(double probability) { return unit() < probability; }
  // An independent generator for a component, so that one component's draws do not shift another's.
  constexpr SplitMix64 fork(std::uint64_t label) { return SplitMix64(next() ^ (label * 0xd1342543de82ef95ULL)); }

 private:
  std::uint64_t state_;
};

}  // namespace holdfast
