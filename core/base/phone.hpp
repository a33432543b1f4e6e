// Phone numbers: the one seam to libphonenumber.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace holdfast {

// `raw` as E.164 ("+14155550100"), read as a national number of `region` (ISO 3166 alpha-2, "US") unless it starts with
// '+'. Accepts spaces, dashes, brackets and an extension (which is dropped). invalid_input when no number of the right
// length can be read, for one that needs its area code, and for placeholders such as "0000000000"; whether the number
// is assigned to anybody is not asked. Reading the result again gives the same number. GHL stores and compares E.164
// (facts/ghl.md 5.5). Thread-safe. About 20 us, twice that where the text is not E.164 yet; clean North American E.164
// costs nothing.
Result<std::string> to_e164(std::string_view raw, std::string_view region);

namespace detail {
// to_e164 without its short cut; only for the test that holds the two against each other.
Result<std::string> to_e164_by_library(std::string_view raw, std::string_view region);
}  // namespace detail

}  // namespace holdfast
