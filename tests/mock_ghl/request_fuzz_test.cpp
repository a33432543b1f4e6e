// What the request fuzzer begins with: its corpus reaches the insides, and finds no fault.
#include <gtest/gtest.h>

#include <set>

#include "mock_ghl/api/routes.hpp"
#include "tests/mock_ghl/fuzz/request_pieces.hpp"
#include "tests/mock_ghl/fuzz/request_seeds.hpp"
#include "tests/mock_ghl/fuzz/request_world.hpp"
#include "tests/support/json_mutation.hpp"

namespace mock_ghl::tests {
namespace {

std::string operation_of(const holdfast::net::HttpRequest& request) {
  const auto target = holdfast::net::parse_target(request.target);
  const api::RouteMatch match = api::match_route(request.method, target.path);
  return match.route == nullptr ? "" : std::string(match.route->operation);
}

TEST(RequestFuzz, TheCorpusGetsPastTheTokenCheckInNearlyEveryOperation) {
  std::set<std::string> asked;
  std::set<std::string> succeeded;
  for (const fuzz::Seed& seed : fuzz::make_seeds()) {
    const fuzz::Played played = fuzz::play(seed.bytes);
    EXPECT_FALSE(played.refusal) << seed.name << ": " << played.refusal->sentence;
    for (const std::string& fault : played.faults) ADD_FAILURE() << seed.name << ": " << fault;
    for (const fuzz::Exchange& exchange : played.exchanges) {
      const std::string operation = operation_of(exchange.request);
      if (operation.empty()) continue;
      asked.insert(operation);
      if (exchange.response.status / 100 == 2) succeeded.insert(operation);
    }
  }
  for (const std::string& operation : succeeded) asked.erase(operation);
  std::string without;
  for (const std::string& operation : asked) without += " " + operation;
  EXPECT_GE(succeeded.size(), 120U) << "without a 2xx:" << without;
}

TEST(RequestFuzz, AnInputIsPlayedTheSameWayTwice) {
  std::string bytes;
  for (const fuzz::Seed& seed : fuzz::make_seeds()) {
    if (seed.name == "probe") bytes = seed.bytes;
  }
  const fuzz::Played first = fuzz::play(bytes);
  const fuzz::Played second = fuzz::play(bytes);
  ASSERT_EQ(first.exchanges.size(), second.exchanges.size());
  EXPECT_GT(first.exchanges.size(), 20U);
  for (std::size_t i = 0; i < first.exchanges.size(); ++i) {
    EXPECT_EQ(first.exchanges[i].response.body, second.exchanges[i].response.body);
  }
}

TEST(RequestFuzz, AChangedBodyLeavesTheRequestsBehindItReadable) {
  const std::string first = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}";
  const std::string second = "GET /b HTTP/1.1\r\nHost: a\r\n\r\n";
  const std::vector<std::string> pieces = fuzz::split_requests(first + second);
  ASSERT_EQ(pieces, (std::vector<std::string>{first, second}));
  const fuzz::Played played = fuzz::play(fuzz::with_body(pieces[0], "[1,2,3]") + pieces[1]);
  ASSERT_EQ(played.exchanges.size(), 2U);
  EXPECT_EQ(played.exchanges[0].request.body, "[1,2,3]");
  EXPECT_EQ(played.exchanges[1].request.target, "/b");
}

TEST(RequestFuzz, TheTextsOfABodyAreThoseBetweenItsQuotes) {
  using Texts = std::vector<std::pair<std::size_t, std::size_t>>;
  EXPECT_EQ(holdfast::tests::texts_of(R"({"a":"b\"c","":1})"), (Texts{{2, 1}, {6, 4}, {13, 0}}));
  EXPECT_TRUE(holdfast::tests::texts_of(R"("open)").empty());
}

}  // namespace
}  // namespace mock_ghl::tests
