// Alter: a GHL that stores something else than it was asked for.
#pragma once

#include "mock_ghl/api/call.hpp"
#include "mock_ghl/chaos/injector.hpp"

namespace mock_ghl {

// Bends a change that passed every check and is about to be committed: where it takes place, for whom, or what its
// description says. What cannot be bent so (a location without another calendar, a series) is left as it is; false
// then.
bool store_otherwise(const State& state, api::PendingCommit& pending, const Injection::Alteration& alteration);

}  // namespace mock_ghl
