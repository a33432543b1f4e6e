// The same run with other people: for checking that no reply depends on another person's data (S11).
#pragma once

#include <string>
#include <string_view>

#include "scenarios/world/plan.hpp"

namespace scenarios {

// A name or an e-mail address of the other run: letters of the name, or of what stands before the '@', each become
// another letter. Equal stays equal, alike stays alike, and no name stays what it was.
std::string other_name(std::string_view text);

// `plan` with every name and e-mail of callers, contacts and people in GHL's screen put through other_name, and with
// more on file about the contacts that are there from the beginning: what nobody said in any call.
RunPlan with_other_names(RunPlan plan);

}  // namespace scenarios
