// The contract files as they stand in the tree, compiled in (CMake writes embedded.cpp from them).
#pragma once

#include <span>
#include <string_view>
#include <utility>

namespace mock_ghl::contract {

// ("calendars", text), ("calendars-v3", text), …
std::span<const std::pair<std::string_view, std::string_view>> embedded_vendor_files();
std::string_view embedded_live_file();
std::string_view embedded_rules_file();

}  // namespace mock_ghl::contract
