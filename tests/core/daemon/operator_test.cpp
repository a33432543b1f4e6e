// The operator's commands as a person runs them: beside a daemon, after one, and in its way.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/daemon/control/control_file.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/server.hpp"
#include "tests/core/net/socket_world.hpp"
#include "tests/support/piped_process.hpp"

namespace holdfast::daemon {
namespace {

using control::ControlFile;
using net::testing::World;
using ::testing::HasSubstr;
using ::testing::Not;

// How a command ended.
struct Ended {
  int code = 0;
  std::string output;
  std::string errors;
};

class OperatorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "operator_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    ledger_path = folder + "/ledger.db";
    config = folder + "/holdfast.toml";
    std::ofstream(config) << "[ledger]\npath = \"" << ledger_path
                          << "\"\n[ghl]\norigin = \"http://127.0.0.1:" << net::testing::closed_port(world)
                          << "\"\n[[tenant]]\nid = \"one\"\nlocation_id = \"loc\"\ntimezone = \"UTC\"\n"
                             "ghl_token_env = \"GHL_TOKEN\"\nvapi_secret_env = \"VAPI_SECRET\"\n"
                             "[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal\"\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  // A ledger in which the note of one booking was given up.
  void write_ledger() {
    auto store = std::move(ledger::SqliteLedger::open(ledger_path, world.runtime)).value();
    const Instant now = world.clock.now();
    const auto opened = world.run(store->open_intent(
        {.id = "intent1", .tenant = "one", .kind = "booking", .request = "{}", .links = {}, .look_up = {}, .now = now},
        [](const auto&) { return ledger::Opening{}; }));
    ASSERT_TRUE(opened);
    ledger::Advance change;
    change.intent_id = "intent1";
    change.expected_version = opened->intent.version;
    change.to = ledger::IntentState::refused;
    change.now = now;
    change.enqueue = {{.id = job,
                       .intent_id = "intent1",
                       .tenant = "one",
                       .kind = "note",
                       .payload = R"({"contact_id":"c1","body":"for Ada King"})",
                       .due_at = now,
                       .last_error = ""}};
    ASSERT_TRUE(world.run(store->advance(std::move(change))));
    ASSERT_TRUE(world.run(store->bury_job(job, "GHL said no",
                                          {.id = std::string(job) + "/dead",
                                           .tenant = "one",
                                           .intent_id = "intent1",
                                           .kind = "job_dead",
                                           .text = "do it by hand",
                                           .created_at = now,
                                           .resolved_at = std::nullopt,
                                           .resolution = ""})));
  }
  // A holdfastd that serves.
  std::unique_ptr<tests::PipedProcess> start_daemon() {
    auto daemon = std::make_unique<tests::PipedProcess>(
        HOLDFASTD_PROGRAM, std::vector<std::string>{"--config", config, "--listen", "127.0.0.1:0"},
        std::vector<std::string>{"GHL_TOKEN=pit-test", "VAPI_SECRET=test-secret"});
    EXPECT_THAT(daemon->line(), HasSubstr("listening"));
    return daemon;
  }
  // A command, with nothing in its environment.
  Ended run(std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), {"--config", config});
    return run_bare(std::move(arguments));
  }
  static Ended run_bare(std::vector<std::string> arguments) {
    tests::PipedProcess process(HOLDFASTD_PROGRAM, std::move(arguments));
    const int code = process.wait();
    return {code, process.output, process.errors};
  }

  World world;
  const std::string job = "intent1/note";
  std::string folder;
  std::string ledger_path;
  std::string config;
};

TEST_F(OperatorTest, WorksWhileNoDaemonRuns) {
  write_ledger();
  const Ended listed = run({"jobs", "list"});
  EXPECT_EQ(listed.code, 0) << listed.errors;
  EXPECT_THAT(listed.output, HasSubstr("1 job is not done, 1 given up"));
  EXPECT_THAT(listed.output, HasSubstr(job));
  EXPECT_THAT(listed.output, Not(HasSubstr("Ada")));
  const Ended shown = run({"jobs", "show", job});
  EXPECT_THAT(shown.output, HasSubstr("for Ada King"));
  const Ended retried = run({"jobs", "retry", job});
  EXPECT_EQ(retried.code, 0);
  EXPECT_THAT(retried.output, HasSubstr("the next one that starts tries it"));
  EXPECT_THAT(run({"jobs", "list"}).output, HasSubstr("none was given up"));
  EXPECT_EQ(run({"jobs", "drop", job}).code, 0);
  EXPECT_THAT(run({"jobs", "list"}).output, HasSubstr("No job waits"));
  EXPECT_EQ(run({"jobs", "drop", job}).code, 1);
}

TEST_F(OperatorTest, WorksWhileADaemonHoldsTheLedger) {
  write_ledger();
  const auto daemon = start_daemon();
  const Ended listed = run({"jobs", "list", "--json"});
  EXPECT_EQ(listed.code, 0) << listed.errors;
  const auto answer = parse_json(listed.output);
  ASSERT_TRUE(answer) << listed.output;
  EXPECT_EQ(answer->at("jobs").at(0).at("id"), job);
  const Ended retried = run({"jobs", "retry", job});
  EXPECT_EQ(retried.code, 0) << retried.errors;
  EXPECT_THAT(retried.output, HasSubstr("holdfastd tries it within seconds"));
  EXPECT_EQ(run({"jobs", "drop", job}).code, 0);
  EXPECT_THAT(run({"jobs", "list"}).output, HasSubstr("No job waits"));
  daemon->signal(SIGTERM);
  EXPECT_EQ(daemon->wait(), 0);
  EXPECT_FALSE(std::filesystem::exists(ControlFile::path_of(ledger_path)));
  EXPECT_THAT(daemon->errors, HasSubstr("job_dropped_by_operator"));
  EXPECT_THAT(daemon->errors, Not(HasSubstr("Ada")));
}

// The file that it left behind names a port where nobody is, or somebody else.
TEST_F(OperatorTest, WorksAfterADaemonWasKilledAndTheNextOneIsFound) {
  write_ledger();
  {
    const auto daemon = start_daemon();
    daemon->signal(SIGKILL);
    daemon->wait();
  }
  ASSERT_TRUE(std::filesystem::exists(ControlFile::path_of(ledger_path)));
  EXPECT_THAT(run({"jobs", "list"}).output, HasSubstr(job));
  const auto next = start_daemon();
  const Ended retried = run({"jobs", "retry", job});
  EXPECT_THAT(retried.output, HasSubstr("holdfastd tries it within seconds")) << retried.errors;
}

net::Task<net::HttpResponse> answer_with(net::HttpResponse response) {
  co_return response;
}

TEST_F(OperatorTest, SomebodyElseOnTheOldPortIsNotBelieved) {
  write_ledger();
  int asked = 0;
  net::HttpResponse response = net::HttpResponse::text(200, "hello");
  const auto stranger = net::BeastServer::listen(world.runtime, {}, [&](net::HttpRequest) {
                          ++asked;
                          return answer_with(response);
                        }).value();
  const auto file = ControlFile::write(ledger_path, {stranger->origin(), Secret("old")});
  ASSERT_TRUE(file);
  const auto list_beside = [&] {
    tests::PipedProcess process(HOLDFASTD_PROGRAM, {"jobs", "list", "--config", config});
    world.until([&] { return asked > 0; });
    world.until([] { return false; }, 50);  // its answer leaves
    const int code = process.wait();
    return Ended{code, process.output, process.errors};
  };
  const Ended misled = list_beside();
  EXPECT_EQ(misled.code, 4);
  EXPECT_THAT(misled.errors, HasSubstr("is not holdfastd"));
  // Another holdfastd, of another ledger: the secret tells.
  response = net::HttpResponse::json(401, R"({"error":"who are you"})");
  asked = 0;
  const Ended listed = list_beside();
  EXPECT_EQ(listed.code, 0) << listed.errors;
  EXPECT_THAT(listed.output, HasSubstr(job));
}

TEST_F(OperatorTest, ALedgerThatIsHeldByOneThatCannotBeAskedIsCode4) {
  write_ledger();
  const auto daemon = start_daemon();
  std::filesystem::remove(ControlFile::path_of(ledger_path));
  const Ended listed = run({"jobs", "list"});
  EXPECT_EQ(listed.code, 4);
  EXPECT_THAT(listed.errors, HasSubstr("No running holdfastd could be asked"));
  EXPECT_EQ(listed.output, "");
}

TEST_F(OperatorTest, ALedgerThatIsNotThereIsNotMade) {
  const Ended listed = run({"jobs", "list"});
  EXPECT_EQ(listed.code, 4);
  EXPECT_THAT(listed.errors, HasSubstr("There is no ledger at '" + ledger_path + "'"));
  EXPECT_FALSE(std::filesystem::exists(ledger_path));
}

TEST_F(OperatorTest, ADaemonThatCannotStartLeavesTheChannelOfTheOtherAlone) {
  const auto daemon = start_daemon();
  const Ended second = run({"--listen", "127.0.0.1:0"});
  EXPECT_NE(second.code, 0);
  EXPECT_TRUE(std::filesystem::exists(ControlFile::path_of(ledger_path)));
  EXPECT_EQ(run({"jobs", "list"}).code, 0);
}

TEST_F(OperatorTest, WrongCommandLinesAreCode3AndSayWhatToWrite) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"jobs"}, "jobs what? It takes list, show, retry or drop"},
      {{"review"}, "review what? It takes list, show or resolve"},
      {{"jobs", "frob"}, "frob"},
      {{"jobs", "show"}, "JOB"},
      {{"jobs", "list", "more"}, "more"},
      {{"review", "resolve", "r1"}, "--note"},
      {{"frob"}, "frob"},
  };
  for (const auto& [arguments, words] : cases) {
    const Ended ended = run(arguments);
    EXPECT_EQ(ended.code, 3) << words;
    EXPECT_THAT(ended.errors, HasSubstr(words));
    EXPECT_EQ(ended.output, "");
  }
  EXPECT_EQ(run_bare({"jobs", "list"}).code, 3);
  const Ended nowhere = run_bare({"jobs", "list", "--config", folder + "/missing.toml"});
  EXPECT_EQ(nowhere.code, 3);
  EXPECT_THAT(nowhere.errors, HasSubstr("cannot be read"));
}

}  // namespace
}  // namespace holdfast::daemon
