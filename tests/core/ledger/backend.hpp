// Both ledgers behind one face, for tests that must hold for each.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/memory/memory_ledger.hpp"
#include "core/ledger/sqlite/sqlite_ledger.hpp"
#include "tests/support/run_task.hpp"

namespace holdfast::ledger::testing {

// A folder of its own that is removed with everything in it.
class TempFolder {
 public:
  TempFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "holdfast-ledger-XXXXXX").string();
    const char* made = ::mkdtemp(pattern.data());
    EXPECT_NE(made, nullptr);
    path_ = pattern;
  }
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// A ledger that can be closed and opened again over what it kept.
class Backend {
 public:
  virtual ~Backend() = default;
  virtual Ledger& ledger() = 0;
  virtual void reopen() = 0;
};

class MemoryBackend final : public Backend {
 public:
  explicit MemoryBackend(tests::Loop& loop) : loop_(loop) { reopen(); }
  Ledger& ledger() override { return *ledger_; }
  void reopen() override {
    disk_->sync(disk_->applied());
    disk_->crash();  // what was synced must be all there is
    ledger_ = std::make_unique<MemoryLedger>(loop_.runtime(), disk_);
  }

 private:
  tests::Loop& loop_;
  std::shared_ptr<MemoryDisk> disk_ = std::make_shared<MemoryDisk>();
  std::unique_ptr<MemoryLedger> ledger_;
};

class SqliteBackend final : public Backend {
 public:
  explicit SqliteBackend(tests::Loop& loop) : loop_(loop) { reopen(); }
  Ledger& ledger() override { return *ledger_; }
  void reopen() override {
    ledger_.reset();
    auto opened = SqliteLedger::open(folder_.file("ledger.db"), loop_.runtime());
    if (!opened) {
      ADD_FAILURE() << to_string(opened.error());
      std::abort();
    }
    ledger_ = std::move(*opened);
  }

 private:
  tests::Loop& loop_;
  TempFolder folder_;
  std::unique_ptr<Ledger> ledger_;
};

inline std::unique_ptr<Backend> make_backend(const std::string& kind, tests::Loop& loop) {
  if (kind == "memory") return std::make_unique<MemoryBackend>(loop);
  return std::make_unique<SqliteBackend>(loop);
}

// Opens whatever is asked.
inline Opening open_always(const std::vector<Intent>&) {
  return {};
}
// A new member of `group`.
inline OpenDecider open_in(std::string group) {
  return [group = std::move(group)](const std::vector<Intent>&) {
    return Opening{.kind = Opening::Kind::open, .found_id = {}, .group = group, .want = true, .reason = {}};
  };
}
// The oldest candidate that is not refused, or a new intent when there is none.
inline Opening find_or_open(const std::vector<Intent>& candidates) {
  for (const Intent& intent : candidates) {
    if (intent.state == IntentState::refused) continue;
    return {.kind = Opening::Kind::found, .found_id = intent.id, .group = {}, .want = true, .reason = {}};
  }
  return {};
}

// Minutes after a round instant, so that tests read like a day.
constexpr Instant at(std::int64_t minute) {
  return from_epoch_ms(1'790'000'000'000) + minutes(minute);
}

}  // namespace holdfast::ledger::testing
