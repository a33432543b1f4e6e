#include <limits>

#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class IntentContract : public LedgerContract {};

TEST_P(IntentContract, ANewIntentIsWrittenAsAsked) {
  auto opened = try_open("a", "k", {"call/1"});
  ASSERT_TRUE(opened);
  EXPECT_TRUE(opened->created);
  EXPECT_FALSE(opened->by_alias);
  const Intent intent = find("a");
  EXPECT_EQ(intent.id, "a");
  EXPECT_EQ(intent.tenant, "t1");
  EXPECT_EQ(intent.key, "k");
  EXPECT_EQ(intent.generation, 1);
  EXPECT_EQ(intent.state, IntentState::opened);
  EXPECT_EQ(intent.version, 1);
  EXPECT_EQ(intent.request, "request of a");
  EXPECT_EQ(intent.outcome, "");
  EXPECT_EQ(intent.appointment_id, "");
  EXPECT_EQ(intent.attempted_at, std::nullopt);
  EXPECT_EQ(intent.created_at, at(0));
  EXPECT_EQ(intent.updated_at, at(0));
}

TEST_P(IntentContract, TheSameKeyIsTheSameIntentAndGetsTheAlias) {
  open("a", "k", {"call/1"});
  auto again = try_open("b", "k", {"call/2"});
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->created);
  EXPECT_FALSE(again->by_alias);
  EXPECT_EQ(again->intent.id, "a");
  EXPECT_EQ(again->intent.request, "request of a");
  EXPECT_EQ(kind_of(run(ledger().find_intent("b"))), ErrorKind::not_found);
  auto by_alias = try_open("c", "another key", {"call/2"});
  ASSERT_TRUE(by_alias);
  EXPECT_TRUE(by_alias->by_alias);
  EXPECT_EQ(by_alias->intent.id, "a");
}

TEST_P(IntentContract, AnAliasFindsEvenARefusedIntentAndAttachesNothing) {
  const Intent refused = move(open("a", "k", {"call/1"}), IntentState::refused);
  auto found = try_open("b", "k", {"call/9", "call/1"});
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->by_alias);
  EXPECT_FALSE(found->created);
  EXPECT_EQ(found->intent.id, "a");
  EXPECT_EQ(found->intent.version, refused.version);
  auto fresh = try_open("b", "k", {"call/9"});
  ASSERT_TRUE(fresh);
  EXPECT_TRUE(fresh->created) << "call/9 must not have been attached";
}

TEST_P(IntentContract, ARefusedKeyGetsTheNextGeneration) {
  for (int generation = 1; generation <= 3; ++generation) {
    const Intent intent = open("i" + std::to_string(generation), "k");
    EXPECT_EQ(intent.generation, generation);
    move(intent, IntentState::refused);
  }
  EXPECT_EQ(open("other", "another key").generation, 1);
}

TEST_P(IntentContract, TenantsShareNeitherKeysNorAliases) {
  open("a", "k", {"call/1"}, "t1");
  auto other = try_open("b", "k", {"call/1"}, "t2");
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->created);
  EXPECT_EQ(other->intent.id, "b");
}

TEST_P(IntentContract, AnAliasNamedTwiceIsOne) {
  open("a", "k", {"call/1", "call/1"});
  EXPECT_TRUE(try_open("b", "x", {"call/1"})->by_alias);
}

TEST_P(IntentContract, BadArgumentsOfOpenAreRefused) {
  EXPECT_EQ(kind_of(try_open("", "k")), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_open("a", "")), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_open("a", "k", {}, "")), ErrorKind::invalid_input);
  open("a", "k");
  auto reused = try_open("a", "another key", {"call/7"});
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().kind, ErrorKind::internal);
  EXPECT_TRUE(try_open("b", "third key", {"call/7"})->created) << "a failed open must attach nothing";
}

TEST_P(IntentContract, TextsOfAnyBytesComeBack) {
  using namespace std::string_literals;
  const std::string odd = "quote ' null \0 emoji \xF0\x9F\x98\x80 bad \xFF"s;
  auto opened = run(
      ledger().open_intent({.id = "a", .tenant = "t1", .key = odd, .aliases = {odd}, .request = odd, .now = at(0)}));
  ASSERT_TRUE(opened);
  EXPECT_EQ(find("a").request, odd);
  EXPECT_EQ(find("a").key, odd);
  EXPECT_TRUE(try_open("b", "x", {odd})->by_alias);
}

TEST_P(IntentContract, AdvanceWritesWhatIsGivenAndKeepsTheRest) {
  Intent intent = held("a", {at(60), at(90)});
  Advance creating = change_of(intent, IntentState::creating, at(2));
  creating.contact_id = "contact";
  creating.attempted_at = at(2);
  creating.hold = HoldChange::pin;
  auto moved = run(ledger().advance(creating));
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->version, intent.version + 1);
  Advance created = change_of(*moved, IntentState::created, at(3));
  created.outcome = "why";
  created.appointment_id = "appointment";
  moved = run(ledger().advance(created));
  ASSERT_TRUE(moved);
  const Intent now = find("a");
  EXPECT_EQ(now.state, IntentState::created);
  EXPECT_EQ(now.version, intent.version + 2);
  EXPECT_EQ(now.contact_id, "contact");
  EXPECT_EQ(now.appointment_id, "appointment");
  EXPECT_EQ(now.outcome, "why");
  EXPECT_EQ(now.attempted_at, at(2));
  EXPECT_EQ(now.created_at, at(0));
  EXPECT_EQ(now.updated_at, at(3));
}

TEST_P(IntentContract, AStaleVersionChangesNothing) {
  const Intent intent = held("a", {at(60), at(90)});
  Advance stale = change_of(intent, IntentState::refused, at(1));
  stale.expected_version -= 1;
  stale.outcome = "x";
  stale.hold = HoldChange::release;
  stale.enqueue = {job(intent, "note", at(0))};
  EXPECT_EQ(kind_of(run(ledger().advance(stale))), ErrorKind::conflict);
  EXPECT_EQ(find("a").version, intent.version);
  EXPECT_EQ(find("a").outcome, "");
  EXPECT_THAT(live_holders(at(1)), ElementsAre("a"));
  EXPECT_THAT(run(ledger().pending_jobs(10)).value(), IsEmpty());
}

TEST_P(IntentContract, IllegalTransitionsAreBugs) {
  const Intent opened = open("a", "k");
  for (const IntentState to : {IntentState::creating, IntentState::unknown, IntentState::created, IntentState::yielding,
                               IntentState::booked}) {
    EXPECT_EQ(kind_of(try_move(opened, to)), ErrorKind::internal) << to_string(to);
  }
  EXPECT_EQ(find("a").version, 1);
  const Intent booked = book(held("b", {at(60), at(90)}));
  EXPECT_EQ(kind_of(try_move(booked, IntentState::created)), ErrorKind::internal);
  const Intent refused = move(booked, IntentState::refused, HoldChange::release);
  EXPECT_EQ(kind_of(try_move(refused, IntentState::opened)), ErrorKind::internal);
  EXPECT_EQ(kind_of(try_move(refused, IntentState::booked)), ErrorKind::internal);
}

TEST_P(IntentContract, UnknownIntentsAreNotFound) {
  Intent nobody;
  nobody.id = "nobody";
  EXPECT_EQ(kind_of(run(ledger().find_intent("nobody"))), ErrorKind::not_found);
  EXPECT_EQ(kind_of(try_move(nobody, IntentState::refused)), ErrorKind::not_found);
  EXPECT_EQ(kind_of(try_hold(nobody, {at(0), at(1)})), ErrorKind::not_found);
}

TEST_P(IntentContract, AJobOfAnotherIntentIsRefusedWithTheWholeChange) {
  const Intent a = open("a", "k");
  const Intent b = open("b", "k2");
  Advance change = change_of(a, IntentState::refused, at(1));
  change.enqueue = {job(a, "note", at(0)), job(b, "note", at(0))};
  EXPECT_EQ(kind_of(run(ledger().advance(change))), ErrorKind::invalid_input);
  EXPECT_EQ(find("a").state, IntentState::opened);
  EXPECT_THAT(run(ledger().pending_jobs(10)).value(), IsEmpty());
}

TEST_P(IntentContract, ListsAreOldestFirstAndLimited) {
  const Intent z = open("z", "k1");
  open("y", "k2");
  open("other", "k3", {}, "t2");
  open("x", "k4");
  book(held("booked", {at(60), at(90)}));
  const auto unsettled = [this](const std::string& tenant, std::size_t limit) {
    return ids_of(run(ledger().unsettled_intents(tenant, limit)).value());
  };
  EXPECT_THAT(unsettled("t1", 10), ElementsAre("z", "y", "x"));
  EXPECT_THAT(unsettled("t1", 2), ElementsAre("z", "y"));
  EXPECT_THAT(unsettled("t1", 0), IsEmpty());
  EXPECT_THAT(unsettled("t2", 10), ElementsAre("other"));
  EXPECT_THAT(unsettled("t3", 10), IsEmpty());
  move(z, IntentState::refused);
  EXPECT_THAT(unsettled("t1", std::numeric_limits<std::size_t>::max()), ElementsAre("y", "x"));
  EXPECT_THAT(ids_of(run(ledger().all_intents(100)).value()), ElementsAre("z", "y", "other", "x", "booked"));
  EXPECT_THAT(ids_of(run(ledger().all_intents(1)).value()), ElementsAre("z"));
}

TEST_P(IntentContract, ReopeningKeepsEverything) {
  const Intent intent = held("a", {at(60), at(90)});
  open("b", "kb", {"call/1"});
  enqueue(intent, {job(intent, "note", at(3))});
  ASSERT_TRUE(run(ledger().save_offers({{.tenant = "t1",
                                         .conversation = "c",
                                         .code = "1",
                                         .service = "s",
                                         .calendar_id = "cal",
                                         .zone = "UTC",
                                         .expires_at = at(9)}})));
  backend_->reopen();
  EXPECT_EQ(find("a").state, IntentState::held);
  EXPECT_TRUE(try_open("x", "y", {"call/1"})->by_alias);
  EXPECT_THAT(live_holders(at(1)), ElementsAre("a"));
  EXPECT_EQ(run(ledger().pending_jobs(9)).value().size(), 1U);
  EXPECT_EQ(run(ledger().find_offer("t1", "c", "1")).value().zone, "UTC");
}

INSTANTIATE_TEST_SUITE_P(Ledgers, IntentContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
