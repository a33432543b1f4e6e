// The token operations (facts/ghl.md 2.2 to 2.4). Version: v3 speaks camelCase, everything else snake_case.
#include <algorithm>

#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// A path that v3 gave up keeps its old spelling under v3 (facts/ghl.md 1.3).
bool speaks_v3(const Call& call) {
  return std::find(call.spec.versions.begin(), call.spec.versions.end(), "v3") != call.spec.versions.end();
}

std::string_view spelled(const Call& call, std::string_view snake, std::string_view camel) {
  return speaks_v3(call) ? camel : snake;
}

// The 401 of the token endpoint, which has a shape of its own.
Answer unauthorised(const Call& call, std::string_view description) {
  JsonText text;
  text.begin_object().member("error", "UnAuthorized!").member("error_description", description);
  return ok(401, text, call);
}

Answer bad_request(const Call& call, std::string_view message) {
  return gateway_refuse(400, message, "", call.trace_id);
}

Answer refused_grant(const Call& call, GrantRefusal refusal, std::string_view what) {
  if (refusal == GrantRefusal::location_not_active) return bad_request(call, "Location is not active");
  return bad_request(call, "Invalid grant: " + std::string(what) + " is invalid");
}

// Reads the fields of a token request, in the dialect of the call; the first fault is kept as the answer.
class TokenRequest {
 public:
  explicit TokenRequest(Call& call) : call_(call) {
    grant_type = required("grant_type", "grantType");
    if (fault_) return;
    if (grant_type != "authorization_code" && grant_type != "refresh_token" && grant_type != "client_credentials") {
      fault("Invalid parameter: ", spelled(call_, "grant_type", "grantType"));
    }
    client_id = required("client_id", "clientId");
    client_secret = required("client_secret", "clientSecret");
    if (grant_type == "authorization_code") code = required("code", "code");
    if (grant_type == "refresh_token") refresh_token = required("refresh_token", "refreshToken");
    redirect_uri = optional("redirect_uri", "redirectUri");
    const std::string user_type = optional("user_type", "userType");
    if (!user_type.empty() && user_type != "Location" && user_type != "Company") {
      fault("Invalid parameter: ", spelled(call_, "user_type", "userType"));
    }
  }
  std::optional<Answer> take_fault() { return std::move(fault_); }

  std::string grant_type;
  std::string client_id;
  std::string client_secret;
  std::string code;
  std::string refresh_token;
  std::string redirect_uri;

 private:
  void fault(std::string_view what, std::string_view name) {
    if (!fault_) fault_ = bad_request(call_, std::string(what) + std::string(name));
  }
  std::string optional(std::string_view snake, std::string_view camel) {
    const std::string_view name = spelled(call_, snake, camel);
    const Json* value = holdfast::find_member(call_.body, name);
    if (value != nullptr && !value->is_string()) fault("Invalid parameter: ", name);
    return text_of(call_.body, name);
  }
  std::string required(std::string_view snake, std::string_view camel) {
    std::string text = optional(snake, camel);
    if (text.empty()) fault("Missing parameter: ", spelled(call_, snake, camel));
    return text;
  }

  Call& call_;
  std::optional<Answer> fault_;
};

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

void write_pair(JsonText& text, const Call& call, const IssuedTokens& issued) {
  const auto life = std::chrono::floor<holdfast::seconds>(issued.access.expires_at - issued.access.issued_at);
  text.member(spelled(call, "access_token", "accessToken"), issued.access.grant.token);
  text.member(spelled(call, "token_type", "tokenType"), "Bearer");
  text.member(spelled(call, "expires_in", "expiresIn"), std::int64_t{life.count()});
  text.member(spelled(call, "refresh_token", "refreshToken"), issued.refresh_token);
  text.member("scope", joined(issued.access.grant.scopes));
}

Answer token_answer(Call& call, const IssuedTokens& issued) {
  const Installation& on = issued.installation;
  JsonText text;
  text.begin_object();
  write_pair(text, call, issued);
  if (!speaks_v3(call)) text.member("refreshTokenId", issued.refresh_token_id);
  text.member("userType", on.location_id.empty() ? "Company" : "Location").member("companyId", on.company_id);
  if (on.location_id.empty()) {
    // The locations whose tokens it can be exchanged for.
    text.begin_array("approvedLocations");
    for (const Location* location : call.state.locations_of(on.company_id)) {
      if (call.state.authorization().installation(on.client_id, location->id) != nullptr) text.element(location->id);
    }
    text.end_array().member("isBulkInstallation", on.bulk).member("installToFutureLocations", false);
    text.member("approveAllLocations", on.bulk);
  } else {
    text.member("locationId", on.location_id).member("isBulkInstallation", false);
  }
  text.member("userId", on.user_id);
  return ok(200, text, call);
}

// The client of the request; nullptr when the id or the secret is wrong. The text is inferred.
const App* client_of(const Call& call, const TokenRequest& request) {
  const App* app = call.state.authorization().app(request.client_id);
  return app != nullptr && app->client_secret == request.client_secret ? app : nullptr;
}

Answer wrong_client(const Call& call) {
  return unauthorised(call, "Invalid client credentials!");
}

// The code is looked at before the client's credentials, so that nobody can test those with a made-up code.
Answer redeem_code(Call& call, const TokenRequest& request) {
  const AuthorizationCode* code = call.state.authorization().code(request.code, call.now);
  if (code == nullptr) return unauthorised(call, "Authorization code not found");
  if (client_of(call, request) == nullptr) return wrong_client(call);
  if (code->client_id != request.client_id) return unauthorised(call, "Authorization code not found");
  if (!request.redirect_uri.empty() && request.redirect_uri != code->redirect_uri) {
    return refused_grant(call, GrantRefusal::invalid_grant, spelled(call, "redirect_uri", "redirectUri"));
  }
  const auto issued = call.state.authorization().redeem(request.code, call.now);
  if (!issued) return refused_grant(call, issued.error(), "authorization code");
  return token_answer(call, *issued);
}

Answer refresh_pair(Call& call, const TokenRequest& request) {
  if (client_of(call, request) == nullptr) return wrong_client(call);
  const auto issued = call.state.authorization().refresh(request.client_id, request.refresh_token, call.now);
  if (!issued) return refused_grant(call, issued.error(), "refresh token");
  return token_answer(call, *issued);
}

}  // namespace

Answer get_access_token(Call& call) {
  TokenRequest request(call);
  if (auto fault = request.take_fault()) return std::move(*fault);
  if (request.grant_type == "authorization_code") return redeem_code(call, request);
  if (request.grant_type == "refresh_token") return refresh_pair(call, request);
  // GHL declares the grant; nobody reports what it is good for. The text is that of the OAuth library's other refusals.
  if (client_of(call, request) == nullptr) return wrong_client(call);
  return bad_request(call,
                     "Unauthorized client: " + std::string(spelled(call, "grant_type", "grantType")) + " is invalid");
}

Answer get_location_access_token(Call& call) {
  if (text_of(call.body, "companyId") != call.token->company_id) return foreign_company(call);
  Authorization& authorization = call.state.authorization();
  const Installation* on = authorization.installation(call.token->client_id, text_of(call.body, "locationId"));
  // The text varies in GHL and is not recorded (facts/ghl.md 2.4).
  if (on == nullptr) return bad_request(call, "App is not installed on this location");
  if (!on->active) return bad_request(call, "Location is not active");
  std::vector<std::string> scopes = on->scopes;
  for (const char* added : {"oauth.readonly", "oauth.write"}) {
    if (std::find(scopes.begin(), scopes.end(), added) == scopes.end()) scopes.emplace_back(added);
  }
  const IssuedTokens issued = authorization.issue(*on, std::move(scopes), call.now);
  const App* app = authorization.app(on->client_id);
  JsonText text;
  text.begin_object();
  write_pair(text, call, issued);
  text.member("locationId", on->location_id);
  text.member("userId", on->user_id).member("appId", app->app_id()).member("versionId", app->version_id);
  return ok(call.success(), text, call);
}

}  // namespace mock_ghl::api
