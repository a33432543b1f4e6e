// TaskGroup, both() and the real clock's timers, with waits of a few milliseconds.
#include "core/net/task_group.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/core/net/socket_world.hpp"

namespace holdfast::net {
namespace {

using testing::World;

Task<int> value_after(World& world, int value, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  co_return value;
}

Task<bool> wait(Timer& timer, Instant when) {
  co_return co_await timer.wait_until(when);
}

Task<void> wake_later(World& world, Timer& timer, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  timer.wake();
}

TEST(RealClock, TellsTheSystemTime) {
  World world;
  const auto before = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const Instant now = world.clock.now();
  EXPECT_GE(now, before);
  EXPECT_LE(now, std::chrono::system_clock::now());
}

TEST(RealTimer, ReturnsTrueWhenTheTimeCame) {
  World world;
  const auto timer = world.clock.make_timer();
  const Instant when = world.in(20);
  EXPECT_TRUE(world.run(wait(*timer, when)));
  EXPECT_GE(world.clock.now(), when);
}

TEST(RealTimer, ThePastReturnsAtOnce) {
  World world;
  const auto timer = world.clock.make_timer();
  EXPECT_TRUE(world.run(wait(*timer, world.in(-1'000))));
  EXPECT_TRUE(world.run(wait(*timer, Instant::min())));
}

TEST(RealTimer, AWakeEndsTheWait) {
  World world;
  const auto timer = world.clock.make_timer();
  net::spawn(world.io.get_executor(), wake_later(world, *timer, 10));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_FALSE(world.run(wait(*timer, world.in(60'000))));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(10));
  EXPECT_TRUE(world.run(wait(*timer, world.in(5))));  // one wake ends one wait
}

TEST(RealTimer, MaxWaitsWithoutLimit) {
  World world;
  const auto timer = world.clock.make_timer();
  net::spawn(world.io.get_executor(), wake_later(world, *timer, 30));
  EXPECT_FALSE(world.run(wait(*timer, Instant::max())));
  net::spawn(world.io.get_executor(), wake_later(world, *timer, 10));
  EXPECT_FALSE(world.run(wait(*timer, Instant::max() - hours(1))));
}

TEST(RealTimer, AWakeNobodyWaitedForIsRememberedOnce) {
  World world;
  const auto timer = world.clock.make_timer();
  timer->wake();
  timer->wake();
  EXPECT_FALSE(world.run(wait(*timer, Instant::max())));
  EXPECT_TRUE(world.run(wait(*timer, world.in(5))));
}

TEST(RealTimer, IsReusable) {
  World world;
  const auto timer = world.clock.make_timer();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(world.run(wait(*timer, world.in(2))));
}

TEST(SystemEntropy, DoesNotRepeatItself) {
  SystemEntropy entropy;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1'000; ++i) seen.insert(entropy.next());
  EXPECT_EQ(seen.size(), 1'000u);
}

TEST(RandomId, HasTheLengthAndTheAlphabet) {
  SystemEntropy entropy;
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random_id(entropy, 26));
  EXPECT_EQ(seen.size(), 200u);
  for (const std::string& id : seen) {
    EXPECT_EQ(id.size(), 26u);
    EXPECT_EQ(id.find_first_not_of("0123456789abcdefghjkmnpqrstvwxyz"), std::string::npos) << id;
  }
}

TEST(Jitter, StaysWithinHalfAndOneAndAHalf) {
  SystemEntropy entropy;
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t jittered = jittered_ms(entropy, 1'000);
    EXPECT_GE(jittered, 500);
    EXPECT_LT(jittered, 1'500);
  }
  EXPECT_EQ(jittered_ms(entropy, 0), 0);
  EXPECT_EQ(jittered_ms(entropy, -5), 0);
}

TEST(Both, ReturnsBothValuesInOrderWhicheverEndsFirst) {
  World world;
  EXPECT_EQ(world.run(both(world.runtime, value_after(world, 1, 20), value_after(world, 2, 1))), (std::pair{1, 2}));
  EXPECT_EQ(world.run(both(world.runtime, value_after(world, 1, 1), value_after(world, 2, 20))), (std::pair{1, 2}));
  EXPECT_EQ(world.run(both(world.runtime, value_after(world, 1, 0), value_after(world, 2, 0))), (std::pair{1, 2}));
}

TEST(Both, RunsThemSideBySide) {
  World world;
  const auto began = std::chrono::steady_clock::now();
  world.run(both(world.runtime, value_after(world, 1, 150), value_after(world, 2, 150)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(290));
}

Task<void> count_after(World& world, int& count, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  ++count;
}

TEST(TaskGroup, DrainWaitsForEveryTask) {
  World world;
  TaskGroup group(world.runtime);
  int count = 0;
  for (const int wait_ms : {0, 5, 20}) group.spawn(count_after(world, count, wait_ms));
  EXPECT_EQ(group.running(), 3u);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_TRUE(world.run(group.drain(world.in(5'000))));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(2));  // it is told, it does not sleep to the deadline
  EXPECT_EQ(count, 3);
  EXPECT_EQ(group.running(), 0u);
}

TEST(TaskGroup, DrainGivesUpAtTheDeadline) {
  World world;
  TaskGroup group(world.runtime);
  int count = 0;
  group.spawn(count_after(world, count, 200));
  EXPECT_FALSE(world.run(group.drain(world.in(10))));
  EXPECT_EQ(group.running(), 1u);
  EXPECT_TRUE(world.run(group.drain(world.in(5'000))));
  EXPECT_EQ(count, 1);
}

TEST(TaskGroup, AnEmptyGroupIsDrained) {
  World world;
  TaskGroup group(world.runtime);
  EXPECT_TRUE(world.run(group.drain(world.in(-1))));
}

}  // namespace
}  // namespace holdfast::net
