// Runtime: the seams that nearly every class needs, handed around together.
#pragma once

#include "core/net/async.hpp"
#include "core/net/clock.hpp"
#include "core/net/entropy.hpp"

namespace holdfast::net {

// Where code runs, what time it is and where chance comes from. Copyable; what it refers to must outlive the copies.
struct Runtime {
  asio::any_io_executor executor;
  Clock& clock;
  Entropy& entropy;

  // The present instant.
  Instant now() const { return clock.now(); }
};

}  // namespace holdfast::net
