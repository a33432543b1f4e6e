#include "core/net/beast/connection.hpp"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <utility>

namespace holdfast::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);
using Parser = http::response_parser<http::string_body>;

// How much is read at once: a free-slots answer of 9.6 kB in one go.
constexpr std::size_t read_bytes = 16 * 1024;
constexpr std::uint32_t header_bytes_max = 64 * 1024;
constexpr std::size_t buffered_bytes_max = header_bytes_max + 2 * read_bytes;
constexpr int interim_responses_max = 8;

HttpResponse to_response(http::response<http::string_body>&& message) {
  HttpResponse response;
  response.status = static_cast<int>(message.result_int());
  for (const auto& field : message) response.headers.add(std::string(field.name_string()), std::string(field.value()));
  response.body = std::move(message.body());
  return response;
}

// Sets the name that the certificate must be for; an address is matched as an address and gets no SNI (RFC 6066 3).
bool expect_name(SSL* session, const std::string& host) {
  error_code not_an_address;
  asio::ip::make_address(host, not_an_address);
  if (!not_an_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session), host.c_str()) == 1;
  SSL_set_hostflags(session, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(session, host.c_str()) == 1 && SSL_set_tlsext_host_name(session, host.c_str()) == 1;
}

}  // namespace

// The parser of one response; begun anew after each interim one (100, 103).
struct Connection::ResponseReader {
  bool head_only = false;
  std::size_t body_bytes_max = 0;
  int interim = 0;
  std::optional<Parser> parser = std::nullopt;

  void begin() {
    parser.emplace();
    parser->eager(true);
    parser->header_limit(header_bytes_max);
    parser->body_limit(body_bytes_max);
    parser->skip(head_only);
  }
};

Task<std::expected<std::unique_ptr<Connection>, std::string>> Connection::open(
    asio::any_io_executor executor, Origin origin, asio::ip::tcp::resolver::results_type endpoints,
    std::shared_ptr<asio::ssl::context> tls, SteadyInstant give_up_at) {
  using Opened = std::expected<std::unique_ptr<Connection>, std::string>;
  std::unique_ptr<Connection> connection(tls ? new Connection(executor, *tls) : new Connection(executor));
  connection->tcp().expires_at(give_up_at);
  const auto [error, endpoint] = co_await connection->tcp().async_connect(endpoints, use_result);
  if (error) {
    const bool late = error == beast::error::timeout;
    co_return Opened(std::unexpect, late ? "no connection in time; check that the host is reachable"
                                         : "cannot connect: " + error.message() + "; check host and port");
  }
  error_code ignored;
  connection->tcp().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  if (tls) {
    std::string problem = co_await connection->shake_hands(origin);
    if (!problem.empty()) co_return Opened(std::unexpect, std::move(problem));
  }
  co_return Opened(std::move(connection));
}

Connection::Tcp& Connection::tcp() {
  if (auto* plain = std::get_if<Tcp>(&stream_)) return *plain;
  return beast::get_lowest_layer(std::get<Tls>(stream_));
}

// Returns what went wrong, or nothing.
Task<std::string> Connection::shake_hands(const Origin& origin) {
  Tls& tls = std::get<Tls>(stream_);
  SSL* const session = tls.native_handle();
  if (!expect_name(session, origin.host)) co_return "the host name cannot be used for TLS; check the origin";
  const auto [error] = co_await tls.async_handshake(asio::ssl::stream_base::client, use_result);
  if (!error) co_return std::string();
  if (error == beast::error::timeout) co_return "the TLS handshake did not end in time";
  const long verdict = SSL_get_verify_result(session);
  if (verdict != X509_V_OK) {
    co_return "the server's certificate is not accepted: " + std::string(X509_verify_cert_error_string(verdict)) +
        "; check host name, clock and CA file";
  }
  co_return "the TLS handshake failed: " + error.message() + "; check that the port speaks TLS";
}

Task<Connection::Outcome> Connection::write(const std::string& head, const std::string& body) {
  const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head), asio::buffer(body)};
  if (auto* plain = std::get_if<Tcp>(&stream_)) co_return co_await asio::async_write(*plain, buffers, use_result);
  // One record for a small request: the TLS stream would make two of two buffers.
  const std::string joined = head + body;
  co_return co_await asio::async_write(std::get<Tls>(stream_), asio::buffer(joined), use_result);
}

Task<Connection::Outcome> Connection::read_some() {
  Outcome outcome;
  if (auto* plain = std::get_if<Tcp>(&stream_)) {
    outcome = co_await plain->async_read_some(buffer_.prepare(read_bytes), use_result);
  } else {
    outcome = co_await std::get<Tls>(stream_).async_read_some(buffer_.prepare(read_bytes), use_result);
  }
  buffer_.commit(std::get<std::size_t>(outcome));
  co_return outcome;
}

Task<Exchanged> Connection::exchange(const HttpRequest& request, const std::string& head, std::size_t body_bytes_max,
                                     SteadyInstant give_up_at, const Clock& clock) {
  Exchanged exchanged;
  tcp().expires_at(give_up_at);
  const bool tls = std::holds_alternative<Tls>(stream_);
  // Nothing may come between this look and the write.
  if (request.send_not_after && clock.now() > *request.send_not_after) {
    tcp().expires_never();
    exchanged.reusable = true;
    exchanged.timed_out = true;
    exchanged.problem = "it was too late to send it; nothing was sent";
    co_return exchanged;
  }
  const auto [error, written] = co_await write(head, request.body);
  exchanged.may_have_left = tls || written > 0;
  if (error) {
    exchanged.timed_out = error == beast::error::timeout;
    exchanged.problem = "the connection broke while the request was sent: " + error.message();
    // A server that refuses a large body answers before it has read it; what it said is worth hearing.
    if (exchanged.timed_out || written == 0) co_return exchanged;
  }
  const bool broke_while_sending = static_cast<bool>(error);
  co_await read_response(request, body_bytes_max, exchanged);
  if (broke_while_sending) exchanged.reusable = false;
  if (exchanged.reusable) tcp().expires_never();
  co_return exchanged;
}

// Feeds what has arrived to the parser. True when the exchange is over, with a response or a problem.
bool Connection::parse_arrived(ResponseReader& reader, Exchanged& exchanged) {
  while (buffer_.size() > 0) {
    error_code error;
    const std::size_t used = reader.parser->put(buffer_.data(), error);
    buffer_.consume(used);
    if (error && error != http::error::need_more) {
      exchanged.problem = error == http::error::body_limit ? "the answer is larger than the limit"
                                                           : "the answer is not HTTP: " + error.message();
      return true;
    }
    if (reader.parser->is_done()) {
      const unsigned status = reader.parser->get().result_int();
      if (status / 100 == 1 && status != 101 && reader.interim++ < interim_responses_max) {
        reader.begin();
        continue;
      }
      exchanged.reusable = reader.parser->keep_alive() && buffer_.size() == 0;
      exchanged.response = to_response(reader.parser->release());
      return true;
    }
    if (error || used == 0) break;
  }
  if (buffer_.size() + read_bytes <= buffered_bytes_max) return false;
  exchanged.problem = "the answer's headers are larger than the limit";
  return true;
}

Task<void> Connection::read_response(const HttpRequest& request, std::size_t body_bytes_max, Exchanged& exchanged) {
  ResponseReader reader{.head_only = request.method == "HEAD", .body_bytes_max = body_bytes_max};
  reader.begin();
  while (!parse_arrived(reader, exchanged)) {
    const Outcome outcome = co_await read_some();
    if (std::get<std::size_t>(outcome) > 0) exchanged.answer_began = true;
    error_code error = std::get<error_code>(outcome);
    if (!error) continue;
    // A body without a length ends with the stream. A TLS stream that ends without a goodbye is no such end: somebody
    // may have cut it, and it reports another error than eof.
    if (error == asio::error::eof && reader.parser->got_some()) {
      reader.parser->put_eof(error);
      if (!error && reader.parser->is_done()) {
        exchanged.response = to_response(reader.parser->release());
        co_return;
      }
    }
    exchanged.timed_out = error == beast::error::timeout;
    exchanged.problem = exchanged.timed_out ? "no complete answer before the deadline"
                                            : "the connection ended before the answer was complete: " + error.message();
    co_return;
  }
}

bool Connection::still_usable() {
  if (buffer_.size() > 0) return false;
  if (auto* tls = std::get_if<Tls>(&stream_)) {
    // Records that came with the last answer wait inside OpenSSL or before it, where the kernel does not see them.
    SSL* const session = tls->native_handle();
    if (SSL_pending(session) > 0 || BIO_ctrl_pending(SSL_get_rbio(session)) > 0) return false;
  }
  // Asked of the kernel directly: end of stream, an error or bytes that nobody asked for all disqualify it.
  char byte = 0;
  const auto got = ::recv(tcp().socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace holdfast::net
