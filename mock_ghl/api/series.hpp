// Recurring appointments (facts/ghl.md 4.4): GHL's path takes an instance's id, or the master's for the whole series.
#pragma once

#include "mock_ghl/api/booking.hpp"
#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// Makes a series of a create that asks for one with `rrule` (heard only without the slot check), or that is on a
// recurring calendar. Leaves any other as it is.
std::optional<Answer> plan_series(const Call& call, const Wish& wish, PendingCommit& pending);

// The living instances of a series of the token's location, by start, at least one; or the refusal.
std::optional<Answer> find_instances(const Call& call, const Series& series, std::vector<const Appointment*>& living);
// The instance that stands for the series: the first that takes up its time, else the first.
const Appointment& leading(const std::vector<const Appointment*>& living);

// The operations on a master's id.
Answer get_series(const Call& call, const Series& series);
Answer edit_series(const Call& call, const Series& series);
// A refusal, or nothing when it is done.
std::optional<Answer> delete_series(Call& call, const Series& series);

// Makes, moves or changes a series as `pending` says.
Answer commit_series(State& state, PendingCommit pending, holdfast::Instant now);

}  // namespace mock_ghl::api
