// A thin, owning view of one SQLite connection. Inside this folder a failure is the exception SqliteFailure; it never
// leaves it (writer.cpp and sqlite_ledger.cpp turn it into an Error).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::ledger::sqlite {

// What SQLite said: its result code and text.
class SqliteFailure : public std::runtime_error {
 public:
  SqliteFailure(int result_code, const std::string& text) : std::runtime_error(text), code(result_code) {}
  int code;
};

// The failure as an Error: a sentence that names the file and says what to do.
Error explain(const SqliteFailure& failure, const std::string& path);

// One run of a statement. The columns are those of the row next() stepped to. Ends, and frees the statement for its
// next run, when destroyed.
class Cursor {
 public:
  explicit Cursor(sqlite3_stmt* statement) : statement_(statement) {}
  ~Cursor();
  Cursor(const Cursor&) = delete;
  Cursor& operator=(const Cursor&) = delete;

  // Steps to the next row; false when there is none.
  bool next();
  std::string text(int column) const;
  std::int64_t integer(int column) const;
  Instant instant(int column) const { return from_epoch_ms(integer(column)); }
  std::optional<Instant> optional_instant(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// One connection, the only one there may be: it locks the file for itself, so that no statement has to ask for a lock
// and no memory is shared with others. Not thread-safe, but may be handed from one thread to another.
class Database {
 public:
  // Opens or creates the file and prepares the connection: WAL, foreign keys, commits that survive a crash.
  explicit Database(const std::string& path);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Runs one or more statements without parameters or rows.
  void execute(const char* sql);
  // Starts `sql` with its parameters ?1, ?2, …; prepared once and kept. Not to be started again while a Cursor of it
  // lives.
  template <class... Arguments>
  Cursor query(const std::string& sql, const Arguments&... arguments) {
    sqlite3_stmt* statement = prepared(sql);
    int position = 0;
    (bind(statement, ++position, arguments), ...);
    return Cursor(statement);
  }
  // As query, to the end, for statements whose rows do not matter; how many were inserted, updated and deleted.
  template <class... Arguments>
  std::int64_t run(const std::string& sql, const Arguments&... arguments) {
    const std::int64_t before = changes();
    Cursor cursor = query(sql, arguments...);
    while (cursor.next()) {
    }
    return changes() - before;
  }
  // Whether the transactions that begin from now on survive a crash when COMMIT returns (synchronous=FULL), or only
  // once a later one does that (NORMAL, which in WAL mode syncs at checkpoints only). All go through the same file in
  // order, so the later sync covers them. Not inside a transaction.
  void survive_crashes(bool at_once);
  // Rows inserted, updated and deleted since the connection was opened.
  std::int64_t changes() const;
  // The key of the row inserted last.
  std::int64_t last_row() const;
  // The -wal file stays where it is at the end: for when the path is no longer ours.
  void leave_wal_behind();
  // False when a failure has ended the transaction by itself (a full disk does).
  bool in_transaction() const;
  const std::string& path() const { return path_; }

 private:
  sqlite3_stmt* prepared(const std::string& sql);
  static void bind(sqlite3_stmt* statement, int position, std::string_view value);
  static void bind(sqlite3_stmt* statement, int position, const std::string& value) {
    bind(statement, position, std::string_view(value));
  }
  static void bind(sqlite3_stmt* statement, int position, std::int64_t value);
  static void bind(sqlite3_stmt* statement, int position, int value) {
    bind(statement, position, static_cast<std::int64_t>(value));
  }
  static void bind(sqlite3_stmt* statement, int position, bool value) {
    bind(statement, position, static_cast<std::int64_t>(value));
  }
  static void bind(sqlite3_stmt* statement, int position, Instant value) {
    bind(statement, position, to_epoch_ms(value));
  }
  static void bind(sqlite3_stmt* statement, int position, std::optional<Instant> value);

  std::string path_;
  sqlite3* connection_ = nullptr;
  bool survives_crashes_ = true;
  std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace holdfast::ledger::sqlite
