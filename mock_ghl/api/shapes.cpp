#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

}  // namespace

void write_flat_appointment(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone, bool v3) {
  text.member("id", appointment.id).member("calendarId", appointment.calendar_id);
  text.member("locationId", appointment.location_id).member("contactId", appointment.contact_id);
  text.member("startTime", format_iso(appointment.interval.begin, zone)).member("title", appointment.title);
  text.member("appointmentStatus", appointment.status);
  text.optional_member("assignedUserId", appointment.assigned_user_id).optional_member("address", appointment.address);
  text.member("isRecurring", false);
  if (!v3) return;
  text.member("dateAdded", holdfast::format_iso_utc(appointment.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(appointment.updated_at));
}

void write_event(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone) {
  text.member("id", appointment.id).member("address", appointment.address).member("title", appointment.title);
  text.member("calendarId", appointment.calendar_id).member("locationId", appointment.location_id);
  text.member("contactId", appointment.contact_id).member("groupId", "");
  text.member("appointmentStatus", appointment.status).member("assignedUserId", appointment.assigned_user_id);
  text.member("users", appointment.user_ids);
  text.member("notes", appointment.description).member("description", appointment.description);
  text.member("isRecurring", false);
  text.member("startTime", format_iso(appointment.interval.begin, zone));
  text.member("endTime", format_iso(appointment.interval.end, zone));
  text.member("dateAdded", holdfast::format_iso_utc(appointment.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(appointment.updated_at));
  text.member("deleted", appointment.deleted).member("assignedResources", std::vector<std::string>{});
  text.begin_object("createdBy").member("source", appointment.source == "api" ? "third_party" : "calendar_page");
  text.end_object();
}

void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields) {
  const std::string email = lower_case(fields.email);
  text.member("id", contact.id).member("locationId", contact.location_id);
  text.member("firstName", fields.first_name).member("lastName", fields.last_name);
  text.member("firstNameLowerCase", lower_case(fields.first_name));
  text.member("lastNameLowerCase", lower_case(fields.last_name));
  text.member("fullNameLowerCase", lower_case(fields.full_name()));
  text.optional_member("email", email).optional_member("emailLowerCase", email);
  text.optional_member("phone", fields.phone).optional_member("timezone", fields.timezone);
  text.optional_member("companyName", fields.company_name).optional_member("source", fields.source);
  text.optional_member("address1", fields.address1).optional_member("city", fields.city);
  text.optional_member("state", fields.state).optional_member("postalCode", fields.postal_code);
  text.member("country", fields.country.empty() ? std::string("US") : fields.country);
  text.optional_member("website", fields.website).optional_member("dateOfBirth", fields.date_of_birth);
  text.optional_member("gender", fields.gender).optional_member("assignedTo", fields.assigned_to);
  text.member("dnd", fields.dnd.value_or(false)).member("type", "lead").member("tags", fields.tags);
  text.begin_array("customFields").end_array();
  text.member("dateAdded", holdfast::format_iso_utc(contact.created_at));
  text.member("dateUpdated", holdfast::format_iso_utc(contact.updated_at));
}

void write_note(JsonText& text, const Note& note) {
  text.member("id", note.id).member("body", note.body).member("userId", note.user_id);
  text.member("dateAdded", holdfast::format_iso_utc(note.created_at)).member("contactId", note.contact_id);
  text.optional_member("title", note.title).optional_member("color", note.color).member("pinned", note.pinned);
}

}  // namespace mock_ghl::api
