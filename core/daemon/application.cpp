#include "core/daemon/application.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/assert.hpp"
#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/booking/front_desk.hpp"
#include "core/booking/replies.hpp"
#include "core/net/one_shot.hpp"
#include "core/net/router.hpp"
#include "core/net/task_group.hpp"
#include "core/vapi/messages.hpp"

namespace holdfast::daemon {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using net::RoutedRequest;
using net::Task;
using Results = std::vector<vapi::ToolResult>;

// More calls in one message than any assistant makes (facts/vapi.md 7).
constexpr std::size_t calls_max = 32;

HttpResponse error_response(int status, const std::string& sentence) {
  return HttpResponse::json(status, dump_json(Json{{"error", sentence}}));
}

// The secret that a request presents: "Authorization: Bearer …" or "X-Vapi-Secret: …" (facts/vapi.md 1).
bool presents(const net::HttpHeaders& headers, const Secret& secret) {
  if (secret.empty()) return false;  // nothing configured is not the same as anything goes
  bool matches = false;
  if (const auto given = headers.find("X-Vapi-Secret")) matches = secret.equals(*given);
  if (const auto authorization = headers.find("Authorization")) {
    constexpr std::string_view scheme = "bearer ";
    const std::string_view text = *authorization;
    const bool is_bearer = text.size() > scheme.size() &&
                           std::equal(scheme.begin(), scheme.end(), text.begin(), [](char wanted, char got) {
                             return wanted == (got >= 'A' && got <= 'Z' ? static_cast<char>(got - 'A' + 'a') : got);
                           });
    if (is_bearer) {
      std::string_view token = text.substr(scheme.size());
      while (token.starts_with(' ')) token.remove_prefix(1);
      while (token.ends_with(' ')) token.remove_suffix(1);
      matches = secret.equals(token) || matches;
    }
  }
  return matches;
}

// What every call of a message hears while nothing can be said yet. A booking may be under way, so it is "pending".
Results not_yet(const std::vector<vapi::ToolCall>& calls) {
  Results results;
  for (const vapi::ToolCall& call : calls) {
    const bool is_booking = call.name == "book_appointment";
    results.push_back({.id = call.id,
                       .name = call.name,
                       .text = booking::plain_reply(is_booking ? "pending" : "error",
                                                    "One moment please, I am just getting the calendar open.")});
  }
  return results;
}

}  // namespace

struct Application::Parts {
  // One tenant with what works for it. The desk is destroyed before the client it uses.
  struct Office {
    TenantAccount account;
    std::unique_ptr<ghl::Client> client;
    std::unique_ptr<booking::FrontDesk> desk;
  };
  Parts(net::Runtime runtime_in) : runtime(std::move(runtime_in)), recovered(runtime.clock), tasks(runtime) {}

  void add_routes();
  Task<HttpResponse> dispatch(HttpRequest request);
  Task<HttpResponse> serve_vapi(RoutedRequest routed);
  Task<Results> answer(Office& office, vapi::ServerMessage message);
  static Task<void> answer_into(Office& office, vapi::ServerMessage message, net::OneShot<Results> results);
  HttpResponse refuse_method(std::string_view path) const;

  net::Runtime runtime;
  std::map<std::string, Office, std::less<>> offices;
  net::Router router;
  net::OneShot<> recovered;
  net::TaskGroup tasks;
  bool stopping = false;
};

Application::Application(net::Runtime runtime, std::vector<TenantAccount> tenants, ledger::Ledger& ledger,
                         net::HttpTransport& ghl)
    : parts_(std::make_unique<Parts>(std::move(runtime))) {
  for (TenantAccount& account : tenants) {
    auto client = std::make_unique<ghl::Client>(
        parts_->runtime, ghl,
        ghl::ClientOptions{
            .location_id = account.tenant.location_id, .token = account.ghl_token, .retry = account.retry});
    auto desk = std::make_unique<booking::FrontDesk>(parts_->runtime, account.tenant, ledger, *client);
    const std::string id = account.tenant.id;
    const bool is_new =
        parts_->offices.emplace(id, Parts::Office{std::move(account), std::move(client), std::move(desk)}).second;
    HOLDFAST_ASSERT(is_new);
  }
  parts_->add_routes();
}

Application::~Application() = default;

Task<Result<void>> Application::start() {
  for (auto& [id, office] : parts_->offices) {
    auto recovered = co_await office.desk->recover();
    if (!recovered) co_return fail(std::move(recovered).error());
  }
  if (parts_->stopping) co_return Result<void>{};
  for (auto& [id, office] : parts_->offices) office.desk->start();
  parts_->recovered.set();
  co_return Result<void>{};
}

Task<HttpResponse> Application::handle(HttpRequest request) {
  HttpResponse response;
  try {
    response = co_await parts_->dispatch(std::move(request));
  } catch (const std::exception& error) {
    log(LogLevel::error, "request_failed", {{"error", Loggable::safe(error.what())}});
    response = error_response(500, "an internal error; the server's log says more");
  }
  co_return response;
}

void Application::stop() {
  parts_->stopping = true;
  for (auto& [id, office] : parts_->offices) office.desk->stop();
}

Task<bool> Application::drain(Instant deadline) {
  bool ended = co_await parts_->tasks.drain(deadline);
  for (auto& [id, office] : parts_->offices) {
    const bool desk_ended = co_await office.desk->drain(deadline);
    ended = ended && desk_ended;
  }
  co_return ended;
}

void Application::Parts::add_routes() {
  router.add("POST", "/vapi/{tenant}", [this](RoutedRequest routed) { return serve_vapi(std::move(routed)); });
  router.add("GET", "/healthz",
             [](RoutedRequest) -> Task<HttpResponse> { co_return HttpResponse::json(200, R"({"status":"ok"})"); });
  router.add("GET", "/readyz", [this](RoutedRequest) -> Task<HttpResponse> {
    if (stopping) co_return HttpResponse::json(503, R"({"status":"stopping"})");
    if (!recovered.is_set()) co_return HttpResponse::json(503, R"({"status":"recovering"})");
    co_return HttpResponse::json(200, R"({"status":"ok"})");
  });
}

Task<HttpResponse> Application::Parts::dispatch(HttpRequest request) {
  net::Target target = net::parse_target(request.target);
  // A HEAD is a GET whose body the server leaves out.
  const net::Router::Match match = router.match(request.method == "HEAD" ? "GET" : request.method, target.path);
  if (match.handler == nullptr) {
    if (match.path_known) co_return refuse_method(target.path);
    co_return error_response(404,
                             "nothing is here; Vapi's server URL is /vapi/{tenant}, health is at /healthz and "
                             "/readyz");
  }
  const net::RouteHandler handler = *match.handler;
  RoutedRequest routed{std::move(request), std::move(target), match.captures};
  co_return co_await handler(std::move(routed));
}

HttpResponse Application::Parts::refuse_method(std::string_view path) const {
  std::string allowed;
  for (const std::string_view method : {"GET", "POST"}) {
    if (router.match(method, path).handler == nullptr) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
  }
  HttpResponse response = error_response(405, "this path only takes " + allowed);
  response.headers.set("Allow", allowed);
  return response;
}

Task<HttpResponse> Application::Parts::serve_vapi(RoutedRequest routed) {
  const auto found = offices.find(routed.captures.front());
  if (found == offices.end()) {
    co_return error_response(404,
                             "no such tenant; the last part of the server URL must be a tenant id of the "
                             "configuration");
  }
  Office& office = found->second;
  const TenantAccount& account = office.account;
  if (!account.allow_unauthenticated && !presents(routed.request.headers, account.vapi_secret)) {
    log(LogLevel::warning, "vapi_unauthorized", {{"tenant", Loggable::safe(account.tenant.id)}});
    HttpResponse response = error_response(401,
                                           "the secret is missing or wrong; send it as \"Authorization: Bearer "
                                           "<secret>\" or \"X-Vapi-Secret: <secret>\"");
    response.headers.set("WWW-Authenticate", "Bearer");
    co_return response;
  }
  auto message = vapi::parse_server_message(routed.request.body);
  if (!message) {
    co_return error_response(400, "the body is not a Vapi server message: " + message.error().message);
  }
  const bool is_legacy = message->type == "function-call";
  if (message->type != "tool-calls" && !is_legacy) co_return HttpResponse::json(200, "{}");
  const Instant began = runtime.now();
  const auto calls = static_cast<std::int64_t>(message->calls.size());
  const Results results = co_await answer(office, std::move(*message));
  log(LogLevel::info, "tool_calls",
      {{"tenant", Loggable::safe(account.tenant.id)}, {"calls", calls}, {"took_ms", (runtime.now() - began).count()}});
  if (!is_legacy) co_return HttpResponse::json(200, vapi::serialise_results(results));
  if (results.empty()) co_return error_response(400, "the function-call message names no function");
  co_return HttpResponse::json(200, vapi::serialise_legacy_result(results.front()));
}

Task<Results> Application::Parts::answer(Office& office, vapi::ServerMessage message) {
  if (message.calls.size() > calls_max) {
    Results results;
    for (const vapi::ToolCall& call : message.calls) {
      results.push_back({.id = call.id,
                         .name = call.name,
                         .text = "Too many tool calls at once; make at most 32 in one message.",
                         .is_error = true});
    }
    co_return results;
  }
  if (recovered.is_set()) co_return co_await office.desk->answer(std::move(message));

  // The wait for recovery counts against the voice deadline, and the desk would take a whole deadline of its own: so it
  // answers into a box that is only waited for as long as is left. What it does goes on, and a repeated call hears it.
  const Instant deadline = runtime.now() + Duration(office.account.tenant.limits.voice_deadline_ms);
  const bool is_recovered = co_await recovered.wait_until(deadline);
  const std::vector<vapi::ToolCall> calls = message.calls;
  if (!is_recovered) co_return not_yet(calls);
  net::OneShot<Results> results(runtime.clock);
  tasks.spawn(answer_into(office, std::move(message), results));
  if (!co_await results.wait_until(deadline)) co_return not_yet(calls);
  co_return std::move(results.value());
}

Task<void> Application::Parts::answer_into(Office& office, vapi::ServerMessage message, net::OneShot<Results> results) {
  results.set(co_await office.desk->answer(std::move(message)));
}

}  // namespace holdfast::daemon
