// BeastServer: an HttpHandler on a TCP port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"

namespace holdfast::net {

// Where a server listens and what it puts up with.
struct BeastServerOptions {
  std::string host = "127.0.0.1";  // an IP address or "localhost"
  std::uint16_t port = 0;          // 0: any free port; BeastServer::port() tells which
  // Vapi's bodies carry prompt and history (facts/vapi.md 7: allow 1 to 4 MB and cap). More is answered with 413.
  std::size_t body_bytes_max = 4 * 1024 * 1024;
  std::uint32_t header_bytes_max = 32 * 1024;  // request line and fields together; more is answered with 431
  std::int64_t idle_timeout_ms = 60'000;       // without a byte between two requests
  std::int64_t request_timeout_ms = 15'000;    // from a request's first byte to its last, however slowly they drip
  std::int64_t write_timeout_ms = 15'000;      // for the peer to take the response
  std::size_t connections_max = 1'024;  // at the limit the longest idle connection is closed to make room, else we wait
};

// Serves HTTP/1.1 without TLS: keep-alive, pipelining, chunked bodies, "Expect: 100-continue". Runs on the runtime's
// executor; not thread-safe. One connection has at most one request in the handler, so answers keep their order.
//
// A request once read is always given to the handler and the handler always runs to its end, also when the peer hangs
// up meanwhile: a booking in flight goes on. A handler that throws answers 500. HttpResponse::abandoned resets the
// connection without a byte. What cannot be parsed is answered 400 and never reaches the handler; a request that is not
// whole in time is cut without an answer. Refusals are JSON: {"error":"…"}. A target in absolute form ("GET
// http://host/path") reaches the handler as "/path".
class BeastServer {
 public:
  // Binds, listens and begins to accept. `configuration` when the address cannot be used; the message says what to do.
  // What the handler refers to, and the runtime's clock, must outlive the handlers under way.
  static Result<std::unique_ptr<BeastServer>> listen(Runtime runtime, BeastServerOptions options, HttpHandler handler);
  // Cuts every connection; handlers under way run to their end, their answers are dropped.
  ~BeastServer();
  BeastServer(const BeastServer&) = delete;
  BeastServer& operator=(const BeastServer&) = delete;

  // The port it listens on.
  std::uint16_t port() const;
  // "http://127.0.0.1:8080".
  std::string origin() const;
  // Connections now open.
  std::size_t connections() const;
  // Requests now in the handler.
  std::size_t requests_running() const;

  // Stops accepting and closes connections that wait for a request; requests that have begun are read, answered with
  // "Connection: close" and finished. True when no connection is left, false when `deadline` came first.
  Task<bool> drain(Instant deadline);

 private:
  struct Impl;
  explicit BeastServer(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::net
