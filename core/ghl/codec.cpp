#include "core/ghl/codec.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "core/base/json.hpp"
#include "core/ghl/reading.hpp"

namespace holdfast::ghl {
namespace {

// No calendar has longer slots or buffers; a greater number is a mistake and would only overflow.
constexpr std::int64_t minutes_max = 31 * 24 * 60;

// A length in the unit that stands in another member ("mins" or "hours"); nullopt when absent or absurd.
std::optional<Duration> length_member(const Json& value, std::string_view key, std::string_view unit_key) {
  const auto number = integer_member(value, key);
  if (!number || *number < 0 || *number > minutes_max) return std::nullopt;
  const bool in_hours = text_member(value, unit_key).starts_with('h');
  const std::int64_t length_minutes = in_hours ? *number * 60 : *number;
  if (length_minutes > minutes_max) return std::nullopt;
  return minutes(length_minutes);
}

// A notice or a horizon, counted in the unit of another member (facts/ghl.md 4.1); nullopt when there is none. Days
// where the unit is missing, as the specification's examples have it.
std::optional<Duration> reach_member(const Json& value, std::string_view key, std::string_view unit_key) {
  constexpr std::int64_t count_max = 1'000'000;
  const auto count = integer_member(value, key);
  if (!count || *count <= 0 || *count > count_max) return std::nullopt;
  const std::string unit = text_member(value, unit_key);
  Duration one = days(1);
  if (unit.starts_with("mi")) one = minutes(1);
  if (unit.starts_with('h')) one = hours(1);
  if (unit.starts_with('w')) one = days(7);
  if (unit.starts_with("mo")) one = days(31);
  return one * *count;
}

double priority_of(const Json& member) {
  const Json* priority = find_member(member, "priority");
  return priority != nullptr && priority->is_number() ? std::clamp(priority->get<double>(), 0.0, 1.0) : 0.5;
}

void read_team(const Json& value, Calendar& calendar) {
  const Json* members = list_member(value, "teamMembers");
  if (members == nullptr) return;
  std::set<std::string> named;
  for (const Json& member : *members) {
    std::string user_id = text_member(member, "userId");
    // Who is named twice is there once: nobody can be held twice for one booking.
    if (user_id.empty() || !named.insert(user_id).second) continue;
    calendar.team_member_ids.push_back(user_id);
    calendar.team.push_back({.user_id = std::move(user_id),
                             .priority = priority_of(member),
                             .primary = bool_member(member, "isPrimary").value_or(false)});
  }
}

AvailabilityType read_availability(const Json& value) {
  const auto number = integer_member(value, "availabilityType");
  if (number == 0) return AvailabilityType::open_hours;
  return number == 1 ? AvailabilityType::custom : AvailabilityType::both;
}

Calendar read_calendar(const Json& value) {
  Calendar calendar;
  calendar.id = first_text(value, {"id", "_id"});
  calendar.location_id = text_member(value, "locationId");
  calendar.name = text_member(value, "name");
  calendar.type = text_member(value, "calendarType");
  calendar.active = bool_member(value, "isActive").value_or(true);
  const auto slot = length_member(value, "slotDuration", "slotDurationUnit");
  if (slot && *slot > Duration(0)) calendar.slot_duration = *slot;
  const auto interval = length_member(value, "slotInterval", "slotIntervalUnit");
  calendar.slot_interval = interval && *interval > Duration(0) ? *interval : calendar.slot_duration;
  calendar.pre_buffer = length_member(value, "preBuffer", "preBufferUnit").value_or(Duration(0));
  calendar.post_buffer = length_member(value, "slotBuffer", "slotBufferUnit").value_or(Duration(0));
  auto per_slot = integer_member(value, "appoinmentPerSlot");
  if (!per_slot) per_slot = integer_member(value, "appointmentPerSlot");
  calendar.appointments_per_slot = static_cast<int>(std::clamp<std::int64_t>(per_slot.value_or(1), 1, 10'000));
  const auto per_day = integer_member(value, "appoinmentPerDay");
  if (per_day && *per_day > 0 && *per_day <= 10'000) calendar.appointments_per_day = static_cast<int>(*per_day);
  calendar.booking_notice = reach_member(value, "allowBookingAfter", "allowBookingAfterUnit").value_or(Duration(0));
  calendar.booking_horizon = reach_member(value, "allowBookingFor", "allowBookingForUnit");
  calendar.availability = read_availability(value);
  calendar.auto_confirm = bool_member(value, "autoConfirm").value_or(true);
  read_team(value, calendar);
  return calendar;
}

Appointment read_appointment(const Json& value) {
  Appointment appointment;
  appointment.id = first_text(value, {"id", "_id"});
  appointment.calendar_id = text_member(value, "calendarId");
  appointment.location_id = text_member(value, "locationId");
  appointment.contact_id = text_member(value, "contactId");
  appointment.assigned_user_id = text_member(value, "assignedUserId");
  appointment.title = text_member(value, "title");
  appointment.description = first_text(value, {"description", "notes"});
  appointment.status = first_text(value, {"appointmentStatus", "appoinmentStatus", "status"});
  appointment.deleted = bool_member(value, "deleted").value_or(false);
  appointment.start = instant_member(value, "startTime");
  appointment.end = instant_member(value, "endTime");
  // An end that is not after its start is none: taken at its word, the event would stand in nobody's way.
  if (appointment.start && appointment.end && *appointment.end <= *appointment.start) appointment.end.reset();
  appointment.added_at = instant_member(value, "dateAdded");
  appointment.updated_at = instant_member(value, "dateUpdated");
  const Json* created_by = find_member(value, "createdBy");
  if (created_by != nullptr) appointment.created_by = text_member(*created_by, "source");
  appointment.user_ids = text_list_member(value, "users");
  appointment.start_text = text_member(value, "startTime");
  appointment.end_text = text_member(value, "endTime");
  return appointment;
}

bool is_cancelled(std::string_view status) {
  return status == "cancelled" || status == "canceled";
}

}  // namespace

CalendarKind Calendar::kind() const {
  static constexpr std::array<std::pair<std::string_view, CalendarKind>, 6> kinds{{
      {"round_robin", CalendarKind::round_robin},
      {"collective", CalendarKind::collective},
      {"class_booking", CalendarKind::class_booking},
      {"service_booking", CalendarKind::service_booking},
      {"event", CalendarKind::event},
      {"personal", CalendarKind::personal},
  }};
  for (const auto& [written, meant] : kinds) {
    if (type == written) return meant;
  }
  return CalendarKind::other;
}

bool is_usable_id(std::string_view id) {
  constexpr std::size_t bytes_max = 256;
  return !id.empty() && id.size() <= bytes_max && id != "." && id != "..";
}

bool Appointment::occupies() const {
  if (deleted) return false;
  std::string lower = status;
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return !is_cancelled(lower) && lower != "invalid" && lower != "noshow";
}

Result<Location> decode_location(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  const Json& object = unwrap(*value, {"location"});
  Location location;
  location.id = first_text(object, {"id", "_id"});
  if (!is_usable_id(location.id)) return unreadable();
  location.name = text_member(object, "name");
  location.timezone = text_member(object, "timezone");
  location.country = text_member(object, "country");
  if (location.country.empty()) location.country = "US";
  return location;
}

Result<std::vector<Calendar>> decode_calendars(std::string_view body) {
  return read_list<Calendar>(body, "calendars", read_calendar);
}

Result<Calendar> decode_calendar(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Calendar calendar = read_calendar(unwrap(*value, {"calendar"}));
  if (!is_usable_id(calendar.id)) return unreadable();
  return calendar;
}

Result<Appointment> decode_appointment(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Appointment appointment = read_appointment(unwrap(*value, {"event", "appointment"}));
  if (!is_usable_id(appointment.id)) return unreadable();
  return appointment;
}

Result<Appointment> decode_updated_appointment(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  return read_appointment(unwrap(*value, {"event", "appointment"}));
}

Result<std::vector<Appointment>> decode_events(std::string_view body) {
  return read_list<Appointment>(body, "events", read_appointment);
}

Result<void> decode_cancelled(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  const Json& object = unwrap(*value, {"event", "appointment"});
  // `status` is not looked at: it says "booked" of every appointment (facts/ghl.md 4.8).
  const std::string status = first_text(object, {"appointmentStatus", "appoinmentStatus"});
  if (!status.empty() && !is_cancelled(status)) return unreadable();
  return {};
}

std::string encode_appointment(const AppointmentDraft& draft, std::string_view location_id) {
  Json object = Json::object();
  put(object, "calendarId", draft.calendar_id);
  put(object, "locationId", location_id);
  put(object, "contactId", draft.contact_id);
  put(object, "startTime", draft.start_text);
  put(object, "endTime", draft.end_text);
  put(object, "title", draft.title);
  put(object, "description", draft.description);
  put(object, "assignedUserId", draft.assigned_user_id);
  if (draft.notify) object["toNotify"] = *draft.notify;
  return dump_json(object);
}

std::string encode_update(const AppointmentUpdate& update) {
  Json object = Json::object();
  const auto put_given = [&](const char* key, const std::optional<std::string>& text) {
    if (text) object[key] = *text;
  };
  put_given("startTime", update.start_text);
  put_given("endTime", update.end_text);
  put_given("appointmentStatus", update.status);
  put_given("title", update.title);
  put_given("description", update.description);
  put_given("assignedUserId", update.assigned_user_id);
  if (update.notify) object["toNotify"] = *update.notify;
  return dump_json(object);
}

}  // namespace holdfast::ghl
