// What creates and edits of appointments and of series share: the slot check and the flat answers.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// What the two requests ask for, read once.
struct Wish {
  const Calendar* calendar = nullptr;
  holdfast::Interval interval{};
  std::string assigned_user_id;  // may be empty
  std::string start_text;        // "" when the start is not asked for
  bool ignore_slot_validation = false;
  bool ignore_date_range = false;
  bool takes_its_time_again = false;  // it was booked there before: only what lies there now can refuse it
  std::string_view moving_id{};       // of the appointment that moves, or of its series
};

// A boolean member; false when absent.
bool flag(const holdfast::Json& body, std::string_view key);
// Whether GHL tells the customer of the change: unless `toNotify` is false. The vendor's files give true as the default
// in v3 and none in the dated dialect, where it is taken to be the same.
bool notifies(const holdfast::Json& body);
// Checks the wish against the slot engine. On success says who serves it.
std::optional<Answer> check_slot(const Call& call, const Wish& wish, std::string& assigned_user_id);
// Reads an edit of `booked` (an appointment, or the leading instance of a series): where it is wished to be into
// `wish`, another calendar and the plain members into `change`. Refuses what is no place or no user of the calendar's.
std::optional<Answer> read_edit(const Call& call, const Appointment& booked, Wish& wish, AppointmentChange& change);
// The status after an edit takes up time.
bool occupies_after(const Appointment& booked, const AppointmentChange& change);
// The type of meeting place a body names; an address alone makes it "custom" (facts/ghl.md 4.4).
std::optional<std::string> meeting_location_type(const holdfast::Json& body);
// The calendar's title for a contact.
std::string default_title(const Calendar& calendar, const Contact& contact);
// From `start` to endTime, or of that length; empty when it would end before it starts.
std::optional<holdfast::Interval> wished_interval(const holdfast::Json& body, holdfast::Instant start,
                                                  holdfast::Duration duration);

// The flat answers of create and edit (facts/ghl.md 4.4, quirk 6).
Answer created_answer(const State& state, const Appointment& appointment, const PendingCommit& pending);
Answer edited_answer(const State& state, const Appointment& appointment, const PendingCommit& pending);

}  // namespace mock_ghl::api
