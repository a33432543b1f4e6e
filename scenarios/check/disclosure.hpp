// S11: no reply depends on another person's data beyond whether a slot is free. Two looks at it: every word of a reply
// against what its caller said (check_replies_disclose_nothing in checkers.hpp), and the same run twice, the second
// time with other people's data (here).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

// A name, phone or e-mail as it is in the second run.
using Renaming = std::function<std::string(std::string_view text)>;

// Compares the replies of two runs of one plan, of which the second had every name and e-mail put through `renamed`.
// After the caller's own names and e-mails are put through it too, every reply of the first must be that of the second.
// Each call that heard something else is a violation of S11.
Findings compare_replies(const History& first, const History& second, const Renaming& renamed);

}  // namespace scenarios
