#include "core/ledger/sqlite/database.hpp"

#include <sqlite3.h>

#include "core/base/assert.hpp"

namespace holdfast::ledger::sqlite {
namespace {

constexpr int busy_timeout_ms = 5'000;

[[noreturn]] void throw_failure(sqlite3* connection, int code) {
  throw SqliteFailure(code, connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code));
}

void require(sqlite3_stmt* statement, int code) {
  if (code != SQLITE_OK) throw_failure(sqlite3_db_handle(statement), code);
}

}  // namespace

Error explain(const SqliteFailure& failure, const std::string& path) {
  const std::string file = "The ledger '" + path + "'";
  const std::string said = std::string(" (SQLite: ") + failure.what() + ").";
  switch (failure.code & 0xff) {  // the primary code
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {
          .kind = ErrorKind::storage,
          .message = file + " is damaged or is no ledger" + said +
                     " Stop, keep the file and its -wal file for repair, and restore a backup or name another path."};
    case SQLITE_CANTOPEN:
      return {.kind = ErrorKind::configuration,
              .message = file + " cannot be opened" + said +
                         " Check that its folder exists and that this user may write there."};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      return {.kind = ErrorKind::configuration,
              .message = file + " may not be written" + said + " Give this user write access to it and to its folder."};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {.kind = ErrorKind::storage,
              .message = file + " is locked by another program" + said +
                         " Close whatever has it open, a database browser for instance, and try again."};
    case SQLITE_FULL:
      return {.kind = ErrorKind::storage, .message = file + " has no room left" + said + " Free some disk space."};
    default:
      return {.kind = ErrorKind::storage,
              .message = file + " failed" + said + " Check the disk; what was being stored may have to be read again."};
  }
}

Cursor::~Cursor() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

bool Cursor::next() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw_failure(sqlite3_db_handle(statement_), code);
}

std::string Cursor::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return {};
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Cursor::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<Instant> Cursor::optional_instant(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return instant(column);
}

Database::Database(const std::string& path) : path_(path) {
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &connection_, flags, nullptr);
  try {
    if (code != SQLITE_OK) throw_failure(connection_, code);
    sqlite3_busy_timeout(connection_, busy_timeout_ms);
    std::string journal_mode;
    execute("PRAGMA locking_mode = EXCLUSIVE");  // before the first access, or a shared index would be made
    {
      Cursor cursor = query("PRAGMA journal_mode = WAL");
      if (cursor.next()) journal_mode = cursor.text(0);
    }
    if (journal_mode != "wal")
      throw SqliteFailure(SQLITE_CANTOPEN, "its file system does not support write-ahead logs");
    execute("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;");
  } catch (...) {
    for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
    sqlite3_close_v2(connection_);
    throw;
  }
}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(connection_);
}

void Database::execute(const char* sql) {
  const int code = sqlite3_exec(connection_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw_failure(connection_, code);
}

void Database::survive_crashes(bool at_once) {
  if (at_once == survives_crashes_) return;
  HOLDFAST_ASSERT(!in_transaction());  // SQLite would ignore it
  execute(at_once ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  survives_crashes_ = at_once;
}

std::int64_t Database::changes() const {
  return sqlite3_total_changes64(connection_);
}

std::int64_t Database::last_row() const {
  return sqlite3_last_insert_rowid(connection_);
}

void Database::leave_wal_behind() {
  int leave = 1;
  sqlite3_file_control(connection_, "main", SQLITE_FCNTL_PERSIST_WAL, &leave);
}

bool Database::in_transaction() const {
  return sqlite3_get_autocommit(connection_) == 0;
}

sqlite3_stmt* Database::prepared(const std::string& sql) {
  sqlite3_stmt*& statement = statements_[sql];
  if (statement == nullptr) {
    const int code = sqlite3_prepare_v3(connection_, sql.data(), static_cast<int>(sql.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    if (code != SQLITE_OK) throw_failure(connection_, code);
  }
  return statement;
}

void Database::bind(sqlite3_stmt* statement, int position, std::string_view value) {
  // A null pointer would bind NULL; an empty text is meant.
  const char* bytes = value.empty() ? "" : value.data();
  require(statement, sqlite3_bind_text64(statement, position, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8));
}

void Database::bind(sqlite3_stmt* statement, int position, std::int64_t value) {
  require(statement, sqlite3_bind_int64(statement, position, value));
}

void Database::bind(sqlite3_stmt* statement, int position, std::optional<Instant> value) {
  if (value) {
    bind(statement, position, *value);
  } else {
    require(statement, sqlite3_bind_null(statement, position));
  }
}

}  // namespace holdfast::ledger::sqlite
