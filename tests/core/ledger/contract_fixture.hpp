// The fixture of the contract suite: every case runs on the memory ledger and on the SQLite ledger.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "tests/core/ledger/backend.hpp"

namespace holdfast::ledger::testing {

// Runs each operation to its end on one loop.
class LedgerContract : public ::testing::TestWithParam<const char*> {
 protected:
  LedgerContract() : backend_(make_backend(GetParam(), loop_)) {}

  Ledger& ledger() { return backend_->ledger(); }
  template <class T>
  T run(net::Task<T> task) {
    return loop_.run(std::move(task));
  }

  // The intent `id` with its links, by which it is looked up too.
  Result<OpenedIntent> try_open(const std::string& id, std::vector<std::string> links = {},
                                OpenDecider decide = find_or_open, const std::string& tenant = "t1") {
    return run(ledger().open_intent({.id = id,
                                     .tenant = tenant,
                                     .kind = "booking",
                                     .request = "request of " + id,
                                     .links = links,
                                     .look_up = links,
                                     .now = at(0)},
                                    std::move(decide)));
  }
  Intent open(const std::string& id, std::vector<std::string> links = {}, OpenDecider decide = open_always,
              const std::string& tenant = "t1") {
    auto opened = try_open(id, std::move(links), std::move(decide), tenant);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return opened ? opened->intent : Intent{};
  }
  Intent find(const std::string& id) {
    auto found = run(ledger().find_intent(id));
    EXPECT_TRUE(found) << to_string(found.error());
    return found.value_or(Intent{});
  }
  Result<HoldDecision> try_claims(const Intent& intent, std::vector<Claim> claims, Instant now = at(0),
                                  Instant expires_at = at(5)) {
    AcquireHold request;
    request.intent_id = intent.id;
    request.expected_version = intent.version;
    request.claims = std::move(claims);
    request.now = now;
    request.expires_at = expires_at;
    return run(ledger().acquire_hold(std::move(request)));
  }
  Result<HoldDecision> try_hold(const Intent& intent, Interval interval, int capacity = 1, Instant now = at(0),
                                Instant expires_at = at(5), const std::string& resource = "location/user:1") {
    return try_claims(intent, {{.resource = resource, .interval = interval, .capacity = capacity}}, now, expires_at);
  }
  // An intent of its own that holds `interval`; fails the test when it is not granted.
  Intent held(const std::string& id, Interval interval, int capacity = 1, Instant now = at(0),
              Instant expires_at = at(5)) {
    auto decision = try_hold(open(id), interval, capacity, now, expires_at);
    EXPECT_TRUE(decision && decision->granted) << id;
    return decision ? decision->intent : Intent{};
  }
  // A change of `intent` to `to` that alters nothing else.
  static Advance change_of(const Intent& intent, IntentState to, Instant now) {
    Advance change;
    change.intent_id = intent.id;
    change.expected_version = intent.version;
    change.to = to;
    change.durability = Durability::lazy;
    change.now = now;
    return change;
  }
  Result<Intent> try_move(const Intent& intent, IntentState to, HoldChange hold = HoldChange::keep,
                          Instant now = at(1)) {
    Advance change = change_of(intent, to, now);
    change.hold = hold;
    return run(ledger().advance(std::move(change)));
  }
  Intent move(const Intent& intent, IntentState to, HoldChange hold = HoldChange::keep, Instant now = at(1)) {
    auto moved = try_move(intent, to, hold, now);
    EXPECT_TRUE(moved) << to_string(moved.error());
    return moved.value_or(Intent{});
  }
  // Advance to `linger` until an instant.
  Intent linger(const Intent& intent, IntentState to, Instant until) {
    Advance change = change_of(intent, to, at(1));
    change.hold = HoldChange::linger;
    change.hold_until = until;
    auto moved = run(ledger().advance(std::move(change)));
    EXPECT_TRUE(moved) << to_string(moved.error());
    return moved.value_or(Intent{});
  }
  // From opened or held to created by the saga's straight way; a hold there is gets pinned.
  Intent create(Intent intent) {
    const bool holds = intent.state == IntentState::held;
    if (!holds) intent = move(intent, IntentState::held);
    intent = move(intent, IntentState::creating, holds ? HoldChange::pin : HoldChange::keep);
    return move(intent, IntentState::created);
  }
  // And on to booked; the hold stays pinned.
  Intent book(const Intent& intent, Instant now = at(1)) {
    return move(create(intent), IntentState::booked, HoldChange::keep, now);
  }
  Intent enqueue(const Intent& intent, std::vector<OutboxJob> jobs) {
    Advance change = change_of(intent, intent.state, at(1));
    change.enqueue = std::move(jobs);
    auto moved = run(ledger().advance(std::move(change)));
    EXPECT_TRUE(moved) << to_string(moved.error());
    return moved.value_or(intent);
  }
  static OutboxJob job(const Intent& intent, const std::string& kind, Instant due_at) {
    OutboxJob made;
    made.id = intent.id + "/" + kind;
    made.intent_id = intent.id;
    made.tenant = intent.tenant;
    made.kind = kind;
    made.payload = "{}";
    made.due_at = due_at;
    return made;
  }
  static Review review(const Intent& intent, const std::string& kind) {
    Review made;
    made.id = intent.id + "/" + kind;
    made.tenant = intent.tenant;
    made.intent_id = intent.id;
    made.kind = kind;
    made.text = "look at " + intent.id;
    made.created_at = at(1);
    return made;
  }
  // Who holds something, one name a claim, oldest grant first.
  std::vector<std::string> live_holders(Instant now) {
    std::vector<std::string> ids;
    for (const Hold& hold : run(ledger().live_holds(now)).value()) ids.push_back(hold.intent_id);
    return ids;
  }
  // The kind of the error, or nullopt when there is none.
  static std::optional<ErrorKind> kind_of(const auto& result) {
    if (result) return std::nullopt;
    return result.error().kind;
  }

  tests::Loop loop_;
  std::unique_ptr<Backend> backend_;
};

template <class Item>
std::vector<std::string> ids_of(const std::vector<Item>& items) {
  std::vector<std::string> ids;
  for (const Item& item : items) ids.push_back(item.id);
  return ids;
}

inline std::string name_of_backend(const ::testing::TestParamInfo<const char*>& info) {
  return info.param;
}

}  // namespace holdfast::ledger::testing
