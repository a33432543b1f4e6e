// The outbox and the offers.
#include <algorithm>
#include <limits>
#include <utility>

#include "core/ledger/rules.hpp"
#include "core/ledger/sqlite/tables.hpp"

namespace holdfast::ledger::sqlite {
namespace {

const std::string select_job =
    "SELECT id, intent_id, tenant, kind, payload, due_at, attempts, last_error, dead FROM outbox ";

OutboxJob read_job(const Cursor& row) {
  return OutboxJob{.id = row.text(0),
                   .intent_id = row.text(1),
                   .tenant = row.text(2),
                   .kind = row.text(3),
                   .payload = row.text(4),
                   .due_at = row.instant(5),
                   .attempts = static_cast<int>(row.integer(6)),
                   .last_error = row.text(7),
                   .dead = row.integer(8) != 0};
}

std::vector<OutboxJob> read_jobs(Cursor& cursor) {
  std::vector<OutboxJob> jobs;
  while (cursor.next()) jobs.push_back(read_job(cursor));
  return jobs;
}

std::int64_t sql_limit(std::size_t limit) {
  return static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int64_t>::max()));
}

// Runs an update that RETURNs the id; not_found when it touched no job.
Result<void> require_job(Cursor cursor, const std::string& id) {
  if (!cursor.next()) return fail(rules::no_such_job(id));
  while (cursor.next()) {
  }
  return {};
}

}  // namespace

Result<std::vector<OutboxJob>> Tables::claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                                  std::size_t limit) {
  std::vector<OutboxJob> jobs;
  {
    Cursor cursor = database_.query(
        select_job + "WHERE tenant = ?1 AND dead = 0 AND due_at <= ?2 ORDER BY due_at, sequence LIMIT ?3", tenant, now,
        sql_limit(limit));
    jobs = read_jobs(cursor);
  }
  for (OutboxJob& job : jobs) {
    job.due_at = lease_until;
    job.attempts += 1;
    database_.run("UPDATE outbox SET due_at = ?2, attempts = ?3 WHERE id = ?1", job.id, job.due_at, job.attempts);
  }
  return jobs;
}

Result<void> Tables::finish_job(const std::string& id) {
  database_.run("DELETE FROM outbox WHERE id = ?1", id);
  return {};
}

Result<void> Tables::retry_job(const std::string& id, Instant due_at, const std::string& error) {
  return require_job(
      database_.query("UPDATE outbox SET due_at = ?2, last_error = ?3, dead = 0 WHERE id = ?1 RETURNING id", id, due_at,
                      error),
      id);
}

Result<void> Tables::bury_job(const std::string& id, const std::string& error) {
  return require_job(
      database_.query("UPDATE outbox SET last_error = ?2, dead = 1 WHERE id = ?1 RETURNING id", id, error), id);
}

Result<std::vector<OutboxJob>> Tables::pending_jobs(std::size_t limit) {
  Cursor cursor = database_.query(select_job + "ORDER BY sequence LIMIT ?1", sql_limit(limit));
  return read_jobs(cursor);
}

Result<void> Tables::save_offers(const std::vector<Offer>& offers) {
  for (const Offer& offer : offers) {
    database_.run(
        "INSERT OR REPLACE INTO offers(tenant, conversation, code, service, calendar_id, zone, start_at, end_at, "
        "offered_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        offer.tenant, offer.conversation, offer.code, offer.service, offer.calendar_id, offer.zone, offer.start,
        offer.end, offer.offered_at, offer.expires_at);
  }
  return {};
}

Result<Offer> Tables::find_offer(const std::string& tenant, const std::string& conversation, const std::string& code) {
  Cursor row = database_.query(
      "SELECT tenant, conversation, code, service, calendar_id, zone, start_at, end_at, offered_at, expires_at "
      "FROM offers WHERE tenant = ?1 AND conversation = ?2 AND code = ?3",
      tenant, conversation, code);
  if (!row.next()) return fail(rules::no_such_offer(code));
  return Offer{.tenant = row.text(0),
               .conversation = row.text(1),
               .code = row.text(2),
               .service = row.text(3),
               .calendar_id = row.text(4),
               .zone = row.text(5),
               .start = row.instant(6),
               .end = row.instant(7),
               .offered_at = row.instant(8),
               .expires_at = row.instant(9)};
}

}  // namespace holdfast::ledger::sqlite
