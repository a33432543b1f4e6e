// PipedProcess: a program as a child of the test, for what it prints and how it ends.
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

namespace holdfast::tests {

// A child process with both outputs piped. Killed when destroyed.
class PipedProcess {
 public:
  // `environment` holds "NAME=value"; the child sees nothing else of ours.
  PipedProcess(const std::string& program, std::vector<std::string> arguments,
               std::vector<std::string> environment = {}) {
    std::array<int, 2> out{};
    std::array<int, 2> err{};
    if (::pipe2(out.data(), O_CLOEXEC) != 0 || ::pipe2(err.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    ::posix_spawn_file_actions_adddup2(&actions, err[1], 2);
    arguments.insert(arguments.begin(), program);
    if (::posix_spawn(&id_, program.c_str(), &actions, nullptr, pointers_to(arguments).data(),
                      pointers_to(environment).data()) != 0) {
      throw std::runtime_error("spawn");
    }
    ::posix_spawn_file_actions_destroy(&actions);
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~PipedProcess() {
    if (id_ > 0) {
      ::kill(id_, SIGKILL);
      ::waitpid(id_, nullptr, 0);
    }
    ::close(out_);
    ::close(err_);
  }
  PipedProcess(const PipedProcess&) = delete;
  PipedProcess& operator=(const PipedProcess&) = delete;

  void signal(int number) const { ::kill(id_, number); }
  // Reads both outputs to their ends and returns the exit code; 1000 + the signal's number when one killed it.
  int wait() {
    output += read(out_, false);
    errors += read(err_, false);
    int status = 0;
    ::waitpid(id_, &status, 0);
    id_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1'000 + WTERMSIG(status);
  }
  // The first line of standard output.
  std::string line() {
    output += read(out_, true);
    return output.substr(0, output.find('\n'));
  }

  std::string output;
  std::string errors;

 private:
  static std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
  }
  static std::string read(int descriptor, bool one_line) {
    std::string text;
    const auto stop_at = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < stop_at) {
      pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
      if (::poll(&waiting, 1, 100) <= 0) continue;
      char byte = 0;
      if (::read(descriptor, &byte, 1) <= 0) break;
      text += byte;
      if (one_line && byte == '\n') break;
    }
    return text;
  }
  pid_t id_ = -1;
  int out_ = -1;
  int err_ = -1;
};

}  // namespace holdfast::tests
