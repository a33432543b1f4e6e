// The daemon is killed again and again at random moments while several people at once want few slots of one calendar,
// and GHL loses answers. What everybody was told in the end is what GHL holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "core/base/random.hpp"
#include "tests/e2e/ledger_file.hpp"
#include "tests/e2e/stack.hpp"

namespace e2e {
namespace {

using holdfast::SplitMix64;
using holdfast::net::Task;

constexpr int kills = 12;
constexpr int lines = 4;  // people on the phone at a time
constexpr std::int64_t late_arrival_window_ms = 3'000;
constexpr std::int64_t end_limit_ms = 90'000;  // nobody waits longer for a definite answer once the storm is over

Json rare(Json rule, double probability) {
  rule["probability"] = probability;
  return rule;
}

// Every delay is well inside the late-arrival window: about what GHL does after that nobody can promise anything.
Json storm() {
  Json anywhere = fault_rule("latency", "*");
  anywhere["delay"] = {{"uniform_ms", {0, 250}}};
  return Json::array({anywhere, rare(fault_rule("lost_after_commit", "create-*"), 0.15),
                      rare(fault_rule("lost_before_commit", "create-*"), 0.1),
                      rare(fault_rule("late_commit", "create-appointment", 1'200), 0.15),
                      rare(fault_rule("commit_gap", "create-appointment", 600), 0.3),
                      rare(fault_rule("hang", "*", 1'800), 0.03), rare(fault_rule("rate_limited", "*"), 0.03),
                      rare(fault_rule("server_error", "*"), 0.03)});
}

// One person's wish and how it ended.
struct Wish {
  Caller caller;
  std::string told;
};

// People call one after the other on each line until the storm is over; everybody stays until they know.
class Switchboard {
 public:
  Switchboard(Stack& stack, std::uint64_t seed) : stack_(stack), seeds_(seed) {
    for (int line = 0; line < lines; ++line) {
      ++open_lines_;
      holdfast::net::spawn(stack.world.io.get_executor(), serve(line, seeds_.next()));
    }
  }
  void close() { closing_ = true; }
  bool idle() const { return open_lines_ == 0; }
  const std::deque<Wish>& wishes() const { return wishes_; }

 private:
  Task<void> serve(int line, std::uint64_t seed) {
    SplitMix64 random(seed);
    for (int person = 0; !closing_; ++person) {
      const std::string name = std::to_string(line) + std::to_string(100 + person);
      wishes_.push_back(
          {.caller = {.call_id = "call-" + name, .number = "+1415555" + name, .name = "Caller " + name}, .told = ""});
      co_await book(wishes_.back(), random);
    }
    --open_lines_;
  }

  // Asks until an answer comes; a daemon that is away is asked again with the same id, as Vapi's backoff plan does.
  Task<Answer> ask(Caller caller, std::string tool, Json arguments, std::string id) {
    for (;;) {
      Answer answer = co_await stack_.ask(caller, tool, arguments, id);
      if (answer.arrived()) co_return answer;
      co_await holdfast::net::sleep_for(stack_.world.clock, holdfast::milliseconds(100));
    }
  }

  Task<void> book(Wish& wish, SplitMix64& random) {
    Answer offer;
    for (int ids = 1;; ++ids) {
      const std::string id = "tool-" + std::to_string(ids);
      if (offer.code(0).empty()) {
        offer = co_await ask(wish.caller, "check_availability", Json::object(), id + "-check");
        continue;
      }
      // Everybody wants one of the first two, so they collide; a code is kept until its outcome is known.
      const std::string code = offer.code(offer.code(1).empty() ? 0 : random.below(2));
      for (int tries = 1;; ++tries) {
        const std::string try_id = id + "-book-" + std::to_string(tries);
        const Json arguments = {{"slot_code", code}, {"name", wish.caller.name}};
        offer = co_await ask(wish.caller, "book_appointment", arguments, try_id);
        wish.told = offer.status;
        if (offer.status != "pending" && offer.status != "error") break;
        co_await holdfast::net::sleep_for(stack_.world.clock, holdfast::milliseconds(100 + random.below(300)));
      }
      if (wish.told != "taken") co_return;
    }
  }

  Stack& stack_;
  SplitMix64 seeds_;
  std::deque<Wish> wishes_;  // stable references
  int open_lines_ = 0;
  bool closing_ = false;
};

std::uint64_t seed_of_this_run() {
  const char* given = std::getenv("HOLDFAST_E2E_SEED");
  return given == nullptr ? 20'261'123 : std::strtoull(given, nullptr, 10);
}

int overlapping_pairs(const GhlRecord& record) {
  int pairs = 0;
  for (std::size_t i = 0; i < record.appointments.size(); ++i) {
    for (std::size_t j = i + 1; j < record.appointments.size(); ++j) {
      const Appointment& a = record.appointments[i];
      const Appointment& b = record.appointments[j];
      if (a.live && b.live && *a.start < *b.end && *b.start < *a.end) ++pairs;
    }
  }
  return pairs;
}

TEST(Storm, WhatEverybodyWasToldIsWhatGhlHolds) {
  const std::uint64_t seed = seed_of_this_run();
  std::printf("HOLDFAST_E2E_SEED=%llu\n", static_cast<unsigned long long>(seed));
  SplitMix64 random(seed);
  Stack stack;
  stack.chaos(storm());
  Switchboard switchboard(stack, random.next());
  int walk_ins = 0;
  std::map<std::string, int> cut_short;  // state -> bookings that a kill met in it
  for (int kill = 0; kill < kills; ++kill) {
    // Whoever is at the desk books past everybody, two slots of the next hours per kill.
    for (int slot = 0; slot < 2; ++slot) {
      stack.pause(50 + static_cast<std::int64_t>(random.below(700)));
      const auto hour =
          holdfast::to_epoch_ms(stack.world.clock.now()) / 3'600'000 + 1 + static_cast<std::int64_t>(random.below(12));
      if (!stack.book_as_person(holdfast::from_epoch_ms(hour * 3'600'000)).empty()) ++walk_ins;
    }
    stack.kill_daemon();
    for (const IntentRow& intent : read_ledger(stack.ledger_path()).intents) {
      if (intent.state != "booked" && intent.state != "refused") ++cut_short[intent.state];
    }
    stack.start_daemon();
  }
  std::printf("walk-ins: %d\n", walk_ins);
  for (const auto& [state, count] : cut_short) std::printf("killed while %s: %d\n", state.c_str(), count);
  EXPECT_FALSE(cut_short.empty()) << "no kill met a booking: this run shows nothing";
  stack.calm();
  switchboard.close();
  ASSERT_TRUE(stack.until([&] { return switchboard.idle(); }, end_limit_ms)) << "somebody never heard how it ended";

  std::size_t booked = 0;
  for (const Wish& wish : switchboard.wishes()) booked += wish.told == "booked" ? 1 : 0;
  const auto notes_written = [&] {
    std::size_t count = 0;
    for (const auto& [contact, notes] : stack.record().notes_by_contact) count += notes.size();
    return count;
  };
  EXPECT_TRUE(stack.until([&] { return notes_written() >= booked; }, end_limit_ms));
  stack.pause(2 * late_arrival_window_ms + 1'000);  // whatever is under way arrives, and what must go is swept away

  const GhlRecord record = stack.record();
  for (const Wish& wish : switchboard.wishes()) {
    SCOPED_TRACE(wish.caller.number + " was told " + wish.told);
    EXPECT_EQ(wish.told, "booked");  // the calendar has room for all of them
    EXPECT_EQ(record.live_of(wish.caller.number).size(), 1U);
    EXPECT_EQ(record.notes_of(wish.caller.number).size(), 1U);
    const auto contacts = record.contacts_by_phone.find(wish.caller.number);
    if (contacts != record.contacts_by_phone.end()) EXPECT_EQ(contacts->second.size(), 1U);
  }
  EXPECT_EQ(overlapping_pairs(record), 0);
  EXPECT_GE(booked, static_cast<std::size_t>(lines));

  EXPECT_EQ(stack.stop_daemon(), 0) << stack.daemon().errors();
  const LedgerFile ledger = read_ledger(stack.ledger_path());
  for (const IntentRow& intent : ledger.intents) {
    EXPECT_TRUE(intent.state == "booked" || intent.state == "refused") << intent.id << " is " << intent.state;
  }
  EXPECT_EQ(ledger.stray_holds(holdfast::to_epoch_ms(stack.world.clock.now())), 0);
  std::printf("%zu wishes, %zu intents, %zu appointments made\n", switchboard.wishes().size(), ledger.intents.size(),
              record.appointments.size());
}

}  // namespace
}  // namespace e2e
