// Numbers and lists as a person reads them, shared by the terminal and the page.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scenarios {

// "1,234,567".
std::string grouped(std::uint64_t number);
// "1 seed", "2,000 seeds".
std::string counted(std::uint64_t number, std::string_view singular, std::string_view plural);
// How long something took, in two units at most: "0.42 s", "12.3 s", "3 min 20 s", "5 h 12 min", "11 days 4 h".
std::string spoken_seconds(double seconds);
// "12%", "0.4%", "<0.1%"; of a whole of nothing "–".
std::string percent(std::uint64_t part, std::uint64_t whole);
// "S1, S4".
std::string listed(const std::vector<std::string>& parts, std::string_view separator = ", ");
// Characters a terminal shows, counting code points, and the text filled up with blanks to `width` of them.
std::size_t shown_width(std::string_view text);
std::string padded(std::string text, std::size_t width);
// Lines of at most `width` characters, broken at blanks; a word longer than that stands alone.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace scenarios
