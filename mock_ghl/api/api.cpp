#include "mock_ghl/api/api.hpp"

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

// The body as an object, or a list where the operation takes one; an absent one, or one that is not sent as JSON, is {}
// as Express has it.
std::optional<Answer> read_body(const HttpRequest& request, const contract::Operation& spec,
                                const std::string& trace_id, Json& body) {
  body = Json::object();
  const bool has_body = request.method != "GET" && request.method != "HEAD";
  if (!has_body || request.body.empty() || !holdfast::net::is_json(request.headers)) return std::nullopt;
  auto parsed = holdfast::parse_json(request.body);
  if (!parsed || !(parsed->is_object() || parsed->is_array())) {
    return gateway_refuse(400, "Unexpected token in JSON", "Bad Request", trace_id);
  }
  const bool takes_list = spec.body != nullptr && spec.body->kind == contract::Shape::Kind::list;
  if (parsed->is_object() || takes_list) body = std::move(*parsed);
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

// A locationId that is not the token's is refused before anything else is looked at (facts/ghl.md 1.6).
bool names_other_location(const TokenGrant& grant, const Target& target, const Json& body) {
  for (const char* name : {"locationId", "location_id"}) {
    if (const auto id = target.parameter(name); id && *id != grant.location_id) return true;
  }
  const Json* id = holdfast::find_member(body, "locationId");
  return id != nullptr && id->is_string() && id->get_ref<const std::string&>() != grant.location_id;
}

}  // namespace

std::string Api::draw_trace_id() {
  return draw_uuid(trace_ids_);
}

HttpResponse Api::too_many_requests() {
  return gateway_refuse(429, "Too Many Requests", "", draw_trace_id()).response;
}

void Api::add_rate_headers(HttpResponse& response, const HttpRequest& request, Instant now) const {
  Answer ignored;
  const TokenGrant* grant = authenticate(state_, request.headers, "", ignored);
  limiter_.write_headers(response.headers, limiter_.peek(grant == nullptr ? "" : grant->token, now));
}

Answer Api::run(const HttpRequest& request, const Target& target, const RouteMatch& match, const Modifiers& modifiers,
                Instant now, const std::string& trace_id) {
  const bool says_v3 = request.headers.find("Version").value_or("") == "v3";
  const bool hidden = match.route != nullptr && match.route->v3_only() && !says_v3;
  if (match.route == nullptr || match.route->handler == nullptr || hidden) {
    return unbuilt(request, target, match, says_v3, trace_id);
  }
  Answer refusal;
  const TokenGrant* grant = authenticate(state_, request.headers, trace_id, refusal);
  if (grant == nullptr) return refusal;
  VersionCheck version = check_version(request.headers, trace_id);
  if (version.refusal) return std::move(*version.refusal);
  Json body;
  if (auto unreadable = read_body(request, match.route->spec(version.v3), trace_id, body))
    return std::move(*unreadable);
  if (names_other_location(*grant, target, body)) {
    return gateway_refuse(401, "This location is not accessible from this token!", "", trace_id);
  }
  const contract::Operation& spec = match.route->spec(version.v3);
  if (!has_scope(*grant, spec.scope())) {
    return gateway_refuse(401, "The token is not authorized for this scope.", "", trace_id);
  }
  if (auto messages = violations(spec, target, body); !messages.empty()) return invalid(messages, trace_id);
  Call call{.state = state_,
            .spec = spec,
            .request = request,
            .target = target,
            .captures = match.captures,
            .body = std::move(body),
            .location = state_.location(grant->location_id),
            .v3 = version.v3,
            .trace_id = trace_id,
            .now = now,
            .modifiers = modifiers};
  return match.route->handler(call);
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
  Answer ignored;
  const TokenGrant* grant = authenticate(state_, request.headers, "", ignored);
  if (grant != nullptr && !limiter_.take(grant->token, now).allowed) return {.response = too_many_requests()};
  return run(request, target, match, modifiers, now, draw_trace_id());
}

HttpResponse Api::commit(PendingCommit pending, Instant now) {
  return commit_appointment(state_, std::move(pending), now).response;
}

}  // namespace mock_ghl::api
