#include "mock_ghl/api/consent.hpp"

#include <algorithm>

#include "mock_ghl/api/consent_page.hpp"
#include "mock_ghl/api/form.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Target;

namespace {

// What an app asks a person for.
struct Wish {
  const App* app = nullptr;
  std::string redirect_uri;
  std::vector<std::string> scopes;
  std::string state;
};

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto space = text.find(' ');
    if (space != 0) words.emplace_back(text.substr(0, space));
    if (space == std::string_view::npos) break;
    text.remove_prefix(space + 1);
  }
  return words;
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// The wish behind the parameters, or the page that says what is wrong with it. Only the code of a missing version is
// GHL's; the others are made after it.
std::optional<HttpResponse> read_wish(const State& state, const Json& parameters, Wish& wish) {
  wish.app = state.authorization().app(text_of(parameters, "client_id"));
  if (wish.app == nullptr) {
    return consent_error_page("error.clientnotfound", "There is no app with this client_id.");
  }
  const std::string version = text_of(parameters, "version_id");
  if (wish.app->is_private ? version != wish.app->version_id : !version.empty() && version != wish.app->version_id) {
    return consent_error_page("error.noversionid", "A private app is installed with its version_id beside client_id.");
  }
  if (text_of(parameters, "response_type") != "code") {
    return consent_error_page("error.invalidresponsetype", "response_type must be code.");
  }
  wish.redirect_uri = text_of(parameters, "redirect_uri");
  if (!contains(wish.app->redirect_uris, wish.redirect_uri)) {
    return consent_error_page("error.invalidredirecturi", "redirect_uri is not one of the app's redirect URLs.");
  }
  wish.scopes = words_of(text_of(parameters, "scope"));
  const bool known = std::all_of(wish.scopes.begin(), wish.scopes.end(),
                                 [&](const std::string& scope) { return contains(wish.app->scopes, scope); });
  if (wish.scopes.empty() || !known) {
    return consent_error_page("error.invalidscope", "scope must name scopes of the app, with spaces between them.");
  }
  wish.state = text_of(parameters, "state");
  return std::nullopt;
}

// Every sub-account, and every agency as a whole: a sub-account app picked for an agency is a bulk install.
std::vector<ConsentChoice> choices_for(const State& state, const App& app) {
  const Authorization& authorization = state.authorization();
  std::vector<ConsentChoice> choices;
  for (const Company& company : authorization.companies()) {
    const auto locations = state.locations_of(company.id);
    for (const Location* location : locations) {
      if (app.for_agencies) break;
      choices.push_back({.value = "location:" + location->id,
                         .name = location->name.empty() ? location->id : location->name,
                         .detail = location->id + " · " + location->timezone,
                         .installed = authorization.installation(app.client_id, location->id) != nullptr});
    }
    if (locations.empty()) continue;
    const std::string count = std::to_string(locations.size()) + (locations.size() == 1 ? " location" : " locations");
    choices.push_back({.value = "company:" + company.id,
                       .name = company.name.empty() ? company.id : company.name,
                       .detail = "Whole agency · " + count,
                       .installed = authorization.installation(app.client_id, company.id) != nullptr});
  }
  return choices;
}

HttpResponse ask(const State& state, const Wish& wish, const Json& parameters, std::string complaint) {
  ConsentView view{.app_name = wish.app->name,
                   .redirect_host = wish.redirect_uri,
                   .scopes = wish.scopes,
                   .choices = choices_for(state, *wish.app),
                   .hidden = {},
                   .complaint = std::move(complaint)};
  for (const char* name : {"response_type", "client_id", "redirect_uri", "scope", "state", "version_id"}) {
    if (const std::string value = text_of(parameters, name); !value.empty()) view.hidden.emplace_back(name, value);
  }
  if (const auto slashes = view.redirect_host.find("//"); slashes != std::string::npos) {
    view.redirect_host = view.redirect_host.substr(slashes + 2);
    view.redirect_host = view.redirect_host.substr(0, view.redirect_host.find_first_of("/?"));
  }
  return consent_page(view.complaint.empty() ? 200 : 400, view);
}

Installation made_from(const State& state, const Wish& wish, std::string company_id, std::string location_id) {
  Installation made{.client_id = wish.app->client_id,
                    .company_id = std::move(company_id),
                    .location_id = std::move(location_id),
                    .user_id = "usrInstaller00000001",
                    .scopes = wish.scopes};
  for (const auto& [id, user] : state.users()) {
    if (user.location_id != made.location_id) continue;
    made.user_id = id;
    break;
  }
  return made;
}

// Installs the app on what was picked; nullptr when there is no such thing.
const Installation* install_on(State& state, const Wish& wish, std::string_view resource, Instant now) {
  const auto colon = resource.find(':');
  if (colon == std::string_view::npos) return nullptr;
  const std::string id(resource.substr(colon + 1));
  Authorization& authorization = state.authorization();
  if (resource.starts_with("location:") && !wish.app->for_agencies) {
    const Location* location = state.location(id);
    if (location == nullptr) return nullptr;
    return &authorization.install(made_from(state, wish, location->company_id, id), now);
  }
  if (!resource.starts_with("company:") || authorization.company(id) == nullptr) return nullptr;
  for (const Location* location : state.locations_of(id)) {
    authorization.install(made_from(state, wish, id, location->id), now);
  }
  Installation made = made_from(state, wish, id, "");
  made.bulk = !wish.app->for_agencies;
  return &authorization.install(std::move(made), now);
}

HttpResponse redirect(const Wish& wish, const std::string& code) {
  std::string url = wish.redirect_uri + (wish.redirect_uri.find('?') == std::string::npos ? "?" : "&") +
                    "code=" + holdfast::net::percent_encode(code);
  if (!wish.state.empty()) url += "&state=" + holdfast::net::percent_encode(wish.state);
  HttpResponse response;
  response.status = 302;
  response.headers.set("Location", std::move(url));
  response.headers.set("Cache-Control", "no-store");
  return response;
}

HttpResponse choose_location(State& state, const HttpRequest& request, const Target& target, Instant now) {
  Json parameters = Json::object();
  if (request.method == "POST") {
    auto form = is_form(request.headers) ? read_form(request.body) : std::nullopt;
    if (!form) return consent_error_page("error.invalidform", "The page sends a form of at most 64 KiB.");
    parameters = std::move(*form);
  } else {
    for (const auto& [name, value] : target.query) {
      if (!parameters.contains(name)) parameters[name] = value;
    }
  }
  Wish wish;
  if (auto page = read_wish(state, parameters, wish)) return std::move(*page);
  if (request.method != "POST") return ask(state, wish, parameters, "");
  const Installation* installed = install_on(state, wish, text_of(parameters, "resource"), now);
  if (installed == nullptr) return ask(state, wish, parameters, "Choose where to install the app.");
  return redirect(wish, state.authorization().issue_code(*installed, wish.redirect_uri, now));
}

}  // namespace

bool is_outside_the_contract(std::string_view path) {
  return path == "/oauth/reconnect" || path == "/oauth/chooselocation" || path == "/v2/oauth/chooselocation";
}

std::optional<Answer> outside_the_contract(State& state, const HttpRequest& request, const Target& target, Instant now,
                                           const std::string& trace_id) {
  if (!is_outside_the_contract(target.path)) return std::nullopt;
  if (target.path == "/oauth/reconnect") return refuse(400, "API endpoint has been removed", trace_id);
  if (request.method != "GET" && request.method != "POST") return std::nullopt;
  return Answer{.response = choose_location(state, request, target, now)};
}

}  // namespace mock_ghl::api
