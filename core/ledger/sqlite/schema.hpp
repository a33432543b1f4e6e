// The tables of the ledger's file and how older files are brought up to date.
#pragma once

#include <span>
#include <string>

#include "core/base/result.hpp"
#include "core/ledger/sqlite/database.hpp"

namespace holdfast::ledger::sqlite {

// One step: brings a file of version `to_version - 1` to `to_version`.
struct Migration {
  int to_version;
  const char* sql;
};

// Every step there is, oldest first. A released step is never changed; a new one is added at the end.
std::span<const Migration> all_migrations();

// Brings the file up to date, each step in a transaction of its own, so that an interrupted upgrade goes on where it
// stopped. `configuration` when the file is another program's or was written by a newer Holdfast; `storage` when it is
// damaged. May throw SqliteFailure.
Result<void> migrate(Database& database, std::span<const Migration> migrations);

}  // namespace holdfast::ledger::sqlite
