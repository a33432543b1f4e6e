// Results as a page.
#pragma once

#include <string>
#include <vector>

#include "scenarios/report/results.hpp"

namespace scenarios {

// One self-contained HTML document: no script, no outside file, light or dark as the reader's system is. The verdict
// stands first, then what broke, then the scenarios with their stories and timelines, the storm, the mutants.
std::string to_html(const Results& results);

// The timeline of one case as inline SVG, lane by lane, with the instants of its violations marked; "" when it has
// none. At most `lanes_max` lanes: what the violations name comes first.
std::string timeline_svg(const CaseResult& shown, std::size_t lanes_max = 18);

}  // namespace scenarios
