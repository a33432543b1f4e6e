// RequestLog: the last requests with their answers and what chaos did to each, for whoever tests a client.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/net/http.hpp"

namespace mock_ghl {

// One request and what became of it. Tokens and OAuth secrets are cut to their last four characters.
struct RequestRecord {
  enum class Outcome { pending, answered, cut };
  std::uint64_t number = 0;   // as in JournalEntry
  holdfast::Instant at = {};  // the world's time when it came
  std::string method = {};
  std::string target = {};
  std::string operation = {};  // "unknown" when no route matched
  std::string version = {};    // its Version header
  std::string token = {};      // "…0001"; "" when none was sent
  std::string location_id = {};
  bool secret = false;        // its bodies may hold secrets
  bool sent_as_json = false;  // by its Content-Type
  std::string request_body = {};
  bool request_body_cut = false;
  Outcome outcome = Outcome::pending;
  int status = 0;               // 0 until it is answered
  std::int64_t latency_ms = 0;  // until the answer was made, of the machine's time
  std::string response_body = {};
  bool response_body_cut = false;
  std::uint64_t faults = 0;              // one bit a Fault
  std::vector<std::string> script = {};  // what people did because of it

  // An estimate of what it occupies, in bytes.
  std::size_t weight() const;
};

// What the log notes about who asks.
struct CallerView {
  std::string_view token = {};
  std::string_view location_id = {};
};

// A ring of the latest requests, bounded by number and by bytes. Off until set_capacity(). Not thread-safe.
class RequestLog {
 public:
  static constexpr std::size_t body_bytes_max = 16 * 1024;  // of each body
  static constexpr std::size_t bytes_max = 64 * 1024 * 1024;

  // How many requests it keeps; 0 turns it off and forgets them.
  void set_capacity(std::size_t requests_max);
  std::size_t capacity() const { return capacity_; }
  bool recording() const { return capacity_ > 0; }
  // Notes a request. Numbers ascend.
  void begin(std::uint64_t number, holdfast::Instant at, const holdfast::net::HttpRequest& request,
             std::string_view operation, const CallerView& caller, std::uint64_t faults);
  // Takes back faults that turned out not to have happened.
  void withdraw(std::uint64_t number, std::uint64_t faults);
  // Notes what a person did because of a request, and its answer. Nothing when the ring has forgotten it.
  void note_deed(std::uint64_t number, std::string deed);
  void end(std::uint64_t number, const holdfast::net::HttpResponse& response, holdfast::Duration latency);
  // Oldest first.
  const std::deque<RequestRecord>& records() const { return records_; }
  // How many were noted and pushed out again since the beginning or clear().
  std::uint64_t dropped() const { return dropped_; }
  void clear();

 private:
  RequestRecord* find(std::uint64_t number);
  void make_room();

  std::size_t capacity_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::deque<RequestRecord> records_;
};

// "…0001" for "pit-…-0001": the last four characters; "…" when it is shorter than eight.
std::string redact_token(std::string_view token);
// What is secret: in both directions the tokens and the client's secret, in the spellings of both dialects; in a
// request also the authorization code. In an answer "code" is an error's.
enum class Secrets { of_request, of_response };
// A body (JSON or form) or a query with the values of the secret names redacted.
std::string redact_secrets(std::string_view text, Secrets which);

}  // namespace mock_ghl
