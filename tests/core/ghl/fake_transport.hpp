// A scripted GHL: answers in order, keeps every request, and takes simulated time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "core/net/transport.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::ghl::tests {

// One scripted answer: a response or a failure, after `latency`.
struct Answer {
  net::TransportResult result;
  Duration latency{0};
};

inline Answer json(int status, std::string body) {
  return {.result = net::HttpResponse::json(status, std::move(body))};
}
inline Answer html(int status, std::string body = "<html>error</html>") {
  return {.result =
              net::HttpResponse{.status = status, .headers = {{"Content-Type", "text/html"}}, .body = std::move(body)}};
}
inline Answer not_sent() {
  return {.result = std::unexpected(net::TransportError{net::TransportFailure::not_sent, "connect refused"})};
}
inline Answer unanswered() {
  return {.result = std::unexpected(net::TransportError{net::TransportFailure::unanswered, "connection reset"})};
}
inline Answer slow(Answer answer, Duration latency) {
  answer.latency = latency;
  return answer;
}

// Plays `answers` in order, the last one for ever. An answer later than the deadline is a failed exchange at the
// deadline, as a real transport does it.
class FakeTransport final : public net::HttpTransport {
 public:
  FakeTransport(net::Clock& clock, std::vector<Answer> answers) : clock_(clock), answers_(std::move(answers)) {}

  net::Task<net::TransportResult> send(net::HttpRequest request, Instant deadline) override {
    if (request.send_not_after && clock_.now() > *request.send_not_after)
      co_return std::unexpected(net::TransportError{net::TransportFailure::not_sent, "too late to send it"});
    requests.push_back(std::move(request));
    sent_at.push_back(clock_.now());
    Answer answer = answers_[std::min(next_++, answers_.size() - 1)];
    const Instant arrival = clock_.now() + answer.latency;
    co_await net::sleep_for(clock_, std::min(arrival, deadline) - clock_.now());
    if (arrival > deadline)
      co_return std::unexpected(net::TransportError{net::TransportFailure::unanswered, "no answer in time"});
    co_return std::move(answer.result);
  }

  std::vector<net::HttpRequest> requests;
  std::vector<Instant> sent_at;

 private:
  net::Clock& clock_;
  std::vector<Answer> answers_;
  std::size_t next_ = 0;
};

}  // namespace holdfast::ghl::tests
