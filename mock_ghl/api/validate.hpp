// Declared fields of a request, checked before a handler sees it: the strict whitelist and the texts of GHL's validator
// (facts/ghl.md 1.6: "property X should not exist", "email must be an email").
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "core/net/http.hpp"

namespace mock_ghl::api {

// What a field of a body must hold.
enum class FieldType {
  text,
  boolean,
  number,
  email,
  instant,  // ISO 8601 with an offset
  status,   // an appointment status one may write (facts/ghl.md 4.8)
  texts,    // a list of strings
  object,
  list,
  number_text,  // query only: digits
  zone          // query only: IANA name
};

// A field that a body may have.
struct Field {
  std::string_view name;
  FieldType type = FieldType::text;
  bool required = false;
};

// The messages about a body, in GHL's words: unknown properties first, then the fields in order. Empty: it is fine.
// A null counts as absent.
std::vector<std::string> check_body(const holdfast::Json& body, std::span<const Field> fields);
// The same for a query. A parameter given as "name[]" counts as "name".
std::vector<std::string> check_query(const holdfast::net::Target& target, std::span<const Field> fields);

// Whole milliseconds since 1970 within what JavaScript's dates can hold.
std::optional<holdfast::Instant> parse_epoch_ms(std::string_view text);
// "a@b.c": one '@' with something on both sides, a dot in the domain, no spaces.
bool is_email(std::string_view text);
// A string member, or "" when absent.
std::string text_of(const holdfast::Json& body, std::string_view key);

}  // namespace mock_ghl::api
