// LocalTransport: an HttpTransport into a handler of the same process, without a network between.
#pragma once

#include "core/net/transport.hpp"

namespace mock_ghl {

// Hands requests to `handler`, which must outlive it. An abandoned response, or one that is cut in its body, is one
// that never came.
class LocalTransport final : public holdfast::net::HttpTransport {
 public:
  explicit LocalTransport(holdfast::net::HttpHandler handler) : handler_(std::move(handler)) {}

  holdfast::net::Task<holdfast::net::TransportResult> send(holdfast::net::HttpRequest request,
                                                           holdfast::Instant) override {
    holdfast::net::HttpResponse response = co_await handler_(std::move(request));
    if (response.abandoned || response.unsent_bytes > 0) {
      co_return std::unexpected(holdfast::net::TransportError{.failure = holdfast::net::TransportFailure::unanswered,
                                                              .message = "the connection was cut"});
    }
    co_return response;
  }

 private:
  holdfast::net::HttpHandler handler_;
};

}  // namespace mock_ghl
