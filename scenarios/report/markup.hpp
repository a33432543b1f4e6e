// Text made safe for XML and HTML.
#pragma once

#include <string>
#include <string_view>

namespace scenarios {

// `text` as content or as a quoted attribute: & < > " ' become entities. Control characters that XML 1.0 cannot carry
// and bytes that are no UTF-8 become U+FFFD; line breaks and tabs stay.
std::string escaped(std::string_view text);

}  // namespace scenarios
