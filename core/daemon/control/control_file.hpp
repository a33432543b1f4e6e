// ControlFile: how the commands find the daemon that holds a ledger.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"

namespace holdfast::daemon::control {

// Where a daemon's control channel is, and what it wants to see.
struct ControlAddress {
  std::string origin;  // "http://127.0.0.1:43121"
  Secret secret;       // made anew at every start
};

// The file beside the ledger, "<ledger path>.control", which only its owner may read. It is there while its daemon
// runs; a daemon that was killed leaves it behind, and the next one replaces it. Make it only while holding the ledger:
// then there is one writer.
class ControlFile {
 public:
  // Where it is.
  static std::string path_of(const std::string& ledger_path) { return ledger_path + ".control"; }
  // Writes it as a whole, in the place of one that was left behind. `configuration` with what to do.
  static Result<std::unique_ptr<ControlFile>> write(const std::string& ledger_path, const ControlAddress& address);
  // What it says; nullopt when there is none. `configuration` when it may not be read or is no control file.
  static Result<std::optional<ControlAddress>> read(const std::string& ledger_path);
  // Removes it.
  ~ControlFile();
  ControlFile(const ControlFile&) = delete;
  ControlFile& operator=(const ControlFile&) = delete;

 private:
  explicit ControlFile(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace holdfast::daemon::control
