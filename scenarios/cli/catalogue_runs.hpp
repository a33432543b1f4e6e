// Runs of the catalogue: which scenarios, and each of them played in one of the two worlds.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "scenarios/catalogue/scenario.hpp"
#include "scenarios/cli/arguments.hpp"
#include "scenarios/report/results.hpp"

namespace scenarios {

// The built-in scenarios, or those of --catalogue, that fit --filter. invalid_input when none does or a file is wrong.
holdfast::Result<std::vector<Scenario>> select_scenarios(const Arguments& arguments);
// What `holdfast list` prints.
std::string describe_scenarios(const std::vector<Scenario>& scenarios);

// Whether the scenarios run against somebody else's backend (--target URL).
bool is_foreign(const Arguments& arguments);
// What the owner of a foreign backend must set it up with: the account of the fixture, as lines of text.
std::string describe_account(const mock_ghl::Fixture& fixture, const std::string& mock_listen);

// Plays one scenario, with --mutant against a spoiled daemon. The verdict is unknown where a caller's outcome cannot be
// known although the scenario expects one.
CaseResult play_virtually(const Scenario& scenario, const Arguments& arguments);
// nullopt when it is not for that world, or does things to the machine that a foreign backend cannot have done to it.
holdfast::Result<std::optional<CaseResult>> play_over_sockets(const Scenario& scenario, const Arguments& arguments);

}  // namespace scenarios
