// Ending in order: SIGTERM while a booking is under way, and two daemons that want one ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/e2e/ledger_file.hpp"
#include "tests/e2e/stack.hpp"

namespace e2e {
namespace {

using testing::HasSubstr;

const Caller dana{.call_id = "call-dana", .number = "+14155550101", .name = "Dana Reed"};

TEST(Stop, ABookingUnderWayIsFinishedAndTold) {
  Stack stack;
  const std::string code = stack.check(dana).code(0);
  stack.chaos(Json::array({fault_rule("latency", "create-appointment", 800, 1)}));
  const auto delivery = stack.book_in_background(dana, code, "tool-1");
  ASSERT_TRUE(stack.wait_for_fault("latency", "create-appointment"));
  EXPECT_EQ(stack.stop_daemon(), 0) << stack.daemon().errors();
  ASSERT_TRUE(delivery->done) << "the daemon ended without an answer";
  EXPECT_EQ(delivery->answer.status, "booked") << delivery->answer.failure << delivery->answer.body;
  EXPECT_EQ(read_ledger(stack.ledger_path()).states(), "booked");
  EXPECT_EQ(stack.record().live_of(dana.number).size(), 1U);

  stack.start_daemon();
  EXPECT_EQ(stack.book(dana, code, "tool-1").status, "booked");
  EXPECT_TRUE(stack.until([&] { return stack.record().notes_of(dana.number).size() == 1; }, 30'000));
  EXPECT_EQ(stack.stop_daemon(), 0);
  EXPECT_EQ(stack.record().live_of(dana.number).size(), 1U);
  EXPECT_EQ(stack.record().notes_of(dana.number).size(), 1U);
}

// The caller heard "pending" and the daemon is told to stop: the driver still finishes, and the next start knows.
TEST(Stop, APendingBookingIsDrivenToItsEnd) {
  Stack stack({.limits = {{"create_timeout_ms", 3'000}}});
  const std::string code = stack.check(dana).code(0);
  stack.chaos(Json::array({fault_rule("latency", "create-appointment", 2'200, 1)}));
  EXPECT_EQ(stack.book(dana, code, "tool-1").status, "pending");
  EXPECT_EQ(stack.stop_daemon(), 0) << stack.daemon().errors();
  EXPECT_EQ(read_ledger(stack.ledger_path()).states(), "booked");
  stack.start_daemon();
  EXPECT_EQ(stack.book(dana, code, "tool-2").status, "booked");
  EXPECT_EQ(stack.record().live_of(dana.number).size(), 1U);
}

// What cannot be finished within drain_timeout_ms is left to the ledger.
TEST(Stop, WhatTakesTooLongIsTakenUpByTheNextStart) {
  Stack stack({.limits = {{"late_arrival_window_ms", 4'000}}, .server_settings = "drain_timeout_ms = 500\n"});
  const std::string code = stack.check(dana).code(0);
  stack.chaos(Json::array({fault_rule("lost_after_commit", "create-appointment", 0, 1),
                           fault_rule("latency", "get-calendar-events", 20'000)}));
  EXPECT_EQ(stack.book(dana, code, "tool-1").status, "pending");
  EXPECT_EQ(stack.stop_daemon(), 0) << stack.daemon().errors();
  EXPECT_EQ(read_ledger(stack.ledger_path()).states(), "unknown");
  stack.calm();
  stack.start_daemon();
  Answer answer = stack.book(dana, code, "tool-2");
  for (int ask = 3; ask < 20 && answer.status == "pending"; ++ask) {
    answer = stack.book(dana, code, "tool-" + std::to_string(ask));
  }
  EXPECT_EQ(answer.status, "booked") << answer.body;
  EXPECT_EQ(stack.record().live_of(dana.number).size(), 1U);
}

TEST(Stop, ASecondDaemonOnTheSameLedgerIsRefused) {
  Stack stack;
  const ChildProcess* first = &stack.daemon();
  ChildProcess second(
      {.program = HOLDFASTD_PROGRAM,
       .arguments = {"--config", (stack.folder().path() / "holdfast.toml").string(), "--listen", "127.0.0.1:0"},
       .environment = {{"E2E_GHL_TOKEN", ghl_token}, {"E2E_VAPI_SECRET", vapi_secret}},
       .error_file = stack.folder().path() / "second.err"});
  EXPECT_EQ(second.wait_for_exit(start_limit_ms), 4);
  EXPECT_EQ(second.output(), "");
  EXPECT_THAT(second.errors(), HasSubstr("in use by another process"));
  EXPECT_THAT(second.errors(), HasSubstr(std::to_string(first->pid())));
  // The first one has not noticed.
  const std::string code = stack.check(dana).code(0);
  EXPECT_EQ(stack.book(dana, code, "tool-1").status, "booked");
}

}  // namespace
}  // namespace e2e
