#include "mock_ghl/api/contact_input.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

namespace {

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
  const std::string name = lower_case(duplicate.contact->fields.full_name());
  JsonText text;
  text.begin_object().member("statusCode", 400).member("message", "This location does not allow duplicated contacts.");
  text.begin_object("meta")
      .member("contactId", duplicate.contact->id)
      .member("matchingField", name_of(duplicate.field));
  text.optional_member("contactName", name).end_object().member("traceId", call.trace_id).end_object();
  return {.response = holdfast::net::HttpResponse::json(400, text.take())};
}

Answer contact_answer(const Call& call, const Contact& contact, ContactShape shape) {
  JsonText text;
  text.begin_object().begin_object("contact");
  write_contact(text, contact, contact.fields, {.shape = shape, .v3 = call.v3, .now = call.now});
  text.end_object();
  return ok(call.success(), text, call);
}

Answer upsert_answer(int status, const Call& call, const Contact& contact, bool fresh) {
  JsonText text;
  text.begin_object().member("new", fresh).begin_object("contact");
  write_contact(text, contact, contact.fields, {.shape = ContactShape::read, .v3 = call.v3, .now = call.now});
  text.end_object();
  return ok(status, text, call);
}

}  // namespace

Answer create_contact(Call& call) {
  ContactFields fields;
  if (auto refusal = read_contact_fields(call, fields)) return std::move(*refusal);
  if (!call.location->allow_duplicate_contact) {
    if (const Duplicate duplicate = find_duplicate(call, fields, {}); duplicate.contact != nullptr) {
      return duplicate_refused(call, duplicate);
    }
  }
  const Contact& made = call.state.add_contact(call.location->id, std::move(fields), call.now);
  keep_tags(call, made.fields.tags);
  return contact_answer(call, made, call.v3 ? ContactShape::read : ContactShape::created);
}

Answer upsert_contact(Call& call) {
  ContactFields asked;
  if (auto refusal = read_contact_fields(call, asked)) return std::move(*refusal);
  const bool always_new = call.location->allow_duplicate_contact &&
                          holdfast::bool_member(call.body, "createNewIfDuplicateAllowed").value_or(false);
  const Duplicate duplicate = always_new ? Duplicate{} : find_duplicate(call, asked, {});
  if (duplicate.contact == nullptr) {
    const Contact& made = call.state.add_contact(call.location->id, std::move(asked), call.now);
    keep_tags(call, made.fields.tags);
    // 201 was seen for a new one; the vendor's files know 200 only (facts/ghl.md 5.2).
    return upsert_answer(call.state.settings().spec_status ? 200 : 201, call, made, true);
  }
  ContactFields merged = duplicate.contact->fields;
  if (auto refusal = read_contact_fields(call, merged)) return std::move(*refusal);
  merged.gender = duplicate.contact->fields.gender;  // GHL drops it on an update (facts/ghl.md 5.6)
  // Quirk 29: when the other field belongs to somebody else it is dropped without a word.
  for (const DuplicateField field : call.location->duplicate_fields) {
    const Contact* owner = find_by(call, field, merged);
    if (owner == nullptr || owner->id == duplicate.contact->id) continue;
    if (field == DuplicateField::email) merged.email = duplicate.contact->fields.email;
    if (field == DuplicateField::phone) merged.phone = duplicate.contact->fields.phone;
  }
  const Contact& changed = call.state.change_contact(duplicate.contact->id, std::move(merged), call.now);
  keep_tags(call, texts_of(call.body, "tags"));
  return upsert_answer(200, call, changed, false);
}

Answer get_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  return contact_answer(call, *contact, ContactShape::read);
}

Answer update_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  ContactFields fields = contact->fields;
  if (auto refusal = read_contact_fields(call, fields)) return std::move(*refusal);
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
  write_contact(text, changed, changed.fields, {.shape = ContactShape::read, .v3 = call.v3, .now = call.now});
  text.end_object();
  keep_tags(call, texts_of(call.body, "tags"));
  return ok(call.success(), text, call);
}

Answer delete_contact(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_contact(call, contact)) return std::move(*refusal);
  call.state.delete_contact(contact->id, call.now);
  JsonText text;
  text.begin_object().member("succeeded", true);
  if (call.v3) text.member("succeded", true);
  return ok(call.success(), text, call);
}

}  // namespace mock_ghl::api
