#include "mock_ghl/api/validate.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace mock_ghl::api {

using holdfast::Json;

namespace {

constexpr std::array<std::string_view, 6> statuses{"new", "confirmed", "cancelled", "showed", "noshow", "invalid"};
constexpr std::int64_t javascript_time_max_ms = 8'640'000'000'000'000;

bool all_texts(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_string(); });
}

// The complaint about a value of the wrong kind; empty when it is right.
std::string complaint(const Field& field, const Json& value) {
  const std::string name(field.name);
  const std::string* text = value.is_string() ? &value.get_ref<const std::string&>() : nullptr;
  switch (field.type) {
    case FieldType::text:
      return text != nullptr ? "" : name + " must be a string";
    case FieldType::boolean:
      return value.is_boolean() ? "" : name + " must be a boolean value";
    case FieldType::number:
      return value.is_number() ? "" : name + " must be a number conforming to the specified constraints";
    case FieldType::email:
      return text != nullptr && is_email(*text) ? "" : name + " must be an email";
    case FieldType::instant:
      return text != nullptr && holdfast::parse_iso(*text) ? "" : name + " must be a valid ISO 8601 date string";
    case FieldType::status:
      return text != nullptr && std::find(statuses.begin(), statuses.end(), *text) != statuses.end()
                 ? ""
                 : name + " must be one of the following values: new, confirmed, cancelled, showed, noshow, invalid";
    case FieldType::texts:
      return all_texts(value) ? "" : "each value in " + name + " must be a string";
    case FieldType::object:
      return value.is_object() ? "" : name + " must be an object";
    case FieldType::list:
      return value.is_array() ? "" : name + " must be an array";
    case FieldType::number_text:
      return text != nullptr && parse_epoch_ms(*text)
                 ? ""
                 : name + " must be a number conforming to the specified constraints";
    case FieldType::zone:
      return text != nullptr && holdfast::Zone::find(*text) ? "" : name + " must be a valid IANA time-zone";
  }
  return "";
}

const Field* find_field(std::span<const Field> fields, std::string_view name) {
  const auto it = std::find_if(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name; });
  return it == fields.end() ? nullptr : &*it;
}

std::string_view without_brackets(std::string_view name) {
  if (name.ends_with("[]")) name.remove_suffix(2);
  return name;
}

}  // namespace

std::vector<std::string> check_body(const Json& body, std::span<const Field> fields) {
  std::vector<std::string> messages;
  for (const auto& [key, value] : body.items()) {
    if (find_field(fields, key) == nullptr) messages.push_back("property " + key + " should not exist");
  }
  static const Json absent;
  for (const Field& field : fields) {
    const Json* value = holdfast::find_member(body, field.name);
    if (value == nullptr && !field.required) continue;
    std::string message = complaint(field, value == nullptr ? absent : *value);
    const bool empty =
        field.required && value != nullptr && value->is_string() && value->get_ref<const std::string&>().empty();
    if (message.empty() && empty) message = std::string(field.name) + " should not be empty";
    if (!message.empty()) messages.push_back(std::move(message));
  }
  return messages;
}

std::vector<std::string> check_query(const holdfast::net::Target& target, std::span<const Field> fields) {
  std::vector<std::string> messages;
  for (const auto& [key, value] : target.query) {
    if (find_field(fields, without_brackets(key)) == nullptr) {
      messages.push_back("property " + key + " should not exist");
    }
  }
  for (const Field& field : fields) {
    const auto value = target.parameter(field.name);
    if (!value && !field.required) continue;
    if (field.required && (!value || value->empty())) {
      messages.push_back(std::string(field.name) + " should not be empty");
      continue;
    }
    if (field.type == FieldType::texts || field.type == FieldType::text) continue;
    if (field.type == FieldType::boolean) {
      if (*value != "true" && *value != "false")
        messages.push_back(std::string(field.name) + " must be a boolean value");
      continue;
    }
    if (std::string message = complaint(field, Json(*value)); !message.empty()) messages.push_back(std::move(message));
  }
  return messages;
}

std::optional<holdfast::Instant> parse_epoch_ms(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < -javascript_time_max_ms || value > javascript_time_max_ms) return std::nullopt;
  return holdfast::from_epoch_ms(value);
}

bool is_email(std::string_view text) {
  const auto at = text.find('@');
  if (at == std::string_view::npos || at == 0 || text.size() > 254) return false;
  const std::string_view domain = text.substr(at + 1);
  const auto dot = domain.find('.');
  if (dot == std::string_view::npos || dot == 0 || domain.back() == '.') return false;
  return domain.find('@') == std::string_view::npos &&
         std::none_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

std::string text_of(const Json& body, std::string_view key) {
  const Json* value = holdfast::find_member(body, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

}  // namespace mock_ghl::api
