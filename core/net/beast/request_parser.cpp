#include "core/net/beast/request_parser.hpp"

#include <algorithm>
#include <boost/beast/core/string.hpp>

namespace holdfast::net {
namespace {

namespace http = boost::beast::http;

// What is set aside for a body before any of it came: an announced length alone must not cost memory.
constexpr std::uint64_t body_reserve_bytes_max = 64 * 1024;

constexpr std::size_t usual_field_count = 8;

// The target without "http://host", which a request to a proxy carries and a server must understand (RFC 9112 3.2.2).
std::string origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.starts_with('/') || !boost::beast::iequals(target.substr(0, scheme.size()), scheme)) continue;
    const std::string_view path = target.substr(std::min(target.find_first_of("/?", scheme.size()), target.size()));
    return (path.starts_with('/') ? "" : "/") + std::string(path);
  }
  return std::string(target);
}

}  // namespace

void RequestParser::on_request_impl(verb, string_view method, string_view target, int version, Error&) {
  request_.method.assign(method.data(), method.size());
  request_.target = origin_form({target.data(), target.size()});
  request_.headers.reserve(usual_field_count);
  version_ = version;
}

void RequestParser::on_field_impl(field which, string_view name, string_view value, Error&) {
  has_host_ = has_host_ || which == field::host;
  if (which == field::expect) expects_continue_ = boost::beast::iequals(value, "100-continue");
  request_.headers.add(std::string(name.data(), name.size()), std::string(value.data(), value.size()));
}

void RequestParser::on_body_init_impl(const optional<std::uint64_t>& content_length, Error&) {
  if (content_length) request_.body.reserve(std::min(*content_length, body_reserve_bytes_max));
}

std::size_t RequestParser::on_body_impl(string_view body, Error&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, string_view body, Error&) {
  request_.body.append(body.data(), body.size());
  return body.size();
}

std::optional<RequestRefusal> RequestParser::refusal(Error error) const {
  if (!error) {
    if (version_ < 11 || has_host_) return std::nullopt;
    return RequestRefusal{400, "an HTTP/1.1 request must have a Host header"};
  }
  if (error == http::error::body_limit) {
    return RequestRefusal{413,
                          "the body is larger than the limit of " + std::to_string(limits_.body_bytes_max) + " bytes"};
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    return RequestRefusal{431, "request line and headers together are larger than the limit of " +
                                   std::to_string(limits_.header_bytes_max) + " bytes"};
  }
  if (error == http::error::partial_message) return RequestRefusal{400, "the request ended before it was complete"};
  if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream) {
    return RequestRefusal{400, "this is not a well-formed HTTP/1.1 request: " + error.message()};
  }
  return std::nullopt;  // timed out, reset, or closed between requests
}

}  // namespace holdfast::net
