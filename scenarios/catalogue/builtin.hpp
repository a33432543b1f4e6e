// The scenario files inside this program; builtin/ turned into C++ when it is built (embed.cmake).
#pragma once

#include <string_view>
#include <vector>

namespace scenarios {

struct BuiltinFile {
  std::string_view name;  // "clean-booking.json"
  std::string_view text;
};

// By name.
const std::vector<BuiltinFile>& builtin_files();

}  // namespace scenarios
