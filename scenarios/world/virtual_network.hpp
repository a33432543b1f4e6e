// The simulated network: links that carry HTTP messages between processes, late, not at all, or half.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/base/random.hpp"
#include "core/net/http.hpp"
#include "core/net/transport.hpp"
#include "scenarios/world/trace.hpp"
#include "scenarios/world/virtual_kernel.hpp"

namespace scenarios {

// What a link does to messages. Probabilities are per exchange; a fault that is a state of the line has a least
// duration, because a line that flaps with every packet exposes nothing (facts/anchors.md A.2 3).
struct LinkFaults {
  std::int64_t latency_min_ms = 1;  // of one direction, drawn uniformly for every message
  std::int64_t latency_max_ms = 20;
  double lose_request = 0;      // the request vanishes: the client waits until its deadline
  double lose_response = 0;     // the server did the work, the answer vanishes
  double reset_connection = 0;  // the connection is cut while the server works: the client sees it at once
  double spike = 0;             // the answer is late by spike_ms, and so is everything for that long
  std::int64_t spike_ms = 0;
  double partition = 0;  // nothing passes either way for partition_min_ms to partition_max_ms
  std::int64_t partition_min_ms = 0;
  std::int64_t partition_max_ms = 0;

  // The same line without any fault, with its ordinary latency.
  LinkFaults calm() const;
};

// A server of the world: the process it runs in and its handler. The handler is replaced when the process is built
// anew.
struct VirtualHost {
  Node& node;
  holdfast::net::HttpHandler handler;  // empty while nobody listens
};

// Counts of one link, for probes.
struct LinkCounts {
  std::uint64_t exchanges = 0;
  std::uint64_t requests_lost = 0;
  std::uint64_t responses_lost = 0;
  std::uint64_t resets = 0;
  std::uint64_t refused = 0;    // the server was down
  std::uint64_t deadlines = 0;  // the client gave up while the server may still work
  std::uint64_t partitions = 0;
};

// One client's line to one server. The handler runs as a coroutine of the server's process: the client's death does not
// stop it, a request that left still arrives, and when the server dies the client sees its connection cut.
class VirtualLink final : public holdfast::net::HttpTransport {
 public:
  // `server` must outlive the link; `random` decides latencies and faults.
  VirtualLink(VirtualKernel& kernel, Trace& trace, Node& client, VirtualHost& server, LinkFaults faults,
              holdfast::SplitMix64 random);
  ~VirtualLink() override;

  // unanswered: lost, cut, or too late; not_sent: the server was down, the line partitioned while connecting, or the
  // deadline or send_not_after, both on the client's clock, had passed before anything was sent.
  holdfast::net::Task<holdfast::net::TransportResult> send(holdfast::net::HttpRequest request,
                                                           holdfast::Instant deadline) override;
  // Changes the faults from now on; a partition that has begun ends at once when `faults` has none.
  void set_faults(LinkFaults faults);
  const LinkCounts& counts() const;

 private:
  struct Shared;
  std::shared_ptr<Shared> shared_;
  Node& client_;
};

}  // namespace scenarios
