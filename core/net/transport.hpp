// HttpTransport: the seam through which every client of the house speaks to a server.
#pragma once

#include <expected>
#include <string>

#include "core/base/time.hpp"
#include "core/net/async.hpp"
#include "core/net/http.hpp"

namespace holdfast::net {

// Why there is no response, by what it proves about the server.
enum class TransportFailure {
  not_sent,  // no byte of the request left: the server cannot have acted (connect refused, name unknown, TLS rejected,
             // or it was too late to send it)
  unanswered,  // the request, or part of it, left; no complete answer came before the deadline or the connection's end
};

// A failed exchange. `message` says what happened and what to check; it holds no secrets.
struct TransportError {
  TransportFailure failure = TransportFailure::unanswered;
  std::string message;
};

using TransportResult = std::expected<HttpResponse, TransportError>;

// Sends requests to one server (scheme, host and port belong to the transport). Any number may be in flight.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // Sends `request` and returns the response, or why there is none, at the latest at `deadline` (connecting included).
  // Never throws, never retries. A status such as 500 is a response, not a failure.
  // With `send_not_after` in the request the first byte leaves at that instant or before, or none does and the answer
  // is not_sent: the last look at the clock is the last thing before the first write, so that a process that was
  // stopped while it waited or connected sends nothing when it goes on.
  virtual Task<TransportResult> send(HttpRequest request, Instant deadline) = 0;
};

}  // namespace holdfast::net
