#include "scenarios/world/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <thread>

namespace scenarios {
namespace {

using SteadyClock = std::chrono::steady_clock;

std::runtime_error failure(const std::string& what) {
  return std::runtime_error(what + ": " + std::generic_category().message(errno));
}

// What a child inherits although it gets an environment of its own.
void inherit(std::map<std::string, std::string>& environment) {
  for (const char* name : {"PATH", "ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"}) {
    if (const char* value = std::getenv(name)) environment.try_emplace(name, value);
  }
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

}  // namespace

ChildProcess::ChildProcess(ChildSpec spec) : spec_(std::move(spec)) {
  inherit(spec_.environment);
  std::vector<std::string> arguments{spec_.program.string()};
  arguments.insert(arguments.end(), spec_.arguments.begin(), spec_.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : spec_.environment) environment.push_back(name + "=" + value);
  // Between fork and exec only async-signal-safe calls are allowed, so everything is made ready here.
  const std::vector<char*> argument_list = pointers(arguments);
  const std::vector<char*> environment_list = pointers(environment);
  const std::string program = spec_.program.string();
  const int errors = open(spec_.error_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (errors < 0) throw failure("cannot write " + spec_.error_file.string());
  std::array<int, 2> pipe_ends{};
  if (pipe2(pipe_ends.data(), O_CLOEXEC) != 0) throw failure("no pipe");
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ < 0) throw failure("no child");
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(126);  // the parent died before the line above
    dup2(pipe_ends[1], STDOUT_FILENO);
    dup2(errors, STDERR_FILENO);
    execve(program.c_str(), argument_list.data(), environment_list.data());
    _exit(127);
  }
  close(pipe_ends[1]);
  close(errors);
  output_descriptor_ = pipe_ends[0];
  fcntl(output_descriptor_, F_SETFL, O_NONBLOCK);
}

ChildProcess::~ChildProcess() {
  kill9();
  close(output_descriptor_);
}

std::optional<std::string> ChildProcess::wait_until_listening(std::int64_t limit_ms) {
  const auto give_up_at = SteadyClock::now() + std::chrono::milliseconds(limit_ms);
  constexpr std::string_view words = " listening on http://";
  while (SteadyClock::now() < give_up_at) {
    pollfd waited{.fd = output_descriptor_, .events = POLLIN, .revents = 0};
    poll(&waited, 1, 20);
    read_output();
    if (const auto end = output_.find('\n'); end != std::string::npos) {
      const std::string line = output_.substr(0, end);
      const auto at = line.find(words);
      if (at == std::string::npos) return std::nullopt;
      return line.substr(at + words.size() - std::string_view("http://").size());
    }
    if (!running()) return std::nullopt;
  }
  return std::nullopt;
}

void ChildProcess::kill9() {
  if (exit_code_) return;
  kill(pid_, SIGKILL);
  reap(true);
}

void ChildProcess::pause() {
  if (!exit_code_) kill(pid_, SIGSTOP);
}

void ChildProcess::go_on() {
  if (!exit_code_) kill(pid_, SIGCONT);
}

void ChildProcess::ask_to_stop() {
  if (!exit_code_) kill(pid_, SIGTERM);
}

std::optional<int> ChildProcess::wait_for_exit(std::int64_t limit_ms) {
  const auto give_up_at = SteadyClock::now() + std::chrono::milliseconds(limit_ms);
  while (running() && SteadyClock::now() < give_up_at) {
    read_output();
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return exit_code_;
}

std::optional<int> ChildProcess::terminate(std::int64_t limit_ms) {
  ask_to_stop();
  return wait_for_exit(limit_ms);
}

bool ChildProcess::running() {
  return !reap(false);
}

std::string ChildProcess::output() {
  read_output();
  return output_;
}

std::string ChildProcess::errors() const {
  std::ifstream in(spec_.error_file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// True when the child has ended.
bool ChildProcess::reap(bool wait) {
  if (exit_code_) return true;
  int status = 0;
  pid_t ended = -1;
  do {
    ended = waitpid(pid_, &status, wait ? 0 : WNOHANG);
  } while (ended < 0 && errno == EINTR);
  if (ended != pid_) return false;
  exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

void ChildProcess::read_output() {
  std::array<char, 4096> chunk{};
  for (;;) {
    const ssize_t count = read(output_descriptor_, chunk.data(), chunk.size());
    if (count <= 0) return;
    output_.append(chunk.data(), static_cast<std::size_t>(count));
  }
}

}  // namespace scenarios
