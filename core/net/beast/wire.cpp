#include "core/net/beast/wire.hpp"

#include <algorithm>
#include <array>
#include <boost/beast/http/status.hpp>

namespace holdfast::net::wire {
namespace {

char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_case(x) == lower_case(y); });
}

// Fields that frame the message: a second opinion about them is how requests get smuggled.
bool is_framing(std::string_view name) {
  for (const std::string_view ours : {"Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive"}) {
    if (same_name(name, ours)) return true;
  }
  return false;
}

// One entry a byte: what may stand in a token.
constexpr std::array<bool, 256> token_bytes = [] {
  std::array<bool, 256> may{};
  for (int c = '0'; c <= '9'; ++c) may[c] = true;
  for (int c = 'a'; c <= 'z'; ++c) may[c] = may[c - 'a' + 'A'] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~")) may[static_cast<unsigned char>(c)] = true;
  return may;
}();

void append_field(std::string& head, std::string_view name, std::string_view value) {
  head.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return token_bytes[static_cast<unsigned char>(c)]; });
}

bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == '\t' || (byte >= 0x20 && byte != 0x7f);
  });
}

bool is_target(std::string_view text) {
  return text.starts_with('/') && std::ranges::all_of(text, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte > 0x20 && byte < 0x7f;
         });
}

std::string problem_of(const HttpRequest& request) {
  if (!is_token(request.method)) return "the method is not a token";
  if (!is_target(request.target)) return "the target must begin with '/' and hold no spaces or control characters";
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_token(name)) return "a header name is empty or holds characters that a name cannot have";
    if (!is_field_value(value)) return "the value of header " + name + " holds control characters";
  }
  return {};
}

std::string request_head(const HttpRequest& request, std::string_view host, std::string_view user_agent) {
  std::string head;
  head.reserve(256);
  head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
  append_field(head, "Host", host);
  for (const auto& [name, value] : request.headers.fields()) {
    if (!is_framing(name) && !same_name(name, "Host")) append_field(head, name, value);
  }
  if (!request.headers.find("User-Agent")) append_field(head, "User-Agent", user_agent);
  const bool usually_bodiless =
      request.method == "GET" || request.method == "HEAD" || request.method == "DELETE" || request.method == "OPTIONS";
  if (!request.body.empty() || !usually_bodiless) {
    append_field(head, "Content-Length", std::to_string(request.body.size()));
  }
  head += "\r\n";
  return head;
}

bool is_bodiless(int status) {
  return status < 200 || status == 204 || status == 304;
}

void append_response_head(std::string& head, const HttpResponse& response, const ResponseFrame& frame) {
  const auto code = static_cast<unsigned>(response.status);
  head.append("HTTP/1.1 ").append(std::to_string(code)).append(" ");
  const auto reason = boost::beast::http::obsolete_reason(boost::beast::http::int_to_status(code));
  head.append(reason.data(), reason.size()).append("\r\n");
  for (const auto& [name, value] : response.headers.fields()) {
    if (!is_framing(name) && is_token(name) && is_field_value(value)) append_field(head, name, value);
  }
  if (!response.headers.find("Date") && !frame.date.empty()) append_field(head, "Date", frame.date);
  if (!is_bodiless(response.status))
    append_field(head, "Content-Length", std::to_string(response.body.size() + response.unsent_bytes));
  if (!frame.keep_alive) {
    append_field(head, "Connection", "close");
  } else if (frame.http_1_0) {
    append_field(head, "Connection", "keep-alive");
  }
  head += "\r\n";
}

}  // namespace holdfast::net::wire
