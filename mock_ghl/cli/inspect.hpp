// The subcommands of mock-ghl that only print: what it answers, and what of GHL's files it has not seen.
#pragma once

#include <string>

namespace mock_ghl::cli {

// Exit codes of the program.
inline constexpr int exit_ok = 0;
inline constexpr int exit_differs = 1;
inline constexpr int exit_usage = 3;
inline constexpr int exit_internal = 4;

// "mock-ghl: message" on standard error; returns exit_usage.
int complain(const std::string& message);

// One line per operation of the booking resources, or JSON with their fields.
int print_routes(bool as_json);
// Every behaviour with its evidence and whether it is on, then every correction of the vendor's files.
int print_rules();
// What differs between the vendor's OpenAPI files in `spec_folder` and the contract: corrections with their evidence,
// and whatever nothing explains (exit_differs). Writes the import to `write_to` unless that is empty.
int print_drift(const std::string& spec_folder, const std::string& write_to);

}  // namespace mock_ghl::cli
