// The filter language and the order of POST /contacts/search (facts/ghl.md 5.4).
#pragma once

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

// What is wrong with an element of `filters`, in the words of GHL's validator; "" when it is understood.
std::string filter_complaint(const holdfast::Json& filter);
// Whether the contact passes a filter, or a group of them, that has no complaint. Letters of either case are the same.
bool passes(const holdfast::Json& filter, const IndexedContact& one);

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
