#include "mock_ghl/api/booking.hpp"

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

namespace {

// True when the written offset is the location's own at that instant (quirk 8).
bool has_location_offset(const std::string& start_text, Instant start, const holdfast::Zone& zone) {
  const std::string expected = format_iso(start, zone);
  const auto sign = start_text.find_last_of("+-Zz");
  return sign != std::string::npos && sign >= 10 && start_text.substr(sign) == expected.substr(19);
}

}  // namespace

std::optional<Answer> check_slot(const Call& call, const Wish& wish, std::string& assigned_user_id) {
  const Calendar& calendar = *wish.calendar;
  assigned_user_id = wish.assigned_user_id;
  if (calendar.needs_team() && calendar.team.empty()) {
    return refuse(422, "The calendar doesn't have any team members associated", call.trace_id);
  }
  if (!wish.assigned_user_id.empty() && !calendar.team.empty() && !calendar.has_member(wish.assigned_user_id)) {
    return refuse(400, "The assigned user is not a team member of the calendar", call.trace_id);
  }
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
  const StateView view{.state = call.state, .as_of = call.now};
  const auto slot = slot_at(calendar, view, wish.interval.begin,
                            {.window = {},
                             .duration = wish.interval.length(),
                             .user_id = calendar.team.empty() ? std::string() : wish.assigned_user_id,
                             .without_appointment_id = wish.moving_id,
                             .ignore_date_range = wish.ignore_date_range},
                            call.now);
  if (!slot) return slot_taken(call);
  if (assigned_user_id.empty()) assigned_user_id = choose_user(calendar, call.state, *slot);
  return std::nullopt;
}

std::string default_title(const Calendar& calendar, const Contact& contact) {
  static constexpr std::string_view placeholder = "{{contact.name}}";
  std::string title = calendar.event_title;
  if (const auto at = title.find(placeholder); at != std::string::npos) {
    title.replace(at, placeholder.size(), contact.fields.full_name());
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
  text.member("status", appointment.status == "cancelled" ? "cancelled" : "booked");
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
