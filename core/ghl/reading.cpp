#include "core/ghl/reading.hpp"

#include "core/ghl/classify.hpp"

namespace holdfast::ghl {

std::unexpected<Error> unreadable() {
  return fail(ErrorKind::transient, "GHL's answer cannot be read");
}

Result<Json> parse_success(std::string_view body) {
  auto value = parse_json(body);
  if (!value || !value->is_object() || is_error_like(*value)) return unreadable();
  return value;
}

std::string text_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return {};
  if (member->is_string()) return member->get<std::string>();
  if (member->is_number_integer()) return member->dump();
  return {};
}

std::string first_text(const Json& value, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    std::string text = text_member(value, key);
    if (!text.empty()) return text;
  }
  return {};
}

const Json& unwrap(const Json& value, std::initializer_list<std::string_view> wrappers) {
  for (const std::string_view wrapper : wrappers) {
    const Json* inner = find_member(value, wrapper);
    if (inner != nullptr && inner->is_object()) return *inner;
  }
  return value;
}

std::optional<Instant> instant_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_string()) {
    if (auto instant = parse_iso(member->get_ref<const std::string&>())) return instant;
  }
  const auto epoch_ms = integer_member(value, key);
  // Below this a number cannot be milliseconds of a booking: it is seconds, a year or noise (quirk 20).
  if (!epoch_ms || *epoch_ms < 100'000'000'000 || *epoch_ms > 253'402'300'799'999) return std::nullopt;
  return from_epoch_ms(*epoch_ms);
}

std::vector<std::string> text_list_member(const Json& value, std::string_view key) {
  std::vector<std::string> texts;
  const Json* list = list_member(value, key);
  if (list == nullptr) return texts;
  for (const Json& item : *list) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

const Json* list_member(const Json& value, std::string_view key) {
  const Json* list = find_member(value, key);
  if (list == nullptr || !(list->is_array() || (list->is_object() && list->empty()))) return nullptr;
  return list;
}

void put(Json& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}

}  // namespace holdfast::ghl
