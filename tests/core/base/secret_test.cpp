#include "core/base/secret.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <ostream>
#include <type_traits>

namespace holdfast {
namespace {

template <class T>
concept Printable = requires(std::ostream& stream, const T& value) { stream << value; };

// A secret leaves only through reveal().
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_convertible_v<std::string, Secret>);
static_assert(!Printable<Secret>);

TEST(Secret, ComparesWholeTexts) {
  const Secret secret("pit-123");
  EXPECT_TRUE(secret.equals("pit-123"));
  for (const char* other : {"", "pit-12", "pit-1234", "pit-124", "PIT-123", "pit-123pit-123"})
    EXPECT_FALSE(secret.equals(other)) << other;
  EXPECT_TRUE(Secret().equals(""));
  EXPECT_FALSE(Secret().equals(std::string_view("\0", 1)));
  EXPECT_FALSE(Secret("a").equals(""));
  EXPECT_TRUE(Secret().empty());
}

RC_GTEST_PROP(SecretProperty, EqualsIsEquality, (const std::string& mine, const std::string& other)) {
  RC_ASSERT(Secret(mine).equals(other) == (mine == other));
  RC_ASSERT(Secret(mine).equals(mine));
}

TEST(Mask, KeepsOnlyAHint) {
  EXPECT_EQ(mask_phone("+14155550100"), "***0100");
  EXPECT_EQ(mask_phone("0100"), "***");
  EXPECT_EQ(mask_phone(""), "***");
  EXPECT_EQ(mask_email("jane@example.com"), "j***@example.com");
  EXPECT_EQ(mask_email("@example.com"), "***");
  EXPECT_EQ(mask_email("jane"), "***");
  EXPECT_EQ(mask_text("Jane Doe"), "J***");
  EXPECT_EQ(mask_text(""), "");
}

}  // namespace
}  // namespace holdfast
