// HealthCheck: how often the probe is tried, how long anybody waits for it, and what is said then.
#include "core/daemon/health_check.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/run_task.hpp"

namespace holdfast::daemon {
namespace {

using net::Task;
using ::testing::HasSubstr;

class HealthCheckTest : public ::testing::Test {
 protected:
  Task<Result<void>> probe() {
    ++tries;
    const Result<void> answer = next;
    co_await net::sleep_for(loop.clock(), takes);
    co_return answer;
  }
  Result<void> ask() { return loop.run(check.ask()); }
  Task<void> ask_beside(std::vector<Result<void>>& heard) { heard.push_back(co_await check.ask()); }
  std::int64_t passed_ms() { return (loop.clock().now() - began).count(); }

  tests::Loop loop;
  HealthCheck check{loop.runtime(), "ledger", [this] { return probe(); }};
  Result<void> next;
  Duration takes{0};
  int tries = 0;
  Instant began = loop.clock().now();
};

TEST_F(HealthCheckTest, WithoutAProbeAllIsWell) {
  HealthCheck none(loop.runtime(), "nothing", {});
  EXPECT_TRUE(loop.run(none.ask()));
}

TEST_F(HealthCheckTest, AnAnswerCountsForASecondAndThenTheProbeIsTriedAgain) {
  EXPECT_TRUE(ask());
  next = fail(ErrorKind::storage, "broken");
  loop.clock().advance(milliseconds(999));
  EXPECT_TRUE(ask());
  EXPECT_EQ(tries, 1);
  loop.clock().advance(milliseconds(1));
  const auto broken = ask();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().message, "broken");
  EXPECT_EQ(tries, 2);
  next = {};
  EXPECT_FALSE(ask());
  loop.clock().advance(milliseconds(1'000));
  EXPECT_TRUE(ask());
  EXPECT_EQ(tries, 3);
}

TEST_F(HealthCheckTest, WhoeverAsksMeanwhileSharesTheTry) {
  takes = milliseconds(300);
  std::vector<Result<void>> heard;
  for (int i = 0; i < 50; ++i) loop.spawn(ask_beside(heard));
  loop.run_until(began + milliseconds(299));
  EXPECT_TRUE(heard.empty());
  loop.run_until(began + milliseconds(300));
  loop.poll();
  EXPECT_EQ(heard.size(), 50u);
  EXPECT_EQ(tries, 1);
}

TEST_F(HealthCheckTest, NobodyWaitsLongerThanASecondForAProbeThatHangs) {
  takes = minutes(5);
  const auto hung = ask();
  EXPECT_EQ(passed_ms(), 1'000);
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().kind, ErrorKind::deadline_exceeded);
  EXPECT_THAT(hung.error().message, HasSubstr("the ledger has not answered for 1000 ms"));
  EXPECT_THAT(hung.error().message, HasSubstr("disk"));
  // Later ones hear at once that it still hangs, and no further try is piled on top.
  loop.clock().advance(milliseconds(59'000));
  const auto still = ask();
  ASSERT_FALSE(still);
  EXPECT_THAT(still.error().message, HasSubstr("60000 ms"));
  EXPECT_EQ(passed_ms(), 60'000);
  EXPECT_EQ(tries, 1);
}

TEST_F(HealthCheckTest, AProbeThatCameRoundIsBelievedAgain) {
  takes = minutes(5);
  EXPECT_FALSE(ask());
  loop.run_until(began + minutes(5));
  loop.poll();
  takes = {};
  EXPECT_TRUE(ask());
  EXPECT_EQ(tries, 1);
  EXPECT_TRUE(loop.run(check.drain(loop.clock().now())));
}

TEST_F(HealthCheckTest, ADrainWaitsForTheTryUnderWay) {
  takes = minutes(5);
  EXPECT_FALSE(ask());
  EXPECT_FALSE(loop.run(check.drain(began + minutes(1))));
  EXPECT_TRUE(loop.run(check.drain(began + minutes(6))));
}

}  // namespace
}  // namespace holdfast::daemon
