// mock-ghl as a process: its one line, its exit codes, its end, and a request over a socket.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/beast/client.hpp"
#include "tests/core/net/socket_world.hpp"

namespace mock_ghl::tests {
namespace {

namespace net = holdfast::net;

// A child with both outputs piped; killed when destroyed.
class Child {
 public:
  explicit Child(std::vector<std::string> arguments) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    arguments.insert(arguments.begin(), MOCK_GHL_PROGRAM);
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    if (::posix_spawn(&id_, MOCK_GHL_PROGRAM, &actions, nullptr, pointers.data(), environ) != 0) {
      throw std::runtime_error("spawn");
    }
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Child() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    ::close(out_);
    ::close(err_);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  void signal(int number) const { ::kill(id_, number); }
  // Reads both outputs to their ends; the exit code, or 1000 + the signal's number.
  int wait() {
    output += read(out_, false);
    errors += read(err_, false);
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1'000 + WTERMSIG(status);
  }
  std::string line() {
    output += read(out_, true);
    return output.substr(0, output.find('\n'));
  }

  std::string output;
  std::string errors;

 private:
  static std::string read(int descriptor, bool one_line) {
    std::string text;
    const auto stop_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < stop_at) {
      pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 100) <= 0) continue;
      char byte = 0;
      if (::read(descriptor, &byte, 1) <= 0) break;
      text += byte;
      if (one_line && byte == '\n') break;
    }
    return text;
  }
  pid_t id_ = -1;
  int out_ = -1;
  int err_ = -1;
};

TEST(Program, ServesTheClinicOverASocketAndEndsWithZero) {
  Child child({"--fixture", MOCK_GHL_CLINIC_FILE});
  const std::string line = child.line();
  ASSERT_THAT(line, testing::MatchesRegex("mock-ghl listening on http://127\\.0\\.0\\.1:[0-9]+"));
  net::testing::World world;
  auto client = net::BeastClient::create(world.runtime, *net::parse_origin(line.substr(line.find("http"))), {});
  ASSERT_TRUE(client);
  const auto send = [&](net::HttpRequest request) {
    auto response = world.run((*client)->send(std::move(request), world.in(10'000)));
    return response ? *response : net::HttpResponse{.status = 0, .body = response.error().message};
  };
  const net::HttpHeaders headers{{"Authorization", "Bearer pit-00000000-0000-4000-8000-000000000001"},
                                 {"Version", "2021-04-15"}};
  const auto calendars = send({.target = "/calendars/?locationId=locClinic00000000001", .headers = headers});
  EXPECT_EQ(calendars.status, 200);
  EXPECT_EQ((*holdfast::parse_json(calendars.body))["calendars"].size(), 3U);
  EXPECT_EQ(send({.target = "/__mock/state"}).status, 200);
  EXPECT_EQ(send({.method = "PUT",
                  .target = "/__mock/chaos",
                  .body = R"({"rules":[{"fault":"lost_before_commit","operation":"get-calendars"}]})"})
                .status,
            200);
  const auto lost = send({.target = "/calendars/?locationId=locClinic00000000001", .headers = headers});
  EXPECT_EQ(lost.status, 0) << "the connection is cut without an answer";
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0) << child.errors;
  EXPECT_EQ(child.output, line + "\n") << "exactly one line";
  EXPECT_THAT(child.errors, testing::HasSubstr("pit-00000000-0000-4000-8000-000000000001"));
}

TEST(Program, PrintsItsRoutesAndEnds) {
  Child routes({"routes"});
  EXPECT_EQ(routes.wait(), 0) << routes.errors;
  EXPECT_THAT(routes.output,
              testing::ContainsRegex("POST +/calendars/events/appointments +create-appointment +both +yes"));
  EXPECT_THAT(routes.output, testing::ContainsRegex("GET +/workflows +get-workflow +both +501"));
}

TEST(Program, AClockThatStandsStillFromTheStart) {
  Child child({"--frozen-at", "2026-03-07T09:00:00-05:00"});
  const std::string line = child.line();
  net::testing::World world;
  auto client = net::BeastClient::create(world.runtime, *net::parse_origin(line.substr(line.find("http"))), {});
  ASSERT_TRUE(client);
  const auto clock = world.run((*client)->send({.target = "/__mock/clock"}, world.in(10'000)));
  ASSERT_TRUE(clock);
  EXPECT_EQ(clock->body, R"({"now":"2026-03-07T14:00:00.000Z","frozen":true})");
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0) << child.errors;
}

TEST(Program, WrongOptionsEndWithThreeAndAnUnusablePortWithFour) {
  const std::vector<std::vector<std::string>> wrong{
      {"--listen", "nowhere"}, {"--fixture", "/nonexistent/file"}, {"--chaos", MOCK_GHL_CLINIC_FILE}, {"--wat"}};
  for (const auto& arguments : wrong) {
    Child child(arguments);
    EXPECT_EQ(child.wait(), 3) << arguments[0];
    EXPECT_EQ(child.output, "");
    EXPECT_NE(child.errors, "");
  }
  Child unusable({"--listen", "203.0.113.1:1"});
  EXPECT_EQ(unusable.wait(), 4);
  Child help({"--help"});
  EXPECT_EQ(help.wait(), 0);
  EXPECT_THAT(help.output, testing::HasSubstr("To start:"));
  Child past({"--frozen-at", "1492-10-12T00:00:00Z"});
  EXPECT_EQ(past.wait(), 3);
  EXPECT_THAT(past.errors, testing::HasSubstr("--frozen-at must be ISO 8601"));
}

}  // namespace
}  // namespace mock_ghl::tests
