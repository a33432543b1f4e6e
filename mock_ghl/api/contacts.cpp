#include <algorithm>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

void take(const Json& body, std::string_view key, std::string& out) {
  if (auto text = holdfast::string_member(body, key)) out = std::move(*text);
}

// Writes what the body holds over `fields`. Unknown custom fields are dropped without a word (quirk 35), as the twin
// defines none.
void read_fields(const Json& body, ContactFields& fields) {
  if (const auto name = holdfast::string_member(body, "name")) {
    const auto space = name->find(' ');
    fields.first_name = name->substr(0, space);
    fields.last_name = space == std::string::npos ? std::string() : name->substr(space + 1);
  }
  take(body, "firstName", fields.first_name);
  take(body, "lastName", fields.last_name);
  take(body, "email", fields.email);
  take(body, "phone", fields.phone);
  take(body, "timezone", fields.timezone);
  take(body, "source", fields.source);
  take(body, "companyName", fields.company_name);
  take(body, "address1", fields.address1);
  take(body, "city", fields.city);
  take(body, "state", fields.state);
  take(body, "postalCode", fields.postal_code);
  take(body, "country", fields.country);
  take(body, "website", fields.website);
  take(body, "dateOfBirth", fields.date_of_birth);
  take(body, "gender", fields.gender);
  take(body, "assignedTo", fields.assigned_to);
  if (const auto dnd = holdfast::bool_member(body, "dnd")) fields.dnd = dnd;
  // The list is replaced, never merged (quirk 36).
  if (const Json* tags = holdfast::find_member(body, "tags")) fields.tags = tags->get<std::vector<std::string>>();
}

struct Duplicate {
  const Contact* contact = nullptr;
  DuplicateField field = DuplicateField::email;
};

std::string_view name_of(DuplicateField field) {
  return field == DuplicateField::email ? "email" : "phone";
}

const Contact* find_by(const Call& call, DuplicateField field, const ContactFields& fields) {
  if (field == DuplicateField::email) return call.state.contact_by_email(call.location->id, fields.email);
  return call.state.contact_by_phone(call.location->id, canonical_phone(fields.phone, call.location->country));
}

// The first match in the location's sequence, other than the contact `except_id`.
Duplicate find_duplicate(const Call& call, const ContactFields& fields, std::string_view except_id) {
  for (const DuplicateField field : call.location->duplicate_fields) {
    const Contact* found = find_by(call, field, fields);
    if (found != nullptr && found->id != except_id) return {.contact = found, .field = field};
  }
  return {};
}

// Quirk 28: a 400 with the contact that is in the way.
Answer duplicate_refused(const Call& call, const Duplicate& duplicate) {
  std::string name = duplicate.contact->fields.full_name();
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  JsonText text;
  text.begin_object().member("statusCode", 400).member("message", "This location does not allow duplicated contacts.");
  text.begin_object("meta")
      .member("contactId", duplicate.contact->id)
      .member("matchingField", name_of(duplicate.field));
  text.optional_member("contactName", name).end_object().member("traceId", call.trace_id).end_object();
  return {.response = holdfast::net::HttpResponse::json(400, text.take())};
}

std::optional<Answer> find_contact(Call& call, const Contact*& contact) {
  const std::string_view id = call.captures.at(0);
  contact = call.state.contact(id);
  if (contact == nullptr || contact->deleted) {
    // Quirk 38: 400, in the short form without "error".
    JsonText text;
    text.begin_object().member("message", "Contact not found for id:" + std::string(id)).member("statusCode", 400);
    return ok(400, text, call);
  }
  if (contact->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

Answer contact_answer(int status, const Call& call, const Contact& contact) {
  JsonText text;
  text.begin_object().begin_object("contact");
  write_contact(text, contact, contact.fields);
  text.end_object();
  return ok(status, text, call);
}

Answer upsert_answer(int status, const Call& call, const Contact& contact, bool fresh) {
  JsonText text;
  text.begin_object().member("new", fresh).begin_object("contact");
  write_contact(text, contact, contact.fields);
  text.end_object();
  return ok(status, text, call);
}

}  // namespace

Answer create_contact(Call& call) {
  ContactFields fields;
  read_fields(call.body, fields);
  if (!call.location->allow_duplicate_contact) {
    if (const Duplicate duplicate = find_duplicate(call, fields, {}); duplicate.contact != nullptr) {
      return duplicate_refused(call, duplicate);
    }
  }
  return contact_answer(201, call, call.state.add_contact(call.location->id, std::move(fields), call.now));
}

Answer upsert_contact(Call& call) {
  ContactFields asked;
  read_fields(call.body, asked);
  const bool always_new = call.location->allow_duplicate_contact &&
                          holdfast::bool_member(call.body, "createNewIfDuplicateAllowed").value_or(false);
  const Duplicate duplicate = always_new ? Duplicate{} : find_duplicate(call, asked, {});
  if (duplicate.contact == nullptr) {
    const Contact& made = call.state.add_contact(call.location->id, std::move(asked), call.now);
    // 201 was seen for a new one; the vendor's files know 200 only (facts/ghl.md 5.2).
    return upsert_answer(call.state.settings().spec_status ? 200 : 201, call, made, true);
  }
  ContactFields merged = duplicate.contact->fields;
  read_fields(call.body, merged);
  merged.gender = duplicate.contact->fields.gender;  // GHL drops it on an update (facts/ghl.md 5.6)
  // Quirk 29: when the other field belongs to somebody else it is dropped without a word.
  for (const DuplicateField field : call.location->duplicate_fields) {
    const Contact* owner = find_by(call, field, merged);
    if (owner == nullptr || owner->id == duplicate.contact->id) continue;
    if (field == DuplicateField::email) merged.email = duplicate.contact->fields.email;
    if (field == DuplicateField::phone) merged.phone = duplicate.contact->fields.phone;
  }
  const Contact& changed = call.state.change_contact(duplicate.contact->id, std::move(merged), call.now);
  return upsert_answer(200, call, changed, false);
}

Answer get_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  return contact_answer(200, call, *contact);
}

Answer update_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  read_fields(call.body, fields);
  if (!call.location->allow_duplicate_contact) {
    if (const Duplicate duplicate = find_duplicate(call, fields, contact->id); duplicate.contact != nullptr) {
      return duplicate_refused(call, duplicate);
    }
  }
  const Contact& changed = call.state.change_contact(contact->id, std::move(fields), call.now);
  JsonText text;
  text.begin_object();
  // Quirk 40: the misspelling is v2's; v3 has both.
  if (call.v3) text.member("succeeded", true);
  text.member("succeded", true).begin_object("contact");
  write_contact(text, changed, changed.fields);
  text.end_object();
  return ok(200, text, call);
}

Answer delete_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  call.state.delete_contact(contact->id, call.now);
  JsonText text;
  text.begin_object().member("succeeded", true);
  return ok(200, text, call);
}

Answer get_notes(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  JsonText text;
  text.begin_object().begin_array("notes");
  if (const auto notes = call.state.notes().find(contact->id); notes != call.state.notes().end()) {
    for (const Note& note : notes->second) {
      text.begin_element_object();
      write_note(text, note);
      text.end_object();
    }
  }
  text.end_array();
  return ok(200, text, call);
}

Answer create_note(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  const Note& note = call.state.add_note(contact->id,
                                         {.user_id = text_of(call.body, "userId"),
                                          .body = text_of(call.body, "body"),
                                          .title = text_of(call.body, "title"),
                                          .color = text_of(call.body, "color"),
                                          .pinned = holdfast::bool_member(call.body, "pinned").value_or(false)},
                                         call.now);
  JsonText text;
  text.begin_object().begin_object("note");
  write_note(text, note);
  text.end_object();
  return ok(201, text, call);
}

}  // namespace mock_ghl::api
