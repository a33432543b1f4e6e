#include "mock_ghl/api/contact_filter.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

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

// What a field is like, whoever has it.
Held sample_of(std::string_view field) {
  static const Contact nobody;
  return held_in(field, {&nobody, &nobody.fields});
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

bool in_range(const Filter& range, const Json& held) {
  const auto value = as_number(held);
  return value && (!range.gt || *value > *range.gt) && (!range.gte || *value >= *range.gte) &&
         (!range.lt || *value < *range.lt) && (!range.lte || *value <= *range.lte);
}

std::string read_range(const Json* range, Filter& filter) {
  if (range == nullptr || !range->is_object() || range->empty()) return "value must be an object of gt, gte, lt, lte";
  const std::map<std::string_view, std::optional<double>*> bounds{
      {"gt", &filter.gt}, {"gte", &filter.gte}, {"lt", &filter.lt}, {"lte", &filter.lte}};
  for (const auto& [key, bound] : range->items()) {
    const auto it = bounds.find(key);
    if (it == bounds.end()) return "property " + key + " should not exist";
    *it->second = as_number(bound);
    if (!*it->second) return key + " must be a number or a date";
  }
  return "";
}

// A value as fields are compared with it. A date that cannot be read is null, which no contact has.
Json comparable(const Json& value, bool is_instant) {
  if (!is_instant) return folded(value);
  const auto number = as_number(value);
  return number ? Json(*number) : Json();
}

std::string read_values(const Json* value, bool is_instant, Filter& filter) {
  if (value == nullptr) return "value should not be empty";
  const bool fine =
      value->is_array() ? std::all_of(value->begin(), value->end(), is_scalar) && !value->empty() : is_scalar(*value);
  if (!fine) return "value must be a string";
  for (const Json& each : value->is_array() ? *value : Json::array({*value})) {
    filter.values.push_back(comparable(each, is_instant));
  }
  return "";
}

std::string read_condition(const Json& element, Filter& filter) {
  filter.field = text_of(element, "field");
  const Held sample = sample_of(filter.field);
  if (!sample.known) return "Invalid field in filters";
  static const std::map<std::string_view, FilterKind> kinds{{"eq", FilterKind::eq},
                                                            {"contains", FilterKind::contains},
                                                            {"exists", FilterKind::exists},
                                                            {"range", FilterKind::range}};
  const std::string name = text_of(element, "operator");
  filter.negated = name.starts_with("not_");
  const auto kind = kinds.find(std::string_view(name).substr(filter.negated ? 4 : 0));
  if (kind == kinds.end() || (filter.negated && kind->second == FilterKind::range)) {
    return "Invalid operator in filters";
  }
  filter.kind = kind->second;
  const Json* value = holdfast::find_member(element, "value");
  if (filter.kind == FilterKind::exists) return "";
  return filter.kind == FilterKind::range ? read_range(value, filter) : read_values(value, sample.is_instant, filter);
}

std::size_t conditions_in(const std::vector<Filter>& filters) {
  std::size_t count = filters.size();
  for (const Filter& filter : filters) count += conditions_in(filter.members);
  return count;
}

std::size_t values_in(const std::vector<Filter>& filters) {
  std::size_t count = 0;
  for (const Filter& filter : filters) count += filter.values.size() + values_in(filter.members);
  return count;
}

// What is left of what one search may ask.
struct Allowance {
  std::size_t conditions = 0;
  std::size_t values = 0;
};

std::string read_at(const Json& element, int depth, Allowance& left, Filter& filter) {
  if (!element.is_object()) return "each value in filters must be an object";
  if (left.conditions == 0) {
    return "filters must contain no more than " + std::to_string(filter_conditions_max) + " conditions";
  }
  --left.conditions;
  const Json* members = holdfast::find_member(element, "filters");
  if (members == nullptr) {
    if (std::string message = read_condition(element, filter); !message.empty()) return message;
    if (filter.values.size() > left.values) {
      return "filters must contain no more than " + std::to_string(filter_values_max) + " values";
    }
    left.values -= filter.values.size();
    return "";
  }
  const std::string group = text_of(element, "group");
  if (group != "AND" && group != "OR") return "group must be one of the following values: AND, OR";
  if (!members->is_array()) return "filters must be an array";
  if (depth == filter_depth_max) {
    return "filters must not be nested deeper than " + std::to_string(filter_depth_max) + " groups";
  }
  filter.kind = group == "OR" ? FilterKind::any : FilterKind::all;
  for (const Json& member : *members) {
    if (std::string message = read_at(member, depth + 1, left, filter.members.emplace_back()); !message.empty()) {
      return message;
    }
  }
  return "";
}

bool fits(const Filter& filter, const Json& held, const Json& asked) {
  if (filter.kind == FilterKind::eq || !held.is_string() || !asked.is_string()) return held == asked;
  return held.get_ref<const std::string&>().find(asked.get_ref<const std::string&>()) != std::string::npos;
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

std::string read_filter(const Json& element, std::vector<Filter>& filters) {
  Allowance left{.conditions = filter_conditions_max - conditions_in(filters),
                 .values = filter_values_max - values_in(filters)};
  return read_at(element, 0, left, filters.emplace_back());
}

bool passes(const Filter& filter, const IndexedContact& one) {
  const auto inner = [&](const Filter& member) { return passes(member, one); };
  if (filter.kind == FilterKind::all) return std::all_of(filter.members.begin(), filter.members.end(), inner);
  if (filter.kind == FilterKind::any) return std::any_of(filter.members.begin(), filter.members.end(), inner);
  const Held held = held_in(filter.field, one);
  if (filter.kind == FilterKind::exists) return held.values.empty() == filter.negated;
  if (filter.kind == FilterKind::range) {
    return std::any_of(held.values.begin(), held.values.end(),
                       [&](const Json& each) { return in_range(filter, each); });
  }
  const auto has = [&](const Json& asked) {
    return std::any_of(held.values.begin(), held.values.end(),
                       [&](const Json& each) { return fits(filter, each, asked); });
  };
  // Of several values asked for the contact must have all where it can have several, else any.
  const bool several = filter.field == "tags" || filter.field == "followers" || filter.field.starts_with(custom_prefix);
  const bool found = several ? std::all_of(filter.values.begin(), filter.values.end(), has)
                             : std::any_of(filter.values.begin(), filter.values.end(), has);
  return found != filter.negated;
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
