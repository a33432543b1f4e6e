#include "core/base/phone.hpp"

#include <algorithm>
#include <array>
#include <exception>

// The headers are marked as system headers, yet macros they expand here would still warn.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>
#pragma clang diagnostic pop

namespace holdfast {
namespace {

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// The library refuses longer texts itself; refusing here keeps its regular expressions away from them.
constexpr std::size_t raw_bytes_max = 250;

// The plus sign and fifteen digits, which is all that E.164 has. The library knows longer numbers (Japan's free ones).
constexpr std::size_t e164_bytes_max = 16;

// Each reading that changes a number takes a digit or more off it.
constexpr int readings_max = 16;

// The library's own logger prints what it could not parse, which is personal data: it gets one that drops everything.
class SilentLogger final : public i18n::phonenumbers::Logger {
 public:
  void WriteLevel() override {}
  void WriteMessage(const std::string&) override {}
};

const PhoneNumberUtil& library() {
  static PhoneNumberUtil* const instance = [] {
    PhoneNumberUtil* made = PhoneNumberUtil::GetInstance();
    made->SetLogger(new SilentLogger());  // the library takes ownership
    return made;
  }();
  return *instance;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool all_same(std::string_view digits) {
  return std::all_of(digits.begin(), digits.end(), [&](char c) { return c == digits.front(); });
}

// True for well-formed UTF-8 without control characters; the library's behaviour on anything else is not specified.
bool is_clean_text(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80   ? 1
                               : lead < 0xC2 ? 0
                               : lead < 0xE0 ? 2
                               : lead < 0xF0 ? 3
                               : lead < 0xF5 ? 4
                                             : 0;
    if (length == 0 || lead < 0x20 || lead == 0x7F || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xC0) != 0x80) return false;
      const bool overlong = k == 1 && ((lead == 0xE0 && byte < 0xA0) || (lead == 0xF0 && byte < 0x90));
      const bool surrogate_or_beyond = k == 1 && ((lead == 0xED && byte > 0x9F) || (lead == 0xF4 && byte > 0x8F));
      if (overlong || surrogate_or_beyond) return false;
    }
    i += length;
  }
  return true;
}

// True for "+1" and ten digits that the library would hand back unchanged. Only the North American plan is taken: its
// one possible length is ten and its national prefix is 1, so a number that starts with 2 to 9 is never rewritten.
// Other plans have prefixes and leading zeros that the library may remove. tests/core/base/phone_test.cpp compares the
// two paths.
bool is_clean_north_american(std::string_view text) {
  if (text.size() != 12 || !text.starts_with("+1")) return false;
  const std::string_view national = text.substr(2);
  return national.front() >= '2' && std::all_of(national.begin(), national.end(), is_digit) && !all_same(national);
}

Result<std::string> not_a_number() {
  return fail(ErrorKind::invalid_input,
              "no phone number can be read here; ask for it again, digit by digit, with the area code");
}

// One reading by the library.
Result<std::string> read_once(std::string_view raw, const std::string& region) {
  if (raw.empty() || raw.size() > raw_bytes_max || !is_clean_text(raw)) return not_a_number();
  try {
    PhoneNumber number;
    if (library().Parse(std::string(raw), region, &number) != PhoneNumberUtil::NO_PARSING_ERROR) return not_a_number();
    // A local-only number ("555-0100" without its area code) counts as possible in IsPossibleNumber; it cannot be
    // called from elsewhere, so it is refused. Validity is not asked: assigned ranges change faster than the metadata,
    // and fictional numbers (+1 ... 555-01xx) must pass.
    if (library().IsPossibleNumberWithReason(number) != PhoneNumberUtil::IS_POSSIBLE) return not_a_number();
    std::string national;
    library().GetNationalSignificantNumber(number, &national);
    if (national.empty() || all_same(national)) return not_a_number();
    number.clear_extension();
    std::string text;
    library().Format(number, PhoneNumberUtil::E164, &text);
    if (text.size() > e164_bytes_max) return not_a_number();
    return text;
  } catch (const std::exception&) {
    return not_a_number();
  }
}

}  // namespace

namespace detail {

// The slow path, which is the definition of to_e164; the tests hold the fast path against it.
Result<std::string> to_e164_by_library(std::string_view raw, std::string_view region) {
  std::string upper_region(region);
  for (char& c : upper_region) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  // The library takes an old prefix off (Mexico's mobile 1), or one of several, only where it reads the international
  // form: the same number said in two ways must be one number, so what it writes is read until it stays.
  auto number = read_once(raw, upper_region);
  for (int readings = 1; number && number != raw && readings < readings_max; ++readings) {
    auto again = read_once(*number, upper_region);
    if (!again || *again == *number) return again;
    number = std::move(again);
  }
  return number && number != raw ? not_a_number() : number;
}

}  // namespace detail

Result<std::string> to_e164(std::string_view raw, std::string_view region) {
  if (is_clean_north_american(raw)) return std::string(raw);
  return detail::to_e164_by_library(raw, region);
}

}  // namespace holdfast
