// What hangs on a location: its tags, the definitions of custom fields, and its custom values.
#include <algorithm>
#include <set>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// One kind of record of a location, and how GHL speaks of it.
struct Kind {
  Collection collection;
  const char* one;   // the member that holds one
  const char* many;  // the member that holds the list
  const char* not_found;
};
constexpr Kind tag_kind{Collection::tag, "tag", "tags", "Tag not found"};
constexpr Kind field_kind{Collection::custom_field, "customField", "customFields", "Custom field not found"};
constexpr Kind value_kind{Collection::custom_value, "customValue", "customValues", "Custom value not found"};

Json record_json(const Document& record) {
  Json made = record.fields;
  made["id"] = record.id;
  made["locationId"] = record.location_id;
  return made;
}

// The path's location must be the token's.
std::optional<Answer> foreign_path(const Call& call) {
  if (call.captures.at(0) != call.location->id) return foreign_location(call);
  return std::nullopt;
}

std::optional<Answer> find_record(const Call& call, const Kind& kind, const Document*& record) {
  if (auto refusal = foreign_path(call)) return refusal;
  record = call.state.documents().find(kind.collection, call.captures.at(1));
  if (record == nullptr || record->location_id != call.location->id) return refuse(404, kind.not_found, call.trace_id);
  return std::nullopt;
}

template <class Accept>
Answer list_records(const Call& call, const Kind& kind, Accept accept) {
  if (auto refusal = foreign_path(call)) return std::move(*refusal);
  Json list = Json::array();
  for (const Document* record : call.state.documents().of_location(kind.collection, call.location->id)) {
    if (accept(*record)) list.push_back(record_json(*record));
  }
  return reply(call, {{kind.many, std::move(list)}});
}

Answer record_answer(const Call& call, const Kind& kind, const Document& record) {
  return reply(call, {{kind.one, record_json(record)}});
}

Answer get_record(const Call& call, const Kind& kind) {
  const Document* record = nullptr;
  if (auto refusal = find_record(call, kind, record)) return std::move(*refusal);
  return record_answer(call, kind, *record);
}

Answer add_record(Call& call, const Kind& kind, Json fields) {
  const Document& made = call.state.documents().add(
      kind.collection, {.id = call.state.draw_id(), .location_id = call.location->id, .fields = std::move(fields)},
      call.now);
  return record_answer(call, kind, made);
}

// The answer says "succeded" in both dialects (the vendor's files).
Answer delete_record(Call& call, const Kind& kind) {
  const Document* record = nullptr;
  if (auto refusal = find_record(call, kind, record)) return std::move(*refusal);
  call.state.documents().remove(kind.collection, call.captures.at(1));
  return reply(call, {{"succeded", true}});
}

// Another record of the location with this text in this field.
bool is_used(const Call& call, const Kind& kind, std::string_view key, const std::string& text,
             std::string_view except_id) {
  const auto records = call.state.documents().of_location(kind.collection, call.location->id);
  return std::any_of(records.begin(), records.end(),
                     [&](const Document* record) { return record->id != except_id && record->text(key) == text; });
}

// "Pin code" as "pin_code".
std::string key_of(std::string_view name) {
  std::string key = lower_case(name);
  for (char& c : key) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
    if (!plain) c = '_';
  }
  return key;
}

// The first key of the name that the location does not use yet, between `before` and `after`.
std::string free_key(const Call& call, const Kind& kind, const std::string& before, const std::string& name,
                     const std::string& after) {
  std::set<std::string> used;
  for (const Document* record : call.state.documents().of_location(kind.collection, call.location->id)) {
    used.insert(record->text("fieldKey"));
  }
  const std::string key = key_of(name);
  std::string made = before + key + after;
  for (int n = 1; used.contains(made); ++n) made = before + key + "_" + std::to_string(n) + after;
  return made;
}

// Writes what the body says of a custom field over its fields. The labels of the options are its picklist.
void read_custom_field(const Json& body, Json& fields) {
  for (const char* key : {"name", "placeholder", "position", "model"}) {
    if (const Json* value = holdfast::find_member(body, key)) fields[key] = *value;
  }
  if (const auto multiple = holdfast::bool_member(body, "isMultipleFile")) fields["isMultiFileAllowed"] = *multiple;
  if (const Json* files = holdfast::find_member(body, "maxNumberOfFiles")) fields["maxFileLimit"] = *files;
  if (const Json* options = holdfast::find_member(body, "textBoxListOptions")) {
    fields["picklistOptions"] = Json::array();
    for (const Json& option : *options) fields["picklistOptions"].push_back(text_of(option, "label"));
  }
}

}  // namespace

Answer get_location_tags(Call& call) {
  return list_records(call, tag_kind, [](const Document&) { return true; });
}

Answer create_location_tag(Call& call) {
  if (auto refusal = foreign_path(call)) return std::move(*refusal);
  const std::string name = text_of(call.body, "name");
  if (is_used(call, tag_kind, "name", name, "")) return refuse(400, "A tag of this name exists already", call.trace_id);
  return add_record(call, tag_kind, {{"name", name}});
}

Answer get_location_tag(Call& call) {
  return get_record(call, tag_kind);
}

Answer update_location_tag(Call& call) {
  const Document* tag = nullptr;
  if (auto refusal = find_record(call, tag_kind, tag)) return std::move(*refusal);
  const std::string name = text_of(call.body, "name");
  if (is_used(call, tag_kind, "name", name, tag->id)) {
    return refuse(400, "A tag of this name exists already", call.trace_id);
  }
  const Document& changed = call.state.documents().change(Collection::tag, tag->id, {{"name", name}}, call.now);
  return record_answer(call, tag_kind, changed);
}

Answer delete_location_tag(Call& call) {
  return delete_record(call, tag_kind);
}

Answer get_custom_fields(Call& call) {
  const std::string model = call.target.parameter("model").value_or("contact");
  return list_records(call, field_kind, [&](const Document& field) {
    const std::string of = field.text("model");
    return model == "all" || (of.empty() ? "contact" : of) == model;
  });
}

Answer create_custom_field(Call& call) {
  if (auto refusal = foreign_path(call)) return std::move(*refusal);
  const std::string name = text_of(call.body, "name");
  const std::string model = holdfast::string_member(call.body, "model").value_or("contact");
  Json fields{{"dataType", text_of(call.body, "dataType")},
              {"fieldKey", free_key(call, field_kind, model + ".", name, "")},
              {"model", model},
              {"position", 0},
              {"picklistOptions", Json::array()},
              {"picklistImageOptions", Json::array()},
              {"isAllowedCustomOption", false}};
  read_custom_field(call.body, fields);
  return add_record(call, field_kind, std::move(fields));
}

Answer get_custom_field(Call& call) {
  if (auto refusal = foreign_path(call)) return std::move(*refusal);
  // By id, or by key: "contact.first_name".
  for (const Document* field : call.state.documents().of_location(Collection::custom_field, call.location->id)) {
    if (field->text("fieldKey") == call.captures.at(1)) return record_answer(call, field_kind, *field);
  }
  return get_record(call, field_kind);
}

Answer update_custom_field(Call& call) {
  const Document* field = nullptr;
  if (auto refusal = find_record(call, field_kind, field)) return std::move(*refusal);
  Json fields = field->fields;
  read_custom_field(call.body, fields);
  return record_answer(call, field_kind,
                       call.state.documents().change(Collection::custom_field, field->id, std::move(fields), call.now));
}

Answer delete_custom_field(Call& call) {
  return delete_record(call, field_kind);
}

Answer get_custom_values(Call& call) {
  return list_records(call, value_kind, [](const Document&) { return true; });
}

Answer create_custom_value(Call& call) {
  if (auto refusal = foreign_path(call)) return std::move(*refusal);
  const std::string name = text_of(call.body, "name");
  const std::string key = free_key(call, value_kind, "{{ custom_values.", name, " }}");
  return add_record(call, value_kind, {{"name", name}, {"value", text_of(call.body, "value")}, {"fieldKey", key}});
}

Answer get_custom_value(Call& call) {
  return get_record(call, value_kind);
}

Answer update_custom_value(Call& call) {
  const Document* value = nullptr;
  if (auto refusal = find_record(call, value_kind, value)) return std::move(*refusal);
  Json fields = value->fields;
  fields["name"] = text_of(call.body, "name");
  fields["value"] = text_of(call.body, "value");
  return record_answer(call, value_kind,
                       call.state.documents().change(Collection::custom_value, value->id, std::move(fields), call.now));
}

Answer delete_custom_value(Call& call) {
  return delete_record(call, value_kind);
}

}  // namespace mock_ghl::api
