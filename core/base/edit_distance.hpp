// How far one text is from another: for "the closest is …", and for names that were heard.
#pragma once

#include <cstddef>
#include <string_view>

namespace holdfast {

// How many insertions, deletions and replacements of single bytes make one text of the other. Only the first 128 bytes
// of each count, so that the work stays bounded.
std::size_t edit_distance(std::string_view a, std::string_view b);
// The same of code points.
std::size_t edit_distance(std::u32string_view a, std::u32string_view b);

}  // namespace holdfast
