// What only the SQLite ledger has: a file, a thread, a lock, versions.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/ledger/sqlite/schema.hpp"
#include "core/ledger/sqlite/writer.hpp"
#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::HasSubstr;

OpenIntent wish(const std::string& id) {
  return {.id = id, .tenant = "t", .key = "key of " + id, .aliases = {"call/" + id}, .request = "{}", .now = at(0)};
}

class SqliteFile : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Ledger>> open() { return SqliteLedger::open(path_, loop_.runtime()); }
  Error refused() {
    auto opened = open();
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  std::int64_t number(const std::string& sql) {
    sqlite::Database database(path_);
    auto cursor = database.query(sql);
    return cursor.next() ? cursor.integer(0) : -1;
  }
  void write_file(const std::string& bytes) { std::ofstream(path_, std::ios::binary) << bytes; }

  TempFolder folder_;
  std::string path_ = folder_.file("ledger.db");
  tests::Loop loop_;
};

TEST_F(SqliteFile, IsMadePrivateAndDurable) {
  auto ledger = open();
  ASSERT_TRUE(ledger) << to_string(ledger.error());
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("a"))));
  for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
    struct stat status{};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
  ledger->reset();
  EXPECT_EQ(number("PRAGMA user_version"), sqlite::all_migrations().back().to_version);
  EXPECT_EQ(number("PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 1);
}

TEST_F(SqliteFile, ASecondOpenerIsRefusedUntilTheFirstIsGone) {
  auto first = open();
  ASSERT_TRUE(first);
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::configuration);
  EXPECT_THAT(error.message, HasSubstr("in use by another process (" + std::to_string(getpid()) + ")"));
  ASSERT_TRUE(loop_.run((*first)->open_intent(wish("a")))) << "the first one is not disturbed";
  first->reset();
  EXPECT_TRUE(open());
}

TEST_F(SqliteFile, ADamagedFileIsNamedAndLeftAlone) {
  const std::string garbage(8'192, 'x');
  write_file(garbage);
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::storage);
  EXPECT_THAT(error.message, HasSubstr(path_));
  EXPECT_THAT(error.message, HasSubstr("restore a backup"));
  std::ifstream file(path_, std::ios::binary);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), garbage);
}

TEST_F(SqliteFile, DamageInTheMiddleIsFoundAtTheStart) {
  {
    auto ledger = open();
    ASSERT_TRUE(ledger);
    for (int i = 0; i < 200; ++i) ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("i" + std::to_string(i)))));
  }
  {
    std::fstream file(path_, std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(0, std::ios::end);
    const auto size = static_cast<std::streamoff>(file.tellp());
    ASSERT_GT(size, 40'000);
    for (std::streamoff page = 4'096; page < size; page += 4'096) {
      file.seekp(page);
      file << std::string(64, '\x7f');
    }
  }
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::storage);
  EXPECT_THAT(error.message, HasSubstr("is damaged"));
}

TEST_F(SqliteFile, ANewerVersionIsRefusedWithBothNumbers) {
  ASSERT_TRUE(open());
  const int known = sqlite::all_migrations().back().to_version;
  {
    sqlite::Database(path_).execute("PRAGMA user_version = 41");
  }
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::configuration);
  EXPECT_THAT(error.message, HasSubstr("version 41"));
  EXPECT_THAT(error.message, HasSubstr("up to version " + std::to_string(known)));
  EXPECT_THAT(error.message, HasSubstr("Run the newer program"));
}

TEST_F(SqliteFile, AnotherProgramsDatabaseIsRefusedUnchanged) {
  {
    sqlite::Database(path_).execute("CREATE TABLE recipes(name TEXT)");
  }
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::configuration);
  EXPECT_THAT(error.message, HasSubstr("another program"));
  EXPECT_EQ(number("SELECT count(*) FROM sqlite_schema"), 1);
}

TEST_F(SqliteFile, AMissingFolderOrAFolderInItsPlaceIsExplained) {
  path_ = folder_.file("missing/ledger.db");
  Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::configuration);
  EXPECT_THAT(error.message, HasSubstr("Check that its folder exists"));
  path_ = folder_.file("folder");
  std::filesystem::create_directory(path_);
  error = refused();
  EXPECT_EQ(error.kind, ErrorKind::configuration);
  EXPECT_THAT(error.message, HasSubstr("cannot be opened"));
}

TEST_F(SqliteFile, AnotherProgramsLockIsExplained) {
  ASSERT_TRUE(open());
  sqlite::Database other(path_);
  other.execute("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; INSERT INTO counters VALUES ('x', 1);");
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::storage);
  EXPECT_THAT(error.message, HasSubstr("locked by another program"));
}

TEST_F(SqliteFile, AnEmptyFileBecomesALedgerAndKeepsItsData) {
  write_file("");
  for (int round = 0; round < 3; ++round) {
    auto ledger = open();
    ASSERT_TRUE(ledger) << to_string(ledger.error());
    EXPECT_EQ(loop_.run((*ledger)->open_intent(wish("a")))->created, round == 0);
  }
}

TEST_F(SqliteFile, OlderFilesAreUpgradedStepByStepAndAFailedStepChangesNothing) {
  ASSERT_TRUE(open());
  std::vector<sqlite::Migration> steps(sqlite::all_migrations().begin(), sqlite::all_migrations().end());
  const int known = steps.back().to_version;
  steps.push_back({known + 1, "CREATE TABLE extra(x INTEGER); INSERT INTO extra VALUES (7);"});
  steps.push_back({known + 2, "INSERT INTO extra VALUES (8); INSERT INTO no_such_table VALUES (1);"});
  {
    sqlite::Database database(path_);
    EXPECT_THROW(static_cast<void>(sqlite::migrate(database, steps)), sqlite::SqliteFailure);
  }
  EXPECT_EQ(number("PRAGMA user_version"), known + 1) << "the good step stays";
  EXPECT_EQ(number("SELECT sum(x) FROM extra"), 7) << "the bad one left nothing";
  steps.back().sql = "UPDATE extra SET x = x + 1";
  {
    sqlite::Database database(path_);
    ASSERT_TRUE(sqlite::migrate(database, steps));
  }
  EXPECT_EQ(number("PRAGMA user_version"), known + 2);
  EXPECT_EQ(number("SELECT sum(x) FROM extra"), 8) << "the first step ran once only";
}

TEST_F(SqliteFile, TheSchemaItselfForbidsTwoLiveIntentsOfOneKey) {
  auto ledger = open();
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("a"))));
  ledger->reset();
  sqlite::Database database(path_);
  EXPECT_THROW(
      database.execute("INSERT INTO intents SELECT NULL, 'b', tenant, key, 2, state, version, request, outcome, "
                       "appointment_id, contact_id, attempted_at, created_at, updated_at FROM intents"),
      sqlite::SqliteFailure);
}

net::Task<void> wish_and_book(Ledger& ledger, int number, int& granted, int& done) {
  const std::string id = "i" + std::to_string(number);
  auto opened = co_await ledger.open_intent(wish(id));
  if (opened) {
    // Everybody wants the same hour of three seats.
    const auto decision = co_await ledger.acquire_hold({.intent_id = id,
                                                        .expected_version = opened->intent.version,
                                                        .resource = "r",
                                                        .interval = {at(60), at(120)},
                                                        .capacity = 3,
                                                        .now = at(0),
                                                        .expires_at = at(5)});
    if (decision && decision->granted) ++granted;
  }
  ++done;
}

net::Task<bool> until(tests::Loop& loop, const int& done, int wanted, Ledger& ledger) {
  while (done < wanted) static_cast<void>(co_await ledger.find_intent("none"));
  co_return loop.clock().now() >= at(0);
}

TEST_F(SqliteFile, ManyCallersAtOnceShareCommitsAndStillGetOneAnswerEach) {
  auto ledger = open();
  ASSERT_TRUE(ledger);
  int granted = 0;
  int done = 0;
  for (int i = 0; i < 500; ++i) loop_.spawn(wish_and_book(**ledger, i, granted, done));
  ASSERT_TRUE(loop_.run(until(loop_, done, 500, **ledger)));
  EXPECT_EQ(done, 500);
  EXPECT_EQ(granted, 3);
  EXPECT_EQ(loop_.run((*ledger)->all_intents(1'000))->size(), 500U);
}

TEST_F(SqliteFile, OneFailureInABatchUndoesOnlyItself) {
  auto ledger = open();
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("taken"))));
  int granted = 0;
  int done = 0;
  for (int i = 0; i < 20; ++i) loop_.spawn(wish_and_book(**ledger, i, granted, done));
  OpenIntent clash = wish("taken");
  clash.key = "another key";
  clash.aliases = {"call/x"};
  EXPECT_FALSE(loop_.run((*ledger)->open_intent(clash)));
  ASSERT_TRUE(loop_.run(until(loop_, done, 20, **ledger)));
  EXPECT_EQ(loop_.run((*ledger)->all_intents(100))->size(), 21U);
}

TEST_F(SqliteFile, ClosingFinishesWhatIsQueuedAndFramesMayDieUnanswered) {
  int granted = 0;
  int done = 0;
  {
    auto ledger = open();
    ASSERT_TRUE(ledger);
    for (int i = 0; i < 50; ++i) loop_.spawn(wish_and_book(**ledger, i, granted, done));
    loop_.poll();     // everybody has asked; most still wait
    ledger->reset();  // joins the thread
    loop_.crash();    // the frames die with their answers
  }
  EXPECT_LT(done, 50);
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 50);
}

// An operation that counts what is done to it, without a loop.
struct Probe final : sqlite::Operation {
  struct Fate {
    int applied = 0;
    int delivered = 0;
    std::vector<std::string> errors;
  };
  Probe(Fate& told, std::function<bool(sqlite::Tables&)> todo) : fate(told), work(std::move(todo)) {}
  bool apply(sqlite::Tables& tables) override {
    ++fate.applied;
    return work(tables);
  }
  void set_error(const Error& error) override { fate.errors.push_back(to_string(error)); }
  void deliver(std::unique_ptr<sqlite::Operation>) override { ++fate.delivered; }
  Fate& fate;
  std::function<bool(sqlite::Tables&)> work;
};

TEST_F(SqliteFile, AnOperationThatFailsHalfwayLeavesNothingButItsNeighboursStay) {
  auto database = std::make_unique<sqlite::Database>(path_);
  ASSERT_TRUE(sqlite::migrate(*database, sqlite::all_migrations()));
  sqlite::Database* shared = database.get();
  Probe::Fate gave_up;
  Probe::Fate threw;
  Probe::Fate good;
  {
    sqlite::Writer writer(std::move(database));
    writer.submit(std::make_unique<Probe>(gave_up, [](sqlite::Tables& tables) {
      static_cast<void>(tables.open_intent(wish("a")));
      return false;
    }));
    writer.submit(std::make_unique<Probe>(threw, [shared](sqlite::Tables& tables) {
      static_cast<void>(tables.open_intent(wish("b")));
      shared->execute("INSERT INTO counters VALUES (NULL, 1)");
      return true;
    }));
    writer.submit(std::make_unique<Probe>(
        good, [](sqlite::Tables& tables) { return tables.open_intent(wish("c")).has_value(); }));
  }
  EXPECT_EQ(gave_up.delivered + threw.delivered + good.delivered, 3);
  EXPECT_EQ(threw.errors.size(), 1U);
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM intents WHERE id = 'c'"), 1);
}

TEST_F(SqliteFile, AFailedCommitGivesStorageToTheWholeBatch) {
  auto database = std::make_unique<sqlite::Database>(path_);
  ASSERT_TRUE(sqlite::migrate(*database, sqlite::all_migrations()));
  // A deferred foreign key breaks at COMMIT, after every operation has succeeded.
  database->execute("CREATE TABLE late(x TEXT REFERENCES intents(id) DEFERRABLE INITIALLY DEFERRED)");
  sqlite::Database* shared = database.get();
  Probe::Fate good;
  Probe::Fate bad;
  {
    sqlite::Writer writer(std::move(database));
    writer.submit(std::make_unique<Probe>(bad, [shared](sqlite::Tables& tables) {
      shared->execute("INSERT INTO late VALUES ('nobody')");
      return tables.open_intent(wish("a")).has_value();
    }));
  }
  EXPECT_EQ(bad.delivered, 1);
  ASSERT_EQ(bad.errors.size(), 1U);
  EXPECT_THAT(bad.errors[0], HasSubstr("storage"));
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 0);
  // The next batch is not harmed.
  {
    sqlite::Writer writer(std::make_unique<sqlite::Database>(path_));
    writer.submit(std::make_unique<Probe>(
        good, [](sqlite::Tables& tables) { return tables.open_intent(wish("b")).has_value(); }));
  }
  EXPECT_EQ(good.delivered, 1);
  EXPECT_TRUE(good.errors.empty());
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 1);
}

}  // namespace
}  // namespace holdfast::ledger::testing
