#include "core/net/beast/server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <map>
#include <optional>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/net/beast/wire.hpp"

namespace holdfast::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

// After a refusal the peer may still be sending. Closing at once would reset the connection and take our answer with
// it, so what it sends is thrown away for a moment first (RFC 9112 9.6), within these bounds.
constexpr auto linger_limit = std::chrono::seconds(1);
constexpr std::size_t linger_bytes_max = 256 * 1024;

// A slow body goes out in at most this many pieces.
constexpr std::size_t drip_pieces = 20;

// One read of the next request.
struct Incoming {
  enum class Kind { request, refused, gone } kind = Kind::gone;
  HttpRequest request;
  bool keep_alive = false;
  bool http_1_0 = false;
  int refusal_status = 400;
  std::string refusal;
};

Incoming refuse(int status, std::string sentence) {
  Incoming incoming;
  incoming.kind = Incoming::Kind::refused;
  incoming.refusal_status = status;
  incoming.refusal = std::move(sentence);
  return incoming;
}

HttpResponse error_response(int status, const std::string& sentence) {
  return HttpResponse::json(status, dump_json(Json{{"error", sentence}}));
}

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(Instant now) {
  static constexpr std::array<const char*, 7> weekdays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array<const char*, 12> months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const CivilTime civil = Zone::utc().to_civil(now);
  std::array<char, 64> text{};
  const int length =
      std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[civil.weekday % 7],
                    civil.day, months[(civil.month - 1) % 12], civil.year, civil.hour, civil.minute, civil.second);
  return std::string(text.data(), static_cast<std::size_t>(length));
}

}  // namespace

struct BeastServer::Impl {
  struct Connection;
  using Parser = http::request_parser<http::string_body>;

  Impl(Runtime runtime_in, BeastServerOptions options_in, HttpHandler handler_in)
      : runtime(std::move(runtime_in)),
        options(std::move(options_in)),
        handler(std::move(handler_in)),
        acceptor(runtime.executor),
        room(runtime.clock.make_timer()),
        ended(runtime.clock.make_timer()) {}

  Result<void> bind();
  void stop_accepting();
  void close_idle();
  void evict_one_idle();
  const std::string& date();
  static Task<void> accept_loop(std::shared_ptr<Impl> self);
  static Task<void> serve(std::shared_ptr<Connection> connection);
  static Task<bool> wait_for_request(std::shared_ptr<Connection> connection);
  static Task<Incoming> read_request(std::shared_ptr<Connection> connection);
  static Task<error_code> read_body(std::shared_ptr<Connection> connection, Parser& parser);
  static Task<HttpResponse> run_handler(std::shared_ptr<Impl> self, HttpRequest request);
  static Task<bool> write_response(std::shared_ptr<Connection> connection, HttpResponse response, bool head_only,
                                   bool keep_alive, bool http_1_0);
  static Task<bool> drip(std::shared_ptr<Connection> connection, std::string head, HttpResponse response);
  static Task<void> close_gently(std::shared_ptr<Connection> connection);

  Runtime runtime;
  BeastServerOptions options;
  HttpHandler handler;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  bool stopping = false;
  std::uint64_t next_id = 0;
  std::map<std::uint64_t, Connection*> open;  // by age
  std::size_t leaving = 0;                    // of the open ones, how many were sent away and have not gone yet
  std::size_t requests_running = 0;
  std::unique_ptr<Timer> room;   // woken when a connection ends or falls idle
  std::unique_ptr<Timer> ended;  // woken when a connection ends
  std::optional<std::int64_t> date_second;
  std::string date_text;
};

// One accepted socket. Owned by the task that serves it; enrols itself among the open ones for as long as it lives.
struct BeastServer::Impl::Connection {
  Connection(std::shared_ptr<Impl> server_in, tcp::socket socket)
      : server(std::move(server_in)),
        id(server->next_id++),
        stream(std::move(socket)),
        buffer(server->options.header_bytes_max + 128 * 1024) {
    server->open.emplace(id, this);
  }
  ~Connection() {
    stay();
    server->open.erase(id);
    server->room->wake();
    server->ended->wake();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Marks it as sent away to make room, or takes that back because a request came after all.
  void leave() {
    if (!std::exchange(leaving, true)) ++server->leaving;
  }
  void stay() {
    if (std::exchange(leaving, false)) --server->leaving;
  }

  // True when nothing of a request is here: not in our buffer and not in the kernel's.
  bool nothing_arrived() {
    if (buffer.size() > 0) return false;
    error_code error;
    return stream.socket().available(error) == 0 || error;
  }

  std::shared_ptr<Impl> server;
  std::uint64_t id;
  beast::tcp_stream stream;
  beast::flat_buffer buffer;
  bool idle = true;
  bool leaving = false;
  std::uint64_t idle_since = 0;
};

Result<void> BeastServer::Impl::bind() {
  const std::string wanted = options.host == "localhost" ? "127.0.0.1" : options.host;
  error_code error;
  const auto address = asio::ip::make_address(wanted, error);
  if (error) {
    return fail(ErrorKind::configuration,
                "cannot listen on \"" + options.host + "\": give an IP address such as 127.0.0.1, 0.0.0.0 or ::1");
  }
  const tcp::endpoint endpoint(address, options.port);
  acceptor.open(endpoint.protocol(), error);
  if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (error) {
    return fail(ErrorKind::configuration, "cannot listen on " + options.host + ":" + std::to_string(options.port) +
                                              ": " + error.message() +
                                              ". Choose another port, or end the process that holds this one");
  }
  port = acceptor.local_endpoint(error).port();
  return {};
}

void BeastServer::Impl::stop_accepting() {
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
  room->wake();
}

void BeastServer::Impl::close_idle() {
  for (const auto& [id, connection] : open) {
    if (connection->idle && connection->nothing_arrived()) connection->stream.cancel();
  }
}

void BeastServer::Impl::evict_one_idle() {
  Connection* oldest = nullptr;
  for (const auto& [id, connection] : open) {
    if (!connection->idle || connection->leaving || !connection->nothing_arrived()) continue;
    if (oldest == nullptr || connection->idle_since < oldest->idle_since) oldest = connection;
  }
  if (oldest == nullptr) return;
  oldest->leave();
  oldest->stream.cancel();
}

const std::string& BeastServer::Impl::date() {
  const Instant now = runtime.now();
  const std::int64_t second = to_epoch_ms(now) / 1000;
  if (date_second != second) {
    date_second = second;
    date_text = http_date(now);
  }
  return date_text;
}

Task<void> BeastServer::Impl::accept_loop(std::shared_ptr<Impl> self) {
  while (!self->stopping) {
    if (self->open.size() >= self->options.connections_max) {
      // Somebody is only sent away once somebody else is at the door.
      co_await self->acceptor.async_wait(tcp::acceptor::wait_read, use_result);
      while (!self->stopping && self->open.size() >= self->options.connections_max) {
        if (self->open.size() - self->leaving >= self->options.connections_max) self->evict_one_idle();
        co_await self->room->wait_until(Instant::max());
      }
      if (self->stopping) break;
    }
    auto [error, socket] = co_await self->acceptor.async_accept(use_result);
    if (self->stopping) break;
    if (error) {
      // Out of file descriptors or memory: the way out is that connections end, so wait instead of spinning.
      log(LogLevel::warning, "accept_failed", {{"error", Loggable::safe(error.message())}});
      co_await sleep_for(self->runtime.clock, milliseconds(50));
      continue;
    }
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    auto connection = std::make_shared<Connection>(self, std::move(socket));
    connection->idle_since = connection->id;
    net::spawn(self->runtime.executor, serve(std::move(connection)));
  }
}

Task<void> BeastServer::Impl::serve(std::shared_ptr<Connection> connection) {
  const std::shared_ptr<Impl> self = connection->server;
  while (co_await wait_for_request(connection)) {
    Incoming incoming = co_await read_request(connection);
    if (incoming.kind == Incoming::Kind::gone) co_return;
    if (incoming.kind == Incoming::Kind::refused) {
      HttpResponse refusal = error_response(incoming.refusal_status, incoming.refusal);
      const bool written = co_await write_response(connection, std::move(refusal), false, false, incoming.http_1_0);
      if (written) co_await close_gently(connection);
      co_return;
    }
    const bool head_only = incoming.request.method == "HEAD";
    HttpResponse response = co_await run_handler(self, std::move(incoming.request));
    if (response.abandoned) {
      error_code ignored;
      connection->stream.socket().set_option(asio::socket_base::linger(true, 0), ignored);  // RST instead of FIN
      connection->stream.close();
      co_return;
    }
    const bool keep_alive = incoming.keep_alive && !self->stopping;
    const bool written =
        co_await write_response(connection, std::move(response), head_only, keep_alive, incoming.http_1_0);
    if (!written) co_return;
    if (!keep_alive) {
      co_await close_gently(connection);
      co_return;
    }
  }
}

// Returns true once a byte of the next request is here. The connection counts as idle until then.
Task<bool> BeastServer::Impl::wait_for_request(std::shared_ptr<Connection> connection) {
  Impl& self = *connection->server;
  if (connection->buffer.size() > 0) co_return true;
  if ((self.stopping || connection->leaving) && connection->nothing_arrived()) co_return false;
  connection->idle = true;
  connection->idle_since = self.next_id++;
  self.room->wake();
  connection->stream.expires_after(milliseconds(self.options.idle_timeout_ms));
  const auto [error, count] = co_await connection->stream.async_read_some(connection->buffer.prepare(4096), use_result);
  connection->idle = false;
  connection->buffer.commit(count);
  connection->stay();
  co_return !error && count > 0;
}

Task<error_code> BeastServer::Impl::read_body(std::shared_ptr<Connection> connection, Parser& parser) {
  if (parser.is_done()) co_return error_code{};
  const auto expect = parser.get().find(http::field::expect);
  if (expect != parser.get().end() && beast::iequals(expect->value(), "100-continue")) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [failed, written] =
        co_await asio::async_write(connection->stream, asio::buffer(go_on.data(), go_on.size()), use_result);
    if (failed) co_return failed;
  }
  const auto [error, count] = co_await http::async_read(connection->stream, connection->buffer, parser, use_result);
  co_return error;
}

Task<Incoming> BeastServer::Impl::read_request(std::shared_ptr<Connection> connection) {
  const BeastServerOptions& options = connection->server->options;
  Parser parser;
  parser.header_limit(options.header_bytes_max);
  parser.body_limit(options.body_bytes_max);
  connection->stream.expires_after(milliseconds(options.request_timeout_ms));  // one limit for header and body
  auto [error, count] = co_await http::async_read_header(connection->stream, connection->buffer, parser, use_result);
  if (!error) error = co_await read_body(connection, parser);
  connection->stream.expires_never();

  if (error == http::error::body_limit) {
    co_return refuse(413, "the body is larger than the limit of " + std::to_string(options.body_bytes_max) + " bytes");
  }
  if (error == http::error::header_limit || error == http::error::buffer_overflow) {
    co_return refuse(431, "request line and headers together are larger than the limit of " +
                              std::to_string(options.header_bytes_max) + " bytes");
  }
  if (error == http::error::partial_message) co_return refuse(400, "the request ended before it was complete");
  if (error.category() == make_error_code(http::error::bad_method).category() && error != http::error::end_of_stream) {
    co_return refuse(400, "this is not a well-formed HTTP/1.1 request: " + error.message());
  }
  if (error) co_return Incoming{};  // timed out, reset, or closed between requests

  Incoming incoming;
  auto message = parser.release();
  if (message.version() >= 11 && message.find(http::field::host) == message.end()) {
    co_return refuse(400, "an HTTP/1.1 request must have a Host header");
  }
  incoming.kind = Incoming::Kind::request;
  incoming.keep_alive = message.keep_alive();
  incoming.http_1_0 = message.version() < 11;
  incoming.request.method = std::string(message.method_string());
  incoming.request.target = std::string(message.target());
  for (const auto& field : message) {
    incoming.request.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  incoming.request.body = std::move(message.body());
  co_return incoming;
}

Task<HttpResponse> BeastServer::Impl::run_handler(std::shared_ptr<Impl> self, HttpRequest request) {
  // Counts down also when the frame is destroyed without having finished.
  struct Running {
    explicit Running(std::size_t& count) : count_(count) { ++count_; }
    ~Running() { --count_; }
    std::size_t& count_;
  } running(self->requests_running);
  HttpResponse response;
  try {
    response = co_await self->handler(std::move(request));
  } catch (const std::exception& error) {
    log(LogLevel::error, "handler_threw", {{"error", Loggable::safe(error.what())}});
    response = error_response(500, "an internal error; the server's log says more");
  } catch (...) {
    log(LogLevel::error, "handler_threw");
    response = error_response(500, "an internal error; the server's log says more");
  }
  if (!response.abandoned && (response.status < 200 || response.status > 999)) {
    log(LogLevel::error, "handler_bad_status", {{"status", response.status}});
    response = error_response(500, "an internal error; the server's log says more");
  }
  co_return response;
}

Task<bool> BeastServer::Impl::write_response(std::shared_ptr<Connection> connection, HttpResponse response,
                                             bool head_only, bool keep_alive, bool http_1_0) {
  Impl& self = *connection->server;
  const std::string head =
      wire::response_head(response, {.keep_alive = keep_alive, .http_1_0 = http_1_0, .date = self.date()});
  const bool without_body = head_only || wire::is_bodiless(response.status);
  if (response.body_over_ms > 0 && !without_body) co_return co_await drip(connection, head, std::move(response));
  const std::array<asio::const_buffer, 2> buffers = {
      asio::buffer(head), without_body ? asio::const_buffer() : asio::const_buffer(asio::buffer(response.body))};
  connection->stream.expires_after(milliseconds(self.options.write_timeout_ms));
  const auto [error, count] = co_await asio::async_write(connection->stream, buffers, use_result);
  connection->stream.expires_never();
  co_return !error;
}

// The head, then the body in equal pieces spread over its time.
Task<bool> BeastServer::Impl::drip(std::shared_ptr<Connection> connection, std::string head, HttpResponse response) {
  Impl& self = *connection->server;
  const std::size_t pieces = std::clamp<std::size_t>(response.body.size(), 1, drip_pieces);
  const Instant begun = self.runtime.now();
  std::string_view piece = head;
  for (std::size_t i = 0; true; ++i) {
    connection->stream.expires_after(milliseconds(self.options.write_timeout_ms));
    const auto [error, count] =
        co_await asio::async_write(connection->stream, asio::buffer(piece.data(), piece.size()), use_result);
    connection->stream.expires_never();
    if (error || i == pieces) co_return !error;
    const std::size_t from = response.body.size() * i / pieces;
    piece = std::string_view(response.body).substr(from, response.body.size() * (i + 1) / pieces - from);
    const Instant due = begun + milliseconds(response.body_over_ms * static_cast<std::int64_t>(i + 1) /
                                             static_cast<std::int64_t>(pieces));
    co_await sleep_for(self.runtime.clock, due - self.runtime.now());
  }
}

Task<void> BeastServer::Impl::close_gently(std::shared_ptr<Connection> connection) {
  error_code ignored;
  connection->stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  connection->stream.expires_after(linger_limit);
  std::array<char, 16 * 1024> thrown_away;
  std::size_t total = 0;
  while (total < linger_bytes_max) {
    const auto [error, count] = co_await connection->stream.async_read_some(asio::buffer(thrown_away), use_result);
    if (error) break;
    total += count;
  }
}

BeastServer::BeastServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<BeastServer>> BeastServer::listen(Runtime runtime, BeastServerOptions options,
                                                         HttpHandler handler) {
  HOLDFAST_ASSERT(options.connections_max > 0);
  auto impl = std::make_shared<Impl>(std::move(runtime), std::move(options), std::move(handler));
  if (auto bound = impl->bind(); !bound) return fail(std::move(bound).error());
  net::spawn(impl->runtime.executor, Impl::accept_loop(impl));
  return std::unique_ptr<BeastServer>(new BeastServer(std::move(impl)));
}

BeastServer::~BeastServer() {
  impl_->stop_accepting();
  for (const auto& [id, connection] : impl_->open) connection->stream.close();
}

std::uint16_t BeastServer::port() const {
  return impl_->port;
}

std::string BeastServer::origin() const {
  const bool v6 = impl_->options.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + impl_->options.host + "]" : impl_->options.host) + ":" + std::to_string(impl_->port);
}

std::size_t BeastServer::connections() const {
  return impl_->open.size();
}

std::size_t BeastServer::requests_running() const {
  return impl_->requests_running;
}

Task<bool> BeastServer::drain(Instant deadline) {
  const std::shared_ptr<Impl> self = impl_;
  self->stop_accepting();
  self->close_idle();
  while (!self->open.empty()) {
    if (co_await self->ended->wait_until(deadline)) break;
  }
  co_return self->open.empty();
}

}  // namespace holdfast::net
