#include "core/base/random.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/base/hash.hpp"

namespace holdfast {
namespace {

TEST(SplitMix64, GivesThePublishedReferenceValues) {
  // The first outputs of the reference implementation for the seed 1234567.
  SplitMix64 random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317ULL);
  EXPECT_EQ(random.next(), 3203168211198807973ULL);
  EXPECT_EQ(random.next(), 9817491932198370423ULL);
  EXPECT_EQ(random.next(), 4593380528125082431ULL);
  EXPECT_EQ(random.next(), 16408922859458223821ULL);
}

TEST(SplitMix64, StaysInItsBounds) {
  SplitMix64 random(1);
  EXPECT_EQ(random.below(0), 0U);
  EXPECT_EQ(random.below(1), 0U);
  EXPECT_EQ(random.between(5, 5), 5);
  EXPECT_FALSE(random.chance(0.0));
  EXPECT_TRUE(random.chance(1.0));
}

RC_GTEST_PROP(SplitMix64Property, RangesHold, (std::uint64_t seed)) {
  SplitMix64 random(seed);
  const auto low = *rc::gen::inRange<std::int64_t>(-1'000'000, 1'000'000);
  const auto high = low + *rc::gen::inRange<std::int64_t>(0, 1'000);
  const std::int64_t value = random.between(low, high);
  RC_ASSERT(low <= value && value <= high);
  const double unit = random.unit();
  RC_ASSERT(0.0 <= unit && unit < 1.0);
  // A fork is another sequence, and the same one every time.
  SplitMix64 parent(seed);
  SplitMix64 same_parent(seed);
  const std::uint64_t forked = parent.fork(7).next();
  RC_ASSERT(forked == same_parent.fork(7).next());
}

TEST(Fnv1a, GivesThePublishedReferenceValues) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
  EXPECT_EQ(fnv1a("bar", fnv1a("foo")), fnv1a("foobar"));
}

}  // namespace
}  // namespace holdfast
