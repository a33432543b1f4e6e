// What the units of BookingSteps share.
#pragma once

#include <optional>
#include <string>

#include "core/booking/booking_steps.hpp"
#include "core/booking/outbox_jobs.hpp"

namespace holdfast::booking {

// What one driver remembers between steps.
struct BookingSteps::Remembered final : Steps::Memory {
  bool may_send = false;                     // this driver wrote `creating` itself and has not sent yet
  int creates = 0;                           // create requests this driver has sent
  std::string start_text;                    // the slot as GHL wrote it
  std::string assigned_user;                 // known or guessed before the calendar is read
  std::optional<Instant> sent_until;         // until when its create may have left, by this boot's clock
  std::optional<ledger::IntentState> state;  // of the last step: what was not seen in another state says nothing
  std::optional<Instant> absent_since;       // the first of the reads in a row that did not find it
  std::optional<Instant> behind_since;       // the first of the member's lists in a row that did not show it
};

// A change to `to` with nothing else in it.
inline ledger::Advance move_to(const ledger::Intent& intent, ledger::IntentState to, Instant now,
                               ledger::Durability durability) {
  ledger::Advance change;
  change.intent_id = intent.id;
  change.expected_version = intent.version;
  change.to = to;
  change.durability = durability;
  change.now = now;
  return change;
}

// What a caller is told of an error of GHL's before anything was made.
Refusal upstream_refusal(const Error& error);

}  // namespace holdfast::booking
