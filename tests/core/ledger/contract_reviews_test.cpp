// Reviews, questions, and what is forgotten.
#include "core/ledger/rules.hpp"
#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class ReviewContract : public LedgerContract {
 protected:
  std::vector<Review> reviews(bool with_resolved = false, std::size_t limit = 99) {
    return run(ledger().reviews(with_resolved, limit)).value();
  }
};

TEST_P(ReviewContract, AReviewComesBackAsItWasWritten) {
  const Intent a = open("a");
  EXPECT_EQ(run(ledger().add_review(review(a, "unsettled"), {job(a, "tell", at(2))})), true);
  ASSERT_EQ(reviews().size(), 1U);
  const Review found = reviews()[0];
  EXPECT_EQ(found.id, "a/unsettled");
  EXPECT_EQ(found.tenant, "t1");
  EXPECT_EQ(found.intent_id, "a");
  EXPECT_EQ(found.kind, "unsettled");
  EXPECT_EQ(found.text, "look at a");
  EXPECT_EQ(found.created_at, at(1));
  EXPECT_EQ(found.resolved_at, std::nullopt);
  EXPECT_EQ(found.resolution, "");
  EXPECT_THAT(ids_of(run(ledger().pending_jobs(9)).value()), ElementsAre("a/tell"));
}

TEST_P(ReviewContract, AKnownOneIsLeftAloneAndNobodyIsToldAgain) {
  const Intent a = open("a");
  ASSERT_TRUE(run(ledger().add_review(review(a, "unsettled"), {})));
  Review again = review(a, "unsettled");
  again.text = "changed";
  EXPECT_EQ(run(ledger().add_review(again, {job(a, "tell", at(2))})), false);
  EXPECT_EQ(reviews().at(0).text, "look at a");
  EXPECT_THAT(run(ledger().pending_jobs(9)).value(), IsEmpty());
  ASSERT_TRUE(run(ledger().resolve_review("a/unsettled", "cancelled by hand", at(4))));
  EXPECT_EQ(run(ledger().add_review(again, {})), false) << "a resolved one too";
}

TEST_P(ReviewContract, AnAdvanceBringsReviews) {
  const Intent a = open("a");
  Advance change = change_of(a, IntentState::refused, at(1));
  change.reviews = {review(a, "copied"), review(a, "moved"), review(a, "copied")};
  ASSERT_TRUE(run(ledger().advance(change)));
  EXPECT_THAT(ids_of(reviews()), ElementsAre("a/copied", "a/moved"));
}

TEST_P(ReviewContract, ResolvedOnesAreListedOnlyWhenAskedFor) {
  const Intent a = open("a");
  for (const char* kind : {"1", "2", "3"}) ASSERT_TRUE(run(ledger().add_review(review(a, kind), {})));
  ASSERT_TRUE(run(ledger().resolve_review("a/2", "it is fine", at(4))));
  EXPECT_THAT(ids_of(reviews()), ElementsAre("a/1", "a/3"));
  EXPECT_THAT(ids_of(reviews(true)), ElementsAre("a/1", "a/2", "a/3"));
  EXPECT_THAT(ids_of(reviews(false, 1)), ElementsAre("a/1"));
  EXPECT_THAT(ids_of(reviews(true, 2)), ElementsAre("a/1", "a/2"));
  EXPECT_EQ(reviews(true)[1].resolved_at, at(4));
  EXPECT_EQ(reviews(true)[1].resolution, "it is fine");
  EXPECT_EQ(kind_of(run(ledger().resolve_review("none", "", at(4)))), ErrorKind::not_found);
}

TEST_P(ReviewContract, BadReviewsAreRefused) {
  const Intent a = open("a");
  Review nameless = review(a, "x");
  nameless.id.clear();
  EXPECT_EQ(kind_of(run(ledger().add_review(nameless, {}))), ErrorKind::invalid_input);
  OutboxJob elsewhere = job(a, "tell", at(1));
  elsewhere.tenant = "t2";
  EXPECT_EQ(kind_of(run(ledger().add_review(review(a, "x"), {elsewhere}))), ErrorKind::invalid_input);
  EXPECT_THAT(reviews(true), IsEmpty());
}

TEST_P(ReviewContract, AQuestionIsRememberedUntilItExpires) {
  const auto asked = [this](const std::string& question, Instant now, Instant until, const std::string& tenant = "t1") {
    return run(ledger().note_question(tenant, question, now, until)).value();
  };
  EXPECT_FALSE(asked("same?", at(0), at(10)));
  EXPECT_FALSE(asked("other?", at(0), at(10)));
  EXPECT_FALSE(asked("same?", at(0), at(10), "t2"));
  EXPECT_TRUE(asked("same?", at(5), at(15)));
  EXPECT_TRUE(asked("same?", at(14), at(15)));
  EXPECT_FALSE(asked("same?", at(15), at(25))) << "at expires_at it has expired";
  EXPECT_TRUE(asked("same?", at(16), at(25)));
}

class PruneContract : public LedgerContract {
 protected:
  void prune(Instant expired_before, Instant settled_before) {
    ASSERT_TRUE(run(ledger().prune(expired_before, settled_before)));
  }
  std::vector<std::string> intents() { return ids_of(run(ledger().all_intents(1'000'000)).value()); }
  void offer(const std::string& code, Instant expires_at) {
    ASSERT_TRUE(run(ledger().save_offers({{.tenant = "t1",
                                           .conversation = "call",
                                           .code = code,
                                           .service = "s",
                                           .calendar_id = "cal",
                                           .zone = "UTC",
                                           .expires_at = expires_at}})));
  }
  bool offered(const std::string& code) { return run(ledger().find_offer("t1", "call", code)).has_value(); }
};

TEST_P(PruneContract, OffersAndQuestionsGoWhenTheyHaveExpired) {
  offer("1", at(10));
  offer("2", at(20));
  offer("1", at(30));  // replaced: the old end counts no more
  ASSERT_TRUE(run(ledger().note_question("t1", "same?", at(0), at(20))));
  prune(at(20), at(0));
  EXPECT_TRUE(offered("1"));
  EXPECT_TRUE(offered("2")) << "not yet expired before that instant";
  EXPECT_EQ(run(ledger().note_question("t1", "same?", at(0), at(20))), true);
  prune(at(21), at(0));
  EXPECT_TRUE(offered("1"));
  EXPECT_FALSE(offered("2"));
  EXPECT_EQ(run(ledger().note_question("t1", "same?", at(0), at(20))), false);
}

TEST_P(PruneContract, HoldsGoWhenTheyHaveExpiredButNeverPinned) {
  const Intent expired = held("expired", {at(0), at(10)}, 9, at(0), at(5));
  held("live", {at(0), at(10)}, 9, at(0), at(50));
  const Intent pinned = move(held("pinned", {at(0), at(10)}, 9), IntentState::creating, HoldChange::pin);
  book(held("booked", {at(0), at(10)}, 9));
  linger(create(held("lingering", {at(0), at(10)}, 9)), IntentState::booked, at(30));
  prune(at(50), at(0));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("live", "pinned", "booked"));
  // A pin of what was forgotten fails; a pinned hold can still be settled.
  EXPECT_EQ(kind_of(try_move(expired, IntentState::creating, HoldChange::pin)), ErrorKind::conflict);
  move(pinned, IntentState::refused, HoldChange::release);
  prune(at(51), at(0));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("booked"));
}

TEST_P(PruneContract, SettledIntentsGoWithTheirLinksAndResolvedReviews) {
  Intent old = move(open("old", {"line:1"}), IntentState::refused, HoldChange::keep, at(5));
  ASSERT_TRUE(run(ledger().add_review(review(old, "x"), {})));
  ASSERT_TRUE(run(ledger().resolve_review("old/x", "fine", at(6))));
  open("opened", {"line:1"});
  move(open("young", {"line:1"}), IntentState::refused, HoldChange::keep, at(10));
  prune(at(0), at(10));
  EXPECT_THAT(intents(), ElementsAre("opened", "young"));
  EXPECT_THAT(ids_of(run(ledger().find_intents("t1", "line:1", 9)).value()), ElementsAre("young", "opened"));
  EXPECT_THAT(run(ledger().find_group("t1", "old")).value(), IsEmpty());
  EXPECT_THAT(run(ledger().reviews(true, 9)).value(), IsEmpty());
  EXPECT_EQ(kind_of(run(ledger().find_intent("old"))), ErrorKind::not_found);
  EXPECT_EQ(kind_of(try_move(old, IntentState::booked)), ErrorKind::not_found);
  EXPECT_TRUE(try_open("old", {"line:1"}, open_always)) << "the id is free again";
}

TEST_P(PruneContract, WhatSomebodyStillNeedsStays) {
  const auto refuse = [this](const std::string& id) {
    return move(open(id), IntentState::refused, HoldChange::keep, at(5));
  };
  const Intent job_left = refuse("job left");
  ASSERT_TRUE(run(ledger().add_review(review(job_left, "x"), {job(job_left, "tell", at(0))})));
  ASSERT_TRUE(run(ledger().resolve_review("job left/x", "fine", at(6))));
  ASSERT_TRUE(run(ledger().add_review(review(refuse("open review"), "x"), {})));
  book(held("pinned", {at(0), at(10)}), at(5));
  book(open("withdrawn"), at(5));
  ASSERT_TRUE(run(ledger().withdraw("withdrawn", at(5))));
  refuse("nothing left");
  prune(at(99), at(99));
  EXPECT_THAT(intents(), ElementsAre("job left", "open review", "pinned", "withdrawn"));
  ASSERT_TRUE(run(ledger().finish_job("job left/tell")));
  ASSERT_TRUE(run(ledger().resolve_review("open review/x", "fine", at(6))));
  move(find("pinned"), IntentState::booked, HoldChange::release, at(7));
  prune(at(99), at(99));
  EXPECT_THAT(intents(), ElementsAre("withdrawn"));
}

TEST_P(PruneContract, AMemberMayGoBeforeTheOthers) {
  move(open("first"), IntentState::refused, HoldChange::keep, at(5));
  open("second", {}, open_in("first"));
  prune(at(0), at(9));
  EXPECT_THAT(ids_of(run(ledger().find_group("t1", "first")).value()), ElementsAre("second"));
}

TEST_P(PruneContract, OneCallDoesALimitedAmountAndTheNextGoesOn) {
  // The oldest ones must stay; they must not keep those behind them from being reached.
  constexpr std::size_t most = rules::pruned_at_once_max;
  for (std::size_t i = 0; i < 2 * most + 10; ++i) {
    const std::string id = std::to_string(i);
    const Intent intent = move(open(id), IntentState::refused, HoldChange::keep, at(static_cast<std::int64_t>(i)));
    if (i < most + 5) ASSERT_TRUE(run(ledger().add_review(review(intent, "x"), {})));
  }
  const auto left = [this] { return intents().size(); };
  prune(at(0), at(99'999));
  EXPECT_EQ(left(), 2 * most + 10) << "all that were looked at must stay";
  prune(at(0), at(99'999));
  EXPECT_EQ(left(), most + 15);
  prune(at(0), at(99'999));
  EXPECT_EQ(left(), most + 5);
  prune(at(0), at(99'999));
  EXPECT_EQ(left(), most + 5) << "from the beginning again";
}

INSTANTIATE_TEST_SUITE_P(Ledgers, ReviewContract, ::testing::Values("memory", "sqlite"), name_of_backend);
INSTANTIATE_TEST_SUITE_P(Ledgers, PruneContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
