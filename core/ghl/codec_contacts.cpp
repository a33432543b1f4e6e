#include <utility>

#include "core/ghl/codec.hpp"
#include "core/ghl/reading.hpp"

namespace holdfast::ghl {
namespace {

Contact read_contact(const Json& value) {
  Contact contact;
  contact.id = first_text(value, {"id", "_id"});
  contact.first_name = first_text(value, {"firstName", "firstNameLowerCase"});
  contact.last_name = first_text(value, {"lastName", "lastNameLowerCase"});
  contact.email = first_text(value, {"email", "emailLowerCase"});
  contact.phone = text_member(value, "phone");
  contact.full_name = first_text(value, {"name", "contactName", "fullName", "fullNameLowerCase"});
  contact.timezone = text_member(value, "timezone");
  return contact;
}

Note read_note(const Json& value) {
  return {.id = first_text(value, {"id", "_id"}), .body = text_member(value, "body")};
}

ContactTask read_task(const Json& value) {
  return {.id = first_text(value, {"id", "_id"}),
          .title = text_member(value, "title"),
          .body = text_member(value, "body"),
          .completed = bool_member(value, "completed").value_or(false),
          .due = instant_member(value, "dueDate")};
}

}  // namespace

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

Result<Contact> decode_contact(std::string_view body) {
  auto contact = decode_updated_contact(body);
  if (contact && !is_usable_id(contact->id)) return unreadable();
  return contact;
}

Result<Contact> decode_updated_contact(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  return read_contact(unwrap(*value, {"contact"}));
}

Result<CreatedContact> decode_created_contact(std::string_view body) {
  auto contact = decode_contact(body);
  if (!contact) return fail(contact.error());
  return CreatedContact{.contact = std::move(*contact), .made = true};
}

Result<std::vector<Note>> decode_notes(std::string_view body) {
  return read_list<Note>(body, "notes", read_note);
}

Result<Note> decode_note(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  Note note = read_note(unwrap(*value, {"note"}));
  if (!is_usable_id(note.id)) return unreadable();
  return note;
}

Result<NotePage> decode_note_page(std::string_view body) {
  auto notes = decode_notes(body);
  if (!notes) return fail(notes.error());
  const auto value = parse_json(body);
  return NotePage{.notes = std::move(*notes), .more = value && bool_member(*value, "hasMore").value_or(false)};
}

Result<std::vector<ContactTask>> decode_tasks(std::string_view body) {
  return read_list<ContactTask>(body, "tasks", read_task);
}

Result<ContactTask> decode_task(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  ContactTask task = read_task(unwrap(*value, {"task"}));
  if (!is_usable_id(task.id)) return unreadable();
  return task;
}

CreatedContact decode_duplicate(std::string_view body) {
  CreatedContact found;
  const auto value = parse_json(body);
  if (!value) return found;
  const Json* meta = find_member(*value, "meta");
  if (meta == nullptr) return found;
  found.contact.id = text_member(*meta, "contactId");
  found.matching_field = text_member(*meta, "matchingField");
  return found;
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

std::string encode_task(const TaskDraft& draft) {
  Json object = Json::object();
  put(object, "title", draft.title);
  put(object, "body", draft.body);
  put(object, "assignedTo", draft.assigned_user_id);
  object["dueDate"] = format_iso_utc(draft.due);
  object["completed"] = false;
  return dump_json(object);
}

}  // namespace holdfast::ghl
