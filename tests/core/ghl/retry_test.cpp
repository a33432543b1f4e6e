#include "core/ghl/retry.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/support/run_task.hpp"

namespace holdfast::ghl {
namespace {

constexpr Instant now = from_epoch_ms(1'790'000'000'000);
constexpr Instant later = now + hours(1);

std::optional<Duration> wait_after(ErrorKind kind, Repeat repeat, int attempts_made, Instant deadline = later,
                                   std::optional<Duration> retry_after = std::nullopt) {
  holdfast::tests::SimpleEntropy entropy(7);
  const Error error{.kind = kind, .message = "x", .retry_after = retry_after};
  return next_wait(RetryPolicy{}, repeat, error, attempts_made, now, deadline, entropy);
}

TEST(MayRepeat, GoesByWhatASecondRequestWouldDo) {
  using enum ErrorKind;
  for (const ErrorKind kind : {transient, rate_limited, unknown_outcome, slot_taken, refused, unauthorized, not_found})
    EXPECT_FALSE(may_repeat(Repeat::never, kind)) << to_string(kind);
  for (const Repeat repeat : {Repeat::harmless, Repeat::idempotent, Repeat::if_refused}) {
    EXPECT_TRUE(may_repeat(repeat, transient));
    EXPECT_TRUE(may_repeat(repeat, rate_limited));
    EXPECT_EQ(may_repeat(repeat, unknown_outcome), repeat == Repeat::idempotent);
    for (const ErrorKind kind : {slot_taken, refused, unauthorized, missing_scope, not_found, invalid_input})
      EXPECT_FALSE(may_repeat(repeat, kind)) << to_string(kind);
  }
}

TEST(NextWait, DoublesUpToTheCapAndEnds) {
  for (const auto& [attempts_made, least_ms, most_ms] :
       {std::tuple{1, 75, 225}, std::tuple{2, 150, 450}, std::tuple{3, 300, 900}}) {
    const auto wait = wait_after(ErrorKind::transient, Repeat::harmless, attempts_made);
    ASSERT_TRUE(wait.has_value());
    EXPECT_GE(wait->count(), least_ms);
    EXPECT_LT(wait->count(), most_ms);
  }
  EXPECT_FALSE(wait_after(ErrorKind::transient, Repeat::harmless, 4).has_value());
  EXPECT_FALSE(wait_after(ErrorKind::transient, Repeat::harmless, 1'000'000).has_value());
}

TEST(NextWait, WaitsAtLeastWhatTheServerAsks) {
  const auto wait = wait_after(ErrorKind::rate_limited, Repeat::harmless, 1, later, seconds(10));
  ASSERT_TRUE(wait.has_value());
  EXPECT_GT(*wait, seconds(10));
  EXPECT_LT(*wait, milliseconds(10'225));
}

TEST(NextWait, NeverBeginsAWaitThatDoesNotFit) {
  EXPECT_FALSE(wait_after(ErrorKind::rate_limited, Repeat::harmless, 1, now + seconds(10), seconds(10)).has_value());
  EXPECT_FALSE(wait_after(ErrorKind::transient, Repeat::harmless, 1, now + milliseconds(10)).has_value());
  EXPECT_FALSE(wait_after(ErrorKind::transient, Repeat::harmless, 1, now).has_value());
  EXPECT_FALSE(wait_after(ErrorKind::transient, Repeat::harmless, 1, now - hours(1)).has_value());
}

RC_GTEST_PROP(NextWaitProperty, StaysWithinItsBounds, ()) {
  RetryPolicy policy;
  policy.attempts_max = *rc::gen::inRange(-1, 40);
  policy.base_ms = *rc::gen::element<std::int64_t>(-1, 0, 1, 150, INT64_MAX);
  policy.cap_ms = *rc::gen::element<std::int64_t>(-1, 0, 1, 2'000, 1'000'000);
  const int attempts_made = *rc::gen::inRange(1, 50);
  const Instant deadline = now + milliseconds(*rc::gen::inRange(0, 100'000));
  holdfast::tests::SimpleEntropy entropy(*rc::gen::arbitrary<std::uint64_t>());
  const Error error{.kind = ErrorKind::transient, .message = "x"};
  const auto wait = next_wait(policy, Repeat::harmless, error, attempts_made, now, deadline, entropy);
  if (wait) {
    RC_ASSERT(*wait >= Duration(0) && now + *wait < deadline);
    RC_ASSERT(wait->count() <= std::max<std::int64_t>(policy.cap_ms, 1) * 3 / 2 + 1);
    RC_ASSERT(attempts_made < policy.attempts_max);
  }
}

}  // namespace
}  // namespace holdfast::ghl
