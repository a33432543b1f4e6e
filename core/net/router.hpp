// Router: method and path pattern to handler.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/net/http.hpp"

namespace holdfast::net {

// What a routed handler gets: the request, its decoded target, and the path's captures in the order of the pattern.
struct RoutedRequest {
  HttpRequest request;
  Target target;
  std::vector<std::string> captures;
};

using RouteHandler = std::function<Task<HttpResponse>(RoutedRequest)>;

// A fixed table of routes, filled before serving and then only read. A pattern is a path whose segments in braces match
// any one segment: "/calendars/{id}/free-slots". A literal segment wins over a capture.
class Router {
 public:
  // Adds a route; the braces' names are for the reader.
  void add(std::string_view method, std::string_view pattern, RouteHandler handler);
  // The handler of a request with its captures; `path_known` tells a wrong method (405) from an unknown path (404).
  struct Match {
    const RouteHandler* handler = nullptr;
    std::vector<std::string> captures;
    std::string_view pattern;
    bool path_known = false;
  };
  Match match(std::string_view method, std::string_view path) const;

 private:
  struct Route {
    std::string method;
    std::string pattern;
    std::vector<std::string> segments;
    RouteHandler handler;
  };
  std::vector<Route> routes_;
};

}  // namespace holdfast::net
