// serve(): holdfastd as a process that serves until it is told to stop.
#pragma once

#include "core/daemon/config.hpp"

namespace holdfast::daemon::cli {

// Opens everything, serves until SIGTERM or SIGINT and ends what is under way. Returns the exit code; when something is
// still under way by then, or recovery failed, it leaves the process at once instead.
int serve(Config config);

}  // namespace holdfast::daemon::cli
