#include "core/ledger/sqlite/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

namespace holdfast::ledger::sqlite {
namespace {

// The process id its holder wrote, or empty.
std::string read_holder(int descriptor) {
  std::array<char, 32> bytes{};
  const ssize_t count = pread(descriptor, bytes.data(), bytes.size(), 0);
  std::string holder(bytes.data(), count > 0 ? static_cast<std::size_t>(count) : 0);
  return holder.substr(0, holder.find_first_not_of("0123456789"));
}

}  // namespace

Result<LockFile> LockFile::take(const std::string& ledger_path) {
  const std::string path = ledger_path + ".lock";
  LockFile lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock.descriptor_ < 0) {
    return fail(ErrorKind::configuration, "The lock file '" + path + "' cannot be opened (" +
                                              std::generic_category().message(errno) +
                                              "). Check that its folder exists and that this user may write there.");
  }
  if (flock(lock.descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string holder = read_holder(lock.descriptor_);
    return fail(ErrorKind::configuration,
                "The ledger '" + ledger_path + "' is in use by another process" +
                    (holder.empty() ? "" : " (" + holder + ")") +
                    ". Two on one ledger could book twice: stop the other one, or give this one a ledger of its own.");
  }
  // The process id is only for the sentence above, so a failure to write it does not matter.
  const std::string holder = std::to_string(getpid()) + "\n";
  if (ftruncate(lock.descriptor_, 0) == 0 && pwrite(lock.descriptor_, holder.data(), holder.size(), 0) < 0) errno = 0;
  return lock;
}

LockFile::LockFile(LockFile&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

LockFile::~LockFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace holdfast::ledger::sqlite
