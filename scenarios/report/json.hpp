// Results as JSON, and back.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "scenarios/report/results.hpp"

namespace scenarios {

// One JSON object, indented. At top level: command, world, target, version, passed, failed, verdict, exit_code,
// violations (of cases and storm together), cases, mutants; and where seeds ran: seeds, conversations, bookings,
// simulated_seconds, wall_seconds, trace_hash, first_seed, last_seed, seeds_violated, seeds_unknown, storm_violations,
// told, probes, faults. Instants are milliseconds since 1970. Bytes that are not UTF-8 are replaced.
std::string to_json(const Results& results);
// Reads what to_json wrote: results_from_json(to_json(results)) is `results`. Unknown members are ignored, missing ones
// keep their defaults. invalid_input when it is no JSON object, or a member has the wrong type (its path is named).
holdfast::Result<Results> results_from_json(std::string_view text);

}  // namespace scenarios
