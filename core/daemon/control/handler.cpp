#include "core/daemon/control/handler.hpp"

#include <functional>
#include <utility>

#include "core/base/json.hpp"
#include "core/base/log.hpp"
#include "core/daemon/authentication.hpp"
#include "core/daemon/routes/dispatch.hpp"

namespace holdfast::daemon::control {

using net::HttpRequest;
using net::HttpResponse;
using net::RoutedRequest;
using net::Task;

namespace {

HttpResponse answer(const Json& body) {
  return HttpResponse::json(200, dump_json(body));
}

HttpResponse refusal(const Error& error) {
  int status = 503;
  if (error.kind == ErrorKind::unauthorized) status = 401;
  if (error.kind == ErrorKind::not_found) status = 404;
  if (error.kind == ErrorKind::invalid_input) status = 400;
  if (error.kind == ErrorKind::refused || error.kind == ErrorKind::conflict) status = 409;
  return HttpResponse::json(status, dump_json(Json{{"error", error.message}, {"kind", to_string(error.kind)}}));
}

// What is JSON is shown as such, everything else as a text.
Json embedded(const std::string& text) {
  auto parsed = parse_json(text);
  return parsed ? std::move(*parsed) : Json(text);
}

// Without the payload, which may hold names.
Json summary(const Job& job, Instant now) {
  Json json{{"id", job.id},
            {"tenant", job.tenant},
            {"kind", job.kind},
            {"intent", job.intent_id},
            {"given_up", job.given_up},
            {"attempts", job.attempts},
            {"last_error", job.last_error}};
  if (!job.given_up) json["due_in_ms"] = (job.due_at - now).count();
  return json;
}

// Without the details, which may hold names.
Json summary(const Review& review, Instant now) {
  Json json{{"id", review.id},
            {"tenant", review.tenant},
            {"kind", review.kind},
            {"intent", review.intent_id},
            {"question", review.question},
            {"open_for_ms", (now - review.opened_at).count()},
            {"resolved", review.resolution.has_value()}};
  if (review.resolution) json["resolution"] = *review.resolution;
  return json;
}

template <class Item>
HttpResponse list(const char* name, const std::vector<Item>& items, Instant now) {
  Json listed = Json::array();
  for (const Item& item : items) {
    if (listed.size() < listed_max) listed.push_back(summary(item, now));
  }
  return answer({{name, std::move(listed)}, {"more", items.size() > listed_max}});
}

Task<HttpResponse> refuse(HttpResponse response) {
  co_return response;
}

}  // namespace

Handler::Handler(const net::Clock& clock, Administration& administration)
    : clock_(clock), administration_(administration) {
  const auto with_id = [this](Task<HttpResponse> (Handler::*method)(std::string)) {
    return [this, method](RoutedRequest routed) -> Task<HttpResponse> {
      auto id = routed.target.parameter("id");
      if (!id) return refuse(refusal({.kind = ErrorKind::invalid_input, .message = "Which one? Name it with ?id=."}));
      return (this->*method)(std::move(*id));
    };
  };
  router_.add("GET", "/jobs", [this](RoutedRequest) { return list_jobs(); });
  router_.add("GET", "/job", with_id(&Handler::show_job));
  router_.add("POST", "/job/retry", with_id(&Handler::retry_job));
  router_.add("POST", "/job/drop", with_id(&Handler::drop_job));
  router_.add("GET", "/reviews", [this](RoutedRequest) { return list_reviews(); });
  router_.add("GET", "/review", with_id(&Handler::show_review));
  router_.add("POST", "/review/resolve", [this](RoutedRequest routed) {
    return resolve_review(routed.target.parameter("id").value_or(""), std::move(routed.request.body));
  });
}

Task<HttpResponse> Handler::handle(HttpRequest request) {
  return routes::dispatch(router_, std::move(request),
                          "nothing is here; this is the control channel of holdfastd, for its own commands");
}

Task<HttpResponse> Handler::list_jobs() {
  const auto jobs = co_await administration_.jobs(listed_max + 1);
  if (!jobs) co_return refusal(jobs.error());
  co_return list("jobs", *jobs, clock_.now());
}

Task<HttpResponse> Handler::show_job(std::string id) {
  const auto job = co_await administration_.job(std::move(id));
  if (!job) co_return refusal(job.error());
  Json json = summary(*job, clock_.now());
  json["payload"] = embedded(job->payload);
  co_return answer({{"job", std::move(json)}});
}

Task<HttpResponse> Handler::retry_job(std::string id) {
  const auto job = co_await administration_.job(id);
  if (!job) co_return refusal(job.error());
  const auto done = co_await administration_.retry_job(std::move(id));
  if (!done) co_return refusal(done.error());
  log(LogLevel::info, "job_retried_by_operator", {{"job", Loggable::safe(job->id)}});
  co_return answer({{"job", summary(*job, clock_.now())}});
}

Task<HttpResponse> Handler::drop_job(std::string id) {
  const auto job = co_await administration_.job(id);
  if (!job) co_return refusal(job.error());
  const auto done = co_await administration_.drop_job(std::move(id));
  if (!done) co_return refusal(done.error());
  log(LogLevel::warning, "job_dropped_by_operator", {{"job", Loggable::safe(job->id)}});
  co_return answer({{"job", summary(*job, clock_.now())}});
}

Task<HttpResponse> Handler::list_reviews() {
  const auto reviews = co_await administration_.reviews(listed_max + 1);
  if (!reviews) co_return refusal(reviews.error());
  co_return list("reviews", *reviews, clock_.now());
}

Task<HttpResponse> Handler::show_review(std::string id) {
  const auto review = co_await administration_.review(std::move(id));
  if (!review) co_return refusal(review.error());
  Json json = summary(*review, clock_.now());
  json["details"] = embedded(review->details);
  co_return answer({{"review", std::move(json)}});
}

Task<HttpResponse> Handler::resolve_review(std::string id, std::string body) {
  const auto asked = parse_json(body);
  const auto resolution = asked ? string_member(*asked, "resolution") : std::nullopt;
  if (!resolution || resolution->empty()) {
    co_return refusal({.kind = ErrorKind::invalid_input, .message = "Say what was found or done as \"resolution\"."});
  }
  const auto review = co_await administration_.review(id);
  if (!review) co_return refusal(review.error());
  const auto done = co_await administration_.resolve_review(std::move(id), *resolution);
  if (!done) co_return refusal(done.error());
  log(LogLevel::info, "review_resolved_by_operator", {{"review", Loggable::safe(review->id)}});
  co_return answer({{"review", summary(*review, clock_.now())}});
}

net::HttpHandler guarded(Secret secret, Handler& handler) {
  return [secret = std::move(secret), &handler](HttpRequest request) -> Task<HttpResponse> {
    if (presents(request.headers, secret)) return handler.handle(std::move(request));
    log(LogLevel::warning, "control_unauthorized");
    return refuse(refusal({.kind = ErrorKind::unauthorized, .message = "This is holdfastd's own control channel."}));
  };
}

}  // namespace holdfast::daemon::control
