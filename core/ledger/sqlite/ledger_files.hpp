// LedgerFiles: the files of one ledger and the right to use them.
#pragma once

#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/ledger/sqlite/file_identity.hpp"
#include "core/ledger/sqlite/lock_file.hpp"

namespace holdfast::ledger::sqlite {

// Taken before the database is opened and given up after it is closed. However the ledger is reached (by another path,
// through a symbolic link), it is locked beside the file itself.
class LedgerFiles {
 public:
  // Locks the ledger and makes an empty file where there is none; only its owner may read it, as it holds callers'
  // names and numbers, and SQLite gives its side file the same rights. `configuration` when somebody has it, when the
  // folder or the rights are wrong, or when the file has several names.
  static Result<LedgerFiles> take(const std::string& path);

  // The file itself: no part of it is a symbolic link.
  const std::string& path() const { return path_; }
  // From now on the database's -wal file is looked after too; it must have been opened.
  Result<void> watch_wal();
  // `storage` with what to do when the paths no longer lead to the files that are open: whatever is written would be
  // lost, or stand beside another ledger.
  Result<void> check() const;

 private:
  LedgerFiles(std::string path, LockFile lock, FileIdentity file)
      : path_(std::move(path)), lock_(std::move(lock)), file_(std::move(file)) {}

  std::string path_;
  LockFile lock_;
  FileIdentity file_;
  std::optional<FileIdentity> wal_;
};

}  // namespace holdfast::ledger::sqlite
