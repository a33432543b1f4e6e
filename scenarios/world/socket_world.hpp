// The socket world: one plan played in real time over TCP on this machine, against our daemon or somebody else's
// backend. The twin, the callers and the checkers are those of the virtual world.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "scenarios/world/plan.hpp"
#include "scenarios/world/simulation.hpp"

namespace scenarios {

// Whom the calls go to and where GHL's twin listens.
struct SocketOptions {
  std::string target = "builtin";           // or "http://host:port/path": a backend that answers docs/tools.md
  std::string mock_listen = "127.0.0.1:0";  // "host:port"; port 0 is any free one
  holdfast::Secret secret;                  // what calls to a foreign backend present; empty: nothing
  std::function<void(std::string_view origin)> announce;  // told where the twin listens, before the first call
};

// Plays `plan` and returns its record; the run begins now (where the plan sets the clock: at plan.start) and takes as
// long as it takes. A daemon that is killed or stopped is the program holdfastd beside this one. The faults of links
// and disk, and triggers on the ledger of such a daemon, are the virtual world's alone. With a foreign backend the
// history has no ledger, and rest is a pause of the plan's late-arrival window. Errors: invalid_input (the target's or
// the twin's address cannot be read, or the plan does things to our own daemon and another is the target),
// configuration (a port cannot be used, holdfastd is not there or does not start).
// Blocks; one run at a time in a thread.
holdfast::Result<RunRecord> play_over_sockets(const RunPlan& plan, const SocketOptions& options);

}  // namespace scenarios
