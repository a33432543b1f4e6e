// The commands of `holdfast`.
#pragma once

#include "scenarios/cli/arguments.hpp"

namespace scenarios {

// Carries out what was asked for, prints it, writes the files and returns the exit code (0 pass, 1 violated, 2 unknown,
// 3 usage, 4 internal, 5 not deterministic).
int carry_out(const Arguments& arguments);

}  // namespace scenarios
