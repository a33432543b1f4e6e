#include "mock_ghl/model/fixture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

#include "core/base/assert.hpp"
#include "mock_ghl/contract/contract.hpp"
#include "mock_ghl/fixtures/embedded.hpp"
#include "mock_ghl/model/calendar_json.hpp"
#include "mock_ghl/model/calendar_names.hpp"
#include "mock_ghl/model/letters.hpp"
#include "mock_ghl/model/reader.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl {

bool WeeklyHours::empty() const {
  return std::all_of(days.begin(), days.end(), [](const auto& ranges) { return ranges.empty(); });
}

WeeklyHours WeeklyHours::on(const std::vector<unsigned>& weekdays, TimeRange range) {
  WeeklyHours hours;
  for (const unsigned day : weekdays) hours.days.at(day).push_back(range);
  return hours;
}

bool Calendar::has_member(std::string_view user_id) const {
  return std::any_of(team.begin(), team.end(), [&](const TeamMember& member) { return member.user_id == user_id; });
}

std::string ContactFields::full_name() const {
  if (first_name.empty()) return last_name;
  return last_name.empty() ? first_name : first_name + " " + last_name;
}

std::string_view to_string(CalendarType type) {
  return name_of(calendar_type_names, type);
}

namespace {
constexpr std::array<std::pair<TokenKind, std::string_view>, 4> token_kinds{{{TokenKind::location_pit, "location_pit"},
                                                                             {TokenKind::company_pit, "company_pit"},
                                                                             {TokenKind::location, "location"},
                                                                             {TokenKind::company, "company"}}};
}  // namespace

std::string_view to_string(TokenKind kind) {
  return token_kinds.at(static_cast<std::size_t>(kind)).second;
}

std::optional<TokenKind> parse_token_kind(std::string_view name) {
  for (const auto& [kind, known] : token_kinds) {
    if (known == name) return kind;
  }
  return std::nullopt;
}

const std::vector<std::string>& booking_scopes() {
  static const std::vector<std::string> scopes{"calendars.readonly",
                                               "calendars.write",
                                               "calendars/events.readonly",
                                               "calendars/events.write",
                                               "contacts.readonly",
                                               "contacts.write",
                                               "locations.readonly",
                                               "users.readonly",
                                               "calendars/groups.readonly",
                                               "calendars/groups.write",
                                               "calendars/resources.readonly",
                                               "calendars/resources.write",
                                               "conversations.readonly",
                                               "conversations.write",
                                               "conversations/message.readonly",
                                               "conversations/message.write",
                                               "opportunities.readonly",
                                               "opportunities.write",
                                               "locations/tags.readonly",
                                               "locations/customFields.readonly",
                                               "locations/customValues.readonly",
                                               "locations/tags.write",
                                               "locations/customFields.write",
                                               "locations/customValues.write",
                                               "locations/tasks.readonly",
                                               "workflows.readonly"};
  return scopes;
}

namespace {

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
}

// "<24 hex digits>-<8 characters>" (facts/ghl.md 2.1).
bool is_client_id(std::string_view text) {
  const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  return text.size() == 33 && text[24] == '-' && is_hex(text.substr(0, 24)) &&
         std::all_of(text.begin() + 25, text.end(), plain);
}

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_hex(text.substr(i, 1))) return false;
  }
  return true;
}

// GHL takes https only (facts/ghl.md 2.1); an app under development listens on loopback.
bool is_redirect_uri(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == '#' || c == 0x7f; })) return false;
  for (const std::string_view start : {"https://", "http://127.0.0.1", "http://localhost", "http://[::1]"}) {
    if (!text.starts_with(start)) continue;
    const std::string_view rest = text.substr(start.size());
    return start == "https://" ? !rest.empty() : rest.empty() || rest.front() == ':' || rest.front() == '/';
  }
  return false;
}

// Every scope that an operation asks for, or that a token has without naming any.
const std::set<std::string, std::less<>>& known_scopes() {
  static const std::set<std::string, std::less<>> scopes = [] {
    std::set<std::string, std::less<>> all(booking_scopes().begin(), booking_scopes().end());
    for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
      for (const contract::Operation& operation : contract::Contract::shipped().operations(dialect)) {
        for (const contract::Security& security : operation.auth) {
          all.insert(security.scopes.begin(), security.scopes.end());
        }
      }
    }
    return all;
  }();
  return scopes;
}

// Checks what a fixture's records say of each other.
class Checker {
 public:
  explicit Checker(const Fixture& fixture) : fixture_(fixture) {}

  holdfast::Result<void> run() {
    for (std::size_t i = 0; i < fixture_.companies.size(); ++i) {
      unique("company", fixture_.companies[i].id, at("companies", i) + ".id");
    }
    for (std::size_t i = 0; i < fixture_.locations.size(); ++i) location(fixture_.locations[i], at("locations", i));
    for (std::size_t i = 0; i < fixture_.users.size(); ++i) user(fixture_.users[i], at("users", i));
    for (std::size_t i = 0; i < fixture_.documents.size(); ++i) document(fixture_.documents[i], at("documents", i));
    for (std::size_t i = 0; i < fixture_.calendars.size(); ++i) calendar(fixture_.calendars[i], at("calendars", i));
    for (std::size_t i = 0; i < fixture_.documents.size(); ++i) resource(fixture_.documents[i], at("documents", i));
    for (std::size_t i = 0; i < fixture_.apps.size(); ++i) app(fixture_.apps[i], at("apps", i));
    for (std::size_t i = 0; i < fixture_.tokens.size(); ++i) token(fixture_.tokens[i], at("tokens", i));
    for (std::size_t i = 0; i < fixture_.contacts.size(); ++i) contact(fixture_.contacts[i], at("contacts", i));
    for (std::size_t i = 0; i < fixture_.appointments.size(); ++i) {
      appointment(fixture_.appointments[i], at("appointments", i));
    }
    check_deals(fixture_, faults_);
    for (std::size_t i = 0; i < fixture_.schedules.size(); ++i) schedule(fixture_.schedules[i], at("schedules", i));
    settings();
    if (faults_.any()) return faults_.result();
    return {};
  }

 private:
  static std::string at(const char* list, std::size_t index) {
    return std::string(list) + "[" + std::to_string(index) + "]";
  }

  void unique(const char* what, const std::string& id, const std::string& path) {
    if (id.empty()) return faults_.add(path, "must not be empty");
    if (!ids_[what].insert(id).second) faults_.add(path, "is used twice");
  }
  bool known(const char* what, const std::string& id) { return ids_[what].contains(id); }
  // The record of such an id that must be of the location; noted as a fault otherwise.
  template <class Item>
  const Item* of_location(const std::map<std::string_view, const Item*>& items, const std::string& id,
                          const std::string& location_id, const std::string& path, std::string_view fault) {
    const auto it = items.find(id);
    if (it != items.end() && it->second->location_id == location_id) return it->second;
    faults_.add(path, fault);
    return nullptr;
  }

  void location(const Location& location, const std::string& path) {
    unique("location", location.id, path + ".id");
    if (!holdfast::Zone::find(location.timezone)) faults_.add(path + ".timezone", "is not an IANA time zone");
    if (location.country.size() != 2) faults_.add(path + ".country", "must be an ISO country code of two letters");
    const auto& fields = location.duplicate_fields;
    const bool doubled = fields.size() == 2 && fields[0] == fields[1];
    if (fields.empty() || fields.size() > 2 || doubled) {
      faults_.add(path + ".duplicateFields", "must be one or two different fields");
    }
    known_company(location.company_id, path);
    locations_.emplace(location.id, &location);
  }

  void known_company(const std::string& id, const std::string& path) {
    if (!id.empty() && !known("company", id)) faults_.add(path + ".companyId", "is no company of this fixture");
  }

  void user(const User& user, const std::string& path) {
    unique("user", user.id, path + ".id");
    if (!known("location", user.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    users_.emplace(user.id, &user);
    if (!user.hours) return;
    for (const auto& day : user.hours->days) check_ranges(day, path + ".openHours", faults_);
  }

  void calendar(const Calendar& calendar, const std::string& path) {
    unique("calendar", calendar.id, path + ".id");
    if (!known("location", calendar.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    check_calendar(calendar, path, faults_);
    for (const TeamMember& member : calendar.team) {
      of_location(users_, member.user_id, calendar.location_id, path + ".teamMembers",
                  "names a user that is not of the location");
    }
    if (!calendar.group_id.empty()) {
      const bool found = documents_.contains({Collection::calendar_group, calendar.group_id, calendar.location_id});
      if (!found) faults_.add(path + ".groupId", "is no calendar group of the location");
    }
    if (!calendar.slug.empty() && !slugs_.emplace(calendar.location_id, calendar.slug).second) {
      faults_.add(path + ".slug", "is another calendar's already");
    }
    calendars_.emplace(calendar.id, &calendar);
  }

  // The calendars that a room or an equipment serves, and its numbers.
  void resource(const DocumentSeed& seed, const std::string& index) {
    if (seed.collection != Collection::room && seed.collection != Collection::equipment) return;
    const std::string path = seed.path.empty() ? index : seed.path;
    for (const char* key : {"quantity", "outOfService", "capacity"}) {
      const holdfast::Json* number = holdfast::find_member(seed.fields, key);
      if (number == nullptr || (number->is_number() && number->get<double>() >= 0)) continue;
      faults_.add(path + "." + key, "must be a number that is not negative");
    }
    const holdfast::Json* ids = holdfast::find_member(seed.fields, "calendarIds");
    if (ids == nullptr) return;
    for (const holdfast::Json& id : *ids) {
      of_location(calendars_, id.is_string() ? id.get<std::string>() : std::string(), seed.location_id,
                  path + ".calendarIds", "names a calendar that is not of the location");
    }
    if (seed.collection == Collection::equipment && ids->size() > 1) {
      faults_.add(path + ".calendarIds", "must not hold more than one calendar for an equipment");
    }
  }

  void scopes(const std::vector<std::string>& names, const std::string& path) {
    for (const std::string& name : names) {
      if (!known_scopes().contains(name)) faults_.add(path + ".scopes", "has " + name + ", which is no scope of GHL's");
    }
  }

  void schedule(const Schedule& schedule, const std::string& path) {
    unique("schedule", schedule.id, path + ".id");
    if (!known("location", schedule.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    of_location(users_, schedule.user_id, schedule.location_id, path + ".userId", "is no user of the location");
    if (!holdfast::Zone::find(schedule.timezone)) faults_.add(path + ".timezone", "is not an IANA time zone");
    for (const std::string& id : schedule.calendar_ids) {
      of_location(calendars_, id, schedule.location_id, path + ".calendarIds",
                  "names a calendar that is not of the location");
    }
    for (const auto& day : schedule.weekly.days) check_ranges(day, path + ".rules", faults_);
    for (const DateHours& hours : schedule.dates) check_ranges(hours.ranges, path + ".rules", faults_);
  }

  void app(const App& app, const std::string& path) {
    unique("app", app.app_id(), path + ".clientId");
    if (!is_client_id(app.client_id)) {
      faults_.add(path + ".clientId", "must be 24 hex digits, '-' and 8 letters or digits");
    }
    if (!is_uuid(app.client_secret)) faults_.add(path + ".clientSecret", "must be a UUID");
    if (app.redirect_uris.empty()) faults_.add(path + ".redirectUris", "must hold at least one URL");
    for (const std::string& uri : app.redirect_uris) {
      if (!is_redirect_uri(uri)) faults_.add(path + ".redirectUris", "must be https, or http on a loopback address");
    }
    if (app.scopes.empty()) faults_.add(path + ".scopes", "must hold at least one scope");
    scopes(app.scopes, path);
    for (const std::string& id : app.installed_locations) {
      if (!known("location", id)) faults_.add(path + ".installedLocations", "names no location of this fixture");
    }
  }

  void token(const TokenGrant& grant, const std::string& path) {
    unique("token", grant.token, path + ".token");
    if (grant.is_pit() && !grant.token.starts_with("pit-")) faults_.add(path + ".token", "must start with \"pit-\"");
    if (!grant.is_pit() && grant.token.starts_with("pit-")) {
      faults_.add(path + ".token", "starts as a Private Integration Token does, but is none");
    }
    if (!grant.is_pit() && !known("app", grant.client_id.substr(0, grant.client_id.find('-')))) {
      faults_.add(path + ".clientId", "is no app of this fixture");
    }
    scopes(grant.scopes, path);
    known_company(grant.company_id, path);
    if (!grant.of_location() && grant.company_id.empty() && fixture_.companies.size() > 1) {
      faults_.add(path + ".companyId", "is required where there is more than one company");
    }
    if (grant.of_location() && !known("location", grant.location_id)) {
      faults_.add(path + ".locationId", "is no location of this fixture");
    }
  }

  void contact(const ContactSeed& contact, const std::string& path) {
    if (!contact.id.empty()) unique("contact", contact.id, path + ".id");
    contacts_.emplace(contact.id, &contact);
    const auto location = locations_.find(contact.location_id);
    if (location == locations_.end()) return faults_.add(path + ".locationId", "is no location of this fixture");
    const ContactFields& fields = contact.fields;
    if (!fields.email.empty() && !contract::is_email(fields.email))
      faults_.add(path + ".email", "is no e-mail address");
    if (!fields.phone.empty() && fields.phone.find_first_of("0123456789") == std::string::npos) {
      faults_.add(path + ".phone", "is no phone number");
    }
    if (!fields.assigned_to.empty()) {
      of_location(users_, fields.assigned_to, contact.location_id, path + ".assignedTo", "is no user of the location");
    }
    for (const CustomFieldValue& value : fields.custom_fields) {
      if (documents_.contains({Collection::custom_field, value.id, contact.location_id})) continue;
      faults_.add(path + ".customFields", "names a custom field that is not of the location");
    }
    if (!location->second->allow_duplicate_contact) duplicates(contact, *location->second, path);
  }

  // Two contacts that GHL would not have let stand side by side (facts/ghl.md 5.3).
  void duplicates(const ContactSeed& contact, const Location& location, const std::string& path) {
    for (const DuplicateField field : location.duplicate_fields) {
      const bool by_email = field == DuplicateField::email;
      std::string value =
          by_email ? lower_case(contact.fields.email) : canonical_phone(contact.fields.phone, location.country);
      if (value.empty() || reach_.emplace(location.id, field, std::move(value)).second) continue;
      faults_.add(path + (by_email ? ".email" : ".phone"),
                  "is another contact's already; the location's allowDuplicateContact would let it be");
    }
  }

  void document(const DocumentSeed& seed, const std::string& index) {
    const std::string path = seed.path.empty() ? index : seed.path;
    if (!known("location", seed.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    if (!seed.fields.is_object()) faults_.add(path, "must be an object");
    if (seed.id.empty()) return;
    if (!document_ids_.emplace(seed.collection, seed.id).second) faults_.add(path + ".id", "is used twice");
    documents_.emplace(seed.collection, seed.id, seed.location_id);
    const bool has_slug = seed.collection == Collection::calendar_group;
    std::string slug = has_slug ? holdfast::string_member(seed.fields, "slug").value_or("") : std::string();
    if (!slug.empty() && !group_slugs_.emplace(seed.location_id, std::move(slug)).second) {
      faults_.add(path + ".slug", "is another group's already");
    }
  }

  void appointment(const AppointmentSeed& appointment, const std::string& path) {
    if (!appointment.id.empty()) unique("appointment", appointment.id, path + ".id");
    const auto found = calendars_.find(appointment.calendar_id);
    if (found == calendars_.end()) return faults_.add(path + ".calendarId", "is no calendar of this fixture");
    const Calendar& calendar = *found->second;
    of_location(contacts_, appointment.contact_id, calendar.location_id, path + ".contactId",
                "is no contact of the calendar's location");
    if (!appointment.user_id.empty()) {
      of_location(users_, appointment.user_id, calendar.location_id, path + ".assignedUserId",
                  "is no user of the calendar's location");
      if (!calendar.team.empty() && !calendar.has_member(appointment.user_id)) {
        faults_.add(path + ".assignedUserId", "is no team member of the calendar");
      }
    }
    if (appointment.end && *appointment.end <= appointment.start)
      faults_.add(path + ".endTime", "must be after startTime");
    static const std::set<std::string_view> statuses{"new", "confirmed", "cancelled", "showed", "noshow", "invalid"};
    if (!statuses.contains(appointment.status)) faults_.add(path + ".appointmentStatus", "is not a status GHL knows");
  }

  void settings() {
    const Settings& settings = fixture_.settings;
    if (settings.search_lag_ms < 0) faults_.add("settings.searchLagMs", "must not be negative");
    if (settings.utm_revert_ms < 0) faults_.add("settings.utmRevertMs", "must not be negative");
    if (settings.opportunity_search_lag_ms < 0) {
      faults_.add("settings.opportunitySearchLagMs", "must not be negative");
    }
    if (settings.message_status_lock_ms < 0) faults_.add("settings.messageStatusLockMs", "must not be negative");
    if (!(settings.message_failure_probability >= 0 && settings.message_failure_probability <= 1)) {
      faults_.add("settings.messageFailureProbability", "must be between 0 and 1");
    }
    if (settings.rate_limit_max < 1) faults_.add("settings.rateLimit.max", "must be at least 1");
    if (settings.rate_limit_interval_ms < 1) faults_.add("settings.rateLimit.intervalMs", "must be at least 1");
    if (settings.rate_limit_daily < 1) faults_.add("settings.rateLimit.daily", "must be at least 1");
  }

  const Fixture& fixture_;
  Faults faults_;
  std::map<std::string_view, std::set<std::string>> ids_;
  std::map<std::string_view, const Location*> locations_;
  std::map<std::string_view, const User*> users_;
  std::map<std::string_view, const Calendar*> calendars_;
  std::map<std::string_view, const ContactSeed*> contacts_;
  std::set<std::pair<Collection, std::string>> document_ids_;
  std::set<std::tuple<Collection, std::string, std::string>> documents_;  // with their location
  std::set<std::pair<std::string, std::string>> slugs_;                   // of calendars, by location
  std::set<std::pair<std::string, std::string>> group_slugs_;
  std::set<std::tuple<std::string, DuplicateField, std::string>> reach_;  // what tells contacts of a location apart
};

}  // namespace

holdfast::Result<void> check_fixture(const Fixture& fixture) {
  return Checker(fixture).run();
}

Fixture demo_fixture() {
  static const Fixture clinic = [] {
    auto read = parse_fixture(embedded_clinic_file());
    HOLDFAST_ASSERT(read.has_value() && "fixtures/clinic.json is not a fixture");
    return std::move(*read);
  }();
  return clinic;
}

}  // namespace mock_ghl
