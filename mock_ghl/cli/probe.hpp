// `mock-ghl record` and `mock-ghl verify`: the twin beside a real GHL.
#pragma once

#include <string>

namespace mock_ghl::cli {

// What record was asked.
struct RecordOptions {
  std::string upstream;
  std::string out;
  std::string listen = "127.0.0.1:0";
};
// Proxies until SIGTERM or SIGINT.
int run_record(const RecordOptions& options);

// What verify was asked.
struct VerifyCommand {
  std::string against;
  std::string token_env = "GHL_TOKEN";
  std::string location;
  std::string calendar;
  bool writes = false;
};
// Prints one line a case; exit_differs when a case differs.
int run_verify(const VerifyCommand& command);

}  // namespace mock_ghl::cli
