// What only the SQLite ledger has: a file, a thread, a lock, versions.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>
#include <functional>
#include <future>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/ledger/sqlite/schema.hpp"
#include "core/ledger/sqlite/writer.hpp"
#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

using ::testing::HasSubstr;

OpenIntent wish(const std::string& id) {
  return {.id = id,
          .tenant = "t",
          .kind = "booking",
          .request = "{}",
          .links = {"call:" + id},
          .look_up = {"call:" + id},
          .now = at(0)};
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

TEST_F(SqliteFile, IsMadePrivate) {
  auto ledger = open();
  ASSERT_TRUE(ledger) << to_string(ledger.error());
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("a"), find_or_open)));
  for (const char* suffix : {"", "-wal", ".lock"}) {
    struct stat status{};
    ASSERT_EQ(stat((path_ + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600U) << suffix;
  }
  EXPECT_FALSE(std::filesystem::exists(path_ + "-shm")) << "nobody else works on it, so nothing is shared";
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
  ASSERT_TRUE(loop_.run((*first)->open_intent(wish("a"), find_or_open))) << "the first one is not disturbed";
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
    for (int i = 0; i < 200; ++i)
      ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("i" + std::to_string(i)), find_or_open)));
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
  sqlite::Database other(path_);  // as a database browser would
  other.execute("INSERT INTO counters VALUES ('x', 1)");
  const Error error = refused();
  EXPECT_EQ(error.kind, ErrorKind::storage);
  EXPECT_THAT(error.message, HasSubstr("locked by another program"));
}

TEST_F(SqliteFile, NobodyElseCanEvenReadItWhileItIsOpen) {
  auto ledger = open();
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("a"), find_or_open)));
  try {
    sqlite::Database other(path_);
    ADD_FAILURE() << "it could be opened";
  } catch (const sqlite::SqliteFailure& failure) {
    EXPECT_THAT(sqlite::explain(failure, path_).message, HasSubstr("locked by another program"));
  }
}

TEST_F(SqliteFile, AnEmptyFileBecomesALedgerAndKeepsItsData) {
  write_file("");
  for (int round = 0; round < 3; ++round) {
    auto ledger = open();
    ASSERT_TRUE(ledger) << to_string(ledger.error());
    EXPECT_EQ(loop_.run((*ledger)->open_intent(wish("a"), find_or_open))->kind == Opening::Kind::open, round == 0);
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

net::Task<void> wish_and_book(Ledger& ledger, int number, int& granted, int& done) {
  const std::string id = "i" + std::to_string(number);
  auto opened = co_await ledger.open_intent(wish(id), find_or_open);
  if (opened) {
    // Everybody wants the same hour of three seats.
    AcquireHold request;
    request.intent_id = id;
    request.expected_version = opened->intent.version;
    request.claims = {{.resource = "r", .interval = {at(60), at(120)}, .capacity = 3}};
    request.now = at(0);
    request.expires_at = at(5);
    const auto decision = co_await ledger.acquire_hold(std::move(request));
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
  ASSERT_TRUE(loop_.run((*ledger)->open_intent(wish("taken"), find_or_open)));
  int granted = 0;
  int done = 0;
  for (int i = 0; i < 20; ++i) loop_.spawn(wish_and_book(**ledger, i, granted, done));
  EXPECT_FALSE(loop_.run((*ledger)->open_intent(wish("taken"), open_always)));
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
  Probe(Fate& told, sqlite::Effect effects, std::function<bool(sqlite::Tables&)> todo)
      : fate(told), has(effects), work(std::move(todo)) {}
  sqlite::Effect effect() const override { return has; }
  bool apply(sqlite::Tables& tables) override {
    ++fate.applied;
    return work(tables);
  }
  void set_error(const Error& error) override { fate.errors.push_back(to_string(error)); }
  void deliver(std::unique_ptr<sqlite::Operation>) override { ++fate.delivered; }
  Fate& fate;
  sqlite::Effect has;
  std::function<bool(sqlite::Tables&)> work;
};

// The writer alone, over a database that a test can also get at from inside an operation.
class SqliteWriter : public SqliteFile {
 protected:
  SqliteWriter() {
    auto files = sqlite::LedgerFiles::take(path_);
    auto database = std::make_unique<sqlite::Database>(path_);
    EXPECT_TRUE(files && sqlite::migrate(*database, sqlite::all_migrations()) && files->watch_wal());
    database_ = database.get();
    files_.emplace(std::move(*files));
    opened_ = std::move(database);
  }
  // The thread starts with the first call.
  void submit(Probe::Fate& fate, std::function<bool(sqlite::Tables&)> work,
              sqlite::Effect effect = sqlite::Effect::lazy) {
    queued_.push_back(std::make_unique<Probe>(fate, effect, std::move(work)));
  }
  std::unique_ptr<sqlite::Writer> start() {
    return std::make_unique<sqlite::Writer>(std::move(*files_), std::move(opened_));
  }
  // Does everything submitted, in one batch where nothing else is said.
  void work_all() {
    Probe::Fate first;
    std::promise<void> all_queued;
    const auto writer = start();
    // The writer is kept busy until everything else is queued.
    writer->submit(std::make_unique<Probe>(first, sqlite::Effect::scan, [&](sqlite::Tables&) {
      all_queued.get_future().wait();
      return true;
    }));
    for (auto& operation : queued_) writer->submit(std::move(operation));
    all_queued.set_value();
  }
  static bool open(sqlite::Tables& tables, const std::string& id) {
    return tables.open_intent(wish(id), open_always).has_value();
  }

  sqlite::Database* database_ = nullptr;

 private:
  std::optional<sqlite::LedgerFiles> files_;
  std::unique_ptr<sqlite::Database> opened_;
  std::vector<std::unique_ptr<sqlite::Operation>> queued_;
};

TEST_F(SqliteWriter, AnOperationThatFailsHalfwayLeavesNothingButItsNeighboursStay) {
  Probe::Fate gave_up;
  Probe::Fate threw;
  Probe::Fate good;
  submit(gave_up, [](sqlite::Tables& tables) { return open(tables, "a") && false; });
  submit(threw, [this](sqlite::Tables& tables) {
    open(tables, "b");
    database_->execute("INSERT INTO counters VALUES (NULL, 1)");
    return true;
  });
  submit(good, [](sqlite::Tables& tables) { return open(tables, "c"); });
  work_all();
  EXPECT_EQ(gave_up.delivered + threw.delivered + good.delivered, 3);
  EXPECT_EQ(threw.errors.size(), 1U);
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM intents WHERE id = 'c'"), 1);
}

TEST_F(SqliteWriter, AShortReadIsDoneOnTheCallersThreadOnlyWhileNothingElseIsAtWork) {
  Probe::Fate read_busy;
  Probe::Fate busy;
  Probe::Fate read_free;
  Probe::Fate scan_free;
  std::thread::id busy_reader;
  std::thread::id free_reader;
  std::thread::id scanner;
  const auto by = [](std::thread::id& who) {
    return [&who](sqlite::Tables&) {
      who = std::this_thread::get_id();
      return true;
    };
  };
  {
    std::promise<void> at_work;
    std::promise<void> may_end;
    const auto writer = start();
    writer->submit(std::make_unique<Probe>(read_free, sqlite::Effect::read, by(free_reader)));
    EXPECT_EQ(read_free.delivered, 1) << "at once";
    writer->submit(std::make_unique<Probe>(scan_free, sqlite::Effect::scan, by(scanner)));
    writer->submit(std::make_unique<Probe>(busy, sqlite::Effect::lazy, [&](sqlite::Tables&) {
      at_work.set_value();
      may_end.get_future().wait();
      return true;
    }));
    at_work.get_future().wait();
    writer->submit(std::make_unique<Probe>(read_busy, sqlite::Effect::read, by(busy_reader)));
    EXPECT_EQ(read_busy.delivered, 0) << "in its turn";
    may_end.set_value();
  }
  EXPECT_EQ(free_reader, std::this_thread::get_id());
  EXPECT_NE(scanner, std::this_thread::get_id());
  EXPECT_NE(busy_reader, std::this_thread::get_id());
  EXPECT_EQ(scan_free.delivered + busy.delivered + read_busy.delivered, 3);
}

TEST_F(SqliteWriter, AloneInItsTransactionToo) {
  Probe::Fate gave_up;
  submit(gave_up, [](sqlite::Tables& tables) { return open(tables, "a") && false; });
  work_all();
  EXPECT_EQ(gave_up.delivered, 1);
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 0);
}

TEST_F(SqliteWriter, AFailedCommitGivesStorageToTheWholeBatchAndTheNextOneIsNotHarmed) {
  // A deferred foreign key breaks at COMMIT, after every operation has succeeded.
  database_->execute("CREATE TABLE late(x TEXT REFERENCES intents(id) DEFERRABLE INITIALLY DEFERRED)");
  Probe::Fate good;
  Probe::Fate bad;
  submit(good, [](sqlite::Tables& tables) { return open(tables, "a"); });
  submit(bad, [this](sqlite::Tables&) {
    database_->execute("INSERT INTO late VALUES ('nobody')");
    return true;
  });
  work_all();
  for (const Probe::Fate& fate : {good, bad}) {
    EXPECT_EQ(fate.delivered, 1);
    ASSERT_EQ(fate.errors.size(), 1U);
    EXPECT_THAT(fate.errors[0], HasSubstr("storage"));
  }
  EXPECT_EQ(number("SELECT count(*) FROM intents"), 0);
  auto ledger = SqliteFile::open();
  ASSERT_TRUE(ledger);
  EXPECT_TRUE(loop_.run((*ledger)->open_intent(wish("b"), open_always)));
}

TEST_F(SqliteWriter, AFullDiskIsSaidAndNothingIsHalf) {
  database_->execute("PRAGMA max_page_count = 60");
  Probe::Fate small;
  Probe::Fate large;
  submit(small, [](sqlite::Tables& tables) { return open(tables, "a"); });
  submit(large, [](sqlite::Tables& tables) {
    for (int i = 0; i < 1'000; ++i) open(tables, std::string(400, 'x') + std::to_string(i));
    return true;
  });
  work_all();
  ASSERT_EQ(large.errors.size(), 1U);
  EXPECT_THAT(large.errors[0], HasSubstr("storage"));
  EXPECT_THAT(large.errors[0], HasSubstr("Free some disk space"));
  EXPECT_EQ(number("SELECT count(*) FROM intents"), small.errors.empty() ? 1 : 0);
}

}  // namespace
}  // namespace holdfast::ledger::testing
