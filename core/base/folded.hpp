// Text as it is compared: without accents, case or width, so that "José", "JOSE" and a decomposed "José" are one.
#pragma once

#include <string>
#include <string_view>

namespace holdfast {

// The code points of UTF-8 text (bytes that are none count as U+FFFD): compatibility-decomposed, without combining
// marks, case-folded. Scripts are not transliterated. Thread-safe.
std::u32string folded(std::string_view utf8);

// Whether a code point is part of a word: a letter or digit of any script.
bool is_word_character(char32_t c);

}  // namespace holdfast
