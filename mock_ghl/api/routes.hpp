// Every operation of the nine booking resources (facts/ghl.md Appendix A), built or not, and how a request finds its
// own.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// One operation. `handler` is nullptr when the twin does not build it (501).
struct Route {
  std::string_view method;
  std::string_view pattern;
  std::string_view operation;  // GHL's operationId; what chaos globs match
  std::string_view scope;      // "" when none is declared
  bool v3_only = false;        // 404 with a dated Version (facts/ghl.md 1.3)
  Handler handler = nullptr;
};

// What a method and path name.
struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string_view> captures;  // point into the path
  bool known_resource = false;             // the first segment is one of the nine: a wrong path is a 401 (quirk 25)
};

// The whole table, in the order of facts/ghl.md Appendix A.
std::span<const Route> all_routes();

// `path` as net::parse_target gives it: decoded, without a trailing slash. Literal segments win over captures.
RouteMatch match_route(std::string_view method, std::string_view path);

}  // namespace mock_ghl::api
