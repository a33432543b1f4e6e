// Building requests: what every call of a Client shares. Private to core/ghl.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/http.hpp"

namespace holdfast::ghl {

// The value of the Version header that the specification declares for each resource (facts/ghl.md 1.3).
inline constexpr const char* calendars_version = "2021-04-15";
inline constexpr const char* contacts_version = "2021-07-28";
inline constexpr const char* conversations_version = "2021-04-15";
inline constexpr const char* locations_version = "2021-07-28";

// A request with the headers of the API but for the token, which each attempt puts in anew.
net::HttpRequest make_request(std::string method, std::string target, const char* version, std::string body = {});
// "/contacts/" + the id, percent-encoded, + "/notes".
std::string path(std::string_view before, std::string_view id, std::string_view after = {});
// Epoch milliseconds in digits (facts/ghl.md 4.7).
std::string epoch_text(Instant instant);
// invalid_input: nothing was sent.
std::unexpected<Error> bad_input(const char* what);

}  // namespace holdfast::ghl
