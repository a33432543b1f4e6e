#include "mock_ghl/model/fixture.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "mock_ghl/model/calendar_json.hpp"
#include "mock_ghl/model/reader.hpp"

namespace mock_ghl {

using holdfast::minutes;

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
  switch (type) {
    case CalendarType::round_robin:
      return "round_robin";
    case CalendarType::event:
      return "event";
    case CalendarType::class_booking:
      return "class_booking";
    case CalendarType::collective:
      return "collective";
    case CalendarType::service_booking:
      return "service_booking";
    case CalendarType::personal:
      return "personal";
  }
  return "round_robin";
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

// Checks one calendar's numbers and names.
class Checker {
 public:
  explicit Checker(const Fixture& fixture) : fixture_(fixture) {}

  holdfast::Result<void> run() {
    for (std::size_t i = 0; i < fixture_.companies.size(); ++i) {
      unique("company", fixture_.companies[i].id, at("companies", i) + ".id");
    }
    for (std::size_t i = 0; i < fixture_.locations.size(); ++i) location(fixture_.locations[i], at("locations", i));
    for (std::size_t i = 0; i < fixture_.users.size(); ++i) user(fixture_.users[i], at("users", i));
    for (std::size_t i = 0; i < fixture_.calendars.size(); ++i) calendar(fixture_.calendars[i], at("calendars", i));
    for (std::size_t i = 0; i < fixture_.apps.size(); ++i) app(fixture_.apps[i], at("apps", i));
    for (std::size_t i = 0; i < fixture_.tokens.size(); ++i) token(fixture_.tokens[i], at("tokens", i));
    for (std::size_t i = 0; i < fixture_.contacts.size(); ++i) contact(fixture_.contacts[i], at("contacts", i));
    for (std::size_t i = 0; i < fixture_.documents.size(); ++i) document(fixture_.documents[i], at("documents", i));
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
  }

  void known_company(const std::string& id, const std::string& path) {
    if (!id.empty() && !known("company", id)) faults_.add(path + ".companyId", "is no company of this fixture");
  }

  void user(const User& user, const std::string& path) {
    unique("user", user.id, path + ".id");
    if (!known("location", user.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    if (!user.hours) return;
    for (const auto& day : user.hours->days) check_ranges(day, path + ".openHours", faults_);
  }

  void calendar(const Calendar& calendar, const std::string& path) {
    unique("calendar", calendar.id, path + ".id");
    if (!known("location", calendar.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    check_calendar(calendar, path, faults_);
    for (const TeamMember& member : calendar.team) {
      if (!known("user", member.user_id))
        faults_.add(path + ".teamMembers", "names a user that is not in this fixture");
    }
  }

  void schedule(const Schedule& schedule, const std::string& path) {
    unique("schedule", schedule.id, path + ".id");
    if (!known("location", schedule.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    if (!known("user", schedule.user_id)) faults_.add(path + ".userId", "is no user of this fixture");
    if (!holdfast::Zone::find(schedule.timezone)) faults_.add(path + ".timezone", "is not an IANA time zone");
    for (const std::string& id : schedule.calendar_ids) {
      if (!known("calendar", id)) faults_.add(path + ".calendarIds", "names a calendar that is not in this fixture");
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
    known_company(grant.company_id, path);
    if (grant.of_location() && !known("location", grant.location_id)) {
      faults_.add(path + ".locationId", "is no location of this fixture");
    }
  }

  void contact(const ContactSeed& contact, const std::string& path) {
    if (!contact.id.empty()) unique("contact", contact.id, path + ".id");
    if (!known("location", contact.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
  }

  void document(const DocumentSeed& seed, const std::string& path) {
    if (!known("location", seed.location_id)) faults_.add(path + ".locationId", "is no location of this fixture");
    if (!seed.fields.is_object()) faults_.add(path, "must be an object");
    if (seed.id.empty()) return;
    if (!document_ids_.emplace(seed.collection, seed.id).second) faults_.add(path + ".id", "is used twice");
  }

  void appointment(const AppointmentSeed& appointment, const std::string& path) {
    if (!appointment.id.empty()) unique("appointment", appointment.id, path + ".id");
    if (!known("calendar", appointment.calendar_id)) {
      return faults_.add(path + ".calendarId", "is no calendar of this fixture");
    }
    if (!known("contact", appointment.contact_id)) faults_.add(path + ".contactId", "is no contact of this fixture");
    if (!appointment.user_id.empty() && !known("user", appointment.user_id)) {
      faults_.add(path + ".assignedUserId", "is no user of this fixture");
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
  std::set<std::pair<Collection, std::string>> document_ids_;
};

}  // namespace

holdfast::Result<void> check_fixture(const Fixture& fixture) {
  return Checker(fixture).run();
}

Fixture demo_fixture() {
  const std::string location = "locClinic00000000001";
  const auto weekdays = [](int open_hour, int close_hour) {
    return WeeklyHours::on({1, 2, 3, 4, 5}, {open_hour * 60, close_hour * 60});
  };
  Fixture fixture;
  fixture.locations.push_back({.id = location, .name = "Harbor Street Clinic"});
  fixture.users.push_back({.id = "usrAda00000000000001",
                           .location_id = location,
                           .name = "Ada Moreno",
                           .email = "ada@clinic.example",
                           .hours = std::nullopt});
  fixture.users.push_back({.id = "usrBen00000000000002",
                           .location_id = location,
                           .name = "Ben Okafor",
                           .email = "ben@clinic.example",
                           .hours = std::nullopt});
  fixture.calendars.push_back({.id = "calConsult0000000001",
                               .location_id = location,
                               .name = "Consultation",
                               .description = "First visit with whoever is free",
                               .team = {{.user_id = "usrAda00000000000001"}, {.user_id = "usrBen00000000000002"}},
                               .open_hours = weekdays(9, 17),
                               .date_hours = {},
                               .booking_after = holdfast::hours{1},
                               .booking_for = holdfast::days{60}});
  fixture.calendars.push_back({.id = "calPersonal000000002",
                               .location_id = location,
                               .name = "Follow-up with Ada",
                               .description = "Short visit with Ada Moreno",
                               .type = CalendarType::personal,
                               .team = {{.user_id = "usrAda00000000000001", .primary = true}},
                               .open_hours = weekdays(10, 15),
                               .date_hours = {},
                               .slot_duration = minutes{20},
                               .slot_interval = minutes{20},
                               .post_buffer = minutes{10},
                               .booking_after = holdfast::hours{2},
                               .booking_for = holdfast::days{30}});
  fixture.calendars.push_back({.id = "calClass000000000003",
                               .location_id = location,
                               .name = "Posture class",
                               .description = "Three seats",
                               .type = CalendarType::class_booking,
                               .team = {{.user_id = "usrBen00000000000002", .primary = true}},
                               .open_hours = WeeklyHours::on({2, 4}, {18 * 60, 20 * 60}),
                               .date_hours = {},
                               .slot_duration = minutes{60},
                               .slot_interval = minutes{60},
                               .appointments_per_slot = 3,
                               .booking_for = holdfast::days{60}});
  fixture.tokens.push_back(
      {.token = "pit-00000000-0000-4000-8000-000000000001", .location_id = location, .scopes = {}});
  fixture.companies.push_back({.id = "comHarbor00000000001", .name = "Harbor Street Agency"});
  std::vector<std::string> scopes = booking_scopes();
  scopes.insert(scopes.end(), {"oauth.readonly", "oauth.write"});
  fixture.apps.push_back(
      {.client_id = "66f0c0ffee0123456789abcd-holdfast",
       .client_secret = "00000000-0000-4000-8000-00000000a99a",
       .name = "Front Desk",
       .redirect_uris = {"https://app.example/oauth/callback", "http://127.0.0.1:8700/oauth/callback"},
       .scopes = std::move(scopes)});
  fixture.deals = demo_deals(location);
  return fixture;
}

}  // namespace mock_ghl
