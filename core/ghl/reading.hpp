// What the decoders share: members of somebody else's JSON, read without guessing. Private to core/ghl.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace holdfast::ghl {

// The failure of every decoder: transient, without the body's text.
std::unexpected<Error> unreadable();
// A 2xx body as an object that is no error in disguise.
Result<Json> parse_success(std::string_view body);
// A text, or a whole number as its digits: ids and texts that arrive as numbers are still the same ids. Else empty.
std::string text_member(const Json& value, std::string_view key);
// The first of the members that is a text with something in it.
std::string first_text(const Json& value, std::initializer_list<std::string_view> keys);
// The object inside a wrapper, or the value itself.
const Json& unwrap(const Json& value, std::initializer_list<std::string_view> wrappers);
// ISO 8601 with an offset, or epoch milliseconds as a number or digits (facts/ghl.md 4.7). A wall clock names no
// instant.
std::optional<Instant> instant_member(const Json& value, std::string_view key);
// An array of texts, also written as {} when it is empty (quirk 24); what is no text is left out.
std::vector<std::string> text_list_member(const Json& value, std::string_view key);
// The array `key` of `value`; an object without members stands for an empty one (quirk 24). nullptr when it is neither.
const Json* list_member(const Json& value, std::string_view key);
// Writes a member unless the text is empty.
void put(Json& object, const char* key, std::string_view text);

// The array `key` of a 2xx body, each object read by `read`.
template <class T>
Result<std::vector<T>> read_list(std::string_view body, std::string_view key, T (*read)(const Json&)) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  const Json* list = list_member(*value, key);
  if (list == nullptr) return unreadable();
  std::vector<T> items;
  items.reserve(list->size());
  for (const Json& item : *list) {
    if (!item.is_object()) return unreadable();
    items.push_back(read(item));
  }
  return items;
}

}  // namespace holdfast::ghl
