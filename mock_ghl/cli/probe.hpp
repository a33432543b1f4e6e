// `mock-ghl record` and `mock-ghl verify`: the twin beside a real GHL.
#pragma once

#include <cstdint>
#include <string>

#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl::cli {

// What record was asked.
struct RecordOptions {
  std::string upstream;
  std::string out;
  std::string listen = "127.0.0.1:0";
};
// Proxies until SIGTERM or SIGINT, or until the file takes no more (exit_internal).
int run_record(const RecordOptions& options);

// What verify was asked.
struct VerifyCommand {
  std::string against;
  std::string token_env = "GHL_TOKEN";
  std::string location;
  std::string calendar;
  bool writes = false;
};
// Asks a twin of `fixture` and the server, and prints one line a case as it comes. exit_differs when a case differs,
// exit_internal when the server cannot be reached.
int run_verify(const VerifyCommand& command, Fixture fixture, std::uint64_t seed);

}  // namespace mock_ghl::cli
