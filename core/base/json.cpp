#include "core/base/json.hpp"

#include <charconv>

namespace holdfast {
namespace {
constexpr int nesting_max = 64;
}

Result<Json> parse_json(std::string_view text) {
  // nlohmann's own parser is iterative, but destroying and copying deep values is not: refuse depth before building it.
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      else if (c == '"') in_string = false;
      continue;
    }
    if (c == '"') in_string = true;
    else if (c == '{' || c == '[') {
      if (++depth > nesting_max) return fail(ErrorKind::invalid_input, "JSON nested deeper than 64 levels; flatten it");
    } else if (c == '}' || c == ']') --depth;
  }
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return fail(ErrorKind::invalid_input, "the body is not valid JSON; check it with a JSON linter");
  return value;
}

const Json* find_member(const Json& value, std::string_view key) {
  if (!value.is_object()) return nullptr;
  const auto it = value.find(key);
  if (it == value.end() || it->is_null()) return nullptr;
  return &*it;
}

std::optional<std::string> string_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<std::int64_t> integer_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_number_integer()) return member->get<std::int64_t>();
  if (member->is_number_float()) {
    const double number = member->get<double>();
    if (number < -9.0e15 || number > 9.0e15 || number != static_cast<double>(static_cast<std::int64_t>(number))) return std::nullopt;
    return static_cast<std::int64_t>(number);
  }
  if (!member->is_string()) return std::nullopt;
  const std::string& text = member->get_ref<const std::string&>();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<bool> bool_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr || !member->is_boolean()) return std::nullopt;
  return member->get<bool>();
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace holdfast
