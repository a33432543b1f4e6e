#include "core/daemon/routes/vapi.hpp"

#include <utility>

#include "core/base/log.hpp"
#include "core/daemon/authentication.hpp"
#include "core/daemon/routes/dispatch.hpp"

namespace holdfast::daemon::routes {

using net::HttpResponse;
using net::RoutedRequest;
using net::Task;

namespace {

HttpResponse unauthorized() {
  HttpResponse response = error_response(401,
                                         "the secret is missing or wrong; send it as \"Authorization: Bearer "
                                         "<secret>\" or \"X-Vapi-Secret: <secret>\"");
  response.headers.set("WWW-Authenticate", "Bearer");
  return response;
}

}  // namespace

void Vapi::add_to(net::Router& router) {
  router.add("POST", "/vapi/{tenant}", [this](RoutedRequest routed) { return serve(std::move(routed)); });
}

Task<HttpResponse> Vapi::serve(RoutedRequest routed) {
  const Instant arrived = runtime_.now();
  const auto found = offices_.find(routed.captures.front());
  if (found == offices_.end()) {
    co_return error_response(404,
                             "no such tenant; the last part of the server URL must be a tenant id of the "
                             "configuration");
  }
  Office& office = found->second;
  const TenantAccount& account = office.account;
  if (!account.allow_unauthenticated && !presents(routed.request.headers, account.vapi_secret)) {
    log(LogLevel::warning, "vapi_unauthorized", {{"tenant", Loggable::safe(account.tenant.id)}});
    co_return unauthorized();
  }
  auto message = vapi::parse_server_message(routed.request.body);
  if (!message) {
    co_return error_response(400, "the body is not a Vapi server message: " + message.error().message);
  }
  const bool is_legacy = message->type == "function-call";
  if (message->type != "tool-calls" && !is_legacy) co_return HttpResponse::json(200, "{}");
  const auto calls = static_cast<std::int64_t>(message->calls.size());
  const Instant deadline = arrived + Duration(account.tenant.limits.voice_deadline_ms);
  const auto results = co_await answer(office, std::move(*message), deadline);
  log(LogLevel::info, "tool_calls",
      {{"tenant", Loggable::safe(account.tenant.id)},
       {"calls", calls},
       {"took_ms", (runtime_.now() - arrived).count()}});
  if (!is_legacy) co_return HttpResponse::json(200, vapi::serialise_results(results));
  if (results.empty()) co_return error_response(400, "the function-call message names no function");
  co_return HttpResponse::json(200, vapi::serialise_legacy_result(results.front()));
}

Task<std::vector<vapi::ToolResult>> Vapi::answer(Office& office, vapi::ServerMessage message, Instant deadline) {
  const bool is_recovered = co_await recovered_.wait_until(deadline);
  if (!is_recovered) co_return office.desk->late_replies(message.calls);
  co_return co_await office.desk->answer(std::move(message), deadline);
}

}  // namespace holdfast::daemon::routes
