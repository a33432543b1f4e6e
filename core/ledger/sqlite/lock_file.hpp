// LockFile: at most one process works on a ledger.
#pragma once

#include <string>

#include "core/base/result.hpp"

namespace holdfast::ledger::sqlite {

// An exclusive flock on a file beside the ledger, held until destroyed or until the process ends, however it ends. The
// file itself stays: removing it would open a race.
class LockFile {
 public:
  // Takes the lock; `configuration` when somebody has it or the file cannot be made.
  static Result<LockFile> take(const std::string& ledger_path);
  LockFile(LockFile&& other) noexcept;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

 private:
  explicit LockFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace holdfast::ledger::sqlite
