// The JSON shapes that several handlers write. All write members only; the caller opens and closes the object.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The flat shape of create and edit answers, without endTime (quirk 6); v3 adds dateAdded and dateUpdated.
void write_flat_appointment(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone, bool v3);
// The CalendarEventDTO of get-appointment and /calendars/events: `notes` is a read alias of the description (quirk 7).
void write_event(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone);
// The contact of facts/ghl.md 5.1 as GHL reads it out.
void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields);
void write_note(JsonText& text, const Note& note);

}  // namespace mock_ghl::api
