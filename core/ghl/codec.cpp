#include "core/ghl/codec.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/json.hpp"
#include "core/ghl/classify.hpp"

namespace holdfast::ghl {
namespace {

// No calendar has longer slots or buffers; a greater number is a mistake and would only overflow.
constexpr std::int64_t minutes_max = 31 * 24 * 60;

std::unexpected<Error> unreadable() {
  return fail(ErrorKind::transient, "GHL's answer cannot be read");
}

// A 2xx body as an object that is no error in disguise.
Result<Json> parse_success(std::string_view body) {
  auto value = parse_json(body);
  if (!value || !value->is_object() || is_error_like(*value)) return unreadable();
  return value;
}

std::string text_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return {};
  if (member->is_string()) return member->get<std::string>();
  // Ids and texts that arrive as numbers are still the same ids.
  if (member->is_number_integer()) return member->dump();
  return {};
}

// The first of the members that is a text with something in it.
std::string first_text(const Json& value, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    std::string text = text_member(value, key);
    if (!text.empty()) return text;
  }
  return {};
}

// The object inside a wrapper, or the value itself.
const Json& unwrap(const Json& value, std::initializer_list<std::string_view> wrappers) {
  for (const std::string_view wrapper : wrappers) {
    const Json* inner = find_member(value, wrapper);
    if (inner != nullptr && inner->is_object()) return *inner;
  }
  return value;
}

// A length in the unit that stands in another member ("mins" or "hours"); nullopt when absent or absurd.
std::optional<Duration> length_member(const Json& value, std::string_view key, std::string_view unit_key) {
  const auto number = integer_member(value, key);
  if (!number || *number < 0 || *number > minutes_max) return std::nullopt;
  const bool in_hours = text_member(value, unit_key).starts_with('h');
  const std::int64_t length_minutes = in_hours ? *number * 60 : *number;
  if (length_minutes > minutes_max) return std::nullopt;
  return minutes(length_minutes);
}

// ISO 8601 with an offset, or epoch milliseconds as a number or digits (facts/ghl.md 4.7). A wall clock names no
// instant.
std::optional<Instant> instant_member(const Json& value, std::string_view key) {
  const Json* member = find_member(value, key);
  if (member == nullptr) return std::nullopt;
  if (member->is_string()) {
    if (auto instant = parse_iso(member->get_ref<const std::string&>())) return instant;
  }
  const auto epoch_ms = integer_member(value, key);
  // Below this a number cannot be milliseconds of a booking: it is seconds, a year or noise (quirk 20).
  if (!epoch_ms || *epoch_ms < 100'000'000'000 || *epoch_ms > 253'402'300'799'999) return std::nullopt;
  return from_epoch_ms(*epoch_ms);
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
  calendar.pre_buffer = length_member(value, "preBuffer", "preBufferUnit").value_or(Duration(0));
  calendar.post_buffer = length_member(value, "slotBuffer", "slotBufferUnit").value_or(Duration(0));
  auto per_slot = integer_member(value, "appoinmentPerSlot");
  if (!per_slot) per_slot = integer_member(value, "appointmentPerSlot");
  calendar.appointments_per_slot = static_cast<int>(std::clamp<std::int64_t>(per_slot.value_or(1), 1, 10'000));
  // Arrays come back as {} when they are empty (quirk 24).
  const Json* members = find_member(value, "teamMembers");
  if (members != nullptr && members->is_array()) {
    for (const Json& member : *members) {
      std::string user_id = text_member(member, "userId");
      if (!user_id.empty()) calendar.team_member_ids.push_back(std::move(user_id));
    }
  }
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
  appointment.added_at = instant_member(value, "dateAdded");
  return appointment;
}

Contact read_contact(const Json& value) {
  Contact contact;
  contact.id = first_text(value, {"id", "_id"});
  contact.first_name = first_text(value, {"firstName", "firstNameLowerCase"});
  contact.last_name = first_text(value, {"lastName", "lastNameLowerCase"});
  contact.email = first_text(value, {"email", "emailLowerCase"});
  contact.phone = text_member(value, "phone");
  return contact;
}

Note read_note(const Json& value) {
  return {.id = first_text(value, {"id", "_id"}), .body = text_member(value, "body")};
}

// The array `key` of a 2xx body, each object read by `read`. {} stands for an empty array (quirk 24).
template <class T>
Result<std::vector<T>> read_list(std::string_view body, std::string_view key, T (*read)(const Json&)) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  const Json* list = find_member(*value, key);
  if (list == nullptr || !(list->is_array() || (list->is_object() && list->empty()))) return unreadable();
  std::vector<T> items;
  items.reserve(list->size());
  for (const Json& item : *list) {
    if (!item.is_object()) return unreadable();
    items.push_back(read(item));
  }
  return items;
}

void put(Json& object, const char* key, std::string_view text) {
  if (!text.empty()) object[key] = text;
}

bool is_cancelled(std::string_view status) {
  return status == "cancelled" || status == "canceled";
}

}  // namespace

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
  if (location.id.empty()) return unreadable();
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
  if (calendar.id.empty()) return unreadable();
  return calendar;
}

Result<Appointment> decode_appointment(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Appointment appointment = read_appointment(unwrap(*value, {"event", "appointment"}));
  if (appointment.id.empty()) return unreadable();
  return appointment;
}

Result<std::vector<Appointment>> decode_events(std::string_view body) {
  return read_list<Appointment>(body, "events", read_appointment);
}

Result<Contact> decode_found_contact(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  const auto member = value->find("contact");
  if (member == value->end()) return unreadable();
  if (member->is_null()) return Contact{};
  if (!member->is_object()) return unreadable();
  Contact contact = read_contact(*member);
  // An empty object is nobody; an object with content but no id is not what was asked for.
  if (contact.id.empty() && !member->empty()) return unreadable();
  return contact;
}

Result<Contact> decode_upserted_contact(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Contact contact = read_contact(unwrap(*value, {"contact"}));
  if (contact.id.empty()) return unreadable();
  return contact;
}

Result<std::vector<Note>> decode_notes(std::string_view body) {
  return read_list<Note>(body, "notes", read_note);
}

Result<Note> decode_note(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Note note = read_note(unwrap(*value, {"note"}));
  if (note.id.empty()) return unreadable();
  return note;
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

Contact decode_duplicate(std::string_view body) {
  Contact contact;
  const auto value = parse_json(body);
  if (!value) return contact;
  const Json* meta = find_member(*value, "meta");
  if (meta != nullptr) contact.id = text_member(*meta, "contactId");
  return contact;
}

std::string encode_appointment(const AppointmentDraft& draft, std::string_view location_id) {
  Json object = Json::object();
  put(object, "calendarId", draft.calendar_id);
  put(object, "locationId", location_id);
  put(object, "contactId", draft.contact_id);
  put(object, "startTime", draft.start_text);
  put(object, "title", draft.title);
  put(object, "description", draft.description);
  put(object, "assignedUserId", draft.assigned_user_id);
  return dump_json(object);
}

std::string encode_contact(const ContactDraft& draft, std::string_view location_id) {
  Json object = Json::object();
  put(object, "locationId", location_id);
  put(object, "firstName", draft.first_name);
  put(object, "lastName", draft.last_name);
  put(object, "email", draft.email);
  put(object, "phone", draft.phone);
  put(object, "timezone", draft.timezone);
  put(object, "source", draft.source);
  return dump_json(object);
}

std::string encode_note(std::string_view body) {
  return dump_json(Json{{"body", body}});
}

std::string encode_cancel() {
  return R"({"appointmentStatus":"cancelled"})";
}

}  // namespace holdfast::ghl
