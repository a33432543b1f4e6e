// mock-ghl as a process: its one line, its exit codes, its end, and a request over a socket.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

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
  explicit Child(std::vector<std::string> arguments) : PipedProcess(MOCK_GHL_PROGRAM, std::move(arguments)) {}
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
