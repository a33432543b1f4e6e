// Phone numbers: the one seam to libphonenumber.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace holdfast {

// `raw` as E.164 ("+14155550100"), read as a national number of `region` (ISO 3166 alpha-2, "US") unless it starts with
// '+'. Accepts spaces, dashes, brackets and an extension (which is dropped). invalid_input when no number of the right
// length and form can be read; placeholders such as "0000000000" are invalid. GHL stores and compares E.164
// (facts/ghl.md 5.5). Thread-safe. About 20 us.
Result<std::string> to_e164(std::string_view raw, std::string_view region);

}  // namespace holdfast
