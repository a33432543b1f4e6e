// The program vapi-sim against a server on the loopback.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>

#include "core/base/json.hpp"
#include "core/net/beast/real_clock.hpp"
#include "core/net/beast/server.hpp"
#include "core/net/beast/system_entropy.hpp"
#include "tests/vapi_sim/scripted_backend.hpp"

namespace {

namespace net = holdfast::net;

struct Finished {
  int exit_code = -1;
  std::string output;
};

// Runs vapi-sim with `options`.
Finished run(const std::string& options) {
  Finished finished;
  std::FILE* pipe = ::popen((std::string(VAPI_SIM_PROGRAM) + " " + options + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return finished;
  char buffer[4096];
  while (const std::size_t got = std::fread(buffer, 1, sizeof buffer, pipe)) finished.output.append(buffer, got);
  finished.exit_code = WEXITSTATUS(::pclose(pipe));
  return finished;
}

// A server on a thread of its own that gives every request to a ScriptedBackend.
class ProgramTest : public testing::Test {
 protected:
  void SetUp() override {
    auto listening = net::BeastServer::listen(
        runtime_, {},
        [this](net::HttpRequest request) -> net::Task<net::HttpResponse> { return answer(std::move(request)); });
    ASSERT_TRUE(listening.has_value());
    server_ = std::move(*listening);
    url_ = server_->origin() + "/vapi/demo";
    thread_ = std::thread([this] { io_.run(); });
  }
  void TearDown() override {
    io_.stop();
    if (thread_.joinable()) thread_.join();
  }
  net::Task<net::HttpResponse> answer(net::HttpRequest request) {
    auto result = co_await backend_.send(std::move(request), clock_.now() + holdfast::seconds(5));
    co_return result ? *result : net::HttpResponse::abandon();
  }

  net::asio::io_context io_{1};
  net::RealClock clock_{io_.get_executor()};
  net::SystemEntropy entropy_;
  net::Runtime runtime_{io_.get_executor(), clock_, entropy_};
  vapi_sim::ScriptedBackend backend_{clock_};
  std::unique_ptr<net::BeastServer> server_;
  std::string url_;
  std::thread thread_;
};

TEST_F(ProgramTest, ManyCallsEndWellAndExitWithZero) {
  ::setenv("VAPI_SIM_TEST_SECRET", "s3cret", 1);
  const Finished calls = run("--target " + url_ +
                             " --secret-env VAPI_SIM_TEST_SECRET --date Thursday --calls 6 --parallel 3 --think-ms 10");
  EXPECT_EQ(calls.exit_code, 0) << calls.output;
  EXPECT_NE(calls.output.find("booked 6 (6 calls, 0 with broken rules)"), std::string::npos) << calls.output;
  EXPECT_NE(calls.output.find("assistant -> check_availability {\"date\":\"Thursday\"}"), std::string::npos);
  for (const net::HttpRequest& request : backend_.requests) {
    EXPECT_EQ(request.target, "/vapi/demo");
    EXPECT_EQ(request.headers.find("authorization"), "Bearer s3cret");
  }
}

TEST_F(ProgramTest, BrokenRulesAndOpenOutcomesExitWithOne) {
  backend_.check = [](const holdfast::Json&, int) {
    return vapi_sim::Scripted{.result = vapi_sim::ScriptedBackend::offer() + "\n"};
  };
  const Finished finished = run("--target " + url_ + " --think-ms 10");
  EXPECT_EQ(finished.exit_code, 1) << finished.output;
  EXPECT_NE(finished.output.find("VAPI-single-line"), std::string::npos) << finished.output;
}

TEST(Program, NobodyListeningIsAnOpenOutcomeWithItsReason) {
  const Finished finished = run("--target http://127.0.0.1:1 --think-ms 1 --delivery-retries 0");
  EXPECT_EQ(finished.exit_code, 1);
  EXPECT_NE(finished.output.find("no answer (sent 1 time): "), std::string::npos) << finished.output;
  EXPECT_NE(finished.output.find("caller told: nothing"), std::string::npos) << finished.output;
}

TEST(Program, WrongOptionsExitWithThreeAndAWordOnWhatToDo) {
  for (const char* options : {"", "--target nonsense", "--nonsense", "--target http://127.0.0.1:1 --shape round",
                              "--target http://127.0.0.1:1 --secret-env VAPI_SIM_NO_SUCH_VARIABLE", "--calls 0",
                              "--target ftp://127.0.0.1/x"}) {
    const Finished finished = run(options);
    EXPECT_EQ(finished.exit_code, 3) << options << "\n" << finished.output;
    EXPECT_FALSE(finished.output.empty()) << options;
  }
  EXPECT_EQ(run("--help").exit_code, 0);
}

TEST(Program, PrintsOneBody) {
  const Finished finished = run("--print-body --shape flat/string --date tomorrow");
  EXPECT_EQ(finished.exit_code, 0);
  const holdfast::Json body = holdfast::Json::parse(finished.output, nullptr, false);
  ASSERT_FALSE(body.is_discarded());
  EXPECT_TRUE(body.at("message").at("toolCallList").at(0).at("arguments").is_string());
}

}  // namespace
