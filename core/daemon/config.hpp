// The daemon's configuration: one TOML file, read strictly. docs of every key: example_config().
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/log.hpp"
#include "core/daemon/office.hpp"

namespace holdfast::daemon {

// Everything holdfastd needs to start. Secrets are resolved already.
struct Config {
  std::string listen_host = "127.0.0.1";
  std::uint16_t listen_port = 8080;  // 0: any free port
  std::size_t body_limit_bytes = 4 * 1024 * 1024;
  std::int64_t idle_timeout_ms = 60'000;
  std::int64_t request_timeout_ms = 15'000;
  std::int64_t drain_timeout_ms = 20'000;  // how long a stop waits for what is under way
  std::string ledger_path = "holdfast.db";
  std::string ghl_origin = "https://services.leadconnectorhq.com";  // facts/ghl.md 1.1; known to parse
  std::string ghl_ca_file = {};
  LogLevel log_level = LogLevel::info;
  std::vector<TenantAccount> tenants = {};
};

// Where secrets come from besides the file: replaced in tests.
struct ConfigSources {
  // The value of an environment variable, or nullopt when it is not set.
  std::function<std::optional<std::string>(const std::string& name)> variable;
  // The content of a file, or nullopt when it cannot be read.
  std::function<std::optional<std::string>(const std::string& path)> file;
};
// The process's environment and the file system.
ConfigSources system_sources();

// Every problem of a file, each a sentence that begins with "file:line: " and says what to write instead.
using ConfigProblems = std::vector<std::string>;

// Reads `text`; `name` is how the file is called in the sentences. Unknown keys, wrong types, values out of range,
// missing keys and missing secrets are all problems, and all of them are found in one go. A secret in the text itself
// is refused. Relative paths of secret files are taken from the directory of `name`.
std::expected<Config, ConfigProblems> parse_config(std::string_view text, const std::string& name,
                                                   const ConfigSources& sources);
// Reads the file at `path`.
std::expected<Config, ConfigProblems> load_config(const std::string& path);
// The ledger's path that the file at `path` names. Secrets are not looked up, so that whoever only looks after the
// ledger needs none; every other problem is told as by load_config.
std::expected<std::string, ConfigProblems> load_ledger_path(const std::string& path);

// "127.0.0.1:8080" or "[::1]:8080" as host and port; nullopt when it is neither.
std::optional<std::pair<std::string, std::uint16_t>> parse_listen(std::string_view text);

// A complete configuration with a comment for every key; it parses once its environment variables are set.
std::string_view example_config();

}  // namespace holdfast::daemon
