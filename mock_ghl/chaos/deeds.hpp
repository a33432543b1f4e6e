// Deeds: what the people of a plan's script do in GHL's screen.
#pragma once

#include <string>

#include "core/net/http.hpp"
#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl {

class Twin;

// Does the step's deed now; `request` is the call that triggered it and fills in what the step leaves open. Returns
// what happened, in words for the journal; a deed that is not possible (slot taken, unknown id) changes nothing.
std::string perform(Twin& twin, const ScriptStep& step, const holdfast::net::HttpRequest& request);

}  // namespace mock_ghl
