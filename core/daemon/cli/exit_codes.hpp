// The exit codes of holdfastd.
#pragma once

namespace holdfast::daemon::cli {

inline constexpr int exit_ok = 0;        // ended as asked; the command was carried out
inline constexpr int exit_refused = 1;   // the command was understood and not carried out: no such id, not now
inline constexpr int exit_usage = 3;     // wrong options or configuration
inline constexpr int exit_internal = 4;  // the ledger, the port or the running daemon cannot be used

}  // namespace holdfast::daemon::cli
