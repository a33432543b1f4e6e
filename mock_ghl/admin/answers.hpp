// What the admin routes read and answer alike.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl::admin {

// {"error": message}.
holdfast::net::HttpResponse failure(int status, std::string_view message);
// The same of an error: 404 for what is not there, 409 for what cannot be now, 400 for the rest.
holdfast::net::HttpResponse failure(const holdfast::Error& error);
// {"ok":true}.
holdfast::net::HttpResponse done();
// 200 with that body.
holdfast::net::HttpResponse answer(const holdfast::Json& body);
// done(), or the failure.
holdfast::net::HttpResponse outcome(const holdfast::Result<void>& result);

// A query parameter that is a whole number; `fallback` when it is absent, nothing when it is something else.
std::optional<std::uint64_t> number_of(const holdfast::net::Target& target, std::string_view name,
                                       std::uint64_t fallback);

// Reads a body with read(reader), an absent one as {}; what is wrong with it is the 400 that comes back.
template <class Read>
std::optional<holdfast::net::HttpResponse> read_body(const holdfast::net::HttpRequest& request, Read read) {
  const auto body = holdfast::parse_json(request.body.empty() ? "{}" : std::string_view(request.body));
  if (!body) return failure(body.error());
  Faults faults("the body");
  ObjectReader reader(*body, "", faults);
  read(reader);
  reader.finish();
  if (faults.any()) return failure(faults.result().error());
  return std::nullopt;
}

}  // namespace mock_ghl::admin
