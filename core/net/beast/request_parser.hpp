// RequestParser: the bytes of an HTTP/1.1 request into an HttpRequest. Beast's parser decides what is well-formed; the
// fields go straight where the handler reads them, without a Beast message in between.
#pragma once

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/net/http.hpp"

namespace holdfast::net {

// What a request may weigh.
struct RequestLimits {
  std::uint32_t header_bytes_max = 32 * 1024;  // request line and fields together
  std::size_t body_bytes_max = 4 * 1024 * 1024;
};

// Why a request is not served, as an answer to its sender.
struct RequestRefusal {
  int status = 400;
  std::string sentence;
};

// Parses one request; feed it with put() until is_done() (boost::beast::http::basic_parser). Not reusable.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  using Error = boost::system::error_code;
  explicit RequestParser(const RequestLimits& limits) : limits_(limits) {
    header_limit(limits.header_bytes_max);
    body_limit(limits.body_bytes_max);
    eager(true);
  }

  // What is wrong with what was read; nullopt when nothing is, or when the peer went away without having said anything
  // (`error` of put(), put_eof() or the socket).
  std::optional<RequestRefusal> refusal(Error error) const;
  // The request. Call once, when is_done().
  HttpRequest take() { return std::move(request_); }
  bool is_http_1_0() const { return version_ < 11; }
  // True when the peer waits to be told that it may send the body (RFC 9110 10.1.1).
  bool expects_continue() const { return expects_continue_; }

 private:
  using verb = boost::beast::http::verb;
  using field = boost::beast::http::field;
  using string_view = boost::beast::string_view;
  template <class T>
  using optional = boost::optional<T>;

  void on_request_impl(verb, string_view method, string_view target, int version, Error& error) override;
  void on_response_impl(int, string_view, int, Error&) override {}
  void on_field_impl(field which, string_view name, string_view value, Error& error) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const optional<std::uint64_t>& content_length, Error& error) override;
  std::size_t on_body_impl(string_view body, Error& error) override;
  void on_chunk_header_impl(std::uint64_t, string_view, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t remain, string_view body, Error& error) override;
  void on_finish_impl(Error&) override {}

  RequestLimits limits_;
  HttpRequest request_;
  int version_ = 11;
  bool has_host_ = false;
  bool expects_continue_ = false;
};

}  // namespace holdfast::net
