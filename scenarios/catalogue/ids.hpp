// How things are called in scenario files.
#pragma once

#include <algorithm>
#include <string_view>

namespace scenarios {

// Like "two-callers-1": lower-case letters, digits, single dashes between them.
inline bool is_kebab_case(std::string_view id) {
  const auto good = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  return !id.empty() && std::ranges::all_of(id, good) && id.front() != '-' && id.back() != '-' &&
         id.find("--") == std::string_view::npos;
}

}  // namespace scenarios
