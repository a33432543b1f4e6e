#include "core/base/file.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace holdfast {

Result<std::string> read_file(const std::string& path) {
  const auto unreadable = [](int code) {
    if (code == EISDIR) return fail(ErrorKind::configuration, "it is a folder; name a file");
    return fail(ErrorKind::configuration, "the file cannot be read: " + std::generic_category().message(code));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (file == nullptr) return unreadable(errno);
  std::string text;
  std::array<char, 64 * 1024> piece;
  while (const std::size_t bytes = std::fread(piece.data(), 1, piece.size(), file.get())) {
    text.append(piece.data(), bytes);
  }
  if (std::ferror(file.get()) != 0) return unreadable(errno);
  return text;
}

}  // namespace holdfast
