// Saga: drives intents to a settled state, one driver per intent, through crashes and unknown outcomes (DESIGN "The
// booking saga", steps 1 to 8).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/booking/availability.hpp"
#include "core/booking/contacts.hpp"
#include "core/booking/context.hpp"
#include "core/booking/readback.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// How a wish stands at the moment a caller has to be told something.
struct Standing {
  enum class Kind {
    booked,
    refused,
    pending,  // not settled by the deadline; the driver goes on
    failed,   // nothing was written down: the ledger failed
  };
  Kind kind = Kind::pending;
  ledger::Intent intent;  // of booked, refused and pending
  Refusal refusal;        // of refused
  Error error;            // of failed
};

// Opens intents and drives them. One loop; at most one driver per intent at any time, however many callers wait for it.
// Whoever waits may give up: the driver does not. A caller who hangs up after asking for the booking has it.
class Saga {
 public:
  // `on_booked` is called after an intent was settled as booked (its outbox has work).
  Saga(Context& context, Availability& availability, std::function<void()> on_booked);

  // Books `request`, or hears how the same wish stands or ended. `alias` names the tool call (conversation and tool
  // call id); empty when the transport has none. Returns at the latest at `deadline` plus one ledger access.
  net::Task<Standing> book(BookingRequest request, std::string alias, Instant deadline);
  // Takes up this tenant's unsettled intents that nobody drives: those of which nothing was sent are refused as
  // interrupted, the others are driven on. `older_than` spares intents that were changed later (they are in hand).
  net::Task<Result<void>> take_up(Instant older_than);
  // Number of intents being driven.
  std::size_t running() const { return drives_.size(); }

 private:
  struct Drive;  // one driver and those who wait for it

  net::Task<Result<ledger::Intent>> open(BookingRequest request, std::string alias);
  net::Task<Standing> recorded(ledger::Intent intent, Instant deadline);
  net::Task<Result<ledger::Intent>> end_if_cancelled(ledger::Intent intent, Instant deadline);
  std::shared_ptr<Drive> drive_of(const ledger::Intent& intent);
  net::Task<void> run(ledger::Intent intent, std::shared_ptr<Drive> drive);
  net::Task<ledger::Intent> settle(ledger::Intent intent);

  // The steps: each takes the intent in one state and returns it in the next, or an error of the ledger.
  struct Step;
  net::Task<Result<ledger::Intent>> step(ledger::Intent intent, BookingRequest request, Step& memory);
  net::Task<Result<ledger::Intent>> hold(ledger::Intent intent, BookingRequest request);
  net::Task<Result<ledger::Intent>> prepare(ledger::Intent intent, BookingRequest request, Step& memory);
  net::Task<Result<ledger::Intent>> create(ledger::Intent intent, BookingRequest request, Step& memory);
  net::Task<Result<ledger::Intent>> read_back(ledger::Intent intent, BookingRequest request, Step& memory);
  net::Task<Result<ledger::Intent>> verify(ledger::Intent intent, BookingRequest request, Step& memory);
  net::Task<Result<ledger::Intent>> yield_seat(ledger::Intent intent, Step& memory);

  net::Task<Result<ledger::Intent>> refuse(ledger::Intent intent, Refusal refusal, bool watch_for_ghost = false);
  net::Task<bool> free_stale_holds(std::vector<ledger::Hold> conflicts);
  net::Task<void> wait_before_retry(Step& memory);

  Context& context_;
  Availability& availability_;
  ContactDesk contacts_;
  Readback readback_;
  std::function<void()> on_booked_;
  std::map<std::string, std::shared_ptr<Drive>> drives_;
};

}  // namespace holdfast::booking
