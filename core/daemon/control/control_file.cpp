#include "core/daemon/control/control_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "core/base/json.hpp"

namespace holdfast::daemon::control {
namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

bool write_all(int descriptor, const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(descriptor, text.data() + written, text.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    written += static_cast<std::size_t>(count);
  }
  return true;
}

}  // namespace

// Under another name first, so that nobody reads half of it or finds it with the rights of the one it replaces.
Result<std::unique_ptr<ControlFile>> ControlFile::write(const std::string& ledger_path, const ControlAddress& address) {
  const std::string path = path_of(ledger_path);
  const std::string unfinished = path + ".new";
  const auto failed = [&] {
    Error error{.kind = ErrorKind::configuration,
                .message = "The control file '" + path + "' cannot be written (" + reason() +
                           "). Check that its folder has room and that this user may write there."};
    ::unlink(unfinished.c_str());
    return fail(std::move(error));
  };
  ::unlink(unfinished.c_str());
  const int descriptor = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) return failed();
  const Json content{{"origin", address.origin}, {"process", ::getpid()}, {"secret", address.secret.reveal()}};
  const bool written = write_all(descriptor, dump_json(content) + "\n");
  const bool closed = ::close(descriptor) == 0;
  if (!written || !closed || std::rename(unfinished.c_str(), path.c_str()) != 0) return failed();
  return std::unique_ptr<ControlFile>(new ControlFile(path));
}

Result<std::optional<ControlAddress>> ControlFile::read(const std::string& ledger_path) {
  const std::string path = path_of(ledger_path);
  std::ifstream stream(path, std::ios::binary);
  if (!stream) {
    if (errno == ENOENT) return std::optional<ControlAddress>{};
    return fail(ErrorKind::configuration, "The control file '" + path + "' cannot be read (" + reason() +
                                              "). Run this as the user that runs holdfastd.");
  }
  std::ostringstream content;
  content << stream.rdbuf();
  const auto json = parse_json(content.str());
  const auto origin = json ? string_member(*json, "origin") : std::nullopt;
  const auto secret = json ? string_member(*json, "secret") : std::nullopt;
  if (!origin || !secret) {
    return fail(
        ErrorKind::configuration,
        "'" + path + "' is no control file of holdfastd. Remove it; holdfastd writes a new one when it starts.");
  }
  return std::optional(ControlAddress{*origin, Secret(*secret)});
}

ControlFile::~ControlFile() {
  ::unlink(path_.c_str());
}

}  // namespace holdfast::daemon::control
