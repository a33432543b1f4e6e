// Bookings: opens wishes, waits for them, and says how they stand (docs/saga.md 1, 2 and 7).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/booking/booking_steps.hpp"
#include "core/booking/context.hpp"
#include "core/booking/driver.hpp"
#include "core/booking/identity.hpp"

namespace holdfast::booking {

// How a wish stands at the moment a caller has to be told something. Everything in it is durable.
struct Standing {
  enum class Kind {
    booked,     // the person has `request`
    refused,    // they do not; `kept` is what they still have or still wait for instead
    pending,    // not settled by the deadline, or GHL cannot say; the driver goes on
    question,   // nothing was changed: `question` has to be asked first
    nothing,    // there is no such wish, and none was to be opened
    unwritten,  // the ledger could not write it down, and shows that it did not: nothing was booked
    failed,     // the ledger failed: whether anything was written is not known
  };
  Kind kind = Kind::pending;
  BookingRequest request;  // of booked and refused, and the other time that a question is about: as the ledger has it
  Refusal refusal;         // of refused
  IdentityQuestion question = IdentityQuestion::none;
  bool is_booked = false;   // of a question: whether the other time is booked; else it is still being confirmed
  bool may_be_told = true;  // false: say nothing that the caller did not say themselves
  // Another wish of the same person that stands although this one does not.
  struct Kept {
    BookingRequest request;
    bool is_booked = false;
  };
  std::optional<Kept> kept;
  Error error;  // of failed
};

// One of a caller's own wishes.
struct OwnWish {
  BookingRequest request;
  bool is_booked = false;  // else still being confirmed
};

// One tenant's bookings. One loop.
class Bookings {
 public:
  Bookings(Context& context, Driver& driver, BookingSteps& steps) : context_(context), driver_(driver), steps_(steps) {}

  // Writes the wish down, or finds the one that it is: what was opened or found, or the question to ask. What has to be
  // looked at in GHL for that is looked at until `deadline`.
  net::Task<Result<ledger::OpenedIntent>> begin(Asked asked, Instant deadline);
  // How it stands then, at the latest at `deadline` plus a few ledger accesses. Whoever waits may give up, the wish
  // does not: a caller who hangs up after asking for the booking has it.
  net::Task<Standing> wait(Asked asked, Result<ledger::OpenedIntent> begun, Instant deadline);
  // What was asked for in this conversation and is there or under way, as GHL shows it now; of what was first asked for
  // in another conversation only what belongs to the same trusted line.
  net::Task<Result<std::vector<OwnWish>>> of_conversation(std::string conversation, std::string line, Instant deadline);

 private:
  net::Task<Result<ledger::OpenedIntent>> open(Asked asked);
  net::Task<Result<ledger::OpenedIntent>> open_looked_at(Asked& asked, Instant deadline);
  net::Task<Result<Confirm>> earlier_answer(Asked asked);
  net::Task<Result<int>> answers_to(Asked asked, std::string question);
  net::Task<Result<bool>> count_answer(Asked asked);
  net::Task<Result<bool>> note_question(std::string question, Duration ttl);
  struct Seen {
    std::vector<OwnWish> wishes;
    bool has_changed = false;  // the office restored or cancelled one since it was last looked at
  };
  net::Task<Result<Seen>> look_at_wishes(std::string conversation, std::string line, Instant deadline);
  net::Task<Standing> not_begun(Asked asked, Error error);
  net::Task<Standing> stand(Asked asked, ledger::Intent intent, Instant deadline);
  net::Task<std::optional<ledger::Intent>> settled(ledger::Intent intent, Instant deadline);
  net::Task<Standing> tell(Asked asked, bool at_rest, ledger::Intent last_known, Instant deadline);
  net::Task<Standing> tell_kept(Asked asked, Standing standing, ledger::Intent kept, Instant deadline);
  net::Task<void> refresh_later(ledger::Intent intent);
  net::Task<void> amend_later(ledger::Intent intent, Person corrected);

  Context& context_;
  Driver& driver_;
  BookingSteps& steps_;
};

}  // namespace holdfast::booking
