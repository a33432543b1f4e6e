#include "core/ledger/sqlite/ledger_files.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>

namespace holdfast::ledger::sqlite {
namespace {

namespace fs = std::filesystem;

// The file a path leads to, whether it is there yet or not.
Result<std::string> real_path(const std::string& path) {
  std::error_code error;
  // Of a symbolic link to a file that is not there, only the folder would be resolved.
  if (fs::is_symlink(path, error) && !fs::exists(path, error)) {
    return fail(ErrorKind::configuration,
                "The ledger's path '" + path + "' is a symbolic link that leads nowhere. Name the file itself.");
  }
  const fs::path whole = fs::weakly_canonical(fs::absolute(path, error), error);
  if (!error) return whole.string();
  return fail(ErrorKind::configuration, "The ledger's path '" + path + "' cannot be resolved (" + error.message() +
                                            "). Check that its folder exists and that this user may read it.");
}

}  // namespace

Result<LedgerFiles> LedgerFiles::take(const std::string& path) {
  auto real = real_path(path);
  if (!real) return fail(real.error());
  auto lock = LockFile::take(*real);
  if (!lock) return fail(lock.error());
  const int made = ::open(real->c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) ::close(made);
  std::error_code error;
  // The path as it was given: when its link is turned elsewhere, the next start would use another file.
  auto file = FileIdentity::of(fs::absolute(path, error).string());
  if (!file) return fail(file.error());
  return LedgerFiles(std::move(*real), std::move(*lock), std::move(*file));
}

Result<void> LedgerFiles::watch_wal() {
  auto wal = FileIdentity::of(path_ + "-wal");
  if (!wal) return fail(wal.error());
  wal_.emplace(std::move(*wal));
  return check();
}

Result<void> LedgerFiles::check() const {
  std::string name = path_;
  auto lost = file_.lost();
  if (!lost && wal_) {
    name += "-wal";
    lost = wal_->lost();
  }
  if (!lost) return {};
  return fail(ErrorKind::storage, "The ledger's file '" + name + "' " + *lost +
                                      " while the daemon uses it; nothing is stored any more. Stop the daemon, put the "
                                      "file itself back in its place as its only name, and start again.");
}

}  // namespace holdfast::ledger::sqlite
