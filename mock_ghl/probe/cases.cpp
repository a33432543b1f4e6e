#include "mock_ghl/probe/cases.hpp"

namespace mock_ghl {
namespace {

using Token = ProbeCase::Token;
using holdfast::Json;

// A version header for the calendar resource (facts/ghl.md 1.3).
constexpr const char* calendar_version = "2021-04-15";

void add_refusals(std::vector<ProbeCase>& cases) {
  const std::string calendars = "/calendars/?locationId={location}";
  cases.push_back({.name = "no token", .method = "GET", .target = calendars, .token = Token::none});
  cases.push_back({.name = "a garbled token", .method = "GET", .target = calendars, .token = Token::garbled});
  cases.push_back({.name = "no Version header", .method = "GET", .target = calendars, .version = ""});
  cases.push_back({.name = "a Version never published", .method = "GET", .target = calendars, .version = "2020-01-01"});
  cases.push_back(
      {.name = "a Version that is no date", .method = "GET", .target = calendars, .version = "bogus-version"});
  cases.push_back(
      {.name = "a foreign location", .method = "GET", .target = "/calendars/?locationId=locNobodysPlace00001"});
  cases.push_back({.name = "an unknown path", .method = "GET", .target = "/calendars/no/such/path/at/all"});
  cases.push_back({.name = "PATCH of an appointment",
                   .method = "PATCH",
                   .target = "/calendars/events/appointments/nothing0000000000000",
                   .body = Json::object()});
  cases.push_back(
      {.name = "free slots with locationId",
       .method = "GET",
       .target = "/calendars/{calendar}/free-slots?startDate={from_ms}&endDate={to_ms}&locationId={location}",
       .version = calendar_version});
  cases.push_back({.name = "a duplicate search by phone instead of number",
                   .method = "GET",
                   .target = "/contacts/search/duplicate?locationId={location}&phone={phone}"});
  cases.push_back({.name = "a contact that is not there", .method = "GET", .target = "/contacts/nothing0000000000000"});
  cases.push_back({.name = "an event that is not there",
                   .method = "GET",
                   .target = "/calendars/events/appointments/nothing0000000000000",
                   .version = calendar_version});
  cases.push_back({.name = "events of nobody",
                   .method = "GET",
                   .target = "/calendars/events?locationId={location}&startTime={from_ms}&endTime={to_ms}",
                   .version = calendar_version});
  cases.push_back({.name = "a search without pageLimit",
                   .method = "POST",
                   .target = "/contacts/search",
                   .body = {{"locationId", "{location}"}}});
}

// A request that makes a contact only where GHL is laxer than is known, and its undoing.
void add_contact_refusal(std::vector<ProbeCase>& cases, const char* name, const char* value, Json body) {
  cases.push_back({.name = name,
                   .method = "POST",
                   .target = "/contacts/",
                   .body = std::move(body),
                   .writes = true,
                   .captures = {{value, "/contact/id"}}});
  cases.push_back({.name = std::string("take away: ") + name,
                   .method = "DELETE",
                   .target = std::string("/contacts/{") + value + "}",
                   .writes = true,
                   .cleans = true});
}

void add_writing_refusals(std::vector<ProbeCase>& cases) {
  const Json probe{{"locationId", "{location}"}, {"firstName", "Probe"}};
  Json surprising = probe;
  surprising["surprise"] = 1;
  add_contact_refusal(cases, "a contact with an unknown property", "surprising_contact", std::move(surprising));
  Json nameless = probe;
  nameless["email"] = "";
  add_contact_refusal(cases, "a contact with an empty e-mail", "nameless_contact", std::move(nameless));
}

void add_reads(std::vector<ProbeCase>& cases) {
  const auto read = [&](const char* name, const char* target, const char* version = "2021-07-28") {
    cases.push_back({.name = name, .method = "GET", .target = target, .version = version});
  };
  read("the location", "/locations/{location}");
  read("tags of the location", "/locations/{location}/tags");
  read("custom fields", "/locations/{location}/customFields");
  read("custom values", "/locations/{location}/customValues");
  read("users of the location", "/users/?locationId={location}");
  read("workflows", "/workflows/?locationId={location}");
  read("pipelines", "/opportunities/pipelines?locationId={location}");
  read("opportunities", "/opportunities/search?location_id={location}");
  read("conversations", "/conversations/search?locationId={location}", calendar_version);
  read("calendars", "/calendars/?locationId={location}", calendar_version);
  read("calendar groups", "/calendars/groups?locationId={location}", calendar_version);
  read("the calendar", "/calendars/{calendar}", calendar_version);
  cases.push_back({.name = "free slots",
                   .method = "GET",
                   .target = "/calendars/{calendar}/free-slots?startDate={from_ms}&endDate={to_ms}",
                   .version = calendar_version,
                   .captures = {{"slot", "first-slot"}}});
  read("free slots in Tokyo",
       "/calendars/{calendar}/free-slots?startDate={from_ms}&endDate={to_ms}&timezone=Asia%2FTokyo", calendar_version);
  read("events of the calendar",
       "/calendars/events?locationId={location}&calendarId={calendar}&startTime={from_ms}&endTime={to_ms}",
       calendar_version);
  read("blocked slots",
       "/calendars/blocked-slots?locationId={location}&calendarId={calendar}&startTime={from_ms}&endTime={to_ms}",
       calendar_version);
  read("the calendar, in v3", "/calendars/{calendar}", "v3");
  read("the location, in v3", "/locations/{location}", "v3");
}

void add_contact_life(std::vector<ProbeCase>& cases) {
  const auto step = [&](ProbeCase made) {
    made.writes = true;
    cases.push_back(std::move(made));
  };
  const Json person{{"locationId", "{location}"},
                    {"firstName", "Probe"},
                    {"lastName", "{unique}"},
                    {"phone", "{phone}"},
                    {"email", "{email}"}};
  step({.name = "create a contact",
        .method = "POST",
        .target = "/contacts/",
        .body = person,
        .captures = {{"contact", "/contact/id"}}});
  add_contact_refusal(cases, "create it again", "second_contact", person);
  // Without a contact of its own it would change, or make, somebody else's.
  step({.name = "upsert it",
        .method = "POST",
        .target = "/contacts/upsert",
        .body = person,
        .captures = {{"upserted_contact", "/contact/id"}},
        .needs = {"contact"}});
  step({.name = "read it", .method = "GET", .target = "/contacts/{contact}"});
  step({.name = "find it by phone",
        .method = "GET",
        .target = "/contacts/search/duplicate?locationId={location}&number={phone}"});
  step({.name = "update it", .method = "PUT", .target = "/contacts/{contact}", .body = {{"city", "Boston"}}});
  step({.name = "update its location",
        .method = "PUT",
        .target = "/contacts/{contact}",
        .body = {{"locationId", "{location}"}}});
  step({.name = "add a note", .method = "POST", .target = "/contacts/{contact}/notes", .body = {{"body", "probe"}}});
  step({.name = "its notes", .method = "GET", .target = "/contacts/{contact}/notes"});
  step({.name = "add tags", .method = "POST", .target = "/contacts/{contact}/tags", .body = {{"tags", {"probe"}}}});
  step(
      {.name = "remove tags", .method = "DELETE", .target = "/contacts/{contact}/tags", .body = {{"tags", {"probe"}}}});
  step({.name = "its tasks", .method = "GET", .target = "/contacts/{contact}/tasks"});
}

void add_booking_life(std::vector<ProbeCase>& cases) {
  const auto step = [&](ProbeCase made) {
    made.writes = true;
    made.version = calendar_version;
    cases.push_back(std::move(made));
  };
  const Json booking{{"locationId", "{location}"},
                     {"calendarId", "{calendar}"},
                     {"contactId", "{contact}"},
                     {"startTime", "{slot}"},
                     {"title", "Probe {unique}"}};
  const std::string appointments = "/calendars/events/appointments";
  step({.name = "book a slot",
        .method = "POST",
        .target = appointments,
        .body = booking,
        .captures = {{"event", "/id"}, {"user", "/assignedUserId"}}});
  // With the same team member: another one may still be free.
  Json again = booking;
  again["assignedUserId"] = "{user}";
  step({.name = "book it again",
        .method = "POST",
        .target = appointments,
        .body = again,
        .captures = {{"second_event", "/id"}}});
  // A class with seats, or a calendar without exclusion, has taken it.
  step({.name = "take away: book it again",
        .method = "DELETE",
        .target = "/calendars/events/{second_event}",
        .body = Json::object(),
        .cleans = true});
  step({.name = "read the event", .method = "GET", .target = appointments + "/{event}"});
  step({.name = "the contact's appointments", .method = "GET", .target = "/contacts/{contact}/appointments"});
  step({.name = "a PATCH of it", .method = "PATCH", .target = appointments + "/{event}", .body = {{"title", "x"}}});
  step({.name = "retitle it", .method = "PUT", .target = appointments + "/{event}", .body = {{"title", "Probe 2"}}});
  step({.name = "cancel it",
        .method = "PUT",
        .target = appointments + "/{event}",
        .body = {{"appointmentStatus", "cancelled"}}});
  step({.name = "delete it", .method = "DELETE", .target = "/calendars/events/{event}", .body = Json::object()});
  step({.name = "delete it again", .method = "DELETE", .target = "/calendars/events/{event}", .body = Json::object()});
  ProbeCase clean{.name = "delete the contact", .method = "DELETE", .target = "/contacts/{contact}", .writes = true};
  cases.push_back(clean);
  clean = {.name = "read the deleted contact", .method = "GET", .target = "/contacts/{contact}", .writes = true};
  cases.push_back(clean);
  // The same contact as a rule, and gone by now; another one where the upsert made it.
  cases.push_back({.name = "take away: upsert it",
                   .method = "DELETE",
                   .target = "/contacts/{upserted_contact}",
                   .writes = true,
                   .cleans = true});
}

}  // namespace

std::map<std::string, std::string> probe_values(holdfast::Instant now, std::uint64_t draw) {
  const std::string number = std::to_string(draw % 900'000 + 100'000);
  const std::string phone_end = std::to_string(draw % 100 + 100);
  const holdfast::Instant from = now + holdfast::days{7};
  return {{"from_ms", std::to_string(holdfast::to_epoch_ms(from))},
          {"to_ms", std::to_string(holdfast::to_epoch_ms(from + holdfast::days{7}))},
          {"unique", "probe" + number},
          {"phone", "+12025550" + phone_end},
          {"email", "probe" + number + "@example.com"}};
}

std::span<const ProbeCase> probe_cases() {
  static const std::vector<ProbeCase> cases = [] {
    std::vector<ProbeCase> made;
    add_refusals(made);
    add_reads(made);
    add_writing_refusals(made);
    add_contact_life(made);
    add_booking_life(made);
    return made;
  }();
  return cases;
}

}  // namespace mock_ghl
