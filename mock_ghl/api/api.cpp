#include "mock_ghl/api/api.hpp"

#include "mock_ghl/api/access.hpp"
#include "mock_ghl/api/consent.hpp"
#include "mock_ghl/api/form.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/uuid.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;
using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;
using holdfast::net::Target;

namespace {

// What to answer when no built operation is behind the path (quirk 25; facts/ghl.md 1.6).
Answer unbuilt(const HttpRequest& request, const Target& target, const RouteMatch& match, bool v3,
               const std::string& trace_id) {
  if (match.other_resource) {
    return refuse(501,
                  "mock-ghl does not build " + request.method + " " + target.path +
                      "; GHL has this resource, but this twin would have to invent its answer",
                  trace_id);
  }
  if (!match.known_resource || (match.route != nullptr && match.route->v3_only() && !v3)) {
    return gateway_refuse(404, "Cannot " + request.method + " " + target.path, "Not Found", trace_id);
  }
  if (match.route == nullptr) {
    return gateway_refuse(401, "This route is not yet supported by the IAM Service. Please update your IAM config.", "",
                          trace_id);
  }
  return refuse(501,
                "mock-ghl does not build the operation " + std::string(match.route->operation) +
                    "; it exists in GHL, but this twin would have to invent its answer",
                trace_id);
}

// The body, which is for the contract to judge; an absent one, or one that is sent as nothing the operation takes, is
// {} as Express has it.
std::optional<Answer> read_body(const HttpRequest& request, const contract::Operation& spec,
                                const std::string& trace_id, Json& body) {
  body = Json::object();
  const bool has_body = request.method != "GET" && request.method != "HEAD";
  if (!has_body || request.body.empty()) return std::nullopt;
  if (spec.takes(form_type) && is_form(request.headers)) {
    if (auto form = read_form(request.body)) {
      body = std::move(*form);
      return std::nullopt;
    }
    return gateway_refuse(413, "request entity too large", "Payload Too Large", trace_id);
  }
  if (!spec.takes("application/json") || !holdfast::net::is_json(request.headers)) return std::nullopt;
  auto parsed = holdfast::parse_json(request.body);
  if (!parsed || !(parsed->is_object() || parsed->is_array())) {
    return gateway_refuse(400, "Unexpected token in JSON", "Bad Request", trace_id);
  }
  if (parsed->is_object() || spec.body != nullptr) body = std::move(*parsed);
  return std::nullopt;
}

// What GHL's validator has to say about a request: the strict whitelist of the contract.
std::vector<std::string> violations(const contract::Operation& spec, const Target& target, const Json& body) {
  static const contract::Shape none{.kind = contract::Shape::Kind::object};
  std::vector<std::string> messages = contract::check_query(spec.query == nullptr ? none : *spec.query, target);
  if (spec.body == nullptr) return messages;
  std::vector<std::string> of_body = contract::check_body(*spec.body, body);
  messages.insert(messages.end(), of_body.begin(), of_body.end());
  return messages;
}

// True when the request names a location that is not the token's.
bool is_foreign(const State& state, const TokenGrant& grant, std::string_view location_id) {
  if (grant.of_location()) return location_id != grant.location_id;
  const Location* location = state.location(location_id);
  return location == nullptr || location->company_id != grant.company_id;
}

// A locationId that is not the token's is refused before anything else is looked at (facts/ghl.md 1.6).
bool names_other_location(const State& state, const TokenGrant& grant, const Target& target, const Json& body) {
  for (const auto& [key, value] : target.query) {
    const std::string_view name = holdfast::net::without_brackets(key);
    if ((name == "locationId" || name == "location_id") && is_foreign(state, grant, value)) return true;
  }
  const Json* id = holdfast::find_member(body, "locationId");
  return id != nullptr && id->is_string() && is_foreign(state, grant, id->get_ref<const std::string&>());
}

// What a token must be for the operation, from the outside in: its kind, the location it is used on, its scopes.
std::optional<Answer> check_token(const State& state, const TokenGrant& grant, const contract::Operation& spec,
                                  const Target& target, const Json& body, const std::string& trace_id) {
  if (const std::string_view refused = kind_refusal(grant.kind, accepted_by(spec)); !refused.empty()) {
    return gateway_refuse(401, refused, "", trace_id);
  }
  if (names_other_location(state, grant, target, body)) {
    return gateway_refuse(401, "This location is not accessible from this token!", "", trace_id);
  }
  if (!has_scope(grant, spec.scope())) {
    return gateway_refuse(401, "The token is not authorized for this scope.", "", trace_id);
  }
  return std::nullopt;
}

// The Version header; an operation that asks for no token asks for no version either (facts/ghl.md 1.3).
VersionCheck check_version_of(bool needs_token, const HttpRequest& request, const std::string& trace_id) {
  if (!needs_token && !request.headers.find("Version")) return {};
  return check_version(request.headers, trace_id);
}

}  // namespace

std::string Api::draw_trace_id() {
  return draw_uuid(trace_ids_);
}

HttpResponse Api::too_many_requests(std::string_view message) {
  return gateway_refuse(429, message.empty() ? "Too Many Requests" : message, "", draw_trace_id()).response;
}

void Api::add_rate_headers(HttpResponse& response, const HttpRequest& request, Instant now) {
  Answer ignored;
  const AccessToken* token = authenticate(state_, request.headers, now, "", ignored);
  limiter_.write_headers(response.headers, limiter_.peek(token == nullptr ? "" : token->budget, now));
}

Answer Api::run(const HttpRequest& request, const Target& target, const RouteMatch& match, const AccessToken* token,
                Answer refusal, const Modifiers& modifiers, Instant now, const std::string& trace_id) {
  const bool says_v3 = request.headers.find("Version").value_or("") == "v3";
  const bool hidden = match.route != nullptr && match.route->v3_only() && !says_v3;
  if (match.route == nullptr || match.route->handler == nullptr || hidden) {
    return unbuilt(request, target, match, says_v3, trace_id);
  }
  const Route& route = *match.route;
  const bool needs_token = accepted_by(route.spec(says_v3)) != no_token;
  if (!needs_token) token = nullptr;
  if (needs_token && token == nullptr) return refusal;
  VersionCheck version = check_version_of(needs_token, request, trace_id);
  if (version.refusal) return std::move(*version.refusal);
  Json body;
  const contract::Operation& spec = route.spec(version.v3);
  if (auto unreadable = read_body(request, spec, trace_id, body)) return std::move(*unreadable);
  if (token != nullptr) {
    if (auto refused = check_token(state_, token->grant, spec, target, body, trace_id)) return std::move(*refused);
  }
  if (auto messages = violations(spec, target, body); !messages.empty()) return invalid(messages, trace_id);
  Call call{.state = state_,
            .spec = spec,
            .request = request,
            .target = target,
            .captures = match.captures,
            .body = std::move(body),
            .location = token == nullptr ? nullptr : state_.location(token->grant.location_id),
            .v3 = version.v3,
            .trace_id = trace_id,
            .now = now,
            .modifiers = modifiers,
            .token = token == nullptr ? nullptr : &token->grant};
  return route.handler(call);
}

std::vector<std::string> Api::reply_violations(const RouteMatch& match, bool v3, const HttpResponse& response) {
  if (match.route == nullptr || match.route->handler == nullptr) return {};
  if (response.status < 200 || response.status > 299 || !holdfast::net::is_json(response.headers)) return {};
  const contract::Operation& spec = match.route->spec(v3);
  if (spec.reply == nullptr) return {};
  const auto body = holdfast::parse_json(response.body);
  if (!body) return {spec.id + ": the body is not JSON: " + body.error().message};
  std::vector<std::string> found =
      contract::check_reply(*spec.reply, *body, contract::Contract::shipped().extra_members());
  if (response.status != spec.spec_status && response.status != spec.live_status &&
      response.status != spec.also_status) {
    found.push_back("status " + std::to_string(response.status) + " is neither the live nor the spec's");
  }
  for (std::string& message : found) message.insert(0, spec.id + ": ");
  return found;
}

Answer Api::handle(const HttpRequest& request, const Target& target, const RouteMatch& match, Modifiers modifiers,
                   Instant now) {
  const std::string trace_id = draw_trace_id();
  if (auto answer = outside_the_contract(state_, request, target, now, trace_id)) return std::move(*answer);
  Answer refusal;
  const AccessToken* token = authenticate(state_, request.headers, now, trace_id, refusal);
  if (token != nullptr && !limiter_.take(token->budget, now).allowed) {
    return gateway_refuse(429, "Too Many Requests", "", trace_id);
  }
  return run(request, target, match, token, std::move(refusal), modifiers, now, trace_id);
}

HttpResponse Api::commit(PendingCommit pending, Instant now) {
  return commit_appointment(state_, std::move(pending), now).response;
}

}  // namespace mock_ghl::api
