// Handler: the operator's requests, as HTTP, on an Administration.
#pragma once

#include <string>

#include "core/base/secret.hpp"
#include "core/daemon/control/administration.hpp"
#include "core/net/clock.hpp"
#include "core/net/router.hpp"

namespace holdfast::daemon::control {

// At most this many jobs or reviews are listed at once; the answer says when there are more.
inline constexpr std::size_t listed_max = 500;

//   GET  /jobs                                    {"jobs": […], "more": false}
//   GET  /job?id=…                                {"job": {…, "payload": …}}
//   POST /job/retry?id=…, POST /job/drop?id=…     {"job": {…}} as it was
//   GET  /reviews                                 {"reviews": […], "more": false}
//   GET  /review?id=…                             {"review": {…, "details": …}}
//   POST /review/resolve?id=… {"resolution": "…"} {"review": {…}} as it was
//
// Times are told as distances from now, in milliseconds. Only /job and /review tell what may hold personal data. A
// failure is {"error": sentence, "kind": name} with 400, 404, 409 (refused) or 503. The same object answers a daemon's
// control channel and a command that works on a ledger no daemon runs on.
class Handler {
 public:
  // Both must outlive the answers under way.
  Handler(const net::Clock& clock, Administration& administration);
  Handler(const Handler&) = delete;
  Handler& operator=(const Handler&) = delete;

  // One request in, one response out; never throws. Who may ask is not looked at here: see guarded().
  net::Task<net::HttpResponse> handle(net::HttpRequest request);

 private:
  net::Task<net::HttpResponse> list_jobs();
  net::Task<net::HttpResponse> show_job(std::string id);
  net::Task<net::HttpResponse> retry_job(std::string id);
  net::Task<net::HttpResponse> drop_job(std::string id);
  net::Task<net::HttpResponse> list_reviews();
  net::Task<net::HttpResponse> show_review(std::string id);
  net::Task<net::HttpResponse> resolve_review(std::string id, std::string body);

  const net::Clock& clock_;
  Administration& administration_;
  net::Router router_;
};

// `handler` for whoever presents `secret` ("Authorization: Bearer …"); 401 for everybody else. `handler` must outlive
// the answers under way.
net::HttpHandler guarded(Secret secret, Handler& handler);

}  // namespace holdfast::daemon::control
