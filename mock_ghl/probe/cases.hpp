// The twin's own contract cases: requests whose answers tell whether a server is the GHL that the twin imitates.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"

namespace mock_ghl {

// One request. In `target` and in the texts of `body`, "{name}" stands for a value of the account or one that an
// earlier case captured; a case whose value is missing is skipped.
struct ProbeCase {
  enum class Token { given, none, garbled };

  std::string name;
  std::string method;
  std::string target;
  holdfast::Json body = nullptr;
  std::string version = "2021-07-28";  // "" sends none
  Token token = Token::given;
  bool writes = false;  // changes the account, or would where a rule is laxer: only with permission
  // Takes away what an earlier case made against expectation: sent to each side that has the values, and not compared.
  bool cleans = false;
  // (name, JSON pointer into the answer); the pointer "first-slot" takes the first start of a free-slots answer.
  std::vector<std::pair<std::string, std::string>> captures = {};
  std::vector<std::string> needs = {};  // values that must be there although the request does not say them
};

// In the order they must run; those that write clean up after themselves. They need the values location, calendar,
// from_ms, to_ms, phone, email and unique.
std::span<const ProbeCase> probe_cases();
// Those of the values that are drawn, the same for either side. The time lies a week ahead, where a probe is least in
// the way; the phone is one of the hundred that belong to nobody (202-555-0100 to -0199).
std::map<std::string, std::string> probe_values(holdfast::Instant now, std::uint64_t draw);

}  // namespace mock_ghl
