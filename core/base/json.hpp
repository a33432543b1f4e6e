// Tolerant readers for JSON that somebody else wrote: they never throw and never guess a type.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace holdfast {

using Json = nlohmann::json;

// Parses `text`, or invalid_input with line and column of the fault and what was expected there. Nesting deeper than 64
// is refused (a stack guard).
Result<Json> parse_json(std::string_view text);
// Decides, while parsing, whether an object member is kept. `path` holds the keys from the root to the member, its own
// last; arrays add nothing to it.
using JsonFilter = bool (*)(const std::vector<std::string>& path);
// As parse_json, but members that `keep` refuses are checked for syntax and otherwise skipped, so that a body of
// megabytes of which little is needed costs little memory. `keep` is not asked about what lies below a refused member.
Result<Json> parse_json_filtered(std::string_view text, JsonFilter keep);
// The member `key` of an object, or nullptr when `value` is no object or has no such member, or it is null.
const Json* find_member(const Json& value, std::string_view key);
// The member as a string; nullopt when absent, null or not a string.
std::optional<std::string> string_member(const Json& value, std::string_view key);
// The member as an integer; accepts a number or a string of digits (facts/ghl.md: events answer numbers as strings).
std::optional<std::int64_t> integer_member(const Json& value, std::string_view key);
// The member as a bool; nullopt when absent or not a bool.
std::optional<bool> bool_member(const Json& value, std::string_view key);
// Compact JSON text; bytes that are not UTF-8 are replaced, so it never throws.
std::string dump_json(const Json& value);

}  // namespace holdfast
