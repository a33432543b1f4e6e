#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Interval;

namespace {

// Checks the query that both listings share and reads its window.
std::optional<Answer> read_event_query(Call& call, Interval& window) {
  const auto given = [&](const char* name) { return call.target.parameter(name).has_value(); };
  if (!given("userId") && !given("calendarId") && !given("groupId")) {
    return invalid({"Either of userId, calendarId or groupId is required"}, call.trace_id);
  }
  window = {*contract::parse_epoch_ms(*call.target.parameter("startTime")),
            *contract::parse_epoch_ms(*call.target.parameter("endTime"))};
  if (!window.valid()) return invalid({"startTime must be less than endTime"}, call.trace_id);
  return std::nullopt;
}

// "2021-07-16 11:00:00": the wall clock of the location, without an offset (quirk 21).
std::string wall_clock(holdfast::Instant instant, const holdfast::Zone& zone) {
  std::string text = format_iso(instant, zone).substr(0, 19);
  text[10] = ' ';
  return text;
}

void write_block(JsonText& text, const Block& block, const holdfast::Zone& zone) {
  text.member("id", block.id).member("locationId", block.location_id).member("title", block.title);
  text.member("startTime", format_iso(block.interval.begin, zone));
  text.member("endTime", format_iso(block.interval.end, zone));
  text.optional_member("calendarId", block.calendar_id).optional_member("assignedUserId", block.user_id);
}

// A block in the shape of an event, as the listing has it: nobody's appointment, so most of it is empty.
void write_block_event(JsonText& text, const Block& block, const holdfast::Zone& zone) {
  text.begin_element_object().member("id", block.id).member("address", "").member("title", block.title);
  text.member("calendarId", block.calendar_id).member("locationId", block.location_id).member("contactId", "");
  text.member("groupId", "").member("appointmentStatus", "confirmed").member("assignedUserId", block.user_id);
  text.begin_array("users");
  if (!block.user_id.empty()) text.element(std::string_view(block.user_id));
  text.end_array();
  text.member("startTime", format_iso(block.interval.begin, zone));
  text.member("endTime", format_iso(block.interval.end, zone));
  text.member("dateAdded", holdfast::format_iso_utc(block.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(block.created_at)).end_object();
}

// The appointment as a reader of some age sees it (quirk 16): nullptr when it did not exist yet; one that has ended
// since still stands, in `copy`. A move in between is not undone: it shows at its present place.
const Appointment* as_read(const Call& call, const Appointment& appointment, Appointment& copy) {
  if (!call.modifiers.stale) return &appointment;
  const holdfast::Instant as_of = call.now - *call.modifiers.stale;
  if (appointment.created_at > as_of) return nullptr;
  if (!appointment.ended_at || *appointment.ended_at <= as_of) return &appointment;
  copy = appointment;
  copy.deleted = false;
  if (!copy.occupies()) copy.status = "confirmed";
  return &copy;
}

}  // namespace

Answer get_calendar_events(Call& call) {
  Interval window{};
  if (auto refusal = read_event_query(call, window)) return std::move(*refusal);
  const auto calendar_id = call.target.parameter("calendarId");
  const auto user_id = call.target.parameter("userId");
  std::vector<const Appointment*> found;
  if (calendar_id) {
    found = call.state.appointments_in(*calendar_id, window);
    if (user_id) std::erase_if(found, [&](const Appointment* a) { return a->assigned_user_id != *user_id; });
  } else if (user_id) {
    found = call.state.appointments_of_user(*user_id, window);
  }
  JsonText text;
  text.begin_object().begin_array("events");
  for (const Appointment* appointment : found) {
    if (appointment->location_id != call.location->id) continue;
    Appointment copy;
    const Appointment* seen = as_read(call, *appointment, copy);
    if (seen == nullptr) continue;
    text.begin_element_object();
    write_event(text, *seen, call.zone());
    text.end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

Answer get_blocked_slots(Call& call) {
  Interval window{};
  if (auto refusal = read_event_query(call, window)) return std::move(*refusal);
  const auto calendar_id = call.target.parameter("calendarId");
  const auto user_id = call.target.parameter("userId");
  const Calendar* calendar = calendar_id ? call.state.calendar(*calendar_id) : nullptr;
  JsonText text;
  text.begin_object().begin_array("events");
  for (const auto& [id, block] : call.state.blocks()) {
    if (block.ended_at || block.location_id != call.location->id || !block.interval.overlaps(window)) continue;
    const bool on_calendar = calendar != nullptr && (block.calendar_id == calendar->id ||
                                                     (!block.user_id.empty() && calendar->has_member(block.user_id)));
    if (!on_calendar && !(user_id && block.user_id == *user_id)) continue;
    write_block_event(text, block, call.zone());
  }
  text.end_array();
  return ok(200, text, call);
}

Answer create_block_slot(Call& call) {
  Block block{.location_id = call.location->id,
              .calendar_id = text_of(call.body, "calendarId"),
              .user_id = text_of(call.body, "assignedUserId"),
              .title = text_of(call.body, "title"),
              .interval = {*holdfast::parse_iso(text_of(call.body, "startTime")),
                           *holdfast::parse_iso(text_of(call.body, "endTime"))}};
  if (!block.interval.valid()) return invalid({"endTime must be after startTime"}, call.trace_id);
  if (block.calendar_id.empty() == block.user_id.empty()) {
    return invalid({"Either calendarId or assignedUserId is required"}, call.trace_id);
  }
  if (!block.calendar_id.empty()) {
    const Calendar* calendar = call.state.calendar(block.calendar_id);
    if (calendar == nullptr) return refuse(404, "Calendar not found", call.trace_id);
    if (calendar->location_id != call.location->id) return foreign_location(call);
    // Quirk 23.
    if (calendar->type != CalendarType::event)
      return refuse(400, "The calendar is not an event calendar.", call.trace_id);
  } else {
    const User* user = call.state.user(block.user_id);
    if (user == nullptr) return refuse(400, "User not found", call.trace_id);
    if (user->location_id != call.location->id) return foreign_location(call);
  }
  const Block& made = call.state.add_block(std::move(block), call.now);
  JsonText text;
  text.begin_object();
  write_block(text, made, call.zone());
  return ok(201, text, call);
}

Answer get_contact_appointments(Call& call) {
  const std::string_view contact_id = call.captures.at(0);
  const Contact* contact = call.state.contact(contact_id);
  if (contact == nullptr || contact->deleted) {
    return refuse(400, "Contact not found for id:" + std::string(contact_id), call.trace_id);
  }
  if (contact->location_id != call.location->id) return foreign_location(call);
  JsonText text;
  text.begin_object().begin_array("events");
  for (const Appointment* stored : call.state.appointments_of(contact_id)) {
    Appointment copy;
    const Appointment* appointment = as_read(call, *stored, copy);
    if (appointment == nullptr || appointment->deleted) continue;
    // Any living booking reads "booked", whatever its real status (facts/ghl.md 4.8).
    const std::string_view status = appointment->occupies() ? "booked" : std::string_view(appointment->status);
    text.begin_element_object().member("id", appointment->id).member("calendarId", appointment->calendar_id);
    text.member("status", status).member("title", appointment->title);
    text.member("assignedUserId", appointment->assigned_user_id).member("notes", appointment->description);
    text.member("startTime", wall_clock(appointment->interval.begin, call.zone()));
    text.member("endTime", wall_clock(appointment->interval.end, call.zone()));
    text.member("address", appointment->address).member("locationId", appointment->location_id);
    text.member("contactId", appointment->contact_id).member("groupId", "").member("appointmentStatus", status);
    text.member("users", appointment->user_ids);
    text.member("dateAdded", wall_clock(appointment->created_at, call.zone()));
    text.member("dateUpdated", wall_clock(appointment->updated_at, call.zone()));
    text.member("assignedResources", std::vector<std::string>{}).end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
