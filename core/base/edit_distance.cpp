#include "core/base/edit_distance.hpp"

#include <algorithm>
#include <array>

namespace holdfast {
namespace {

template <typename View>
std::size_t distance_of(View a, View b) {
  constexpr std::size_t length_max = 128;
  a = a.substr(0, length_max);
  b = b.substr(0, length_max);
  std::array<std::size_t, length_max + 1> row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  return distance_of(a, b);
}

std::size_t edit_distance(std::u32string_view a, std::u32string_view b) {
  return distance_of(a, b);
}

}  // namespace holdfast
