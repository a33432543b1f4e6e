#include <limits>

#include "tests/core/ledger/contract_fixture.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class IntentContract : public LedgerContract {
 protected:
  std::vector<std::string> linked(const std::string& link, std::size_t limit = 10, const std::string& tenant = "t1") {
    return ids_of(run(ledger().find_intents(tenant, link, limit)).value());
  }
};

// Notes whom the ledger shows to the decider, and answers `opening`.
OpenDecider showing(std::vector<std::string>& seen, Opening opening = {}) {
  return [&seen, opening](const std::vector<Intent>& candidates) {
    seen = ids_of(candidates);
    return opening;
  };
}

Opening found(const std::string& id, bool want = true) {
  return {.kind = Opening::Kind::found, .found_id = id, .group = {}, .want = want, .reason = {}};
}

TEST_P(IntentContract, ANewIntentIsWrittenAsAsked) {
  auto opened = try_open("a", {"slot:1", "call:1", "slot:1"});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->kind, Opening::Kind::open);
  const Intent intent = find("a");
  EXPECT_EQ(intent.id, "a");
  EXPECT_EQ(intent.tenant, "t1");
  EXPECT_EQ(intent.kind, "booking");
  EXPECT_EQ(intent.state, IntentState::opened);
  EXPECT_EQ(intent.version, 1);
  EXPECT_EQ(intent.group, "a");
  EXPECT_EQ(intent.wanted, 1);
  EXPECT_FALSE(intent.withdrawn);
  EXPECT_EQ(intent.request, "request of a");
  EXPECT_EQ(intent.outcome, "");
  EXPECT_EQ(intent.appointment_id, "");
  EXPECT_EQ(intent.contact_id, "");
  EXPECT_EQ(intent.sent_until, std::nullopt);
  EXPECT_THAT(intent.links, ElementsAre("call:1", "slot:1"));
  EXPECT_EQ(intent.created_at, at(0));
  EXPECT_EQ(intent.updated_at, at(0));
  EXPECT_EQ(opened->intent.links, intent.links);
  EXPECT_EQ(opened->intent.wanted, intent.wanted);
}

TEST_P(IntentContract, TheDeciderSeesEveryIntentThatIsLookedUpOldestFirstAndOnce) {
  open("z", {"slot:1", "line:1"});
  open("y", {"slot:1"});
  open("x", {"line:1"});
  move(open("refused", {"slot:1"}), IntentState::refused);
  open("elsewhere", {"slot:1"}, open_always, "t2");
  open("other", {"slot:2"});
  std::vector<std::string> seen;
  ASSERT_TRUE(run(ledger().open_intent({.id = "new",
                                        .tenant = "t1",
                                        .kind = "booking",
                                        .request = {},
                                        .links = {"call:9"},
                                        .look_up = {"line:1", "slot:1", "line:1", "nothing"},
                                        .now = at(0)},
                                       showing(seen))));
  EXPECT_THAT(seen, ElementsAre("z", "y", "x", "refused"));
  EXPECT_THAT(linked("call:9"), ElementsAre("new"));
  EXPECT_THAT(linked("line:1"), ElementsAre("x", "z")) << "what is looked up is not thereby given";
}

TEST_P(IntentContract, WhatIsFoundGetsTheLinksAndKeepsItsVersion) {
  const Intent a = open("a", {"slot:1"});
  open("b", {"slot:1"});
  std::vector<std::string> seen;
  auto again = try_open("c", {"slot:1", "call:2"}, showing(seen, found("a")));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->kind, Opening::Kind::found);
  EXPECT_EQ(again->intent.id, "a");
  EXPECT_EQ(again->intent.request, "request of a");
  EXPECT_THAT(again->intent.links, ElementsAre("call:2", "slot:1"));
  EXPECT_EQ(kind_of(run(ledger().find_intent("c"))), ErrorKind::not_found);
  const Intent now = find("a");
  EXPECT_THAT(now.links, ElementsAre("call:2", "slot:1"));
  EXPECT_EQ(now.version, a.version) << "the driver of a repeated wish must not lose an answer";
  EXPECT_EQ(now.wanted, 3);
  EXPECT_THAT(linked("call:2"), ElementsAre("a"));
  ASSERT_TRUE(try_open("d", {"call:2"}, showing(seen, found("a", false))));
  EXPECT_EQ(find("a").wanted, 3) << "the same request once more";
}

TEST_P(IntentContract, ADeciderThatWantsNothingChangesNothing) {
  open("a", {"slot:1"});
  std::vector<std::string> seen;
  Opening none{.kind = Opening::Kind::none, .found_id = {}, .group = {}, .want = true, .reason = "two fit"};
  auto asked = try_open("b", {"slot:1", "call:2"}, showing(seen, none));
  ASSERT_TRUE(asked);
  EXPECT_EQ(asked->kind, Opening::Kind::none);
  EXPECT_EQ(asked->intent.id, "");
  EXPECT_EQ(asked->reason, "two fit");
  EXPECT_THAT(linked("call:2"), IsEmpty());
  EXPECT_EQ(find("a").wanted, 1);
  EXPECT_EQ(run(ledger().all_intents(10))->size(), 1U);
}

TEST_P(IntentContract, ADeciderThatNamesNoCandidateIsABug) {
  open("a", {"slot:1"});
  open("b", {"slot:2"});
  std::vector<std::string> seen;
  EXPECT_EQ(kind_of(try_open("c", {"slot:1"}, showing(seen, found("b")))), ErrorKind::internal);
  EXPECT_EQ(find("b").links.size(), 1U);
}

TEST_P(IntentContract, IntentsAreFoundByLinkNewestFirst) {
  open("a", {"line:1"});
  open("b", {"line:1", "call:1"});
  open("c", {"line:1"});
  open("d", {"line:2"});
  open("e", {"line:1"}, open_always, "t2");
  EXPECT_THAT(linked("line:1"), ElementsAre("c", "b", "a"));
  EXPECT_THAT(linked("line:1", 2), ElementsAre("c", "b"));
  EXPECT_THAT(linked("line:1", 0), IsEmpty());
  EXPECT_THAT(linked("line:1", std::numeric_limits<std::size_t>::max(), "t2"), ElementsAre("e"));
  EXPECT_THAT(linked("line"), IsEmpty()) << "no prefixes";
  EXPECT_THAT(linked("line:1", 10, "t3"), IsEmpty());
}

TEST_P(IntentContract, AnAdvanceAddsLinks) {
  const Intent a = open("a", {"slot:1"});
  Advance change = change_of(a, IntentState::refused, at(1));
  change.add_links = {"appointment:7", "slot:1"};
  auto moved = run(ledger().advance(change));
  ASSERT_TRUE(moved);
  EXPECT_THAT(moved->links, ElementsAre("appointment:7", "slot:1"));
  EXPECT_THAT(find("a").links, ElementsAre("appointment:7", "slot:1"));
  EXPECT_THAT(linked("appointment:7"), ElementsAre("a"));
}

TEST_P(IntentContract, BadArgumentsOfOpenAreRefused) {
  EXPECT_EQ(kind_of(try_open("")), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_open("a", {}, open_always, "")), ErrorKind::invalid_input);
  EXPECT_EQ(kind_of(try_open("a", {""})), ErrorKind::invalid_input);
  OpenIntent kindless;
  kindless.id = "a";
  kindless.tenant = "t1";
  EXPECT_EQ(kind_of(run(ledger().open_intent(kindless, open_always))), ErrorKind::invalid_input);
  open("a", {"slot:1"});
  auto reused = try_open("a", {"call:7"}, open_always);
  ASSERT_FALSE(reused);
  EXPECT_EQ(reused.error().kind, ErrorKind::internal);
  EXPECT_THAT(linked("call:7"), IsEmpty()) << "a failed open must give no links";
  EXPECT_EQ(find("a").version, 1);
}

TEST_P(IntentContract, TextsOfAnyBytesComeBack) {
  using namespace std::string_literals;
  const std::string odd = "quote ' null \0 emoji \xF0\x9F\x98\x80 bad \xFF"s;
  const std::string longer = odd + "x";
  ASSERT_TRUE(run(ledger().open_intent(
      {.id = odd, .tenant = odd, .kind = odd, .request = odd, .links = {longer, odd}, .look_up = {}, .now = at(0)},
      open_always)));
  const Intent intent = find(odd);
  EXPECT_EQ(intent.request, odd);
  EXPECT_EQ(intent.kind, odd);
  EXPECT_THAT(intent.links, ElementsAre(odd, longer));
  EXPECT_THAT(linked(odd, 9, odd), ElementsAre(odd));
}

TEST_P(IntentContract, AdvanceWritesWhatIsGivenAndKeepsTheRest) {
  Intent intent = held("a", {at(60), at(90)});
  Advance creating = change_of(intent, IntentState::creating, at(2));
  creating.contact_id = "contact";
  creating.sent_until = at(2);
  creating.request = "corrected";
  creating.hold = HoldChange::pin;
  creating.durability = Durability::durable;
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
  EXPECT_EQ(now.request, "corrected");
  EXPECT_EQ(now.sent_until, at(2));
  EXPECT_EQ(now.kind, "booking");
  EXPECT_EQ(now.wanted, intent.wanted);
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
  stale.reviews = {review(intent, "unsettled")};
  stale.add_links = {"call:1"};
  EXPECT_EQ(kind_of(run(ledger().advance(stale))), ErrorKind::conflict);
  EXPECT_EQ(find("a").version, intent.version);
  EXPECT_EQ(find("a").outcome, "");
  EXPECT_THAT(find("a").links, IsEmpty());
  EXPECT_THAT(live_holders(at(1)), ElementsAre("a"));
  EXPECT_THAT(run(ledger().pending_jobs(10)).value(), IsEmpty());
  EXPECT_THAT(run(ledger().reviews(true, 10)).value(), IsEmpty());
}

TEST_P(IntentContract, IllegalTransitionsAreBugs) {
  const Intent opened = open("a");
  for (const IntentState to : {IntentState::creating, IntentState::unknown, IntentState::created, IntentState::yielding,
                               IntentState::booked}) {
    EXPECT_EQ(kind_of(try_move(opened, to)), ErrorKind::internal) << to_string(to);
  }
  EXPECT_EQ(find("a").version, 1);
  const Intent unknown = move(move(held("b", {at(60), at(90)}), IntentState::creating), IntentState::unknown);
  EXPECT_EQ(kind_of(try_move(unknown, IntentState::creating)), ErrorKind::internal) << "a blind retry";
  const Intent booked = move(move(unknown, IntentState::created), IntentState::booked);
  EXPECT_EQ(kind_of(try_move(booked, IntentState::created)), ErrorKind::internal);
  const Intent refused = move(booked, IntentState::refused, HoldChange::release);
  EXPECT_EQ(kind_of(try_move(refused, IntentState::opened)), ErrorKind::internal);
  EXPECT_TRUE(try_move(refused, IntentState::booked)) << "restored by a person";
}

TEST_P(IntentContract, UnknownIntentsAreNotFound) {
  Intent nobody;
  nobody.id = "nobody";
  EXPECT_EQ(kind_of(run(ledger().find_intent("nobody"))), ErrorKind::not_found);
  EXPECT_EQ(kind_of(try_move(nobody, IntentState::refused)), ErrorKind::not_found);
  EXPECT_EQ(kind_of(try_hold(nobody, {at(0), at(1)})), ErrorKind::not_found);
  EXPECT_EQ(kind_of(run(ledger().withdraw("nobody", at(0)))), ErrorKind::not_found);
  EXPECT_THAT(run(ledger().find_group("t1", "nobody")).value(), IsEmpty());
}

TEST_P(IntentContract, CompanyOfAnotherIntentIsRefusedWithTheWholeChange) {
  const Intent a = open("a");
  const Intent b = open("b");
  Advance change = change_of(a, IntentState::refused, at(1));
  change.enqueue = {job(a, "note", at(0)), job(b, "note", at(0))};
  EXPECT_EQ(kind_of(run(ledger().advance(change))), ErrorKind::invalid_input);
  change.enqueue = {job(a, "note", at(0))};
  change.enqueue[0].tenant = "t2";
  EXPECT_EQ(kind_of(run(ledger().advance(change))), ErrorKind::invalid_input);
  change.enqueue.clear();
  change.reviews = {review(b, "unsettled")};
  EXPECT_EQ(kind_of(run(ledger().advance(change))), ErrorKind::invalid_input);
  change.reviews.clear();
  change.add_links = {""};
  EXPECT_EQ(kind_of(run(ledger().advance(change))), ErrorKind::invalid_input);
  EXPECT_EQ(find("a").state, IntentState::opened);
  EXPECT_THAT(run(ledger().pending_jobs(10)).value(), IsEmpty());
  EXPECT_THAT(run(ledger().reviews(true, 10)).value(), IsEmpty());
}

TEST_P(IntentContract, ListsAreOldestFirstAndLimited) {
  const Intent z = open("z");
  open("y");
  open("other", {}, open_always, "t2");
  open("x");
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
  open("b", {"call:1"}, open_in("a"));
  ASSERT_TRUE(run(ledger().withdraw("b", at(1))));
  enqueue(intent, {job(intent, "note", at(3))});
  ASSERT_TRUE(run(ledger().add_review(review(intent, "unsettled"), {})));
  ASSERT_TRUE(run(ledger().note_question("t1", "same?", at(0), at(9))));
  ASSERT_TRUE(run(ledger().save_offers({{.tenant = "t1",
                                         .conversation = "c",
                                         .code = "1",
                                         .service = "s",
                                         .calendar_id = "cal",
                                         .zone = "UTC",
                                         .expires_at = at(9)}})));
  backend_->reopen();
  EXPECT_EQ(find("a").state, IntentState::held);
  EXPECT_THAT(ids_of(run(ledger().find_group("t1", "a")).value()), ElementsAre("a", "b"));
  EXPECT_TRUE(find("b").withdrawn);
  EXPECT_THAT(linked("call:1"), ElementsAre("b"));
  EXPECT_THAT(live_holders(at(1)), ElementsAre("a"));
  EXPECT_EQ(run(ledger().pending_jobs(9)).value().size(), 1U);
  EXPECT_EQ(run(ledger().reviews(false, 9)).value().size(), 1U);
  EXPECT_EQ(run(ledger().note_question("t1", "same?", at(1), at(9))), true);
  EXPECT_EQ(run(ledger().find_offer("t1", "c", "1")).value().zone, "UTC");
  EXPECT_GT(open("c").wanted, find("b").wanted) << "the counter goes on";
}

TEST_P(IntentContract, SyncAndTheWriteCheckSucceedWhateverWasDone) {
  EXPECT_TRUE(run(ledger().sync()));
  EXPECT_TRUE(run(ledger().check_writable()));
  open("a");
  EXPECT_TRUE(run(ledger().sync()));
  EXPECT_TRUE(run(ledger().sync()));
  EXPECT_TRUE(run(ledger().check_writable()));
  EXPECT_EQ(find("a").version, 1);
}

INSTANTIATE_TEST_SUITE_P(Ledgers, IntentContract, ::testing::Values("memory", "sqlite"), name_of_backend);

}  // namespace
}  // namespace holdfast::ledger::testing
