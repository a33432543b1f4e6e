// The scenario files inside this program; builtin/ turned into C++ when it is built (embed.cmake).
#pragma once

#include <string_view>
#include <vector>

namespace scenarios {

// A scenario file by its name.
struct BuiltinFile {
  std::string_view name;  // "clean-booking.json"
  std::string_view text;
};

// By name.
const std::vector<BuiltinFile>& builtin_files();

}  // namespace scenarios
