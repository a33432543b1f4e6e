#include "core/booking/sweep.hpp"

#include "core/base/log.hpp"
#include "core/booking/outbox_jobs.hpp"

namespace holdfast::booking {
namespace {

constexpr std::int64_t interval_ms = 15'000;
constexpr std::int64_t left_behind_ms = 30'000;  // an unsettled intent nobody drives and nobody touched for this long
constexpr std::size_t reviewed_max = 1'000;

ledger::Review unsettled_review(const ledger::Intent& intent, Instant now) {
  return {.id = intent.id + "/unsettled",
          .tenant = intent.tenant,
          .intent_id = intent.id,
          .kind = "unsettled",
          .text = "A booking by phone is still in state '" + std::string(to_string(intent.state)) +
                  "': whether it stands in GHL is not known yet. Look for '[holdfast ref " + intent.id +
                  "]' in the calendar, call the customer, and resolve this review. Holdfast goes on trying.",
          .created_at = now,
          .resolved_at = std::nullopt,
          .resolution = ""};
}

}  // namespace

Sweep::Sweep(Context& context, Driver& driver)
    : context_(context), driver_(driver), alarm_(context.runtime.clock.make_timer()) {}

void Sweep::stop() {
  stopping_ = true;
  alarm_->wake();
}

net::Task<void> Sweep::run() {
  while (!stopping_) {
    co_await alarm_->wait_until(context_.in(interval_ms));
    if (stopping_) break;
    const auto taken_up = co_await driver_.take_up(context_.now() - Duration(left_behind_ms));
    if (!taken_up) log(LogLevel::warning, "sweep_failed", {{"reason", Loggable::safe(to_string(taken_up.error()))}});
    co_await review_unsettled();
    co_await context_.ledger.prune(context_.now() - hours(24),
                                   context_.now() - days(context_.tenant.limits.keep_settled_days));
  }
}

// Every state has a time after which a person is told.
net::Task<void> Sweep::review_unsettled() {
  const auto unsettled = co_await context_.ledger.unsettled_intents(context_.tenant.id, reviewed_max);
  if (!unsettled) co_return;
  const Instant now = context_.now();
  for (const ledger::Intent& intent : *unsettled) {
    if (now - intent.created_at < Duration(context_.tenant.limits.review_after_ms)) continue;
    ledger::Review review = unsettled_review(intent, now);
    std::vector<ledger::OutboxJob> alerts = alert_jobs(context_, review);
    co_await context_.ledger.add_review(std::move(review), std::move(alerts));
  }
}

}  // namespace holdfast::booking
