// Where an app is installed (facts/ghl.md 2.5): the dated path with skip and limit, and the v3 path with its pages and
// its error envelope. The path decides the shape, because each one has parameters of its own.
#include <algorithm>

#include "core/base/base64.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

namespace {

constexpr std::size_t page_size_default = 20;
constexpr std::size_t page_size_max = 100;

// A location as the list of installed locations shows it.
struct InstalledLocation {
  const Location* location = nullptr;
  const Installation* on = nullptr;  // nullptr: not installed there
};

bool asks_for(const Call& call, const App& app, const InstalledLocation& entry) {
  const auto parameter = [&](std::string_view name) { return call.target.parameter(name).value_or(""); };
  const std::string installed = parameter("isInstalled");
  if (!installed.empty() && (installed == "true") != (entry.on != nullptr)) return false;
  if (const std::string id = parameter("locationId"); !id.empty() && id != entry.location->id) return false;
  if (const std::string id = parameter("versionId"); !id.empty() && id != app.version_id) return false;
  // Nobody in this world is on trial or pays for a plan.
  if (parameter("onTrial") == "true" || !parameter("planId").empty()) return false;
  return lower_case(entry.location->name).find(lower_case(parameter("query"))) != std::string::npos;
}

// Every location of the token's agency that the query asks for, installed ones first, the latest of them before others.
std::vector<InstalledLocation> list_locations(const Call& call, const App& app) {
  std::vector<InstalledLocation> found;
  for (const Location* location : call.state.locations_of(call.token->company_id)) {
    const InstalledLocation entry{location, call.state.authorization().installation(app.client_id, location->id)};
    if (asks_for(call, app, entry)) found.push_back(entry);
  }
  std::sort(found.begin(), found.end(), [](const InstalledLocation& a, const InstalledLocation& b) {
    if ((a.on == nullptr) != (b.on == nullptr)) return a.on != nullptr;
    if (a.on == nullptr) return a.location->id < b.location->id;
    if (a.on->installed_at != b.on->installed_at) return a.on->installed_at > b.on->installed_at;
    return a.location->id < b.location->id;
  });
  return found;
}

void write_locations(JsonText& text, std::string_view key, const App& app,
                     const std::vector<InstalledLocation>& entries, std::size_t skip, std::size_t limit) {
  text.begin_array(key);
  for (std::size_t i = skip; i < entries.size() && i - skip < limit; ++i) {
    text.begin_element_object().member("_id", entries[i].location->id).member("name", entries[i].location->name);
    text.member("address", "").member("isInstalled", entries[i].on != nullptr);
    if (entries[i].on != nullptr) {
      text.member("versionId", app.version_id);
      text.member("installedAt", holdfast::format_iso_utc(entries[i].on->installed_at));
    }
    text.end_object();
  }
  text.end_array();
}

// The app of the query when it is the token's own.
const App* own_app(const Call& call) {
  const App* app = call.state.authorization().app(call.token->client_id);
  return app != nullptr && app->app_id() == call.target.parameter("appId").value_or("") ? app : nullptr;
}

// {"error":{"code":…,"message":…,"details":{…},"resolution":…}}: v3's own envelope.
Answer aip_error(const Call& call, int status, std::string_view code, const std::string& message,
                 std::pair<std::string_view, std::string> detail, std::string_view resolution) {
  JsonText text;
  text.begin_object().begin_object("error").member("code", code).member("message", message);
  text.begin_object("details").member(detail.first, detail.second).end_object();
  text.member("resolution", resolution).end_object();
  return ok(status, text, call);
}

std::string page_token(std::size_t skip) {
  return holdfast::base64url_encode("{\"skip\":" + std::to_string(skip) + "}");
}

// Where a page token points to; nullopt unless page_token made it.
std::optional<std::size_t> read_page_token(std::string_view token) {
  const auto text = holdfast::base64url_decode(token);
  if (!text || !text->starts_with("{\"skip\":") || !text->ends_with('}')) return std::nullopt;
  const auto skip = read_count(std::string_view(*text).substr(8, text->size() - 9), 0);
  return skip && page_token(*skip) == token ? skip : std::nullopt;
}

void write_pagination(JsonText& text, std::size_t total, std::size_t skip, std::size_t size) {
  const std::size_t shown = skip < total ? std::min(size, total - skip) : 0;
  const bool more = shown > 0 && skip + shown < total;
  text.begin_object("pagination").member("totalRecords", static_cast<std::int64_t>(total));
  text.member("hasNextPage", more).member("hasPrevPage", skip > 0);
  if (more) text.member("nextPageToken", page_token(skip + shown));
  if (skip > 0) text.member("prevPageToken", page_token(skip - std::min(skip, size)));
  text.member("currentPageSize", static_cast<std::int64_t>(shown)).end_object();
}

void write_metadata(JsonText& text, const Call& call) {
  text.begin_object("metadata").begin_object("filterApplied");
  for (const char* name : {"companyId", "isInstalled", "query", "versionId", "locationId"}) {
    if (const auto value = call.target.parameter(name)) text.member(name, *value);
  }
  text.end_object().begin_object("sortApplied").member("installedAt", "desc").end_object().end_object();
}

Answer list_dated(Call& call) {
  if (call.target.parameter("companyId") != call.token->company_id) return foreign_company(call);
  const App* app = own_app(call);
  if (app == nullptr) return gateway_refuse(400, "App not found", "", call.trace_id);
  const std::vector<InstalledLocation> entries = list_locations(call, *app);
  const auto skip = read_count(call.target.parameter("skip").value_or(""), 0);
  const auto limit = read_count(call.target.parameter("limit").value_or(""), page_size_default);
  if (!skip || !limit) return invalid({"skip and limit must be whole numbers"}, call.trace_id);
  JsonText text;
  text.begin_object();
  write_locations(text, "locations", *app, entries, *skip, *limit);
  text.member("count", static_cast<std::int64_t>(entries.size())).member("installToFutureLocations", false);
  return ok(200, text, call);
}

Answer list_v3(Call& call) {
  if (call.target.parameter("companyId") != call.token->company_id) return foreign_company(call);
  const auto size = read_count(call.target.parameter("pageSize").value_or(""), page_size_default);
  if (!size || *size < 1 || *size > page_size_max) {
    return aip_error(call, 400, "INVALID_ARGUMENT", "pageSize must be between 1 and 100", {"field", "pageSize"},
                     "Ask for 1 to 100 items a page.");
  }
  const auto token = call.target.parameter("pageToken");
  const auto skip = token ? read_page_token(*token) : std::optional<std::size_t>(0);
  if (!skip) {
    return aip_error(call, 400, "INVALID_ARGUMENT", "pageToken is invalid", {"field", "pageToken"},
                     "Use the nextPageToken of the previous response.");
  }
  const App* app = own_app(call);
  if (app == nullptr) {
    const std::string id = call.target.parameter("appId").value_or("");
    return aip_error(call, 404, "RESOURCE_NOT_FOUND", "The requested App '" + id + "' was not found.",
                     {"identifier", id}, "Verify the App exists and you have permission to access it.");
  }
  const std::vector<InstalledLocation> entries = list_locations(call, *app);
  JsonText text;
  text.begin_object();
  write_locations(text, "items", *app, entries, *skip, *size);
  write_pagination(text, entries.size(), *skip, *size);
  write_metadata(text, call);
  text.member("installToFutureLocations", false);
  return ok(200, text, call);
}

}  // namespace

Answer get_installed_location(Call& call) {
  return call.spec.pattern == "/oauth/installed-locations" ? list_v3(call) : list_dated(call);
}

}  // namespace mock_ghl::api
