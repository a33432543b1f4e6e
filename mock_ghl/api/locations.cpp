#include <algorithm>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/timezones.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// A location with the members that both readers show; what the fixture says beside them is handed on.
Json location_json(const Location& location) {
  Json made = location.extra.is_object() ? location.extra : Json::object();
  made["id"] = location.id;
  made["name"] = location.name;
  made["country"] = location.country;
  made["timezone"] = location.timezone;
  made["companyId"] = location.company_id;
  made["settings"] = {{"allowDuplicateContact", location.allow_duplicate_contact},
                      {"allowDuplicateOpportunity", location.allow_duplicate_opportunity},
                      {"allowFacebookNameMerge", false},
                      {"disableContactTimezone", false}};
  return made;
}

// The members that a search shows.
Json searched_json(const Location& location) {
  Json made = location_json(location);
  for (const char* hidden : {"companyId", "domain", "logoUrl", "firstName", "lastName", "business", "reseller"}) {
    made.erase(hidden);
  }
  return made;
}

}  // namespace

Answer get_location(Call& call) {
  const Location* asked = call.state.location(call.captures.at(0));
  if (asked == nullptr || !call.may_see(*asked)) return foreign_location(call);
  return reply(call, {{"location", location_json(*asked)}});
}

Answer search_locations(Call& call) {
  // What an agency may do, a sub-account's private token may not, whatever the vendor's file says (facts/ghl.md 1.4).
  const TokenGrant& token = *call.token;
  const auto asked = [&](const char* name) { return call.target.parameter(name).value_or(""); };
  const std::string company_id = asked("companyId");
  if (token.kind == TokenKind::location_pit || (!company_id.empty() && company_id != token.company_id)) {
    return gateway_refuse(403, "You do not have permission to access this resource", "Forbidden", call.trace_id);
  }
  const auto skip = read_count(asked("skip"), 0);
  const auto limit = read_count(asked("limit"), 10);
  if (!skip || !limit) return invalid({"skip and limit must be whole numbers"}, call.trace_id);
  const std::string email = lower_case(asked("email"));
  std::vector<const Location*> found = call.state.locations_of(token.company_id);
  std::erase_if(found, [&](const Location* location) {
    return !call.may_see(*location) || (!email.empty() && lower_case(text_of(location->extra, "email")) != email);
  });
  if (asked("order") == "desc") std::reverse(found.begin(), found.end());
  Json locations = Json::array();
  for (std::size_t i = *skip; i < found.size() && i - *skip < *limit; ++i) {
    locations.push_back(searched_json(*found[i]));
  }
  return reply(call, {{"locations", std::move(locations)}});
}

Answer get_timezones(Call& call) {
  if (call.captures.at(0) != call.location->id) return foreign_location(call);
  JsonText text;
  text.begin_object().begin_array("timezones");
  for (const std::string_view name : offered_timezones()) text.element(name);
  text.end_array();
  return ok(call.success(), text, call);
}

Answer get_workflows(Call& call) {
  Json workflows = Json::array();
  for (const Document* workflow : call.state.documents().of_location(Collection::workflow, call.location->id)) {
    workflows.push_back({{"id", workflow->id},
                         {"name", workflow->text("name")},
                         {"status", workflow->text("status")},
                         {"version", holdfast::integer_member(workflow->fields, "version").value_or(1)},
                         {"createdAt", holdfast::format_iso_utc(workflow->created_at)},
                         {"updatedAt", holdfast::format_iso_utc(workflow->updated_at)},
                         {"locationId", workflow->location_id}});
  }
  return reply(call, {{"workflows", std::move(workflows)}});
}

}  // namespace mock_ghl::api
