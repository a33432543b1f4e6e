// Whatever somebody calls a phone number: what comes back is E.164, and reading that again changes nothing.
#include <algorithm>

#include "core/base/phone.hpp"
#include "tests/core/fuzz/target.hpp"

namespace holdfast::fuzz {
namespace {

bool is_e164(std::string_view text) {
  return text.size() >= 3 && text.size() <= 16 && text[0] == '+' && text[1] != '0' &&
         std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void run(std::string_view raw) {
  // Italy keeps a leading zero, Mexico and Argentina rewrite what is dialled; XX is no country.
  for (const char* region : {"US", "GB", "IT", "MX", "AR", "XX"}) {
    const auto number = to_e164(raw, region);
    // What is left of the short cut, where it was taken, and the same question again, where it was not.
    const auto by_library = detail::to_e164_by_library(raw, region);
    HOLDFAST_ASSERT(number.has_value() == by_library.has_value());
    if (!number) {
      HOLDFAST_ASSERT(number.error().kind == ErrorKind::invalid_input && !number.error().message.empty());
      continue;
    }
    HOLDFAST_ASSERT(*number == *by_library);
    HOLDFAST_ASSERT(is_e164(*number));
    const auto again = to_e164(*number, region);
    HOLDFAST_ASSERT(again && *again == *number);
  }
}

}  // namespace holdfast::fuzz
