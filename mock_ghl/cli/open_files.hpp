// How many connections the machine lets one process hold.
#pragma once

#include <cstddef>

namespace mock_ghl::cli {

// Raises this process's limit of open files as far as it may and as `connections` at once ask for. Returns how many
// connections there may be: `connections`, or fewer when the hard limit (ulimit -Hn) is lower.
std::size_t make_room_for_connections(std::size_t connections);

}  // namespace mock_ghl::cli
