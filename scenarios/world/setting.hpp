// What the draws of one run share: its time and place, and how to choose.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "core/base/random.hpp"
#include "core/base/time.hpp"

namespace scenarios {

// Everything about the run's time and place that the rest is drawn around.
struct Setting {
  std::string zone;
  holdfast::Instant start;
  holdfast::CivilDate popular;  // the day most callers want
  bool small_hours = false;     // the office is open through the change of the clocks
};

// One of the choices, each as likely.
template <class T, std::size_t N>
const T& pick(holdfast::SplitMix64& random, const std::array<T, N>& choices) {
  return choices[random.below(N)];
}

}  // namespace scenarios
