#include "core/daemon/routes/dispatch.hpp"

#include <exception>
#include <string_view>
#include <utility>

#include "core/base/json.hpp"
#include "core/base/log.hpp"

namespace holdfast::daemon::routes {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using net::Task;

HttpResponse refuse_method(const net::Router& router, std::string_view path) {
  std::string allowed;
  for (const std::string_view method : {"GET", "POST"}) {
    if (router.match(method, path).handler == nullptr) continue;
    allowed += (allowed.empty() ? "" : ", ") + std::string(method);
  }
  HttpResponse response = error_response(405, "this path only takes " + allowed);
  response.headers.set("Allow", allowed);
  return response;
}

Task<HttpResponse> route(const net::Router& router, HttpRequest request, std::string nothing_here) {
  net::Target target = net::parse_target(request.target);
  // A HEAD is a GET whose body the server leaves out.
  const net::Router::Match match = router.match(request.method == "HEAD" ? "GET" : request.method, target.path);
  if (match.handler == nullptr) {
    if (match.path_known) co_return refuse_method(router, target.path);
    co_return error_response(404, nothing_here);
  }
  const net::RouteHandler handler = *match.handler;
  co_return co_await handler({std::move(request), std::move(target), match.captures});
}

}  // namespace

HttpResponse error_response(int status, const std::string& sentence) {
  return HttpResponse::json(status, dump_json(Json{{"error", sentence}}));
}

Task<HttpResponse> dispatch(const net::Router& router, HttpRequest request, std::string nothing_here) {
  HttpResponse response;
  try {
    response = co_await route(router, std::move(request), std::move(nothing_here));
  } catch (const std::exception& error) {
    log(LogLevel::error, "request_failed", {{"error", Loggable::safe(error.what())}});
    response = error_response(500, "an internal error; the server's log says more");
  }
  co_return response;
}

}  // namespace holdfast::daemon::routes
