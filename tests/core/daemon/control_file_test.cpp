#include "core/daemon/control/control_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace holdfast::daemon::control {
namespace {

using ::testing::HasSubstr;

class ControlFileTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "control_XXXXXX";
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    ledger = folder + "/ledger.db";
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::string folder;
  std::string ledger;
  const ControlAddress address{"http://127.0.0.1:4711", Secret("abc")};
};

TEST_F(ControlFileTest, IsReadBackAndGoneWithItsDaemon) {
  {
    const auto file = ControlFile::write(ledger, address);
    ASSERT_TRUE(file) << file.error().message;
    const auto read = ControlFile::read(ledger);
    ASSERT_TRUE(read && *read);
    EXPECT_EQ((*read)->origin, address.origin);
    EXPECT_EQ((*read)->secret.reveal(), "abc");
  }
  const auto gone = ControlFile::read(ledger);
  ASSERT_TRUE(gone);
  EXPECT_FALSE(*gone);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

// Also where the process's mask would let others read, and where one with wide rights was left behind.
TEST_F(ControlFileTest, OnlyItsOwnerMayReadIt) {
  const std::string path = ControlFile::path_of(ledger);
  std::ofstream(path) << "left behind";
  ::chmod(path.c_str(), 0666);
  const mode_t before = ::umask(0);
  const auto file = ControlFile::write(ledger, address);
  ::umask(before);
  ASSERT_TRUE(file);
  struct stat status{};
  ASSERT_EQ(::stat(path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ((*ControlFile::read(ledger))->origin, address.origin);
}

// Somebody who can put a link there does not get the secret written where it leads.
TEST_F(ControlFileTest, DoesNotFollowALink) {
  const std::string elsewhere = folder + "/elsewhere";
  std::ofstream(elsewhere) << "mine";
  for (const std::string& name : {ControlFile::path_of(ledger), ControlFile::path_of(ledger) + ".new"}) {
    std::filesystem::create_symlink(elsewhere, name);
    const auto file = ControlFile::write(ledger, address);
    ASSERT_TRUE(file);
    std::string content;
    std::ifstream(elsewhere) >> content;
    EXPECT_EQ(content, "mine");
  }
}

TEST_F(ControlFileTest, WhatIsNoControlFileIsSaid) {
  for (const std::string content : {"", "nonsense", "{}", R"({"origin":"http://127.0.0.1:1"})", R"({"secret":"x"})"}) {
    std::ofstream(ControlFile::path_of(ledger)) << content;
    const auto read = ControlFile::read(ledger);
    ASSERT_FALSE(read) << content;
    EXPECT_THAT(read.error().message, HasSubstr("Remove it"));
  }
}

TEST_F(ControlFileTest, AFolderThatIsNotThereIsSaid) {
  const auto file = ControlFile::write(folder + "/nowhere/ledger.db", address);
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().kind, ErrorKind::configuration);
  EXPECT_THAT(file.error().message, HasSubstr("/nowhere/ledger.db.control' cannot be written (No such file"));
}

}  // namespace
}  // namespace holdfast::daemon::control
