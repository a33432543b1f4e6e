// The JSON form of a fixture, in GHL's own field names.
#include <algorithm>
#include <array>
#include <utility>

#include "core/base/assert.hpp"
#include "mock_ghl/contract/contract.hpp"
#include "mock_ghl/model/calendar_json.hpp"
#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

// The shape of a member of what an operation answers (an element of it when it is a list); of the whole without one.
const contract::Shape& shown_by(std::string_view operation_id, std::string_view member) {
  const auto operations = contract::Contract::shipped().operations(contract::Dialect::dated);
  const auto operation = std::find_if(operations.begin(), operations.end(),
                                      [&](const contract::Operation& each) { return each.id == operation_id; });
  HOLDFAST_ASSERT(operation != operations.end() && operation->reply != nullptr);
  if (member.empty()) return *operation->reply;
  const auto& members = operation->reply->members;
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const contract::Member& each) { return each.name == member; });
  HOLDFAST_ASSERT(found != members.end());
  return found->shape->kind == contract::Shape::Kind::list ? *found->shape->element : *found->shape;
}

// Holds what is only handed on against the shape it will be handed on in, so that no answer leaves the contract.
void check_shown(const Json& shown, const contract::Shape& shape, const std::string& path, Faults& faults) {
  constexpr std::string_view root = "body";
  for (const std::string& wrong : contract::check_reply(shape, shown, {})) {
    if (wrong.ends_with(" is missing")) continue;  // it has a default, or the reader asks for it
    const auto end = wrong.find(' ');
    std::string at = path + wrong.substr(root.size(), end - root.size());
    if (at.starts_with('.')) at.erase(0, 1);
    const bool unknown = wrong.ends_with(" is not declared");
    faults.add(at, unknown ? "is not a known key; check its spelling" : wrong.substr(end + 1));
  }
}

// The members of a calendar and its team that no rule reads.
void check_kept(const Calendar& calendar, const std::string& path, Faults& faults) {
  static const contract::Shape& shape = shown_by("get-calendar", "calendar");
  Json shown = calendar.extra;
  for (const TeamMember& member : calendar.team) shown["teamMembers"].push_back(member.extra);
  check_shown(shown, shape, path, faults);
}

Calendar read_calendar(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, path, faults);
  Calendar calendar;
  reader.text("id", calendar.id, true);
  reader.text("locationId", calendar.location_id, true);
  if (!reader.has("name")) reader.fault("name", "is required");
  reader.boolean("anyDuration", calendar.any_duration);
  read_calendar_type(reader, calendar);
  read_calendar_settings(reader, calendar);
  reader.finish();
  check_kept(calendar, path, faults);
  return calendar;
}

Schedule read_schedule(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  Schedule schedule;
  reader.text("id", schedule.id, true);
  reader.text("locationId", schedule.location_id, true);
  reader.text("userId", schedule.user_id, true);
  reader.text("name", schedule.name, true);
  reader.text("timezone", schedule.timezone, true);
  reader.texts("calendarIds", schedule.calendar_ids);
  read_schedule_rules(reader, schedule);
  reader.finish();
  return schedule;
}

// Members that are only handed on, in GHL's names.
template <std::size_t N, std::size_t M>
void read_extra(ObjectReader& reader, Json& extra, const std::array<std::string_view, N>& texts,
                const std::array<std::string_view, M>& objects) {
  for (const std::string_view key : texts) {
    std::string text;
    if (!reader.has(key)) continue;
    reader.text(key, text);
    extra[std::string(key)] = std::move(text);
  }
  for (const std::string_view key : objects) {
    if (const Json* object = reader.object(key)) extra[std::string(key)] = *object;
  }
}

constexpr std::array<std::string_view, 11> location_texts{"domain",   "address",    "city",    "state",
                                                          "logoUrl",  "postalCode", "website", "firstName",
                                                          "lastName", "email",      "phone"};
constexpr std::array<std::string_view, 3> location_objects{"business", "social", "reseller"};

// The lists of plain records that hang on a location.
void read_documents(ObjectReader& reader, const std::string& location_id, std::vector<DocumentSeed>& documents) {
  struct List {
    std::string_view key;
    Collection collection;
    std::vector<std::string_view> texts;     // the members that are required texts
    const contract::Shape* shape = nullptr;  // of the answer that shows them; no operation shows businesses
  };
  static const contract::Shape& resource = shown_by("get-calendar-resource", "");
  static const std::vector<List> lists{
      {"customFields",
       Collection::custom_field,
       {"name", "fieldKey", "dataType"},
       &shown_by("get-custom-fields", "customFields")},
      {"customValues",
       Collection::custom_value,
       {"name", "fieldKey", "value"},
       &shown_by("get-custom-values", "customValues")},
      {"tags", Collection::tag, {"name"}, &shown_by("get-location-tags", "tags")},
      {"workflows", Collection::workflow, {"id", "name", "status"}, &shown_by("get-workflow", "workflows")},
      {"businesses", Collection::business, {"name"}},
      {"calendarGroups", Collection::calendar_group, {"id", "name", "slug"}, &shown_by("get-groups", "groups")},
      {"rooms", Collection::room, {"id", "name"}, &resource},
      {"equipments", Collection::equipment, {"id", "name"}, &resource}};
  for (const List& list : lists) {
    const auto read = [&](const Json& element, const std::string& path) {
      if (!element.is_object()) return reader.faults().add(path, "must be an object");
      DocumentSeed seed{.collection = list.collection, .location_id = location_id, .fields = element, .path = path};
      ObjectReader members(element, path, reader.faults());
      members.text("id", seed.id);
      for (const std::string_view key : list.texts) {
        std::string ignored;
        members.text(key, ignored, true);
      }
      if (list.shape != nullptr) check_shown(element, *list.shape, path, reader.faults());
      for (const char* kept_beside : {"id", "locationId"}) seed.fields.erase(kept_beside);
      documents.push_back(std::move(seed));
    };
    for_each_element(reader.array(list.key), reader.path_of(list.key), read);
  }
}

Location read_location(const Json& value, std::string path, std::vector<DocumentSeed>& documents, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  Location location;
  reader.text("id", location.id, true);
  reader.text("name", location.name);
  reader.text("timezone", location.timezone);
  reader.text("country", location.country);
  reader.text("companyId", location.company_id);
  reader.boolean("allowDuplicateContact", location.allow_duplicate_contact);
  reader.boolean("allowDuplicateOpportunity", location.allow_duplicate_opportunity);
  if (const Json* fields = reader.array("duplicateFields")) {
    location.duplicate_fields.clear();
    for_each_element(fields, reader.path_of("duplicateFields"), [&](const Json& field, const std::string& field_path) {
      if (field == "email") return location.duplicate_fields.push_back(DuplicateField::email);
      if (field == "phone") return location.duplicate_fields.push_back(DuplicateField::phone);
      faults.add(field_path, "must be \"email\" or \"phone\"");
    });
  }
  read_extra(reader, location.extra, location_texts, location_objects);
  read_documents(reader, location.id, documents);
  reader.finish();
  return location;
}

constexpr std::array<std::string_view, 5> user_texts{"firstName", "lastName", "phone", "extension", "platformLanguage"};
constexpr std::array<std::string_view, 3> user_objects{"permissions", "roles", "lcPhone"};

User read_user(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  User user;
  reader.text("id", user.id, true);
  reader.text("locationId", user.location_id, true);
  reader.text("name", user.name);
  reader.text("email", user.email);
  if (reader.has("openHours")) user.hours = read_weekly_hours(reader, "openHours");
  read_extra(reader, user.extra, user_texts, user_objects);
  reader.finish();
  return user;
}

TokenGrant read_token(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  TokenGrant grant;
  reader.text("token", grant.token, true);
  std::string kind(to_string(grant.kind));
  reader.text("kind", kind);
  if (const auto known = parse_token_kind(kind)) {
    grant.kind = *known;
  } else {
    reader.fault("kind", "must be location_pit, company_pit, location or company");
  }
  if (grant.of_location()) {
    reader.text("locationId", grant.location_id, true);
  } else {
    reader.text("companyId", grant.company_id);
  }
  if (!grant.is_pit()) reader.text("clientId", grant.client_id, true);
  reader.texts("scopes", grant.scopes);
  reader.finish();
  return grant;
}

Company read_company(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  Company company;
  reader.text("id", company.id, true);
  reader.text("name", company.name);
  reader.finish();
  return company;
}

App read_app(const Json& value, std::string path, Faults& faults) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> targets{{{"Location", false}, {"Company", true}}};
  ObjectReader reader(value, std::move(path), faults);
  App app;
  reader.text("clientId", app.client_id, true);
  reader.text("clientSecret", app.client_secret, true);
  reader.text("name", app.name, true);
  reader.texts("redirectUris", app.redirect_uris);
  reader.texts("scopes", app.scopes);
  read_choice(reader, "userType", targets, app.for_agencies);
  reader.text("versionId", app.version_id);
  reader.boolean("isPrivate", app.is_private);
  reader.texts("installedLocations", app.installed_locations);
  reader.finish();
  return app;
}

constexpr std::array<std::string_view, 5> contact_texts{"type", "ssn", "keyword", "lastActivity", "visitorId"};
constexpr std::array<std::string_view, 2> contact_objects{"attributionSource", "lastAttributionSource"};

// [{"id", "value"}], as GHL reads them out.
std::vector<CustomFieldValue> read_custom_values(ObjectReader& reader) {
  std::vector<CustomFieldValue> values;
  const auto read = [&](const Json& element, std::string path) {
    ObjectReader entry(element, std::move(path), reader.faults());
    CustomFieldValue value;
    entry.text("id", value.id, true);
    if (entry.has("value")) value.value = element.at("value");
    entry.finish();
    values.push_back(std::move(value));
  };
  for_each_element(reader.array("customFields"), reader.path_of("customFields"), read);
  return values;
}

ContactSeed read_contact(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  ContactSeed contact;
  reader.text("id", contact.id);
  reader.text("locationId", contact.location_id, true);
  reader.text("firstName", contact.fields.first_name);
  reader.text("lastName", contact.fields.last_name);
  reader.text("email", contact.fields.email);
  reader.text("phone", contact.fields.phone);
  reader.text("timezone", contact.fields.timezone);
  reader.text("source", contact.fields.source);
  reader.text("companyName", contact.fields.company_name);
  reader.text("address1", contact.fields.address1);
  reader.text("city", contact.fields.city);
  reader.text("state", contact.fields.state);
  reader.text("postalCode", contact.fields.postal_code);
  reader.text("country", contact.fields.country);
  reader.text("website", contact.fields.website);
  reader.text("dateOfBirth", contact.fields.date_of_birth);
  reader.text("gender", contact.fields.gender);
  reader.text("assignedTo", contact.fields.assigned_to);
  reader.text("businessId", contact.fields.business_id);
  if (reader.has("dnd")) reader.boolean("dnd", contact.fields.dnd.emplace());
  if (const Json* settings = reader.object("dndSettings")) contact.fields.dnd_settings = *settings;
  if (const Json* settings = reader.object("inboundDndSettings")) contact.fields.inbound_dnd_settings = *settings;
  reader.texts("tags", contact.fields.tags);
  reader.texts("followers", contact.fields.followers);
  contact.fields.custom_fields = read_custom_values(reader);
  Json extra = Json::object();
  read_extra(reader, extra, contact_texts, contact_objects);
  if (!extra.empty()) contact.fields.extra = std::move(extra);
  if (!contact.fields.date_of_birth.empty() && !holdfast::parse_date(contact.fields.date_of_birth)) {
    reader.fault("dateOfBirth", "must be YYYY-MM-DD");
  }
  reader.finish();
  return contact;
}

void read_instant(ObjectReader& reader, std::string_view key, bool required, std::optional<holdfast::Instant>& out) {
  if (!required && !reader.has(key)) return;
  std::string text;
  reader.text(key, text, required);
  out = holdfast::parse_iso(text);
  if (!out) reader.fault(key, "must be ISO 8601 with an offset, such as 2026-08-27T10:30:00-04:00");
}

AppointmentSeed read_appointment(const Json& value, std::string path, Faults& faults) {
  ObjectReader reader(value, std::move(path), faults);
  AppointmentSeed appointment;
  std::optional<holdfast::Instant> start;
  reader.text("id", appointment.id);
  reader.text("calendarId", appointment.calendar_id, true);
  reader.text("contactId", appointment.contact_id, true);
  reader.text("assignedUserId", appointment.user_id);
  read_instant(reader, "startTime", true, start);
  read_instant(reader, "endTime", false, appointment.end);
  reader.text("appointmentStatus", appointment.status);
  reader.text("title", appointment.title);
  reader.text("description", appointment.description);
  reader.finish();
  if (start) appointment.start = *start;
  return appointment;
}

Settings read_settings(const Json& value, Faults& faults) {
  ObjectReader reader(value, "settings", faults);
  Settings settings;
  reader.integer("searchLagMs", settings.search_lag_ms, 0, 86'400'000);
  reader.integer("utmRevertMs", settings.utm_revert_ms, 0, 86'400'000);
  reader.boolean("specStatus", settings.spec_status);
  reader.integer("opportunitySearchLagMs", settings.opportunity_search_lag_ms, 0, 86'400'000);
  reader.integer("messageStatusLockMs", settings.message_status_lock_ms, 0, 86'400'000);
  reader.number("messageFailureProbability", settings.message_failure_probability, 0, 1);
  reader.boolean("flatMessages", settings.flat_messages);
  reader.boolean("allowStartAtClose", settings.allow_start_at_close);
  reader.boolean("lookBusyOnApi", settings.look_busy_on_api);
  reader.boolean("updateReleasesNotice", settings.update_releases_notice);
  if (const Json* limits = reader.object("rateLimit")) {
    ObjectReader entry(*limits, reader.path_of("rateLimit"), faults);
    entry.integer("max", settings.rate_limit_max, 1, 1'000'000'000);
    entry.integer("intervalMs", settings.rate_limit_interval_ms, 1, 86'400'000);
    entry.integer("daily", settings.rate_limit_daily, 1, 2'000'000'000);
    static constexpr std::array<std::pair<std::string_view, bool>, 2> windows{{{"fixed", false}, {"sliding", true}}};
    read_choice(entry, "window", windows, settings.rate_limit_sliding);
    entry.finish();
  }
  reader.finish();
  return settings;
}

template <class Item, class Read>
void read_list(ObjectReader& reader, std::string_view key, std::vector<Item>& out, Read read) {
  for_each_element(reader.array(key), std::string(key), [&](const Json& element, std::string path) {
    out.push_back(read(element, std::move(path), reader.faults()));
  });
}

}  // namespace

holdfast::Result<Calendar> changed_calendar(Calendar calendar, std::string_view change) {
  const auto parsed = holdfast::parse_json(change);
  if (!parsed) return holdfast::fail(parsed.error());
  Faults faults("the change");
  ObjectReader reader(*parsed, "", faults);
  reader.boolean("anyDuration", calendar.any_duration);
  read_calendar_settings(reader, calendar);
  reader.finish();
  check_kept(calendar, "", faults);
  if (faults.any()) return faults.result();
  return calendar;
}

holdfast::Result<Fixture> parse_fixture(std::string_view text) {
  const auto parsed = holdfast::parse_json(text);
  if (!parsed) return holdfast::fail(parsed.error());
  Faults faults;
  ObjectReader reader(*parsed, "", faults);
  Fixture fixture;
  read_list(reader, "locations", fixture.locations, [&](const Json& value, std::string path, Faults& into) {
    return read_location(value, std::move(path), fixture.documents, into);
  });
  read_list(reader, "users", fixture.users, read_user);
  read_list(reader, "calendars", fixture.calendars, read_calendar);
  read_list(reader, "companies", fixture.companies, read_company);
  read_list(reader, "apps", fixture.apps, read_app);
  read_list(reader, "tokens", fixture.tokens, read_token);
  read_list(reader, "contacts", fixture.contacts, read_contact);
  read_list(reader, "appointments", fixture.appointments, read_appointment);
  read_deals(reader, fixture.deals);
  read_list(reader, "schedules", fixture.schedules, read_schedule);
  if (const Json* settings = reader.object("settings")) fixture.settings = read_settings(*settings, faults);
  reader.finish();
  if (faults.any()) return faults.result();
  if (auto checked = check_fixture(fixture); !checked) return holdfast::fail(checked.error());
  return fixture;
}

}  // namespace mock_ghl
