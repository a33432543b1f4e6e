// The twin's own contract cases: requests whose answers tell whether a server is the GHL that the twin imitates.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/base/json.hpp"

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
  bool writes = false;  // changes the account: only with permission
  // (name, JSON pointer into the answer); the pointer "first-slot" takes the first start of a free-slots answer.
  std::vector<std::pair<std::string, std::string>> captures = {};
};

// In the order they must run; those that write clean up after themselves. They need the values location, calendar,
// from_ms, to_ms, phone, email and unique.
std::span<const ProbeCase> probe_cases();

}  // namespace mock_ghl
