#include "core/net/beast/server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <list>
#include <optional>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/net/beast/request_parser.hpp"
#include "core/net/beast/wire.hpp"

namespace holdfast::net {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;
using SteadyInstant = std::chrono::steady_clock::time_point;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

// After a refusal the peer may still be sending. Closing at once would reset the connection and take our answer with
// it, so what it sends is thrown away for a moment first (RFC 9112 9.6), within these bounds.
constexpr auto linger_limit = std::chrono::seconds(1);
constexpr std::size_t linger_bytes_max = 16 * 1024 * 1024;

// A slow body goes out in at most this many pieces.
constexpr std::size_t drip_pieces = 20;

// A connection between two requests holds this much; one in the middle of a request reads more at once.
constexpr std::size_t idle_read_bytes = 4 * 1024;
constexpr std::size_t busy_read_bytes = 64 * 1024;
// After so many pipelined requests the other connections get their turn.
constexpr int requests_in_a_row_max = 64;
// Up to here a body is copied behind its head, so that one plain write takes both.
constexpr std::size_t joined_body_bytes_max = 16 * 1024;

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
  std::size_t open_count() const { return idle.size() + busy.size(); }
  const std::string& date();
  static Task<void> accept_loop(std::shared_ptr<Impl> self);
  static Task<void> serve(std::shared_ptr<Connection> connection);
  static Task<error_code> read_rest(std::shared_ptr<Connection> connection, RequestParser& parser);
  static Task<void> refuse(std::shared_ptr<Connection> connection, RequestRefusal refusal, bool http_1_0);
  static Task<HttpResponse> run_handler(std::shared_ptr<Impl> self, HttpRequest request);
  static Task<bool> write_rest(std::shared_ptr<Connection> connection, std::array<asio::const_buffer, 2> buffers);
  static Task<bool> drip(std::shared_ptr<Connection> connection, const HttpResponse& response);
  static Task<void> close_gently(std::shared_ptr<Connection> connection);

  Runtime runtime;
  BeastServerOptions options;
  HttpHandler handler;
  tcp::acceptor acceptor;
  std::uint16_t port = 0;
  bool stopping = false;
  std::list<Connection*> idle;  // wait for a request, the longest waiting first
  std::list<Connection*> busy;
  std::size_t leaving = 0;  // of the idle ones, how many were sent away and have not gone yet
  std::size_t requests_running = 0;
  std::unique_ptr<Timer> room;   // woken when a connection ends or falls idle
  std::unique_ptr<Timer> ended;  // woken when a connection ends
  std::optional<std::int64_t> date_second;
  std::string date_text;
};

// One accepted socket. Owned by the task that serves it; enrols itself among the open ones for as long as it lives.
struct BeastServer::Impl::Connection : std::enable_shared_from_this<Connection> {
  Connection(std::shared_ptr<Impl> server_in, tcp::socket socket_in)
      : server(std::move(server_in)),
        socket(std::move(socket_in)),
        buffer(server->options.header_bytes_max + 128 * 1024),
        alarm(socket.get_executor()) {
    place = server->busy.insert(server->busy.end(), this);
  }
  ~Connection() {
    stay();
    (is_idle ? server->idle : server->busy).erase(place);
    server->room->wake();
    server->ended->wake();
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Marks it as sent away to make room, or takes that back because a request came after all.
  void leave() {
    if (!std::exchange(is_leaving, true)) ++server->leaving;
  }
  void stay() {
    if (std::exchange(is_leaving, false)) --server->leaving;
  }
  // False when it is to close instead of waiting for another request.
  bool begin_idle();
  void end_idle(std::size_t bytes_read);

  // True when nothing of a request is here: not in our buffer and not in the kernel's.
  bool nothing_arrived() {
    if (buffer.size() > 0) return false;
    error_code error;
    return socket.available(error) == 0 || error;
  }
  void cancel() {
    error_code ignored;
    socket.cancel(ignored);
  }
  void close() {
    error_code ignored;
    socket.close(ignored);
  }

  // What is still under way `limit` from now is cut short: waiting for a request is cancelled, anything else closes the
  // connection. Never, after expire_never().
  void expire_after(Duration limit);
  void expire_never() { deadline = SteadyInstant::max(); }

  error_code parse(RequestParser& parser);
  bool write_now(const HttpResponse& response, bool head_only, bool keep_alive, bool http_1_0,
                 std::array<asio::const_buffer, 2>& rest);

  std::shared_ptr<Impl> server;
  tcp::socket socket;
  beast::flat_buffer buffer;
  std::string out;  // the head of the answer under way, often with its body
  bool is_idle = false;
  bool is_leaving = false;
  std::list<Connection*>::iterator place;  // in server->idle or server->busy

 private:
  void arm();

  // Most deadlines are met, and moving an alarm for each costs more than the request. So the alarm rings at most once a
  // shortest time-out and then looks whether the deadline, which has moved on meanwhile, has come.
  asio::steady_timer alarm;
  bool armed = false;
  SteadyInstant deadline = SteadyInstant::max();
};

bool BeastServer::Impl::Connection::begin_idle() {
  if ((server->stopping || is_leaving) && nothing_arrived()) return false;
  is_idle = true;
  server->idle.splice(server->idle.end(), server->busy, place);
  server->room->wake();
  if (buffer.capacity() > 2 * idle_read_bytes) buffer.shrink_to_fit();
  expire_after(milliseconds(server->options.idle_timeout_ms));
  return true;
}

void BeastServer::Impl::Connection::end_idle(std::size_t bytes_read) {
  is_idle = false;
  server->busy.splice(server->busy.end(), server->idle, place);
  expire_never();
  buffer.commit(bytes_read);
  stay();
}

void BeastServer::Impl::Connection::expire_after(Duration limit) {
  deadline = std::chrono::steady_clock::now() + limit;
  if (!armed || deadline < alarm.expiry()) arm();
}

void BeastServer::Impl::Connection::arm() {
  armed = true;
  const BeastServerOptions& limits = server->options;
  const auto shortest =
      milliseconds(std::min({limits.idle_timeout_ms, limits.request_timeout_ms, limits.write_timeout_ms}));
  alarm.expires_at(std::min(deadline, std::chrono::steady_clock::now() + shortest));
  alarm.async_wait([weak = weak_from_this()](error_code moved) {
    const auto self = weak.lock();
    if (moved || !self) return;
    self->armed = false;
    if (self->deadline == SteadyInstant::max()) return;
    if (std::chrono::steady_clock::now() < self->deadline) return self->arm();
    // A read or write that is done but not yet seen cannot be cancelled, and a peer that never pauses always has such
    // a one; the next would run with no alarm set. A request that has come in time is served.
    if (self->is_idle) return self->cancel();
    self->close();
  });
}

// Feeds the parser from the buffer; need_more when the request is not whole yet.
error_code BeastServer::Impl::Connection::parse(RequestParser& parser) {
  error_code error;
  buffer.consume(parser.put(buffer.data(), error));
  if (!error && !parser.is_done()) error = http::error::need_more;
  return error;
}

// Writes what the kernel takes at once; true when that is everything, else `rest` is what remains to be written. Of a
// body that takes its time only the head goes out.
bool BeastServer::Impl::Connection::write_now(const HttpResponse& response, bool head_only, bool keep_alive,
                                              bool http_1_0, std::array<asio::const_buffer, 2>& rest) {
  if (out.capacity() > 4 * joined_body_bytes_max) out = {};
  out.clear();
  wire::append_response_head(out, response, {.keep_alive = keep_alive, .http_1_0 = http_1_0, .date = server->date()});
  const bool with_body = !head_only && response.body_over_ms == 0 && !wire::is_bodiless(response.status);
  const bool joined = with_body && response.body.size() <= joined_body_bytes_max;
  if (joined) out += response.body;
  error_code error;
  if (!with_body || joined) {
    const std::size_t written = socket.write_some(asio::buffer(out), error);
    rest = {asio::buffer(out) + written, asio::const_buffer()};
    return !error && written == out.size();
  }
  rest = {asio::buffer(out), asio::buffer(response.body)};
  return false;
}

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
  for (Connection* connection : idle) {
    if (connection->nothing_arrived()) connection->cancel();
  }
}

void BeastServer::Impl::evict_one_idle() {
  for (Connection* connection : idle) {
    if (connection->is_leaving || !connection->nothing_arrived()) continue;
    connection->leave();
    connection->cancel();
    return;
  }
}

const std::string& BeastServer::Impl::date() {
  const Instant now = runtime.wall_now();
  const std::int64_t second = to_epoch_ms(now) / 1000;
  if (date_second != second) {
    date_second = second;
    date_text = http_date(now);
  }
  return date_text;
}

Task<void> BeastServer::Impl::accept_loop(std::shared_ptr<Impl> self) {
  while (!self->stopping) {
    if (self->open_count() >= self->options.connections_max) {
      // Somebody is only sent away once somebody else is at the door.
      co_await self->acceptor.async_wait(tcp::acceptor::wait_read, use_result);
      while (!self->stopping && self->open_count() >= self->options.connections_max) {
        if (self->open_count() - self->leaving >= self->options.connections_max) self->evict_one_idle();
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
    socket.non_blocking(true, ignored);
    net::spawn(self->runtime.executor, serve(std::make_shared<Connection>(self, std::move(socket))));
  }
}

// The usual request suspends this once, to wait for it: it comes in one piece and its answer goes out in one.
Task<void> BeastServer::Impl::serve(std::shared_ptr<Connection> connection) {
  const std::shared_ptr<Impl> self = connection->server;
  Connection& peer = *connection;
  const RequestLimits limits{self->options.header_bytes_max, self->options.body_bytes_max};
  for (int in_a_row = 1;; ++in_a_row) {
    if (peer.buffer.size() == 0) {
      if (!peer.begin_idle()) co_return;
      const auto [error, count] =
          co_await peer.socket.async_read_some(peer.buffer.prepare(idle_read_bytes), use_result);
      peer.end_idle(error ? 0 : count);
      if (error || count == 0) co_return;
      in_a_row = 1;
    } else if (in_a_row % requests_in_a_row_max == 0) {
      co_await asio::post(self->runtime.executor, asio::use_awaitable);
    }
    RequestParser parser(limits);
    error_code error = peer.parse(parser);
    if (error == http::error::need_more) error = co_await read_rest(connection, parser);
    if (auto refusal = parser.refusal(error)) {
      co_return co_await refuse(connection, std::move(*refusal), parser.is_http_1_0());
    }
    if (error) co_return;  // timed out, reset, or closed between requests
    HttpRequest request = parser.take();
    const bool head_only = request.method == "HEAD";
    const HttpResponse response = co_await run_handler(self, std::move(request));
    if (response.abandoned) {
      error_code ignored;
      peer.socket.set_option(asio::socket_base::linger(true, 0), ignored);  // RST instead of FIN
      co_return peer.close();
    }
    const bool keep_alive = parser.keep_alive() && !self->stopping && response.unsent_bytes == 0;
    std::array<asio::const_buffer, 2> rest;
    if (!peer.write_now(response, head_only, keep_alive, parser.is_http_1_0(), rest)) {
      if (!co_await write_rest(connection, rest)) co_return;
    }
    if (response.body_over_ms > 0 && !head_only && !wire::is_bodiless(response.status)) {
      if (!co_await drip(connection, response)) co_return;
    }
    if (!keep_alive) co_return co_await close_gently(connection);
  }
}

// Reads on until the request is whole, within one time limit for header and body, however slowly they drip.
Task<error_code> BeastServer::Impl::read_rest(std::shared_ptr<Connection> connection, RequestParser& parser) {
  Connection& peer = *connection;
  peer.expire_after(milliseconds(peer.server->options.request_timeout_ms));
  bool invited = false;
  error_code error = http::error::need_more;
  while (error == http::error::need_more) {
    if (!invited && parser.is_header_done() && parser.expects_continue()) {
      static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
      const auto [failed, written] =
          co_await asio::async_write(peer.socket, asio::buffer(go_on.data(), go_on.size()), use_result);
      if (failed) co_return failed;
      invited = true;
    }
    const std::size_t wanted = parser.is_header_done() ? busy_read_bytes : idle_read_bytes;
    const std::size_t space = std::min(wanted, peer.buffer.max_size() - peer.buffer.size());
    if (space == 0) co_return http::error::buffer_overflow;
    const auto [failed, count] = co_await peer.socket.async_read_some(peer.buffer.prepare(space), use_result);
    if (failed == asio::error::eof) {
      error = {};
      parser.put_eof(error);
      break;
    }
    if (failed) co_return failed;
    if (!peer.socket.is_open()) co_return asio::error::timed_out;
    peer.buffer.commit(count);
    error = peer.parse(parser);
  }
  peer.expire_never();
  co_return error;
}

Task<void> BeastServer::Impl::refuse(std::shared_ptr<Connection> connection, RequestRefusal refusal, bool http_1_0) {
  const HttpResponse response = error_response(refusal.status, refusal.sentence);
  std::array<asio::const_buffer, 2> rest;
  if (!connection->write_now(response, false, false, http_1_0, rest)) {
    if (!co_await write_rest(connection, rest)) co_return;
  }
  co_await close_gently(connection);
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

// What `buffers` point to must stay where it is until then. False when the peer did not take it.
Task<bool> BeastServer::Impl::write_rest(std::shared_ptr<Connection> connection,
                                         std::array<asio::const_buffer, 2> buffers) {
  connection->expire_after(milliseconds(connection->server->options.write_timeout_ms));
  const auto [error, count] = co_await asio::async_write(connection->socket, buffers, use_result);
  connection->expire_never();
  co_return !error;
}

// The body in equal pieces spread over its time, after its head.
Task<bool> BeastServer::Impl::drip(std::shared_ptr<Connection> connection, const HttpResponse& response) {
  Impl& self = *connection->server;
  const std::size_t pieces = std::clamp<std::size_t>(response.body.size(), 1, drip_pieces);
  const Instant begun = self.runtime.now();
  for (std::size_t i = 0; i < pieces; ++i) {
    const Instant due = begun + milliseconds(response.body_over_ms * static_cast<std::int64_t>(i + 1) /
                                             static_cast<std::int64_t>(pieces));
    co_await sleep_for(self.runtime.clock, due - self.runtime.now());
    const std::size_t from = response.body.size() * i / pieces;
    const std::size_t size = response.body.size() * (i + 1) / pieces - from;
    const asio::const_buffer piece = asio::buffer(response.body.data() + from, size);
    if (!co_await write_rest(connection, {piece, asio::const_buffer()})) co_return false;
  }
  co_return true;
}

Task<void> BeastServer::Impl::close_gently(std::shared_ptr<Connection> connection) {
  error_code ignored;
  connection->socket.shutdown(tcp::socket::shutdown_send, ignored);
  connection->expire_after(linger_limit);
  std::array<char, 16 * 1024> thrown_away;
  std::size_t total = 0;
  while (total < linger_bytes_max) {
    const auto [error, count] = co_await connection->socket.async_read_some(asio::buffer(thrown_away), use_result);
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
  for (const auto* connections : {&impl_->idle, &impl_->busy}) {
    for (Impl::Connection* connection : *connections) connection->close();
  }
}

std::uint16_t BeastServer::port() const {
  return impl_->port;
}

std::string BeastServer::origin() const {
  const bool v6 = impl_->options.host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + impl_->options.host + "]" : impl_->options.host) + ":" + std::to_string(impl_->port);
}

std::size_t BeastServer::connections() const {
  return impl_->open_count();
}

std::size_t BeastServer::requests_running() const {
  return impl_->requests_running;
}

Task<bool> BeastServer::drain(Instant deadline) {
  const std::shared_ptr<Impl> self = impl_;
  self->stop_accepting();
  self->close_idle();
  while (self->open_count() > 0) {
    if (co_await self->ended->wait_until(deadline)) break;
  }
  co_return self->open_count() == 0;
}

}  // namespace holdfast::net
