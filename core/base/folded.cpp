#include "core/base/folded.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <utility>

namespace holdfast {
namespace {

// Letters with a stroke or ligature that no decomposition takes apart.
constexpr std::array<std::pair<char32_t, std::u32string_view>, 9> plain_letters{{
    {U'ø', U"o"},
    {U'ł', U"l"},
    {U'đ', U"d"},
    {U'ð', U"d"},
    {U'þ', U"th"},
    {U'æ', U"ae"},
    {U'œ', U"oe"},
    {U'ı', U"i"},
    {U'ħ', U"h"},
}};

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::u32string lower_ascii(std::string_view text) {
  std::u32string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    result += byte >= 'A' && byte <= 'Z' ? static_cast<char32_t>(byte - 'A' + 'a') : static_cast<char32_t>(byte);
  }
  return result;
}

}  // namespace

std::u32string folded(std::string_view utf8) {
  if (is_ascii(utf8)) return lower_ascii(utf8);
  icu::UnicodeString text =
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  text.foldCase();
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* normalizer = icu::Normalizer2::getNFKDInstance(status);
  if (U_SUCCESS(status)) text = normalizer->normalize(text, status);
  // Case again: a decomposition may bring capital letters back.
  text.foldCase();
  std::u32string result;
  for (std::int32_t at = 0; at < text.length(); at = text.moveIndex32(at, 1)) {
    const auto c = static_cast<char32_t>(text.char32At(at));
    if (u_charType(static_cast<UChar32>(c)) == U_NON_SPACING_MARK) continue;
    const auto plain = std::ranges::find(plain_letters, c, &std::pair<char32_t, std::u32string_view>::first);
    if (plain == plain_letters.end()) {
      result += c;
    } else {
      result += plain->second;
    }
  }
  return result;
}

bool is_word_character(char32_t c) {
  return u_isalnum(static_cast<UChar32>(c)) != 0;
}

}  // namespace holdfast
