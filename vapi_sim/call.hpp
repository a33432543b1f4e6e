// One simulated conversation: a caller with what they want, and the scripted assistant that serves them through a
// booking backend. plan.hpp says what is done, record.hpp what came of it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"
#include "vapi_sim/plan.hpp"
#include "vapi_sim/record.hpp"

namespace vapi_sim {

// What a caller keeps in mind between the calls of one matter (CallPlan::redial_of). Written while a call goes on.
struct CallerMemory {
  bool is_calling = false;                    // nobody is in two calls at once: the next waits
  std::string line;                           // of the call before
  std::map<std::size_t, std::string> wanted;  // by errand: the label of the slot asked for last
  std::map<std::size_t, std::string> named;   // by errand: the name that was said then
  // By errand and label: what was said of it last, "" while nothing was.
  std::map<std::pair<std::size_t, std::string>, std::string> heard;
};

// Places the call and returns when it is over and every message it sent was answered or given up; so `backend` is not
// used afterwards. Bounded: see exchanges_max(). In a telephone call the status-update "in-progress" goes first,
// "ended" and the end-of-call-report last (facts/vapi.md 2.6); what comes back for them is ignored. A caller who hangs
// up does not stop what was sent: it goes on, is recorded, and is not `heard`.
//
// A question of the backend's (status "need_info" with `question`) is answered with the caller's truth by calling the
// tool again with the same arguments and `confirm`: to "same_or_another" with "same" when they may have this slot
// as far as they know: it was told booked or pending, or their ask had no answer and they have said another name since,
// unless they have a namesake; else "another"; to "add_or_replace" with "replace" when the slot is wanted instead of
// the time that the question names (`yours`), which they asked for on the same errand, or of one of it that was told
// booked or not refused yet when it names none; else "add".
//
// Who calls again wants the slot they asked for before and is content to hear that they have it. When it is not
// offered, they take another only if the backend can know them: the same number was shown and the same name is said.
//
// `memory` is shared by the calls of one matter; nullptr: a caller without a past. It must outlive the call. Draws no
// random numbers: tool call ids are derived from call_id, so a call replays whatever runs beside it.
holdfast::net::Task<CallRecord> place_call(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend,
                                           CallPlan plan, CallerMemory* memory = nullptr);

// The most tool calls that this plan can come to: (pending_asks_max + 8) and, for every errand, one for each
// correction, 4 for a change of mind, and 8 more for each errand after the first.
std::size_t exchanges_max(const CallPlan& plan);

// Places all calls, at most `parallel` (at least 1) at the same time, the next as soon as one ends; the records are in
// the order of the plans. The call ids must differ. Redials do not remember.
holdfast::net::Task<std::vector<CallRecord>> place_calls(holdfast::net::Runtime runtime,
                                                         holdfast::net::HttpTransport& backend,
                                                         std::vector<CallPlan> plans, std::size_t parallel);

}  // namespace vapi_sim
