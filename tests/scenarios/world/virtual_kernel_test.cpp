#include "scenarios/world/virtual_kernel.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>
#include <string>

#include "core/net/task_group.hpp"
#include "scenarios/world/trace.hpp"

namespace scenarios {
namespace {

using holdfast::from_epoch_ms;
using holdfast::Instant;
using holdfast::milliseconds;
namespace net = holdfast::net;

const Instant start = from_epoch_ms(1'000'000);

net::Task<void> note_after(net::Runtime runtime, std::int64_t delay_ms, std::string name, std::string& log) {
  co_await net::sleep_for(runtime.clock, milliseconds(delay_ms));
  log += name + "@" + std::to_string((runtime.now() - start).count()) + " ";
}

TEST(VirtualKernel, RunsEventsInTheOrderOfTimeThenOfTheirNumber) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  std::string log;
  net::spawn(kernel.executor(), note_after(node.runtime(), 30, "late", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 10, "first", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 10, "second", log));
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(log, "first@10 second@10 late@30 ");
  EXPECT_EQ(kernel.now(), start + milliseconds(100));
  EXPECT_EQ(kernel.pending_waits(), 0U);
}

TEST(VirtualKernel, StopsAtTheLimitAndGoesOn) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  std::string log;
  net::spawn(kernel.executor(), note_after(node.runtime(), 30, "x", log));
  kernel.run_until(start + milliseconds(29));
  EXPECT_EQ(log, "");
  kernel.run_until(start + milliseconds(30));
  EXPECT_EQ(log, "x@30 ");
}

// A process that stands still misses nothing: what would have happened happens when it goes on, in its order.
TEST(VirtualKernel, APausedProcessGoesOnWhereItStood) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  Node& other = kernel.add_node("b", 2);
  std::string log;
  net::spawn(kernel.executor(), note_after(node.runtime(), 10, "before", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 40, "second", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 30, "first", log));
  net::spawn(kernel.executor(), note_after(other.runtime(), 35, "other", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 150, "after", log));
  kernel.at(start + milliseconds(20), [&] { kernel.pause(node, start + milliseconds(100)); });
  kernel.run_until(start + milliseconds(200));
  EXPECT_EQ(log, "before@10 other@35 first@100 second@100 after@150 ");
}

TEST(VirtualKernel, ACrashEndsAPause) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  std::string log;
  kernel.at(start + milliseconds(10), [&] { kernel.pause(node, start + milliseconds(500)); });
  kernel.at(start + milliseconds(20), [&] {
    kernel.crash(node);
    kernel.restart(node);
    net::spawn(kernel.executor(), note_after(node.runtime(), 5, "anew", log));
  });
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(log, "anew@25 ");
}

net::Task<void> wait_on(net::Timer& timer, Instant when, net::Clock& clock, std::string& log) {
  const bool came = co_await timer.wait_until(when);
  log += (came ? "time@" : "woken@") + std::to_string((clock.now() - start).count()) + " ";
}

TEST(VirtualTimer, AWakeEndsTheWaitAtTheSameInstant) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  const auto timer = node.make_timer();
  std::string log;
  net::spawn(kernel.executor(), wait_on(*timer, start + milliseconds(50), node, log));
  kernel.at(start + milliseconds(20), [&] {
    timer->wake();
    timer->wake();  // the second is the same wake-up: the waiter has not run yet
  });
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(log, "woken@20 ");
  net::spawn(kernel.executor(), wait_on(*timer, start + milliseconds(150), node, log));
  kernel.run_until(start + milliseconds(200));
  EXPECT_EQ(log, "woken@20 time@150 ");
}

TEST(VirtualTimer, AWakeWithoutAWaiterIsRememberedOnce) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  const auto timer = node.make_timer();
  timer->wake();
  timer->wake();
  std::string log;
  net::spawn(kernel.executor(), wait_on(*timer, Instant::max(), node, log));
  kernel.run_until(start + milliseconds(1));
  EXPECT_EQ(log, "woken@0 ");
  net::spawn(kernel.executor(), wait_on(*timer, start + milliseconds(5), node, log));
  kernel.run_until(start + milliseconds(10));
  EXPECT_EQ(log, "woken@0 time@5 ");
}

TEST(VirtualTimer, APastInstantReturnsAtOnce) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  const auto timer = node.make_timer();
  std::string log;
  net::spawn(kernel.executor(), wait_on(*timer, start - milliseconds(5), node, log));
  kernel.run_until(start);
  EXPECT_EQ(log, "time@0 ");
  EXPECT_EQ(kernel.events(), 0U);
}

struct CountsDeaths {
  int& deaths;
  ~CountsDeaths() { ++deaths; }
};

net::Task<int> deep(net::Runtime runtime, int& deaths) {
  CountsDeaths counter{deaths};
  co_await net::sleep_for(runtime.clock, milliseconds(50));
  co_return 1;
}

net::Task<void> outer(net::Runtime runtime, int& deaths, int& completed) {
  CountsDeaths counter{deaths};
  completed += co_await deep(runtime, deaths);
}

TEST(VirtualKernel, ACrashDestroysTheFramesOfThatProcessOnly) {
  VirtualKernel kernel(start);
  Node& a = kernel.add_node("a", 1);
  Node& b = kernel.add_node("b", 2);
  int deaths_a = 0;
  int deaths_b = 0;
  int completed = 0;
  for (int i = 0; i < 10; ++i) net::spawn(kernel.executor(), outer(a.runtime(), deaths_a, completed));
  net::spawn(kernel.executor(), outer(b.runtime(), deaths_b, completed));
  kernel.at(start + milliseconds(20), [&] { kernel.crash(a); });
  kernel.run_until(start + milliseconds(30));
  EXPECT_EQ(deaths_a, 20);
  EXPECT_EQ(deaths_b, 0);
  EXPECT_FALSE(a.alive());
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(completed, 1);
  EXPECT_EQ(deaths_b, 2);
}

TEST(VirtualKernel, AProcessRunsAgainAfterARestart) {
  VirtualKernel kernel(start);
  Node& a = kernel.add_node("a", 1);
  int deaths = 0;
  int completed = 0;
  net::spawn(kernel.executor(), outer(a.runtime(), deaths, completed));
  kernel.at(start + milliseconds(20), [&] { kernel.crash(a); });
  kernel.at(start + milliseconds(25), [&] {
    kernel.restart(a);
    net::spawn(kernel.executor(), outer(a.runtime(), deaths, completed));
  });
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(completed, 1);
  EXPECT_EQ(a.incarnation(), 1);
}

net::Task<void> join_two(net::Runtime runtime, int& deaths, int& completed) {
  const auto pair = co_await net::both(runtime, deep(runtime, deaths), deep(runtime, deaths));
  completed += pair.first + pair.second;
}

TEST(VirtualKernel, ACrashOfJoinedTasksLeavesNothingBehind) {
  for (std::int64_t crash_ms = 0; crash_ms <= 60; crash_ms += 10) {
    VirtualKernel kernel(start);
    Node& a = kernel.add_node("a", 1);
    int deaths = 0;
    int completed = 0;
    net::spawn(kernel.executor(), join_two(a.runtime(), deaths, completed));
    kernel.at(start + milliseconds(crash_ms), [&] { kernel.crash(a); });
    kernel.run_until(start + milliseconds(100));
    EXPECT_EQ(deaths, 2) << crash_ms;
    EXPECT_EQ(completed, crash_ms > 50 ? 2 : 0) << crash_ms;
    EXPECT_EQ(kernel.pending_waits(), 0U);
  }
}

TEST(VirtualKernel, TheEndOfTheWorldDestroysEverything) {
  int deaths = 0;
  int completed = 0;
  {
    VirtualKernel kernel(start);
    Node& a = kernel.add_node("a", 1);
    net::spawn(kernel.executor(), outer(a.runtime(), deaths, completed));
    kernel.run_until(start + milliseconds(10));
  }
  EXPECT_EQ(deaths, 2);
}

TEST(Node, DrawsItsOwnStreamWhateverOthersDraw) {
  VirtualKernel first(start);
  Node& a1 = first.add_node("a", 7);
  VirtualKernel second(start);
  Node& noisy = second.add_node("noisy", 9);
  Node& a2 = second.add_node("a", 7);
  for (int i = 0; i < 5; ++i) noisy.next();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(a1.next(), a2.next());
}

net::Task<void> chatter(net::Runtime runtime, int rounds, Trace& trace) {
  for (int i = 0; i < rounds; ++i) {
    const auto pause_ms = static_cast<std::int64_t>(runtime.entropy.next() % 17) + 1;
    co_await net::sleep_for(runtime.clock, milliseconds(pause_ms));
    trace.line(runtime.now(), "n", "tick", {NumberText(pause_ms)});
  }
}

std::uint64_t run_chatter(std::uint64_t seed, bool with_sink) {
  Trace trace(start);
  std::size_t written = 0;
  if (with_sink) trace.set_sink([&written](std::string_view line) { written += line.size(); });
  VirtualKernel kernel(start);
  for (std::uint64_t i = 0; i < 5; ++i) {
    net::spawn(kernel.executor(), chatter(kernel.add_node("n", seed * 100 + i).runtime(), 200, trace));
  }
  kernel.run_until(start + std::chrono::hours(1));
  EXPECT_EQ(written > 0, with_sink);
  return trace.hash();
}

TEST(VirtualKernel, OneSeedIsOneRunAndASinkChangesNothing) {
  std::set<std::uint64_t> hashes;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto hash = run_chatter(seed, false);
    EXPECT_EQ(hash, run_chatter(seed, true));
    hashes.insert(hash);
  }
  EXPECT_EQ(hashes.size(), 20U);
}

TEST(VirtualClock, AStepOfTheWallEndsNoWaitAndStretchesNone) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  std::string log;
  net::spawn(kernel.executor(), note_after(node.runtime(), 30, "x", log));
  net::spawn(kernel.executor(), note_after(node.runtime(), 60, "y", log));
  kernel.at(start + milliseconds(10), [&] { node.step_wall(holdfast::hours(1)); });
  kernel.at(start + milliseconds(40), [&] { node.step_wall(holdfast::hours(-3)); });
  kernel.run_until(start + milliseconds(20));
  EXPECT_EQ(node.wall_now(), start + milliseconds(20) + holdfast::hours(1));
  kernel.run_until(start + milliseconds(100));
  EXPECT_EQ(log, "x@30 y@60 ");
  EXPECT_EQ(node.now(), start + milliseconds(100));
  EXPECT_EQ(node.wall_now(), start + milliseconds(100) - holdfast::hours(2));
}

TEST(VirtualClock, ARestartedProcessBeginsAtItsWallAndIsAnotherBoot) {
  VirtualKernel kernel(start);
  Node& node = kernel.add_node("a", 1);
  Node& other = kernel.add_node("b", 2);
  const std::string first_boot(node.boot_id());
  node.step_wall(holdfast::hours(1));
  EXPECT_EQ(node.now(), start);
  kernel.crash(node);
  kernel.restart(node);
  EXPECT_NE(node.boot_id(), first_boot);
  EXPECT_EQ(node.now(), start + holdfast::hours(1));
  EXPECT_EQ(node.now(), node.wall_now());
  EXPECT_EQ(other.now(), start);
  // Its waits are as long as those of the others.
  std::string log;
  net::spawn(kernel.executor(), note_after(node.runtime(), 30, "x", log));
  kernel.run_until(start + milliseconds(29));
  EXPECT_EQ(log, "");
  kernel.run_until(start + milliseconds(30));
  EXPECT_EQ(log, "x@3600030 ");
  const auto timer = node.make_timer();
  net::spawn(kernel.executor(), wait_on(*timer, Instant::max(), node, log));
  kernel.run_until(start + holdfast::hours(3));
  EXPECT_EQ(kernel.pending_waits(), 1U);
}

}  // namespace
}  // namespace scenarios
