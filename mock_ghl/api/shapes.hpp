// The JSON shapes that several handlers write. All write members only; the caller opens and closes the object.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The flat shape of create and edit answers, without endTime (quirk 6); v3 adds dateAdded and dateUpdated.
void write_flat_appointment(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone, bool v3);
// The CalendarEventDTO of get-appointment and /calendars/events: `notes` is a read alias of the description (quirk 7).
void write_event(JsonText& text, const Appointment& appointment, const holdfast::Zone& zone,
                 std::string_view group_id = {});
// The places where contacts are read out; each has members of its own (facts/ghl.md 5.1).
enum class ContactShape {
  created,  // the dated answer to a create
  read,     // by id, and after upserts and updates
  hit,      // of POST /contacts/search
  listed,   // of GET /contacts/ and of a business
  record,   // the whole record, for the admin routes
};

// A contact as one reader sees it.
struct ContactView {
  ContactShape shape = ContactShape::record;
  bool v3 = false;             // spells the keys of dndSettings in lower camel case (facts/ghl.md 8)
  holdfast::Instant now = {};  // when utm custom fields that are to revert read blank (quirk 34)
};

// The contact with the given fields, which may be older ones.
void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields, const ContactView& view);
// The record as it was written last.
void write_contact(JsonText& text, const Contact& contact, const ContactFields& fields);
void write_note(JsonText& text, const Note& note);
// The dated name of a channel of dndSettings, which v3 spells differently; `name` itself when it is one already.
std::string_view dated_channel(std::string_view name);

}  // namespace mock_ghl::api
