// Bodies as HTML forms send them (application/x-www-form-urlencoded), which only GHL's OAuth operations take.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/json.hpp"
#include "core/net/http.hpp"

namespace mock_ghl::api {

inline constexpr std::string_view form_type = "application/x-www-form-urlencoded";

// True when the content type says form.
bool is_form(const holdfast::net::HttpHeaders& headers);
// The fields as an object of strings; of a name that comes twice the first counts. nullopt beyond 64 KiB or 100 fields.
std::optional<holdfast::Json> read_form(std::string_view body);

}  // namespace mock_ghl::api
