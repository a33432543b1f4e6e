#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class OutboxContract : public LedgerContract {
 protected:
  std::vector<OutboxJob> claim(Instant now, std::size_t limit = 10, const std::string& tenant = "t1") {
    return run(ledger().claim_jobs(tenant, now, now + minutes(2), limit)).value();
  }
  std::vector<OutboxJob> pending() { return run(ledger().pending_jobs(100)).value(); }
  static Offer offer(const std::string& code, Instant expires_at) {
    return {.tenant = "t1",
            .conversation = "call",
            .code = code,
            .service = "cleaning",
            .calendar_id = "cal",
            .zone = "America/New_York",
            .start = at(60),
            .end = at(90),
            .offered_at = at(0),
            .expires_at = expires_at};
  }
};

TEST_P(OutboxContract, AJobComesBackAsItWasQueuedAndLeased) {
  const Intent a = open("a");
  OutboxJob queued = job(a, "note", at(3));
  queued.payload = "{\"text\":\"hello\"}";
  enqueue(a, {queued});
  EXPECT_THAT(claim(at(2)), IsEmpty());
  const auto claimed = claim(at(3));
  ASSERT_EQ(claimed.size(), 1U);
  EXPECT_EQ(claimed[0].id, "a/note");
  EXPECT_EQ(claimed[0].intent_id, "a");
  EXPECT_EQ(claimed[0].tenant, "t1");
  EXPECT_EQ(claimed[0].kind, "note");
  EXPECT_EQ(claimed[0].payload, queued.payload);
  EXPECT_EQ(claimed[0].attempts, 1);
  EXPECT_EQ(claimed[0].due_at, at(5));
  EXPECT_FALSE(claimed[0].dead);
  EXPECT_EQ(pending().at(0).attempts, 1);
}

TEST_P(OutboxContract, ALeaseRunsOut) {
  const Intent a = open("a");
  enqueue(a, {job(a, "note", at(0))});
  EXPECT_EQ(claim(at(1)).size(), 1U);
  EXPECT_THAT(claim(at(2)), IsEmpty());
  const auto again = claim(at(3));
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].attempts, 2);
}

TEST_P(OutboxContract, DueJobsComeOldestFirstPerTenantAndLimited) {
  const Intent a = open("a");
  const Intent b = open("b", {}, open_always, "t2");
  enqueue(a, {job(a, "third", at(3)), job(a, "first", at(1)), job(a, "second", at(2)), job(a, "also", at(2))});
  enqueue(b, {job(b, "other", at(0))});
  EXPECT_THAT(ids_of(claim(at(9), 3)), ElementsAre("a/first", "a/second", "a/also"));
  EXPECT_THAT(ids_of(claim(at(9))), ElementsAre("a/third"));
  EXPECT_THAT(ids_of(claim(at(9), 10, "t2")), ElementsAre("b/other"));
  EXPECT_THAT(claim(at(9), 10, "nobody"), IsEmpty());
  EXPECT_THAT(ids_of(pending()), ElementsAre("a/third", "a/first", "a/second", "a/also", "b/other"));
  EXPECT_THAT(ids_of(run(ledger().pending_jobs(2)).value()), ElementsAre("a/third", "a/first"));
}

TEST_P(OutboxContract, EnqueuingAKnownJobLeavesItAlone) {
  const Intent a = open("a");
  const Intent after = enqueue(a, {job(a, "note", at(1))});
  claim(at(1));
  OutboxJob again = job(a, "note", at(0));
  again.payload = "changed";
  enqueue(after, {again, again});
  ASSERT_EQ(pending().size(), 1U);
  EXPECT_EQ(pending()[0].payload, "{}");
  EXPECT_EQ(pending()[0].attempts, 1);
  EXPECT_THAT(claim(at(1)), IsEmpty());
}

TEST_P(OutboxContract, FinishedJobsAreForgotten) {
  const Intent a = open("a");
  enqueue(a, {job(a, "note", at(0))});
  EXPECT_TRUE(run(ledger().finish_job("a/note")));
  EXPECT_TRUE(run(ledger().finish_job("a/note"))) << "twice is fine";
  EXPECT_THAT(pending(), IsEmpty());
  EXPECT_THAT(claim(at(99)), IsEmpty());
}

TEST_P(OutboxContract, RetryAndBury) {
  const Intent a = open("a");
  enqueue(a, {job(a, "note", at(0))});
  claim(at(0));
  ASSERT_TRUE(run(ledger().retry_job("a/note", at(1), "busy")));
  EXPECT_EQ(pending().at(0).last_error, "busy");
  EXPECT_EQ(claim(at(1)).at(0).attempts, 2);
  ASSERT_TRUE(run(ledger().bury_job("a/note", "gave up", review(a, "job_dead"))));
  EXPECT_TRUE(pending().at(0).dead);
  EXPECT_EQ(pending().at(0).last_error, "gave up");
  EXPECT_THAT(claim(at(1'000)), IsEmpty());
  ASSERT_TRUE(run(ledger().retry_job("a/note", at(7), "a person asked")));
  EXPECT_FALSE(pending().at(0).dead);
  EXPECT_EQ(claim(at(7)).size(), 1U);
  EXPECT_EQ(kind_of(run(ledger().retry_job("none", at(0), ""))), ErrorKind::not_found);
  EXPECT_EQ(kind_of(run(ledger().bury_job("none", "", review(a, "other")))), ErrorKind::not_found);
  EXPECT_EQ(kind_of(run(ledger().bury_job("a/note", "", Review{}))), ErrorKind::invalid_input);
  EXPECT_THAT(ids_of(run(ledger().reviews(false, 9)).value()), ElementsAre("a/job_dead"));
  EXPECT_FALSE(pending().at(0).dead);
}

TEST_P(OutboxContract, AStepOfAJobIsNoted) {
  const Intent a = open("a");
  enqueue(a, {job(a, "message", at(3))});
  ASSERT_TRUE(run(ledger().note_job("a/message", "{\"state\":\"sending\"}")));
  EXPECT_EQ(pending().at(0).payload, "{\"state\":\"sending\"}");
  EXPECT_EQ(pending().at(0).due_at, at(3));
  EXPECT_EQ(kind_of(run(ledger().note_job("none", ""))), ErrorKind::not_found);
}

TEST_P(OutboxContract, OffersAreFoundAndReplaced) {
  ASSERT_TRUE(run(ledger().save_offers({offer("1", at(10)), offer("2", at(20))})));
  const Offer found = run(ledger().find_offer("t1", "call", "1")).value();
  EXPECT_EQ(found.service, "cleaning");
  EXPECT_EQ(found.calendar_id, "cal");
  EXPECT_EQ(found.zone, "America/New_York");
  EXPECT_EQ(found.start, at(60));
  EXPECT_EQ(found.end, at(90));
  EXPECT_EQ(found.offered_at, at(0));
  EXPECT_EQ(found.expires_at, at(10));
  for (const auto& [tenant, conversation, code] :
       {std::tuple("t2", "call", "1"), std::tuple("t1", "other", "1"), std::tuple("t1", "call", "3")}) {
    EXPECT_EQ(kind_of(run(ledger().find_offer(tenant, conversation, code))), ErrorKind::not_found);
  }
  Offer replaced = offer("1", at(30));
  replaced.start = at(61);
  ASSERT_TRUE(run(ledger().save_offers({replaced})));
  EXPECT_EQ(run(ledger().find_offer("t1", "call", "1")).value().start, at(61));
}

INSTANTIATE_TEST_SUITE_P(Ledgers, OutboxContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
