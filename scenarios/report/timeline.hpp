// A History told as what a report shows: lanes over time, what each caller was told, the verdict.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "scenarios/check/checkers.hpp"
#include "scenarios/report/results.hpp"

namespace scenarios {

// Something that happened at one instant, in words: a fault injected into a request ("lost_after_commit on
// create-appointment"), a deed of a person ("a person booked …", which stands in a lane of its own).
using Mark = std::pair<holdfast::Instant, std::string>;

// The bars of a run, lane by lane: callers with their tool calls, in the order the calls came in (a repeated name gets
// its call id); the seats of GHL with the appointments on them; people's bookings and cancellations; the daemon's
// deaths; `faults`. Times are relative to history.began_at. What is still live ends with the run.
std::vector<LaneSpan> timeline_of(const History& history, const std::vector<Mark>& faults = {});

// One line a caller: "Ada King was told booked: Thursday, August 27 at 10:00 AM"; "… hung up and heard nothing".
std::vector<std::string> told_of(const History& history);

// Fills verdict, violations, unknown, told, timeline and began_at of `shown` from a run. The verdict is violated when
// there is any violation, else unknown when there is anything unknown, else ok.
void fill_case(CaseResult& shown, const History& history, Findings findings, const std::vector<Mark>& faults = {});

}  // namespace scenarios
