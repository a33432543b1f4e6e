// Every operation of the nine booking resources (facts/ghl.md Appendix A), built or not, and how a request finds its
// own.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mock_ghl/api/call.hpp"
#include "mock_ghl/contract/contract.hpp"

namespace mock_ghl::api {

// One operation, in both dialects. `handler` is nullptr when the twin does not build it (501). Texts point into the
// contract, which lives as long as the process.
struct Route {
  std::string_view method;
  std::string_view pattern;
  std::string_view operation;  // GHL's operationId; what chaos globs match
  std::string_view resource;
  Handler handler = nullptr;
  const contract::Operation* dated = nullptr;  // nullptr: v3 only, 404 with a dated Version (facts/ghl.md 1.3)
  const contract::Operation* v3 = nullptr;     // nullptr: not in v3's files; it answers there as before

  // True when a dated Version does not know it.
  bool v3_only() const { return dated == nullptr; }
  // The rules of a dialect; v3's old paths follow the dated ones.
  const contract::Operation& spec(bool says_v3) const {
    return dated == nullptr || (says_v3 && v3 != nullptr) ? *v3 : *dated;
  }
};

// What a method and path name.
struct RouteMatch {
  const Route* route = nullptr;
  std::vector<std::string_view> captures;  // point into the path
  bool known_resource = false;             // the first segment is one of the nine: a wrong path is a 401 (quirk 25)
  bool other_resource = false;             // it is another resource of GHL's (facts/ghl.md 10.1): 501
};

// The whole table, in the order of the vendor's files, those of v3 only last. Built on first use.
std::span<const Route> all_routes();

// `path` as net::parse_target gives it: decoded, without a trailing slash. Literal segments win over captures.
RouteMatch match_route(std::string_view method, std::string_view path);

}  // namespace mock_ghl::api
