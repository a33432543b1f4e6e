// BookingSteps: how a wish for an appointment becomes a booking, exactly once (docs/saga.md).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/booking/availability.hpp"
#include "core/booking/contacts.hpp"
#include "core/booking/context.hpp"
#include "core/booking/driver.hpp"
#include "core/booking/readback.hpp"
#include "core/booking/request.hpp"
#include "core/booking/steps.hpp"

namespace holdfast::booking {

// The kind of the intents these steps drive.
inline constexpr std::string_view booking_kind = "booking";

// One loop. Each private step takes the intent in one state and returns it in the next, or as it is after a wait, or an
// error of the ledger.
class BookingSteps final : public Steps {
 public:
  // `on_work` is called when an intent came to rest whose outbox may have work. `driver` is told of intents that must
  // make way.
  BookingSteps(Context& context, Availability& availability, Driver& driver, std::function<void()> on_work);

  std::unique_ptr<Memory> remember() const override;
  net::Task<Result<ledger::Intent>> step(ledger::Intent intent, Memory& memory) override;
  void distrust(Memory& memory) const override;
  net::Task<Result<ledger::Intent>> interrupt(ledger::Intent intent) override;
  void settled(const ledger::Intent& intent) override;

  // How a booked or cancelled intent stands in GHL now, written down: moved, cancelled and restored appointments are
  // taken over as they are. An error when GHL could not be asked, or when its answer proves nothing yet.
  net::Task<Result<ledger::Intent>> refresh(ledger::Intent intent, Instant deadline);

 private:
  struct Remembered;
  using Step = net::Task<Result<ledger::Intent>>;

  Step go_on(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step hold(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step take_hold(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step refuse_unless_left(ledger::Intent intent, std::vector<ledger::Hold> conflicts, Remembered& memory);
  Step prepare(ledger::Intent intent, BookingRequest request, Remembered& memory);
  net::Task<Result<std::string>> own_appointment(ledger::Intent intent, BookingRequest request, Instant deadline);
  Step refresh_once(ledger::Intent intent, Instant deadline);
  net::Task<Result<std::vector<ledger::Intent>>> wishes_near(ledger::Intent intent, std::string conversation);
  Step look_for_earlier_try(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step write_creating(ledger::Intent intent, BookingRequest request, PreparedContact contact, Remembered& memory);
  Step create(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step after_failed_create(ledger::Intent intent, BookingRequest request, Error error, Remembered& memory);
  Step read_back(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step verify(ledger::Intent intent, BookingRequest request, Remembered& memory);
  bool may_be_behind(const Sight& sight, Remembered& memory);
  net::Task<Result<bool>> ask_ledger_of_rivals(ledger::Intent intent, Sight& sight, Interval booking,
                                               ghl::Calendar calendar);
  Step verify_unlisted(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step take_over(ledger::Intent intent, BookingRequest request, ghl::Appointment stored, Remembered& memory);
  Step settle_booked(ledger::Intent intent, BookingRequest request, const ghl::Appointment& stored);
  Step yield_seat(ledger::Intent intent, BookingRequest request, Remembered& memory);
  Step yield_for(ledger::Intent intent, Refusal refusal);
  Step refuse(ledger::Intent intent, Refusal refusal);
  Step found(ledger::Intent intent, const ghl::Appointment& appointment);
  Step wait(ledger::Intent intent, Remembered& memory, Instant latest = Instant::max());
  net::Task<std::string> contact_of_earlier(ledger::Intent intent, BookingRequest request, Instant deadline);
  net::Task<Result<bool>> has_seat_left(ledger::Intent intent, BookingRequest request, Instant deadline);
  net::Task<bool> has_left(ledger::Intent holder);
  net::Task<bool> just_left_by_own(const ledger::Intent& intent, const BookingRequest& request);
  net::Task<bool> cancel_copies(const ledger::Intent& intent, const ghl::Appointment& ours, const Sight& sight);

  net::Task<void> drive_group(std::string tenant, std::string group);

  Context& context_;
  Availability& availability_;
  Driver& driver_;
  ContactDesk contacts_;
  Readback readback_;
  std::function<void()> on_work_;
};

}  // namespace holdfast::booking
