// The ledger's file: one daemon, one name, and still there.
#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class SqliteIdentity : public ::testing::Test {
 protected:
  Result<std::unique_ptr<Ledger>> open(const std::string& path) { return SqliteLedger::open(path, loop_.runtime()); }
  Error refused(const std::string& path) {
    auto opened = open(path);
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }
  std::unique_ptr<Ledger> opened() {
    auto ledger = open(path_);
    EXPECT_TRUE(ledger) << to_string(ledger.error());
    return ledger ? std::move(*ledger) : nullptr;
  }
  Result<OpenedIntent> wish(Ledger& ledger, const std::string& id) {
    return loop_.run(ledger.open_intent(
        {.id = id, .tenant = "t", .kind = "booking", .request = {}, .links = {}, .look_up = {}, .now = at(0)},
        open_always));
  }
  // Every kind of operation says `storage` with these words, and none says that it is done.
  void expect_dead(Ledger& ledger, const std::string& words) {
    const auto expect_storage = [&](const auto& result) {
      ASSERT_FALSE(result);
      EXPECT_EQ(result.error().kind, ErrorKind::storage);
      EXPECT_THAT(result.error().message, HasSubstr(words));
      EXPECT_THAT(result.error().message, HasSubstr("Stop the daemon"));
    };
    expect_storage(wish(ledger, "new"));
    expect_storage(loop_.run(ledger.find_intent("known")));
    Advance change;
    change.intent_id = "known";
    change.expected_version = 1;
    change.to = IntentState::refused;
    change.now = at(1);
    expect_storage(loop_.run(ledger.advance(change)));
    expect_storage(loop_.run(ledger.sync()));
    expect_storage(loop_.run(ledger.check_writable()));
  }
  std::size_t intents_in(const std::string& path) {
    auto ledger = open(path);
    EXPECT_TRUE(ledger) << to_string(ledger.error());
    return ledger ? loop_.run((*ledger)->all_intents(99))->size() : 0;
  }

  TempFolder folder_;
  std::string path_ = folder_.file("ledger.db");
  tests::Loop loop_;
};

TEST_F(SqliteIdentity, ADeletedLedgerIsNoticed) {
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  fs::remove(path_);
  expect_dead(*ledger, "was deleted or moved");
}

TEST_F(SqliteIdentity, AMovedLedgerIsNoticedAndGoesOnWhenItIsBack) {
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  fs::rename(path_, path_ + ".old");
  expect_dead(*ledger, "was deleted or moved");
  fs::rename(path_ + ".old", path_);
  EXPECT_TRUE(wish(*ledger, "after"));
  ledger.reset();
  EXPECT_EQ(intents_in(path_), 2U);
}

TEST_F(SqliteIdentity, AReplacedLedgerIsNoticedAndItsSuccessorIsLeftAlone) {
  const std::string other = folder_.file("other.db");
  fs::create_directory(folder_.file("copy"));
  const std::string copy = folder_.file("copy/ledger.db");
  {
    auto successor = open(other);
    ASSERT_TRUE(wish(**successor, "of the other"));
    // As a crash would leave it: most of it is in its -wal file.
    fs::copy_file(other, copy);
    fs::copy_file(other + "-wal", copy + "-wal");
  }
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  fs::rename(copy, path_);
  fs::rename(copy + "-wal", path_ + "-wal");
  expect_dead(*ledger, "was replaced by another file");
  ledger.reset();
  ASSERT_TRUE(fs::exists(path_ + "-wal")) << "it is the successor's";
  auto successor = opened();
  EXPECT_TRUE(loop_.run(successor->find_intent("of the other")));
}

TEST_F(SqliteIdentity, ALostWalIsNoticed) {
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  fs::remove(path_ + "-wal");
  expect_dead(*ledger, "-wal' was deleted or moved");
}

TEST_F(SqliteIdentity, AWalThatSomebodyPutInItsPlaceIsLeftAlone) {
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  // A backup that is being restored, its log first.
  std::ofstream(folder_.file("restored-wal")) << "another log";
  fs::rename(folder_.file("restored-wal"), path_ + "-wal");
  expect_dead(*ledger, "-wal' was replaced by another file");
  ledger.reset();
  EXPECT_TRUE(fs::exists(path_ + "-wal")) << "it is not ours to remove";
}

TEST_F(SqliteIdentity, ASecondNameIsRefusedAndNoticed) {
  const std::string second = folder_.file("second.db");
  {
    auto ledger = opened();
    ASSERT_TRUE(wish(*ledger, "known"));
    fs::create_hard_link(path_, second);
    expect_dead(*ledger, "was given a second name");
    const Error error = refused(second);
    EXPECT_EQ(error.kind, ErrorKind::configuration);
    EXPECT_THAT(error.message, HasSubstr("has a second name"));
    fs::remove(second);
    EXPECT_TRUE(wish(*ledger, "after"));
    fs::create_hard_link(path_, second);
  }
  for (const std::string& name : {path_, second}) {
    const Error error = refused(name);
    EXPECT_EQ(error.kind, ErrorKind::configuration);
    EXPECT_THAT(error.message, HasSubstr("Remove the other name"));
  }
}

TEST_F(SqliteIdentity, ASymbolicLinkLeadsToTheSameLock) {
  fs::create_directory(folder_.file("elsewhere"));
  const std::string link = folder_.file("elsewhere/link.db");
  fs::create_symlink(path_, link);
  EXPECT_THAT(refused(link).message, HasSubstr("leads nowhere"));
  auto ledger = opened();
  ASSERT_TRUE(wish(*ledger, "known"));
  EXPECT_THAT(refused(link).message, HasSubstr("in use by another process"));
  EXPECT_THAT(refused(folder_.file("elsewhere/../ledger.db")).message, HasSubstr("in use by another process"));
  fs::create_directory_symlink(folder_.file("."), folder_.file("elsewhere/folder"));
  EXPECT_THAT(refused(folder_.file("elsewhere/folder/ledger.db")).message, HasSubstr("in use by another process"));
  ledger.reset();
  auto through = open(link);
  ASSERT_TRUE(through) << to_string(through.error());
  EXPECT_TRUE(loop_.run((*through)->find_intent("known")));
  EXPECT_THAT(refused(path_).message, HasSubstr("in use by another process"));
  EXPECT_FALSE(fs::exists(link + "-wal")) << "it lives beside the file itself";
}

TEST_F(SqliteIdentity, ALinkThatIsTurnedElsewhereIsNoticed) {
  const std::string link = folder_.file("link.db");
  ASSERT_EQ(intents_in(path_), 0U);
  ASSERT_EQ(intents_in(folder_.file("other.db")), 0U);
  fs::create_symlink(path_, link);
  auto ledger = open(link);
  ASSERT_TRUE(ledger);
  ASSERT_TRUE(wish(**ledger, "known"));
  fs::remove(link);
  fs::create_symlink(folder_.file("other.db"), link);
  expect_dead(**ledger, "was replaced by another file");
}

}  // namespace
}  // namespace holdfast::ledger::testing
