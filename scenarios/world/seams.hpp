// Seams: the places where something may stand between the daemon and its world. A mutant is an implementation of this.
#pragma once

#include <memory>
#include <utility>

#include "core/ledger/ledger.hpp"
#include "core/net/http.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace scenarios {

// Wraps what the daemon is given. The base changes nothing. Called once for every start of the daemon; what is returned
// lives as long as that daemon, and `inner` outlives it.
class Seams {
 public:
  virtual ~Seams() = default;
  // A ledger to use instead of `inner`; nullptr: `inner` itself.
  virtual std::unique_ptr<holdfast::ledger::Ledger> around_ledger(holdfast::net::Runtime,
                                                                  holdfast::ledger::Ledger&) const {
    return nullptr;
  }
  // A transport to GHL to use instead of `inner`; nullptr: `inner` itself.
  virtual std::unique_ptr<holdfast::net::HttpTransport> around_ghl(holdfast::net::Runtime,
                                                                   holdfast::net::HttpTransport&) const {
    return nullptr;
  }
  // What answers instead of the daemon.
  virtual holdfast::net::HttpHandler around_daemon(holdfast::net::HttpHandler inner) const { return inner; }
};

}  // namespace scenarios
