// GHL's JSON to our values and back. Reading is tolerant of every shape seen live (facts/ghl.md 4.1, 4.3-4.8, 5.2, 9);
// writing is strict. A decoder takes the body of a 2xx; it fails (transient, without the body's text) when the body is
// not JSON, is an error in disguise, or lacks what was asked for, and the caller then decides what that proves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/ghl/types.hpp"

namespace holdfast::ghl {

// {"location":{...}} or the bare object.
Result<Location> decode_location(std::string_view body);
// {"calendars":[...]}.
Result<std::vector<Calendar>> decode_calendars(std::string_view body);
// {"calendar":{...}} or the bare object.
Result<Calendar> decode_calendar(std::string_view body);
// Every slot under keys that look like dates, also inside "_dates_"; ascending, one per instant. Texts that name no
// instant are left out, but when there are only such texts the body counts as unreadable, so that a day is not taken
// for full.
Result<std::vector<FreeSlot>> decode_free_slots(std::string_view body);
// {"event":{...}}, {"appointment":{...}} or the bare object; an id is required.
Result<Appointment> decode_appointment(std::string_view body);
// {"events":[...]}; an event without an id is kept, as it still takes up its time.
Result<std::vector<Appointment>> decode_events(std::string_view body);
// {"contact":{...}}, or {"contact":null} for nobody (an empty id); no "contact" at all is unreadable.
Result<Contact> decode_found_contact(std::string_view body);
// {"contact":{...}} with an id.
Result<Contact> decode_upserted_contact(std::string_view body);
// {"notes":[...]} and {"note":{...}}; a written note has an id.
Result<std::vector<Note>> decode_notes(std::string_view body);
Result<Note> decode_note(std::string_view body);
// The answer to a cancel: any readable 2xx that does not show another status than cancelled.
Result<void> decode_cancelled(std::string_view body);
// The contact that a duplicate 400 points to (meta.contactId); its id is empty when there is none.
Contact decode_duplicate(std::string_view body);

// The body of POST /calendars/events/appointments: startTime byte for byte, empty texts left out. No endTime, no
// meetingLocationType, no toNotify and never ignoreFreeSlotValidation (facts/ghl.md 4.4, 9.1; quirk 12).
std::string encode_appointment(const AppointmentDraft& draft, std::string_view location_id);
// The body of POST /contacts/upsert: empty fields left out (an empty email is a 422); no tags, as they overwrite (quirk
// 36).
std::string encode_contact(const ContactDraft& draft, std::string_view location_id);
std::string encode_note(std::string_view body);
std::string encode_cancel();

namespace detail {
// decode_free_slots without its fast reader of the live shape; only for the test that holds the two against each other.
Result<std::vector<FreeSlot>> decode_free_slots_by_parser(std::string_view body);
}  // namespace detail

}  // namespace holdfast::ghl
