// The filter language and the order of POST /contacts/search (facts/ghl.md 5.4).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// A contact as the index holds it: its fields may be older ones.
struct IndexedContact {
  const Contact* contact = nullptr;
  const ContactFields* fields = nullptr;
};

// How the conditions of a group are taken together, or the operator of a single one.
enum class FilterKind { all, any, eq, contains, exists, range };

// A condition that was read, or a group of them. Letters of either case are the same.
struct Filter {
  FilterKind kind = FilterKind::all;
  std::vector<Filter> members = {};         // of a group
  std::string field = {};                   // of a condition
  bool negated = false;                     // not_eq, not_contains, not_exists
  std::vector<holdfast::Json> values = {};  // asked for: lower case, and numbers for a date
  std::optional<double> gt = {};            // of a range
  std::optional<double> gte = {};
  std::optional<double> lt = {};
  std::optional<double> lte = {};
};

// Reads an element of `filters` and adds it to those read before, which count towards what one search may ask. What is
// wrong with it, in the words of GHL's validator; "" when it is understood.
std::string read_filter(const holdfast::Json& element, std::vector<Filter>& filters);
// Whether the contact passes.
bool passes(const Filter& filter, const IndexedContact& one);

// What one search may ask: inferred, no limit of GHL's is known.
inline constexpr std::size_t filter_conditions_max = 100;  // groups count too
inline constexpr std::size_t filter_values_max = 500;
inline constexpr int filter_depth_max = 5;

// Whether the e-mail, the number or the full name holds `query`, which is lower case. The empty one is in all.
bool holds_query(const std::string& query, const IndexedContact& one);

// One criterion of the order.
struct SortKey {
  std::string field;
  bool descending = false;
};
// What is wrong with an element of `sort`; "" when it is understood, and then in `key`.
std::string read_sort_key(const holdfast::Json& element, SortKey& key);
// The place of a contact in the order: a value for each key; null where the contact has none. They are what a hit's
// searchAfter holds before the id.
std::vector<holdfast::Json> sort_values(const std::vector<SortKey>& keys, const IndexedContact& one);
// Whether `a` stands before `b`: by the keys, absent values last, then the younger first.
bool stands_before(const std::vector<SortKey>& keys, const std::vector<holdfast::Json>& a, std::uint64_t a_sequence,
                   const std::vector<holdfast::Json>& b, std::uint64_t b_sequence);

}  // namespace mock_ghl::api
