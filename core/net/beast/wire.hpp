// The bytes of HTTP/1.1 message heads. Private to core/net/beast: bodies are plain strings, so a head is all that has
// to be written by hand, and one gathered write sends both.
#pragma once

#include <string>
#include <string_view>

#include "core/net/http.hpp"

namespace holdfast::net::wire {

// True when `text` may stand as a method or a field name (RFC 9110 5.6.2).
bool is_token(std::string_view text);
// True when `text` may stand as a field value: no control characters but tab, so no forged line.
bool is_field_value(std::string_view text);
// True when `text` may stand as an origin-form request target.
bool is_target(std::string_view text);

// Why the request cannot be written, in words; empty when it can.
std::string problem_of(const HttpRequest& request);
// Request line and fields, with Host, Content-Length and Connection set by us whatever the request says.
std::string request_head(const HttpRequest& request, std::string_view host, std::string_view user_agent);

// What a response head says beside the response itself.
struct ResponseFrame {
  bool keep_alive = true;
  bool http_1_0 = false;    // the request's version: a 1.0 client must be told that the connection stays
  std::string_view date{};  // RFC 9110 6.6.1
};
// True when a response of this status never has a body.
bool is_bodiless(int status);
// Appends status line and fields; Content-Length and Connection are ours, fields that cannot be written are left out.
void append_response_head(std::string& head, const HttpResponse& response, const ResponseFrame& frame);

}  // namespace holdfast::net::wire
