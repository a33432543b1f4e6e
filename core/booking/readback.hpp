// Readback: what GHL's calendar says about an appointment of ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// Whether ours stands alone on its seat.
enum class Exclusivity {
  ours,   // it stands, and nobody is in the way
  yield,  // somebody else has the seat and our rule says that we give way
  gone,   // it is cancelled or deleted: a person was faster
};

// Reads appointments back. Decides nothing about the ledger.
class Readback {
 public:
  explicit Readback(Context& context) : context_(context) {}

  // The appointment an intent's create made, if it is there: by marker; failing that, when the description was lost, by
  // contact and instant. nullopt when the calendar was read and it is not in it.
  net::Task<Result<std::optional<ghl::Appointment>>> find(std::string intent_id, BookingRequest request,
                                                          std::string contact_id, Instant deadline);
  // Reads the calendar, and the user's other calendars where a user is assigned, over the appointment's time. Rule of
  // precedence: whoever is not a Holdfast wins over us, because nobody can tell them; among Holdfasts the one GHL added
  // earlier wins, then the smaller id. We yield when that leaves no seat for us.
  net::Task<Result<Exclusivity>> exclusivity(std::string appointment_id, ghl::Calendar calendar, Interval booking,
                                             Instant deadline);
  // True when the appointment exists and takes up its time.
  net::Task<Result<bool>> is_live(std::string appointment_id, Instant deadline);

 private:
  Context& context_;
};

// The pure part of exclusivity(): `events` are all the events read, ours among them.
Exclusivity judge_exclusivity(const ghl::Appointment& ours, const std::vector<ghl::Appointment>& events,
                              Interval booking, const ghl::Calendar& calendar);

}  // namespace holdfast::booking
