#include "scenarios/world/virtual_network.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace scenarios {
namespace {

using holdfast::from_epoch_ms;
using holdfast::Instant;
using holdfast::milliseconds;
using holdfast::SplitMix64;
namespace net = holdfast::net;

const Instant start = from_epoch_ms(0);

// A client, a server that works `work_ms` on each request, and a line between them.
struct World {
  explicit World(LinkFaults faults, std::int64_t work = 10) : work_ms(work) {
    host.handler = [this](net::HttpRequest request) { return work_on(std::move(request)); };
    link.emplace(kernel, trace, client, host, faults, SplitMix64(5));
  }
  net::Task<net::HttpResponse> work_on(net::HttpRequest request) {
    ++begun;
    co_await net::sleep_for(server, milliseconds(work_ms));
    ++done;
    if (request.target == "/abandon") co_return net::HttpResponse::abandon();
    co_return net::HttpResponse::text(200, "echo " + request.body);
  }
  net::Task<void> ask(std::string target, Instant deadline) {
    net::HttpRequest request{.method = "POST", .target = std::move(target), .headers = {}, .body = "hi"};
    request.send_not_after = send_not_after;
    result = co_await link->send(std::move(request), deadline);
    answered_at = kernel.now();
  }
  void ask_at(std::int64_t at_ms, std::int64_t deadline_ms, std::string target = "/") {
    kernel.at(start + milliseconds(at_ms), [this, deadline_ms, target] {
      net::spawn(kernel.executor(), ask(target, start + milliseconds(deadline_ms)));
    });
  }
  void run() { kernel.run_until(start + std::chrono::minutes(10)); }
  std::int64_t answered_ms() const { return (answered_at - start).count(); }
  bool failed_as(net::TransportFailure failure) const {
    return result && !result->has_value() && result->error().failure == failure;
  }

  Trace trace{start};
  VirtualKernel kernel{start};
  Node& client = kernel.add_node("client", 1);
  Node& server = kernel.add_node("server", 2);
  VirtualHost host{server, {}};
  std::optional<VirtualLink> link;
  std::int64_t work_ms;
  std::optional<Instant> send_not_after;
  int begun = 0;
  int done = 0;
  std::optional<net::TransportResult> result;
  Instant answered_at{};
};

LinkFaults exact(std::int64_t latency_ms) {
  LinkFaults faults;
  faults.latency_min_ms = latency_ms;
  faults.latency_max_ms = latency_ms;
  return faults;
}

TEST(VirtualLink, CarriesBothWaysWithItsLatency) {
  World world(exact(7));
  world.ask_at(0, 1000);
  world.run();
  ASSERT_TRUE(world.result && world.result->has_value());
  EXPECT_EQ((*world.result)->body, "echo hi");
  EXPECT_EQ(world.answered_ms(), 24);
  EXPECT_EQ(world.link->counts().exchanges, 1U);
}

TEST(VirtualLink, TheDeadlineEndsTheWaitButNotTheWork) {
  World world(exact(7), 500);
  world.ask_at(0, 100);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.answered_ms(), 100);
  EXPECT_EQ(world.done, 1);
  EXPECT_EQ(world.link->counts().deadlines, 1U);
}

TEST(VirtualLink, ADeadlineInThePastSendsNothing) {
  World world(exact(7));
  world.ask_at(50, 50);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::not_sent));
  EXPECT_EQ(world.begun, 0);
}

// After a restart behind a stepped wall a process counts from another beginning than the kernel.
TEST(VirtualLink, ADeadlineIsOnTheClientsClock) {
  for (const auto step : {holdfast::hours(1), holdfast::hours(-1)}) {
    World world(exact(7), 5'000);
    world.client.step_wall(step);
    world.kernel.crash(world.client);
    world.kernel.restart(world.client);
    net::spawn(world.kernel.executor(), world.ask("/", world.client.now() + milliseconds(1'000)));
    world.run();
    EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
    EXPECT_EQ(world.answered_ms(), 1'000);
    EXPECT_EQ(world.done, 1);
  }
}

TEST(VirtualLink, WhatMayNotLeaveAnyMoreDoesNot) {
  World world(exact(7));
  world.send_not_after = start + milliseconds(50);
  world.ask_at(51, 1000);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::not_sent));
  EXPECT_EQ(world.answered_ms(), 51);
  EXPECT_EQ(world.begun, 0);
  World in_time(exact(7));
  in_time.send_not_after = start + milliseconds(50);
  in_time.ask_at(50, 1000);  // it leaves in time, though it arrives later
  in_time.run();
  EXPECT_TRUE(in_time.result && in_time.result->has_value());
  EXPECT_EQ(in_time.begun, 1);
}

TEST(VirtualLink, ALostRequestNeverArrives) {
  LinkFaults faults = exact(7);
  faults.lose_request = 1;
  World world(faults);
  world.ask_at(0, 200);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.begun, 0);
  EXPECT_EQ(world.answered_ms(), 200);
}

TEST(VirtualLink, ALostAnswerHidesWorkThatWasDone) {
  LinkFaults faults = exact(7);
  faults.lose_response = 1;
  World world(faults);
  world.ask_at(0, 200);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.done, 1);
}

TEST(VirtualLink, AResetIsSeenAtOnceAndTheWorkGoesOn) {
  LinkFaults faults = exact(7);
  faults.reset_connection = 1;
  World world(faults, 100);
  world.ask_at(0, 10'000);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_LE(world.answered_ms(), 21);
  EXPECT_EQ(world.done, 1);
}

TEST(VirtualLink, AnAbandonedAnswerIsACutConnection) {
  World world(exact(7));
  world.ask_at(0, 1000, "/abandon");
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.answered_ms(), 24);
}

TEST(VirtualLink, AServerThatIsDownProvesNothingWasDone) {
  World world(exact(7));
  world.kernel.at(start, [&] { world.kernel.crash(world.server); });
  world.ask_at(10, 1000);
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::not_sent));
  EXPECT_EQ(world.answered_ms(), 17);
}

TEST(VirtualLink, AServerThatDiesAtWorkCutsItsConnections) {
  World world(exact(7), 100);
  world.ask_at(0, 10'000);
  world.kernel.at(start + milliseconds(50), [&] { world.kernel.crash(world.server); });
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.answered_ms(), 57);
  EXPECT_EQ(world.begun, 1);
  EXPECT_EQ(world.done, 0);
}

TEST(VirtualLink, AServerThatDiesWhileTheRequestTravelsLeavesItUnanswered) {
  World world(exact(7));
  world.ask_at(0, 10'000);
  world.kernel.at(start + milliseconds(3), [&] { world.kernel.crash(world.server); });
  world.run();
  EXPECT_TRUE(world.failed_as(net::TransportFailure::unanswered));
  EXPECT_EQ(world.begun, 0);
}

TEST(VirtualLink, ADeadClientsRequestStillArrivesAndItsAnswerIsDropped) {
  World world(exact(7), 100);
  world.ask_at(0, 10'000);
  world.kernel.at(start + milliseconds(3), [&] { world.kernel.crash(world.client); });
  world.kernel.at(start + milliseconds(20), [&] { world.kernel.restart(world.client); });
  world.run();
  EXPECT_FALSE(world.result);
  EXPECT_EQ(world.done, 1);
}

TEST(VirtualLink, APartitionLastsAndThenHeals) {
  LinkFaults faults = exact(7);
  faults.partition = 1;
  faults.partition_min_ms = 500;
  faults.partition_max_ms = 500;
  World world(faults);
  world.ask_at(0, 100);
  world.run();
  ASSERT_TRUE(world.result);
  EXPECT_FALSE(world.result->has_value());
  EXPECT_EQ(world.begun, 0);
  world.link->set_faults(faults.calm());
  const auto now_ms = (world.kernel.now() - start).count();
  world.ask_at(now_ms, now_ms + 1000);
  world.kernel.run_until(world.kernel.now() + milliseconds(2000));
  EXPECT_TRUE(world.result->has_value());
}

TEST(VirtualLink, ALinkMayGoWhileItsServerStillWorks) {
  World world(exact(7), 100);
  world.ask_at(0, 10'000);
  world.kernel.at(start + milliseconds(20), [&] {
    world.kernel.crash(world.client);
    world.link.reset();
  });
  world.run();
  EXPECT_EQ(world.done, 1);
}

}  // namespace
}  // namespace scenarios
