// holdfastd as a process: its one line, its exit codes, its end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/net/beast/client.hpp"
#include "tests/core/net/socket_world.hpp"
#include "tests/support/piped_process.hpp"

namespace holdfast::daemon {
namespace {

using net::testing::World;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// holdfastd with the two secrets in its environment.
struct Process : tests::PipedProcess {
  explicit Process(std::vector<std::string> arguments)
      : PipedProcess(HOLDFASTD_PROGRAM, std::move(arguments), {"GHL_TOKEN=pit-test", "VAPI_SECRET=test-secret"}) {}
};

class ProgramTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "holdfastd_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  // A configuration whose GHL is a port nobody listens on.
  std::string write_config(const std::string& extra = "") {
    std::ofstream file(folder + "/holdfast.toml");
    file << "[ledger]\npath = \"" << folder
         << "/ledger.db\"\n[ghl]\norigin = \"http://127.0.0.1:" << net::testing::closed_port(world) << "\"\n"
         << extra
         << "[[tenant]]\nid = \"one\"\nlocation_id = \"loc\"\ntimezone = \"UTC\"\nghl_token_env = \"GHL_TOKEN\"\n"
            "vapi_secret_env = \"VAPI_SECRET\"\n[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal\"\n";
    return folder + "/holdfast.toml";
  }
  // Connects to the origin that the daemon's line names.
  std::unique_ptr<net::BeastClient> client_of(const std::string& line) {
    const auto origin = net::parse_origin(line.substr(line.rfind(' ') + 1));
    if (!origin) throw std::runtime_error("no origin in: " + line);
    return std::move(*net::BeastClient::create(world.runtime, *origin, {}));
  }

  World world;
  std::string folder;
};

TEST_F(ProgramTest, ServesUntilItIsToldToStop) {
  const std::string config = write_config();
  for (const int number : {SIGTERM, SIGINT}) {
    Process daemon({"--config", config, "--listen", "127.0.0.1:0"});
    const std::string line = daemon.line();
    ASSERT_THAT(line, MatchesRegex("holdfastd listening on http://127.0.0.1:[0-9]+")) << daemon.errors;
    const auto client = client_of(line);
    EXPECT_EQ(world.run(client->send({.target = "/readyz"}, world.in(5'000)))->status, 200);
    const auto refused = world.run(client->send({.method = "POST", .target = "/vapi/one"}, world.in(5'000)));
    EXPECT_EQ(refused->status, 401);
    const auto answered = world.run(client->send(
        {.method = "POST",
         .target = "/vapi/one",
         .headers = {{"Authorization", "Bearer test-secret"}},
         .body = R"({"message":{"type":"tool-calls","call":{"id":"c"},"toolCallList":[{"id":"t","function":)"
                 R"({"name":"check_availability","arguments":{}}}]}})"},
        world.in(10'000)));
    ASSERT_TRUE(answered);
    EXPECT_EQ(answered->status, 200);
    EXPECT_THAT(answered->body, HasSubstr(R"("toolCallId":"t")"));
    daemon.signal(number);
    EXPECT_EQ(daemon.wait(), 0) << daemon.errors;
    EXPECT_EQ(daemon.output, line + "\n");
    EXPECT_THAT(daemon.errors, HasSubstr(R"("event":"stopped","all_finished":true)"));
    EXPECT_EQ(daemon.errors.find("test-secret"), std::string::npos);
    EXPECT_EQ(daemon.errors.find("pit-test"), std::string::npos);
  }
}

TEST_F(ProgramTest, FinishesTheRequestUnderWayBeforeItEnds) {
  // A GHL that accepts and says nothing keeps the request in the daemon until the voice deadline.
  net::testing::RawServer silent(world, [](std::shared_ptr<net::testing::RawPeer> peer, int) -> net::Task<void> {
    co_await peer->read_to_end(10'000);
  });
  std::ofstream(folder + "/holdfast.toml")
      << "[ledger]\npath = \"" << folder << "/ledger.db\"\n[ghl]\norigin = \"http://127.0.0.1:" << silent.port()
      << "\"\n[[tenant]]\nid = \"one\"\nlocation_id = \"loc\"\ntimezone = \"UTC\"\nghl_token_env = \"GHL_TOKEN\"\n"
         "vapi_secret_env = \"VAPI_SECRET\"\n[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal\"\n"
         "[tenant.limits]\nvoice_deadline_ms = 800\n";
  Process daemon({"--config", folder + "/holdfast.toml", "--listen", "127.0.0.1:0"});
  const auto client = client_of(daemon.line());
  const auto signal_later = [](World& my_world, Process& process) -> net::Task<void> {
    co_await net::sleep_for(my_world.clock, milliseconds(250));
    process.signal(SIGTERM);
  };
  net::spawn(world.io.get_executor(), signal_later(world, daemon));
  const auto answered = world.run(
      client->send({.method = "POST",
                    .target = "/vapi/one",
                    .headers = {{"X-Vapi-Secret", "test-secret"}},
                    .body = R"({"message":{"type":"tool-calls","call":{"id":"c"},"toolCallList":[{"id":"t","function":)"
                            R"({"name":"check_availability","arguments":{}}}]}})"},
                   world.in(10'000)));
  ASSERT_TRUE(answered) << answered.error().message;
  EXPECT_THAT(answered->body, HasSubstr(R"(\"status\":\"error\")"));
  EXPECT_EQ(answered->headers.find("Connection"), "close");
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_THAT(daemon.errors, HasSubstr(R"("all_finished":true)"));
  silent.stop();
}

// The file that is written to must be the one that the next start will read.
TEST_F(ProgramTest, IsNotReadyWhenItsLedgerWasTakenAway) {
  Process daemon({"--config", write_config(), "--listen", "127.0.0.1:0"});
  const auto client = client_of(daemon.line());
  const auto readiness = [&] { return world.run(client->send({.target = "/readyz"}, world.in(5'000))); };
  const auto ready = readiness();
  ASSERT_TRUE(ready) << ready.error().message;
  EXPECT_EQ(ready->status, 200);
  std::filesystem::rename(folder + "/ledger.db", folder + "/elsewhere.db");
  world.until([] { return false; }, 1'100);  // an answer is a second old at most
  const auto missing = readiness();
  ASSERT_TRUE(missing) << missing.error().message;
  EXPECT_EQ(missing->status, 503);
  EXPECT_THAT(missing->body, HasSubstr("ledger_unwritable"));
  EXPECT_THAT(missing->body, HasSubstr("ledger.db"));
}

TEST_F(ProgramTest, WrongOptionsAndConfigurationAreCode3) {
  const std::string good = write_config();
  const std::string bad = folder + "/bad.toml";
  std::ofstream(bad) << "[server]\nlisen = 1\n";
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{}, "--config FILE is required"},
      {{"--bogus"}, "--bogus"},
      {{"--config", folder + "/missing.toml"}, "cannot be read"},
      {{"--config", bad}, "did you mean \"listen\"?"},
      {{"--config", bad, "--check"}, "2 problems in the configuration"},
      {{"--config", good, "--listen", "nonsense"}, "--listen must be"},
  };
  for (const auto& [arguments, words] : cases) {
    Process daemon(arguments);
    EXPECT_EQ(daemon.wait(), 3) << words;
    EXPECT_THAT(daemon.errors, HasSubstr(words));
    EXPECT_EQ(daemon.output, "");
  }
}

TEST_F(ProgramTest, APortInUseOrAnUnusableLedgerIsCode4) {
  const std::string config = write_config();
  Process first({"--config", config, "--listen", "127.0.0.1:0"});
  const std::string line = first.line();
  const std::string address = line.substr(line.rfind('/') + 1);

  Process same_ledger({"--config", config, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(same_ledger.wait(), 4);
  EXPECT_THAT(same_ledger.errors, HasSubstr("ledger"));

  const std::string other = folder + "/other.toml";
  std::string text;
  {
    std::ifstream original(config);
    text.assign(std::istreambuf_iterator<char>(original), {});
  }
  text.replace(text.find("ledger.db"), 9, "second.db");
  std::ofstream(other) << text;
  Process same_port({"--config", other, "--listen", address});
  EXPECT_EQ(same_port.wait(), 4);
  EXPECT_THAT(same_port.errors, HasSubstr("cannot listen on " + address));

  text.replace(text.find(folder + "/second.db"), folder.size() + 10, "/nowhere/at/all.db");
  std::ofstream(other) << text;
  Process no_folder({"--config", other, "--listen", "127.0.0.1:0"});
  EXPECT_EQ(no_folder.wait(), 4);
  EXPECT_THAT(no_folder.errors, HasSubstr("/nowhere/at/all.db"));
}

TEST_F(ProgramTest, HelpVersionExampleAndCheckAreCode0) {
  const std::string config = write_config();
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--help"}, "--example-config > holdfast.toml"},
      {{"--version"}, "holdfastd "},
      {{"--example-config"}, "[[tenant.service]]"},
      {{"--config", config, "--check"}, "is good: 1 tenant.\n"},
  };
  for (const auto& [arguments, words] : cases) {
    Process daemon(arguments);
    EXPECT_EQ(daemon.wait(), 0) << daemon.errors;
    EXPECT_THAT(daemon.output, HasSubstr(words));
  }
}

}  // namespace
}  // namespace holdfast::daemon
