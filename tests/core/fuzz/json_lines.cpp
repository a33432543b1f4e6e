// The mutator of the targets whose inputs are lines of JSON: one line is changed, in one of its texts or one of its
// numbers, or lines are dropped, repeated and exchanged.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>

#include "tests/support/json_mutation.hpp"

namespace {

using holdfast::SplitMix64;
using Lines = std::vector<std::string>;

Lines split(std::string_view text) {
  Lines lines;
  while (true) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return lines;
    text.remove_prefix(end + 1);
  }
}

// Puts a number near the edge of a narrower type in place of one that stands in the line, also within its texts: what a
// conversion cuts off looks harmless again a little above such an edge.
std::string with_edge_number(std::string line, SplitMix64& random) {
  constexpr std::string_view digits = "0123456789";
  constexpr std::array edges{5, 7, 8, 15, 16, 31, 32, 63};
  if (line.empty()) return line;
  const auto at = line.find_first_of(digits, random.below(line.size()));
  if (at == std::string::npos) return line;
  const auto end = std::min(line.find_first_not_of(digits, at), line.size());
  const std::uint64_t edge = std::uint64_t{1} << edges[random.below(edges.size())];
  return line.replace(at, end - at, std::to_string(edge + random.below(16) - 2));
}

void move_lines(Lines& lines, SplitMix64& random) {
  const auto at = static_cast<std::ptrdiff_t>(random.below(lines.size()));
  const std::size_t other = random.below(lines.size());
  switch (random.below(3)) {
    case 0:
      lines.erase(lines.begin() + at);
      break;
    case 1: {
      const std::string again = lines[other];
      lines.insert(lines.begin() + at, again);
      break;
    }
    default:
      std::swap(lines[static_cast<std::size_t>(at)], lines[other]);
  }
}

// As many lines as fit.
std::size_t put(const Lines& lines, std::uint8_t* data, std::size_t max_size) {
  std::string text;
  for (const std::string& line : lines) {
    if (text.size() + line.size() + 1 > max_size) break;
    if (!text.empty()) text += '\n';
    text += line;
  }
  std::memcpy(data, text.data(), text.size());
  return text.size();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t max_size,
                                               unsigned int seed) {
  SplitMix64 random(seed);
  if (size == 0 || random.chance(0.2)) return LLVMFuzzerMutate(data, size, max_size);
  Lines lines = split({reinterpret_cast<const char*>(data), size});
  if (lines.size() > 1 && random.chance(0.2)) {
    move_lines(lines, random);
  } else {
    std::string& line = lines[random.below(lines.size())];
    const std::size_t room = std::min<std::size_t>(max_size - std::min(size, max_size), 64);
    line = random.chance(0.25) ? with_edge_number(std::move(line), random)
                               : holdfast::tests::with_another_text(std::move(line), random, room);
  }
  const std::size_t made = put(lines, data, max_size);
  return made > 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}
