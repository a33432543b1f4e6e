#include <algorithm>
#include <array>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// The searchable fields of a contact, lower case; nullopt for a field that the twin does not index.
std::optional<std::string> indexed_field(std::string_view field, const Contact& contact, const ContactFields& fields) {
  if (field == "id") return contact.id;
  if (field == "email") return lower_case(fields.email);
  if (field == "phone") return fields.phone;
  if (field == "firstName" || field == "firstNameLowerCase") return lower_case(fields.first_name);
  if (field == "lastName" || field == "lastNameLowerCase") return lower_case(fields.last_name);
  if (field == "contactName" || field == "fullNameLowerCase") return lower_case(fields.full_name());
  if (field == "source") return lower_case(fields.source);
  if (field == "city") return lower_case(fields.city);
  return std::nullopt;
}

// One search through the index as it was `lag` ago. Filters are checked once before any contact is looked at.
class Filter {
 public:
  // The message about a filter that is not understood, or "".
  static std::string check(const Json& filter, int depth) {
    if (!filter.is_object()) return "each value in filters must be an object";
    if (const Json* members = holdfast::find_member(filter, "filters")) {
      const std::string group = text_of(filter, "group");
      if (group != "AND" && group != "OR") return "group must be one of the following values: AND, OR";
      if (!members->is_array() || depth > 4) return "filters must be an array";
      for (const Json& member : *members) {
        if (std::string message = check(member, depth + 1); !message.empty()) return message;
      }
      return "";
    }
    static const Contact nobody;
    if (!indexed_field(text_of(filter, "field"), nobody, nobody.fields)) return "Invalid field in filters";
    static constexpr std::array<std::string_view, 6> operators{"eq",           "not_eq", "contains",
                                                               "not_contains", "exists", "not_exists"};
    const std::string name = text_of(filter, "operator");
    if (std::find(operators.begin(), operators.end(), name) == operators.end()) return "Invalid operator in filters";
    const bool needs_value = name != "exists" && name != "not_exists";
    return needs_value && !holdfast::string_member(filter, "value") ? "value must be a string" : "";
  }

  static bool accepts(const Json& filter, const Contact& contact, const ContactFields& fields) {
    if (const Json* members = holdfast::find_member(filter, "filters")) {
      const auto inner = [&](const Json& member) { return accepts(member, contact, fields); };
      return text_of(filter, "group") == "OR" ? std::any_of(members->begin(), members->end(), inner)
                                              : std::all_of(members->begin(), members->end(), inner);
    }
    const std::string held = indexed_field(text_of(filter, "field"), contact, fields).value_or("");
    const std::string name = text_of(filter, "operator");
    if (name == "exists") return !held.empty();
    if (name == "not_exists") return held.empty();
    const std::string value = lower_case(text_of(filter, "value"));
    const bool found = name.ends_with("eq") ? held == value : held.find(value) != std::string::npos;
    return name.starts_with("not_") ? !found : found;
  }
};

bool matches_query(const std::string& query, const Contact& contact, const ContactFields& fields) {
  if (query.empty()) return true;
  for (const std::string_view field : {"email", "phone", "contactName"}) {
    if (indexed_field(field, contact, fields).value_or("").find(query) != std::string::npos) return true;
  }
  return false;
}

struct Hit {
  const Contact* contact = nullptr;
  const ContactFields* fields = nullptr;
};

// Quirk 33: the index is behind; what was written within the lag is seen as it was before, or not at all.
std::vector<Hit> search(const Call& call, const std::string& query, const Json* filters) {
  const holdfast::Instant as_of = call.now - holdfast::Duration{call.state.settings().search_lag_ms};
  std::vector<Hit> hits;
  for (const auto& [id, contact] : call.state.contacts()) {
    if (contact.location_id != call.location->id || contact.deleted) continue;
    const ContactFields* fields = contact.fields_as_of(as_of);
    if (fields == nullptr || !matches_query(query, contact, *fields)) continue;
    const auto accepted = [&, &one = contact](const Json& filter) { return Filter::accepts(filter, one, *fields); };
    if (filters == nullptr || std::all_of(filters->begin(), filters->end(), accepted))
      hits.push_back({&contact, fields});
  }
  // Newest first.
  std::sort(hits.begin(), hits.end(),
            [](const Hit& a, const Hit& b) { return a.contact->sequence > b.contact->sequence; });
  return hits;
}

constexpr std::int64_t page_limit_max = 500;
constexpr std::int64_t window_max = 10'000;

// The page in hits; the refusal of paging that GHL does not do.
std::optional<Answer> read_page(const Call& call, std::int64_t& first, std::int64_t& limit) {
  limit = holdfast::integer_member(call.body, "pageLimit").value_or(0);
  const std::int64_t page = holdfast::integer_member(call.body, "page").value_or(1);
  if (limit < 1 || limit > page_limit_max) {
    return invalid({"pageLimit must not be greater than 500"}, call.trace_id);
  }
  if (page < 1) return invalid({"page must not be less than 1"}, call.trace_id);
  if (page > window_max / limit) return invalid({"page * pageLimit must not be greater than 10000"}, call.trace_id);
  first = (page - 1) * limit;
  return std::nullopt;
}

}  // namespace

Answer search_contacts(Call& call) {
  // Quirk 54: this handler's own shape of a wrong type, with `status` instead of `statusCode`.
  if (const Json* page = holdfast::find_member(call.body, "page"); page != nullptr && page->is_string()) {
    JsonText text;
    text.begin_object().member("status", 400).member("message", "MongoError: page must be a number");
    text.member("name", "HttpException").begin_object("options").end_object();
    return ok(400, text, call);
  }
  std::int64_t first = 0;
  std::int64_t limit = 0;
  if (auto refusal = read_page(call, first, limit)) return std::move(*refusal);
  const std::string query = lower_case(text_of(call.body, "query"));
  if (query.size() > 75) return invalid({"query must be shorter than or equal to 75 characters"}, call.trace_id);
  const Json* filters = holdfast::find_member(call.body, "filters");
  if (filters != nullptr) {
    for (const Json& filter : *filters) {
      if (std::string message = Filter::check(filter, 0); !message.empty()) return invalid({message}, call.trace_id);
    }
  }
  std::vector<Hit> hits = search(call, query, filters);
  const std::size_t total = hits.size();
  if (const Json* after = holdfast::find_member(call.body, "searchAfter"); after != nullptr && !after->empty()) {
    const Json& sequence = after->front();
    if (!sequence.is_number_integer())
      return invalid({"searchAfter must hold what a hit's searchAfter held"}, call.trace_id);
    const std::int64_t last = sequence.get<std::int64_t>();
    std::erase_if(hits, [&](const Hit& hit) { return static_cast<std::int64_t>(hit.contact->sequence) >= last; });
  }
  JsonText text;
  text.begin_object().begin_array("contacts");
  for (std::size_t i = static_cast<std::size_t>(first); i < hits.size() && i < static_cast<std::size_t>(first + limit);
       ++i) {
    text.begin_element_object();
    write_contact(text, *hits[i].contact, *hits[i].fields);
    text.begin_array("searchAfter").element(static_cast<std::int64_t>(hits[i].contact->sequence));
    text.element(std::string_view(hits[i].contact->id)).end_array().end_object();
  }
  text.end_array().member("total", static_cast<std::int64_t>(total));
  return ok(200, text, call);
}

Answer get_duplicate_contact(Call& call) {
  // The number's parameter is `number`; `phone` is a 422 (facts/ghl.md 1.6).
  static const std::vector<DuplicateField> both{DuplicateField::email, DuplicateField::phone};
  const bool off = !call.location->allow_duplicate_contact;
  const Contact* found = nullptr;
  std::string_view matching_field;
  for (const DuplicateField field : off ? call.location->duplicate_fields : both) {
    const bool by_email = field == DuplicateField::email;
    const auto value = call.target.parameter(by_email ? "email" : "number");
    if (!value) continue;
    found = by_email ? call.state.contact_by_email(call.location->id, *value)
                     : call.state.contact_by_phone(call.location->id, canonical_phone(*value, call.location->country));
    matching_field = by_email ? "email" : "phone";
    if (found != nullptr) break;
  }
  JsonText text;
  text.begin_object();
  if (found == nullptr) {
    text.null_member("contact");
    return ok(200, text, call);
  }
  text.begin_object("contact");
  write_contact(text, *found, found->fields);
  text.end_object().member("matchingField", matching_field);
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
