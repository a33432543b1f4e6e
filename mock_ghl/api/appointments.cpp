#include "mock_ghl/api/booking.hpp"
#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/reading.hpp"
#include "mock_ghl/api/series.hpp"
#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;

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
  pending.made.meeting_location_type = meeting_location_type(body).value_or("");
  pending.made.notify = notifies(body);
  if (auto refusal = plan_series(call, wish, pending)) return std::move(*refusal);
  return {.pending = std::move(pending)};
}

Answer get_appointment(Call& call) {
  if (const Series* series = call.state.series(call.captures.at(0))) return get_series(call, *series);
  const Appointment* stored = call.state.appointment(call.captures.at(0));
  Appointment copy;
  const Appointment* appointment = stored == nullptr ? nullptr : as_read(call, *stored, copy);
  if (stored != nullptr && appointment == nullptr) {
    // Not there yet for this reader.
    return refuse(404, "Event not found", call.trace_id);
  }
  if (appointment == stored) {
    if (auto refusal = find_appointment(call, call.captures.at(0), appointment)) return std::move(*refusal);
  } else if (appointment->location_id != call.location->id) {
    return foreign_location(call);
  }
  JsonText text;
  text.begin_object().begin_object("event");
  write_event(text, *appointment, call.zone(), group_of(call.state, *appointment));
  text.end_object();
  return ok(200, text, call);
}

namespace {

// The slot half of an edit: what moves, whether it must be checked, and the new place.
std::optional<Answer> plan_move(const Call& call, const Appointment& appointment, Wish& wish,
                                AppointmentChange& change) {
  const bool other_place = wish.interval != appointment.interval || change.calendar_id;
  const bool other_user = wish.assigned_user_id != appointment.assigned_user_id;
  const bool occupies = occupies_after(appointment, change);
  const bool revives = occupies && !appointment.occupies();
  if (!other_place && !other_user && !revives) return std::nullopt;
  // Notice and horizon are about the time, which stays.
  wish.ignore_date_range = wish.ignore_date_range || !other_place;
  wish.takes_its_time_again = !other_place && !other_user;
  std::string assigned_user_id = wish.assigned_user_id;
  // An appointment that stays cancelled takes no time, so there is nothing to check.
  if (occupies) {
    if (auto refusal = check_slot(call, wish, assigned_user_id)) return refusal;
  }
  change.interval = wish.interval;
  change.assigned_user_id = std::move(assigned_user_id);
  return std::nullopt;
}

}  // namespace

Answer edit_appointment(Call& call) {
  const Json& body = call.body;
  if (const Series* series = call.state.series(call.captures.at(0))) return edit_series(call, *series);
  const Appointment* appointment = nullptr;
  if (auto refusal = find_appointment(call, call.captures.at(0), appointment)) return std::move(*refusal);
  if (flag(body, "ignoreFreeSlotValidation") && !text_of(body, "rrule").empty()) {
    return refuse(501,
                  "mock-ghl gives no rrule to a single appointment or instance; create the series, or edit its master",
                  call.trace_id);
  }
  PendingCommit pending{
      .appointment_id = appointment->id, .v3 = call.v3, .trace_id = call.trace_id, .status = call.success()};
  Wish wish;
  if (auto refusal = read_edit(call, *appointment, wish, pending.change)) return std::move(*refusal);
  if (auto refusal = plan_move(call, *appointment, wish, pending.change)) return std::move(*refusal);
  return {.pending = std::move(pending)};
}

Answer commit_appointment(State& state, PendingCommit pending, Instant now) {
  // What the change is about may be gone by now: a late commit (quirk 3) lands in another world.
  const std::string calendar_id = pending.appointment_id.empty() && pending.series_id.empty()
                                      ? pending.made.calendar_id
                                      : pending.change.calendar_id.value_or("");
  if (!calendar_id.empty() && state.calendar(calendar_id) == nullptr) {
    return refuse(404, "Calendar not found", pending.trace_id);
  }
  if (!pending.series_id.empty() || !pending.instances.empty()) return commit_series(state, std::move(pending), now);
  if (pending.appointment_id.empty()) {
    return created_answer(state, state.add_appointment(std::move(pending.made), now), pending);
  }
  const Appointment* appointment = state.appointment(pending.appointment_id);
  if (appointment == nullptr || appointment->deleted) {
    return refuse(400, "The event has already been deleted", pending.trace_id);
  }
  return edited_answer(state, state.change_appointment(pending.appointment_id, pending.change, now), pending);
}

Answer delete_event(Call& call) {
  const std::string_view id = call.captures.at(0);
  if (const Block* block = call.state.block(id)) {
    if (block->location_id != call.location->id) return foreign_location(call);
    if (block->ended_at) return refuse(400, "The event has already been deleted", call.trace_id);
    call.state.delete_block(id, call.now);
  } else if (const Series* series = call.state.series(id)) {
    if (auto refusal = delete_series(call, *series)) return std::move(*refusal);
  } else {
    const Appointment* appointment = nullptr;
    if (auto refusal = find_appointment(call, id, appointment)) return std::move(*refusal);
    call.state.delete_appointment(id, call.now);
  }
  JsonText text;
  text.begin_object().member("succeeded", true);
  return ok(call.success(), text, call);
}

}  // namespace mock_ghl::api
