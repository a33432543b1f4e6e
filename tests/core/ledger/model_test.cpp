// Random histories of intents and holds, run on a ledger and on the oracle, compared after every step.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <iostream>
#include <map>
#include <sstream>

#include "tests/core/ledger/backend.hpp"
#include "tests/core/ledger/oracle.hpp"

namespace holdfast::ledger::testing {
namespace {

constexpr std::array<const char*, 8> states{"opened",  "held",     "creating", "unknown",
                                            "created", "yielding", "booked",   "refused"};

// The seats of a resource do not change within a history: r0 has one, r1 two, r2 three.
std::string resource_name(int number) {
  return "location/user:" + std::to_string(number);
}

struct Sut {
  explicit Sut(const std::string& kind) : backend(make_backend(kind, loop)) {}
  Ledger& ledger() { return backend->ledger(); }
  tests::Loop loop;
  std::unique_ptr<Backend> backend;
};

template <class T>
std::string error_of(const Result<T>& result) {
  return result ? std::string() : std::string(to_string(result.error().kind));
}

// The whole state of the ledger is the oracle's, and no instant has more unreleased holds than seats.
void compare(const Oracle& oracle, Sut& sut) {
  const auto intents = sut.loop.run(sut.ledger().all_intents(1'000)).value();
  RC_ASSERT(intents.size() == oracle.intents.size());
  for (std::size_t i = 0; i < intents.size(); ++i) {
    RC_ASSERT(intents[i].id == oracle.intents[i].id);
    RC_ASSERT(std::string(to_string(intents[i].state)) == oracle.intents[i].state);
    RC_ASSERT(intents[i].version == oracle.intents[i].version);
    RC_ASSERT(intents[i].generation == oracle.intents[i].generation);
  }
  std::vector<std::string> unsettled;
  for (const auto& intent : oracle.intents) {
    if (intent.state != "booked" && intent.state != "refused") unsettled.push_back(intent.id);
  }
  std::vector<std::string> found;
  for (const Intent& intent : sut.loop.run(sut.ledger().unsettled_intents("t", 1'000)).value())
    found.push_back(intent.id);
  RC_ASSERT(found == unsettled);

  std::map<std::int64_t, const Oracle::OneHold*> expected;
  for (const auto& hold : oracle.holds) {
    if (oracle.live(hold)) expected.emplace(hold.token, &hold);
  }
  const auto holds = sut.loop.run(sut.ledger().live_holds(at(oracle.now))).value();
  RC_ASSERT(holds.size() == expected.size());
  std::size_t position = 0;
  for (const auto& [token, hold] : expected) {
    const Hold& actual = holds[position++];
    RC_ASSERT(actual.intent_id == hold->intent_id);
    RC_ASSERT(actual.resource == hold->resource);
    RC_ASSERT(actual.interval == (Interval{at(hold->begin), at(hold->end)}));
    RC_ASSERT(actual.fencing_token == token);
    RC_ASSERT(actual.expires_at == (hold->expires ? std::optional(at(*hold->expires)) : std::nullopt));
  }
  for (int number = 0; number < 3; ++number) {
    const int middle = 10 + oracle.now % 40;
    std::vector<std::string> near;
    for (const auto& [token, hold] : expected) {
      const bool overlaps = hold->begin < middle + 10 && middle < hold->end;
      if (hold->resource == resource_name(number) && overlaps) near.push_back(hold->intent_id);
    }
    std::vector<std::string> found_near;
    const Interval window{at(middle), at(middle + 10)};
    for (const Hold& hold :
         sut.loop.run(sut.ledger().holds_overlapping(resource_name(number), window, at(oracle.now))).value()) {
      found_near.push_back(hold.intent_id);
    }
    RC_ASSERT(found_near == near);
    for (int minute = 0; minute < 60; ++minute) {
      int seated = 0;
      for (const auto& hold : oracle.holds) {
        const bool here = hold.resource == resource_name(number) && hold.begin <= minute && minute < hold.end;
        if (here && !hold.released) ++seated;
      }
      RC_ASSERT(seated <= number + 1);
    }
  }
}

// How often the paths worth reaching were reached; an unreached one would make the comparison worthless.
std::map<std::string, int> probes;

using Command = rc::state::Command<Oracle, Sut>;

// The id of an intent there is, or now and then of one there is not.
std::string pick_intent(const Oracle& oracle) {
  if (oracle.intents.empty() || *rc::gen::inRange(0, 20) == 0) return "nobody";
  return oracle.intents[*rc::gen::inRange<std::size_t>(0, oracle.intents.size())].id;
}
// Its version, or now and then a stale one.
std::int64_t pick_version(const Oracle& oracle, const std::string& id) {
  const auto* intent = oracle.intent(id);
  return (intent ? intent->version : 1) - (*rc::gen::inRange(0, 12) == 0 ? 1 : 0);
}

struct Open final : Command {
  std::string key = "key" + std::to_string(*rc::gen::inRange(0, 6));
  std::string alias = "alias" + std::to_string(*rc::gen::inRange(0, 20));

  static std::string new_id(const Oracle& oracle) { return "i" + std::to_string(oracle.intents.size()); }
  void apply(Oracle& oracle) const override { oracle.open(new_id(oracle), key, alias); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = after.open(new_id(before), key, alias);
    const auto actual = sut.loop.run(sut.ledger().open_intent(
        {.id = new_id(before), .tenant = "t", .key = key, .aliases = {alias}, .request = "{}", .now = at(before.now)}));
    RC_ASSERT(actual.has_value());
    RC_ASSERT(actual->intent.id == expected.intent_id);
    RC_ASSERT(actual->created == expected.created);
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "open " << key << " " << alias; }
};

struct Acquire final : Command {
  explicit Acquire(const Oracle& oracle) : id(pick_intent(oracle)), version(pick_version(oracle, id)) {
    number = *rc::gen::inRange(0, 3);
    begin = *rc::gen::inRange(0, 40);
    length = *rc::gen::inRange(1, 20);
    ttl = *rc::gen::inRange(1, 12);
    // Half of the time near the holds there are, so that seats run out.
    if (*rc::gen::arbitrary<bool>()) begin = 10 + begin / 8;
  }
  std::string id;
  std::int64_t version;
  int number = 0, begin = 0, length = 1, ttl = 1;

  Oracle::Answer ask(Oracle& oracle) const {
    return oracle.acquire(id, version, resource_name(number), begin, begin + length, number + 1, ttl);
  }
  void apply(Oracle& oracle) const override { ask(oracle); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = ask(after);
    const auto actual = sut.loop.run(sut.ledger().acquire_hold({.intent_id = id,
                                                                .expected_version = version,
                                                                .resource = resource_name(number),
                                                                .interval = {at(begin), at(begin + length)},
                                                                .capacity = number + 1,
                                                                .now = at(before.now),
                                                                .expires_at = at(before.now + ttl)}));
    RC_ASSERT(error_of(actual) == expected.error);
    if (actual) {
      RC_ASSERT(actual->granted == expected.granted);
      std::vector<std::string> conflicts;
      for (const Hold& hold : actual->conflicts) conflicts.push_back(hold.intent_id);
      std::ranges::sort(conflicts);
      RC_ASSERT(conflicts == expected.conflicts);
    }
    ++probes[!actual ? "acquire: " + expected.error : actual->granted ? "acquire: granted" : "acquire: in the way"];
    if (after.released() > before.released()) ++probes["acquire: disregarded an expired hold"];
    compare(after, sut);
  }
  void show(std::ostream& os) const override {
    os << "acquire " << id << "@" << version << " r" << number << " [" << begin << "," << begin + length << ") ttl "
       << ttl;
  }
};

struct Move final : Command {
  explicit Move(const Oracle& oracle) : id(pick_intent(oracle)), version(pick_version(oracle, id)) {
    // Mostly legal steps, or histories would die young; pins mostly where the saga pins.
    const auto* intent = oracle.intent(id);
    do {
      to = states[*rc::gen::inRange<std::size_t>(0, states.size())];
    } while (intent && !Oracle::legal(intent->state, to) && *rc::gen::inRange(0, 10) != 0);
    change = std::array{"keep", "pin", "release"}[*rc::gen::inRange<std::size_t>(0, 3)];
    if (to == "creating" && *rc::gen::inRange(0, 4) != 0) change = "pin";
  }
  std::string id;
  std::int64_t version;
  std::string to, change;

  void apply(Oracle& oracle) const override { oracle.advance(id, version, to, change); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = after.advance(id, version, to, change);
    Advance step;
    step.intent_id = id;
    step.expected_version = version;
    step.to = *intent_state_from(to);
    step.hold = change == "pin" ? HoldChange::pin : change == "release" ? HoldChange::release : HoldChange::keep;
    step.now = at(before.now);
    RC_ASSERT(error_of(sut.loop.run(sut.ledger().advance(step))) == expected);
    ++probes["move: " + (expected.empty() ? "done" : expected)];
    if (expected == "conflict" && version == before.intent(id)->version) ++probes["move: pin of a lost hold"];
    if (expected.empty() && change == "pin" && !before.live(*before.hold(id))) ++probes["move: late pin"];
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "move " << id << "@" << version << " " << to << " " << change; }
};

struct Tick final : Command {
  int minutes = *rc::gen::inRange(1, 8);
  void apply(Oracle& oracle) const override { oracle.now += minutes; }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    apply(after);
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "tick " << minutes; }
};

struct Forget final : Command {
  void apply(Oracle& oracle) const override { oracle.forget(); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    after.forget();
    RC_ASSERT(sut.loop.run(sut.ledger().forget_expired(at(before.now))).has_value());
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "forget"; }
};

struct Reopen final : Command {
  void run(const Oracle& before, Sut& sut) const override {
    sut.backend->reopen();
    compare(before, sut);
  }
  void show(std::ostream& os) const override { os << "reopen"; }
};

void check_histories(const std::string& kind, int runs) {
  probes.clear();
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = std::max(runs, params.maxSuccess == 100 ? 0 : params.maxSuccess);
  const auto result = rc::detail::checkTestable(
      [&kind] {
        Sut sut(kind);
        rc::state::check(Oracle{}, sut,
                         rc::state::gen::execOneOfWithArgs<Open, Open, Open, Acquire, Acquire, Acquire, Acquire, Move,
                                                           Move, Move, Tick, Forget, Reopen>());
      },
      rc::detail::TestMetadata{.id = kind, .description = kind}, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>()) << message.str();
  for (const char* path : {"acquire: granted", "acquire: in the way", "acquire: conflict", "acquire: internal",
                           "acquire: not_found", "acquire: disregarded an expired hold", "move: done", "move: conflict",
                           "move: internal", "move: not_found", "move: pin of a lost hold", "move: late pin"}) {
    EXPECT_GT(probes[path], 0) << path;
    std::cout << kind << " " << path << ": " << probes[path] << "\n";
  }
}

TEST(LedgerModel, MemoryAgreesWithTheOracle) {
  check_histories("memory", 500);
}
TEST(LedgerModel, SqliteAgreesWithTheOracle) {
  check_histories("sqlite", 100);
}

}  // namespace
}  // namespace holdfast::ledger::testing
