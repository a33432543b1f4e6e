#include "core/booking/outbox.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "core/base/log.hpp"
#include "core/booking/outbox/handlers.hpp"
#include "core/booking/outbox_jobs.hpp"

namespace holdfast::booking {
namespace {

constexpr std::int64_t idle_poll_ms = 5'000;
constexpr std::int64_t backoff_base_ms = 1'000;
constexpr std::int64_t backoff_cap_ms = 5 * 60'000;
constexpr std::size_t batch = 16;

// Failures that no amount of trying mends: a person has to look.
bool is_hopeless(ErrorKind kind) {
  return kind == ErrorKind::invalid_input || kind == ErrorKind::not_found || kind == ErrorKind::refused ||
         kind == ErrorKind::internal;
}

}  // namespace

Outbox::Outbox(Context& context)
    : context_(context), handlers_(outbox_handlers(context)), alarm_(context.runtime.clock.make_timer()) {}

Outbox::~Outbox() = default;

void Outbox::wake() {
  alarm_->wake();
}

void Outbox::stop() {
  stopping_ = true;
  alarm_->wake();
}

net::Task<void> Outbox::run() {
  while (!stopping_) {
    const Instant now = context_.now();
    // A try that a crash cut short may have left a request under way: nobody tries again before that has arrived or
    // never will.
    const Limits& limits = context_.tenant.limits;
    const Instant lease_until = now + Duration(limits.settle_timeout_ms + limits.late_arrival_window_ms);
    auto jobs = co_await context_.ledger.claim_jobs(context_.tenant.id, now, lease_until, batch);
    if (jobs) {
      for (ledger::OutboxJob& job : *jobs) {
        co_await do_job(std::move(job));
      }
      if (!jobs->empty()) continue;
    }
    co_await alarm_->wait_until(context_.in(idle_poll_ms));
  }
}

net::Task<void> Outbox::do_job(ledger::OutboxJob job) {
  const auto handler = handlers_.find(job.kind);
  auto payload = parse_json(job.payload);
  Result<void> done;
  if (handler == handlers_.end() || !payload) {
    done = fail(ErrorKind::internal, "unknown kind of job; it was written by a newer version");
  } else {
    done = co_await handler->second->work({job, *payload});
  }
  // A ledger that fails here costs nothing: the lease ends and the job comes again.
  if (done) {
    co_await context_.ledger.finish_job(job.id);
    co_return;
  }
  note_failure(job, done.error());
  const Limits& limits = context_.tenant.limits;
  const Instant since = from_epoch_ms(payload ? integer_member(*payload, "since_ms").value_or(0) : 0);
  if (is_hopeless(done.error().kind) || context_.now() - since > Duration(limits.job_lifetime_ms)) {
    co_await give_up(std::move(job), done.error());
    co_return;
  }
  const std::int64_t wait_ms = std::min(backoff_cap_ms, backoff_base_ms << std::min(job.attempts, 10));
  Instant due_at = context_.in(net::jittered_ms(context_.runtime.entropy, wait_ms));
  // What may still arrive must have arrived before it is looked for and written again.
  if (done.error().kind == ErrorKind::unknown_outcome) due_at += Duration(limits.late_arrival_window_ms);
  co_await context_.ledger.retry_job(job.id, due_at, to_string(done.error()));
}

// A review that a person resolved is over: what was tried again and given up again is asked about anew.
net::Task<Result<std::string>> Outbox::review_of_death(std::string job_id) {
  const auto reviews =
      co_await context_.ledger.reviews(/*with_resolved=*/true, std::numeric_limits<std::size_t>::max());
  if (!reviews) co_return fail(reviews.error());
  std::string id = job_id + "/dead";
  const auto is_over = [&](const ledger::Review& review) { return review.id == id && review.resolved_at; };
  for (int death = 2; std::ranges::any_of(*reviews, is_over); ++death) {
    id = job_id + "/dead-" + std::to_string(death);
  }
  co_return id;
}

net::Task<void> Outbox::give_up(ledger::OutboxJob job, Error error) {
  log(LogLevel::error, "outbox_job_given_up", {{"job", Loggable::safe(job.id)}, {"attempts", job.attempts}});
  // Without it nobody would be asked; the lease ends and the job comes again.
  const auto review_id = co_await review_of_death(job.id);
  if (!review_id) co_return;
  const ledger::Review review{.id = *review_id,
                              .tenant = job.tenant,
                              .intent_id = job.intent_id,
                              .kind = "job_dead",
                              .text = "The work '" + job.kind +
                                      "' that follows a booking could not be done: " + to_string(error) +
                                      ". Do it by hand, or mend the cause and run: holdfastd jobs retry " + job.id,
                              .created_at = context_.now(),
                              .resolved_at = std::nullopt,
                              .resolution = ""};
  std::vector<ledger::OutboxJob> alerts;
  if (!is_alert(job.kind)) alerts = alert_jobs(context_, review);
  // The review first: a job is never dead without one.
  const auto added = co_await context_.ledger.add_review(review, std::move(alerts));
  if (added) co_await context_.ledger.bury_job(job.id, to_string(error), review);
}

// One line for the first failure of a cause, the second, the fourth, the eighth …
void Outbox::note_failure(const ledger::OutboxJob& job, const Error& error) {
  const std::uint64_t count = ++failures_[job.kind + ": " + std::string(to_string(error.kind))];
  if (!std::has_single_bit(count)) return;
  log(LogLevel::warning, "outbox_job_failed",
      {{"kind", Loggable::safe(job.kind)},
       {"cause", Loggable::safe(std::string(to_string(error.kind)))},
       {"times", static_cast<std::int64_t>(count)}});
}

}  // namespace holdfast::booking
