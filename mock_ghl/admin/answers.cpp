#include "mock_ghl/admin/answers.hpp"

#include <charconv>

namespace mock_ghl::admin {

using holdfast::net::HttpResponse;

HttpResponse failure(int status, std::string_view message) {
  return HttpResponse::json(status, holdfast::dump_json({{"error", message}}));
}

HttpResponse failure(const holdfast::Error& error) {
  switch (error.kind) {
    case holdfast::ErrorKind::not_found:
      return failure(404, error.message);
    case holdfast::ErrorKind::slot_taken:
    case holdfast::ErrorKind::conflict:
      return failure(409, error.message);
    default:
      return failure(400, error.message);
  }
}

HttpResponse done() {
  return HttpResponse::json(200, R"({"ok":true})");
}

HttpResponse answer(const holdfast::Json& body) {
  return HttpResponse::json(200, holdfast::dump_json(body));
}

HttpResponse outcome(const holdfast::Result<void>& result) {
  return result ? done() : failure(result.error());
}

std::optional<std::uint64_t> number_of(const holdfast::net::Target& target, std::string_view name,
                                       std::uint64_t fallback) {
  const auto text = target.parameter(name);
  if (!text) return fallback;
  std::uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || stop != text->data() + text->size() || value > INT64_MAX) return std::nullopt;
  return value;
}

}  // namespace mock_ghl::admin
