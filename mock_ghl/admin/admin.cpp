#include "mock_ghl/admin/admin.hpp"

#include <vector>

#include "core/base/edit_distance.hpp"
#include "mock_ghl/admin/answers.hpp"
#include "mock_ghl/admin/near_miss.hpp"
#include "mock_ghl/admin/route.hpp"
#include "mock_ghl/api/route_index.hpp"

namespace mock_ghl {

using holdfast::net::HttpRequest;
using holdfast::net::HttpResponse;

namespace {

constexpr std::string_view prefix = "/__mock";

HttpResponse list_routes(const admin::Call& call);

// All admin routes, and the way to each.
class Table {
 public:
  Table() : index_(patterns_of(routes_)) {}

  std::span<const admin::Route> routes() const { return routes_; }
  // nullptr when there is none; what its {NAME} stands for goes to `name`.
  const admin::Route* find(std::string_view method, const std::string& path, std::string& name) const {
    std::vector<std::string_view> captures;
    const std::size_t place = index_.find(method, path, captures);
    if (place == api::RouteIndex::none) return nullptr;
    if (!captures.empty()) name = captures.front();
    return &routes_[place];
  }
  // "GET, PUT": what a path answers to; "" for one that is not there.
  std::string methods_of(const std::string& path) const {
    std::string methods;
    std::string ignored;
    for (const std::string_view method : {"GET", "POST", "PUT", "DELETE"}) {
      if (find(method, path, ignored) != nullptr) methods += (methods.empty() ? "" : ", ") + std::string(method);
    }
    return methods;
  }
  const admin::Route& nearest(std::string_view method, const std::string& path) const {
    const auto distance = [&](const admin::Route& route) {
      return 2 * holdfast::edit_distance(path, route.path) + (route.method == method ? 0 : 1);
    };
    return *std::ranges::min_element(routes_, {}, distance);
  }

 private:
  static std::vector<admin::Route> all() {
    std::vector<admin::Route> made{{"GET", prefix, &list_routes, "these routes"}};
    for (const auto part : {admin::world_routes(), admin::journal_routes(), admin::snapshot_routes(),
                            admin::token_routes(), admin::webhook_routes()}) {
      made.insert(made.end(), part.begin(), part.end());
    }
    return made;
  }
  static std::vector<api::RoutePattern> patterns_of(const std::vector<admin::Route>& routes) {
    std::vector<api::RoutePattern> patterns;
    for (const admin::Route& route : routes) patterns.push_back({route.method, route.path});
    return patterns;
  }

  std::vector<admin::Route> routes_ = all();
  api::RouteIndex index_;
};

const Table& table() {
  static const Table all;
  return all;
}

// One route a line, so that a terminal shows a table and a program reads JSON.
HttpResponse list_routes(const admin::Call& /*call*/) {
  std::string text = "{\"routes\":[";
  const char* separator = "\n";
  for (const admin::Route& route : table().routes()) {
    const nlohmann::ordered_json line{{"method", route.method}, {"path", route.path}, {"does", route.does}};
    text += separator + line.dump();
    separator = ",\n";
  }
  return HttpResponse::json(200, text + "\n]}\n");
}

HttpResponse no_such_route(const HttpRequest& request, const std::string& path) {
  if (const std::string methods = table().methods_of(path); !methods.empty()) {
    HttpResponse response = admin::failure(405, path + " does not know " + request.method + "; it answers " + methods);
    response.headers.set("Allow", methods);
    return response;
  }
  const admin::Route& nearest = table().nearest(request.method, path);
  return admin::failure(404, "there is no admin route " + path + "; the closest is " + std::string(nearest.method) +
                                 " " + std::string(nearest.path) + ". GET /__mock lists them all");
}

}  // namespace

bool is_admin_request(const HttpRequest& request) {
  const std::string_view target = request.target;
  if (!target.starts_with(prefix)) return false;
  return target.size() == prefix.size() || target[prefix.size()] == '/' || target[prefix.size()] == '?';
}

HttpResponse handle_admin(Twin& twin, const HttpRequest& request) {
  admin::Call call{.twin = twin, .request = request, .target = holdfast::net::parse_target(request.target)};
  const admin::Route* route = table().find(request.method, call.target.path, call.name);
  return route != nullptr ? route->handler(call) : no_such_route(request, call.target.path);
}

}  // namespace mock_ghl
