#include "mock_ghl/api/route_index.hpp"

#include <algorithm>

#include "core/base/assert.hpp"

namespace mock_ghl::api {

namespace {

// Takes the first segment off `rest`; `at_end` when it was the last. "/a//b" has an empty segment in the middle; the
// slash at the very end of a path makes none.
std::string_view take_segment(std::string_view& rest, bool& at_end) {
  const auto slash = rest.find('/');
  const std::string_view segment = rest.substr(0, slash);
  rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
  at_end = rest.empty();
  return segment;
}

std::string_view without_slash(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path;
}

}  // namespace

RouteIndex::RouteIndex(std::span<const RoutePattern> patterns) : nodes_(1) {
  for (std::size_t place = 0; place < patterns.size(); ++place) add(patterns[place], place);
}

void RouteIndex::add(const RoutePattern& pattern, std::size_t place) {
  std::size_t node = 0;
  std::string_view rest = without_slash(pattern.pattern);
  bool at_end = rest.empty();
  std::size_t capture_count = 0;
  while (!at_end) {
    const std::string_view segment = take_segment(rest, at_end);
    const bool captures = segment.starts_with('{');
    capture_count += captures;
    HOLDFAST_ASSERT(capture_count <= captures_max);
    const auto known = captures ? nodes_[node].literals.end() : nodes_[node].literals.find(segment);
    std::size_t next = captures ? nodes_[node].capture : none;
    if (!captures && known != nodes_[node].literals.end()) next = known->second;
    if (next == none) {
      next = nodes_.size();
      if (captures) {
        nodes_[node].capture = next;
      } else {
        nodes_[node].literals.emplace(std::string(segment), next);
      }
      nodes_.emplace_back();
    }
    node = next;
  }
  auto& ends = nodes_[node].ends;
  const bool taken = std::ranges::any_of(ends, [&](const auto& end) { return end.first == pattern.method; });
  if (!taken) ends.emplace_back(pattern.method, place);
}

// Every way through the tree that the path may take; a table has few that part and come together again.
void RouteIndex::walk(std::size_t node, std::string_view rest, bool at_end, Search& search) const {
  const Node& here = nodes_[node];
  if (at_end) {
    for (const auto& [method, place] : here.ends) {
      if (method != search.method) continue;
      const bool fewer = search.count < search.best_captures.size();
      const bool as_few_but_first = search.count == search.best_captures.size() && place < search.best;
      if (search.best != none && !fewer && !as_few_but_first) continue;
      search.best = place;
      search.best_captures.assign(search.captures.begin(), search.captures.begin() + search.count);
    }
    return;
  }
  const std::string_view segment = take_segment(rest, at_end);
  if (const auto literal = here.literals.find(segment); literal != here.literals.end()) {
    walk(literal->second, rest, at_end, search);
  }
  if (here.capture == none || segment.empty()) return;
  search.captures[search.count++] = segment;
  walk(here.capture, rest, at_end, search);
  --search.count;
}

std::size_t RouteIndex::find(std::string_view method, std::string_view path,
                             std::vector<std::string_view>& captures) const {
  path = without_slash(path);
  captures.clear();
  Search search{.method = method, .best_captures = captures};
  walk(0, path, path.empty(), search);
  return search.best;
}

}  // namespace mock_ghl::api
