#include "core/base/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "core/base/json.hpp"
#include "core/base/secret.hpp"

namespace holdfast {
namespace {

// Redaction by construction: a text whose content is not known when the code is compiled is no field.
static_assert(!std::is_constructible_v<LogField, std::string_view, std::string>);
static_assert(!std::is_constructible_v<LogField, std::string_view, std::string_view>);
static_assert(!std::is_constructible_v<LogField, std::string_view, Secret>);
static_assert(!std::is_convertible_v<std::string, LogField>);
static_assert(!std::is_convertible_v<std::string, Loggable>);
static_assert(std::is_constructible_v<LogField, std::string_view, Loggable>);
static_assert(std::is_constructible_v<LogField, std::string_view, std::int64_t>);

std::string logged(LogLevel least, LogLevel level, std::initializer_list<LogField> fields) {
  testing::internal::CaptureStderr();
  set_log_level(least);
  log(level, "a_thing_happened", fields);
  set_log_level(LogLevel::off);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneJsonObjectALine) {
  const std::string line = logged(LogLevel::info, LogLevel::warning,
                                  {{"count", 3},
                                   {"large", std::int64_t{1} << 40},
                                   {"ok", true},
                                   {"kind", "slot_taken"},
                                   {"intent", Loggable::safe("a\"b\nc\xff%s{}")}});
  ASSERT_FALSE(line.empty());
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto value = parse_json(line);
  ASSERT_TRUE(value.has_value()) << line;
  EXPECT_EQ(string_member(*value, "event"), "a_thing_happened");
  EXPECT_EQ(integer_member(*value, "count"), 3);
  EXPECT_EQ(integer_member(*value, "large"), std::int64_t{1} << 40);
  EXPECT_EQ(bool_member(*value, "ok"), true);
  EXPECT_EQ(string_member(*value, "kind"), "slot_taken");
  EXPECT_EQ(string_member(*value, "intent"), "a\"b\nc\xef\xbf\xbd%s{}");
  EXPECT_TRUE(string_member(*value, "time").has_value());
}

TEST(Log, IsSilentBelowItsLevelAndWhenOff) {
  EXPECT_EQ(logged(LogLevel::error, LogLevel::warning, {}), "");
  EXPECT_EQ(logged(LogLevel::off, LogLevel::error, {}), "");
  EXPECT_EQ(logged(LogLevel::debug, LogLevel::off, {}), "");
}

}  // namespace
}  // namespace holdfast
