// RequestFilter: which recorded requests a test means.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "mock_ghl/chaos/request_log.hpp"

namespace mock_ghl {

// Every criterion that is given must be met. Globs are '*' and '?' over the whole text; "" is no criterion.
struct RequestFilter {
  std::string operation = {};  // glob
  std::string method = {};     // without case
  std::string path = {};       // glob over the decoded path, without the query
  std::string status = {};     // glob over the status: "400", "4??"
  std::string outcome = {};    // "answered", "cut" or "pending"
  std::string caller = {};     // glob over the location id or the shortened token; or a whole token
  std::string fault = {};      // glob over the names of its faults; "none": it had none
  std::string body_contains = {};
  std::string response_contains = {};
  // (dotted path of members, value): {"contact.firstName": "Jane"}
  std::vector<std::pair<std::string, holdfast::Json>> body_equals = {};
  std::vector<std::pair<std::string, holdfast::Json>> response_equals = {};
  std::uint64_t since = 0;  // numbers greater than this
  std::size_t limit = 100;  // how many are listed, the oldest first
};

// Reads {"operation":…,"bodyEquals":{…},…}; "" is no filter. invalid_input names the path.
holdfast::Result<RequestFilter> parse_filter(std::string_view text);
// What of the filter a request does not meet, in words; nothing when it matches.
std::vector<std::string> unmet(const RequestFilter& filter, const RequestRecord& record);

// Stable lower-case name.
std::string_view to_string(RequestRecord::Outcome outcome);
// The names of the faults in a record's bits.
std::vector<std::string> fault_names_of(std::uint64_t faults);

}  // namespace mock_ghl
