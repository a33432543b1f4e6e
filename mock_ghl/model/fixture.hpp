// Fixture: what a twin starts with. Built in code or read from JSON; the JSON speaks GHL's own field names
// (facts/ghl.md 4.1), misspellings included, so that a calendar can be pasted from a real account.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/deals.hpp"
#include "mock_ghl/model/documents.hpp"

namespace mock_ghl {

// A span of a local day, in minutes since its wall-clock midnight: [open_minute, close_minute), 0..1440.
struct TimeRange {
  int open_minute = 0;
  int close_minute = 0;
  auto operator<=>(const TimeRange&) const = default;
};

// Opening hours of a week; index 0 is Sunday, as GHL counts.
struct WeeklyHours {
  std::array<std::vector<TimeRange>, 7> days = {};

  // True when no day has hours.
  bool empty() const;
  // The same ranges on every day of `weekdays`.
  static WeeklyHours on(const std::vector<unsigned>& weekdays, TimeRange range);
};

// Hours of one date; they replace that date's weekly hours. No ranges: closed.
struct DateHours {
  holdfast::CivilDate date = {};
  std::vector<TimeRange> ranges = {};
};

// GHL's kinds of calendar (facts/ghl.md 4.1).
enum class CalendarType { round_robin, event, class_booking, collective, service_booking, personal };

// Which hours count (GHL's availabilityType: null, 0, 1).
enum class AvailabilityType { both, weekly_only, dates_only };

// A user who serves a calendar.
struct TeamMember {
  std::string user_id = {};
  double priority = 0.5;  // 0, 0.5 or 1; the higher is chosen first
  bool primary = false;
  holdfast::Json extra = holdfast::Json::object();  // the members no rule reads, in GHL's names
};

// What a recurring calendar makes of one booking (facts/ghl.md 4.1): `count` dates, of which some may be taken.
struct Recurrence {
  enum class Frequency { daily, weekly, monthly };
  enum class WhenTaken { skip, book_anyway, book_next };  // GHL's bookingOption: skip, continue, book_next
  bool enabled = false;
  Frequency frequency = Frequency::weekly;
  int count = 1;  // 1..24
  WhenTaken when_taken = WhenTaken::skip;
  std::string overlap_status = "confirmed";  // of what is booked over something else
  bool given = false;                        // read back even while it is not enabled
};

// Looks busier than it is: hides a share of the slots (facts/ghl.md 4.2 rule 7).
struct LookBusy {
  bool enabled = false;
  double percent = 0;
  bool given = false;  // read back even while it is not enabled
};

// A calendar and all rules of its slots. Durations are elapsed time; a day is 24 h, a week 7 days, a month 30 days.
struct Calendar {
  std::string id = {};
  std::string location_id = {};
  std::string name = {};
  std::string description = {};
  bool active = true;
  CalendarType type = CalendarType::round_robin;
  bool equal_distribution = false;  // round robin: the member with the fewest bookings instead of the highest priority
  std::vector<TeamMember> team = {};
  WeeklyHours open_hours = {};  // when empty (and no date hours), each member's own hours count (facts/ghl.md 4.2)
  std::vector<DateHours> date_hours = {};  // GHL's availabilities; at most one entry a date
  AvailabilityType availability = AvailabilityType::both;
  holdfast::Duration slot_duration{holdfast::minutes{30}};
  holdfast::Duration slot_interval{holdfast::minutes{30}};
  holdfast::Duration pre_buffer{0};
  holdfast::Duration post_buffer{0};    // GHL's slotBuffer
  int appointments_per_slot = 1;        // per user; the seats of a class
  int appointments_per_day = 0;         // per calendar and local date; 0: no limit
  holdfast::Duration booking_after{0};  // notice
  holdfast::Duration booking_for{0};    // horizon; 0: no limit
  bool auto_confirm = true;             // status "confirmed" at once instead of "new"
  std::string event_title = "{{contact.name}}";
  bool any_duration = false;  // accepts an endTime that is not start + slot_duration (quirk 9)
  std::string slug = {};      // of its page; unique within the location
  std::string group_id = {};
  Recurrence recurrence = {};
  LookBusy look_busy = {};
  // The members of a CalendarDTO no rule reads, and the units its durations were given in ("slotDurationUnit").
  holdfast::Json extra = holdfast::Json::object();

  // The kinds that cannot be booked without team members (quirk 11); only event calendars can.
  bool needs_team() const { return type != CalendarType::event; }
  bool has_member(std::string_view user_id) const;
};

// A user's availability, for the calendars it names that have no hours of their own (facts/ghl.md 4.6).
struct Schedule {
  std::string id = {};
  std::string location_id = {};
  std::string user_id = {};
  std::string name = {};
  std::string timezone = {};  // what its hours are wall clocks of
  WeeklyHours weekly = {};
  std::vector<DateHours> dates = {};
  holdfast::Json rules = holdfast::Json::array();  // as written; `weekly` and `dates` say the same
  std::vector<std::string> calendar_ids = {};
  holdfast::Instant created_at = {};
  holdfast::Instant updated_at = {};
};

// Which field decides that two contacts are the same (facts/ghl.md 5.3).
enum class DuplicateField { email, phone };

// A sub-account.
struct Location {
  std::string id = {};
  std::string name = {};
  std::string timezone = "America/New_York";  // IANA or a legacy alias
  std::string country = "US";                 // ISO-2; national phone numbers are read with it
  bool allow_duplicate_contact = false;
  bool allow_duplicate_opportunity = false;  // of one contact in one pipeline (facts/ghl.md 6.2)
  // In order of precedence; the second is optional.
  std::vector<DuplicateField> duplicate_fields{DuplicateField::email, DuplicateField::phone};
  std::string company_id = {};  // the agency it belongs to; empty: the fixture's first one
  // What no rule reads, in GHL's names: address, phone, website, business, … (facts/ghl.md 6.3).
  holdfast::Json extra = holdfast::Json::object();
};

// Somebody whose time is booked.
struct User {
  std::string id = {};
  std::string location_id = {};
  std::string name = {};
  std::string email = {};
  // Counts only on calendars without hours of their own; a member without any then offers nothing (quirk 15).
  std::optional<WeeklyHours> hours = {};
  // What no rule reads, in GHL's names: firstName, phone, roles, permissions, … (facts/ghl.md 6.4).
  holdfast::Json extra = holdfast::Json::object();
};

// An agency.
struct Company {
  std::string id = {};
  std::string name = {};
};

// The kinds of token there are (facts/ghl.md 1.4): Private Integration Tokens of a location or an agency, and OAuth
// access tokens whose authClass is Location or Company.
enum class TokenKind { location_pit, company_pit, location, company };

// A token and what it opens.
struct TokenGrant {
  std::string token = {};                // a PIT begins with "pit-", an OAuth token must not
  std::string location_id = {};          // of the location kinds
  std::vector<std::string> scopes = {};  // empty: all scopes of the booking set
  TokenKind kind = TokenKind::location_pit;
  std::string company_id = {};  // of the company kinds; for a location its agency, filled in by the state
  std::string client_id = {};   // of the OAuth kinds: the app it was issued to

  // A Private Integration Token; a token of one location rather than of an agency.
  bool is_pit() const { return kind == TokenKind::location_pit || kind == TokenKind::company_pit; }
  bool of_location() const { return kind == TokenKind::location_pit || kind == TokenKind::location; }
};

// An app of the marketplace (facts/ghl.md 2.1).
struct App {
  std::string client_id = {};      // "<24 hex digits>-<8 characters>"
  std::string client_secret = {};  // a UUID
  std::string name = {};
  std::vector<std::string> redirect_uris = {};  // https, or http on loopback, which only the twin takes
  std::vector<std::string> scopes = {};
  bool for_agencies = false;  // its target user: it is installed on agencies instead of sub-accounts
  std::string version_id = "66f0c0ffee00000000000001";
  bool is_private = false;                            // its install link must name the version
  std::vector<std::string> installed_locations = {};  // where it is installed from the beginning

  // The part of the client id before the '-'.
  std::string app_id() const { return client_id.substr(0, client_id.find('-')); }
};

// The value of a custom field on a contact.
struct CustomFieldValue {
  std::string id = {};  // of the field
  holdfast::Json value = {};
  // From when on it reads blank, as what the attribution pipeline writes over (quirk 34).
  std::optional<holdfast::Instant> reverts_at = {};
  bool operator==(const CustomFieldValue&) const = default;
};

// The fields of a contact that the twin keeps.
struct ContactFields {
  std::string first_name = {};
  std::string last_name = {};
  std::string email = {};
  std::string phone = {};  // E.164 when it can be read as a number
  std::string timezone = {};
  std::string source = {};
  std::string company_name = {};
  std::string address1 = {};
  std::string city = {};
  std::string state = {};
  std::string postal_code = {};
  std::string country = {};
  std::string website = {};
  std::string date_of_birth = {};  // "YYYY-MM-DD"
  std::string gender = {};
  std::string assigned_to = {};
  std::optional<bool> dnd = {};
  std::vector<std::string> tags = {};
  std::vector<std::string> followers = {};  // user ids
  std::string business_id = {};
  std::vector<CustomFieldValue> custom_fields = {};
  holdfast::Json dnd_settings = {};          // {"Call": {"status": …}, …} in the dated spelling; null when never set
  holdfast::Json inbound_dnd_settings = {};  // {"all": {"status": …}}; null when never set
  holdfast::Json extra = {};  // what only a fixture sets and no rule reads: attributionSource, visitorId, …
  bool operator==(const ContactFields&) const = default;

  // "first last", trimmed.
  std::string full_name() const;
};

// A contact that is there from the beginning.
struct ContactSeed {
  std::string id = {};  // drawn when empty
  std::string location_id = {};
  ContactFields fields = {};
};

// A plain record that is there from the beginning: a tag, a custom field, a workflow, …
struct DocumentSeed {
  Collection collection = Collection::tag;
  std::string id = {};  // drawn when empty
  std::string location_id = {};
  std::string owner_id = {};
  holdfast::Json fields = holdfast::Json::object();
  std::string path = {};  // where a file has it, for faults
};

// An appointment that is there from the beginning.
struct AppointmentSeed {
  std::string id = {};  // drawn when empty
  std::string calendar_id = {};
  std::string contact_id = {};
  std::string user_id = {};  // the calendar's first member when empty
  holdfast::Instant start = {};
  std::optional<holdfast::Instant> end = {};  // start + slot_duration when absent
  std::string status = "confirmed";
  std::string title = {};
  std::string description = {};
};

// Behaviour of the whole twin where GHL's own varies or is not known (facts/ghl.md 11).
struct Settings {
  std::int64_t search_lag_ms = 12'000;           // POST /contacts/search sees writes this much later (quirk 33)
  int rate_limit_max = 100;                      // requests an app may make at a location …
  std::int64_t rate_limit_interval_ms = 10'000;  // … in one window (facts/ghl.md 3)
  int rate_limit_daily = 200'000;                // … and in one day, UTC
  bool rate_limit_sliding = false;               // the window ends now instead of beginning with its first request
  // contact.utm_* custom fields read blank this long after a write; 0: never (quirk 34).
  std::int64_t utm_revert_ms = 0;
  bool spec_status = false;  // answers succeed with the status of the vendor's files, not the observed one
  std::int64_t opportunity_search_lag_ms = 3'000;  // opportunity searches see writes this much later (quirk 59)
  std::int64_t message_status_lock_ms = 0;         // a message's status cannot be set for so long (quirk 57); 0: off
  double message_failure_probability = 0;          // of a message that was taken and then not delivered (quirk 55)
  bool flat_messages = false;         // lists messages as the vendor's files say, not nested as live (quirk 58)
  bool allow_start_at_close = false;  // offers a last start at the closing time itself (facts/ghl.md 4.2)
  bool look_busy_on_api = false;      // lookBusyConfig hides starts from free-slots too, not on GHL's widget only
  // A PUT with `toNotify: true` sends the customer the confirmation that a create with `toNotify: false` kept back. GHL
  // does not say whether it does.
  bool update_releases_notice = false;
};

// The whole starting point.
struct Fixture {
  std::vector<Location> locations = {};
  std::vector<User> users = {};
  std::vector<Calendar> calendars = {};
  std::vector<TokenGrant> tokens = {};
  std::vector<ContactSeed> contacts = {};
  std::vector<AppointmentSeed> appointments = {};
  std::vector<DocumentSeed> documents = {};
  DealSeeds deals = {};
  std::vector<Schedule> schedules = {};
  Settings settings = {};
  std::vector<Company> companies = {};  // empty: one agency that holds every location
  std::vector<App> apps = {};
};

// Reads a fixture. invalid_input names the path of what is wrong ("calendars[0].openHours[1].hours: …"): JSON faults,
// unknown keys, wrong types, values out of range, dangling ids and unknown zones. What no rule reads is held against
// the shape of the answer that hands it on.
holdfast::Result<Fixture> parse_fixture(std::string_view text);
// The consistency part of it, for fixtures built in code: unique ids, references that exist in the same location,
// zones, ranges, what GHL would not have let anybody make.
holdfast::Result<void> check_fixture(const Fixture& fixture);
// The calendar with the fields of a fixture's JSON object laid over it; id, location and type stay. invalid_input names
// the path. What the fields refer to is not checked: check_fixture does that.
holdfast::Result<Calendar> changed_calendar(Calendar calendar, std::string_view change);
// A small clinic in America/New_York: location "locClinic00000000001", a round robin of two users, a personal calendar
// and a class of three seats; token "pit-00000000-0000-4000-8000-000000000001" with every scope; an app to install. It
// is fixtures/clinic.json, built in.
Fixture demo_fixture();

// GHL's names: "round_robin", "event", …
std::string_view to_string(CalendarType type);
// Their names in fixtures and admin requests: "location_pit", "company_pit", "location", "company".
std::string_view to_string(TokenKind kind);
std::optional<TokenKind> parse_token_kind(std::string_view name);
// The scopes a token has when its fixture names none.
const std::vector<std::string>& booking_scopes();

}  // namespace mock_ghl
