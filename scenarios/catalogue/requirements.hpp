// Requirements: what Holdfast promises of whose wish a call is, and of the truth over time, one sentence each. Scenario
// files name those they show ("shows"), and docs/shown.md is the table of both.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "scenarios/catalogue/scenario.hpp"

namespace scenarios {

// One thing that is promised.
struct Requirement {
  std::string_view id;         // "W3.1": of the wish, third situation, first part; "T…": of the truth over time
  std::string_view text;       // what comes of it
  std::string_view elsewhere;  // no scenario can show it: the file of the test that does; else ""
};

// All of them, in the order of the table.
const std::vector<Requirement>& requirements();
// By id; nullptr when there is none.
const Requirement* find_requirement(std::string_view id);

// docs/shown.md: every requirement with the scenarios that show it and in which worlds, and what callers heard and GHL
// held at the end of each scenario.
std::string shown_page(const std::vector<Scenario>& scenarios);

}  // namespace scenarios
