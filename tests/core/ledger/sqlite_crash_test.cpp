// kill -9 at random moments: everything that was answered is there after a restart, lazy or not (the operating system
// has it), and nothing is there by half. What a loss of power leaves is the matter of sqlite_power_test.cpp. The child
// is this binary again, so that no thread of the test is carried over a fork.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "core/base/random.hpp"
#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {
namespace {

constexpr int callers = 4;
constexpr const char* child_flag = "--crash-child";

// One line a fact, in one write: lines below PIPE_BUF are never torn.
void report(const std::string& line) {
  const std::string text = line + "\n";
  if (write(STDOUT_FILENO, text.data(), text.size()) != static_cast<ssize_t>(text.size())) _exit(3);
}

// A caller's whole saga again and again; each answered operation is reported.
net::Task<void> book_for_ever(Ledger& ledger, std::string prefix) {
  for (int round = 0;; ++round) {
    const std::string id = prefix + "-" + std::to_string(round);
    auto opened = co_await ledger.open_intent({.id = id,
                                               .tenant = "t",
                                               .kind = "booking",
                                               .request = "{}",
                                               .links = {"call:" + id, "line:1"},
                                               .look_up = {"call:" + id},
                                               .now = at(0)},
                                              find_or_open);
    if (!opened || opened->kind != Opening::Kind::open) _exit(4);
    report("opened " + id);
    AcquireHold acquire;
    acquire.intent_id = id;
    acquire.expected_version = opened->intent.version;
    acquire.claims = {{.resource = "r" + id, .interval = {at(60), at(90)}},
                      {.resource = "s" + id, .interval = {at(60), at(90)}}};
    acquire.now = at(0);
    acquire.expires_at = at(5);
    auto held = co_await ledger.acquire_hold(std::move(acquire));
    if (!held || !held->granted) _exit(5);
    report("held " + id);
    Intent intent = held->intent;
    for (const IntentState to : {IntentState::creating, IntentState::created, IntentState::booked}) {
      Advance change;
      change.intent_id = id;
      change.expected_version = intent.version;
      change.to = to;
      change.now = at(1);
      if (to == IntentState::creating) change.hold = HoldChange::pin;
      if (to == IntentState::created) {
        change.appointment_id = "appointment of " + id;
        change.add_links = {"appointment:" + id};
        change.durability = Durability::lazy;
      }
      if (to == IntentState::booked) {
        OutboxJob job;
        job.id = id + "/note";
        job.intent_id = id;
        job.tenant = "t";
        job.kind = "note";
        job.payload = "{}";
        change.enqueue.push_back(job);
      }
      auto moved = co_await ledger.advance(std::move(change));
      if (!moved) _exit(6);
      intent = *moved;
      report(std::string(to_string(to)) + " " + id);
    }
  }
}

net::Task<bool> never() {
  auto executor = co_await net::asio::this_coro::executor;
  net::asio::steady_timer timer(executor, net::asio::steady_timer::time_point::max());
  co_await timer.async_wait(net::asio::use_awaitable);
  co_return true;
}

int run_child(const std::string& path, const std::string& prefix) {
  tests::Loop loop;
  auto ledger = SqliteLedger::open(path, loop.runtime());
  if (!ledger) return 2;
  for (int caller = 0; caller < callers; ++caller) {
    loop.spawn(book_for_ever(**ledger, prefix + std::to_string(caller)));
  }
  loop.run(never());
  return 0;
}

// Starts the child, kills it after `delay`, returns what it reported in whole lines.
std::vector<std::string> crash_once(const std::string& path, const std::string& prefix,
                                    std::chrono::microseconds delay) {
  int channel[2];
  EXPECT_EQ(pipe2(channel, O_CLOEXEC), 0);
  const pid_t child = fork();
  if (child == 0) {
    dup2(channel[1], STDOUT_FILENO);
    execl("/proc/self/exe", "crash-child", child_flag, path.c_str(), prefix.c_str(), nullptr);
    _exit(9);
  }
  close(channel[1]);
  std::string bytes;
  char buffer[4'096];
  // The first line says that it works; the moment of death is counted from there.
  ssize_t count = read(channel[0], buffer, sizeof(buffer));
  if (count > 0) bytes.append(buffer, static_cast<std::size_t>(count));
  std::this_thread::sleep_for(delay);
  kill(child, SIGKILL);
  while ((count = read(channel[0], buffer, sizeof(buffer))) > 0) bytes.append(buffer, static_cast<std::size_t>(count));
  close(channel[0]);
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL) << "the child ended by itself, status " << status;

  std::vector<std::string> lines;
  std::istringstream stream(bytes);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

const std::map<std::string, int> steps{{"opened", 1}, {"held", 2}, {"creating", 3}, {"created", 4}, {"booked", 5}};

// Every reported step is there, and each intent agrees with its hold, its jobs and its fields.
void check_ledger(const std::string& path, const std::map<std::string, int>& reported) {
  tests::Loop loop;
  auto ledger = SqliteLedger::open(path, loop.runtime());
  ASSERT_TRUE(ledger) << to_string(ledger.error());
  const auto intents = loop.run((*ledger)->all_intents(1'000'000)).value();
  std::map<std::string, std::vector<Hold>> holds;
  for (const Hold& hold : loop.run((*ledger)->live_holds(at(0))).value()) holds[hold.intent_id].push_back(hold);
  std::set<std::string> jobs;
  for (const OutboxJob& job : loop.run((*ledger)->pending_jobs(1'000'000)).value()) jobs.insert(job.intent_id);

  std::map<std::string, int> found;
  for (const Intent& intent : intents) {
    const int step = steps.at(std::string(to_string(intent.state)));
    found.emplace(intent.id, step);
    ASSERT_EQ(intent.version, step) << intent.id;
    ASSERT_EQ(holds[intent.id].size(), step >= 2 ? 2U : 0U) << intent.id;
    for (const Hold& hold : holds[intent.id]) ASSERT_EQ(!hold.expires_at, step >= 3) << intent.id;
    ASSERT_EQ(intent.links.size(), step >= 4 ? 3U : 2U) << intent.id;
    ASSERT_EQ(intent.appointment_id.empty(), step < 4) << intent.id;
    ASSERT_EQ(jobs.contains(intent.id), step == 5) << intent.id;
  }
  for (const auto& [id, step] : reported) {
    ASSERT_TRUE(found.contains(id)) << id << " was answered and is lost";
    ASSERT_GE(found.at(id), step) << id;
    ASSERT_LE(found.at(id), step + 1) << id << " is further than it can be";
  }
  // What nobody was told of is at most the one operation each caller was waiting for.
  ASSERT_LE(found.size(), reported.size() + callers * 40);
  ASSERT_EQ(loop.run((*ledger)->find_intents("t", "line:1", 1'000'000))->size(), intents.size())
      << "the links came with their intents";
}

TEST(SqliteCrash, WhatWasAnsweredSurvivesAndNothingIsHalf) {
  TempFolder folder;
  const std::string path = folder.file("ledger.db");
  SplitMix64 random(20'261'123);
  std::map<std::string, int> reported;
  std::size_t lines_seen = 0;
  for (int round = 0; round < 30; ++round) {
    const auto delay = std::chrono::microseconds(random.below(40'000));
    const auto lines = crash_once(path, "r" + std::to_string(round) + "c", delay);
    lines_seen += lines.size();
    for (const std::string& line : lines) {
      const auto space = line.find(' ');
      ASSERT_NE(space, std::string::npos) << line;
      int& step = reported[line.substr(space + 1)];
      step = std::max(step, steps.at(line.substr(0, space)));
    }
    check_ledger(path, reported);
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(lines_seen, 300U) << "too little happened between the crashes to show anything";
}

}  // namespace
}  // namespace holdfast::ledger::testing

int main(int argc, char** argv) {
  using namespace holdfast::ledger::testing;
  if (argc == 4 && std::string(argv[1]) == child_flag) return run_child(argv[2], argv[3]);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
