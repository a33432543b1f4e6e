#include <algorithm>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/reading.hpp"
#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Interval;
using holdfast::Json;

namespace {

// Checks the query that both listings share and reads its window.
std::optional<Answer> read_event_query(Call& call, Interval& window) {
  const auto given = [&](const char* name) { return call.target.parameter(name).has_value(); };
  if (!given("userId") && !given("calendarId") && !given("groupId")) {
    return invalid({"Either of userId, calendarId or groupId is required"}, call.trace_id);
  }
  window = {instant_parameter(call, "startTime"), instant_parameter(call, "endTime")};
  if (!window.valid()) return invalid({"startTime must be less than endTime"}, call.trace_id);
  return std::nullopt;
}

bool names_calendars(const Call& call) {
  return call.target.parameter("calendarId") || call.target.parameter("groupId");
}

// The calendars that calendarId and groupId name, of the token's location.
std::vector<const Calendar*> asked_calendars(const Call& call) {
  const auto calendar_id = call.target.parameter("calendarId");
  const auto group_id = call.target.parameter("groupId");
  std::vector<const Calendar*> asked;
  if (!calendar_id && !group_id) return asked;
  for (const auto& [id, calendar] : call.state.calendars()) {
    if (calendar.location_id != call.location->id) continue;
    if (calendar_id && id != *calendar_id) continue;
    if (group_id && calendar.group_id != *group_id) continue;
    asked.push_back(&calendar);
  }
  return asked;
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
  text.member("dateUpdated", holdfast::format_iso_utc(block.updated_at)).end_object();
}

}  // namespace

Answer get_calendar_events(Call& call) {
  Interval window{};
  if (auto refusal = read_event_query(call, window)) return std::move(*refusal);
  const auto user_id = call.target.parameter("userId");
  std::vector<const Appointment*> found;
  if (names_calendars(call)) {
    for (const Calendar* calendar : asked_calendars(call)) {
      const auto more = call.state.appointments_in(calendar->id, window);
      found.insert(found.end(), more.begin(), more.end());
    }
    if (user_id) {
      std::erase_if(found, [&](const Appointment* each) {
        return std::find(each->user_ids.begin(), each->user_ids.end(), *user_id) == each->user_ids.end();
      });
    }
    std::sort(found.begin(), found.end(), starts_before);
  } else {
    found = call.state.appointments_of_user(user_id.value_or(""), window);
  }
  JsonText text;
  text.begin_object().begin_array("events");
  for (const Appointment* appointment : found) {
    if (appointment->location_id != call.location->id) continue;
    Appointment copy;
    const Appointment* seen = as_read(call, *appointment, copy);
    if (seen == nullptr) continue;
    text.begin_element_object();
    write_event(text, *seen, call.zone(), group_of(call.state, *seen));
    text.end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

Answer get_blocked_slots(Call& call) {
  Interval window{};
  if (auto refusal = read_event_query(call, window)) return std::move(*refusal);
  const auto user_id = call.target.parameter("userId");
  const std::vector<const Calendar*> calendars = asked_calendars(call);
  JsonText text;
  text.begin_object().begin_array("events");
  for (const auto& [id, block] : call.state.blocks()) {
    if (block.ended_at || block.location_id != call.location->id || !block.interval.overlaps(window)) continue;
    if (user_id && block.user_id != *user_id) continue;
    const bool on_calendar = std::any_of(calendars.begin(), calendars.end(), [&](const Calendar* calendar) {
      return block.calendar_id == calendar->id || (!block.user_id.empty() && calendar->has_member(block.user_id));
    });
    if (names_calendars(call) && !on_calendar) continue;
    write_block_event(text, block, call.zone());
  }
  text.end_array();
  return ok(200, text, call);
}

namespace {

// A block must lie on an event calendar, or on a user, of the token's location.
std::optional<Answer> check_block(const Call& call, const Block& block) {
  if (!block.interval.valid()) return invalid({"endTime must be after startTime"}, call.trace_id);
  if (block.calendar_id.empty() == block.user_id.empty()) {
    return invalid({"Either calendarId or assignedUserId is required"}, call.trace_id);
  }
  if (block.calendar_id.empty()) {
    const User* user = nullptr;
    return find_user(call, block.user_id, user);
  }
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, block.calendar_id, calendar)) return refusal;
  // Quirk 23.
  if (calendar->type != CalendarType::event) {
    return refuse(400, "The calendar is not an event calendar.", call.trace_id);
  }
  return std::nullopt;
}

// What the body says of a block, over `block`. Naming a calendar takes it off its user, and the other way round.
void read_block(const Json& body, Block& block) {
  const auto calendar_id = holdfast::string_member(body, "calendarId");
  const auto user_id = holdfast::string_member(body, "assignedUserId");
  if (calendar_id || user_id) {
    block.calendar_id = calendar_id.value_or("");
    block.user_id = user_id.value_or("");
  }
  if (auto title = holdfast::string_member(body, "title")) block.title = std::move(*title);
  if (const std::string start = text_of(body, "startTime"); !start.empty()) {
    block.interval.begin = *holdfast::parse_iso(start);
  }
  if (const std::string end = text_of(body, "endTime"); !end.empty()) block.interval.end = *holdfast::parse_iso(end);
}

Answer show_block(const Call& call, const Block& block) {
  JsonText text;
  text.begin_object();
  write_block(text, block, call.zone());
  return ok(call.success(), text, call);
}

}  // namespace

Answer create_block_slot(Call& call) {
  Block block{.location_id = call.location->id};
  read_block(call.body, block);
  if (auto refusal = check_block(call, block)) return std::move(*refusal);
  return show_block(call, call.state.add_block(std::move(block), call.now));
}

Answer edit_block_slot(Call& call) {
  const std::string_view id = call.captures.at(0);
  const Block* block = call.state.block(id);
  if (block == nullptr) return refuse(400, "The event id is invalid", call.trace_id);
  if (block->location_id != call.location->id) return foreign_location(call);
  if (block->ended_at) return refuse(400, "The event has already been deleted", call.trace_id);
  Block changed = *block;
  read_block(call.body, changed);
  if (auto refusal = check_block(call, changed)) return std::move(*refusal);
  return show_block(call, call.state.change_block(id, std::move(changed), call.now));
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
    text.member("contactId", appointment->contact_id).member("groupId", group_of(call.state, *appointment));
    text.member("appointmentStatus", status);
    text.member("users", appointment->user_ids);
    text.member("dateAdded", wall_clock(appointment->created_at, call.zone()));
    text.member("dateUpdated", wall_clock(appointment->updated_at, call.zone()));
    text.member("assignedResources", std::vector<std::string>{}).end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
