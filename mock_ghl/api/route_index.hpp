// RouteIndex: from a method and a path to the route they name, in time that does not grow with the table.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace mock_ghl::api {

// One entry of a table: "GET", "/contacts/{contactId}/notes". The texts must outlive the index.
struct RoutePattern {
  std::string_view method;
  std::string_view pattern;
};

// The patterns as a tree of path segments. Of the patterns that fit, the one with the fewest captures wins, then the
// first of the table. Built once, then only read; safe to read from any thread.
class RouteIndex {
 public:
  explicit RouteIndex(std::span<const RoutePattern> patterns);

  // A pattern has at most so many.
  static constexpr std::size_t captures_max = 8;
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
  // The place in the table of the route that fits, or `none`; what its braces stand for goes to `captures`, in order,
  // as parts of `path`. A segment in braces stands for any one segment that is not empty.
  std::size_t find(std::string_view method, std::string_view path, std::vector<std::string_view>& captures) const;

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct Node {
    std::unordered_map<std::string, std::size_t, Hash, std::equal_to<>> literals = {};  // segment -> node
    std::size_t capture = none;                                                         // node of any segment
    std::vector<std::pair<std::string_view, std::size_t>> ends = {};                    // method -> place in the table
  };
  // A path that ends at a node, and how it got there.
  struct Search {
    std::string_view method;
    std::vector<std::string_view>& best_captures;
    std::array<std::string_view, captures_max> captures = {};
    std::size_t count = 0;
    std::size_t best = none;
  };

  void add(const RoutePattern& pattern, std::size_t place);
  void walk(std::size_t node, std::string_view rest, bool at_end, Search& search) const;

  std::vector<Node> nodes_;
};

}  // namespace mock_ghl::api
