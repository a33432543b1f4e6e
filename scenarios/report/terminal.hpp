// Results for somebody at a terminal.
#pragma once

#include <cstddef>
#include <string>

#include "scenarios/report/results.hpp"

namespace scenarios {

// How it is printed. Colours only when told that the output is a terminal; without them it is plain UTF-8.
struct TerminalStyle {
  bool colours = false;
  std::size_t width = 100;  // sentences are wrapped to this; at least 60
};

// Everything there is in `results`: the scenarios as a table, each violation as a sentence with the line that
// reproduces it, the storm added up, probes, mutants. Parts that did not run are left out. The last line is exactly "N
// passed, N failed", without colours, so that a script can read it.
std::string print_results(const Results& results, const TerminalStyle& style);

// One line for a case as soon as it is done, without a line break: "ok       clean-booking  0.42 s".
std::string print_case_line(const CaseResult& shown, const TerminalStyle& style);

}  // namespace scenarios
