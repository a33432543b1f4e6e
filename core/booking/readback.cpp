#include "core/booking/readback.hpp"

#include <algorithm>
#include <tuple>

#include "core/booking/marker.hpp"
#include "core/booking/resource.hpp"

namespace holdfast::booking {
namespace {

Interval time_of(const ghl::Appointment& event, const ghl::Calendar& calendar) {
  const Instant begin = event.start.value_or(Instant{});
  return {begin, event.end.value_or(begin + calendar.slot_duration)};
}

bool is_at_the_time(const ghl::Appointment& other, const ghl::Appointment& ours, Interval booking,
                    const ghl::Calendar& calendar) {
  return other.id != ours.id && other.occupies() && time_of(other, calendar).overlaps(booking);
}

bool beats(const ghl::Appointment& other, const ghl::Appointment& ours, const Sight& sight) {
  if (!has_marker(other) || sight.told.contains(other.id)) return true;
  const Instant never = Instant::max();
  return std::tuple(other.added_at.value_or(never), other.id) < std::tuple(ours.added_at.value_or(never), ours.id);
}

// Seats on which `ours` and `other` meet: the user when both have the same, else the calendar when it has no users.
bool same_seat(const ghl::Appointment& ours, const ghl::Appointment& other) {
  if (!ours.assigned_user_id.empty() && !other.assigned_user_id.empty()) {
    return ours.assigned_user_id == other.assigned_user_id;
  }
  return ours.calendar_id == other.calendar_id;
}

int seats_of(const ghl::Appointment& ours, const ghl::Calendar& calendar) {
  const bool per_user = !ours.assigned_user_id.empty();
  return per_user ? std::max(1, calendar.appointments_per_slot) : resources_of(calendar).front().capacity;
}

}  // namespace

Exclusivity judge_exclusivity(const ghl::Appointment& ours, const Sight& sight, Interval booking,
                              const ghl::Calendar& calendar) {
  const auto is_in_the_way = [&](const ghl::Appointment& other) {
    return is_at_the_time(other, ours, booking, calendar) && beats(other, ours, sight);
  };
  // Whoever is busy elsewhere has no seat here. Whose name the event bears there says nothing: of a collective GHL
  // names one member only.
  if (std::ranges::any_of(sight.elsewhere, is_in_the_way)) return Exclusivity::yield;
  const int capacity = seats_of(ours, calendar);
  int stronger = 0;
  for (const ghl::Appointment& other : sight.events) {
    if (!same_seat(ours, other) || !is_in_the_way(other)) continue;
    // Seats of one slot are shared only by bookings of that very slot.
    if (other.start != ours.start) return Exclusivity::yield;
    ++stronger;
  }
  return stronger >= capacity ? Exclusivity::yield : Exclusivity::ours;
}

std::vector<const ghl::Appointment*> rivals_of(const ghl::Appointment& ours, const Sight& sight, Interval booking,
                                               const ghl::Calendar& calendar) {
  std::vector<const ghl::Appointment*> rivals;
  std::size_t beside = 0;  // on seats of the very slot, which may be shared
  for (const ghl::Appointment& other : sight.events) {
    if (!same_seat(ours, other) || !is_at_the_time(other, ours, booking, calendar)) continue;
    if (other.start == ours.start) ++beside;
    rivals.push_back(&other);
  }
  const bool leaves_a_seat = beside == rivals.size() && beside < static_cast<std::size_t>(seats_of(ours, calendar));
  if (leaves_a_seat) rivals.clear();
  for (const ghl::Appointment& other : sight.elsewhere) {
    if (is_at_the_time(other, ours, booking, calendar)) rivals.push_back(&other);
  }
  return rivals;
}

bool is_ours(const ghl::Appointment& stored, const ledger::Intent& intent, const BookingRequest& request) {
  if (has_marker_of(stored, intent.id)) return true;
  const bool is_named = !intent.appointment_id.empty() && stored.id == intent.appointment_id;
  // Its id was proven when it was booked; people may write over its description since.
  if (is_named && request.was_booked) return true;
  return is_named && stored.description.empty() && stored.calendar_id == request.calendar_id &&
         stored.contact_id == intent.contact_id && stored.start == request.start;
}

bool was_edited(const ghl::Appointment& stored) {
  return stored.added_at && stored.updated_at && *stored.updated_at > *stored.added_at;
}

std::vector<std::string> copies_of(const ledger::Intent& intent, const ghl::Appointment& ours,
                                   const std::vector<ghl::Appointment>& events, const Limits& limits) {
  // Both times are GHL's: our own clock may have been set in between.
  const Instant made_at = ours.added_at.value_or(intent.sent_until.value_or(intent.updated_at));
  const Instant last_arrival = made_at + Duration(limits.create_timeout_ms + limits.late_arrival_window_ms);
  std::vector<std::string> copies;
  for (const ghl::Appointment& event : events) {
    if (event.id == ours.id || !event.occupies() || !has_marker_of(event, intent.id)) continue;
    const bool is_alike =
        event.calendar_id == ours.calendar_id && event.start == ours.start && event.contact_id == ours.contact_id;
    // What a person copied was made at GHL's screen, ours was not (facts/ghl.md 4.4).
    const bool is_theirs = !event.created_by.empty() && !ours.created_by.empty() && event.created_by != ours.created_by;
    if (is_alike && !is_theirs && (!event.added_at || *event.added_at <= last_arrival)) copies.push_back(event.id);
  }
  return copies;
}

net::Task<Result<std::optional<ghl::Appointment>>> Readback::find(std::string intent_id, BookingRequest request,
                                                                  std::string contact_id, Instant deadline) {
  auto events =
      co_await context_.client.list_calendar_events(request.calendar_id, {request.start, request.end}, deadline);
  if (!events) co_return fail(events.error());
  if (!contact_id.empty()) {
    auto of_contact = co_await context_.client.list_contact_appointments(contact_id, deadline);
    if (!of_contact && of_contact.error().kind != ErrorKind::not_found) co_return fail(of_contact.error());
    if (of_contact) events->insert(events->end(), of_contact->begin(), of_contact->end());
  }
  for (ghl::Appointment& event : *events) {
    if (has_marker_of(event, intent_id)) co_return std::move(event);
  }
  for (ghl::Appointment& event : *events) {
    const bool nameless = event.description.empty() && event.calendar_id == request.calendar_id;
    if (nameless && !contact_id.empty() && event.contact_id == contact_id && event.start == request.start &&
        event.occupies()) {
      co_return std::move(event);
    }
  }
  co_return std::nullopt;
}

namespace {

net::Task<Result<std::vector<ghl::Appointment>>> no_events() {
  co_return std::vector<ghl::Appointment>{};
}

}  // namespace

net::Task<Result<Sight>> Readback::look(ledger::Intent intent, BookingRequest request,
                                        std::vector<std::string> user_ids, Instant deadline) {
  const Interval booking{request.start, request.end};
  ghl::Client& client = context_.client;
  auto [events, busy] =
      co_await net::both(context_.runtime, client.list_calendar_events(request.calendar_id, booking, deadline),
                         user_ids.empty() ? no_events() : client.list_user_events(user_ids.front(), booking, deadline));
  if (!events) co_return fail(events.error());
  Sight sight{
      .events = std::move(*events), .elsewhere = {}, .ours = std::nullopt, .member_shows_ours = true, .told = {}};
  const auto is_named = [&](const ghl::Appointment& event) { return event.id == intent.appointment_id; };
  for (const ghl::Appointment& event : sight.events) {
    if (!is_ours(event, intent, request)) continue;
    if (!sight.ours || is_named(event)) sight.ours = event;
  }
  const std::string assigned = sight.ours ? sight.ours->assigned_user_id : "";
  if (!assigned.empty() && std::ranges::find(user_ids, assigned) == user_ids.end()) {
    // One was a guess, and wrong; several are a team that has grown.
    if (user_ids.size() <= 1) user_ids.clear();
    user_ids.insert(user_ids.begin(), assigned);
    busy = co_await client.list_user_events(assigned, booking, deadline);
  }
  for (std::size_t user = 0;;) {
    // A member who is gone is busy nowhere.
    const bool is_gone = !busy && busy.error().kind == ErrorKind::not_found;
    if (is_gone) busy = std::vector<ghl::Appointment>{};
    if (!busy) co_return fail(busy.error());
    if (!assigned.empty() && user_ids[user] == assigned && !is_gone) {
      sight.member_shows_ours = std::ranges::find(*busy, sight.ours->id, &ghl::Appointment::id) != busy->end();
    }
    for (ghl::Appointment& event : *busy) {
      if (event.calendar_id != request.calendar_id) sight.elsewhere.push_back(std::move(event));
    }
    if (++user >= user_ids.size()) co_return sight;
    busy = co_await client.list_user_events(user_ids[user], booking, deadline);
  }
}

net::Task<Result<Looked>> Readback::presence(std::string appointment_id, Instant deadline) {
  auto read = co_await context_.client.get_appointment(std::move(appointment_id), deadline);
  if (!read && read.error().kind == ErrorKind::not_found) co_return Looked{};
  if (!read) co_return fail(read.error());
  const Presence presence = read->occupies() ? Presence::live : Presence::cancelled;
  co_return Looked{presence, std::move(*read)};
}

}  // namespace holdfast::booking
