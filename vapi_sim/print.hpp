// Prints calls so that a stranger can follow them.
#pragma once

#include <string>

#include "vapi_sim/call.hpp"

namespace vapi_sim {

// The conversation, one line an event in the order of time (UTC), and below it what the caller was told and which rules
// the replies broke. Ends with a line break. Holds the caller's data: for a terminal, not for a log.
//   call demo-1: Dana Reed, +14155550100 (times are UTC, 2026-08-27)
//   09:14:02.120  assistant -> check_availability {"date":"tomorrow"}
//   09:14:02.410  backend   -> I have Thursday, August 27 at 10:30 AM. (available, 290 ms)
//   caller told: booked Thursday, August 27 at 10:30 AM = 2026-08-27T14:30:00.000Z
std::string print_conversation(const CallRecord& record);

// True when the caller knows where they stand: booked, taken, none, need_info or error; false while the outcome is
// pending or nothing was heard, unless the caller left on purpose.
bool has_definite_outcome(const CallRecord& record);

// "booked 3, taken 1 (4 calls, 0 with broken rules)".
std::string print_summary(const std::vector<CallRecord>& records);

}  // namespace vapi_sim
