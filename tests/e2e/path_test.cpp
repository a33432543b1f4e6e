// What a conversation costs: requests to GHL, how many of them wait for one another before the caller is answered, and
// what the disk is asked. GHL is slow here, so that what is sent side by side can be told from what is sent in a row.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "tests/e2e/disk_calls.hpp"
#include "tests/e2e/stack.hpp"

namespace e2e {
namespace {

// A tool's price in requests to GHL.
struct Price {
  int before_answer = 0;  // that the answer waited for
  int in_a_row = 0;       // of these: the longest chain of one after the other
  int in_all = 0;         // with what is done behind the answer
  bool operator==(const Price&) const = default;
};

// ── What is paid today. These go down with the code; whoever raises one says why in the commit. ──────────────────────
constexpr Price first_check{.before_answer = 2, .in_a_row = 1, .in_all = 2};  // of a daemon that has just started
constexpr Price check{.before_answer = 1, .in_a_row = 1, .in_all = 1};
constexpr Price book_known_caller{.before_answer = 5, .in_a_row = 3, .in_all = 8};  // a contact has this number
constexpr Price book_new_caller{.before_answer = 6, .in_a_row = 4, .in_all = 9};
// Durable syncs the caller waits for: before the create leaves, and before "booked" is said. More is slow; fewer is a
// promise broken.
constexpr std::uint64_t syncs_before_answer = 2;
// Of the disk, at most, for check and book together with everything behind the answers: one more sync is the word that
// the customer's notification is about to leave.
constexpr std::uint64_t syncs_max = 3;
constexpr std::uint64_t writes_max = 85;
constexpr std::uint64_t locks_max = 0;  // the daemon keeps its file to itself from start to end
// ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────

constexpr std::int64_t latency_ms = 100;
constexpr std::int64_t behind_ms = 1'000;
constexpr std::int64_t quiet_ms = 500;  // so long without a request: nothing more comes
constexpr int conversations = 3;

StackOptions patient(std::map<std::string, std::string> environment = {}) {
  StackOptions options;
  // A busy machine must not turn a booking into "pending".
  options.limits = {{"voice_deadline_ms", 15'000},
                    {"create_timeout_ms", 15'000},
                    {"late_arrival_window_ms", 30'000},
                    {"attempt_timeout_ms", 10'000}};
  Json account = Json::parse(solo_fixture());
  account["contacts"] = Json::array();
  for (int i = 0; i < conversations; ++i) {
    account["contacts"].push_back({{"id", "conKnown000000000000" + std::to_string(i)},
                                   {"locationId", "locE2e00000000000001"},
                                   {"firstName", "Kay"},
                                   {"lastName", "Known" + std::to_string(i)},
                                   {"phone", "+1415555020" + std::to_string(i)}});
  }
  options.fixture = holdfast::dump_json(account);
  options.daemon_environment = std::move(environment);
  return options;
}

Caller known_caller(int i) {
  const std::string digit = std::to_string(i);
  return {.call_id = "call-known-" + digit, .number = "+1415555020" + digit, .name = "Kay Known" + digit};
}

Caller new_caller(int i) {
  const std::string digit = std::to_string(i);
  return {.call_id = "call-new-" + digit, .number = "+1415555030" + digit, .name = "Nat New" + digit};
}

// The most requests of which each began after the one before had ended.
int longest_chain(std::vector<GhlRequest> requests) {
  std::ranges::sort(requests, {}, [](const GhlRequest& request) { return *request.ended_at; });
  int chain = 0;
  Instant last_end = Instant::min();
  for (const GhlRequest& request : requests) {
    if (request.began_at < last_end) continue;
    ++chain;
    last_end = *request.ended_at;
  }
  return chain;
}

TEST(Path, AChainIsOfRequestsThatDoNotOverlap) {
  const auto request = [](std::int64_t began_ms, std::int64_t ended_ms) {
    return GhlRequest{.number = 0,
                      .operation = "",
                      .began_at = holdfast::from_epoch_ms(began_ms),
                      .ended_at = holdfast::from_epoch_ms(ended_ms)};
  };
  EXPECT_EQ(longest_chain({}), 0);
  EXPECT_EQ(longest_chain({request(0, 100), request(1, 101)}), 1);
  EXPECT_EQ(longest_chain({request(0, 100), request(100, 200)}), 2);
  EXPECT_EQ(longest_chain({request(0, 350), request(1, 101), request(102, 202), request(351, 451)}), 3);
}

// Waits until the daemon has asked GHL nothing for a while; everything it asked after `since`.
std::vector<GhlRequest> requests_when_quiet(Stack& stack, std::int64_t since) {
  std::vector<GhlRequest> requests = stack.requests(since);
  const Instant give_up_at = stack.world.in(30'000);
  while (stack.world.clock.now() < give_up_at) {
    stack.pause(quiet_ms);
    const std::size_t before = requests.size();
    requests = stack.requests(since);
    const bool answered =
        std::ranges::all_of(requests, [](const auto& request) { return request.ended_at.has_value(); });
    if (answered && requests.size() == before) return requests;
  }
  ADD_FAILURE() << "the daemon goes on asking GHL";
  return {};
}

// Asks, and counts what that took. The answer is what `told` says.
template <class Ask>
Price price_of(Stack& stack, const char* told, Ask ask) {
  const std::vector<GhlRequest> earlier = stack.requests();
  const std::int64_t since = earlier.empty() ? 0 : earlier.back().number;
  const Answer answer = ask();
  const Instant answered_at = stack.world.clock.now();
  EXPECT_EQ(answer.status, told) << answer.failure << answer.body;
  std::vector<GhlRequest> requests = requests_when_quiet(stack, since);
  Price price{.in_all = static_cast<int>(requests.size())};
  std::erase_if(requests, [&](const GhlRequest& request) { return *request.ended_at > answered_at; });
  price.before_answer = static_cast<int>(requests.size());
  price.in_a_row = longest_chain(std::move(requests));
  return price;
}

// What one caller pays.
struct Bill {
  Price check;
  Price book;
};

Bill converse(Stack& stack, const Caller& caller) {
  Bill bill;
  Answer offer;
  bill.check = price_of(stack, "available", [&] { return offer = stack.check(caller); });
  bill.book = price_of(stack, "booked", [&] { return stack.book(caller, offer.code(0), "tool-book"); });
  return bill;
}

// The same of several callers in turn. A busy machine can pull apart what was sent side by side, but never the other
// way round: the shortest chain is the true one.
Bill converse_all(Stack& stack, Caller (*caller)(int)) {
  Bill least = converse(stack, caller(0));
  for (int i = 1; i < conversations; ++i) {
    const Bill bill = converse(stack, caller(i));
    EXPECT_EQ(bill.check.in_all, least.check.in_all);
    EXPECT_EQ(bill.book.in_all, least.book.in_all);
    least.check.in_a_row = std::min(least.check.in_a_row, bill.check.in_a_row);
    least.book.in_a_row = std::min(least.book.in_a_row, bill.book.in_a_row);
  }
  return least;
}

void PrintTo(const Price& price, std::ostream* out) {
  *out << price.before_answer << " requests before the answer, " << price.in_a_row << " in a row, " << price.in_all
       << " in all";
}

TEST(Path, TheFirstCheckOfADaemon) {
  Stack stack(patient());
  stack.chaos(Json::array({fault_rule("latency", "*", latency_ms)}));
  EXPECT_EQ(price_of(stack, "available", [&] { return stack.check(new_caller(9)); }), first_check);
}

TEST(Path, ANewCaller) {
  Stack stack(patient());
  stack.check(new_caller(9));
  stack.chaos(Json::array({fault_rule("latency", "*", latency_ms)}));
  const Bill bill = converse_all(stack, new_caller);
  EXPECT_EQ(bill.check, check);
  EXPECT_EQ(bill.book, book_new_caller);
}

TEST(Path, AKnownCaller) {
  Stack stack(patient());
  stack.check(new_caller(9));
  stack.chaos(Json::array({fault_rule("latency", "*", latency_ms)}));
  const Bill bill = converse_all(stack, known_caller);
  EXPECT_EQ(bill.check, check);
  EXPECT_EQ(bill.book, book_known_caller);
}

// The counts of a daemon that runs with the counting library.
class CountedDisk {
 public:
  CountedDisk() {
    const std::string zeros(sizeof(DiskCalls), '\0');
    const auto path = folder_.write("disk_calls", zeros);
    std::FILE* file = std::fopen(path.c_str(), "r+");
    memory_ = mmap(nullptr, sizeof(DiskCalls), PROT_READ, MAP_SHARED, fileno(file), 0);
    std::fclose(file);
  }
  ~CountedDisk() { munmap(memory_, sizeof(DiskCalls)); }
  CountedDisk(const CountedDisk&) = delete;
  CountedDisk& operator=(const CountedDisk&) = delete;

  std::map<std::string, std::string> environment() const {
    return {{"LD_PRELOAD", DISK_CALLS_LIBRARY}, {disk_calls_variable, (folder_.path() / "disk_calls").string()}};
  }
  const DiskCalls& counts() const { return *static_cast<const DiskCalls*>(memory_); }

 private:
  Folder folder_;
  void* memory_;
};

TEST(Path, HowOftenTheCallerWaitsForTheDisk) {
  CountedDisk disk;
  Stack stack(patient(disk.environment()));
  if (disk.counts().writes == 0 && disk.counts().syncs == 0) {
    GTEST_SKIP() << "the daemon ignores LD_PRELOAD here (a static or a setuid program): nothing can be counted";
  }
  converse(stack, new_caller(9));  // the first write to a fresh log syncs its head
  // The work behind the answer stays at its first request until the answer has been counted.
  stack.chaos(Json::array(
      {fault_rule("latency", "create-note", behind_ms), fault_rule("latency", "get-appointment", behind_ms)}));
  for (int i = 0; i < conversations; ++i) {
    const Caller caller = new_caller(i);
    const std::uint64_t syncs = disk.counts().syncs;
    const Answer offer = stack.check(caller);
    const Answer booked = stack.book(caller, offer.code(0), "tool-book");
    EXPECT_EQ(disk.counts().syncs - syncs, syncs_before_answer) << caller.name;
    EXPECT_EQ(booked.status, "booked") << booked.failure << booked.body;
    requests_when_quiet(stack, 0);
  }
}

TEST(Path, WhatTheDiskIsAsked) {
  CountedDisk disk;
  Stack stack(patient(disk.environment()));
  if (disk.counts().writes == 0 && disk.counts().syncs == 0) {
    GTEST_SKIP() << "the daemon ignores LD_PRELOAD here (a static or a setuid program): nothing can be counted";
  }
  converse(stack, new_caller(9));
  const std::uint64_t syncs = disk.counts().syncs, writes = disk.counts().writes, locks = disk.counts().locks;
  for (int i = 0; i < conversations; ++i) converse(stack, new_caller(i));
  const std::uint64_t synced = disk.counts().syncs - syncs;
  const std::uint64_t written = disk.counts().writes - writes;
  const std::uint64_t locked = disk.counts().locks - locks;
  std::printf("%d conversations: %llu syncs, %llu writes, %llu locks\n", conversations,
              static_cast<unsigned long long>(synced), static_cast<unsigned long long>(written),
              static_cast<unsigned long long>(locked));
  EXPECT_LE(synced, conversations * syncs_max);
  EXPECT_GE(synced, conversations * syncs_before_answer);
  EXPECT_LE(written, conversations * writes_max);
  EXPECT_LE(locked, conversations * locks_max);
}

}  // namespace
}  // namespace e2e
