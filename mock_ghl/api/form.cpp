#include "mock_ghl/api/form.hpp"

#include <algorithm>
#include <string>

namespace mock_ghl::api {

using holdfast::Json;

namespace {

constexpr std::size_t bytes_max = 64 * 1024;
constexpr std::ptrdiff_t fields_max = 100;

}  // namespace

bool is_form(const holdfast::net::HttpHeaders& headers) {
  return holdfast::net::has_media_type(headers, form_type);
}

std::optional<Json> read_form(std::string_view body) {
  if (body.size() > bytes_max || std::count(body.begin(), body.end(), '&') >= fields_max) return std::nullopt;
  Json fields = Json::object();
  // A form is written as a query is.
  for (auto& [name, value] : holdfast::net::parse_target("/?" + std::string(body)).query) {
    if (!fields.contains(name)) fields[name] = std::move(value);
  }
  return fields;
}

}  // namespace mock_ghl::api
