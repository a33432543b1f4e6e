// Random histories of intents and holds, run on a ledger and on the oracle, compared after every step.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/state.h>

#include <iostream>
#include <map>
#include <set>
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

std::vector<std::string> ids_of(const Result<std::vector<Intent>>& intents) {
  std::vector<std::string> ids;
  for (const Intent& intent : intents.value()) ids.push_back(intent.id);
  return ids;
}

std::vector<std::string> holders(const Result<std::vector<Hold>>& holds) {
  std::vector<std::string> ids;
  for (const Hold& hold : holds.value()) ids.push_back(hold.intent_id);
  return ids;
}

// The oracle's holds that pass, oldest grant first, claims of one grant by resource.
std::vector<Oracle::OneHold> holds_that(const Oracle& oracle, auto passes) {
  std::vector<Oracle::OneHold> result;
  for (const auto& hold : oracle.holds) {
    if (passes(hold)) result.push_back(hold);
  }
  std::ranges::sort(result, {}, [](const Oracle::OneHold& hold) { return std::pair(hold.token, hold.resource); });
  return result;
}

void compare_intents(const Oracle& oracle, Sut& sut) {
  const auto intents = sut.loop.run(sut.ledger().all_intents(1'000)).value();
  RC_ASSERT(intents.size() == oracle.intents.size());
  std::vector<std::string> needing_work;
  std::map<std::string, std::vector<std::string>> by_link;
  for (std::size_t i = 0; i < intents.size(); ++i) {
    const Oracle::OneIntent& expected = oracle.intents[i];
    RC_ASSERT(intents[i].id == expected.id);
    RC_ASSERT(std::string(to_string(intents[i].state)) == expected.state);
    RC_ASSERT(intents[i].version == expected.version);
    RC_ASSERT(intents[i].group == expected.group);
    RC_ASSERT(intents[i].wanted == expected.wanted);
    RC_ASSERT(intents[i].withdrawn == expected.withdrawn);
    RC_ASSERT(intents[i].links == std::vector<std::string>(expected.links.begin(), expected.links.end()));
    RC_ASSERT(intents[i].updated_at == at(expected.updated));
    if (Oracle::needs_work(expected)) needing_work.push_back(expected.id);
    for (const std::string& link : expected.links) by_link[link].insert(by_link[link].begin(), expected.id);
  }
  RC_ASSERT(ids_of(sut.loop.run(sut.ledger().unsettled_intents("t", 1'000))) == needing_work);
  for (const auto& [link, ids] : by_link) {
    RC_ASSERT(ids_of(sut.loop.run(sut.ledger().find_intents("t", link, 1'000))) == ids);
  }
}

// Each group has one wanted member at most, and it comes first.
void compare_groups(const Oracle& oracle, Sut& sut) {
  std::map<std::string, std::set<std::string>> groups;
  for (const auto& intent : oracle.intents) groups[intent.group].insert(intent.id);
  for (const auto& [group, members] : groups) {
    const auto found = ids_of(sut.loop.run(sut.ledger().find_group("t", group)));
    RC_ASSERT(std::set(found.begin(), found.end()) == members);
    const Oracle::OneIntent* wanted = nullptr;
    for (const std::string& id : members) {
      const auto* member = oracle.intent(id);
      if (member->state == "refused" || member->withdrawn) continue;
      if (wanted == nullptr || member->wanted > wanted->wanted) wanted = member;
    }
    if (wanted != nullptr) RC_ASSERT(found.front() == wanted->id);
  }
}

void compare_holds_at(Instant now, const std::vector<Oracle::OneHold>& expected, Sut& sut) {
  const auto holds = sut.loop.run(sut.ledger().live_holds(now)).value();
  RC_ASSERT(holds.size() == expected.size());
  for (std::size_t i = 0; i < holds.size(); ++i) {
    RC_ASSERT(holds[i].intent_id == expected[i].intent_id);
    RC_ASSERT(holds[i].resource == expected[i].resource);
    RC_ASSERT(holds[i].interval == (Interval{at(expected[i].begin), at(expected[i].end)}));
    RC_ASSERT(holds[i].fencing_token == expected[i].token);
    RC_ASSERT(holds[i].expires_at == (expected[i].expires ? std::optional(at(*expected[i].expires)) : std::nullopt));
  }
}

// The holds are the oracle's, and no instant has more of them than seats.
void compare_holds(const Oracle& oracle, Sut& sut) {
  compare_holds_at(at(oracle.now), holds_that(oracle, [&](const auto& hold) { return oracle.live(hold); }), sut);
  // Seen from the beginning all are live that were not released.
  compare_holds_at(at(0), holds_that(oracle, [](const auto&) { return true; }), sut);
  for (int number = 0; number < 3; ++number) {
    const int middle = 10 + oracle.now % 40;
    std::vector<std::string> near;
    for (const auto& hold : holds_that(oracle, [&](const auto& one) {
           return oracle.live(one) && one.resource == resource_name(number) && one.begin < middle + 10 &&
                  middle < one.end;
         })) {
      near.push_back(hold.intent_id);
    }
    const Interval window{at(middle), at(middle + 10)};
    const auto found = sut.loop.run(sut.ledger().holds_overlapping(resource_name(number), window, at(oracle.now)));
    RC_ASSERT(holders(found) == near);
    for (int minute = 0; minute < 60; ++minute) {
      const auto seated = std::ranges::count_if(oracle.holds, [&](const auto& hold) {
        return hold.resource == resource_name(number) && hold.begin <= minute && minute < hold.end;
      });
      RC_ASSERT(seated <= number + 1);
    }
  }
}

void compare(const Oracle& oracle, Sut& sut) {
  compare_intents(oracle, sut);
  compare_groups(oracle, sut);
  compare_holds(oracle, sut);
}

// How often the paths worth reaching were reached; an unreached one would make the comparison worthless.
std::map<std::string, int> probes;

using Command = rc::state::Command<Oracle, Sut>;

// The id of an intent there is, often of one that holds something, or now and then of one there is not.
std::string pick_intent(const Oracle& oracle) {
  if (oracle.intents.empty() || *rc::gen::inRange(0, 20) == 0) return "nobody";
  if (!oracle.holds.empty() && *rc::gen::inRange(0, 3) == 0) {
    return oracle.holds[*rc::gen::inRange<std::size_t>(0, oracle.holds.size())].intent_id;
  }
  return oracle.intents[*rc::gen::inRange<std::size_t>(0, oracle.intents.size())].id;
}
// Its version, or now and then a stale one.
std::int64_t pick_version(const Oracle& oracle, const std::string& id) {
  const auto* intent = oracle.intent(id);
  return (intent ? intent->version : 1) - (*rc::gen::inRange(0, 12) == 0 ? 1 : 0);
}

// A group there is, or none: the new intent stands alone.
std::string pick_group(const Oracle& oracle) {
  if (oracle.intents.empty() || *rc::gen::arbitrary<bool>()) return {};
  return oracle.intents[*rc::gen::inRange<std::size_t>(0, oracle.intents.size())].group;
}

struct Open final : Command {
  explicit Open(const Oracle& oracle)
      : link("slot" + std::to_string(*rc::gen::inRange(0, 12))),
        also("call" + std::to_string(*rc::gen::inRange(0, 20))),
        group(pick_group(oracle)),
        want(*rc::gen::inRange(0, 3) != 0) {}
  std::string link, also, group;
  bool want;

  static std::string new_id(const Oracle& oracle) { return "i" + std::to_string(oracle.made_ever); }
  Oracle::Answer ask(Oracle& oracle) const { return oracle.open(new_id(oracle), link, also, group, want); }
  void apply(Oracle& oracle) const override { ask(oracle); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = ask(after);
    const auto actual = sut.loop.run(sut.ledger().open_intent({.id = new_id(before),
                                                               .tenant = "t",
                                                               .kind = "booking",
                                                               .request = "{}",
                                                               .links = {link, also},
                                                               .look_up = {link},
                                                               .now = at(before.now)},
                                                              [this](const std::vector<Intent>& candidates) {
                                                                Opening opening = find_or_open(candidates);
                                                                opening.group = group;
                                                                opening.want = want;
                                                                return opening;
                                                              }));
    RC_ASSERT(actual.has_value());
    RC_ASSERT(actual->intent.id == expected.intent_id);
    RC_ASSERT((actual->kind == Opening::Kind::open) == expected.made);
    const bool joined = !expected.made && !group.empty() && before.intent(expected.intent_id)->group != group;
    if (joined) ++probes["open: joined"];
    ++probes[!expected.made ? "open: found" : group.empty() ? "open: alone" : "open: in a group"];
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "open " << link << " " << also << " in '" << group << "'"; }
};

struct Acquire final : Command {
  explicit Acquire(const Oracle& oracle) : id(pick_intent(oracle)), version(pick_version(oracle, id)) {
    ttl = *rc::gen::inRange(1, 7);
    const int first = *rc::gen::inRange(0, 3);
    const int count = *rc::gen::inRange(0, 3) == 0 ? 2 : 1;
    // Often where somebody holds something, expired or not: seats run out, and late pins lose.
    if (!oracle.holds.empty() && *rc::gen::arbitrary<bool>()) {
      const auto& held = oracle.holds[*rc::gen::inRange<std::size_t>(0, oracle.holds.size())];
      const int number = held.resource.back() - '0';
      claims.push_back({.resource = held.resource, .begin = held.begin, .end = held.end + 1, .capacity = number + 1});
      return;
    }
    for (int i = 0; i < count; ++i) {
      const int number = (first + i) % 3;
      int begin = *rc::gen::inRange(0, 40);
      // Half of the time near the holds there are, so that seats run out.
      if (*rc::gen::arbitrary<bool>()) begin = 10 + begin / 8;
      const int length = *rc::gen::inRange(1, 20);
      claims.push_back(
          {.resource = resource_name(number), .begin = begin, .end = begin + length, .capacity = number + 1});
    }
  }
  std::string id;
  std::int64_t version;
  std::vector<Oracle::OneClaim> claims;
  int ttl = 1;

  Oracle::Answer ask(Oracle& oracle) const { return oracle.acquire(id, version, claims, ttl); }
  void apply(Oracle& oracle) const override { ask(oracle); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = ask(after);
    AcquireHold request;
    request.intent_id = id;
    request.expected_version = version;
    for (const auto& claim : claims) {
      request.claims.push_back({claim.resource, {at(claim.begin), at(claim.end)}, claim.capacity});
    }
    request.now = at(before.now);
    request.expires_at = at(before.now + ttl);
    const auto actual = sut.loop.run(sut.ledger().acquire_hold(request));
    RC_ASSERT(error_of(actual) == expected.error);
    if (actual) {
      RC_ASSERT(actual->granted == expected.granted);
      std::set<std::string> conflicts;
      for (const Hold& hold : actual->conflicts) conflicts.insert(hold.intent_id);
      RC_ASSERT(std::vector(conflicts.begin(), conflicts.end()) == expected.conflicts);
    }
    ++probes[!actual ? "acquire: " + expected.error : actual->granted ? "acquire: granted" : "acquire: in the way"];
    for (const auto& intent : after.intents) {
      const bool lost = intent.id != id && after.holds_of(intent.id).empty() && !before.holds_of(intent.id).empty();
      if (lost) ++probes["acquire: disregarded an expired hold"];
    }
    compare(after, sut);
  }
  void show(std::ostream& os) const override {
    os << "acquire " << id << "@" << version << " ttl " << ttl;
    for (const auto& claim : claims) os << " " << claim.resource << " [" << claim.begin << "," << claim.end << ")";
  }
};

Advance step_of(const std::string& id, std::int64_t version, const std::string& to, Instant now) {
  Advance step;
  step.intent_id = id;
  step.expected_version = version;
  step.to = *intent_state_from(to);
  step.durability = Durability::lazy;
  step.now = now;
  return step;
}

void count_withdrawn(const Oracle& before, const Oracle& after) {
  for (const auto& intent : before.intents) {
    if (!intent.withdrawn && after.intent(intent.id)->withdrawn) ++probes["move: withdrew"];
  }
}

struct Move final : Command {
  explicit Move(const Oracle& oracle) : id(pick_intent(oracle)), version(pick_version(oracle, id)) {
    // Mostly legal steps, or histories would die young; pins mostly where the saga pins.
    const auto* intent = oracle.intent(id);
    do {
      to = states[*rc::gen::inRange<std::size_t>(0, states.size())];
    } while (intent && !Oracle::legal(intent->state, to) && *rc::gen::inRange(0, 10) != 0);
    change = std::array{"keep", "pin", "linger", "release"}[*rc::gen::inRange<std::size_t>(0, 4)];
    if (to == "creating" && *rc::gen::inRange(0, 4) != 0) change = "pin";
    // Often the pin that may come too late.
    const auto holds = oracle.holds_of(id);
    const bool late = holds.empty() || !oracle.live(*holds.front());
    if (intent && intent->state == "held" && late && *rc::gen::arbitrary<bool>()) {
      to = "creating";
      change = "pin";
    }
  }
  std::string id;
  std::int64_t version;
  std::string to, change;

  void apply(Oracle& oracle) const override { oracle.advance(id, version, to, change); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = after.advance(id, version, to, change);
    Advance step = step_of(id, version, to, at(before.now));
    step.hold = change == "pin"       ? HoldChange::pin
                : change == "linger"  ? HoldChange::linger
                : change == "release" ? HoldChange::release
                                      : HoldChange::keep;
    step.hold_until = at(before.now + 5);
    const auto actual = sut.loop.run(sut.ledger().advance(step));
    RC_ASSERT(error_of(actual) == expected);
    if (actual) RC_ASSERT(actual->withdrawn == after.intent(id)->withdrawn);
    ++probes["move: " + (expected.empty() ? "done" : expected)];
    if (expected == "conflict" && version == before.intent(id)->version) ++probes["move: pin of a lost hold"];
    if (expected.empty() && change == "pin" && !before.live(*before.holds_of(id).front())) ++probes["move: late pin"];
    count_withdrawn(before, after);
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "move " << id << "@" << version << " " << to << " " << change; }
};

// The straight way of the saga to its end.
struct Drive final : Command {
  explicit Drive(const Oracle& oracle) : id(pick_intent(oracle)) {}
  std::string id;

  static const std::string* next_of(const Oracle& oracle, const std::string& id) {
    static const std::map<std::string, std::string> straight{{"opened", "held"},      {"held", "creating"},
                                                             {"creating", "created"}, {"unknown", "created"},
                                                             {"created", "booked"},   {"yielding", "refused"}};
    const auto* intent = oracle.intent(id);
    const auto found = intent ? straight.find(intent->state) : straight.end();
    return found == straight.end() ? nullptr : &found->second;
  }
  void apply(Oracle& oracle) const override {
    while (const auto* to = next_of(oracle, id)) oracle.advance(id, oracle.intent(id)->version, *to, "keep");
  }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    while (const auto* to = next_of(after, id)) {
      const auto moved =
          sut.loop.run(sut.ledger().advance(step_of(id, after.intent(id)->version, *to, at(before.now))));
      RC_ASSERT(after.advance(id, after.intent(id)->version, *to, "keep").empty());
      RC_ASSERT(moved.has_value());
      RC_ASSERT(moved->withdrawn == after.intent(id)->withdrawn);
    }
    count_withdrawn(before, after);
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "drive " << id; }
};

struct Withdraw final : Command {
  explicit Withdraw(const Oracle& oracle) : id(pick_intent(oracle)) {}
  std::string id;
  void apply(Oracle& oracle) const override { oracle.withdraw(id); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    const auto expected = after.withdraw(id);
    RC_ASSERT(error_of(sut.loop.run(sut.ledger().withdraw(id, at(before.now)))) == expected);
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "withdraw " << id; }
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

struct Prune final : Command {
  void apply(Oracle& oracle) const override { oracle.prune(); }
  void run(const Oracle& before, Sut& sut) const override {
    Oracle after = before;
    after.prune();
    RC_ASSERT(sut.loop.run(sut.ledger().prune(at(before.now), at(before.now - 3))).has_value());
    if (after.intents.size() < before.intents.size()) ++probes["prune: forgot an intent"];
    if (after.holds.size() < before.holds.size()) ++probes["prune: forgot a hold"];
    compare(after, sut);
  }
  void show(std::ostream& os) const override { os << "prune"; }
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
        rc::state::check(
            Oracle{}, sut,
            rc::state::gen::execOneOfWithArgs<Open, Open, Open, Acquire, Acquire, Acquire, Acquire, Move, Move, Move,
                                              Move, Drive, Drive, Withdraw, Tick, Tick, Prune, Prune, Reopen>());
      },
      rc::detail::TestMetadata{.id = kind, .description = kind}, params);
  std::ostringstream message;
  rc::detail::printResultMessage(result, message);
  ASSERT_TRUE(result.is<rc::detail::SuccessResult>()) << message.str();
  for (const char* path :
       {"acquire: granted", "acquire: in the way", "acquire: conflict", "acquire: internal", "acquire: not_found",
        "acquire: disregarded an expired hold", "move: done", "move: conflict", "move: internal", "move: not_found",
        "move: pin of a lost hold", "move: late pin", "move: withdrew", "open: found", "open: joined", "open: alone",
        "open: in a group", "prune: forgot an intent", "prune: forgot a hold"}) {
    EXPECT_GT(probes[path], 0) << path;
    std::cout << kind << " " << path << ": " << probes[path] << "\n";
  }
}

TEST(LedgerModel, MemoryAgreesWithTheOracle) {
  check_histories("memory", 800);
}
TEST(LedgerModel, SqliteAgreesWithTheOracle) {
  check_histories("sqlite", 250);
}

}  // namespace
}  // namespace holdfast::ledger::testing
