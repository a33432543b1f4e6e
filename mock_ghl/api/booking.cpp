#include "mock_ghl/api/booking.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::api {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::Json;

bool flag(const Json& body, std::string_view key) {
  return holdfast::bool_member(body, key).value_or(false);
}

bool notifies(const Json& body) {
  return holdfast::bool_member(body, "toNotify").value_or(true);
}

namespace {

// True when the written offset is the location's own at that instant (quirk 8).
bool has_location_offset(const std::string& start_text, Instant start, const holdfast::Zone& zone) {
  const std::string expected = format_iso(start, zone);
  const auto sign = start_text.find_last_of("+-Zz");
  return sign != std::string::npos && sign >= 10 && start_text.substr(sign) == expected.substr(19);
}

// Whoever is named must be of the team; on a calendar without one, of the location.
std::optional<Answer> check_user(const Call& call, const Calendar& calendar, const std::string& user_id) {
  if (user_id.empty()) return std::nullopt;
  if (!calendar.team.empty()) {
    if (calendar.has_member(user_id)) return std::nullopt;
    return refuse(400, "The assigned user is not a team member of the calendar", call.trace_id);
  }
  const User* user = nullptr;
  return find_user(call, user_id, user);
}

}  // namespace

std::optional<Answer> check_slot(const Call& call, const Wish& wish, std::string& assigned_user_id) {
  const Calendar& calendar = *wish.calendar;
  assigned_user_id = wish.assigned_user_id;
  const StateView view{.state = call.state, .as_of = call.now};
  const auto has_room = [&] {
    return is_free_of_bookings(calendar, view, wish.interval, wish.assigned_user_id, wish.moving_id);
  };
  if (wish.takes_its_time_again && !wish.ignore_slot_validation) {
    return has_room() ? std::nullopt : std::optional(slot_taken(call));
  }
  if (calendar.needs_team() && calendar.team.empty()) {
    return refuse(422, "The calendar doesn't have any team members associated", call.trace_id);
  }
  if (auto refusal = check_user(call, calendar, wish.assigned_user_id)) return refusal;
  if (wish.ignore_slot_validation) {
    if (assigned_user_id.empty() && !calendar.team.empty()) {
      return refuse(422, "A team member needs to be selected. assignedUserId is missing", call.trace_id);
    }
    return std::nullopt;
  }
  if (wish.interval.length() != calendar.slot_duration && !calendar.any_duration) {
    return refuse(400, "Selected slot duration is not a valid duration option for this calendar", call.trace_id);
  }
  if (call.modifiers.strict_offset && !wish.start_text.empty() &&
      !has_location_offset(wish.start_text, wish.interval.begin, call.zone())) {
    return slot_taken(call);
  }
  const auto slot = slot_at(calendar, view, wish.interval.begin,
                            {.window = {},
                             .duration = wish.interval.length(),
                             .user_id = calendar.team.empty() ? std::string() : wish.assigned_user_id,
                             .without_appointment_id = wish.moving_id,
                             .ignore_date_range = wish.ignore_date_range},
                            call.now);
  // Who serves a calendar without a team has times of their own all the same.
  if (!slot || (calendar.team.empty() && !has_room())) return slot_taken(call);
  if (assigned_user_id.empty()) assigned_user_id = choose_user(calendar, call.state, *slot);
  return std::nullopt;
}

std::optional<Answer> read_edit(const Call& call, const Appointment& booked, Wish& wish, AppointmentChange& change) {
  const Json& body = call.body;
  wish = {.calendar = call.state.calendar(booked.calendar_id),
          .assigned_user_id = booked.assigned_user_id,
          .start_text = text_of(body, "startTime"),
          .ignore_slot_validation = flag(body, "ignoreFreeSlotValidation"),
          .ignore_date_range = flag(body, "ignoreDateRange"),
          .moving_id = booked.id};
  const std::string calendar_id = text_of(body, "calendarId");
  const bool other_calendar = !calendar_id.empty() && calendar_id != booked.calendar_id;
  if (other_calendar) {
    if (auto refusal = find_calendar(call, calendar_id, wish.calendar)) return refusal;
    if (!wish.calendar->has_member(wish.assigned_user_id)) wish.assigned_user_id.clear();
    change.calendar_id = calendar_id;
  }
  if (const std::string user_id = text_of(body, "assignedUserId"); !user_id.empty()) {
    if (auto refusal = check_user(call, *wish.calendar, user_id)) return refusal;
    wish.assigned_user_id = user_id;
  }
  const Instant start = wish.start_text.empty() ? booked.interval.begin : *holdfast::parse_iso(wish.start_text);
  // Another start without an endTime takes the calendar's length, as a create does.
  const bool keeps_length = !other_calendar && (start == booked.interval.begin || wish.calendar->any_duration);
  const auto interval =
      wished_interval(body, start, keeps_length ? booked.interval.length() : wish.calendar->slot_duration);
  if (!interval) return invalid({"endTime must be after startTime"}, call.trace_id);
  wish.interval = *interval;
  change.status = holdfast::string_member(body, "appointmentStatus");
  change.title = holdfast::string_member(body, "title");
  change.description = holdfast::string_member(body, "description");
  change.address = holdfast::string_member(body, "address");
  change.meeting_location_type = meeting_location_type(body);
  change.notify = notifies(body);
  change.release_notice = flag(body, "toNotify");
  return std::nullopt;
}

bool occupies_after(const Appointment& booked, const AppointmentChange& change) {
  Appointment after = booked;
  if (change.status) after.status = *change.status;
  return after.occupies();
}

std::optional<std::string> meeting_location_type(const Json& body) {
  if (auto given = holdfast::string_member(body, "meetingLocationType")) return given;
  return text_of(body, "address").empty() ? std::nullopt : std::optional<std::string>("custom");
}

std::string default_title(const Calendar& calendar, const Contact& contact) {
  const std::array<std::pair<std::string_view, std::string>, 3> placeholders{
      {{"{{contact.name}}", contact.fields.full_name()},
       {"{{contact.first_name}}", contact.fields.first_name},
       {"{{contact.last_name}}", contact.fields.last_name}}};
  std::string title = calendar.event_title;
  for (std::size_t at = title.find("{{"); at != std::string::npos; at = title.find("{{", at)) {
    const std::string_view rest = std::string_view(title).substr(at);
    const auto known = std::find_if(placeholders.begin(), placeholders.end(),
                                    [&](const auto& each) { return rest.starts_with(each.first); });
    // Past what stands there now: a name may look like a placeholder.
    if (known == placeholders.end()) {
      at += 2;
      continue;
    }
    title.replace(at, known->first.size(), known->second);
    at += known->second.size();
  }
  return title;
}

std::optional<Interval> wished_interval(const Json& body, Instant start, Duration duration) {
  Interval interval{start, start + duration};
  if (holdfast::find_member(body, "endTime") != nullptr) interval.end = *holdfast::parse_iso(text_of(body, "endTime"));
  if (!interval.valid()) return std::nullopt;
  return interval;
}

Answer created_answer(const State& state, const Appointment& appointment, const PendingCommit& pending) {
  const holdfast::Zone& zone = state.zone(appointment.location_id);
  JsonText text;
  text.begin_object();
  write_flat_appointment(text, appointment, zone, pending.v3);
  // Quirk 6: a legacy status beside the real one, its misspelt twin, and no endTime.
  text.member("status", appointment.occupies() ? std::string_view("booked") : std::string_view(appointment.status));
  text.member("appoinmentStatus", appointment.status);
  text.member("traceId", pending.trace_id).end_object();
  return {.response = holdfast::net::HttpResponse::json(pending.status, text.take())};
}

Answer edited_answer(const State& state, const Appointment& appointment, const PendingCommit& pending) {
  const holdfast::Zone& zone = state.zone(appointment.location_id);
  JsonText text;
  text.begin_object();
  write_flat_appointment(text, appointment, zone, pending.v3);
  text.member("endTime", format_iso(appointment.interval.end, zone)).member("traceId", pending.trace_id).end_object();
  return {.response = holdfast::net::HttpResponse::json(pending.status, text.take())};
}

}  // namespace mock_ghl::api
