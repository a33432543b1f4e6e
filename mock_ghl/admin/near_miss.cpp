#include "mock_ghl/admin/near_miss.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/chaos/plan.hpp"
#include "mock_ghl/model/edit_distance.hpp"

namespace mock_ghl {

using holdfast::Json;

namespace {

// Costs of the differences between a path and a pattern; a wrong method weighs less than a missing segment.
constexpr std::size_t cost_missing = 7;
constexpr std::size_t cost_method = 6;
constexpr std::size_t cost_capture = 1;  // so that a route that says it literally is nearer
constexpr std::size_t segments_max = 16;

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
  Segments segments;
  while (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty() && segments.size() < segments_max) {
    const auto slash = std::min(path.find('/'), path.size());
    segments.push_back(path.substr(0, slash));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return segments;
}

std::size_t cost_between(std::string_view given, std::string_view wanted) {
  if (given == wanted) return 0;
  if (wanted.starts_with('{')) return given.empty() ? cost_missing : cost_capture;
  const std::size_t longest = std::min<std::size_t>(std::max(given.size(), wanted.size()), 64);
  return 2 + 16 * edit_distance(given, wanted) / std::max<std::size_t>(longest, 1);
}

std::size_t cost_between_methods(std::string_view given, std::string_view wanted) {
  if (given == wanted) return 0;
  // GHL knows no PATCH: who sends one means a PUT.
  return given == "PATCH" && wanted == "PUT" ? cost_method - 1 : cost_method;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 64)) + "\"";
}

// How a path differs from a pattern, segment by segment: the cheapest alignment.
struct Alignment {
  std::size_t cost = 0;
  std::vector<std::string> differences;
};

Alignment align(const Segments& given, const Segments& wanted) {
  std::array<std::array<std::size_t, segments_max + 1>, segments_max + 1> cost{};
  for (std::size_t i = 0; i <= given.size(); ++i) {
    for (std::size_t j = 0; j <= wanted.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = (i + j) * cost_missing;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j - 1] + cost_between(given[i - 1], wanted[j - 1]),
                             cost[i - 1][j] + cost_missing, cost[i][j - 1] + cost_missing});
    }
  }
  Alignment alignment{.cost = cost[given.size()][wanted.size()], .differences = {}};
  std::size_t i = given.size();
  std::size_t j = wanted.size();
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + cost_between(given[i - 1], wanted[j - 1])) {
      --i, --j;
      if (given[i] == wanted[j] || wanted[j].starts_with('{')) continue;
      alignment.differences.push_back(quoted(given[i]) + " should be " + quoted(wanted[j]));
    } else if (j > 0 && cost[i][j] == cost[i][j - 1] + cost_missing) {
      alignment.differences.push_back("it lacks " + quoted(wanted[--j]));
    } else {
      alignment.differences.push_back(quoted(given[--i]) + " is too much");
    }
  }
  std::ranges::reverse(alignment.differences);
  return alignment;
}

// The "message" of an error body, whatever its shape; "" when it has none.
std::string message_of(const std::string& body) {
  const auto parsed = holdfast::parse_json(body);
  if (!parsed) return {};
  const Json* message = holdfast::find_member(*parsed, "message");
  if (message == nullptr) return {};
  if (message->is_string()) return message->get<std::string>();
  if (!message->is_array()) return {};
  std::string joined;
  for (const Json& one : *message) {
    if (one.is_string()) joined += (joined.empty() ? "" : "; ") + one.get<std::string>();
  }
  return joined;
}

// What the route itself asks for that the request did not have.
std::string hint(const RequestRecord& record, const std::string& path) {
  const api::RouteMatch match = api::match_route(record.method, path);
  if (match.route == nullptr) return {};
  if (match.route->v3_only() && record.version != "v3") return "; this route exists with \"Version: v3\" only";
  const bool has_body = !record.request_body.empty() && record.method != "GET";
  if (record.status == 422 && has_body && !record.sent_as_json)
    return "; the body is checked only when Content-Type says JSON";
  return {};
}

}  // namespace

std::string nearest_route(std::string_view method, std::string_view path) {
  const Segments given = split(path);
  const api::Route* nearest = nullptr;
  Alignment best;
  for (const api::Route& route : api::all_routes()) {
    Alignment alignment = align(given, split(route.pattern));
    alignment.cost += cost_between_methods(method, route.method);
    if (nearest != nullptr && alignment.cost >= best.cost) continue;
    nearest = &route;
    best = std::move(alignment);
  }
  if (nearest == nullptr) return "there are no routes";
  if (nearest->method != method) {
    best.differences.insert(best.differences.begin(), "the method should be " + std::string(nearest->method));
  }
  std::string sentence = "the closest route is " + std::string(nearest->method) + " " + std::string(nearest->pattern) +
                         " (" + std::string(nearest->operation) + ")";
  for (std::size_t i = 0; i < best.differences.size(); ++i) {
    sentence += (i == 0 ? ": " : ", ") + best.differences[i];
  }
  return sentence;
}

std::optional<std::string> explain(const RequestRecord& record) {
  if (record.outcome != RequestRecord::Outcome::answered) return std::nullopt;
  const std::string path = holdfast::net::parse_target(record.target).path;
  if (record.operation == "unknown" && record.status != 501) return nearest_route(record.method, path);
  for (std::size_t i = 0; i < fault_count; ++i) {
    if (((record.faults >> i) & 1U) != 0 && decides(static_cast<Fault>(i))) return std::nullopt;
  }
  if (record.status < 400 || (record.status > 499 && record.status != 501)) return std::nullopt;
  const std::string message = message_of(record.response_body);
  return "it was refused with " + std::to_string(record.status) +
         (message.empty() ? std::string(" and no message") : ": " + message) + hint(record, path);
}

}  // namespace mock_ghl
