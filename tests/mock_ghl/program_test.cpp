// mock-ghl as a process: its one line, its exit codes, its end, and a request over a socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "core/base/json.hpp"
#include "core/net/beast/client.hpp"
#include "core/net/beast/server.hpp"
#include "tests/core/net/socket_world.hpp"
#include "tests/support/piped_process.hpp"

namespace mock_ghl::tests {
namespace {

namespace net = holdfast::net;

struct Child : holdfast::tests::PipedProcess {
  explicit Child(std::vector<std::string> arguments, std::vector<std::string> environment = {})
      : PipedProcess(MOCK_GHL_PROGRAM, std::move(arguments), std::move(environment)) {}
  // The URL on its first line.
  std::string url() {
    const std::string first = line();
    return first.substr(std::min(first.find("http://127"), first.size()));
  }
};

constexpr const char* token_variable = "GHL_TOKEN=pit-00000000-0000-4000-8000-000000000001";

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
  const auto found = send({.method = "POST", .target = "/__mock/journal/find", .body = R"({"outcome":"cut"})"});
  const holdfast::Json cut = (*holdfast::parse_json(found.body))["requests"];
  ASSERT_FALSE(cut.empty()) << "the program records from the start";
  EXPECT_EQ(cut[0]["operation"], "get-calendars");
  EXPECT_EQ(cut[0]["faults"][0], "lost_before_commit");
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
  EXPECT_THAT(routes.output, testing::ContainsRegex("GET +/workflows +get-workflow +both +yes"));
  EXPECT_THAT(routes.output,
              testing::ContainsRegex("GET +/calendars/services/bookings +get-service-bookings +v3 +501"));
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

// A receiver on a port of its own.
struct Receiver {
  std::vector<net::HttpRequest> posts;
  static net::Task<net::HttpResponse> take(Receiver& receiver, net::HttpRequest request) {
    receiver.posts.push_back(std::move(request));
    co_return net::HttpResponse::text(200, "");
  }
};

TEST(Program, SendsWebhooksToTheUrlsItWasGiven) {
  net::testing::World world;
  Receiver receiver;
  auto server = net::BeastServer::listen(
      world.runtime, {}, [&](net::HttpRequest request) { return Receiver::take(receiver, std::move(request)); });
  ASSERT_TRUE(server);
  Child child({"--webhook", (*server)->origin() + "/hooks?of=ghl"});
  const std::string line = child.line();
  auto client = net::BeastClient::create(world.runtime, *net::parse_origin(line.substr(line.find("http"))), {});
  ASSERT_TRUE(client);
  const auto made =
      world.run((*client)->send({.method = "POST",
                                 .target = "/__mock/book",
                                 .body = R"({"calendarId":"nowhere","startTime":"2026-08-24T16:00:00Z"})"},
                                world.in(10'000)));
  ASSERT_TRUE(made);
  EXPECT_EQ(made->status, 404) << "what did not happen is not told";
  const net::HttpHeaders headers{{"Authorization", "Bearer pit-00000000-0000-4000-8000-000000000001"},
                                 {"Version", "2021-07-28"},
                                 {"Content-Type", "application/json"}};
  const auto contact = world.run((*client)->send({.method = "POST",
                                                  .target = "/contacts/",
                                                  .headers = headers,
                                                  .body = R"({"locationId":"locClinic00000000001","name":"Jane Doe"})"},
                                                 world.in(10'000)));
  ASSERT_TRUE(contact);
  EXPECT_EQ(contact->status, 201);
  ASSERT_TRUE(world.until([&] { return !receiver.posts.empty(); }, 20'000));
  const net::HttpRequest& post = receiver.posts[0];
  EXPECT_EQ(post.target, "/hooks?of=ghl");
  EXPECT_EQ((*holdfast::parse_json(post.body))["type"], "ContactCreate");
  EXPECT_TRUE(post.headers.find("X-GHL-Signature"));
  EXPECT_TRUE(post.headers.find("X-WH-Signature"));
  EXPECT_TRUE(post.headers.find("deliveryId"));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(), 0) << child.errors;
}

// What the program says on standard error when it is called like this and ends with 3.
std::string complaint(const std::vector<std::string>& arguments) {
  Child child(arguments, {token_variable});
  EXPECT_EQ(child.wait(), 3) << arguments[0] << ": " << child.errors;
  EXPECT_EQ(child.output, "");
  return child.errors;
}

TEST(Program, FilesThatCannotBeUsedAreNamedWithTheReason) {
  EXPECT_EQ(complaint({"--fixture", "/"}), "mock-ghl: /: it is a folder; name a file\n");
  EXPECT_EQ(complaint({"--chaos", "/nonexistent/file"}),
            "mock-ghl: /nonexistent/file: the file cannot be read: No such file or directory\n");
  const std::string broken = testing::TempDir() + "broken_fixture.json";
  std::ofstream(broken) << "{\n  \"locations\" []\n}";
  EXPECT_EQ(complaint({"--fixture", broken}),
            "mock-ghl: " + broken + ": invalid JSON at line 2, column 15: unexpected '['; expected ':'\n");
  EXPECT_THAT(complaint({"drift", "--spec", "/nonexistent"}), testing::HasSubstr("No such file or directory; --spec"));
  EXPECT_THAT(complaint({"--webhook-ca", "/nonexistent/ca.pem"}), testing::HasSubstr("Give a readable file of PEM"));
}

TEST(Program, WhatASubcommandHasNoUseForIsRefused) {
  EXPECT_EQ(complaint({"--fixture", MOCK_GHL_CLINIC_FILE, "routes"}),
            "mock-ghl: --fixture is the server's; routes does not take it. Leave it out\n");
  EXPECT_THAT(
      complaint({"--chaos", MOCK_GHL_CLINIC_FILE, "verify", "--against", "http://127.0.0.1:1", "--location", "x"}),
      testing::HasSubstr("--chaos is the server's"));
  EXPECT_NE(complaint({"--seed", "-1"}), "");
  EXPECT_THAT(complaint({"--listen", "foo:1"}), testing::HasSubstr("must be an IP address and a port"));
}

TEST(Program, EachSubcommandsHelpHasItsOwnExample) {
  for (const char* name : {"routes", "rules", "drift", "record", "verify"}) {
    Child help({name, "--help"});
    EXPECT_EQ(help.wait(), 0);
    EXPECT_THAT(help.output, testing::HasSubstr(name == std::string("verify") ? "GHL_TOKEN=pit-… mock-ghl verify"
                                                                              : "mock-ghl " + std::string(name)));
    EXPECT_THAT(help.output, testing::Not(testing::HasSubstr("Admin under"))) << "the server's";
  }
}

TEST(Program, VerifyTakesTheTwinsOptionsAndEndsWithFourWhenNobodyListens) {
  Child server({"--status", "spec"});
  const std::string url = server.url();
  const std::vector<std::string> asked{
      "verify",     "--against",           url, "--location", "locClinic00000000001", "--write",
      "--calendar", "calConsult0000000001"};
  std::vector<std::string> as_spec{"--status", "spec", "--fixture", MOCK_GHL_CLINIC_FILE};
  as_spec.insert(as_spec.end(), asked.begin(), asked.end());
  Child same(as_spec, {token_variable});
  EXPECT_EQ(same.wait(), 0) << same.output;
  EXPECT_THAT(same.output, testing::HasSubstr(" 0 differ, 0 skipped"));
  Child live(asked, {token_variable});
  EXPECT_EQ(live.wait(), 1);
  Child stranger({"verify", "--against", url, "--location", "locClinic00000000001"}, {"GHL_TOKEN=pit-other"});
  EXPECT_EQ(stranger.wait(), 1);
  EXPECT_THAT(stranger.output, testing::HasSubstr("check GHL_TOKEN and --location"));
  EXPECT_THAT(stranger.output, testing::HasSubstr("give --calendar"));
  Child nobody({"verify", "--against", "http://127.0.0.1:1", "--location", "x"}, {token_variable});
  EXPECT_EQ(nobody.wait(), 4);
  EXPECT_EQ(nobody.output, "") << "no row after row of the same";
  EXPECT_THAT(nobody.errors, testing::HasSubstr("http://127.0.0.1:1 cannot be asked"));
}

TEST(Program, ARecordingThatCannotBeWrittenEndsWithFour) {
  Child server({});
  Child recorder({"record", "--upstream", server.url(), "--out", "/dev/full"});
  const std::string line = recorder.line();
  net::testing::World world;
  auto client = net::BeastClient::create(world.runtime, *net::parse_origin(line.substr(line.rfind("http"))), {});
  ASSERT_TRUE(client);
  static_cast<void>(world.run((*client)->send({.target = "/calendars/"}, world.in(10'000))));
  EXPECT_EQ(recorder.wait(), 4);
  EXPECT_THAT(recorder.errors, testing::HasSubstr("/dev/full takes no more"));
}

TEST(Program, WrongOptionsEndWithThreeAndAnUnusablePortWithFour) {
  const std::vector<std::vector<std::string>> wrong{{"--listen", "nowhere"},
                                                    {"--fixture", "/nonexistent/file"},
                                                    {"--chaos", MOCK_GHL_CLINIC_FILE},
                                                    {"--webhook", "ftp://a.test"},
                                                    {"--wat"}};
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
