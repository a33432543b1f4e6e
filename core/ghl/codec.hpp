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

// False for what would make another path of an URL ("" lists, ".." climbs) or is no id at all. A decoder that needs an
// id fails without a usable one.
bool is_usable_id(std::string_view id);

// {"location":{...}} or the bare object.
Result<Location> decode_location(std::string_view body);
// {"calendars":[...]}.
Result<std::vector<Calendar>> decode_calendars(std::string_view body);
// {"calendar":{...}} or the bare object.
Result<Calendar> decode_calendar(std::string_view body);
// Every slot under keys that look like dates, also inside "_dates_"; ascending, one per instant. Texts that name no
// instant are left out. The body counts as unreadable, so that no day is taken for full which could not be read, when a
// day has only such texts, when anything but a list of texts stands where slots should ({} is an empty list), and when
// it names no day but says something else: an error's text, or members inside an unknown container.
Result<std::vector<FreeSlot>> decode_free_slots(std::string_view body);
// {"event":{...}}, {"appointment":{...}} or the bare object; an id is required.
Result<Appointment> decode_appointment(std::string_view body);
// The answer to an update: the same, but an id may be missing, as the one who asked knows it.
Result<Appointment> decode_updated_appointment(std::string_view body);
// {"events":[...]}, of a calendar, a user or a contact; an event without an id is kept, as it still takes up its time.
Result<std::vector<Appointment>> decode_events(std::string_view body);
// {"contact":{...}}, or {"contact":null} for nobody (an empty id); no "contact" at all is unreadable.
Result<Contact> decode_found_contact(std::string_view body);
// {"contact":{...}} or the bare object, with an id.
Result<Contact> decode_contact(std::string_view body);
// The same as the answer to a create: `made` is true.
Result<CreatedContact> decode_created_contact(std::string_view body);
// The answer to an update: an id may be missing.
Result<Contact> decode_updated_contact(std::string_view body);
// {"notes":[...]} and {"note":{...}}; a written note has an id.
Result<std::vector<Note>> decode_notes(std::string_view body);
Result<Note> decode_note(std::string_view body);
// {"notes":[...],"hasMore":...}, of an appointment.
struct NotePage {
  std::vector<Note> notes;
  bool more = false;
};
Result<NotePage> decode_note_page(std::string_view body);
// {"tasks":[...]} and {"task":{...}}; a written task has an id.
Result<std::vector<ContactTask>> decode_tasks(std::string_view body);
Result<ContactTask> decode_task(std::string_view body);
// {"conversations":[...]}: the ids of each and of its contact.
struct Conversation {
  std::string id;
  std::string contact_id;
};
Result<std::vector<Conversation>> decode_conversations(std::string_view body);
// {"messages":[...],"lastMessageId":...,"nextPage":...}, or all of that inside "messages" (quirk 58).
struct MessagePage {
  std::vector<Message> messages;
  std::string last_id;
  bool more = false;
};
Result<MessagePage> decode_messages(std::string_view body);
// {"messageId":...,"conversationId":...}, also with only emailMessageId or messageIds.
Result<SentMessage> decode_sent_message(std::string_view body);
// The answer to a cancel: any readable 2xx that does not show another status than cancelled.
Result<void> decode_cancelled(std::string_view body);
// The contact that a duplicate 400 points to (meta.contactId); its id is empty when there is none.
CreatedContact decode_duplicate(std::string_view body);

// The body of POST /calendars/events/appointments: startTime byte for byte, empty texts left out. No
// meetingLocationType, no endTime and no toNotify unless the draft names them, and never ignoreFreeSlotValidation
// (facts/ghl.md 4.4, 9.1; quirk 12).
std::string encode_appointment(const AppointmentDraft& draft, std::string_view location_id);
// The body of PUT /calendars/events/appointments/{id}: what is given, as given.
std::string encode_update(const AppointmentUpdate& update);
// The body of POST /contacts/ and /contacts/upsert: empty fields left out (an empty email is a 422); no tags, as they
// overwrite (quirk 36). Without a location it is the body of PUT /contacts/{id}, where locationId is a 422.
std::string encode_contact(const ContactDraft& draft, std::string_view location_id);
std::string encode_note(std::string_view body);
std::string encode_task(const TaskDraft& draft);
// The body of POST /conversations/messages. An e-mail's text goes as HTML that shows the same.
std::string encode_message(const MessageDraft& draft);

namespace detail {
// decode_free_slots without its fast reader of the live shape; only for the test that holds the two against each other.
Result<std::vector<FreeSlot>> decode_free_slots_by_parser(std::string_view body);
}  // namespace detail

}  // namespace holdfast::ghl
