// The JSON form of a fixture, in GHL's own field names.
#include <array>
#include <utility>

#include "mock_ghl/model/fixture.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Json;

namespace {

using Unit = std::pair<std::string_view, Duration>;
constexpr std::array<Unit, 5> units{{{"mins", holdfast::minutes{1}},
                                     {"hours", holdfast::hours{1}},
                                     {"days", holdfast::days{1}},
                                     {"weeks", holdfast::days{7}},
                                     {"months", holdfast::days{30}}}};

// "slotDuration": 30 with "slotDurationUnit": "mins".
void read_duration(ObjectReader& reader, const std::string& key, std::string_view default_unit, Duration& out) {
  const bool given = reader.has(key);
  int amount = 0;
  reader.integer(key, amount, 0, 1'000'000);
  std::string unit_name(default_unit);
  reader.text(key + "Unit", unit_name);
  for (const auto& [name, length] : units) {
    if (name != unit_name) continue;
    if (given) out = length * amount;
    return;
  }
  reader.fault(key + "Unit", "must be mins, hours, days, weeks or months");
}

template <class Enum, std::size_t N>
void read_choice(ObjectReader& reader, std::string_view key,
                 const std::array<std::pair<std::string_view, Enum>, N>& map, Enum& out) {
  if (!reader.has(key)) return;
  std::string name;
  reader.text(key, name);
  for (const auto& [known, value] : map) {
    if (known == name) {
      out = value;
      return;
    }
  }
  std::string allowed;
  for (const auto& [known, value] : map) allowed += (allowed.empty() ? "" : ", ") + std::string(known);
  reader.fault(key, "must be one of: " + allowed);
}

std::vector<TimeRange> read_ranges(ObjectReader& reader, std::string_view key) {
  std::vector<TimeRange> ranges;
  for_each_element(reader.array(key), reader.path_of(key), [&](const Json& element, std::string path) {
    ObjectReader hours(element, std::move(path), reader.faults());
    int open_hour = 0;
    int open_minute = 0;
    int close_hour = 0;
    int close_minute = 0;
    hours.integer("openHour", open_hour, 0, 23, true);
    hours.integer("openMinute", open_minute, 0, 60);
    hours.integer("closeHour", close_hour, 0, 23, true);
    hours.integer("closeMinute", close_minute, 0, 60);
    hours.finish();
    ranges.push_back({open_hour * 60 + open_minute, close_hour * 60 + close_minute});
  });
  return ranges;
}

WeeklyHours read_weekly(ObjectReader& reader, std::string_view key) {
  WeeklyHours weekly;
  for_each_element(reader.array(key), reader.path_of(key), [&](const Json& element, std::string path) {
    ObjectReader entry(element, std::move(path), reader.faults());
    const std::vector<TimeRange> ranges = read_ranges(entry, "hours");
    for_each_element(entry.array("daysOfTheWeek"), entry.path_of("daysOfTheWeek"),
                     [&](const Json& day, const std::string& day_path) {
                       if (!day.is_number_integer() || day.get<std::int64_t>() < 0 || day.get<std::int64_t>() > 6) {
                         return reader.faults().add(day_path, "must be a day from 0 (Sunday) to 6");
                       }
                       auto& list = weekly.days[day.get<std::size_t>()];
                       list.insert(list.end(), ranges.begin(), ranges.end());
                     });
    entry.finish();
  });
  return weekly;
}

std::vector<DateHours> read_dates(ObjectReader& reader) {
  std::vector<DateHours> dates;
  for_each_element(reader.array("availabilities"), reader.path_of("availabilities"),
                   [&](const Json& element, std::string path) {
                     ObjectReader entry(element, std::move(path), reader.faults());
                     std::string text;
                     std::string ignored_id;
                     bool deleted = false;
                     entry.text("date", text, true);
                     entry.text("id", ignored_id);
                     entry.boolean("deleted", deleted);
                     std::vector<TimeRange> ranges = read_ranges(entry, "hours");
                     entry.finish();
                     // A local date, with or without GHL's fake "T00:00:00.000Z".
                     const auto date = holdfast::parse_date(std::string_view(text).substr(0, 10));
                     if (!date || (text.size() != 10 && !text.substr(10).starts_with("T00:00"))) {
                       return entry.fault("date", "must be YYYY-MM-DD or YYYY-MM-DDT00:00:00.000Z");
                     }
                     if (!deleted) dates.push_back({.date = *date, .ranges = std::move(ranges)});
                   });
  return dates;
}

std::vector<TeamMember> read_team(ObjectReader& reader) {
  std::vector<TeamMember> team;
  for_each_element(reader.array("teamMembers"), reader.path_of("teamMembers"),
                   [&](const Json& element, std::string path) {
                     ObjectReader entry(element, std::move(path), reader.faults());
                     TeamMember member;
                     entry.text("userId", member.user_id, true);
                     entry.number("priority", member.priority, 0, 1);
                     entry.boolean("isPrimary", member.primary);
                     entry.finish();
                     team.push_back(std::move(member));
                   });
  return team;
}

void read_availability(ObjectReader& reader, AvailabilityType& out) {
  if (!reader.has("availabilityType")) return;
  int type = 0;
  reader.integer("availabilityType", type, 0, 1);
  out = type == 0 ? AvailabilityType::weekly_only : AvailabilityType::dates_only;
}

// The rules of a calendar; what is absent stays as it is.
void read_calendar_rules(ObjectReader& reader, Calendar& calendar) {
  static constexpr std::array<std::pair<std::string_view, bool>, 2> event_types{
      {{"RoundRobin_OptimizeForAvailability", false}, {"RoundRobin_OptimizeForEqualDistribution", true}}};
  reader.text("description", calendar.description);
  reader.boolean("isActive", calendar.active);
  read_choice(reader, "eventType", event_types, calendar.equal_distribution);
  if (reader.has("teamMembers")) calendar.team = read_team(reader);
  if (reader.has("openHours")) calendar.open_hours = read_weekly(reader, "openHours");
  if (reader.has("availabilities")) calendar.date_hours = read_dates(reader);
  read_availability(reader, calendar.availability);
  read_duration(reader, "slotDuration", "mins", calendar.slot_duration);
  read_duration(reader, "slotInterval", "mins", calendar.slot_interval);
  read_duration(reader, "preBuffer", "mins", calendar.pre_buffer);
  read_duration(reader, "slotBuffer", "mins", calendar.post_buffer);
  read_duration(reader, "allowBookingAfter", "hours", calendar.booking_after);
  read_duration(reader, "allowBookingFor", "days", calendar.booking_for);
  reader.integer("appoinmentPerSlot", calendar.appointments_per_slot, 1, 100'000);
  reader.integer("appoinmentPerDay", calendar.appointments_per_day, 0, 100'000);
  reader.boolean("autoConfirm", calendar.auto_confirm);
  reader.text("eventTitle", calendar.event_title);
  reader.boolean("anyDuration", calendar.any_duration);
}

Calendar read_calendar(const Json& value, std::string path, Faults& faults) {
  static constexpr std::array<std::pair<std::string_view, CalendarType>, 6> types{
      {{"round_robin", CalendarType::round_robin},
       {"event", CalendarType::event},
       {"class_booking", CalendarType::class_booking},
       {"collective", CalendarType::collective},
       {"service_booking", CalendarType::service_booking},
       {"personal", CalendarType::personal}}};
  ObjectReader reader(value, std::move(path), faults);
  Calendar calendar;
  reader.text("id", calendar.id, true);
  reader.text("locationId", calendar.location_id, true);
  reader.text("name", calendar.name, true);
  read_choice(reader, "calendarType", types, calendar.type);
  read_calendar_rules(reader, calendar);
  reader.finish();
  return calendar;
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

// The lists of plain records that hang on a location. Only what the twin's rules read is checked here.
void read_documents(ObjectReader& reader, const std::string& location_id, std::vector<DocumentSeed>& documents) {
  struct List {
    std::string_view key;
    Collection collection;
    std::vector<std::string_view> texts;  // the members that are required texts
  };
  static const std::vector<List> lists{{"customFields", Collection::custom_field, {"name", "fieldKey", "dataType"}},
                                       {"customValues", Collection::custom_value, {"name", "fieldKey", "value"}},
                                       {"tags", Collection::tag, {"name"}},
                                       {"workflows", Collection::workflow, {"id", "name", "status"}},
                                       {"businesses", Collection::business, {"name"}}};
  for (const List& list : lists) {
    const auto read = [&](const Json& element, const std::string& path) {
      if (!element.is_object()) return reader.faults().add(path, "must be an object");
      DocumentSeed seed{.collection = list.collection, .location_id = location_id, .fields = element};
      ObjectReader members(element, path, reader.faults());
      members.text("id", seed.id);
      for (const std::string_view key : list.texts) {
        std::string ignored;
        members.text(key, ignored, true);
      }
      if (const Json* options = members.array("picklistOptions")) {
        for_each_element(options, members.path_of("picklistOptions"), [&](const Json& option, const std::string& at) {
          if (!option.is_string()) reader.faults().add(at, "must be a string");
        });
      }
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
  if (reader.has("openHours")) user.hours = read_weekly(reader, "openHours");
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
  Faults faults;
  ObjectReader reader(*parsed, "", faults);
  reader.text("name", calendar.name);
  read_calendar_rules(reader, calendar);
  reader.finish();
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
  if (const Json* settings = reader.object("settings")) fixture.settings = read_settings(*settings, faults);
  reader.finish();
  if (faults.any()) return faults.result();
  if (auto checked = check_fixture(fixture); !checked) return holdfast::fail(checked.error());
  return fixture;
}

}  // namespace mock_ghl
