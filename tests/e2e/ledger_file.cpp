#include "tests/e2e/ledger_file.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <stdexcept>

namespace e2e {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t log_head_bytes = 32;
constexpr int copy_tries_max = 10;

std::string text(sqlite3_stmt* row, int column) {
  const unsigned char* bytes = sqlite3_column_text(row, column);
  return bytes == nullptr ? "" : reinterpret_cast<const char*>(bytes);
}

// An open database, closed at the end.
class Database {
 public:
  explicit Database(const fs::path& path) {
    const int opened = sqlite3_open_v2(path.c_str(), &database_, SQLITE_OPEN_READWRITE, nullptr);
    if (opened != SQLITE_OK) {
      sqlite3_close(database_);
      throw std::runtime_error("cannot open " + path.string());
    }
    sqlite3_busy_timeout(database_, 5'000);
  }
  ~Database() { sqlite3_close(database_); }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  void query(const char* sql, const std::function<void(sqlite3_stmt*)>& visit) {
    sqlite3_stmt* statement = nullptr;
    if (sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr) != SQLITE_OK) {
      throw std::runtime_error(sqlite3_errmsg(database_));
    }
    int step = SQLITE_ROW;
    while ((step = sqlite3_step(statement)) == SQLITE_ROW) visit(statement);
    sqlite3_finalize(statement);
    if (step != SQLITE_DONE) throw std::runtime_error(sqlite3_errmsg(database_));
  }

 private:
  sqlite3* database_ = nullptr;
};

// The head of a log tells one use of it from the next: it is written anew when the log begins again.
std::string head_of(const fs::path& log) {
  std::string head(log_head_bytes, '\0');
  std::ifstream file(log, std::ios::binary);
  file.read(head.data(), static_cast<std::streamsize>(head.size()));
  head.resize(static_cast<std::size_t>(file.gcount()));
  return head;
}

// Copies the file, then its log. A running daemon keeps the file to itself, but not its bytes: a log that is being
// written ends at its last whole transaction, and only one that began again in between does not fit the file.
fs::path copy_of(const fs::path& path) {
  const fs::path copy = path.parent_path() / "looked_at.db";
  for (int tries = 0; tries < copy_tries_max; ++tries) {
    const std::string head = head_of(path.string() + "-wal");
    for (const char* part : {"", "-wal"}) {
      const fs::path from = path.string() + part;
      const fs::path to = copy.string() + part;
      fs::remove(to);
      if (fs::exists(from)) fs::copy_file(from, to);
    }
    fs::remove(copy.string() + "-shm");
    if (head_of(path.string() + "-wal") == head) return copy;
  }
  throw std::runtime_error("the log of " + path.string() + " begins again and again while it is copied");
}

}  // namespace

LedgerFile read_ledger(const fs::path& path) {
  Database database(copy_of(path));
  LedgerFile ledger;
  database.query("SELECT id, request, state, appointment_id FROM intents ORDER BY sequence", [&](sqlite3_stmt* row) {
    ledger.intents.push_back({text(row, 0), text(row, 1), text(row, 2), text(row, 3)});
  });
  database.query("SELECT intent_id, expires_at FROM holds ORDER BY fencing_token, resource", [&](sqlite3_stmt* row) {
    HoldRow hold{.intent_id = text(row, 0), .expires_at = std::nullopt};
    if (sqlite3_column_type(row, 1) != SQLITE_NULL) hold.expires_at = sqlite3_column_int64(row, 1);
    ledger.holds.push_back(std::move(hold));
  });
  database.query("SELECT kind, dead FROM outbox ORDER BY sequence",
                 [&](sqlite3_stmt* row) { ledger.jobs.push_back({text(row, 0), sqlite3_column_int(row, 1) != 0}); });
  return ledger;
}

std::int64_t start_of_offer(const fs::path& path, const std::string& code) {
  std::int64_t start_ms = 0;
  Database(copy_of(path)).query("SELECT code, start_at FROM offers", [&](sqlite3_stmt* row) {
    if (text(row, 0) == code) start_ms = sqlite3_column_int64(row, 1);
  });
  return start_ms;
}

std::string LedgerFile::states() const {
  std::string list;
  for (const IntentRow& intent : intents) list += (list.empty() ? "" : " ") + intent.state;
  return list;
}

int LedgerFile::stray_holds(std::int64_t now_ms) const {
  return static_cast<int>(std::count_if(holds.begin(), holds.end(), [&](const HoldRow& hold) {
    if (hold.expires_at && *hold.expires_at <= now_ms) return false;
    return std::none_of(intents.begin(), intents.end(), [&](const IntentRow& intent) {
      return intent.id == hold.intent_id && intent.state == "booked";
    });
  }));
}

int LedgerFile::jobs_of(const std::string& kind) const {
  return static_cast<int>(std::count_if(jobs.begin(), jobs.end(), [&](const JobRow& job) { return job.kind == kind; }));
}

int LedgerFile::waiting_jobs() const {
  return static_cast<int>(std::ranges::count(jobs, false, &JobRow::dead));
}

}  // namespace e2e
