// The configuration file of holdfastd for a plan: what accounts_of() says, as the program reads it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "scenarios/world/plan.hpp"

namespace scenarios {

// Where a daemon of its own process lives.
struct DaemonPlace {
  std::string ghl_origin;
  std::string ledger_path;
  std::string listen;  // "127.0.0.1:0": any free port
};

// The file's text. Secrets are not in it: it names the variables of secrets_of().
std::string daemon_config(const RunPlan& plan, const DaemonPlace& place);
// The environment that the file needs.
std::map<std::string, std::string> secrets_of(const RunPlan& plan);

}  // namespace scenarios
