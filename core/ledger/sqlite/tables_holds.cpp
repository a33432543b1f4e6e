// Holds.
#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "core/ledger/rules.hpp"
#include "core/ledger/sqlite/tables.hpp"

namespace holdfast::ledger::sqlite {
namespace {

const std::string select_hold = "SELECT intent_id, resource, begin_at, end_at, fencing_token, expires_at FROM holds ";

std::vector<Hold> read_holds(Cursor cursor) {
  std::vector<Hold> holds;
  while (cursor.next()) {
    holds.push_back({.intent_id = cursor.text(0),
                     .resource = cursor.text(1),
                     .interval = {cursor.instant(2), cursor.instant(3)},
                     .fencing_token = cursor.integer(4),
                     .expires_at = cursor.optional_instant(5)});
  }
  return holds;
}

}  // namespace

Result<HoldDecision> Tables::acquire_hold(const AcquireHold& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  auto known = row_of(request.intent_id);
  if (!known) return fail(rules::no_such_intent(request.intent_id));
  auto intent = rules::holding(known->intent, request);
  if (!intent) return fail(intent.error());
  std::vector<Hold> conflicts;
  std::set<std::string> disregarded;
  for (const Claim& claim : request.claims) {
    const std::vector<Hold> near = holds_near(claim.resource, claim.interval);
    std::ranges::move(rules::hold_conflicts(claim, request.intent_id, request.now, near),
                      std::back_inserter(conflicts));
    disregarded.merge(rules::disregarded(claim, request.intent_id, request.now, near));
  }
  if (!conflicts.empty()) {
    return HoldDecision{
        .granted = false, .fencing_token = 0, .intent = std::move(known->intent), .conflicts = std::move(conflicts)};
  }
  for (const std::string& loser : disregarded) release_holds(loser);
  const std::int64_t token = next_of("fencing_token");
  release_holds(request.intent_id);
  for (const Hold& hold : rules::granted_holds(request, token)) insert_hold(hold);
  write_intent(*known, *intent);
  return HoldDecision{.granted = true, .fencing_token = token, .intent = std::move(*intent), .conflicts = {}};
}

Result<std::vector<Hold>> Tables::holds_overlapping(const std::string& resource, Interval interval, Instant now) {
  return rules::live_of(holds_near(resource, interval), now);
}

Result<std::vector<Hold>> Tables::live_holds(Instant now) {
  return rules::live_of(read_holds(database_.query(select_hold)), now);
}

Result<void> Tables::change_holds(const Advance& change) {
  if (change.hold == HoldChange::keep) return {};
  const std::vector<Hold> before = holds_of(change.intent_id);
  const auto after = rules::changed_holds(before, change);
  if (!after) return fail(after.error());
  if (before.empty()) return {};
  if (after->empty()) {
    release_holds(change.intent_id);
  } else {
    database_.run("UPDATE holds SET expires_at = ?2 WHERE intent_id = ?1", change.intent_id, after->front().expires_at);
  }
  return {};
}

std::vector<Hold> Tables::holds_of(const std::string& intent_id) {
  return read_holds(database_.query(select_hold + "WHERE intent_id = ?1", intent_id));
}

std::vector<Hold> Tables::holds_near(const std::string& resource, Interval interval) {
  return read_holds(database_.query(select_hold + "WHERE resource = ?1 AND end_at > ?2 AND begin_at < ?3", resource,
                                    interval.begin, interval.end));
}

void Tables::insert_hold(const Hold& hold) {
  database_.run(
      "INSERT INTO holds(intent_id, resource, begin_at, end_at, fencing_token, expires_at) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
      hold.intent_id, hold.resource, hold.interval.begin, hold.interval.end, hold.fencing_token, hold.expires_at);
}

void Tables::release_holds(const std::string& intent_id) {
  database_.run("DELETE FROM holds WHERE intent_id = ?1", intent_id);
}

}  // namespace holdfast::ledger::sqlite
