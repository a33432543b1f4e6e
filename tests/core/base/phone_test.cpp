#include "core/base/phone.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <thread>
#include <vector>

namespace holdfast {
namespace {

TEST(Phone, ReadsWhatPeopleWrite) {
  for (const char* raw : {"+14155550100", "4155550100", "(415) 555-0100", "415.555.0100", "1 415 555 0100",
                          " 415-555-0100 ", "+1 (415) 555-0100", "415 555 0100 ext. 12", "+1-415-555-0100 x99"})
    EXPECT_EQ(to_e164(raw, "US"), "+14155550100") << raw;
  EXPECT_EQ(to_e164("030 901820", "DE"), "+4930901820");
  EXPECT_EQ(to_e164("+44 20 7946 0958", "US"), "+442079460958");
  EXPECT_EQ(to_e164("020 7946 0958", "gb"), "+442079460958");
  EXPECT_EQ(to_e164("+39 06 6982", "US"), "+39066982");  // Italy keeps the zero
}

TEST(Phone, AcceptsFictionalNumbers) {
  EXPECT_EQ(to_e164("+14155550199", "US"), "+14155550199");
  EXPECT_EQ(to_e164("2125550123", "US"), "+12125550123");
}

// With and without what was once dialled before a Mexican mobile number; the library takes off one prefix at a time.
TEST(Phone, OneNumberSaidInSeveralWaysIsOneNumber) {
  for (const char* raw : {"958 550 5550", "1 958 550 5550", "045 1 958 550 5550", "+52 1 958 550 5550",
                          "+52 01 1 958 550 5550", "+52 958 550 5550"})
    EXPECT_EQ(to_e164(raw, "MX"), "+529585505550") << raw;
  EXPECT_EQ(to_e164("+971 00 2 123 4567", "US"), "+97121234567");
}

TEST(Phone, RefusesWhatCannotBeCalled) {
  for (const char* raw : {"",
                          "0",
                          "0000000000",
                          "+10000000000",
                          "1111111111",
                          "+12222222222",
                          "9999999999",
                          "5550100",
                          "555-0100",
                          "911",
                          "12345",
                          "+1415555010",
                          "+141555501000",
                          "+8100777123456789012",  // possible in Japan, and longer than E.164
                          "not a number",

                          "+",
                          "+999123456789",
                          "\xff\xfe"
                          "4155550100",
                          "415555\x01"
                          "0100",
                          "\xc3",
                          "anonymous",
                          "unknown"}) {
    const auto result = to_e164(raw, "US");
    ASSERT_FALSE(result.has_value()) << raw;
    EXPECT_EQ(result.error().kind, ErrorKind::invalid_input);
  }
  EXPECT_FALSE(to_e164(std::string(10'000, '4'), "US").has_value());
  EXPECT_FALSE(to_e164(std::string_view("415555\0"
                                        "0100",
                                        11),
                       "US")
                   .has_value());
  EXPECT_FALSE(to_e164("4155550100", "").has_value());
  EXPECT_FALSE(to_e164("4155550100", "XX").has_value());
}

TEST(Phone, ErrorNeverRepeatsTheNumber) {
  const auto result = to_e164("5550100", "US");
  ASSERT_FALSE(result.has_value());
  EXPECT_EQ(result.error().message.find("5550100"), std::string::npos);
}

TEST(Phone, PrintsNothing) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  static_cast<void>(to_e164("+999123456789", "US"));
  static_cast<void>(to_e164("4155550100", "XX"));
  static_cast<void>(to_e164("\xc3", "US"));
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Phone, MayBeAskedFromManyThreads) {
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (std::size_t t = 0; t < right.size(); ++t)
    threads.emplace_back([&right, t] {
      for (int i = 0; i < 200; ++i) right[t] += to_e164("(415) 555-0100", "US") == "+14155550100" ? 1 : 0;
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(right, std::vector<int>(4, 200));
}

std::string digits(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += static_cast<char>('0' + *rc::gen::inRange(0, 10));
  return text;
}

RC_GTEST_PROP(PhoneProperty, ShortCutAgreesWithTheLibraryOnNorthAmerica, ()) {
  const std::string text = "+1" + digits(*rc::gen::inRange(9, 12));
  const auto by_library = detail::to_e164_by_library(text, "US");
  const auto result = to_e164(text, "US");
  RC_ASSERT(result.has_value() == by_library.has_value());
  if (result) RC_ASSERT(*result == *by_library);
}

RC_GTEST_PROP(PhoneProperty, ShortCutAgreesWithTheLibraryAnywhere, ()) {
  const std::string text = "+" + digits(*rc::gen::inRange(1, 17));
  const std::string region = *rc::gen::element<std::string>("US", "DE", "GB", "IT", "");
  const auto by_library = detail::to_e164_by_library(text, region);
  const auto result = to_e164(text, region);
  RC_ASSERT(result.has_value() == by_library.has_value());
  if (result) RC_ASSERT(*result == *by_library);
}

RC_GTEST_PROP(PhoneProperty, AResultIsAFixedPoint, ()) {
  const std::string prefix = *rc::gen::element<std::string>("", "1", "0", "00", "+52 1", "+971 00", "+49 0", "+39 0");
  const std::string region = *rc::gen::element<std::string>("US", "DE", "GB", "MX", "AR", "AE", "IT");
  const auto once = to_e164(prefix + digits(*rc::gen::inRange(7, 12)), region);
  RC_PRE(once.has_value());
  RC_ASSERT(once->size() >= 3 && once->size() <= 18 && once->front() == '+');
  for (const std::string& other : {region, std::string("DE")}) {
    const auto twice = to_e164(*once, other);
    RC_ASSERT(twice.has_value());
    RC_ASSERT(*twice == *once);
  }
}

RC_GTEST_PROP(PhoneProperty, AnyBytesAreReadOrRefused, (const std::string& raw)) {
  const auto result = to_e164(raw, "US");
  if (result) RC_ASSERT(result->front() == '+');
}

}  // namespace
}  // namespace holdfast
