#include "mock_ghl/api/shapes.hpp"

#include <utility>

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

namespace {

// The channels of dndSettings: dated name, v3 name (facts/ghl.md 5.1, 8).
constexpr std::pair<std::string_view, std::string_view> channels[] = {
    {"Call", "call"}, {"Email", "email"}, {"SMS", "sms"}, {"WhatsApp", "whatsApp"}, {"GMB", "gmb"}, {"FB", "fb"}};

std::string_view v3_channel(std::string_view dated) {
  for (const auto& [name, v3_name] : channels) {
    if (name == dated) return v3_name;
  }
  return dated;
}

}  // namespace

std::string_view dated_channel(std::string_view name) {
  for (const auto& [dated, v3_name] : channels) {
    if (v3_name == name) return dated;
  }
  return name;
}

void write_flat_appointment(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone, bool v3) {
  text.member("id", appointment.id).member("calendarId", appointment.calendar_id);
  text.member("locationId", appointment.location_id).member("contactId", appointment.contact_id);
  text.member("startTime", format_iso(appointment.interval.begin, zone)).member("title", appointment.title);
  text.optional_member("meetingLocationType", appointment.meeting_location_type);
  text.member("appointmentStatus", appointment.status);
  text.optional_member("assignedUserId", appointment.assigned_user_id).optional_member("address", appointment.address);
  text.member("isRecurring", !appointment.rrule.empty()).optional_member("rrule", appointment.rrule);
  if (!v3) return;
  text.member("dateAdded", holdfast::format_iso_utc(appointment.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(appointment.updated_at));
}

void write_event(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone,
                 std::string_view group_id) {
  text.member("id", appointment.id).member("address", appointment.address).member("title", appointment.title);
  text.member("calendarId", appointment.calendar_id).member("locationId", appointment.location_id);
  text.member("contactId", appointment.contact_id).member("groupId", group_id);
  text.member("appointmentStatus", appointment.status).member("assignedUserId", appointment.assigned_user_id);
  text.member("users", appointment.user_ids);
  text.member("notes", appointment.description).member("description", appointment.description);
  text.member("isRecurring", !appointment.rrule.empty()).optional_member("rrule", appointment.rrule);
  text.optional_member("masterEventId", appointment.master_event_id);
  text.member("startTime", format_iso(appointment.interval.begin, zone));
  text.member("endTime", format_iso(appointment.interval.end, zone));
  text.member("dateAdded", holdfast::format_iso_utc(appointment.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(appointment.updated_at));
  text.member("deleted", appointment.deleted).member("assignedResources", std::vector<std::string>{});
  text.begin_object("createdBy").member("source", appointment.source == "api" ? "third_party" : "calendar_page");
  text.end_object();
}

namespace {

void write_names(JsonText& text, const ContactFields& fields, const ContactView& view) {
  const std::string full_name = lower_case(fields.full_name());
  if (view.shape == ContactShape::read) text.optional_member("name", full_name);
  if (view.shape == ContactShape::listed || view.shape == ContactShape::hit) {
    text.optional_member("contactName", full_name);
  }
  text.member("firstName", fields.first_name).member("lastName", fields.last_name);
  if (view.shape == ContactShape::listed) return;
  text.member("firstNameLowerCase", lower_case(fields.first_name));
  text.member("lastNameLowerCase", lower_case(fields.last_name));
  text.member("fullNameLowerCase", full_name);
}

void write_custom_fields(JsonText& text, const ContactFields& fields, const ContactView& view) {
  text.begin_array("customFields");
  for (const CustomFieldValue& field : fields.custom_fields) {
    text.begin_element_object().member("id", field.id);
    const bool blank = field.reverts_at && view.now >= *field.reverts_at;
    if (blank) {
      text.member("value", "");
    } else if (field.value.is_string()) {
      text.member("value", field.value.get_ref<const std::string&>());
    } else {
      text.raw_member("value", holdfast::dump_json(field.value));
    }
    text.end_object();
  }
  text.end_array();
}

void write_dnd(JsonText& text, const ContactFields& fields, const ContactView& view) {
  text.member("dnd", fields.dnd.value_or(false));
  if (fields.dnd_settings.is_object()) {
    text.begin_object("dndSettings");
    for (const auto& [channel, setting] : fields.dnd_settings.items()) {
      text.raw_member(view.v3 ? v3_channel(channel) : std::string_view(channel), holdfast::dump_json(setting));
    }
    text.end_object();
  }
  // No answer of GHL's declares it.
  if (view.shape == ContactShape::record && fields.inbound_dnd_settings.is_object()) {
    text.raw_member("inboundDndSettings", holdfast::dump_json(fields.inbound_dnd_settings));
  }
}

// "1990-09-25" reads back as such, but from a create as an instant, with JavaScript's months from 0.
void write_birth(JsonText& text, const ContactFields& fields, const ContactView& view) {
  if (fields.date_of_birth.empty()) return;
  const auto date = holdfast::parse_date(fields.date_of_birth);
  if (view.shape != ContactShape::created || !date) {
    text.member("dateOfBirth", fields.date_of_birth);
    return;
  }
  text.member("dateOfBirth", fields.date_of_birth + "T00:00:00.000Z");
  text.member("birthMonth", static_cast<int>(date->month) - 1).member("birthDay", static_cast<int>(date->day));
}

void write_address(JsonText& text, const ContactFields& fields) {
  text.optional_member("companyName", fields.company_name).optional_member("address1", fields.address1);
  text.optional_member("city", fields.city).optional_member("state", fields.state);
  text.optional_member("postalCode", fields.postal_code).optional_member("website", fields.website);
}

void write_extra(JsonText& text, const ContactFields& fields, const ContactView& view) {
  const bool has_type = holdfast::find_member(fields.extra, "type") != nullptr;
  if (!has_type && view.shape != ContactShape::listed) text.member("type", "lead");
  if (!fields.extra.is_object()) return;
  for (const auto& [key, value] : fields.extra.items()) {
    const bool shown = view.shape == ContactShape::read || view.shape == ContactShape::record || key == "type";
    if (shown && view.shape != ContactShape::listed) text.raw_member(key, holdfast::dump_json(value));
  }
}

// What only some places say.
void write_rest(JsonText& text, const ContactFields& fields, const ContactView& view) {
  if (view.shape == ContactShape::created) {
    text.member("deleted", false).member("bounceEmail", false).member("unsubscribeEmail", false);
    text.begin_array("offers").end_array().begin_array("products").end_array();
    return;
  }
  text.optional_member("timezone", fields.timezone);
  if (view.shape != ContactShape::listed) text.optional_member("gender", fields.gender);
  if (view.shape != ContactShape::read) text.member("followers", fields.followers);
}

}  // namespace

void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields, const ContactView& view) {
  const bool listed = view.shape == ContactShape::listed;
  const std::string email = lower_case(fields.email);
  text.member("id", contact.id).member("locationId", contact.location_id);
  write_names(text, fields, view);
  text.optional_member("email", email);
  if (!listed) text.optional_member("emailLowerCase", email);
  text.optional_member("phone", fields.phone).optional_member("source", fields.source);
  text.member("country", fields.country.empty() ? std::string_view("US") : std::string_view(fields.country));
  if (!listed) {
    write_address(text, fields);
    write_birth(text, fields, view);
    write_dnd(text, fields, view);
    text.optional_member("assignedTo", fields.assigned_to);
  }
  text.member("tags", fields.tags).optional_member("businessId", fields.business_id);
  write_custom_fields(text, fields, view);
  write_extra(text, fields, view);
  write_rest(text, fields, view);
  text.member("dateAdded", holdfast::format_iso_utc(contact.created_at));
  if (!listed) text.member("dateUpdated", holdfast::format_iso_utc(contact.updated_at));
}

void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields) {
  write_contact(text, contact, fields, {});
}

void write_note(JsonText& text, const Note& note) {
  text.member("id", note.id).member("body", note.body).member("userId", note.user_id);
  text.member("dateAdded", holdfast::format_iso_utc(note.created_at)).member("contactId", note.contact_id);
  text.optional_member("title", note.title).optional_member("color", note.color).member("pinned", note.pinned);
}

}  // namespace mock_ghl::api
