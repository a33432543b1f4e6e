// Intents and holds.
#include "core/ledger/sqlite/tables.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/ledger/rules.hpp"

namespace holdfast::ledger::sqlite {
namespace {

const std::string select_intent =
    "SELECT id, tenant, key, generation, state, version, request, outcome, appointment_id, contact_id, attempted_at, "
    "created_at, updated_at FROM intents ";
const std::string select_hold =
    "SELECT intent_id, resource, begin_at, end_at, fencing_token, expires_at, released FROM holds ";

Intent read_intent(const Cursor& row) {
  Intent intent;
  intent.id = row.text(0);
  intent.tenant = row.text(1);
  intent.key = row.text(2);
  intent.generation = row.integer(3);
  const auto state = intent_state_from(row.text(4));
  if (!state)
    throw SqliteFailure(SQLITE_CORRUPT, "intent " + intent.id + " has the unknown state '" + row.text(4) + "'");
  intent.state = *state;
  intent.version = row.integer(5);
  intent.request = row.text(6);
  intent.outcome = row.text(7);
  intent.appointment_id = row.text(8);
  intent.contact_id = row.text(9);
  intent.attempted_at = row.optional_instant(10);
  intent.created_at = row.instant(11);
  intent.updated_at = row.instant(12);
  return intent;
}

Hold read_hold(const Cursor& row) {
  return Hold{.intent_id = row.text(0),
              .resource = row.text(1),
              .interval = {row.instant(2), row.instant(3)},
              .fencing_token = row.integer(4),
              .expires_at = row.optional_instant(5),
              .released = row.integer(6) != 0};
}

template <class T>
std::vector<T> read_all(Cursor& cursor, T (*read)(const Cursor&)) {
  std::vector<T> result;
  while (cursor.next()) result.push_back(read(cursor));
  return result;
}

template <class T>
std::optional<T> read_one(Cursor& cursor, T (*read)(const Cursor&)) {
  if (!cursor.next()) return std::nullopt;
  return read(cursor);
}

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

}  // namespace

Result<OpenedIntent> Tables::open_intent(const OpenIntent& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  for (const std::string& alias : request.aliases) {
    if (auto known = intent_of_alias(request.tenant, alias)) {
      return OpenedIntent{.intent = std::move(*known), .created = false, .by_alias = true};
    }
  }
  auto intent = live_intent(request.tenant, request.key);
  const bool created = !intent;
  if (created) {
    if (find_intent(request.id)) {
      return fail(ErrorKind::internal, "Intent " + request.id + " exists already. This is a bug in Holdfast.");
    }
    intent = rules::opened(request, last_generation(request.tenant, request.key) + 1);
    insert_intent(*intent);
  }
  for (const std::string& alias : request.aliases) {
    database_.run("INSERT OR IGNORE INTO aliases(tenant, alias, intent_id) VALUES (?1, ?2, ?3)", request.tenant, alias,
                  intent->id);
  }
  return OpenedIntent{.intent = std::move(*intent), .created = created, .by_alias = false};
}

Result<Intent> Tables::find_intent(const std::string& id) {
  Cursor cursor = database_.query(select_intent + "WHERE id = ?1", id);
  auto intent = read_one(cursor, read_intent);
  if (!intent) return fail(rules::no_such_intent(id));
  return std::move(*intent);
}

Result<Intent> Tables::advance(const Advance& change) {
  auto known = find_intent(change.intent_id);
  if (!known) return known;
  auto intent = rules::advanced(std::move(*known), change);
  if (!intent) return intent;
  auto hold = rules::changed_hold(hold_of(change.intent_id), change);
  if (!hold) return fail(hold.error());

  update_intent(*intent);
  if (*hold && change.hold != HoldChange::keep) put_hold(**hold);
  for (const OutboxJob& job : change.enqueue) {
    database_.run(
        "INSERT OR IGNORE INTO outbox(id, intent_id, tenant, kind, payload, due_at, attempts, last_error, dead) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        job.id, job.intent_id, job.tenant, job.kind, job.payload, job.due_at, job.attempts, job.last_error, job.dead);
  }
  return intent;
}

Result<std::vector<Intent>> Tables::unsettled_intents(const std::string& tenant, std::size_t limit) {
  Cursor cursor = database_.query(
      select_intent + "WHERE tenant = ?1 AND state NOT IN ('booked', 'refused') ORDER BY sequence LIMIT ?2", tenant,
      sql_limit(limit));
  return read_all(cursor, read_intent);
}

Result<std::vector<Intent>> Tables::all_intents(std::size_t limit) {
  Cursor cursor = database_.query(select_intent + "ORDER BY sequence LIMIT ?1", sql_limit(limit));
  return read_all(cursor, read_intent);
}

Result<HoldDecision> Tables::acquire_hold(const AcquireHold& request) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  auto known = find_intent(request.intent_id);
  if (!known) return fail(known.error());
  auto intent = rules::holding(*known, request);
  if (!intent) return fail(intent.error());
  const std::vector<Hold> near = unreleased_holds(request.resource, request.interval);
  auto conflicts = rules::hold_conflicts(request, near);
  if (!conflicts.empty()) {
    return HoldDecision{
        .granted = false, .fencing_token = 0, .intent = std::move(*known), .conflicts = std::move(conflicts)};
  }
  for (const std::string& disregarded : rules::disregarded_holds(request, near)) {
    database_.run("UPDATE holds SET released = 1 WHERE intent_id = ?1", disregarded);
  }
  const std::int64_t token = next_fencing_token();
  put_hold(rules::granted_hold(request, token));
  update_intent(*intent);
  return HoldDecision{.granted = true, .fencing_token = token, .intent = std::move(*intent), .conflicts = {}};
}

Result<std::vector<Hold>> Tables::holds_overlapping(const std::string& resource, Interval interval, Instant now) {
  return rules::live_of(unreleased_holds(resource, interval), interval, now);
}

Result<std::vector<Hold>> Tables::live_holds(Instant now) {
  Cursor cursor = database_.query(select_hold + "ORDER BY fencing_token");
  auto holds = read_all(cursor, read_hold);
  std::erase_if(holds, [now](const Hold& hold) { return !rules::is_live(hold, now); });
  return holds;
}

Result<void> Tables::forget_expired(Instant now) {
  // The range of rules::is_forgettable(offer).
  database_.run("DELETE FROM offers WHERE expires_at < ?1", now);
  // Wider than the rule, so that the indexes serve it; the rule decides.
  std::vector<std::string> forgettable;
  {
    Cursor cursor = database_.query(
        "SELECT intent_id, resource, begin_at, end_at, fencing_token, expires_at, released, state FROM holds "
        "JOIN intents ON intents.id = holds.intent_id "
        "WHERE released = 1 OR expires_at < ?1 OR (expires_at IS NULL AND end_at < ?1)",
        now);
    while (cursor.next()) {
      const Hold hold = read_hold(cursor);
      const auto owner = intent_state_from(cursor.text(7));
      if (owner && rules::is_forgettable(hold, *owner, now)) forgettable.push_back(hold.intent_id);
    }
  }
  for (const std::string& intent_id : forgettable) database_.run("DELETE FROM holds WHERE intent_id = ?1", intent_id);
  return {};
}

std::optional<Intent> Tables::intent_of_alias(const std::string& tenant, const std::string& alias) {
  Cursor cursor = database_.query(
      select_intent + "WHERE id = (SELECT intent_id FROM aliases WHERE tenant = ?1 AND alias = ?2)", tenant, alias);
  return read_one(cursor, read_intent);
}

std::optional<Intent> Tables::live_intent(const std::string& tenant, const std::string& key) {
  Cursor cursor = database_.query(select_intent + "WHERE tenant = ?1 AND key = ?2 AND state <> 'refused'", tenant, key);
  return read_one(cursor, read_intent);
}

std::int64_t Tables::last_generation(const std::string& tenant, const std::string& key) {
  Cursor cursor = database_.query("SELECT max(generation) FROM intents WHERE tenant = ?1 AND key = ?2", tenant, key);
  return cursor.next() ? cursor.integer(0) : 0;
}

void Tables::insert_intent(const Intent& intent) {
  database_.run(
      "INSERT INTO intents(id, tenant, key, generation, state, version, request, outcome, appointment_id, contact_id, "
      "attempted_at, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
      intent.id, intent.tenant, intent.key, intent.generation, to_string(intent.state), intent.version, intent.request,
      intent.outcome, intent.appointment_id, intent.contact_id, intent.attempted_at, intent.created_at,
      intent.updated_at);
}

void Tables::update_intent(const Intent& intent) {
  database_.run(
      "UPDATE intents SET state = ?2, version = ?3, outcome = ?4, appointment_id = ?5, contact_id = ?6, "
      "attempted_at = ?7, updated_at = ?8 WHERE id = ?1",
      intent.id, to_string(intent.state), intent.version, intent.outcome, intent.appointment_id, intent.contact_id,
      intent.attempted_at, intent.updated_at);
}

std::optional<Hold> Tables::hold_of(const std::string& intent_id) {
  Cursor cursor = database_.query(select_hold + "WHERE intent_id = ?1", intent_id);
  return read_one(cursor, read_hold);
}

std::vector<Hold> Tables::unreleased_holds(const std::string& resource, Interval interval) {
  Cursor cursor =
      database_.query(select_hold + "WHERE resource = ?1 AND released = 0 AND end_at > ?2 AND begin_at < ?3", resource,
                      interval.begin, interval.end);
  return read_all(cursor, read_hold);
}

void Tables::put_hold(const Hold& hold) {
  database_.run(
      "INSERT INTO holds(intent_id, resource, begin_at, end_at, fencing_token, expires_at, released) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (intent_id) DO UPDATE SET resource = excluded.resource, "
      "begin_at = excluded.begin_at, end_at = excluded.end_at, fencing_token = excluded.fencing_token, "
      "expires_at = excluded.expires_at, released = excluded.released",
      hold.intent_id, hold.resource, hold.interval.begin, hold.interval.end, hold.fencing_token, hold.expires_at,
      hold.released);
}

std::int64_t Tables::next_fencing_token() {
  Cursor cursor = database_.query("UPDATE counters SET value = value + 1 WHERE name = 'fencing_token' RETURNING value");
  if (!cursor.next()) throw SqliteFailure(SQLITE_CORRUPT, "the counter of fencing tokens is missing");
  const std::int64_t token = cursor.integer(0);
  while (cursor.next()) {
  }
  return token;
}

}  // namespace holdfast::ledger::sqlite
