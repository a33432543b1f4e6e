// Stack: mock-ghl and holdfastd as processes on loopback, with everything a test says to them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/server.hpp"
#include "scenarios/world/child_process.hpp"
#include "tests/core/net/socket_world.hpp"

namespace e2e {

using holdfast::Instant;
using holdfast::Json;
using scenarios::ChildProcess;
using scenarios::ChildSpec;

// How long a program may take to start or to end: a sanitized build on a busy machine is slow.
inline constexpr std::int64_t start_limit_ms = 60'000;

// A folder of its own under the system's temporary folder; removed at the end unless the test failed.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  // Writes a file in it; returns its path.
  std::filesystem::path write(const std::string& name, const std::string& text) const;

 private:
  std::filesystem::path path_;
};

// Who calls.
struct Caller {
  std::string call_id;
  std::string number;  // E.164
  std::string name;
};

// What came back for one tool call.
struct Answer {
  int http_status = 0;  // 0: no answer came
  std::string failure;  // then why
  std::string body;     // of the whole response
  std::string text;     // `result` or `error`
  bool is_error = false;
  Json result;  // the result's JSON
  std::string status;
  std::string say;

  bool arrived() const { return http_status != 0; }
  // The code of an offered slot, "" when there are fewer.
  std::string code(std::size_t index) const;
};

// An answer that is awaited while the test does other things.
struct Delivery {
  bool done = false;
  Answer answer;
};

// An appointment as GHL records it. `live` is one that takes its time.
struct Appointment {
  std::string id;
  std::string calendar_id;
  std::string contact_id;
  std::optional<Instant> start;
  std::optional<Instant> end;
  std::string source;  // "api" is ours, "calendar_page" a person's
  bool live = false;
};

// GHL's own record, read at one moment.
struct GhlRecord {
  std::vector<Appointment> appointments;
  std::map<std::string, std::vector<std::string>> contacts_by_phone;  // living ones: ids
  std::map<std::string, std::vector<std::string>> notes_by_contact;   // bodies

  // Living appointments of every contact with this phone.
  std::vector<Appointment> live_of(const std::string& phone) const;
  // Notes of every contact with this phone.
  std::vector<std::string> notes_of(const std::string& phone) const;
};

// A request that reached the mock. `ended_at` is nullopt while it has no answer.
struct GhlRequest {
  std::int64_t number = 0;  // they ascend
  std::string operation;    // GHL's name of it
  Instant began_at{};
  std::optional<Instant> ended_at;
};

// The settings of a stack.
struct StackOptions {
  std::string fixture{};                         // JSON; empty: solo_fixture()
  std::map<std::string, std::int64_t> limits{};  // over the short ones the tests live with
  std::string calendar_id = "calSolo0000000000001";
  std::string server_settings{};                            // further lines of [server]
  std::map<std::string, std::string> daemon_environment{};  // beside its secrets
  bool fake_ghl = false;  // instead of mock-ghl a server that says `ghl_says` to everything
};

// One user, one calendar of one-hour slots, open all day, every day; token ghl_token.
std::string solo_fixture();
inline constexpr const char* ghl_token = "pit-00000000-0000-4000-8000-00000000e2e0";
inline constexpr const char* vapi_secret = "e2e-secret";

// The tenant "clinic" with one service. Not thread-safe; everything runs on the loop in `world`.
class Stack {
 public:
  explicit Stack(StackOptions options = {});
  ~Stack();
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;

  // Starts the daemon on the same ledger file and, from the second time on, the same port.
  void start_daemon();
  void kill_daemon();
  // SIGTERM; the exit code.
  std::optional<int> stop_daemon();
  void kill_mock();
  // A mock as at the start, on the port it had: GHL is back.
  void restart_mock();
  ChildProcess& daemon() { return *daemon_; }
  std::uint16_t daemon_port() const { return daemon_port_; }
  std::filesystem::path ledger_path() const { return folder_.path() / "ledger.db"; }
  const Folder& folder() const { return folder_; }

  // One tool call in one message.
  std::string message(const Caller& caller, const std::string& tool, const Json& arguments,
                      const std::string& tool_call_id) const;
  std::shared_ptr<Delivery> send_in_background(const Caller& caller, const std::string& tool, Json arguments,
                                               const std::string& tool_call_id);
  // The same as a task, for callers that run side by side. Takes everything by value.
  holdfast::net::Task<Answer> ask(Caller caller, std::string tool, Json arguments, std::string tool_call_id);
  Answer check(const Caller& caller);
  std::shared_ptr<Delivery> book_in_background(const Caller& caller, const std::string& code,
                                               const std::string& tool_call_id);
  Answer book(const Caller& caller, const std::string& code, const std::string& tool_call_id);
  Answer wait_for(const std::shared_ptr<Delivery>& delivery);
  // Any body to the tenant's URL, authenticated; status 0 when nothing came back.
  holdfast::net::HttpResponse post(const std::string& body);
  holdfast::net::HttpResponse request(holdfast::net::HttpRequest request);

  // The mock's admin side.
  void chaos(const Json& rules);
  void calm() { chaos(Json::array()); }
  GhlRecord record();
  // The requests after number `since`, oldest first; the mock keeps the last 10,000.
  std::vector<GhlRequest> requests(std::int64_t since = 0);
  // How often this fault was injected into this operation.
  int faults(const std::string& fault, const std::string& operation);
  bool wait_for_fault(const std::string& fault, const std::string& operation, std::int64_t limit_ms = 20'000);
  // A person books in GHL's screen; "" when the slot is not free.
  std::string book_as_person(Instant start);
  void pause(std::int64_t duration_ms);
  // Runs the loop until `holds`, looking every few milliseconds.
  bool until(const std::function<bool()>& holds, std::int64_t limit_ms) { return world.until(holds, limit_ms); }

  holdfast::net::testing::World world;
  holdfast::net::HttpResponse ghl_says;

 private:
  void start_mock();
  void start_fake();
  void write_config() const;
  holdfast::net::HttpResponse ask_mock(const std::string& method, const std::string& target, const std::string& body);
  std::string admin(const std::string& method, const std::string& target, const std::string& body = "");
  holdfast::net::Task<void> deliver(Caller caller, std::string tool, Json arguments, std::string tool_call_id,
                                    std::shared_ptr<Delivery> delivery);

  Folder folder_;
  StackOptions options_;
  std::string mock_origin_;
  std::uint16_t daemon_port_ = 0;
  std::unique_ptr<holdfast::net::BeastServer> fake_;
  std::unique_ptr<ChildProcess> mock_;
  std::unique_ptr<ChildProcess> daemon_;
  std::unique_ptr<holdfast::net::BeastClient> to_mock_;
  std::unique_ptr<holdfast::net::BeastClient> to_daemon_;
  std::vector<std::unique_ptr<holdfast::net::BeastClient>>
      retired_;  // of daemons that are gone; calls may be under way
};

// A rule of the mock's chaos plan.
Json fault_rule(const std::string& fault, const std::string& operation, std::int64_t delay_ms = 0, int limit = -1);
// The answer to one tool call of a response.
Answer read_answer(int http_status, const std::string& body, const std::string& tool_call_id);

}  // namespace e2e
