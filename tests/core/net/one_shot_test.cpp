// OneShot: who is woken, in which order, and who may die before whom.
#include "core/net/one_shot.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/core/net/socket_world.hpp"

namespace holdfast::net {
namespace {

using testing::World;

Task<bool> wait(OneShot<std::string> promise, Instant deadline) {
  co_return co_await promise.wait_until(deadline);
}

Task<void> note(OneShot<std::string> promise, Instant deadline, std::string name, std::vector<std::string>& heard) {
  const bool is_set = co_await promise.wait_until(deadline);
  heard.push_back(name + (is_set ? " " + promise.value() : " nothing"));
}

Task<void> set_after(World& world, OneShot<std::string> promise, std::string value, std::int64_t wait_ms) {
  co_await sleep_for(world.clock, milliseconds(wait_ms));
  promise.set(std::move(value));
}

TEST(OneShot, AValueThatIsThereIsHeardAtOnceWhateverTheDeadline) {
  World world;
  OneShot<std::string> promise(world.clock);
  EXPECT_FALSE(promise.is_set());
  promise.set("early");
  EXPECT_TRUE(promise.is_set());
  EXPECT_TRUE(world.run(wait(promise, Instant::min())));
  EXPECT_TRUE(world.run(wait(promise, Instant::max())));
  EXPECT_EQ(promise.value(), "early");
}

TEST(OneShot, EveryWaiterIsWokenInTheOrderTheyCame) {
  World world;
  OneShot<std::string> promise(world.clock);
  std::vector<std::string> heard;
  for (const char* name : {"a", "b", "c"}) {
    spawn(world.io.get_executor(), note(promise, Instant::max(), name, heard));
  }
  spawn(world.io.get_executor(), set_after(world, promise, "done", 10));
  ASSERT_TRUE(world.until([&] { return heard.size() == 3; }));
  EXPECT_EQ(heard, (std::vector<std::string>{"a done", "b done", "c done"}));
}

TEST(OneShot, AWaiterWhoseDeadlineComesGivesUpAndTheOthersDoNot) {
  World world;
  OneShot<std::string> promise(world.clock);
  std::vector<std::string> heard;
  spawn(world.io.get_executor(), note(promise, Instant::max(), "patient", heard));
  spawn(world.io.get_executor(), note(promise, world.in(10), "hasty", heard));
  ASSERT_TRUE(world.until([&] { return heard.size() == 1; }));
  EXPECT_EQ(heard.front(), "hasty nothing");
  promise.set("late");
  ASSERT_TRUE(world.until([&] { return heard.size() == 2; }));
  EXPECT_EQ(heard.back(), "patient late");
}

TEST(OneShot, WaitersOutliveWhoeverWasToSetIt) {
  World world;
  auto promise = std::make_unique<OneShot<std::string>>(world.clock);
  std::vector<std::string> heard;
  spawn(world.io.get_executor(), note(*promise, world.in(20), "abandoned", heard));
  world.until([] { return false; }, 5);  // it waits now
  promise.reset();
  ASSERT_TRUE(world.until([&] { return heard.size() == 1; }));
  EXPECT_EQ(heard.front(), "abandoned nothing");
}

// The wait is made by the promise itself here, not by a copy in the waiter's frame.
Task<bool> wait_by(const OneShot<std::string>& promise, Instant deadline) {
  return promise.wait_until(deadline);
}

TEST(OneShot, AWaitHoldsWhatItWaitsFor) {
  World world;
  auto promise = std::make_unique<OneShot<std::string>>(world.clock);
  Task<bool> waiting = wait_by(*promise, world.in(5));
  promise.reset();
  EXPECT_FALSE(world.run(std::move(waiting)));
}

struct Ended {
  explicit Ended(int& count) : count_(count) {}
  ~Ended() { ++count_; }
  int& count_;
};

Task<void> wait_for_ever(OneShot<std::string> promise, int& ended) {
  const Ended mark(ended);
  co_await promise.wait_until(Instant::max());
}

TEST(OneShot, IsSetAfterItsWaitersDied) {
  int ended = 0;
  auto world = std::make_unique<World>();
  OneShot<std::string> promise(world->clock);
  spawn(world->io.get_executor(), wait_for_ever(promise, ended));
  spawn(world->io.get_executor(), wait_for_ever(promise, ended));
  world->until([] { return false; }, 5);  // they wait now
  EXPECT_EQ(ended, 0);
  world.reset();
  EXPECT_EQ(ended, 2);
  promise.set("nobody hears it");
  EXPECT_EQ(promise.value(), "nobody hears it");
}

TEST(OneShot, TheOnlyReaderMayTakeTheValue) {
  World world;
  OneShot<std::unique_ptr<int>> promise(world.clock);
  promise.set(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = std::move(promise.value());
  EXPECT_EQ(*taken, 7);
}

TEST(OneShotDeathTest, SettingItTwiceIsABug) {
  World world;
  OneShot<> promise(world.clock);
  promise.set();
  EXPECT_DEATH(promise.set(), "is_set");
}

TEST(OneShotDeathTest, ReadingItBeforeItIsSetIsABug) {
  World world;
  const OneShot<int> promise(world.clock);
  EXPECT_DEATH(promise.value(), "is_set");
}

}  // namespace
}  // namespace holdfast::net
