// How far one text is from another: for "the closest is …".
#pragma once

#include <cstddef>
#include <string_view>

namespace mock_ghl {

// Differences of two texts: insertions, deletions and replacements of single bytes, of their first 64.
std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace mock_ghl
