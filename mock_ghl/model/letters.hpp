// Letters as GHL compares them: ASCII only.
#pragma once

#include <string>
#include <string_view>

namespace mock_ghl {

// `text` with A-Z as a-z.
inline std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace mock_ghl
