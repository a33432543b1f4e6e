// Intents.
#include "core/ledger/sqlite/tables.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "core/base/assert.hpp"
#include "core/ledger/rules.hpp"

namespace holdfast::ledger::sqlite {
namespace {

const std::string select_intent =
    "SELECT sequence, id, tenant, kind, state, version, group_id, wanted, withdrawn, request, outcome, appointment_id, "
    "contact_id, sent_until, created_at, updated_at FROM intents ";

Intent read_intent(const Cursor& row) {
  Intent intent;
  intent.id = row.text(1);
  intent.tenant = row.text(2);
  intent.kind = row.text(3);
  const auto state = intent_state_from(row.text(4));
  if (!state)
    throw SqliteFailure(SQLITE_CORRUPT, "intent " + intent.id + " has the unknown state '" + row.text(4) + "'");
  intent.state = *state;
  intent.version = row.integer(5);
  intent.group = row.text(6);
  intent.wanted = row.integer(7);
  intent.withdrawn = row.integer(8) != 0;
  intent.request = row.text(9);
  intent.outcome = row.text(10);
  intent.appointment_id = row.text(11);
  intent.contact_id = row.text(12);
  intent.sent_until = row.optional_instant(13);
  intent.created_at = row.instant(14);
  intent.updated_at = row.instant(15);
  return intent;
}

template <class Rows>
std::vector<Intent> intents_of(Rows rows) {
  std::vector<Intent> result;
  for (auto& row : rows) result.push_back(std::move(row.intent));
  return result;
}

}  // namespace

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

Result<OpenedIntent> Tables::open_intent(const OpenIntent& request, const OpenDecider& decide) {
  if (auto valid = rules::check(request); !valid) return fail(valid.error());
  const std::vector<Row> rows = candidates(request.tenant, request.look_up);
  const std::vector<Intent> known = intents_of(rows);
  Opening opening = decide(known);
  switch (opening.kind) {
    case Opening::Kind::none:
      break;
    case Opening::Kind::open: {
      Intent intent = rules::opened(request, opening, next_of("wanted"));
      if (!insert_intent(intent)) return fail(rules::intent_exists(request.id));
      return OpenedIntent{.kind = opening.kind, .intent = std::move(intent), .reason = std::move(opening.reason)};
    }
    case Opening::Kind::found: {
      auto found = rules::chosen(known, opening);
      if (!found) return fail(found.error());
      Intent intent = rules::linked(rules::linked(std::move(*found), request.links), opening.links);
      if (opening.want) intent.wanted = next_of("wanted");
      const bool joins = !opening.group.empty() && opening.group != intent.group;
      if (joins) intent.group = opening.group;
      write_intent(*std::ranges::find(rows, intent.id, [](const Row& row) { return row.intent.id; }), intent);
      if (joins && is_settled(intent.state)) intent = settle_group(std::move(intent), request.now);
      return OpenedIntent{.kind = opening.kind, .intent = std::move(intent), .reason = std::move(opening.reason)};
    }
  }
  Intent asked_about = rules::asked_about(known, opening);
  return OpenedIntent{.kind = opening.kind, .intent = std::move(asked_about), .reason = std::move(opening.reason)};
}

Result<Intent> Tables::find_intent(const std::string& id) {
  auto row = row_of(id);
  if (!row) return fail(rules::no_such_intent(id));
  return std::move(row->intent);
}

Result<std::vector<Intent>> Tables::find_intents(const std::string& tenant, const std::string& link,
                                                 std::size_t limit) {
  return intents_of(
      read_rows(database_.query(select_intent + "WHERE sequence IN (SELECT sequence FROM links WHERE tenant = ?1 AND "
                                                "link = ?2 ORDER BY sequence DESC LIMIT ?3) ORDER BY sequence DESC",
                                tenant, link, sql_limit(limit))));
}

Result<std::vector<Intent>> Tables::find_group(const std::string& tenant, const std::string& group) {
  return rules::wanted_first(intents_of(members(tenant, group)));
}

Result<Intent> Tables::advance(const Advance& change) {
  const auto known = row_of(change.intent_id);
  if (!known) return fail(rules::no_such_intent(change.intent_id));
  auto intent = rules::advanced(known->intent, change);
  if (!intent) return intent;
  if (auto held = change_holds(change); !held) return fail(held.error());
  write_intent(*known, *intent);
  for (const OutboxJob& job : change.enqueue) enqueue(job);
  for (const Review& review : change.reviews) insert_review(review);
  if (is_settled(intent->state)) return settle_group(std::move(*intent), change.now);
  return intent;
}

Result<Intent> Tables::withdraw(const std::string& id, Instant now) {
  const auto known = row_of(id);
  if (!known) return fail(rules::no_such_intent(id));
  Intent intent = rules::withdrawn(known->intent, now);
  write_intent(*known, intent);
  return intent;
}

Result<std::vector<Intent>> Tables::unsettled_intents(const std::string& tenant, std::size_t limit) {
  return intents_of(read_rows(database_.query(
      select_intent + "WHERE tenant = ?1 AND needs_work = 1 ORDER BY sequence LIMIT ?2", tenant, sql_limit(limit))));
}

Result<std::vector<Intent>> Tables::all_intents(std::size_t limit) {
  return intents_of(read_rows(database_.query(select_intent + "ORDER BY sequence LIMIT ?1", sql_limit(limit))));
}

std::vector<Tables::Row> Tables::read_rows(Cursor cursor) {
  std::vector<Row> rows;
  while (cursor.next()) rows.push_back({cursor.integer(0), read_intent(cursor)});
  for (Row& row : rows) {
    Cursor links = database_.query("SELECT link FROM links WHERE sequence = ?1 ORDER BY link", row.sequence);
    while (links.next()) row.intent.links.push_back(links.text(0));
  }
  return rows;
}

std::optional<Tables::Row> Tables::row_of(const std::string& id) {
  std::vector<Row> rows = read_rows(database_.query(select_intent + "WHERE id = ?1", id));
  if (rows.empty()) return std::nullopt;
  return std::move(rows.front());
}

std::vector<Tables::Row> Tables::candidates(const std::string& tenant, const std::vector<std::string>& look_up) {
  std::set<std::int64_t> found;
  for (const std::string& link : look_up) {
    Cursor cursor = database_.query("SELECT sequence FROM links WHERE tenant = ?1 AND link = ?2", tenant, link);
    while (cursor.next()) found.insert(cursor.integer(0));
  }
  std::vector<Row> rows;
  for (const std::int64_t sequence : found) {
    std::vector<Row> one = read_rows(database_.query(select_intent + "WHERE sequence = ?1", sequence));
    HOLDFAST_ASSERT(one.size() == 1);  // a link leads to an intent: the schema says so
    rows.push_back(std::move(one.front()));
  }
  return rows;
}

std::vector<Tables::Row> Tables::members(const std::string& tenant, const std::string& group) {
  return read_rows(database_.query(select_intent + "WHERE id = ?2 AND group_id = ?2 AND tenant = ?1 UNION ALL " +
                                       select_intent + "WHERE tenant = ?1 AND group_id = ?2 AND group_id <> id",
                                   tenant, group));
}

Intent Tables::settle_group(Intent settled, Instant now) {
  const std::vector<Row> group = members(settled.tenant, settled.group);
  const std::vector<std::string> leaving = rules::to_withdraw(intents_of(group));
  for (const Row& row : group) {
    if (std::ranges::find(leaving, row.intent.id) == leaving.end()) continue;
    Intent intent = rules::withdrawn(row.intent, now);
    write_intent(row, intent);
    if (intent.id == settled.id) settled = std::move(intent);
  }
  return settled;
}

bool Tables::insert_intent(const Intent& intent) {
  const std::int64_t rows = database_.run(
      "INSERT INTO intents(id, tenant, kind, state, version, group_id, wanted, withdrawn, needs_work, request, "
      "outcome, "
      "appointment_id, contact_id, sent_until, created_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, "
      "?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT (id) DO NOTHING",
      intent.id, intent.tenant, intent.kind, to_string(intent.state), intent.version, intent.group, intent.wanted,
      intent.withdrawn, intent.needs_work(), intent.request, intent.outcome, intent.appointment_id, intent.contact_id,
      intent.sent_until, intent.created_at, intent.updated_at);
  if (rows == 0) return false;
  const std::int64_t sequence = database_.last_row();
  for (const std::string& link : intent.links) insert_link(intent, link, sequence);
  return true;
}

void Tables::write_intent(const Row& before, const Intent& after) {
  const Intent& known = before.intent;
  HOLDFAST_ASSERT(known.id == after.id && known.tenant == after.tenant);
  HOLDFAST_ASSERT(known.version <= after.version && known.wanted <= after.wanted);
  database_.run(
      "UPDATE intents SET state = ?2, version = ?3, wanted = ?4, withdrawn = ?5, request = ?6, outcome = ?7, "
      "appointment_id = ?8, contact_id = ?9, sent_until = ?10, updated_at = ?11 WHERE sequence = ?1",
      before.sequence, to_string(after.state), after.version, after.wanted, after.withdrawn, after.request,
      after.outcome, after.appointment_id, after.contact_id, after.sent_until, after.updated_at);
  // Apart, so that their indexes are written only when they change.
  if (known.group != after.group) {
    database_.run("UPDATE intents SET group_id = ?2 WHERE sequence = ?1", before.sequence, after.group);
  }
  if (known.needs_work() != after.needs_work()) {
    database_.run("UPDATE intents SET needs_work = ?2 WHERE sequence = ?1", before.sequence, after.needs_work());
  }
  for (const std::string& link : after.links) {
    if (!std::ranges::binary_search(known.links, link)) insert_link(after, link, before.sequence);
  }
}

void Tables::insert_link(const Intent& intent, const std::string& link, std::int64_t sequence) {
  database_.run("INSERT INTO links(tenant, link, sequence) VALUES (?1, ?2, ?3)", intent.tenant, link, sequence);
}

std::int64_t Tables::next_of(const char* counter) {
  Cursor cursor = database_.query("UPDATE counters SET value = value + 1 WHERE name = ?1 RETURNING value",
                                  std::string_view(counter));
  if (!cursor.next()) throw SqliteFailure(SQLITE_CORRUPT, std::string("the counter '") + counter + "' is missing");
  const std::int64_t value = cursor.integer(0);
  while (cursor.next()) {
  }
  return value;
}

void Tables::touch() {
  static_cast<void>(next_of("touched"));
}

}  // namespace holdfast::ledger::sqlite
