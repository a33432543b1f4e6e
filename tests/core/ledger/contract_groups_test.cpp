// One person, several wishes of which one is to remain.
#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class GroupContract : public LedgerContract {
 protected:
  // Wants the wish again that carries the link.
  Intent want(const std::string& link) {
    auto found = try_open("unused", {link}, find_or_open);
    EXPECT_TRUE(found && found->kind == Opening::Kind::found);
    return found ? found->intent : Intent{};
  }
  std::vector<std::string> group(const std::string& name, const std::string& tenant = "t1") {
    return ids_of(run(ledger().find_group(tenant, name)).value());
  }
  std::vector<std::string> needing_work() { return ids_of(run(ledger().unsettled_intents("t1", 99)).value()); }
};

TEST_P(GroupContract, TheLatestWantedComesFirst) {
  open("ten", {"10"});
  open("eleven", {"11"}, open_in("ten"));
  open("twelve", {"12"}, open_in("ten"));
  open("alone");
  open("elsewhere", {}, open_in("ten"), "t2");
  EXPECT_THAT(group("ten"), ElementsAre("twelve", "eleven", "ten"));
  EXPECT_THAT(group("alone"), ElementsAre("alone"));
  EXPECT_THAT(group("ten", "t2"), ElementsAre("elsewhere"));
  EXPECT_THAT(group("eleven"), IsEmpty()) << "a member's id is no group";
  want("10");
  EXPECT_THAT(group("ten"), ElementsAre("ten", "twelve", "eleven"));
  EXPECT_EQ(find("eleven").group, "ten");
}

TEST_P(GroupContract, ARefusedOneIsNotTheWantedOne) {
  open("ten", {"10"});
  const Intent eleven = open("eleven", {"11"}, open_in("ten"));
  move(eleven, IntentState::refused);
  EXPECT_THAT(group("ten"), ElementsAre("ten", "eleven"));
}

TEST_P(GroupContract, WhatIsFoundAndJoinsTakesTheirPlaceOnceItIsBooked) {
  const auto join_ten = [](const std::vector<Intent>& candidates) {
    return Opening{
        .kind = Opening::Kind::found, .found_id = candidates.front().id, .group = "ten", .want = true, .reason = {}};
  };
  move(create(open("ten", {"10"})), IntentState::booked);
  const Intent eleven = create(open("eleven", {"11"}));
  ASSERT_TRUE(try_open("unused", {"11"}, join_ten));
  EXPECT_THAT(group("ten"), ElementsAre("eleven", "ten"));
  EXPECT_THAT(group("eleven"), IsEmpty());
  EXPECT_FALSE(find("ten").withdrawn) << "not before it is booked";
  move(eleven, IntentState::booked);
  EXPECT_TRUE(find("ten").withdrawn);

  move(create(open("twelve", {"12"})), IntentState::booked);
  const auto joined = try_open("unused", {"12"}, join_ten);
  ASSERT_TRUE(joined);
  EXPECT_EQ(joined->intent.group, "ten");
  EXPECT_FALSE(joined->intent.withdrawn);
  EXPECT_TRUE(find("eleven").withdrawn) << "booked already: at once";
  EXPECT_THAT(needing_work(), ElementsAre("ten", "eleven"));
}

TEST_P(GroupContract, WhatAQuestionIsAboutIsHandedBackUnchanged) {
  const Intent ten = open("ten", {"10"});
  const auto asked = try_open("unused", {"10"}, [](const std::vector<Intent>& candidates) {
    return Opening{
        .kind = Opening::Kind::none, .found_id = candidates.front().id, .group = {}, .want = true, .reason = "which?"};
  });
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->intent.id, "ten");
  EXPECT_EQ(asked->reason, "which?");
  EXPECT_EQ(find("ten").version, ten.version);
  EXPECT_EQ(find("ten").wanted, ten.wanted);
}

TEST_P(GroupContract, WhenTheWantedOneIsBookedTheOthersAreWithdrawn) {
  const Intent ten = create(open("ten", {"10"}));
  const Intent opened = open("half past", {"10:30"}, open_in("ten"));
  const Intent refused = move(open("nine", {"9"}, open_in("ten")), IntentState::refused);
  const Intent stranger = open("stranger");
  const Intent eleven = create(open("eleven", {"11"}, open_in("ten")));
  EXPECT_FALSE(find("ten").withdrawn) << "nothing is withdrawn before the wanted one is booked";
  move(eleven, IntentState::booked, HoldChange::keep, at(7));
  EXPECT_TRUE(find("ten").withdrawn);
  EXPECT_TRUE(find("half past").withdrawn);
  EXPECT_EQ(find("ten").version, ten.version) << "its driver must not lose an answer";
  EXPECT_EQ(find("half past").version, opened.version);
  EXPECT_EQ(find("ten").updated_at, at(7));
  EXPECT_FALSE(find("nine").withdrawn);
  EXPECT_EQ(find("nine").version, refused.version);
  EXPECT_FALSE(find("eleven").withdrawn);
  EXPECT_FALSE(find(stranger.id).withdrawn);
  EXPECT_THAT(needing_work(), ElementsAre("ten", "half past", "stranger"));
}

TEST_P(GroupContract, ABookedOneThatIsNotWantedAnyMoreStaysUntilTheWantedOneIsBooked) {
  const Intent ten = book(open("ten", {"10"}));
  const Intent eleven = create(open("eleven", {"11"}, open_in("ten")));
  EXPECT_FALSE(find("ten").withdrawn);
  EXPECT_THAT(needing_work(), ElementsAre("eleven"));
  move(eleven, IntentState::booked);
  EXPECT_TRUE(find("ten").withdrawn);
  EXPECT_THAT(needing_work(), ElementsAre("ten")) << "booked and withdrawn needs work";
  const Intent yielding = move(find("ten"), IntentState::yielding);
  EXPECT_TRUE(yielding.withdrawn);
  move(yielding, IntentState::refused);
  EXPECT_THAT(needing_work(), IsEmpty());
  EXPECT_TRUE(find("ten").withdrawn) << "never unset";
  EXPECT_EQ(ten.group, "ten");
}

TEST_P(GroupContract, TheLateOneIsWithdrawnWhenItSettlesAfterTheWantedOne) {
  const Intent ten = create(open("ten", {"10"}));
  const Intent eleven = create(open("eleven", {"11"}, open_in("ten")));
  want("10");
  const Intent booked = move(eleven, IntentState::booked);
  EXPECT_FALSE(booked.withdrawn) << "ten is wanted, but not booked yet";
  move(ten, IntentState::booked);
  EXPECT_TRUE(find("eleven").withdrawn);
  EXPECT_FALSE(find("ten").withdrawn);
}

TEST_P(GroupContract, WhoSettlesWhileAnotherOneIsWantedAndBookedHearsThatItIsWithdrawn) {
  const Intent ten = book(open("ten", {"10"}));
  const Intent eleven = create(open("eleven", {"11"}, open_in("ten")));
  want("10");
  const Intent booked = move(eleven, IntentState::booked);
  EXPECT_TRUE(booked.withdrawn);
  EXPECT_TRUE(find("eleven").withdrawn);
  EXPECT_FALSE(find("ten").withdrawn);
  EXPECT_EQ(ten.wanted + 2, find("ten").wanted);
}

TEST_P(GroupContract, WhenTheWantedOneIsRefusedTheOneBeforeItRemains) {
  const Intent ten = create(open("ten", {"10"}));
  const Intent eleven = create(open("eleven", {"11"}, open_in("ten")));
  move(eleven, IntentState::refused);
  move(ten, IntentState::booked);
  EXPECT_FALSE(find("ten").withdrawn);
  EXPECT_THAT(group("ten"), ElementsAre("ten", "eleven"));
}

TEST_P(GroupContract, AWithdrawnOneNeverWinsEvenWhenItIsWantedAgain) {
  const Intent ten = create(open("ten", {"10"}));
  const Intent eleven = book(open("eleven", {"11"}, open_in("ten")));
  ASSERT_TRUE(find("ten").withdrawn);
  want("10");
  EXPECT_THAT(group("ten"), ElementsAre("eleven", "ten"));
  EXPECT_TRUE(move(ten, IntentState::booked).withdrawn);
  EXPECT_FALSE(find("eleven").withdrawn) << "or nothing would remain";
  EXPECT_EQ(find("eleven").version, eleven.version);
}

TEST_P(GroupContract, WithdrawMarksOneAndOnlyOnce) {
  const Intent ten = book(open("ten", {"10"}));
  auto gone = run(ledger().withdraw("ten", at(5)));
  ASSERT_TRUE(gone);
  EXPECT_TRUE(gone->withdrawn);
  EXPECT_EQ(gone->version, ten.version);
  EXPECT_EQ(gone->updated_at, at(5));
  EXPECT_THAT(needing_work(), ElementsAre("ten"));
  ASSERT_TRUE(run(ledger().withdraw("ten", at(9))));
  EXPECT_EQ(find("ten").updated_at, at(5));
}

INSTANTIATE_TEST_SUITE_P(Ledgers, GroupContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
