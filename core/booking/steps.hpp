// Steps: one kind of work, driven by a Driver that knows no kind.
#pragma once

#include <memory>

#include "core/ledger/ledger.hpp"
#include "core/net/async.hpp"

namespace holdfast::booking {

// How intents of one kind get from state to state until nobody has to work on them. One loop.
class Steps {
 public:
  // What one driver remembers of one intent between steps. It is lost with a crash, so it may only save work.
  struct Memory {
    virtual ~Memory() = default;
    int failures = 0;  // in a row, for the backoff
  };

  virtual ~Steps() = default;
  // An empty memory.
  virtual std::unique_ptr<Memory> remember() const = 0;
  // Does what the intent's state asks for and returns the intent as it is then: after at most a few transitions, or
  // unchanged after a wait. An error is the ledger's: the driver reads the intent again.
  virtual net::Task<Result<ledger::Intent>> step(ledger::Intent intent, Memory& memory) = 0;
  // Whether a change was stored is unknown, or somebody else made one: what the memory says of sending counts no more.
  virtual void distrust(Memory& memory) const = 0;
  // Ends an intent of which nothing was sent and that nobody waits for.
  virtual net::Task<Result<ledger::Intent>> interrupt(ledger::Intent intent) = 0;
  // The intent came to rest by this driver.
  virtual void settled(const ledger::Intent& intent) = 0;
};

}  // namespace holdfast::booking
