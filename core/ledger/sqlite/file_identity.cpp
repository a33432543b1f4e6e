#include "core/ledger/sqlite/file_identity.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace holdfast::ledger::sqlite {

Result<FileIdentity> FileIdentity::of(std::string path) {
  // O_PATH: closing any other descriptor of the file would give up SQLite's locks on it.
  FileIdentity identity(std::move(path), -1);
  identity.descriptor_ = ::open(identity.path_.c_str(), O_PATH | O_CLOEXEC);
  struct stat status{};
  if (identity.descriptor_ < 0 || ::fstat(identity.descriptor_, &status) != 0) {
    return fail(ErrorKind::configuration, "The file '" + identity.path_ + "' cannot be looked at (" +
                                              std::generic_category().message(errno) +
                                              "). Check that its folder exists and that this user may read it.");
  }
  if (!S_ISREG(status.st_mode)) {
    return fail(ErrorKind::configuration,
                "The file '" + identity.path_ + "' cannot be opened: it is a folder or a device. Name another path.");
  }
  identity.device_ = status.st_dev;
  identity.number_ = status.st_ino;
  if (status.st_nlink > 1) {
    return fail(ErrorKind::configuration,
                "The file '" + identity.path_ +
                    "' has a second name (a hard link), through which another daemon could use it: two on one ledger "
                    "could book twice. Remove the other name, or copy the file and name the copy.");
  }
  return identity;
}

std::optional<std::string> FileIdentity::lost() const {
  struct stat status{};
  if (::stat(path_.c_str(), &status) != 0) {
    if (errno == ENOENT || errno == ENOTDIR) return "was deleted or moved";
    return "cannot be looked at any more (" + std::generic_category().message(errno) + ")";
  }
  if (status.st_dev != device_ || status.st_ino != number_) return "was replaced by another file";
  if (status.st_nlink != 1) return "was given a second name (a hard link)";
  return std::nullopt;
}

FileIdentity::FileIdentity(FileIdentity&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      device_(other.device_),
      number_(other.number_) {}

FileIdentity::~FileIdentity() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace holdfast::ledger::sqlite
