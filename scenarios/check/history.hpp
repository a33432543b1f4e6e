// History: everything a run left behind, as plain values, for the checkers. It is filled from the twin's own record,
// from what the callers heard and, where the daemon is ours, from its ledger; checkers see nothing else.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/ledger/ledger.hpp"
#include "vapi_sim/call.hpp"

namespace scenarios {

// A calendar as far as the checkers need its rules.
struct CalendarFact {
  std::string id;
  std::string service;     // the name callers say for it
  int seats_per_slot = 1;  // of one user, or of the calendar when it has no users
  int seats_in_all = 1;    // over all users
  holdfast::Duration slot_duration{holdfast::minutes{30}};
  holdfast::Duration buffers{0};  // before and after a visit, together
};

// One appointment that is or was in GHL's calendar.
struct BookingFact {
  std::string id;
  std::string calendar_id;
  std::string contact_id;
  std::vector<std::string> user_ids;  // whose time it takes; empty: the calendar's own
  holdfast::Interval interval{};
  holdfast::Instant created_at{};
  std::optional<holdfast::Instant> ended_at;  // when it stopped taking up its time
  std::string source = "api";                 // "api" is the backend under test; else a person or the fixture
  std::string description;
  bool cancelled_by_person = false;

  // Whether the backend under test made it; and whether it took up its time at an instant.
  bool ours() const { return source == "api"; }
  bool live_at(holdfast::Instant instant) const { return created_at <= instant && (!ended_at || instant < *ended_at); }
};

// A contact in GHL.
struct ContactFact {
  std::string id;
  std::string first_name;
  std::string last_name;
  std::string email;
  std::string phone;
  bool made_in_run = true;  // false: it was in the fixture
  bool deleted = false;
};

// A note on a contact.
struct NoteFact {
  std::string contact_id;
  std::string body;
};

// The daemon died, and when it was back (nullopt: never).
struct CrashFact {
  holdfast::Instant at{};
  std::optional<holdfast::Instant> back_at;
};

// The whole run.
struct History {
  holdfast::Instant began_at{};
  holdfast::Instant calm_at{};  // when the faults stopped
  holdfast::Instant ended_at{};
  std::vector<CalendarFact> calendars;
  std::vector<BookingFact> bookings;  // in order of creation
  std::vector<ContactFact> contacts;
  std::vector<NoteFact> notes;
  std::vector<vapi_sim::CallRecord> calls;
  std::vector<CrashFact> crashes;
  // Only where the daemon is ours; `has_ledger` false: the rules about it are not applied.
  bool has_ledger = false;
  std::vector<holdfast::ledger::Intent> intents;
  std::vector<holdfast::ledger::Hold> holds;  // live at the end
  std::vector<holdfast::ledger::OutboxJob> jobs;
  // What had not come to rest when the calm ended, in words ("intent 8x… in state unknown"); empty when all did.
  std::vector<std::string> unsettled;
  // Replies that took longer than the tenant's voice deadline allows, in words.
  std::vector<std::string> late_replies;

  // By id, or by the name callers say; nullptr when unknown.
  const CalendarFact* calendar(std::string_view id) const;
  const CalendarFact* calendar_of_service(std::string_view service) const;
  const ContactFact* contact(std::string_view id) const;
};

// One time a booking was asked for, and what came back.
struct Ask {
  const vapi_sim::CallRecord* call = nullptr;
  const vapi_sim::Exchange* exchange = nullptr;
  holdfast::Instant asked_at{};  // of the first exchange with this tool call id
  std::optional<holdfast::Instant> answered_at;
  std::string status;
};

// One wish: one caller, one calendar, one start, however often and in however many calls it was asked for.
struct WishFact {
  std::string phone;  // of the caller; empty when hidden
  std::string email;
  std::string calendar_id;
  holdfast::Instant start{};
  std::string caller_name;
  std::vector<Ask> asks;  // by asked_at

  // When the caller was first told that it is booked.
  std::optional<holdfast::Instant> told_booked_at() const;
};

// The instant a label means to a caller; foreign backends also say ISO times. nullopt when it names no single instant.
std::optional<holdfast::Instant> understand(std::string_view label, std::string_view zone, holdfast::Instant heard_at);

// The wishes of all calls. A slot code is what the labels read out with it mean to the caller, read without any help
// from the backend. Asks with a code that was never read out are left out.
std::vector<WishFact> derive_wishes(const History& history);

// Bookings of this wish's caller in its calendar at its start.
class BookingIndex {
 public:
  explicit BookingIndex(const History& history);
  // By calendar and start, whoever's; in order of creation.
  std::vector<const BookingFact*> at(std::string_view calendar_id, holdfast::Instant start) const;
  // Those of the wish's caller: same phone, or same e-mail.
  std::vector<const BookingFact*> of(const WishFact& wish) const;
  // True when the contact is this caller.
  bool is_contact_of(std::string_view contact_id, const WishFact& wish) const;

 private:
  std::map<std::pair<std::string, holdfast::Instant>, std::vector<const BookingFact*>> bookings_;
  std::map<std::string, const ContactFact*, std::less<>> contacts_;
};

// "+3:25.120": virtual time since the run began.
std::string run_time(const History& history, holdfast::Instant instant);
// "2026-08-27T14:30Z": an instant for sentences.
std::string slot_text(holdfast::Instant start);

}  // namespace scenarios
