// Driver: drives intents to rest, one driver per intent, through crashes and unknown outcomes. It knows no kind of
// work.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "core/booking/context.hpp"
#include "core/booking/steps.hpp"
#include "core/net/one_shot.hpp"

namespace holdfast::booking {

// The pause before the next try after `failures` in a row: doubling up to a quarter of a minute, with jitter.
// Ends at `latest`, when something can be decided then.
net::Task<void> back_off(Context& context, int& failures, Instant latest = Instant::max());

// At most one driver per intent at any time, however many callers wait for it. Whoever waits may give up; the driver
// does not. One loop.
class Driver {
 public:
  explicit Driver(Context& context) : context_(context) {}

  // Tells how intents of `kind` are driven. `steps` must outlive the driver and its tasks. Once per kind.
  void add(std::string kind, Steps& steps);
  // Drives the intent, unless somebody does already or nothing is left to do.
  void drive(const ledger::Intent& intent);
  // Drives it and waits: the intent at rest, or nullopt when `deadline` came first. The driver goes on.
  net::Task<std::optional<ledger::Intent>> drive_until(ledger::Intent intent, Instant deadline);
  // Takes up this tenant's intents that need work and that nobody drives: those of which nothing was sent are ended as
  // interrupted, the others are driven on. `older_than` spares intents that were changed later (they are in hand).
  net::Task<Result<void>> take_up(Instant older_than);
  // Number of intents being driven.
  std::size_t running() const { return drives_.size(); }

 private:
  using Drive = net::OneShot<ledger::Intent>;

  Drive drive_of(const ledger::Intent& intent);
  net::Task<void> run(ledger::Intent intent, Drive drive);
  net::Task<ledger::Intent> settle(ledger::Intent intent, Steps& steps);
  Steps* steps_of(const ledger::Intent& intent);

  Context& context_;
  std::map<std::string, Steps*> steps_;
  std::map<std::string, Drive> drives_;
};

}  // namespace holdfast::booking
