// The slot engine: which starts of a calendar can be booked, by the rules of facts/ghl.md 4.2. Pure; the same function
// answers free-slots and checks creates, so that the two can never disagree.
//
// What was decided where the facts leave a doubt:
// - A window is a wall-clock range of a local date in the location's zone. A start is a window's opening plus a
//   multiple of slot_interval on the wall clock; every instant of [start, start + duration) must lie in the same window
//   of the same date. So a DST gap has no start, and in a fold both instants of a wall clock are starts (quirk 17).
// - Buffers widen both sides: the candidate by its calendar's buffers, every other booking by its own calendar's
//   ("double buffer"). Blocks are not widened. Buffers need not fit the opening hours.
// - Bookings of the same calendar over exactly the same interval share a slot: they do not collide but take up
//   appointments_per_slot (per user; the seats of a class). Any other overlap collides.
// - appointments_per_day counts living bookings of the calendar whose start lies on the same local date.
// - On a calendar without hours each member's schedules that name it count, in their own zone and added up; a member
//   without one falls back on the fixture's openHours, and without these offers nothing (quirk 15).
// - A draft (isActive false) offers nothing (inferred; it has no page to book on).
// - A start must be >= now + booking_after and <= now + booking_for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl {

// A start that can be booked.
struct Slot {
  holdfast::Instant start = {};
  holdfast::Instant end = {};
  // Who could serve it, in team order: the free members; all of them on a collective calendar; nobody named on an event
  // calendar without a team, nor where the question does not ask for users.
  std::vector<std::string> user_ids = {};
  bool operator==(const Slot&) const = default;
};

// What a question may change about the rules.
struct SlotQuery {
  holdfast::Interval window = {};                   // starts with begin <= start < end
  std::optional<holdfast::Duration> duration = {};  // instead of slot_duration
  std::string user_id = {};                         // only this member ("" = any)
  std::string_view without_appointment_id = {};     // its own time does not count (a reschedule); or a series' id
  bool with_users = true;                           // false: Slot::user_ids stays empty, which is cheaper
  bool ignore_date_range = false;                   // no notice, no horizon (facts/ghl.md 4.4)
};

// The bookable starts in order of time, each once. Empty for an inactive calendar.
std::vector<Slot> free_slots(const Calendar& calendar, const StateView& view, const SlotQuery& query,
                             holdfast::Instant now);
// The slot at exactly `start`, or nullopt when it cannot be booked. query.window is not used.
std::optional<Slot> slot_at(const Calendar& calendar, const StateView& view, holdfast::Instant start, SlotQuery query,
                            holdfast::Instant now);
// True when only what lies there now is asked, not hours, grid, notice, horizon or a day's limit: whether the calendar
// (one without a team), everybody (a collective one) and `user_id`, when given, have room for exactly `interval`.
bool is_free_of_bookings(const Calendar& calendar, const StateView& view, const holdfast::Interval& interval,
                         std::string_view user_id, std::string_view without_appointment_id);
// Which of the slot's users gets the booking: round robin by priority, or fewest bookings; "" when nobody is named.
std::string choose_user(const Calendar& calendar, const State& state, const Slot& slot);

}  // namespace mock_ghl
