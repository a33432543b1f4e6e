// RouteIndex against a search through the whole table.
#include "mock_ghl/api/route_index.hpp"

#include <gtest/gtest.h>

#include "core/base/random.hpp"
#include "mock_ghl/api/routes.hpp"

namespace mock_ghl::api {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    const auto slash = path.find('/');
    segments.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

struct Found {
  std::size_t place = RouteIndex::none;
  std::vector<std::string_view> captures = {};
  bool operator==(const Found&) const = default;
};

// The rule of route_index.hpp, word for word.
Found search(std::span<const RoutePattern> patterns, std::span<const std::vector<std::string_view>> parts_of,
             std::string_view method, std::string_view path) {
  const auto segments = split(path);
  Found best;
  for (std::size_t place = 0; place < patterns.size(); ++place) {
    const auto& parts = parts_of[place];
    if (patterns[place].method != method || parts.size() != segments.size()) continue;
    bool fits = true;
    std::vector<std::string_view> captures;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const bool is_capture = parts[i].starts_with('{');
      fits = fits && (is_capture ? !segments[i].empty() : parts[i] == segments[i]);
      if (is_capture) captures.push_back(segments[i]);
    }
    if (!fits || (best.place != RouteIndex::none && captures.size() >= best.captures.size())) continue;
    best = {place, captures};
  }
  return best;
}

Found look_up(const RouteIndex& index, std::string_view method, std::string_view path) {
  Found found;
  found.place = index.find(method, path, found.captures);
  return found;
}

TEST(RouteIndexTest, TheMostLiteralPatternWinsThenTheFirst) {
  const std::vector<RoutePattern> patterns{{"GET", "/a/{x}"},   {"GET", "/a/b"},     {"POST", "/a/b"},
                                           {"GET", "/{x}/b/c"}, {"GET", "/a/{y}/c"}, {"GET", "/"}};
  const RouteIndex index(patterns);
  EXPECT_EQ(look_up(index, "GET", "/a/b"), (Found{1}));
  EXPECT_EQ(look_up(index, "GET", "/a/z"), (Found{0, {"z"}}));
  EXPECT_EQ(look_up(index, "POST", "/a/z"), (Found{}));
  EXPECT_EQ(look_up(index, "GET", "/a/b/c"), (Found{3, {"a"}})) << "as literal as the other: the first of the table";
  EXPECT_EQ(look_up(index, "GET", "/a/"), (Found{}));
  EXPECT_EQ(look_up(index, "GET", "/a//c"), (Found{})) << "a capture is never empty";
  EXPECT_EQ(look_up(index, "GET", "/"), (Found{5}));
}

TEST(RouteIndexTest, FindsWhatASearchThroughTheTableFinds) {
  std::vector<RoutePattern> patterns;
  std::vector<std::vector<std::string_view>> parts_of;
  std::vector<std::string_view> words{"", "x", "no-such"};
  for (const Route& route : all_routes()) {
    patterns.push_back({route.method, route.pattern});
    parts_of.push_back(split(route.pattern));
    words.insert(words.end(), parts_of.back().begin(), parts_of.back().end());
  }
  const RouteIndex index(patterns);
  holdfast::SplitMix64 random(42);
  int found = 0;
  for (int i = 0; i < 50'000; ++i) {
    // A path of the table, with a segment or two changed, or any words.
    std::string path;
    const auto& parts = parts_of[random.below(parts_of.size())];
    for (const std::string_view part : parts) {
      path += "/";
      path += part.starts_with('{') || random.chance(0.1) ? words[random.below(words.size())] : part;
    }
    if (random.chance(0.05)) path += "/";
    const std::string_view method = patterns[random.below(patterns.size())].method;
    const Found expected = search(patterns, parts_of, method, path);
    ASSERT_EQ(look_up(index, method, path), expected) << method << " " << path;
    found += expected.place != RouteIndex::none;
  }
  EXPECT_GT(found, 5'000);
}

}  // namespace
}  // namespace mock_ghl::api
