#include "core/daemon/application.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>

#include "core/base/json.hpp"
#include "core/ledger/memory/memory_ledger.hpp"
#include "core/vapi/messages.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::daemon {
namespace {

using net::HttpRequest;
using net::HttpResponse;
using net::Task;
using ::testing::HasSubstr;
using ::testing::Not;

// A GHL that never answers, and remembers which tokens it was shown.
class SilentGhl final : public net::HttpTransport {
 public:
  explicit SilentGhl(net::Runtime runtime) : runtime_(std::move(runtime)) {}
  Task<net::TransportResult> send(HttpRequest request, Instant deadline) override {
    tokens.emplace_back(request.headers.find("Authorization").value_or(""));
    const auto timer = runtime_.clock.make_timer();
    co_await timer->wait_until(deadline);
    co_return std::unexpected(net::TransportError{net::TransportFailure::unanswered, "silence"});
  }
  std::vector<std::string> tokens;

 private:
  net::Runtime runtime_;
};

TenantAccount make_account(const std::string& id, const std::string& secret) {
  TenantAccount account;
  account.tenant.id = id;
  account.tenant.location_id = "loc-" + id;
  account.tenant.services = {{"Consultation", "cal-" + id}};
  account.ghl_token = Secret("pit-" + id);
  account.vapi_secret = Secret(secret);
  return account;
}

const std::string availability_call =
    R"({"message":{"type":"tool-calls","call":{"id":"c1","customer":{"number":"+14155550100"}},)"
    R"("toolCallList":[{"id":"t1","type":"function","function":{"name":"check_availability","arguments":{"date":"tomorrow"}}}]}})";
const std::string booking_call =
    R"({"message":{"type":"tool-calls","call":{"id":"c1","customer":{"number":"+14155550100"}},)"
    R"("toolCallList":[{"id":"t1","type":"function","function":{"name":"book_appointment","arguments":{"slot_code":"AAAA","name":"Jo Doe"}}},)"
    R"({"id":"t2","type":"function","function":{"name":"check_availability","arguments":{}}}]}})";

class ApplicationTest : public ::testing::Test {
 protected:
  void start(std::vector<TenantAccount> accounts, ledger::DiskModel disk = nullptr, HealthProbe probe = {}) {
    store = std::make_unique<ledger::MemoryLedger>(loop.runtime(), std::make_shared<ledger::MemoryDisk>(), disk);
    application = std::make_unique<Application>(loop.runtime(), std::move(accounts), *store, ghl, std::move(probe));
  }
  void start_ready() {
    start({make_account("one", "first secret"), make_account("two", "second secret")});
    ASSERT_TRUE(loop.run(application->start()));
  }
  HttpResponse ask(const std::string& method, const std::string& target, net::HttpHeaders headers = {},
                   const std::string& body = "") {
    return loop.run(application->handle({method, target, std::move(headers), body}));
  }
  HttpResponse post(const std::string& body, const std::string& tenant = "one",
                    const std::string& secret = "first secret") {
    return ask("POST", "/vapi/" + tenant, {{"Authorization", "Bearer " + secret}}, body);
  }
  static std::string error_of(const HttpResponse& response) {
    EXPECT_TRUE(net::is_json(response.headers));
    const auto json = parse_json(response.body);
    return json ? string_member(*json, "error").value_or("") : "";
  }
  // The first result's text parsed as JSON.
  static Json result_of(const HttpResponse& response, std::size_t index = 0) {
    EXPECT_EQ(response.status, 200);
    const auto json = parse_json(response.body);
    EXPECT_TRUE(json) << response.body;
    return parse_json(json->at("results").at(index).at("result").get<std::string>()).value_or(Json());
  }
  void TearDown() override {
    if (!application) return;
    application->stop();
    loop.run(application->drain(loop.clock().now() + hours(24)));
    application.reset();
  }

  tests::Loop loop;
  SilentGhl ghl{loop.runtime()};
  std::unique_ptr<ledger::MemoryLedger> store;
  std::unique_ptr<Application> application;
};

TEST_F(ApplicationTest, HealthAndReadiness) {
  start({make_account("one", "first secret")});
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  EXPECT_EQ(ask("GET", "/healthz").body, R"({"status":"ok"})");
  EXPECT_EQ(ask("GET", "/readyz").status, 503);
  ASSERT_TRUE(loop.run(application->start()));
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  EXPECT_EQ(ask("HEAD", "/readyz").status, 200);
  application->stop();
  EXPECT_EQ(ask("GET", "/readyz").status, 503);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(ApplicationTest, IsNotReadyWhileTheLedgerCannotWriteAndRecoversByItself) {
  bool disk_full = false;
  start({make_account("one", "first secret")}, nullptr, [&disk_full]() -> Task<Result<void>> {
    if (disk_full) co_return fail(ErrorKind::storage, "the disk of the ledger is full; free some space");
    co_return Result<void>{};
  });
  EXPECT_EQ(ask("GET", "/readyz").body, R"({"status":"recovering"})");
  ASSERT_TRUE(loop.run(application->start()));
  EXPECT_EQ(ask("GET", "/readyz").status, 200);
  disk_full = true;
  loop.clock().advance(milliseconds(1'001));
  const HttpResponse failing = ask("GET", "/readyz");
  EXPECT_EQ(failing.status, 503);
  EXPECT_EQ(failing.body,
            R"({"error":"the disk of the ledger is full; free some space","status":"ledger_unwritable"})");
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  disk_full = false;
  loop.clock().advance(milliseconds(1'001));
  EXPECT_EQ(ask("GET", "/readyz").body, R"({"status":"ok"})");
  application->stop();
  EXPECT_EQ(ask("GET", "/readyz").body, R"({"status":"stopping"})");
}

TEST_F(ApplicationTest, UnknownPathsAndMethodsAreSaidInJson) {
  start_ready();
  for (const std::string path : {"/", "/vapi", "/vapi/one/two", "/favicon.ico", "/VAPI/one"}) {
    const HttpResponse response = ask("GET", path);
    EXPECT_EQ(response.status, 404) << path;
    EXPECT_THAT(error_of(response), HasSubstr("/vapi/{tenant}"));
  }
  const HttpResponse get = ask("GET", "/vapi/one", {{"X-Vapi-Secret", "first secret"}});
  EXPECT_EQ(get.status, 405);
  EXPECT_EQ(get.headers.find("Allow"), "POST");
  EXPECT_EQ(error_of(get), "this path only takes POST");
  const HttpResponse posted = ask("POST", "/healthz");
  EXPECT_EQ(posted.status, 405);
  EXPECT_EQ(posted.headers.find("Allow"), "GET");
}

TEST_F(ApplicationTest, AnUnknownTenantIs404WhateverTheSecret) {
  start_ready();
  const HttpResponse response = post(availability_call, "three");
  EXPECT_EQ(response.status, 404);
  EXPECT_THAT(error_of(response), HasSubstr("no such tenant"));
  EXPECT_EQ(post(availability_call, "ONE").status, 404);
  EXPECT_EQ(post(availability_call, "").status, 404);
}

TEST_F(ApplicationTest, EitherHeaderAuthenticates) {
  start_ready();
  const std::string body = R"({"message":{"type":"status-update"}})";
  const auto status = [&](net::HttpHeaders headers) {
    return ask("POST", "/vapi/one", std::move(headers), body).status;
  };
  EXPECT_EQ(status({{"Authorization", "Bearer first secret"}}), 200);
  EXPECT_EQ(status({{"authorization", "bearer  first secret "}}), 200);
  EXPECT_EQ(status({{"X-Vapi-Secret", "first secret"}}), 200);
  EXPECT_EQ(status({{"x-vapi-secret", "first secret"}, {"Authorization", "Bearer other"}}), 200);
}

TEST_F(ApplicationTest, NothingElseDoes) {
  start_ready();
  const std::vector<net::HttpHeaders> wrong = {
      {},
      {{"Authorization", "first secret"}},
      {{"Authorization", "Basic first secret"}},
      {{"Authorization", "Bearer "}},
      {{"Authorization", "Bearer"}},
      {{"Authorization", "Bearer first secre"}},
      {{"Authorization", "Bearer first secret2"}},
      {{"Authorization", "Bearer second secret"}},
      {{"X-Vapi-Secret", ""}},
      {{"X-Vapi-Secret", "First Secret"}},
      {{"X-Vapi-Secret", "second secret"}},
      {{"X-Secret", "first secret"}},
  };
  for (const net::HttpHeaders& headers : wrong) {
    const HttpResponse response = ask("POST", "/vapi/one", headers, availability_call);
    EXPECT_EQ(response.status, 401);
    EXPECT_EQ(response.headers.find("WWW-Authenticate"), "Bearer");
    EXPECT_THAT(error_of(response), Not(HasSubstr("first")));
  }
  EXPECT_TRUE(ghl.tokens.empty());
}

TEST_F(ApplicationTest, ATenantWithoutASecretIsClosedUnlessItSaysOtherwise) {
  TenantAccount open = make_account("open", "");
  open.allow_unauthenticated = true;
  start({make_account("closed", ""), std::move(open)});
  ASSERT_TRUE(loop.run(application->start()));
  const std::string body = R"({"message":{"type":"hang"}})";
  EXPECT_EQ(ask("POST", "/vapi/closed", {}, body).status, 401);
  EXPECT_EQ(ask("POST", "/vapi/closed", {{"X-Vapi-Secret", ""}}, body).status, 401);
  EXPECT_EQ(ask("POST", "/vapi/closed", {{"Authorization", "Bearer "}}, body).status, 401);
  EXPECT_EQ(ask("POST", "/vapi/open", {}, body).status, 200);
}

TEST_F(ApplicationTest, WhatIsNoServerMessageIs400) {
  start_ready();
  for (const std::string body :
       {"", "nope", "[]", "{}", R"({"message":{}})", R"({"message":{"type":7}})", "\xff\xfe"}) {
    const HttpResponse response = post(body);
    EXPECT_EQ(response.status, 400) << body;
    EXPECT_THAT(error_of(response), HasSubstr("not a Vapi server message: ")) << body;
  }
  const std::string deep = std::string(100'000, '[');
  EXPECT_EQ(post(deep).status, 400);
}

TEST_F(ApplicationTest, OtherMessagesAreTakenWithAnEmptyObject) {
  start_ready();
  for (const std::string type : {"status-update", "end-of-call-report", "conversation-update", "made-up-tomorrow"}) {
    const HttpResponse response = post(R"({"message":{"type":")" + type + R"(","call":{"id":"c1"}}})");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, "{}");
  }
  EXPECT_TRUE(ghl.tokens.empty());
}

TEST_F(ApplicationTest, AMessageWithoutCallsHasNoResults) {
  start_ready();
  const HttpResponse response = post(R"({"message":{"type":"tool-calls","toolCallList":[]}})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"results":[]})");
}

TEST_F(ApplicationTest, AToolCallIsAnsweredByTheVoiceDeadlineAlthoughGhlIsSilent) {
  start_ready();
  const Instant began = loop.clock().now();
  const HttpResponse response = post(availability_call);
  EXPECT_LE(loop.clock().now() - began, milliseconds(4'500));
  const Json result = result_of(response);
  EXPECT_EQ(result.at("status"), "error");
  EXPECT_NE(result.at("say"), "");
  EXPECT_EQ(parse_json(response.body)->at("results").at(0).at("toolCallId"), "t1");
  ASSERT_FALSE(ghl.tokens.empty());
  EXPECT_EQ(ghl.tokens.front(), "Bearer pit-one");
}

// Once the end of the daemon, and with it of every other tenant's calls.
TEST_F(ApplicationTest, ADateThatDoesNotExistIsAskedForAgain) {
  start_ready();
  for (const std::string date : {"257/5", "1/257", "257/5/2027", "268/31", "12/287", "5/4294967297"}) {
    std::string body = availability_call;
    const Json said = result_of(post(body.replace(body.find("tomorrow"), 8, date)));
    EXPECT_EQ(said["status"], "need_info") << date;
  }
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

TEST_F(ApplicationTest, EachTenantSpeaksWithItsOwnToken) {
  start_ready();
  post(availability_call, "two", "second secret");
  ASSERT_FALSE(ghl.tokens.empty());
  for (const std::string& token : ghl.tokens) EXPECT_EQ(token, "Bearer pit-two");
}

TEST_F(ApplicationTest, ALegacyFunctionCallGetsALegacyResult) {
  start_ready();
  const HttpResponse response = post(
      R"({"message":{"type":"function-call","call":{"id":"c1"},"functionCall":{"name":"check_availability","parameters":{"date":"tomorrow"}}}})");
  EXPECT_EQ(response.status, 200);
  const auto json = parse_json(response.body);
  ASSERT_TRUE(json);
  EXPECT_TRUE(json->contains("result")) << response.body;
  EXPECT_FALSE(json->contains("results"));
}

// How many are carried out is vapi's rule; the daemon answers every one.
TEST_F(ApplicationTest, CallsBeyondTheBoundOfAMessageAreAnsweredToo) {
  start_ready();
  Json calls = Json::array();
  for (std::size_t i = 0; i < vapi::tool_calls_max + 2; ++i) {
    calls.push_back({{"id", "t" + std::to_string(i)}, {"function", {{"name", "book_appointment"}}}});
  }
  const HttpResponse response =
      post(dump_json({{"message", {{"type", "tool-calls"}, {"call", {{"id", "c1"}}}, {"toolCallList", calls}}}}));
  EXPECT_EQ(response.status, 200);
  const auto json = parse_json(response.body);
  ASSERT_EQ(json->at("results").size(), vapi::tool_calls_max + 2);
  for (std::size_t i = 0; i < vapi::tool_calls_max + 2; ++i) {
    const Json& result = json->at("results").at(i);
    EXPECT_EQ(result.at("toolCallId"), "t" + std::to_string(i));
    EXPECT_EQ(result.contains("error"), i >= vapi::tool_calls_max) << result;
  }
}

// Whoever sends many calls must not keep everybody else waiting: what a message costs grows with its length, not with
// its square. In time of the processor, so that a busy machine does not count.
TEST_F(ApplicationTest, TwentyThousandCallsInOneMessageCostTenTimesTwoThousand) {
  start_ready();
  const auto cost_of = [&](std::size_t count) {
    Json calls = Json::array();
    for (std::size_t i = 0; i < count; ++i) {
      calls.push_back({{"id", "call_" + std::to_string(i)}, {"function", {{"name", "book_appointment"}}}});
    }
    const std::string body =
        dump_json({{"message", {{"type", "tool-calls"}, {"call", {{"id", "c1"}}}, {"toolCallList", calls}}}});
    const std::clock_t began = std::clock();
    const HttpResponse response = post(body);
    const std::clock_t cost = std::clock() - began;
    EXPECT_EQ(parse_json(response.body)->at("results").size(), count);
    return static_cast<double>(cost);
  };
  const double few = cost_of(2'000);
  EXPECT_LT(cost_of(20'000), 40 * few);
}

// A disk whose first read of the unsettled intents takes `ms`.
ledger::DiskModel slow_recovery(std::int64_t ms) {
  return [ms](std::string_view operation, ledger::Durability) {
    ledger::DiskFate fate;
    if (operation == "unsettled_intents") fate.before_commit_ms = ms;
    return fate;
  };
}

Task<void> start_beside(Application& application, bool& started) {
  const auto result = co_await application.start();
  started = result.has_value();
}

TEST_F(ApplicationTest, ToolCallsWaitForRecovery) {
  start({make_account("one", "first secret")}, slow_recovery(1'000));
  bool started = false;
  loop.spawn(start_beside(*application, started));
  const Instant began = loop.clock().now();
  EXPECT_EQ(ask("GET", "/readyz").status, 503);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  EXPECT_TRUE(ghl.tokens.empty());
  const HttpResponse response = post(availability_call);
  EXPECT_TRUE(started);
  EXPECT_FALSE(ghl.tokens.empty());
  const auto took = loop.clock().now() - began;
  EXPECT_GE(took, milliseconds(1'000));
  EXPECT_LE(took, milliseconds(4'500));
  EXPECT_EQ(result_of(response).at("status"), "error");
}

TEST_F(ApplicationTest, TheVoiceDeadlineBoundsTheWaitForRecovery) {
  start({make_account("one", "first secret")}, slow_recovery(60'000));
  bool started = false;
  loop.spawn(start_beside(*application, started));
  const Instant began = loop.clock().now();
  const HttpResponse response = post(booking_call);
  EXPECT_EQ(loop.clock().now() - began, milliseconds(4'500));
  EXPECT_FALSE(started);
  EXPECT_EQ(result_of(response, 0).at("status"), "pending");
  EXPECT_EQ(result_of(response, 1).at("status"), "error");
  loop.run_until(began + minutes(2));
  EXPECT_TRUE(started);
}

// What is left of the deadline after recovery is all that the desk gets: the wait is one, not two.
TEST_F(ApplicationTest, TheWaitForRecoveryCountsAgainstTheDeadlineOfTheAnswer) {
  start({make_account("one", "first secret")}, slow_recovery(3'000));
  bool started = false;
  loop.spawn(start_beside(*application, started));
  const Instant began = loop.clock().now();
  const HttpResponse response = post(availability_call);
  EXPECT_TRUE(started);
  EXPECT_FALSE(ghl.tokens.empty());
  EXPECT_LE(loop.clock().now() - began, milliseconds(4'500));
  EXPECT_EQ(result_of(response).at("status"), "error");
}

TEST_F(ApplicationTest, AnUnreadableLedgerIsAnErrorAndNeverReady) {
  start({make_account("one", "first secret")}, [](std::string_view, ledger::Durability) {
    ledger::DiskFate fate;
    fate.failure = ledger::DiskFate::Failure::before_commit;
    return fate;
  });
  const auto started = loop.run(application->start());
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::storage);
  EXPECT_EQ(ask("GET", "/readyz").status, 503);
}

Task<void> ask_beside(Application& application, std::string body) {
  co_await application.handle({"POST", "/vapi/one", {{"X-Vapi-Secret", "first secret"}}, std::move(body)});
}

// The application goes first and the suspended frames after it, as in a simulated crash: what the frames still hold
// must not refer to it.
TEST_F(ApplicationTest, ACrashWhileRequestsWaitForRecovery) {
  start({make_account("one", "first secret")}, slow_recovery(60'000));
  bool started = false;
  loop.spawn(start_beside(*application, started));
  for (int i = 0; i < 3; ++i) loop.spawn(ask_beside(*application, availability_call));
  loop.poll();
  application.reset();
  loop.crash();
  EXPECT_FALSE(started);
  EXPECT_TRUE(ghl.tokens.empty());
}

TEST_F(ApplicationTest, ACrashWhileRequestsWaitForGhl) {
  start_ready();
  for (int i = 0; i < 3; ++i) loop.spawn(ask_beside(*application, availability_call));
  loop.poll();
  EXPECT_FALSE(ghl.tokens.empty());
  application.reset();
  loop.crash();
}

}  // namespace
}  // namespace holdfast::daemon
