// Readback: what GHL's calendar says about an appointment of ours.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// Whether ours stands alone on its seat.
enum class Exclusivity {
  ours,   // it stands, and nobody is in the way
  yield,  // somebody else has the seat and our rule says that we give way
};

// One look at the calendar around a booking.
struct Sight {
  std::vector<ghl::Appointment> events;     // of the calendar
  std::vector<ghl::Appointment> elsewhere;  // of other calendars, where a user whom ours takes up is busy
  // Ours as those lists show it, by id, else by marker; nullopt when they do not, which proves nothing: lists lag.
  std::optional<ghl::Appointment> ours;
  // Whether the list of the user whom ours bears shows ours too; true where there is nothing to see.
  bool member_shows_ours = true;
  // Of the others, the ids that the ledger knows as booked: somebody was told so already.
  std::set<std::string> told{};
};

// What one appointment is at the moment.
enum class Presence {
  live,       // it is there and takes up its time
  cancelled,  // it is there and does not
  absent,     // GHL does not know it now; only a second read a lag later makes that a proof (docs/saga.md 3)
};
struct Looked {
  Presence presence = Presence::absent;
  ghl::Appointment appointment;  // unless absent
};

// Reads appointments back. Decides nothing about the ledger. Every error is one of reading: nobody knows.
class Readback {
 public:
  explicit Readback(Context& context) : context_(context) {}

  // The appointment an intent's create made, if it is there: by marker in the calendar at the asked time, then among
  // the contact's appointments (it may have been moved before we looked); failing that, when the description was lost,
  // by contact and instant. nullopt when both were read and it is in neither.
  net::Task<Result<std::optional<ghl::Appointment>>> find(std::string intent_id, BookingRequest request,
                                                          std::string contact_id, Instant deadline);
  // Reads the calendar over the booking's time and beside it the users' other calendars. `user_ids` are those whom ours
  // takes up: every member of a collective, else who is known or guessed to be assigned, if anybody; where the event
  // names somebody else, that one's are read instead.
  net::Task<Result<Sight>> look(ledger::Intent intent, BookingRequest request, std::vector<std::string> user_ids,
                                Instant deadline);
  // The appointment by its id.
  net::Task<Result<Looked>> presence(std::string appointment_id, Instant deadline);

 private:
  Context& context_;
};

// Whether what GHL shows is what this intent made: it carries the marker. Without a description it has to be as asked
// too, for the id that an answer named may be somebody else's.
bool is_ours(const ghl::Appointment& stored, const ledger::Intent& intent, const BookingRequest& request);

// A person may have changed it since it was made: then it stands as they want it.
bool was_edited(const ghl::Appointment& stored);

// The events that a duplicate delivery of this intent's create made: with its marker, like ours, added while the create
// could arrive. One that a person copied is theirs.
std::vector<std::string> copies_of(const ledger::Intent& intent, const ghl::Appointment& ours,
                                   const std::vector<ghl::Appointment>& events, const Limits& limits);

// Rule of precedence: whoever is not a Holdfast wins over us, because nobody can tell them, and so does a booking that
// somebody was told of; among other Holdfasts the one GHL added earlier wins, then the smaller id. (GHL may add one
// earlier and show it later: its dates alone do not say who could be seen by whom.) We yield when that leaves no seat
// for us. `sight` shows ours, which takes up its time.
Exclusivity judge_exclusivity(const ghl::Appointment& ours, const Sight& sight, Interval booking,
                              const ghl::Calendar& calendar);

// The other appointments that are at the time and want the seat of ours, whoever wins: those in other calendars, and
// those of its own where they leave no seat.
std::vector<const ghl::Appointment*> rivals_of(const ghl::Appointment& ours, const Sight& sight, Interval booking,
                                               const ghl::Calendar& calendar);

}  // namespace holdfast::booking
