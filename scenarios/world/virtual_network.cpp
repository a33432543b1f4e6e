#include "scenarios/world/virtual_network.hpp"

#include <algorithm>
#include <optional>

#include "core/base/assert.hpp"

namespace scenarios {

using holdfast::Instant;
using holdfast::milliseconds;
namespace net = holdfast::net;

namespace {

net::TransportError unanswered(std::string message) {
  return {net::TransportFailure::unanswered, std::move(message)};
}

net::TransportError not_sent(std::string message) {
  return {net::TransportFailure::not_sent, std::move(message)};
}

// What was decided about one exchange when it began.
struct Fate {
  std::int64_t request_ms = 0;
  std::int64_t response_ms = 0;
  bool refuse = false;  // partitioned while connecting
  bool lose_request = false;
  bool lose_response = false;
  std::optional<std::int64_t> reset_after_ms;  // from the request's arrival
};

}  // namespace

LinkFaults LinkFaults::calm() const {
  LinkFaults quiet;
  quiet.latency_min_ms = latency_min_ms;
  quiet.latency_max_ms = latency_max_ms;
  return quiet;
}

// The line itself. Messages under way keep it alive, so a link may go (with its client) while its server still works.
struct VirtualLink::Shared {
  VirtualKernel& kernel;
  Trace& trace;
  std::string client_name;
  VirtualHost& server;
  LinkFaults faults;
  holdfast::SplitMix64 random;
  LinkCounts counts;
  Instant partitioned_until = Instant::min();
  Instant slow_until = Instant::min();

  std::int64_t draw_latency() { return random.between(faults.latency_min_ms, faults.latency_max_ms); }
  bool partitioned() const { return kernel.now() < partitioned_until; }
  Fate draw_fate();
};

namespace {

// One request under way and the place its answer is put. The client's wait is named by a handle, so that an answer for
// a client that died finds nobody.
struct Exchange {
  std::optional<net::TransportResult> result;
  WaitHandle client;
  Instant deadline;
};

}  // namespace

Fate VirtualLink::Shared::draw_fate() {
  ++counts.exchanges;
  Fate fate;
  fate.request_ms = draw_latency();
  fate.response_ms = draw_latency();
  if (!partitioned() && random.chance(faults.partition)) {
    partitioned_until = kernel.now() + milliseconds(random.between(faults.partition_min_ms, faults.partition_max_ms));
    ++counts.partitions;
    trace.line(kernel.now(), client_name, "partition", {server.node.name()});
  }
  if (random.chance(faults.spike)) slow_until = kernel.now() + milliseconds(faults.spike_ms);
  if (kernel.now() < slow_until) fate.response_ms += random.between(0, faults.spike_ms);
  // A line that is down either refuses a new connection or swallows a request on an old one.
  if (partitioned()) {
    fate.refuse = random.chance(0.5);
    fate.lose_request = !fate.refuse;
  }
  if (random.chance(faults.lose_request)) fate.lose_request = true;
  if (random.chance(faults.lose_response)) fate.lose_response = true;
  if (random.chance(faults.reset_connection)) fate.reset_after_ms = random.between(0, 2 * faults.latency_max_ms);
  return fate;
}

namespace {

// Puts the answer in its place and moves the client's wait to the moment it arrives, unless the deadline is earlier.
void deliver(VirtualKernel& kernel, Exchange& exchange, net::TransportResult result, std::int64_t latency_ms) {
  if (exchange.result) return;
  const Instant arrival = kernel.now() + milliseconds(latency_ms);
  if (arrival > exchange.deadline) return;
  exchange.result.emplace(std::move(result));
  kernel.reschedule(exchange.client, arrival);
}

// Tells the client that the connection is gone when the server's coroutine is destroyed before it answered.
class CutOnDeath {
 public:
  CutOnDeath(VirtualKernel& kernel, std::shared_ptr<Exchange> exchange, std::int64_t latency_ms)
      : kernel_(kernel), exchange_(std::move(exchange)), latency_ms_(latency_ms) {}
  CutOnDeath(const CutOnDeath&) = delete;
  CutOnDeath& operator=(const CutOnDeath&) = delete;
  ~CutOnDeath() {
    if (exchange_) {
      deliver(kernel_, *exchange_, std::unexpected(unanswered("the server died before it answered")), latency_ms_);
    }
  }
  void disarm() { exchange_.reset(); }

 private:
  VirtualKernel& kernel_;
  std::shared_ptr<Exchange> exchange_;
  std::int64_t latency_ms_;
};

template <class Line>
net::Task<void> serve(std::shared_ptr<Line> line, std::shared_ptr<Exchange> exchange, net::HttpRequest request,
                      Fate fate) {
  CutOnDeath guard(line->kernel, exchange, fate.response_ms);
  net::HttpResponse response = co_await line->server.handler(std::move(request));
  guard.disarm();
  const Instant now = line->kernel.now();
  line->trace.fold(response.body);
  line->trace.line(now, line->server.node.name(), response.abandoned ? "http-abandon" : "http-answer",
                   {line->client_name, NumberText(response.status)});
  if (response.abandoned || response.unsent_bytes > 0) {
    deliver(line->kernel, *exchange, std::unexpected(unanswered("the connection was cut without a whole answer")),
            fate.response_ms);
  } else if (fate.lose_response || line->partitioned()) {
    ++line->counts.responses_lost;
    line->trace.line(now, line->server.node.name(), "http-lost-answer", {line->client_name});
  } else {
    const std::int64_t arrival_ms = fate.response_ms + response.body_over_ms;  // a slow body is read to its end
    deliver(line->kernel, *exchange, std::move(response), arrival_ms);
  }
}

// The request reaches the server's machine: a handler starts, or nobody listens any more.
template <class Line>
void arrive(std::shared_ptr<Line> line, std::shared_ptr<Exchange> exchange, net::HttpRequest request, Fate fate) {
  if (!line->server.node.alive() || !line->server.handler) {
    deliver(line->kernel, *exchange, std::unexpected(unanswered("the server died while the request was under way")),
            fate.response_ms);
    return;
  }
  // Its machine's buffers keep what comes while it stands still.
  if (const Instant until = line->server.node.paused_until(); line->kernel.now() < until) {
    VirtualKernel& kernel = line->kernel;
    kernel.at(until, [line, exchange, fate, carried = std::move(request)]() mutable {
      arrive(std::move(line), std::move(exchange), std::move(carried), fate);
    });
    return;
  }
  if (fate.reset_after_ms) {
    ++line->counts.resets;
    line->trace.line(line->kernel.now(), line->server.node.name(), "http-reset", {line->client_name});
    deliver(line->kernel, *exchange, std::unexpected(unanswered("the connection was reset")), *fate.reset_after_ms);
  }
  net::spawn(line->kernel.executor(), serve(std::move(line), std::move(exchange), std::move(request), fate));
}

}  // namespace

VirtualLink::VirtualLink(VirtualKernel& kernel, Trace& trace, Node& client, VirtualHost& server, LinkFaults faults,
                         holdfast::SplitMix64 random)
    : shared_(new Shared{kernel, trace, client.name(), server, faults, random, {}}), client_(client) {}

VirtualLink::~VirtualLink() = default;

void VirtualLink::set_faults(LinkFaults faults) {
  shared_->faults = faults;
  if (faults.partition <= 0) shared_->partitioned_until = Instant::min();
  if (faults.spike <= 0) shared_->slow_until = Instant::min();
}

const LinkCounts& VirtualLink::counts() const {
  return shared_->counts;
}

net::Task<net::TransportResult> VirtualLink::send(net::HttpRequest request, Instant clients_deadline) {
  const auto line = shared_;
  VirtualKernel& kernel = line->kernel;
  const Instant begun = kernel.now();
  const Instant deadline = client_.on_kernel(clients_deadline);
  if (deadline <= begun) co_return std::unexpected(not_sent("the deadline had passed before anything was sent"));
  // By the client's own clock, as its transport would look at it.
  if (request.send_not_after && client_.now() > *request.send_not_after)
    co_return std::unexpected(not_sent("it was too late to send it; nothing was sent"));
  const Fate fate = line->draw_fate();
  line->trace.fold(request.body);
  line->trace.line(begun, line->client_name, "http-request",
                   {line->server.node.name(), request.method, request.target});

  auto exchange = std::make_shared<Exchange>(std::nullopt, WaitHandle{}, deadline);
  const Instant arrival = begun + milliseconds(fate.request_ms);
  const bool down = !line->server.node.alive() || !line->server.handler;
  Instant wait_until = deadline;
  if (down) {
    ++line->counts.refused;
    exchange->result.emplace(std::unexpected(not_sent("connection refused: nobody listens")));
    wait_until = std::min(arrival, deadline);
  } else if (fate.refuse) {
    exchange->result.emplace(std::unexpected(not_sent("no connection before the deadline")));
  } else if (fate.lose_request) {
    ++line->counts.requests_lost;
    line->trace.line(begun, line->client_name, "http-lost", {line->server.node.name()});
  } else {
    kernel.at(arrival, [line, exchange, fate, carried = std::move(request)]() mutable {
      arrive(std::move(line), std::move(exchange), std::move(carried), fate);
    });
  }
  co_await kernel.wait(client_, wait_until, exchange->client);
  if (!exchange->result) {
    ++line->counts.deadlines;
    line->trace.line(kernel.now(), line->client_name, "http-deadline", {line->server.node.name()});
    co_return std::unexpected(unanswered("no answer before the deadline"));
  }
  co_return std::move(*exchange->result);
}

}  // namespace scenarios
