#include "core/net/router.hpp"

namespace holdfast::net {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    if (path.front() == '/') {
      path.remove_prefix(1);
      continue;
    }
    const auto slash = path.find('/');
    segments.emplace_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash);
  }
  return segments;
}

bool is_capture(const std::string& segment) {
  return segment.size() > 2 && segment.front() == '{';
}

// How many literal segments match, or -1 when the path does not fit.
int fit(const std::vector<std::string>& pattern, const std::vector<std::string>& path) {
  if (pattern.size() != path.size()) return -1;
  int literals = 0;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (is_capture(pattern[i])) continue;
    if (pattern[i] != path[i]) return -1;
    ++literals;
  }
  return literals;
}

}  // namespace

void Router::add(std::string_view method, std::string_view pattern, RouteHandler handler) {
  routes_.push_back({std::string(method), std::string(pattern), split(pattern), std::move(handler)});
}

Router::Match Router::match(std::string_view method, std::string_view path) const {
  const std::vector<std::string> segments = split(path);
  Match best;
  int best_fit = -1;
  for (const Route& route : routes_) {
    const int literals = fit(route.segments, segments);
    if (literals < 0) continue;
    best.path_known = true;
    if (route.method != method || literals <= best_fit) continue;
    best_fit = literals;
    best.handler = &route.handler;
    best.pattern = route.pattern;
    best.captures.clear();
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (is_capture(route.segments[i])) best.captures.push_back(segments[i]);
    }
  }
  return best;
}

}  // namespace holdfast::net
