// Verify: runs the same cases against the twin and against a server, and says where the two differ.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"
#include "mock_ghl/probe/cases.hpp"

namespace mock_ghl {

// One side: where to send, and what stands for the names in the cases. `values` needs location, calendar and token.
struct ProbeSide {
  holdfast::net::HttpTransport& transport;
  std::map<std::string, std::string> values;
};

// What came of one case.
struct ProbeRow {
  std::string name;
  int twin_status = 0;                        // 0: not asked
  int server_status = 0;                      // 0: not asked, or no answer
  std::string skipped = {};                   // why, when it was
  std::vector<std::string> differences = {};  // empty: the server is as the twin
  bool unreachable = false;                   // the server's request never left
};

// Settings of a run.
struct VerifyOptions {
  bool writes = false;               // run the cases that change the account
  std::int64_t timeout_ms = 30'000;  // of one request
};

// Runs every case, one after the other, on both sides. Differences: the status, the text of a refusal, and where the
// server's answer leaves the contract. Never throws; a side that does not answer is a difference, but a server that the
// very first request does not reach is `transient`. `told` gets each row as it comes.
holdfast::net::Task<holdfast::Result<std::vector<ProbeRow>>> verify(
    holdfast::net::Runtime runtime, ProbeSide& twin, ProbeSide& server, VerifyOptions options,
    std::function<void(const ProbeRow&)> told = [](const ProbeRow&) {});

}  // namespace mock_ghl
