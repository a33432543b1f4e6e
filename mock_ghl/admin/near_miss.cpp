#include "mock_ghl/admin/near_miss.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

#include "core/base/edit_distance.hpp"
#include "core/base/json.hpp"
#include "core/net/http.hpp"
#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/chaos/plan.hpp"

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

// A route with its pattern's segments.
struct Pattern {
  const api::Route* route = nullptr;
  Segments segments;
};

// Split once: the table does not change.
const std::vector<Pattern>& patterns() {
  static const std::vector<Pattern> all = [] {
    std::vector<Pattern> made;
    for (const api::Route& route : api::all_routes()) made.push_back({&route, split(route.pattern)});
    return made;
  }();
  return all;
}

std::size_t literal_cost(std::string_view given, std::string_view wanted) {
  if (given == wanted) return 0;
  const std::size_t longest = std::min<std::size_t>(std::max(given.size(), wanted.size()), 64);
  return 2 + 16 * holdfast::edit_distance(given, wanted) / std::max<std::size_t>(longest, 1);
}

// What it costs to put one segment for another. The same literals stand in many patterns, so each is compared with a
// path's segments once.
class Costs {
 public:
  std::size_t between(std::string_view given, std::string_view wanted) {
    if (wanted.starts_with('{')) return given.empty() ? cost_missing : given == wanted ? 0 : cost_capture;
    const auto [it, fresh] = known_.try_emplace({given, wanted}, 0);
    if (fresh) it->second = literal_cost(given, wanted);
    return it->second;
  }

 private:
  struct Hash {
    std::size_t operator()(const std::pair<std::string_view, std::string_view>& pair) const {
      return std::hash<std::string_view>()(pair.first) * 31 + std::hash<std::string_view>()(pair.second);
    }
  };
  std::unordered_map<std::pair<std::string_view, std::string_view>, std::size_t, Hash> known_;
};

std::size_t cost_between_methods(std::string_view given, std::string_view wanted) {
  if (given == wanted) return 0;
  // GHL knows no PATCH: who sends one means a PUT.
  return given == "PATCH" && wanted == "PUT" ? cost_method - 1 : cost_method;
}

std::string quoted(std::string_view text) {
  return "\"" + std::string(text.substr(0, 64)) + "\"";
}

// The cheapest alignment of the first i segments of a path with the first j of a pattern.
using Alignment = std::array<std::array<std::size_t, segments_max + 1>, segments_max + 1>;

std::size_t align(const Segments& given, const Segments& wanted, Costs& costs, Alignment& cost) {
  for (std::size_t i = 0; i <= given.size(); ++i) {
    for (std::size_t j = 0; j <= wanted.size(); ++j) {
      if (i == 0 || j == 0) {
        cost[i][j] = (i + j) * cost_missing;
        continue;
      }
      cost[i][j] = std::min({cost[i - 1][j - 1] + costs.between(given[i - 1], wanted[j - 1]),
                             cost[i - 1][j] + cost_missing, cost[i][j - 1] + cost_missing});
    }
  }
  return cost[given.size()][wanted.size()];
}

// How a path differs from a pattern, segment by segment.
std::vector<std::string> differences(const Segments& given, const Segments& wanted, Costs& costs) {
  Alignment cost{};
  align(given, wanted, costs, cost);
  std::vector<std::string> found;
  std::size_t i = given.size();
  std::size_t j = wanted.size();
  while (i > 0 || j > 0) {
    if (i > 0 && j > 0 && cost[i][j] == cost[i - 1][j - 1] + costs.between(given[i - 1], wanted[j - 1])) {
      --i, --j;
      if (given[i] == wanted[j] || wanted[j].starts_with('{')) continue;
      found.push_back(quoted(given[i]) + " should be " + quoted(wanted[j]));
    } else if (j > 0 && cost[i][j] == cost[i][j - 1] + cost_missing) {
      found.push_back("it lacks " + quoted(wanted[--j]));
    } else {
      found.push_back(quoted(given[--i]) + " is too much");
    }
  }
  std::ranges::reverse(found);
  return found;
}

// A text, or the texts of a list, in one line; "" for anything else.
std::string words_of(const Json* value) {
  if (value == nullptr) return {};
  if (value->is_string()) return value->get<std::string>();
  if (!value->is_array()) return {};
  std::string joined;
  for (const Json& one : *value) {
    if (one.is_string()) joined += (joined.empty() ? "" : "; ") + one.get<std::string>();
  }
  return joined;
}

// What an error body says, whatever its shape; "" when it says nothing.
std::string message_of(const std::string& body) {
  const auto parsed = holdfast::parse_json(body);
  if (!parsed) return {};
  const Json* error = holdfast::find_member(*parsed, "error");
  for (const Json* said :
       {holdfast::find_member(*parsed, "message"), holdfast::find_member(*parsed, "error_description"),
        error != nullptr ? holdfast::find_member(*error, "message") : nullptr, error}) {
    if (std::string words = words_of(said); !words.empty()) return words;
  }
  return {};
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
  const Pattern* nearest = nullptr;
  std::size_t least = 0;
  Costs costs;
  Alignment cost{};
  for (const Pattern& pattern : patterns()) {
    const std::size_t sum =
        align(given, pattern.segments, costs, cost) + cost_between_methods(method, pattern.route->method);
    if (nearest != nullptr && sum >= least) continue;
    nearest = &pattern;
    least = sum;
  }
  if (nearest == nullptr) return "there are no routes";
  const api::Route& route = *nearest->route;
  std::vector<std::string> wrong = differences(given, nearest->segments, costs);
  if (route.method != method) wrong.insert(wrong.begin(), "the method should be " + std::string(route.method));
  // The alignment overlooks slashes at the beginning; routing does not.
  if (wrong.empty()) wrong.emplace_back("the path has empty segments");
  std::string sentence = "the closest route is " + std::string(route.method) + " " + std::string(route.pattern) + " (" +
                         std::string(route.operation) + ")";
  for (std::size_t i = 0; i < wrong.size(); ++i) sentence += (i == 0 ? ": " : ", ") + wrong[i];
  return sentence;
}

bool is_near_miss(const RequestRecord& record) {
  if (record.outcome != RequestRecord::Outcome::answered || record.status < 400) return false;
  if (record.operation == "unknown") return true;
  for (std::size_t i = 0; i < fault_count; ++i) {
    if (((record.faults >> i) & 1U) != 0 && decides(static_cast<Fault>(i))) return false;
  }
  return record.status <= 499 || record.status == 501;
}

std::optional<std::string> NearMissFinder::explain(const RequestRecord& record) {
  if (!is_near_miss(record)) return std::nullopt;
  const std::string path = holdfast::net::parse_target(record.target).path;
  if (record.operation == "unknown" && record.status != 501) {
    const auto [it, fresh] = nearest_.try_emplace({record.method, path});
    if (fresh) it->second = nearest_route(record.method, path);
    return it->second;
  }
  const std::string message = message_of(record.response_body);
  return "it was refused with " + std::to_string(record.status) +
         (message.empty() ? std::string(" and no message") : ": " + message) + hint(record, path);
}

}  // namespace mock_ghl
