// The machine's clocks: the steady time, the wall, and timers, with waits of a few milliseconds.
#include "core/net/beast/real_clock.hpp"

#include <gtest/gtest.h>

#include <memory>

#include "core/net/task_group.hpp"
#include "tests/core/net/socket_world.hpp"

namespace holdfast::net {
namespace {

using std::chrono::nanoseconds;
using testing::World;

Task<bool> wait(Timer& timer, Instant when) {
  co_return co_await timer.wait_until(when);
}

Task<void> wake_later(World& world, Timer& timer, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  timer.wake();
}

// A wall that stands where a test puts it.
struct FakeWall {
  explicit FakeWall(Instant at_in) : at(std::make_shared<Instant>(at_in)) {}
  std::chrono::sys_time<nanoseconds> operator()() const { return *at; }
  std::shared_ptr<Instant> at;
};

const Instant noon = *parse_iso("2026-08-26T12:00:00Z");

TEST(RealClock, BothTimesBeginAtTheSystemTime) {
  World world;
  const auto before = std::chrono::floor<milliseconds>(std::chrono::system_clock::now());
  const Instant now = world.clock.now();
  const Instant wall = world.clock.wall_now();
  const auto after = std::chrono::system_clock::now();
  EXPECT_GE(now, before - milliseconds(50));  // the machine's own wall may be slewed between the two readings
  EXPECT_LE(now, after + milliseconds(50));
  EXPECT_GE(wall, before);
  EXPECT_LE(wall, after);
}

TEST(RealClock, TheSteadyTimeBeginsAtTheWallAndRunsOnWithoutIt) {
  World world;
  FakeWall wall(noon);
  const RealClock clock(world.io.get_executor(), wall);
  const Instant began = clock.now();
  EXPECT_GE(began, noon);
  EXPECT_LT(began, noon + seconds(30));
  world.until([&] { return clock.now() >= began + milliseconds(20); });
  EXPECT_GE(clock.now(), began + milliseconds(20));
  EXPECT_EQ(clock.wall_now(), noon);
}

TEST(RealClock, AStepOfTheWallMovesTheWallAndNothingElse) {
  World world;
  for (const Duration step : {Duration(hours(1)), Duration(hours(-1))}) {
    FakeWall wall(noon);
    const RealClock clock(world.io.get_executor(), wall);
    const Instant before = clock.now();
    *wall.at += step;
    EXPECT_EQ(clock.wall_now(), noon + step);
    EXPECT_GE(clock.now(), before);
    EXPECT_LT(clock.now(), before + seconds(30));
  }
}

Task<void> step_after(World& world, FakeWall wall, Duration step, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  *wall.at += step;
}

TEST(RealClock, AStepOfTheWallEndsNoWaitAndStretchesNone) {
  World world;
  for (const Duration step : {Duration(hours(1)), Duration(hours(-1))}) {
    FakeWall wall(noon);
    RealClock clock(world.io.get_executor(), wall);
    const auto timer = clock.make_timer();
    const auto began = std::chrono::steady_clock::now();
    spawn(world.io.get_executor(), step_after(world, wall, step, 5));
    EXPECT_TRUE(world.run(wait(*timer, clock.now() + milliseconds(60))));
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, milliseconds(58));
    EXPECT_LT(took, seconds(10));
    // The instant that was waited for has come on the clock, too.
    EXPECT_TRUE(world.run(wait(*timer, clock.now())));
  }
}

TEST(RealClock, EveryClockIsABootOfItsOwn) {
  World world;
  const RealClock first(world.io.get_executor());
  const RealClock second(world.io.get_executor());
  EXPECT_EQ(first.boot_id().size(), 20u);
  EXPECT_NE(first.boot_id(), second.boot_id());
  EXPECT_EQ(world.runtime.boot(), world.clock.boot_id());
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

}  // namespace
}  // namespace holdfast::net
