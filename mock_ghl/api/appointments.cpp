
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::api {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::Json;

namespace {

// What the two requests ask for, read once.
struct Wish {
  const Calendar* calendar = nullptr;
  Interval interval{};
  std::string assigned_user_id;  // may be empty
  std::string start_text;        // "" when the start is not asked for
  bool ignore_slot_validation = false;
  bool ignore_date_range = false;
  std::string_view moving_id{};  // of the appointment that moves
};

bool flag(const Json& body, std::string_view key) {
  return holdfast::bool_member(body, key).value_or(false);
}

// True when the written offset is the location's own at that instant (quirk 8).
bool has_location_offset(const std::string& start_text, Instant start, const holdfast::Zone& zone) {
  const std::string expected = format_iso(start, zone);
  const auto sign = start_text.find_last_of("+-Zz");
  return sign != std::string::npos && sign >= 10 && start_text.substr(sign) == expected.substr(19);
}

// Checks the wish against the slot engine. On success says who serves it.
std::optional<Answer> check_slot(Call& call, const Wish& wish, std::string& assigned_user_id) {
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

// The calendar named in a body, of the token's location; or the refusal.
std::optional<Answer> find_calendar(Call& call, const std::string& id, const Calendar*& calendar) {
  calendar = call.state.calendar(id);
  if (calendar == nullptr) return refuse(404, "Calendar not found", call.trace_id);
  if (calendar->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

// endTime, or start + slotDuration; empty when it would end before it starts.
std::optional<Interval> wished_interval(const Json& body, Instant start, Duration duration) {
  Interval interval{start, start + duration};
  if (holdfast::find_member(body, "endTime") != nullptr) interval.end = *holdfast::parse_iso(text_of(body, "endTime"));
  if (!interval.valid()) return std::nullopt;
  return interval;
}

// An appointment of the token's location that is not deleted; or the refusal.
std::optional<Answer> find_appointment(Call& call, const Appointment*& appointment) {
  appointment = call.state.appointment(call.captures.at(0));
  if (appointment == nullptr) return refuse(400, "The event id is invalid", call.trace_id);
  if (appointment->location_id != call.location->id) return foreign_location(call);
  if (appointment->deleted) return refuse(400, "The event has already been deleted", call.trace_id);
  return std::nullopt;
}

Answer created(const State& state, const Appointment& appointment, const PendingCommit& pending) {
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

Answer edited(const State& state, const Appointment& appointment, const PendingCommit& pending) {
  const holdfast::Zone& zone = state.zone(appointment.location_id);
  JsonText text;
  text.begin_object();
  write_flat_appointment(text, appointment, zone, pending.v3);
  text.member("endTime", format_iso(appointment.interval.end, zone)).member("traceId", pending.trace_id).end_object();
  return {.response = holdfast::net::HttpResponse::json(pending.status, text.take())};
}

}  // namespace

Answer create_appointment(Call& call) {
  const Json& body = call.body;
  Wish wish{.assigned_user_id = text_of(body, "assignedUserId"),
            .start_text = text_of(body, "startTime"),
            .ignore_slot_validation = flag(body, "ignoreFreeSlotValidation"),
            .ignore_date_range = flag(body, "ignoreDateRange")};
  if (auto refusal = find_calendar(call, text_of(body, "calendarId"), wish.calendar)) return std::move(*refusal);
  const std::string contact_id = text_of(body, "contactId");
  const Contact* contact = call.state.contact(contact_id);
  if (contact == nullptr || contact->deleted) {
    return refuse(400, "Contact with id " + contact_id + " not found", call.trace_id);
  }
  if (contact->location_id != call.location->id) return foreign_location(call);
  // A series is only made when the slot check is off (facts/ghl.md 4.4); otherwise the rule is ignored, as GHL does.
  if (wish.ignore_slot_validation && !text_of(body, "rrule").empty()) {
    return refuse(501, "mock-ghl does not build recurring appointments; send one create per date", call.trace_id);
  }
  const auto interval = wished_interval(body, *holdfast::parse_iso(wish.start_text), wish.calendar->slot_duration);
  if (!interval) return invalid({"endTime must be after startTime"}, call.trace_id);
  wish.interval = *interval;
  PendingCommit pending{.appointment_id = {}, .v3 = call.v3, .trace_id = call.trace_id, .status = call.success()};
  if (auto refusal = check_slot(call, wish, pending.made.assigned_user_id)) return std::move(*refusal);
  const std::string status = text_of(body, "appointmentStatus");
  const std::string title = text_of(body, "title");
  pending.made.calendar_id = wish.calendar->id;
  pending.made.contact_id = contact_id;
  pending.made.interval = wish.interval;
  pending.made.status = !status.empty() ? status : wish.calendar->auto_confirm ? "confirmed" : "new";
  pending.made.title = title.empty() ? default_title(*wish.calendar, *contact) : title;
  pending.made.description = text_of(body, "description");
  pending.made.address = text_of(body, "address");
  return {.pending = std::move(pending)};
}

Answer get_appointment(Call& call) {
  const Appointment* appointment = nullptr;
  if (auto refusal = find_appointment(call, appointment)) return std::move(*refusal);
  JsonText text;
  text.begin_object().begin_object("event");
  write_event(text, *appointment, call.zone());
  text.end_object();
  return ok(200, text, call);
}

namespace {

// The slot half of an edit: what moves, whether it must be checked, and the new place.
std::optional<Answer> plan_move(Call& call, const Appointment& appointment, PendingCommit& pending) {
  const Json& body = call.body;
  Wish wish{.calendar = call.state.calendar(appointment.calendar_id),
            .interval = appointment.interval,
            .assigned_user_id = appointment.assigned_user_id,
            .start_text = text_of(body, "startTime"),
            .ignore_slot_validation = flag(body, "ignoreFreeSlotValidation"),
            .ignore_date_range = flag(body, "ignoreDateRange"),
            .moving_id = appointment.id};
  const std::string calendar_id = text_of(body, "calendarId");
  if (!calendar_id.empty() && calendar_id != appointment.calendar_id) {
    if (auto refusal = find_calendar(call, calendar_id, wish.calendar)) return refusal;
    if (!wish.calendar->has_member(wish.assigned_user_id)) wish.assigned_user_id.clear();
    pending.change.calendar_id = calendar_id;
  }
  if (!text_of(body, "assignedUserId").empty()) wish.assigned_user_id = text_of(body, "assignedUserId");
  const Instant start = wish.start_text.empty() ? appointment.interval.begin : *holdfast::parse_iso(wish.start_text);
  const bool keeps_length = pending.change.calendar_id == std::nullopt;
  const Duration length = keeps_length ? appointment.interval.length() : wish.calendar->slot_duration;
  const auto interval = wished_interval(body, start, length);
  if (!interval) return invalid({"endTime must be after startTime"}, call.trace_id);
  wish.interval = *interval;
  const bool moves = wish.interval != appointment.interval || pending.change.calendar_id ||
                     wish.assigned_user_id != appointment.assigned_user_id;
  Appointment after = appointment;
  if (const std::string status = text_of(body, "appointmentStatus"); !status.empty()) after.status = status;
  const bool revives = after.occupies() && !appointment.occupies();
  if (!moves && !revives) return std::nullopt;
  // A revival takes the time again, whenever it is: only what lies there now can refuse it.
  if (!moves) wish.ignore_date_range = true;
  std::string assigned_user_id = wish.assigned_user_id;
  // An appointment that stays cancelled takes no time, so there is nothing to check.
  if (after.occupies()) {
    if (auto refusal = check_slot(call, wish, assigned_user_id)) return refusal;
  }
  pending.change.interval = wish.interval;
  pending.change.assigned_user_id = std::move(assigned_user_id);
  return std::nullopt;
}

}  // namespace

Answer edit_appointment(Call& call) {
  const Json& body = call.body;
  const Appointment* appointment = nullptr;
  if (auto refusal = find_appointment(call, appointment)) return std::move(*refusal);
  PendingCommit pending{
      .appointment_id = appointment->id, .v3 = call.v3, .trace_id = call.trace_id, .status = call.success()};
  if (auto refusal = plan_move(call, *appointment, pending)) return std::move(*refusal);
  const auto copy = [&](std::string_view key, std::optional<std::string>& out) {
    out = holdfast::string_member(body, key);
  };
  copy("appointmentStatus", pending.change.status);
  copy("title", pending.change.title);
  copy("description", pending.change.description);
  copy("address", pending.change.address);
  return {.pending = std::move(pending)};
}

Answer commit_appointment(State& state, PendingCommit pending, Instant now) {
  if (pending.appointment_id.empty()) {
    return created(state, state.add_appointment(std::move(pending.made), now), pending);
  }
  const Appointment* appointment = state.appointment(pending.appointment_id);
  if (appointment == nullptr || appointment->deleted) {
    return refuse(400, "The event has already been deleted", pending.trace_id);
  }
  return edited(state, state.change_appointment(pending.appointment_id, pending.change, now), pending);
}

Answer delete_event(Call& call) {
  const std::string_view id = call.captures.at(0);
  if (const Block* block = call.state.block(id)) {
    if (block->location_id != call.location->id) return foreign_location(call);
    if (block->ended_at) return refuse(400, "The event has already been deleted", call.trace_id);
    call.state.delete_block(id, call.now);
  } else {
    const Appointment* appointment = nullptr;
    if (auto refusal = find_appointment(call, appointment)) return std::move(*refusal);
    call.state.delete_appointment(id, call.now);
  }
  JsonText text;
  text.begin_object().member("succeeded", true);
  return ok(call.success(), text, call);
}

}  // namespace mock_ghl::api
