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

Review review_of(ledger::Review review) {
  return {.id = std::move(review.id),
          .tenant = std::move(review.tenant),
          .kind = std::move(review.kind),
          .intent_id = std::move(review.intent_id),
          .question = std::move(review.text),
          .opened_at = review.created_at,
          .resolution = review.resolved_at ? std::optional(std::move(review.resolution)) : std::nullopt,
          .details = "{}"};
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

net::Task<Result<std::vector<Review>>> LedgerAdministration::reviews(std::size_t limit) {
  auto open = co_await ledger_.reviews(/*with_resolved=*/false, limit);
  if (!open) co_return fail(std::move(open).error());
  std::vector<Review> reviews;
  for (ledger::Review& review : *open) reviews.push_back(review_of(std::move(review)));
  co_return reviews;
}

net::Task<Result<Review>> LedgerAdministration::review(std::string id) {
  auto all = co_await ledger_.reviews(/*with_resolved=*/true, std::numeric_limits<std::size_t>::max());
  if (!all) co_return fail(std::move(all).error());
  const auto found = std::ranges::find(*all, id, &ledger::Review::id);
  if (found == all->end()) {
    co_return fail(ErrorKind::not_found,
                   "There is no review of that id, or the id is not whole. holdfastd review list shows those that "
                   "are open.");
  }
  Review review = review_of(std::move(*found));
  // Whoever decides has to know whose booking it is.
  const auto intent = co_await ledger_.find_intent(review.intent_id);
  if (intent) review.details = intent->request;
  co_return review;
}

net::Task<Result<void>> LedgerAdministration::resolve_review(std::string id, std::string resolution) {
  const auto known = co_await review(id);
  if (!known) co_return fail(known.error());
  if (known->resolution) {
    co_return fail(ErrorKind::refused, "The review was resolved already; holdfastd review show tells how.");
  }
  co_return co_await ledger_.resolve_review(std::move(id), std::move(resolution), clock_.now());
}

}  // namespace holdfast::daemon::control
