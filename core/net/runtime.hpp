// Runtime: the seams that nearly every class needs, handed around together.
#pragma once

#include <string_view>

#include "core/net/async.hpp"
#include "core/net/clock.hpp"
#include "core/net/entropy.hpp"

namespace holdfast::net {

// Where code runs, what time it is and where chance comes from. Copyable; what it refers to must outlive the copies.
struct Runtime {
  asio::any_io_executor executor;
  Clock& clock;
  Entropy& entropy;

  // The present by the steady time (every wait, deadline, hold and window) and by the wall (what day it is, which slots
  // have passed); clock.hpp says which is for what.
  Instant now() const { return clock.now(); }
  Instant wall_now() const { return clock.wall_now(); }
  // Which life of the process this is: what its steady instants belong to.
  std::string_view boot() const { return clock.boot_id(); }
};

}  // namespace holdfast::net
