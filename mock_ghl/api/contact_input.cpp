#include "mock_ghl/api/contact_input.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <set>

#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

void take(const Json& body, std::string_view key, std::string& out) {
  if (auto text = holdfast::string_member(body, key)) out = std::move(*text);
}

void take_names(const Json& body, ContactFields& fields) {
  if (const auto name = holdfast::string_member(body, "name")) {
    const auto space = name->find(' ');
    fields.first_name = name->substr(0, space);
    fields.last_name = space == std::string::npos ? std::string() : name->substr(space + 1);
  }
  take(body, "firstName", fields.first_name);
  take(body, "lastName", fields.last_name);
}

// Each channel on its own: what is not named stays.
void take_dnd(const Json& body, ContactFields& fields) {
  if (const auto dnd = holdfast::bool_member(body, "dnd")) fields.dnd = dnd;
  if (const Json* settings = holdfast::find_member(body, "dndSettings")) {
    if (!fields.dnd_settings.is_object()) fields.dnd_settings = Json::object();
    for (const auto& [channel, setting] : settings->items()) {
      if (!setting.is_null()) fields.dnd_settings[std::string(dated_channel(channel))] = setting;
    }
  }
  if (const Json* settings = holdfast::find_member(body, "inboundDndSettings")) fields.inbound_dnd_settings = *settings;
}

// The custom fields that contacts of the location have, by what a client may name them by.
class FieldNames {
 public:
  explicit FieldNames(const Call& call) {
    static constexpr std::string_view prefix = "contact.";
    for (const Document* field : call.state.documents().of_location(Collection::custom_field, call.location->id)) {
      if (field->text("model") == "opportunity") continue;
      by_id_.emplace(field->id, field);
      const std::string key = field->text("fieldKey");
      by_key_.emplace(key, field);
      if (key.starts_with(prefix)) by_key_.emplace(key.substr(prefix.size()), field);
    }
  }
  // The field that an element of customFields names, by id or else by key; nullptr when there is none.
  const Document* find(const Json& element) const {
    const auto id = by_id_.find(text_of(element, "id"));
    if (id != by_id_.end()) return id->second;
    const auto key = by_key_.find(text_of(element, "key"));
    return key == by_key_.end() ? nullptr : key->second;
  }

 private:
  std::map<std::string, const Document*, std::less<>> by_id_;
  std::map<std::string, const Document*, std::less<>> by_key_;  // with and without "contact."; the oldest of each
};

bool is_option(const Document& field, const Json& value) {
  if (holdfast::bool_member(field.fields, "isAllowedCustomOption").value_or(false)) return true;
  const Json* options = holdfast::find_member(field.fields, "picklistOptions");
  return options != nullptr && std::find(options->begin(), options->end(), value) != options->end();
}

// A number, or a text that is one.
std::optional<Json> as_number(const Json& value) {
  if (value.is_number()) return value;
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number)) return std::nullopt;
  if (number >= -9e15 && number <= 9e15 && number == static_cast<double>(static_cast<std::int64_t>(number))) {
    return Json(static_cast<std::int64_t>(number));
  }
  return Json(number);
}

// What the field keeps of a value; nullopt when it keeps nothing of it, without a word (quirk 35).
std::optional<Json> kept_value(const Document& field, const Json& value) {
  const std::string type = field.text("dataType");
  if (type == "SINGLE_OPTIONS" || type == "RADIO") {
    return value.is_string() && is_option(field, value) ? std::optional(value) : std::nullopt;
  }
  if (type == "MULTIPLE_OPTIONS" || type == "CHECKBOX") {
    Json kept = Json::array();
    for (const Json& option : value.is_array() ? value : Json::array({value})) {
      if (option.is_string() && is_option(field, option)) kept.push_back(option);
    }
    return kept.empty() ? std::nullopt : std::optional(kept);
  }
  if (type == "NUMERICAL" || type == "MONETORY") return as_number(value);
  return value;
}

void set_value(const Call& call, const Document& field, const Json* value, ContactFields& fields) {
  std::vector<CustomFieldValue>& held = fields.custom_fields;
  const auto it = std::find_if(held.begin(), held.end(), [&](const auto& one) { return one.id == field.id; });
  if (value == nullptr || *value == "") {  // taken away
    if (it != held.end()) held.erase(it);
    return;
  }
  auto kept = kept_value(field, *value);
  if (!kept) return;
  CustomFieldValue made{.id = field.id, .value = std::move(*kept)};
  const std::int64_t revert_ms = call.state.settings().utm_revert_ms;
  if (revert_ms > 0 && field.text("fieldKey").starts_with("contact.utm_")) {
    made.reverts_at = call.now + holdfast::Duration{revert_ms};
  }
  if (it == held.end()) {
    held.push_back(std::move(made));
  } else {
    *it = std::move(made);
  }
}

// Written as field_value (v3: fieldValue), read as value (facts/ghl.md 5.1). Those not named stay.
void take_custom_fields(const Call& call, ContactFields& fields) {
  const Json* list = holdfast::find_member(call.body, "customFields");
  if (list == nullptr) return;
  const FieldNames names(call);
  for (const Json& element : *list) {
    const Document* field = names.find(element);
    if (field == nullptr) continue;  // quirk 35
    const bool says = element.contains("field_value") || element.contains("fieldValue");
    const Json* value = holdfast::find_member(element, "fieldValue");
    if (value == nullptr) value = holdfast::find_member(element, "field_value");
    if (says) set_value(call, *field, value, fields);
  }
}

}  // namespace

std::optional<Answer> find_contact(Call& call, const Contact*& contact) {
  const std::string_view id = call.captures.at(0);
  contact = call.state.contact(id);
  if (contact == nullptr || contact->deleted) {
    JsonText text;
    text.begin_object().member("message", "Contact not found for id:" + std::string(id)).member("statusCode", 400);
    return ok(400, text, call);
  }
  if (contact->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

std::string read_date_of_birth(std::string_view text) {
  // Two separators, both the same: year first, or year last behind month and day.
  const auto first = text.find_first_of("/-._");
  if (text.size() != 10 || (first != 4 && first != 2)) return "";
  const std::size_t second = first == 4 ? 7 : 5;
  if (text[second] != text[first]) return "";
  std::string iso = first == 4 ? std::string(text) : std::string(text.substr(6)) + "-" + std::string(text.substr(0, 5));
  iso[4] = iso[7] = '-';
  return holdfast::parse_date(iso) ? iso : "";
}

std::optional<Answer> read_contact_fields(const Call& call, ContactFields& fields) {
  const Json& body = call.body;
  take_names(body, fields);
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
  take(body, "gender", fields.gender);
  take(body, "assignedTo", fields.assigned_to);
  take_dnd(body, fields);
  take_custom_fields(call, fields);
  // The list is replaced, never merged (quirk 36).
  if (holdfast::find_member(body, "tags") != nullptr) fields.tags = distinct_texts_of(body, "tags");
  const auto born = holdfast::string_member(body, "dateOfBirth");
  if (!born) return std::nullopt;
  fields.date_of_birth = read_date_of_birth(*born);
  if (!fields.date_of_birth.empty() || born->empty()) return std::nullopt;
  return invalid({"dateOfBirth must be a valid date in one of the supported formats"}, call.trace_id);
}

void keep_tags(Call& call, const std::vector<std::string>& names) {
  if (names.empty()) return;
  Documents& documents = call.state.documents();
  std::set<std::string, std::less<>> known;
  for (const Document* tag : documents.of_location(Collection::tag, call.location->id)) known.insert(tag->text("name"));
  for (const std::string& name : names) {
    if (name.empty() || !known.insert(name).second) continue;
    documents.add(Collection::tag,
                  {.id = call.state.draw_id(), .location_id = call.location->id, .fields = {{"name", name}}}, call.now);
  }
}

Json succeeded(const Call& call) {
  Json body{{"succeded", true}};
  // A path that v3 gave up goes on answering as it did.
  if (call.v3 && call.spec.versions == std::vector<std::string>{"v3"}) body["succeeded"] = true;
  return body;
}

std::vector<std::string> texts_of(const Json& body, std::string_view key) {
  const Json* list = holdfast::find_member(body, key);
  return list == nullptr ? std::vector<std::string>{} : list->get<std::vector<std::string>>();
}

std::vector<std::string> distinct_texts_of(const Json& body, std::string_view key) {
  std::vector<std::string> texts = texts_of(body, key);
  std::set<std::string> seen;
  std::erase_if(texts, [&](const std::string& text) { return !seen.insert(text).second; });
  return texts;
}

}  // namespace mock_ghl::api
