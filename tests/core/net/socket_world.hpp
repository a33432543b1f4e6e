// What the tests of the socket world stand on: an event loop with real seams, and peers that speak raw bytes.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::net::testing {

using tcp = asio::ip::tcp;
inline constexpr auto use_result = asio::as_tuple(asio::use_awaitable);

// One loop with the machine's clock. run() drives a task to its end and fails the test when that takes too long.
struct World {
  asio::io_context io;
  RealClock clock{io.get_executor()};
  SystemEntropy entropy;
  Runtime runtime{io.get_executor(), clock, entropy};

  Instant in(std::int64_t distance_ms) { return clock.now() + milliseconds(distance_ms); }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> value;
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error, T result) {
      thrown = error;
      value.emplace(std::move(result));
    });
    spin([&] { return value.has_value(); });
    if (thrown) std::rethrow_exception(thrown);
    return std::move(*value);
  }
  void run(Task<void> task) {
    bool done = false;
    std::exception_ptr thrown;
    asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
      thrown = error;
      done = true;
    });
    spin([&] { return done; });
    if (thrown) std::rethrow_exception(thrown);
  }
  // Runs the loop until `holds` or `limit_ms`; returns whether it holds.
  bool until(const std::function<bool()>& holds, std::int64_t limit_ms = 5'000) {
    const auto stop_at = std::chrono::steady_clock::now() + milliseconds(limit_ms);
    while (!holds() && std::chrono::steady_clock::now() < stop_at) {
      if (io.stopped()) io.restart();
      io.run_one_for(milliseconds(5));
    }
    return holds();
  }

 private:
  void spin(const std::function<bool()>& done) {
    if (!until(done, 30'000)) throw std::runtime_error("the task did not end within 30 s");
  }
};

// What a raw peer heard.
struct Heard {
  std::string bytes;
  bool closed = false;  // the other side ended the stream in order
  bool reset = false;   // … or cut it
  // Status code of the first response, 0 when there is none.
  int status() const { return bytes.starts_with("HTTP/1.1 ") ? std::stoi(bytes.substr(9, 3)) : 0; }
};

// A peer that speaks bytes, as client or as server.
class RawPeer {
 public:
  explicit RawPeer(asio::io_context& io) : stream_(io.get_executor()) {}
  explicit RawPeer(tcp::socket socket) : stream_(std::move(socket)) {}

  Task<bool> connect(std::uint16_t port) {
    const auto [error] =
        co_await stream_.async_connect(tcp::endpoint(asio::ip::make_address("127.0.0.1"), port), use_result);
    co_return !error;
  }
  // True when the kernel took everything.
  Task<bool> send(std::string bytes) {
    stream_.expires_after(seconds(5));
    const auto [error, count] = co_await asio::async_write(stream_, asio::buffer(bytes), use_result);
    co_return !error;
  }
  // Reads until `needle` was seen `times` times, the stream ends, or the time is over.
  Task<Heard> read(std::string needle, int times = 1, std::int64_t limit_ms = 5'000) {
    Heard heard;
    stream_.expires_after(milliseconds(limit_ms));
    std::string chunk(64 * 1024, '\0');
    while (occurrences(heard.bytes, needle) < times) {
      const auto [error, count] = co_await stream_.async_read_some(asio::buffer(chunk), use_result);
      heard.bytes.append(chunk, 0, count);
      heard.closed = error == asio::error::eof;
      heard.reset = error == asio::error::connection_reset;
      if (error) break;
    }
    co_return heard;
  }
  // Reads until the stream ends or the time is over.
  Task<Heard> read_to_end(std::int64_t limit_ms = 5'000) { return read("\x01never\x01", 1, limit_ms); }
  void half_close() {
    boost::system::error_code ignored;
    stream_.socket().shutdown(tcp::socket::shutdown_send, ignored);
  }
  void close() { stream_.close(); }
  void cut() {
    boost::system::error_code ignored;
    stream_.socket().set_option(asio::socket_base::linger(true, 0), ignored);
    stream_.close();
  }

 private:
  static int occurrences(const std::string& text, const std::string& needle) {
    int count = 0;
    for (auto at = text.find(needle); at != std::string::npos; at = text.find(needle, at + needle.size())) ++count;
    return count;
  }
  boost::beast::tcp_stream stream_;
};

// A server that plays a script on each connection.
class RawServer {
 public:
  using Script = std::function<Task<void>(std::shared_ptr<RawPeer>, int connection_number)>;
  RawServer(World& world, Script script)
      : acceptor_(world.io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0)), script_(std::move(script)) {
    net::spawn(world.io.get_executor(), accept());
  }
  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  int connections() const { return connections_; }
  void stop() { acceptor_.close(); }

 private:
  Task<void> accept() {
    for (;;) {
      auto [error, socket] = co_await acceptor_.async_accept(use_result);
      if (error) co_return;
      net::spawn(acceptor_.get_executor(), script_(std::make_shared<RawPeer>(std::move(socket)), ++connections_));
    }
  }
  tcp::acceptor acceptor_;
  Script script_;
  int connections_ = 0;
};

// A port on which nobody listens (it was free a moment ago).
inline std::uint16_t closed_port(World& world) {
  tcp::acceptor acceptor(world.io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  return acceptor.local_endpoint().port();
}

}  // namespace holdfast::net::testing
