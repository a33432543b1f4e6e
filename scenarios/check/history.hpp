// History: everything a run left behind, as plain values, for the checkers. It is filled from the twin's own record,
// from what the callers heard and, where the daemon is ours, from its ledger; checkers see nothing else.
#pragma once

#include <optional>
#include <set>
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
  holdfast::Duration buffers{0};           // before and after a visit, together
  std::vector<std::string> user_ids = {};  // whose time its visits take; empty: the calendar's own
};

// One appointment as it stands or stood at one place of GHL's calendar. One that a person moved, or restored, is
// several of them, one after the other, with the same id.
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
  std::string title;
  bool cancelled_by_person = false;  // a person ended it: cancelled, deleted, or moved elsewhere
  bool placed_by_person = false;     // a person put it here: moved or restored
  bool restored = false;             // a person undid its cancellation, here or at an earlier place
  bool denied = false;               // GHL made it and answered that it did not
  bool by_chaos = false;             // GHL stored something else, made it once more, or denied it

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
  std::string location_id = {};
  bool changed = false;                      // of the fixture's: its name, phone or e-mail is no longer what it was
  std::set<std::string> merged_phones = {};  // of contacts that the office merged into it
  std::set<std::string> merged_emails = {};
};

// A name that callers say for a calendar.
struct ServiceFact {
  std::string name;
  std::string calendar_id;
};

// A note on a contact.
struct NoteFact {
  std::string contact_id;
  std::string body;
};

// A time that was given up, that GHL lists as free, and what a stranger was offered who asked for it by phone after the
// run had come to rest.
struct FreedSlotFact {
  std::string calendar_id;
  holdfast::Instant start{};
  holdfast::Instant asked_at{};
  std::string said;  // "" when there was no answer
  std::vector<holdfast::Instant> offered = {};
};

// A message that a customer received because of an appointment: from GHL itself, or (`written`) one that the backend
// wrote in GHL's conversations.
struct NoticeFact {
  enum class Kind { booked, rescheduled, cancelled, written };
  Kind kind = Kind::booked;
  std::string appointment_id;  // "" of a written one
  std::string contact_id;
  holdfast::Instant at{};
  bool by_person = false;  // it tells of what a person did
  std::string text = {};   // of a written one
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
  std::string zone;  // of the business
  std::vector<CalendarFact> calendars;
  std::vector<ServiceFact> services;  // besides the calendars' own names
  std::vector<BookingFact> bookings;  // in order of creation
  std::vector<ContactFact> contacts;
  std::vector<NoteFact> notes;
  std::vector<NoticeFact> notices;   // in the order they were sent
  int tasks = 0;                     // for the staff, on contacts
  std::vector<FreedSlotFact> freed;  // virtual world only
  std::vector<vapi_sim::CallRecord> calls;
  std::vector<CrashFact> crashes;
  // The wall clock of the daemon's machine was set: what one life of it put off, another may wait for as long again.
  bool wall_was_set = false;
  // Only where the daemon is ours; `has_ledger` false: the rules about it are not applied.
  bool has_ledger = false;
  std::vector<holdfast::ledger::Intent> intents;
  std::vector<holdfast::ledger::Hold> holds;  // live at the end
  std::vector<holdfast::ledger::OutboxJob> jobs;
  std::vector<holdfast::ledger::Review> reviews;  // that wait for a person
  // What had not come to rest when the calm ended, in words ("intent 8x… in state unknown"); empty when all did.
  std::vector<std::string> unsettled;
  // Replies that took longer than the tenant's voice deadline allows, in words.
  std::vector<std::string> late_replies;

  // By id, or by the name callers say; nullptr when unknown.
  const CalendarFact* calendar(std::string_view id) const;
  const CalendarFact* calendar_of_service(std::string_view service) const;
  const ContactFact* contact(std::string_view id) const;
};

// "+3:25.120": virtual time since the run began.
std::string run_time(const History& history, holdfast::Instant instant);
// "2026-08-27T14:30Z": an instant for sentences.
std::string slot_text(holdfast::Instant start);

}  // namespace scenarios
