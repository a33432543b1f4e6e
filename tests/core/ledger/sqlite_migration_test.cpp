// A ledger file of the first version, with everything it could hold, is brought up to date and loses nothing.
#include <gmock/gmock.h>

#include <string>

#include "core/ledger/sqlite/schema.hpp"
#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* first_version_rows = R"sql(
INSERT INTO intents(id, tenant, key, generation, state, version, request, outcome, appointment_id, contact_id,
                    attempted_at, created_at, updated_at) VALUES
  ('opened',   't1', 'k1', 1, 'opened',   1, 'not json', '', '', '', NULL, 100, 101),
  ('held',     't1', 'k2', 1, 'held',     2, '{"calendar_id":"cal","start_ms":7,"phone":"+15550001"}', '', '', '', NULL,
               200, 201),
  ('gone',     't1', 'k3', 1, 'refused',  3, '{"calendar_id":"cal","start_ms":8,"phone":""}', 'why', '', 'con', NULL,
               300, 301),
  ('creating', 't1', 'k3', 2, 'creating', 3, '{"calendar_id":"cal","start_ms":"8","phone":5}', '', '', 'con', 399, 400,
               401),
  ('booked',   't2', 'k1', 1, 'booked',   5, '{"calendar_id":"cal","start_ms":7,"phone":"+15550001"}', 'told', 'app9',
               'con', 499, 500, 501);
INSERT INTO aliases(tenant, alias, intent_id) VALUES
  ('t1', 'call1/tool1', 'held'), ('t1', 'call1/tool2', 'held'), ('t2', 'call1/tool1', 'booked');
INSERT INTO holds(intent_id, resource, begin_at, end_at, fencing_token, expires_at, released) VALUES
  ('held', 'r', 10, 20, 3, 9999, 0), ('gone', 'r', 10, 20, 4, 9999, 1), ('creating', 'r', 30, 40, 5, NULL, 0),
  ('booked', 'r', 50, 60, 6, NULL, 0);
UPDATE counters SET value = 6 WHERE name = 'fencing_token';
INSERT INTO outbox(id, intent_id, tenant, kind, payload, due_at, attempts, last_error, dead) VALUES
  ('booked/note', 'booked', 't2', 'note', '{"a":1}', 70, 2, 'busy', 0),
  ('gone/sweep', 'gone', 't1', 'sweep', '{}', 80, 0, '', 1);
INSERT INTO offers VALUES ('t1', 'call1', 'A1', 's', 'cal', 'UTC', 7, 8, 1, 2);
)sql";

class SqliteMigration : public ::testing::Test {
 protected:
  SqliteMigration() {
    sqlite::Database database(path_);
    EXPECT_TRUE(sqlite::migrate(database, sqlite::all_migrations().first(1)));
    database.execute(first_version_rows);
  }
  std::unique_ptr<Ledger> open() {
    auto ledger = SqliteLedger::open(path_, loop_.runtime());
    EXPECT_TRUE(ledger) << to_string(ledger.error());
    return ledger ? std::move(*ledger) : nullptr;
  }
  Intent find(Ledger& ledger, const std::string& id) { return loop_.run(ledger.find_intent(id)).value(); }
  std::vector<std::string> linked(Ledger& ledger, const std::string& tenant, const std::string& link) {
    std::vector<std::string> ids;
    const auto found = loop_.run(ledger.find_intents(tenant, link, 9));
    for (const Intent& intent : found.value()) ids.push_back(intent.id);
    return ids;
  }

  TempFolder folder_;
  std::string path_ = folder_.file("ledger.db");
  tests::Loop loop_;
};

TEST_F(SqliteMigration, IntentsKeepWhatTheyHadAndStandAlone) {
  auto ledger = open();
  const Intent creating = find(*ledger, "creating");
  EXPECT_EQ(creating.tenant, "t1");
  EXPECT_EQ(creating.kind, "booking");
  EXPECT_EQ(creating.state, IntentState::creating);
  EXPECT_EQ(creating.version, 3);
  EXPECT_EQ(creating.group, "creating");
  EXPECT_FALSE(creating.withdrawn);
  EXPECT_EQ(creating.contact_id, "con");
  EXPECT_EQ(creating.sent_until, from_epoch_ms(399));
  EXPECT_EQ(creating.created_at, from_epoch_ms(400));
  EXPECT_EQ(creating.updated_at, from_epoch_ms(401));
  const Intent booked = find(*ledger, "booked");
  EXPECT_EQ(booked.outcome, "told");
  EXPECT_EQ(booked.appointment_id, "app9");
  EXPECT_GT(booked.wanted, creating.wanted);
  std::vector<std::string> ids;
  for (const auto& intent : loop_.run(ledger->unsettled_intents("t1", 9)).value()) ids.push_back(intent.id);
  EXPECT_THAT(ids, ElementsAre("opened", "held", "creating"));
  EXPECT_EQ(loop_.run(ledger->find_group("t2", "booked"))->size(), 1U);
  const auto fresh = loop_.run(ledger->open_intent(
      {.id = "new", .tenant = "t1", .kind = "booking", .request = {}, .links = {}, .look_up = {}, .now = at(0)},
      open_in("held")));
  EXPECT_GT(fresh->intent.wanted, booked.wanted);
  EXPECT_EQ(loop_.run(ledger->all_intents(9))->back().id, "new");
}

TEST_F(SqliteMigration, LinksComeFromAliasesRequestsAndAppointments) {
  auto ledger = open();
  EXPECT_THAT(find(*ledger, "held").links,
              ElementsAre("call:call1/tool1", "call:call1/tool2", "number:+15550001", "slot:cal|7"));
  EXPECT_THAT(find(*ledger, "booked").links,
              ElementsAre("appointment:app9", "call:call1/tool1", "number:+15550001", "slot:cal|7"));
  EXPECT_THAT(find(*ledger, "gone").links, ElementsAre("slot:cal|8"));
  EXPECT_THAT(find(*ledger, "creating").links, IsEmpty()) << "a start that is no number names no slot";
  EXPECT_THAT(find(*ledger, "opened").links, IsEmpty());
  EXPECT_THAT(linked(*ledger, "t1", "call:call1/tool1"), ElementsAre("held"));
  EXPECT_THAT(linked(*ledger, "t2", "appointment:app9"), ElementsAre("booked"));
}

TEST_F(SqliteMigration, HoldsOfOpenIntentsStayAndThoseOfBookingsGo) {
  auto ledger = open();
  const auto holds = loop_.run(ledger->live_holds(from_epoch_ms(0))).value();
  ASSERT_EQ(holds.size(), 2U);
  EXPECT_EQ(holds[0].intent_id, "held");
  EXPECT_EQ(holds[0].interval, (Interval{from_epoch_ms(10), from_epoch_ms(20)}));
  EXPECT_EQ(holds[0].expires_at, from_epoch_ms(9999));
  EXPECT_EQ(holds[1].intent_id, "creating");
  EXPECT_EQ(holds[1].expires_at, std::nullopt);
  AcquireHold request;
  request.intent_id = "opened";
  request.expected_version = 1;
  request.claims = {{.resource = "r", .interval = {from_epoch_ms(50), from_epoch_ms(60)}}};
  request.now = from_epoch_ms(0);
  request.expires_at = from_epoch_ms(9);
  const auto decision = loop_.run(ledger->acquire_hold(request));
  ASSERT_TRUE(decision && decision->granted);
  EXPECT_EQ(decision->fencing_token, 7);
}

TEST_F(SqliteMigration, JobsAndOffersStay) {
  auto ledger = open();
  const auto jobs = loop_.run(ledger->pending_jobs(9)).value();
  ASSERT_EQ(jobs.size(), 2U);
  EXPECT_EQ(jobs[0].id, "booked/note");
  EXPECT_EQ(jobs[0].payload, "{\"a\":1}");
  EXPECT_EQ(jobs[0].attempts, 2);
  EXPECT_EQ(jobs[0].last_error, "busy");
  EXPECT_TRUE(jobs[1].dead);
  EXPECT_EQ(loop_.run(ledger->find_offer("t1", "call1", "A1"))->calendar_id, "cal");
}

TEST_F(SqliteMigration, AFileThatWasBroughtUpToDateWorksLikeANewOne) {
  {
    auto ledger = open();
    ASSERT_TRUE(loop_.run(ledger->prune(from_epoch_ms(1'000'000), from_epoch_ms(1'000'000))));
    EXPECT_EQ(loop_.run(ledger->all_intents(9))->size(), 5U) << "those settled have jobs";
    ASSERT_TRUE(loop_.run(ledger->finish_job("gone/sweep")));
    ASSERT_TRUE(loop_.run(ledger->prune(from_epoch_ms(1'000'000), from_epoch_ms(1'000'000))));
    EXPECT_EQ(loop_.run(ledger->all_intents(9))->size(), 4U);
  }
  sqlite::Database database(path_);
  auto damage = database.query("PRAGMA foreign_key_check");
  EXPECT_FALSE(damage.next());
  auto old = database.query(
      "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND (name LIKE '%$_1' ESCAPE '$' OR name = 'aliases')");
  ASSERT_TRUE(old.next());
  EXPECT_EQ(old.integer(0), 0);
}

}  // namespace
}  // namespace holdfast::ledger::testing
