#include "mock_ghl/api/contact_filter.hpp"

#include <algorithm>
#include <array>

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

constexpr int group_depth_max = 4;
constexpr std::string_view custom_prefix = "customFields.";

// The fields that hold one text.
struct TextField {
  std::string_view name;
  std::string (*read)(const IndexedContact&);
};
constexpr TextField text_fields[] = {
    {"id", [](const IndexedContact& one) { return one.contact->id; }},
    {"email", [](const IndexedContact& one) { return one.fields->email; }},
    {"phone", [](const IndexedContact& one) { return one.fields->phone; }},
    {"firstName", [](const IndexedContact& one) { return one.fields->first_name; }},
    {"firstNameLowerCase", [](const IndexedContact& one) { return one.fields->first_name; }},
    {"lastName", [](const IndexedContact& one) { return one.fields->last_name; }},
    {"lastNameLowerCase", [](const IndexedContact& one) { return one.fields->last_name; }},
    {"contactName", [](const IndexedContact& one) { return one.fields->full_name(); }},
    {"fullNameLowerCase", [](const IndexedContact& one) { return one.fields->full_name(); }},
    {"source", [](const IndexedContact& one) { return one.fields->source; }},
    {"companyName", [](const IndexedContact& one) { return one.fields->company_name; }},
    {"address", [](const IndexedContact& one) { return one.fields->address1; }},
    {"address1", [](const IndexedContact& one) { return one.fields->address1; }},
    {"city", [](const IndexedContact& one) { return one.fields->city; }},
    {"state", [](const IndexedContact& one) { return one.fields->state; }},
    {"postalCode", [](const IndexedContact& one) { return one.fields->postal_code; }},
    {"country", [](const IndexedContact& one) { return one.fields->country; }},
    {"website", [](const IndexedContact& one) { return one.fields->website; }},
    {"timezone", [](const IndexedContact& one) { return one.fields->timezone; }},
    {"assignedTo", [](const IndexedContact& one) { return one.fields->assigned_to; }},
    {"businessId", [](const IndexedContact& one) { return one.fields->business_id; }},
    {"dateOfBirth", [](const IndexedContact& one) { return one.fields->date_of_birth; }}};

// What a contact has in a field: nothing, one value or several. Texts are lower case, dates epoch milliseconds.
struct Held {
  bool known = true;
  bool is_instant = false;
  std::vector<Json> values = {};
};

Json folded(const Json& value) {
  return value.is_string() ? Json(lower_case(value.get_ref<const std::string&>())) : value;
}

void add_texts(Held& held, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) held.values.emplace_back(lower_case(text));
}

void add_custom_value(Held& held, std::string_view field_id, const ContactFields& fields) {
  for (const CustomFieldValue& field : fields.custom_fields) {
    if (field.id != field_id) continue;
    if (!field.value.is_array()) return held.values.push_back(folded(field.value));
    for (const Json& value : field.value) held.values.push_back(folded(value));
  }
}

Held held_in(std::string_view field, const IndexedContact& one) {
  Held held;
  for (const TextField& known : text_fields) {
    if (known.name != field) continue;
    if (std::string text = lower_case(known.read(one)); !text.empty()) held.values.emplace_back(std::move(text));
    return held;
  }
  if (field == "tags") {
    add_texts(held, one.fields->tags);
  } else if (field == "followers") {
    add_texts(held, one.fields->followers);
  } else if (field == "dnd") {
    held.values.emplace_back(one.fields->dnd.value_or(false));
  } else if (field == "dateAdded" || field == "dateUpdated") {
    held.is_instant = true;
    held.values.emplace_back(
        holdfast::to_epoch_ms(field == "dateAdded" ? one.contact->created_at : one.contact->updated_at));
  } else if (field.starts_with(custom_prefix) && field.size() > custom_prefix.size()) {
    add_custom_value(held, field.substr(custom_prefix.size()), *one.fields);
  } else {
    held.known = false;
  }
  return held;
}

bool is_known(std::string_view field) {
  static const Contact nobody;
  return held_in(field, {&nobody, &nobody.fields}).known;
}

bool is_scalar(const Json& value) {
  return value.is_string() || value.is_number() || value.is_boolean();
}

// An instant as ISO 8601, a date (its midnight in UTC) or epoch milliseconds; a number as itself.
std::optional<double> as_number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (const auto instant = holdfast::parse_iso(text)) return static_cast<double>(holdfast::to_epoch_ms(*instant));
  if (const auto date = holdfast::parse_date(text)) {
    return static_cast<double>(holdfast::to_epoch_ms(holdfast::Zone::utc().start_of_day(*date)));
  }
  if (const auto number = holdfast::integer_member({{"value", value}}, "value")) return static_cast<double>(*number);
  return std::nullopt;
}

bool in_range(const Json& range, const Json& held) {
  const auto value = as_number(held);
  if (!value) return false;
  const auto bound = [&](const char* key) -> std::optional<double> {
    const Json* found = holdfast::find_member(range, key);
    return found == nullptr ? std::nullopt : as_number(*found);
  };
  const auto gt = bound("gt");
  const auto gte = bound("gte");
  const auto lt = bound("lt");
  const auto lte = bound("lte");
  return (!gt || *value > *gt) && (!gte || *value >= *gte) && (!lt || *value < *lt) && (!lte || *value <= *lte);
}

std::string range_complaint(const Json* range) {
  if (range == nullptr || !range->is_object() || range->empty()) return "value must be an object of gt, gte, lt, lte";
  static constexpr std::array<std::string_view, 4> bounds{"gt", "gte", "lt", "lte"};
  for (const auto& [key, bound] : range->items()) {
    if (std::find(bounds.begin(), bounds.end(), key) == bounds.end()) return "property " + key + " should not exist";
    if (!as_number(bound)) return key + " must be a number or a date";
  }
  return "";
}

bool equal(const Held& held, const Json& one, const Json& asked) {
  if (held.is_instant) return as_number(one) == as_number(asked);
  return one == folded(asked);
}

// A text that holds the other; of anything else, equality.
bool holds(const Json& one, const Json& asked) {
  if (!one.is_string() || !asked.is_string()) return one == asked;
  return one.get_ref<const std::string&>().find(lower_case(asked.get_ref<const std::string&>())) != std::string::npos;
}

// Several values asked for are asked for one by one; the contact must have all of them where it can have several, else
// any.
template <class Fits>
bool matches(const Held& held, const Json& asked, bool several, Fits fits) {
  const auto has = [&](const Json& value) {
    return std::any_of(held.values.begin(), held.values.end(), [&](const Json& one) { return fits(one, value); });
  };
  if (!asked.is_array()) return has(asked);
  return several ? std::all_of(asked.begin(), asked.end(), has) : std::any_of(asked.begin(), asked.end(), has);
}

std::string complaint_at(const Json& filter, int depth) {
  if (!filter.is_object()) return "each value in filters must be an object";
  if (const Json* members = holdfast::find_member(filter, "filters")) {
    const std::string group = text_of(filter, "group");
    if (group != "AND" && group != "OR") return "group must be one of the following values: AND, OR";
    if (!members->is_array() || depth > group_depth_max) return "filters must be an array";
    for (const Json& member : *members) {
      if (std::string message = complaint_at(member, depth + 1); !message.empty()) return message;
    }
    return "";
  }
  if (!is_known(text_of(filter, "field"))) return "Invalid field in filters";
  static constexpr std::array<std::string_view, 7> operators{"eq",     "not_eq",     "contains", "not_contains",
                                                             "exists", "not_exists", "range"};
  const std::string name = text_of(filter, "operator");
  if (std::find(operators.begin(), operators.end(), name) == operators.end()) return "Invalid operator in filters";
  const Json* value = holdfast::find_member(filter, "value");
  if (name == "exists" || name == "not_exists") return "";
  if (name == "range") return range_complaint(value);
  if (value == nullptr) return "value should not be empty";
  const bool fine =
      value->is_array() ? std::all_of(value->begin(), value->end(), is_scalar) && !value->empty() : is_scalar(*value);
  return fine ? "" : "value must be a string";
}

constexpr std::array<std::string_view, 13> sortable{"dateAdded",   "dateUpdated",
                                                    "firstName",   "firstNameLowerCase",
                                                    "lastName",    "lastNameLowerCase",
                                                    "contactName", "email",
                                                    "phone",       "source",
                                                    "city",        "companyName",
                                                    "dateOfBirth"};

int compare(const Json& a, const Json& b) {
  if (a.is_null() || b.is_null()) return static_cast<int>(a.is_null()) - static_cast<int>(b.is_null());
  return a < b ? -1 : b < a ? 1 : 0;
}

}  // namespace

std::string filter_complaint(const Json& filter) {
  return complaint_at(filter, 0);
}

bool passes(const Json& filter, const IndexedContact& one) {
  if (const Json* members = holdfast::find_member(filter, "filters")) {
    const auto inner = [&](const Json& member) { return passes(member, one); };
    return text_of(filter, "group") == "OR" ? std::any_of(members->begin(), members->end(), inner)
                                            : std::all_of(members->begin(), members->end(), inner);
  }
  const std::string field = text_of(filter, "field");
  const Held held = held_in(field, one);
  const std::string name = text_of(filter, "operator");
  if (name == "exists") return !held.values.empty();
  if (name == "not_exists") return held.values.empty();
  const Json& value = filter.at("value");
  if (name == "range") {
    return std::any_of(held.values.begin(), held.values.end(), [&](const Json& each) { return in_range(value, each); });
  }
  const bool several = field == "tags" || field == "followers" || field.starts_with(custom_prefix);
  const auto is = [&](const Json& each, const Json& asked) { return equal(held, each, asked); };
  const bool found = name.ends_with("eq") ? matches(held, value, several, is) : matches(held, value, several, holds);
  return name.starts_with("not_") ? !found : found;
}

bool holds_query(const std::string& query, const IndexedContact& one) {
  const auto in = [&](const std::string& text) { return lower_case(text).find(query) != std::string::npos; };
  return query.empty() || in(one.fields->email) || in(one.fields->phone) || in(one.fields->full_name());
}

std::string read_sort_key(const Json& element, SortKey& key) {
  key.field = text_of(element, "field");
  if (std::find(sortable.begin(), sortable.end(), key.field) == sortable.end()) return "Invalid field in sort";
  const std::string direction = text_of(element, "direction");
  if (!direction.empty() && direction != "asc" && direction != "desc") {
    return "direction must be one of the following values: asc, desc";
  }
  key.descending = direction == "desc";
  return "";
}

std::vector<Json> sort_values(const std::vector<SortKey>& keys, const IndexedContact& one) {
  std::vector<Json> values;
  for (const SortKey& key : keys) {
    const Held held = held_in(key.field, one);
    values.push_back(held.values.empty() ? Json() : held.values.front());
  }
  return values;
}

bool stands_before(const std::vector<SortKey>& keys, const std::vector<Json>& a, std::uint64_t a_sequence,
                   const std::vector<Json>& b, std::uint64_t b_sequence) {
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const int order = compare(a[i], b[i]);
    if (order == 0) continue;
    const bool absent = a[i].is_null() || b[i].is_null();
    return keys[i].descending && !absent ? order > 0 : order < 0;
  }
  return a_sequence > b_sequence;
}

}  // namespace mock_ghl::api
