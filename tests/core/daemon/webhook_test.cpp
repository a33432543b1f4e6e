// The webhook of a review over real sockets: holdfastd sends it, a receiver of the test checks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "core/base/json.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "core/net/beast/server.hpp"
#include "tests/core/net/socket_world.hpp"
#include "tests/support/piped_process.hpp"
#include "tests/support/signed_webhook.hpp"

namespace holdfast::daemon {
namespace {

using ::testing::HasSubstr;
using tests::header_of;

constexpr const char* secret = "whsec_YSBrZXkgb2YgdHdvIGRvemVuIGJ5dGVz";
const std::string key = "a key of two dozen bytes";

class WebhookTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "webhook_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    // Down at first, as it may be.
    receiver = net::BeastServer::listen(world.runtime, {}, [this](net::HttpRequest request) {
                 got.push_back(std::move(request));
                 return answer(got.size() == 1 ? 503 : 204);
               }).value();
    std::ofstream(folder + "/secret") << secret << '\n';
    std::ofstream(folder + "/holdfast.toml")
        << "[ledger]\npath = \"" << folder
        << "/ledger.db\"\n[ghl]\norigin = \"http://127.0.0.1:" << net::testing::closed_port(world)
        << "\"\n[[tenant]]\nid = \"one\"\nlocation_id = \"loc\"\ntimezone = \"UTC\"\n"
           "ghl_token_env = \"GHL_TOKEN\"\nvapi_secret_env = \"VAPI_SECRET\"\n"
           "[[tenant.service]]\nname = \"A\"\ncalendar_id = \"cal\"\n"
           "[tenant.review_alert]\nby = [\"webhook\"]\nwebhook_secret_file = \"secret\"\nwebhook_url = \""
        << receiver->origin() << "/hooks/reviews\"\n";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  static net::Task<net::HttpResponse> answer(int status) { co_return net::HttpResponse{.status = status}; }

  // A ledger with work that cannot be done.
  void write_ledger() {
    auto store = ledger::SqliteLedger::open(folder + "/ledger.db", world.runtime).value();
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
    // A kind that this version does not know is hopeless at once.
    change.enqueue = {{.id = "intent1/note",
                       .intent_id = "intent1",
                       .tenant = "one",
                       .kind = "of_another_version",
                       .payload = R"({"body":"for Ada King"})",
                       .due_at = now,
                       .last_error = ""}};
    ASSERT_TRUE(world.run(store->advance(std::move(change))));
  }

  net::testing::World world;
  std::string folder;
  std::vector<net::HttpRequest> got;
  std::unique_ptr<net::BeastServer> receiver;
};

TEST_F(WebhookTest, AReviewIsToldOverTheWireAndAgainUntilItIsTaken) {
  write_ledger();
  tests::PipedProcess daemon(HOLDFASTD_PROGRAM, {"--config", folder + "/holdfast.toml", "--listen", "127.0.0.1:0"},
                             {"GHL_TOKEN=pit-test", "VAPI_SECRET=test-secret"});
  ASSERT_THAT(daemon.line(), HasSubstr("listening"));
  ASSERT_TRUE(world.until([this] { return got.size() == 2; }, 20'000));
  for (const net::HttpRequest& request : got) {
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.target, "/hooks/reviews");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/json");
    EXPECT_EQ(header_of(request, "webhook-id"), "intent1/note/dead/alert_webhook");
    EXPECT_TRUE(tests::is_signed(request, key));
    EXPECT_FALSE(tests::is_signed(request, key + "x"));
    const Json body = parse_json(request.body).value();
    EXPECT_EQ(body["type"], "review.opened");
    EXPECT_EQ(body["data"]["reason"], "job_dead");
    EXPECT_EQ(body["data"]["review_id"], "intent1/note/dead");
    EXPECT_EQ(request.body.find("Ada"), std::string::npos);
  }
  daemon.signal(SIGTERM);
  EXPECT_EQ(daemon.wait(), 0);
  EXPECT_EQ(daemon.errors.find("Ada"), std::string::npos);
  EXPECT_EQ(daemon.errors.find("whsec_"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::daemon
