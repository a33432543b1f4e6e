// BeastClient: HttpTransport over TCP or TLS to one origin.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace holdfast::net {

// A server: scheme, host and port.
struct Origin {
  bool tls = false;
  std::string host;  // lower case; an IPv6 address without its brackets
  std::uint16_t port = 80;

  // What the Host field says: "host" or "host:port" when the port is not the scheme's own.
  std::string authority() const;
  // "https://host:port".
  std::string text() const;
};

// Reads "http://host[:port]" or "https://host[:port]"; one trailing '/' is allowed, a path, query or user name is not.
// invalid_input with a sentence on what is wrong.
Result<Origin> parse_origin(std::string_view text);

// Settings of a client.
struct BeastClientOptions {
  std::string ca_file{};  // PEM; trusted beside the system's store. Empty: the system's alone
  std::size_t response_bytes_max = 16 * 1024 * 1024;  // a longer body ends the exchange as unanswered
  std::int64_t connect_timeout_ms = 5'000;            // name look-up, TCP and TLS together; the deadline still holds
  std::int64_t idle_timeout_ms = 15'000;              // an idle connection is closed after this
  std::size_t connections_max = 64;                   // exchanges at once; further ones wait until one ends
  std::size_t idle_max = 16;                          // connections kept for reuse
  std::string user_agent = "holdfast";
};

// Speaks HTTP/1.1 and keeps connections alive. TLS is 1.2 or newer and verifies the chain and the host name; there is
// no switch to turn that off. Not thread-safe; one loop. Tasks under way keep what they need alive themselves.
//
// What a failure proves (core/net/transport.hpp):
// - `not_sent`: the name is unknown, nobody listens, the handshake failed, the deadline or the request's send_not_after
//   came before, or over plain TCP the kernel refused the very first byte.
// - `unanswered`: at least one byte was handed to the kernel. It may have arrived although an error came back, so a
// POST
//   is never sent twice here. Over TLS a failed first write counts too: part of a record may be out, and to prove that
//   it cannot be used is not worth the risk.
// A connection from the pool may have been closed by the server a moment ago. Before reuse it is looked at (an end of
// stream or unasked bytes disqualify it). When it fails all the same without one byte of response, the request goes out
// once more, on a new connection, only if no byte of it had left or its method is GET or HEAD: reading twice changes
// nothing. This is the one retry of the transport; policy lives above it.
class BeastClient final : public HttpTransport {
 public:
  // `configuration` when the CA file cannot be read.
  static Result<std::unique_ptr<BeastClient>> create(Runtime runtime, Origin origin, BeastClientOptions options);
  ~BeastClient() override;
  BeastClient(const BeastClient&) = delete;
  BeastClient& operator=(const BeastClient&) = delete;

  Task<TransportResult> send(HttpRequest request, Instant deadline) override;

  // Closes connections that wait for reuse. Until then, or idle_timeout_ms, they keep the event loop from running dry.
  void close_idle();
  // Connections that wait for reuse.
  std::size_t idle_connections() const;
  // Connections opened since the start.
  std::uint64_t connections_opened() const;
  const Origin& origin() const;

 private:
  struct Impl;
  explicit BeastClient(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace holdfast::net
