#include "tests/mock_ghl/operation_coverage.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>

#include "core/net/router.hpp"
#include "mock_ghl/api/routes.hpp"

namespace mock_ghl::tests {
namespace {

using Key = std::pair<const api::Route*, bool>;  // the bool: v3

std::map<Key, std::set<int>>& answers() {
  static std::map<Key, std::set<int>> seen;
  return seen;
}

bool is_success(int status) {
  return status >= 200 && status < 400;
}

// The one declared error that the twin has no cause for: apps own no messages in it, so none is another app's.
bool has_no_cause(const api::Route& route, int error) {
  return route.operation == "update-email-message-status" && error == 403;
}

// What one operation declares and was never seen to answer. A success is looked for in each dialect; an error in any,
// for a wrong Version, which is how every operation comes to a 400, belongs to none.
std::string missing(const api::Route& route) {
  const std::set<int>& dated = answers()[{&route, false}];
  const std::set<int>& v3 = answers()[{&route, true}];
  std::string list;
  const auto has_success = [](const std::set<int>& seen) { return std::any_of(seen.begin(), seen.end(), is_success); };
  if (route.dated != nullptr && !has_success(dated)) list += " success";
  if (route.v3 != nullptr && !has_success(v3)) list += " success (v3)";
  for (const contract::Operation* operation : {route.dated, route.v3}) {
    if (operation == nullptr) continue;
    for (const int error : operation->errors) {
      if (!dated.contains(error) && !v3.contains(error) && !has_no_cause(route, error))
        list += " " + std::to_string(error);
    }
  }
  return list;
}

class EveryOperation : public ::testing::Environment {
 public:
  void TearDown() override {
    const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
    if (all.test_to_run_count() != all.total_test_count() || !all.Passed()) return;
    for (const api::Route& route : api::all_routes()) {
      if (route.handler == nullptr) continue;
      EXPECT_EQ(missing(route), "") << route.operation << " was never seen to answer these";
    }
  }
};

const auto* const registered = ::testing::AddGlobalTestEnvironment(new EveryOperation);

}  // namespace

void note_answer(const holdfast::net::HttpRequest& request, const holdfast::net::HttpResponse& response) {
  const holdfast::net::Target target = holdfast::net::parse_target(request.target);
  const api::RouteMatch match = api::match_route(request.method, target.path);
  if (match.route == nullptr) return;
  answers()[{match.route, request.headers.find("Version").value_or("") == "v3"}].insert(response.status);
}

}  // namespace mock_ghl::tests
