// HTTP messages as plain values, and the one function type that every server of the story is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::net {

// Header fields in the order sent; names compare without case.
class HttpHeaders {
 public:
  HttpHeaders() = default;
  HttpHeaders(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  // The first field called `name`, if any.
  std::optional<std::string_view> find(std::string_view name) const;
  // Replaces every field called `name` by one.
  void set(std::string_view name, std::string value);
  // Appends a field, also when one of that name is there already.
  void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
  // Makes room for `count` fields.
  void reserve(std::size_t count) { fields_.reserve(count); }
  // All fields, in order.
  const std::vector<std::pair<std::string, std::string>>& fields() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// A request as a handler sees it: `target` is the path with its query, still percent-encoded.
struct HttpRequest {
  std::string method = "GET";
  std::string target = "/";
  HttpHeaders headers = {};
  std::string body = {};
  // For the transport alone, never on the wire: after this instant not one byte may leave (HttpTransport::send).
  std::optional<Instant> send_not_after = {};
};

// A response. `abandoned` means that no answer is ever sent: the connection is cut after the handler returned. It
// exists so that a twin can lose an answer in both worlds; so does `body_over_ms`, with which the head goes out at once
// and the body in pieces over that time. `unsent_bytes` are announced beyond the body and never sent: the connection
// ends after the body, as when a server dies in the middle of an answer.
struct HttpResponse {
  int status = 200;
  HttpHeaders headers = {};
  std::string body = {};
  bool abandoned = false;
  std::int64_t body_over_ms = 0;
  std::size_t unsent_bytes = 0;

  // A response of that content type; and the one that is never sent.
  static HttpResponse json(int status, std::string body);
  static HttpResponse text(int status, std::string body);
  static HttpResponse abandon();
};

// A server: one request in, one response out. It must not throw; what it captures must outlive the requests in flight.
using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;

// The decoded parts of a target.
struct Target {
  std::string path;                                        // percent-decoded, without a trailing slash (but "/" stays)
  std::vector<std::pair<std::string, std::string>> query;  // decoded; '+' is a space; order kept

  // The first parameter called `name`, if any.
  std::optional<std::string> parameter(std::string_view name) const;
};

// A parameter's name without the "[]" that marks one item of a list.
std::string_view without_brackets(std::string_view name);
// Splits and decodes a target; a bad percent-escape is kept as it stands.
Target parse_target(std::string_view target);
// Percent-encodes everything but unreserved characters (RFC 3986 2.3), so '+' becomes "%2B".
std::string percent_encode(std::string_view text);
// "path?a=1&b=2" with encoded values; no '?' when `query` is empty.
std::string make_target(std::string_view path, const std::vector<std::pair<std::string, std::string>>& query);
// True when the content type is `type` ("application/json"), whatever its case and its parameters.
bool has_media_type(const HttpHeaders& headers, std::string_view type);
// True when the content type says JSON ("application/json", also with parameters, or "+json").
bool is_json(const HttpHeaders& headers);

}  // namespace holdfast::net
