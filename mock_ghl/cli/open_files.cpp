#include "mock_ghl/cli/open_files.hpp"

#include <sys/resource.h>

#include <algorithm>

namespace mock_ghl::cli {

namespace {

// Beside the connections: standard streams, the loop's own, files that are read, webhooks that go out.
constexpr rlim_t other_files = 64;

}  // namespace

std::size_t make_room_for_connections(std::size_t connections) {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return connections;
  const rlim_t wanted = connections + other_files;
  if (limit.rlim_cur < wanted) {
    limit.rlim_cur = std::min(wanted, limit.rlim_max);
    static_cast<void>(::setrlimit(RLIMIT_NOFILE, &limit));
  }
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return connections;
  return limit.rlim_cur > other_files ? static_cast<std::size_t>(limit.rlim_cur - other_files) : 1;
}

}  // namespace mock_ghl::cli
