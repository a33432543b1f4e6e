// The outbox, reviews, offers and questions.
#include <algorithm>
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

const std::string select_review =
    "SELECT id, tenant, intent_id, kind, text, created_at, resolved_at, resolution FROM reviews ";

std::vector<Review> read_reviews(Cursor cursor) {
  std::vector<Review> reviews;
  while (cursor.next()) {
    reviews.push_back({.id = cursor.text(0),
                       .tenant = cursor.text(1),
                       .intent_id = cursor.text(2),
                       .kind = cursor.text(3),
                       .text = cursor.text(4),
                       .created_at = cursor.instant(5),
                       .resolved_at = cursor.optional_instant(6),
                       .resolution = cursor.text(7)});
  }
  return reviews;
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
  const std::int64_t rows =
      database_.run("UPDATE outbox SET due_at = ?2, last_error = ?3, dead = 0 WHERE id = ?1", id, due_at, error);
  if (rows == 0) return fail(rules::no_such_job(id));
  return {};
}

Result<void> Tables::bury_job(const std::string& id, const std::string& error, const Review& review) {
  if (auto valid = rules::check(review, {}); !valid) return valid;
  const std::int64_t rows = database_.run("UPDATE outbox SET last_error = ?2, dead = 1 WHERE id = ?1", id, error);
  if (rows == 0) return fail(rules::no_such_job(id));
  insert_review(review);
  return {};
}

Result<void> Tables::note_job(const std::string& id, const std::string& payload) {
  const std::int64_t rows = database_.run("UPDATE outbox SET payload = ?2 WHERE id = ?1", id, payload);
  if (rows == 0) return fail(rules::no_such_job(id));
  return {};
}

Result<std::vector<OutboxJob>> Tables::pending_jobs(std::size_t limit) {
  Cursor cursor = database_.query(select_job + "ORDER BY sequence LIMIT ?1", sql_limit(limit));
  return read_jobs(cursor);
}

void Tables::enqueue(const OutboxJob& job) {
  database_.run(
      "INSERT INTO outbox(id, intent_id, tenant, kind, payload, due_at, attempts, last_error, dead) "
      "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (id) DO NOTHING",
      job.id, job.intent_id, job.tenant, job.kind, job.payload, job.due_at, job.attempts, job.last_error, job.dead);
}

Result<bool> Tables::add_review(const Review& review, const std::vector<OutboxJob>& jobs) {
  if (auto valid = rules::check(review, jobs); !valid) return fail(valid.error());
  if (!insert_review(review)) return false;
  for (const OutboxJob& job : jobs) enqueue(job);
  return true;
}

Result<std::vector<Review>> Tables::reviews(bool with_resolved, std::size_t limit) {
  if (with_resolved) {
    return read_reviews(database_.query(select_review + "ORDER BY sequence LIMIT ?1", sql_limit(limit)));
  }
  return read_reviews(
      database_.query(select_review + "WHERE resolved_at IS NULL ORDER BY sequence LIMIT ?1", sql_limit(limit)));
}

Result<void> Tables::resolve_review(const std::string& id, const std::string& resolution, Instant now) {
  const std::int64_t rows =
      database_.run("UPDATE reviews SET resolved_at = ?2, resolution = ?3 WHERE id = ?1", id, now, resolution);
  if (rows == 0) return fail(rules::no_such_review(id));
  return {};
}

bool Tables::insert_review(const Review& review) {
  return database_.run(
             "INSERT INTO reviews(id, tenant, intent_id, kind, text, created_at, resolved_at, resolution) "
             "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
             review.id, review.tenant, review.intent_id, review.kind, review.text, review.created_at,
             review.resolved_at, review.resolution) == 1;
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

Result<bool> Tables::note_question(const std::string& tenant, const std::string& question, Instant now,
                                   Instant expires_at) {
  bool asked_before = false;
  {
    Cursor known =
        database_.query("SELECT expires_at FROM questions WHERE tenant = ?1 AND question = ?2", tenant, question);
    if (known.next()) {
      asked_before = now < known.instant(0);
      expires_at = std::max(expires_at, known.instant(0));
    }
  }
  database_.run("INSERT OR REPLACE INTO questions(tenant, question, expires_at) VALUES (?1, ?2, ?3)", tenant, question,
                expires_at);
  return asked_before;
}

}  // namespace holdfast::ledger::sqlite
