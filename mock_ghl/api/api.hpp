// Api: the clean server. One request in, one answer out, no faults and no waiting; chaos wraps it from outside.
#pragma once

#include <string>

#include "core/net/http.hpp"
#include "mock_ghl/api/auth.hpp"
#include "mock_ghl/api/call.hpp"
#include "mock_ghl/api/rate_limit.hpp"
#include "mock_ghl/api/routes.hpp"

namespace mock_ghl::api {

// GHL without weather. Not thread-safe. `state` must outlive it.
class Api {
 public:
  Api(State& state, std::uint64_t seed) : state_(state), limiter_(state.settings()), trace_ids_(seed) {}

  // As `other`, on another state: a snapshot's.
  Api(State& state, const Api& other) : state_(state), limiter_(other.limiter_), trace_ids_(other.trace_ids_) {}

  // Authenticates, checks and runs `request`. When the answer is pending, finish it with commit(), now or later.
  // `match` must come from match_route() on the path of `target`, and both must outlive the call.
  Answer handle(const holdfast::net::HttpRequest& request, const holdfast::net::Target& target, const RouteMatch& match,
                Modifiers modifiers, holdfast::Instant now);
  // Commits a pending create or edit (no slot check) and makes its answer.
  holdfast::net::HttpResponse commit(PendingCommit pending, holdfast::Instant now);
  // The 429 of facts/ghl.md 1.6, as the limiter and chaos answer it; with `message` when that says something.
  holdfast::net::HttpResponse too_many_requests(std::string_view message = {});
  // Adds the rate-limit headers for the token of `request`, without counting it.
  void add_rate_headers(holdfast::net::HttpResponse& response, const holdfast::net::HttpRequest& request,
                        holdfast::Instant now);
  // What is wrong with an answer of the twin itself against the contract, as "create-task: body.task.id is missing";
  // empty for errors, for what is not JSON, and for operations whose reply is not declared.
  static std::vector<std::string> reply_violations(const RouteMatch& match, bool v3,
                                                   const holdfast::net::HttpResponse& response);
  // Other integrations eat from its budgets (quirk 49).
  RateLimiter& rate_limiter() { return limiter_; }
  // A UUID.
  std::string draw_trace_id();

 private:
  Answer run(const holdfast::net::HttpRequest& request, const holdfast::net::Target& target, const RouteMatch& match,
             const AccessToken* token, Answer refusal, const Modifiers& modifiers, holdfast::Instant now,
             const std::string& trace_id);

  State& state_;
  RateLimiter limiter_;
  holdfast::SplitMix64 trace_ids_;
};

}  // namespace mock_ghl::api
