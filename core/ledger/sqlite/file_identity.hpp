// FileIdentity: whether a path still leads to the file it led to.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/base/result.hpp"

namespace holdfast::ledger::sqlite {

// Remembers the file that a path leads to now. It is kept from being freed, so that no other can take its number, and
// none of its locks is touched.
class FileIdentity {
 public:
  // `path` may be a symbolic link. `configuration` when there is no such file, or when it has further names (hard
  // links): through them another daemon could write it.
  static Result<FileIdentity> of(std::string path);
  FileIdentity(FileIdentity&& other) noexcept;
  FileIdentity& operator=(FileIdentity&&) = delete;
  ~FileIdentity();

  // Why the path does not lead to that file alone any more, as the end of a sentence ("was deleted or moved"); nullopt
  // when it does. One system call.
  std::optional<std::string> lost() const;

 private:
  FileIdentity(std::string path, int descriptor) : path_(std::move(path)), descriptor_(descriptor) {}

  std::string path_;
  int descriptor_;
  dev_t device_ = 0;
  ino_t number_ = 0;
};

}  // namespace holdfast::ledger::sqlite
