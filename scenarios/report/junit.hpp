// Results as JUnit XML, for CI.
#pragma once

#include <string>

#include "scenarios/report/results.hpp"

namespace scenarios {

// A <testsuites> document: one test case per scenario, one for the storm as a whole and one per seed that is shown, one
// per mutant. Violations are failures with their sentences and the line that reproduces them; unknown is an error, as
// it proves nothing either way. Valid XML 1.0 whatever the texts hold: what XML cannot carry is replaced.
std::string to_junit(const Results& results);

}  // namespace scenarios
