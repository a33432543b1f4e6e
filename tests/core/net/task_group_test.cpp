// TaskGroup and both(), with waits of a few milliseconds; random ids and jitter.
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
