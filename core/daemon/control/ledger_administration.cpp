#include "core/daemon/control/ledger_administration.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace holdfast::daemon::control {
namespace {

Job job_of(ledger::OutboxJob job) {
  return {.id = std::move(job.id),
          .tenant = std::move(job.tenant),
          .kind = std::move(job.kind),
          .intent_id = std::move(job.intent_id),
          .given_up = job.dead,
          .attempts = job.attempts,
          .due_at = job.due_at,
          .last_error = std::move(job.last_error),
          .payload = std::move(job.payload)};
}

Error no_reviews() {
  return {.kind = ErrorKind::refused, .message = "This version of holdfastd keeps no reviews; there is nothing to do."};
}

}  // namespace

net::Task<Result<std::vector<Job>>> LedgerAdministration::jobs(std::size_t limit) {
  auto pending = co_await ledger_.pending_jobs(limit);
  if (!pending) co_return fail(std::move(pending).error());
  std::vector<Job> jobs;
  for (ledger::OutboxJob& job : *pending) jobs.push_back(job_of(std::move(job)));
  co_return jobs;
}

net::Task<Result<Job>> LedgerAdministration::job(std::string id) {
  auto pending = co_await ledger_.pending_jobs(std::numeric_limits<std::size_t>::max());
  if (!pending) co_return fail(std::move(pending).error());
  const auto found = std::ranges::find(*pending, id, &ledger::OutboxJob::id);
  if (found == pending->end()) {
    co_return fail(ErrorKind::not_found,
                   "There is no job of that id: it is done, was dropped, or the id is not whole. holdfastd jobs list "
                   "shows those that wait.");
  }
  co_return job_of(std::move(*found));
}

net::Task<Result<void>> LedgerAdministration::retry_job(std::string id) {
  auto found = co_await job(id);
  if (!found) co_return fail(std::move(found).error());
  const Instant now = clock_.now();
  if (!found->given_up && found->due_at > now) {
    const auto left_s = std::chrono::ceil<seconds>(found->due_at - now).count();
    co_return fail(ErrorKind::refused,
                   "The job was not given up: it is tried again by itself in " + std::to_string(left_s) +
                       " s. Sooner could do it twice, as what an earlier try sent may still be under way.");
  }
  co_return co_await ledger_.retry_job(std::move(id), now, std::move(found->last_error));
}

net::Task<Result<void>> LedgerAdministration::drop_job(std::string id) {
  auto found = co_await job(id);
  if (!found) co_return fail(std::move(found).error());
  co_return co_await ledger_.finish_job(std::move(id));
}

net::Task<Result<std::vector<Review>>> LedgerAdministration::reviews(std::size_t) {
  co_return fail(no_reviews());
}

net::Task<Result<Review>> LedgerAdministration::review(std::string) {
  co_return fail(no_reviews());
}

net::Task<Result<void>> LedgerAdministration::resolve_review(std::string, std::string) {
  co_return fail(no_reviews());
}

}  // namespace holdfast::daemon::control
