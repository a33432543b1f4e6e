// Finding contacts: the search with its filters, the old list, the contacts of a business, and the duplicate check.
#include <algorithm>

#include "mock_ghl/api/contact_filter.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/shapes.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

constexpr std::int64_t window_max = 10'000;

struct Hit {
  IndexedContact indexed;
  std::vector<Json> place;  // in the order asked for
  std::uint64_t sequence() const { return indexed.contact->sequence; }
};

// The contacts of the location as the index has them, which is behind: what was written within the lag is seen as it
// was before, or not at all, and what was deleted within it is still there (quirk 33).
template <class Accept>
std::vector<Hit> collect(const Call& call, Accept accept) {
  const holdfast::Instant as_of = call.now - holdfast::Duration{call.state.settings().search_lag_ms};
  std::vector<Hit> hits;
  for (const auto& [id, contact] : call.state.contacts()) {
    if (contact.location_id != call.location->id) continue;
    const IndexedContact indexed{.contact = &contact, .fields = contact.fields_as_of(as_of)};
    if (indexed.fields != nullptr && accept(indexed)) hits.push_back({.indexed = indexed, .place = {}});
  }
  return hits;
}

void sort_hits(std::vector<Hit>& hits, const std::vector<SortKey>& keys) {
  for (Hit& hit : hits) hit.place = sort_values(keys, hit.indexed);
  std::sort(hits.begin(), hits.end(), [&](const Hit& a, const Hit& b) {
    return stands_before(keys, a.place, a.sequence(), b.place, b.sequence());
  });
}

// What POST /contacts/search asks for.
struct Search {
  std::string query;  // lower case
  std::vector<Filter> filters;
  std::vector<SortKey> keys;
  std::size_t first = 0;
  std::size_t limit = 0;
  std::vector<Json> after;           // the place of the last hit that was seen …
  std::uint64_t after_sequence = 0;  // … and its contact's; 0: from the beginning
};

// Quirk 54: this handler's own shape of a wrong type, with `status` instead of `statusCode`.
Answer mongo_error(const Call& call, const char* member) {
  JsonText text;
  text.begin_object()
      .member("status", 400)
      .member("message", std::string("MongoError: ") + member + " must be a number");
  text.member("name", "HttpException").begin_object("options").end_object();
  return ok(400, text, call);
}

std::optional<Answer> read_page(const Call& call, Search& search) {
  const Json* page = holdfast::find_member(call.body, "page");
  if (page != nullptr && !page->is_number_integer()) return mongo_error(call, "page");
  const std::int64_t limit = holdfast::integer_member(call.body, "pageLimit").value_or(0);
  const std::int64_t number = page == nullptr ? 1 : holdfast::integer_member(call.body, "page").value_or(0);
  if (limit < 1) return invalid({"pageLimit must be an integer number"}, call.trace_id);
  if (number < 1) return invalid({"page must not be less than 1"}, call.trace_id);
  if (number > window_max / limit) return invalid({"page * pageLimit must not be greater than 10000"}, call.trace_id);
  search.limit = static_cast<std::size_t>(limit);
  search.first = static_cast<std::size_t>((number - 1) * limit);
  return std::nullopt;
}

// searchAfter of a hit: its values in the order, and its id. The contact may have gone since, its place has not.
std::optional<Answer> read_search_after(const Call& call, Search& search) {
  const Json* after = holdfast::find_member(call.body, "searchAfter");
  if (after == nullptr || after->empty()) return std::nullopt;
  const Contact* last = after->back().is_string() ? call.state.contact(after->back().get<std::string>()) : nullptr;
  if (last == nullptr || after->size() != search.keys.size() + 1) {
    return invalid({"searchAfter must hold what a hit's searchAfter held"}, call.trace_id);
  }
  search.after.assign(after->begin(), after->end() - 1);
  search.after_sequence = last->sequence;
  return std::nullopt;
}

std::optional<Answer> read_search(const Call& call, Search& search) {
  if (auto refusal = read_page(call, search)) return refusal;
  search.query = lower_case(text_of(call.body, "query"));
  if (const Json* filters = holdfast::find_member(call.body, "filters")) {
    for (const Json& element : *filters) {
      if (std::string message = read_filter(element, search.filters); !message.empty()) {
        return invalid({message}, call.trace_id);
      }
    }
  }
  if (const Json* sort = holdfast::find_member(call.body, "sort")) {
    for (const Json& element : *sort) {
      if (std::string message = read_sort_key(element, search.keys.emplace_back()); !message.empty()) {
        return invalid({message}, call.trace_id);
      }
    }
  }
  if (search.keys.empty()) search.keys.push_back({.field = "dateAdded", .descending = true});
  return read_search_after(call, search);
}

std::vector<Hit> run(const Call& call, const Search& search) {
  std::vector<Hit> hits = collect(call, [&](const IndexedContact& one) {
    return holds_query(search.query, one) && std::all_of(search.filters.begin(), search.filters.end(),
                                                         [&](const Filter& filter) { return passes(filter, one); });
  });
  sort_hits(hits, search.keys);
  return hits;
}

// A list of the contacts as the older routes show them.
void write_list(JsonText& text, const Call& call, const std::vector<Hit>& hits, std::size_t first, std::size_t limit) {
  text.begin_object().begin_array("contacts");
  for (std::size_t i = first; i < hits.size() && i - first < limit; ++i) {
    const IndexedContact& one = hits[i].indexed;
    text.begin_element_object();
    write_contact(text, *one.contact, *one.fields, {.shape = ContactShape::listed, .v3 = call.v3, .now = call.now});
    text.end_object();
  }
  text.end_array();
}

// Whether the hit comes after the last one of the page before, which startAfter and startAfterId name.
bool comes_after(const Hit& hit, const Contact* last, std::optional<std::int64_t> start_after_ms) {
  const std::int64_t added_ms = holdfast::to_epoch_ms(hit.indexed.contact->created_at);
  if (last != nullptr) return hit.sequence() < last->sequence;
  return !start_after_ms || added_ms < *start_after_ms;
}

// Where the next page begins, when there is one.
void write_meta(JsonText& text, const Call& call, const std::vector<Hit>& hits, std::size_t total, std::size_t limit) {
  text.begin_object("meta").member("total", static_cast<std::int64_t>(total));
  if (hits.size() > limit) {
    const Contact& last = *hits[limit - 1].indexed.contact;
    const std::int64_t start_after = holdfast::to_epoch_ms(last.created_at);
    text.member("nextPageUrl",
                next_page_url(call, {{"startAfter", std::to_string(start_after)}, {"startAfterId", last.id}}));
    text.member("startAfterId", last.id).member("startAfter", start_after);
  }
  text.end_object();
}

}  // namespace

Answer search_contacts(Call& call) {
  Search search;
  if (auto refusal = read_search(call, search)) return std::move(*refusal);
  std::vector<Hit> hits = run(call, search);
  const std::size_t total = hits.size();
  if (search.after_sequence != 0) {
    std::erase_if(hits, [&](const Hit& hit) {
      return !stands_before(search.keys, search.after, search.after_sequence, hit.place, hit.sequence());
    });
  }
  JsonText text;
  text.begin_object().begin_array("contacts");
  for (std::size_t i = search.first; i < hits.size() && i - search.first < search.limit; ++i) {
    const IndexedContact& one = hits[i].indexed;
    text.begin_element_object();
    write_contact(text, *one.contact, *one.fields, {.shape = ContactShape::hit, .v3 = call.v3, .now = call.now});
    text.begin_array("searchAfter");
    for (const Json& value : hits[i].place) text.raw_element(holdfast::dump_json(value));
    text.element(std::string_view(one.contact->id)).end_array().end_object();
  }
  text.end_array().member("total", static_cast<std::int64_t>(total));
  return ok(call.success(), text, call);
}

Answer list_contacts(Call& call) {
  const auto limit = static_cast<std::size_t>(number_parameter(call, "limit", 20));
  const std::string query = lower_case(call.target.parameter("query").value_or(""));
  std::vector<Hit> hits = collect(call, [&](const IndexedContact& one) { return holds_query(query, one); });
  sort_hits(hits, {});  // the youngest first
  const std::size_t total = hits.size();
  const auto start_after = read_count(call.target.parameter("startAfter").value_or(""), 0);
  const std::string start_after_id = call.target.parameter("startAfterId").value_or("");
  const Contact* last = call.state.contact(start_after_id);
  if (!start_after || (!start_after_id.empty() && last == nullptr)) {
    return invalid({"startAfter and startAfterId must be those of a page before"}, call.trace_id);
  }
  const auto start_after_ms = *start_after == 0 ? std::nullopt : std::optional(static_cast<std::int64_t>(*start_after));
  std::erase_if(hits, [&](const Hit& hit) { return !comes_after(hit, last, start_after_ms); });
  JsonText text;
  write_list(text, call, hits, 0, limit);
  text.member("count", static_cast<std::int64_t>(total));
  write_meta(text, call, hits, total, limit);
  return ok(call.success(), text, call);
}

Answer list_business_contacts(Call& call) {
  const Document* business = call.state.documents().find(Collection::business, call.captures.at(0));
  if (business == nullptr) return refuse(404, "Business not found", call.trace_id);
  if (business->location_id != call.location->id) return foreign_location(call);
  const auto limit = read_count(call.target.parameter("limit").value_or(""), 25);
  const auto skip = read_count(call.target.parameter("skip").value_or(""), 0);
  if (!limit || !skip) return invalid({"limit and skip must be whole numbers"}, call.trace_id);
  const std::string query = lower_case(call.target.parameter("query").value_or(""));
  std::vector<Hit> hits = collect(call, [&](const IndexedContact& one) {
    return one.fields->business_id == business->id && holds_query(query, one);
  });
  sort_hits(hits, {});
  JsonText text;
  write_list(text, call, hits, *skip, *limit);
  text.member("count", static_cast<std::int64_t>(hits.size()));
  return ok(call.success(), text, call);
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
    return ok(call.success(), text, call);
  }
  text.begin_object("contact");
  write_contact(text, *found, found->fields, {.shape = ContactShape::hit, .v3 = call.v3, .now = call.now});
  text.end_object().member("matchingField", matching_field);
  return ok(call.success(), text, call);
}

}  // namespace mock_ghl::api
