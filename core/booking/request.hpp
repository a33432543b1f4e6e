// BookingRequest and BookingOutcome: what an intent wants and how it ended, as the ledger keeps them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace holdfast::booking {

// Who comes.
struct Person {
  std::string first_name;
  std::string last_name;
  std::string email;  // lower case, may be empty
  std::string phone;  // E.164, may be empty when there is an email

  // "First Last", or whichever there is.
  std::string full_name() const;
};

// A wish made definite: everything the steps need, nothing they would have to ask for again after a restart.
struct BookingRequest {
  std::string service;
  std::string calendar_id;
  Instant start{};  // as it stands: a person may have moved it in GHL
  Instant end{};
  Instant asked_start{};       // as the caller chose it
  std::string zone;            // in which the slot was offered and is spoken of
  Person person;               // the attendee
  std::string notes;           // the caller's, may be empty
  std::string conversation;    // the call or chat it was asked for in; empty when the transport names none
  std::string line;            // the trusted number of that call; empty when there is none
  bool contact_made = false;   // the contact was made for this wish, so a correction may change it
  bool was_booked = false;     // it was told as booked, with a note and a confirmation
  bool customer_told = false;  // the customer got a confirmation
  std::optional<Instant> updated_at =
      {};  // the newest change of the appointment that was seen; an older answer is no news
};

// Why an intent was refused, stable names for logs, traces and the ledger.
enum class RefusalReason {
  slot_taken,        // somebody else has it, or GHL does not offer it
  cancelled,         // it was booked and a person cancelled it in GHL
  not_created,       // the create's outcome was unknown and it never arrived
  interrupted,       // the daemon stopped before anything was sent
  calendar_busy,     // GHL rate-limited us or could not be reached before anything was done
  misconfigured,     // GHL refuses for a reason the operator must mend
  stored_otherwise,  // GHL kept something else than what was asked; ours was cancelled
  withdrawn,         // another time of the same person was booked instead
};

// The stable name.
std::string_view to_string(RefusalReason reason);

// What the ledger's `outcome` column holds of a refused intent.
struct Refusal {
  RefusalReason reason = RefusalReason::slot_taken;
  std::string detail;  // for the operator; no personal data
};

// The ledger's JSON texts and back.
std::string encode(const BookingRequest& request);
Result<BookingRequest> decode_request(std::string_view text);
std::string encode(const Refusal& refusal);
// An unreadable text counts as `interrupted`.
Refusal decode_refusal(std::string_view text);

}  // namespace holdfast::booking
