// ChildProcess: a program started as a child of this one, which never outlives it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace scenarios {

// What to start.
struct ChildSpec {
  std::filesystem::path program;
  std::vector<std::string> arguments;
  // The child sees these, PATH and the sanitizers' options, nothing else of ours.
  std::map<std::string, std::string> environment;
  std::filesystem::path error_file;  // standard error is appended here
};

// A running child. Start it on the thread that lives longest: when that thread ends, however it ends, the kernel kills
// the child. The destructor kills it by its id and reaps it. Throws std::runtime_error when the system refuses.
class ChildProcess {
 public:
  explicit ChildProcess(ChildSpec spec);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // The origin of the line "<program> listening on http://HOST:PORT", or nullopt when the program ended, said something
  // else, or `limit_ms` passed.
  std::optional<std::string> wait_until_listening(std::int64_t limit_ms);
  // SIGKILL, then reaps: nothing of the process runs when this returns.
  void kill9();
  // SIGSTOP and SIGCONT: it stands still between them.
  void pause();
  void go_on();
  // SIGTERM only.
  void ask_to_stop();
  // Waits for the end. The exit code, 128 plus the signal that ended it, or nullopt when `limit_ms` passed.
  std::optional<int> wait_for_exit(std::int64_t limit_ms);
  // SIGTERM, then wait_for_exit.
  std::optional<int> terminate(std::int64_t limit_ms);
  bool running();
  pid_t pid() const { return pid_; }
  // Everything written to standard output so far, and to the error file.
  std::string output();
  std::string errors() const;

 private:
  bool reap(bool wait);
  void read_output();

  ChildSpec spec_;
  pid_t pid_ = -1;
  int output_descriptor_ = -1;
  std::string output_;
  std::optional<int> exit_code_;
};

}  // namespace scenarios
