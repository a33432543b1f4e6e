#include "core/base/edit_distance.hpp"

#include <gtest/gtest.h>

#include <string>

namespace holdfast {
namespace {

TEST(EditDistance, CountsSingleEdits) {
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("listen", "lisen"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

TEST(EditDistance, OnlyTheBeginningOfALongTextCounts) {
  const std::string long_one(100'000, 'a');
  EXPECT_EQ(edit_distance(long_one, long_one + "b"), 0U);
  EXPECT_EQ(edit_distance(long_one, ""), 128U);
}

}  // namespace
}  // namespace holdfast
