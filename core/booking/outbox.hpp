// Outbox: the work that follows a settled intent, done at least once and idempotent.
#pragma once

#include <memory>
#include <string>

#include "core/booking/context.hpp"
#include "core/booking/request.hpp"

namespace holdfast::booking {

// The note on the contact that tells the staff what was booked (DESIGN saga 8).
ledger::OutboxJob note_job(const ledger::Intent& intent, const BookingRequest& request, std::string contact_id,
                           Instant due_at);
// A last look, after a create whose outcome was unknown was given up as not created: if it arrived after all, it is
// cancelled, so that no ghost stays in the calendar (checker S4).
ledger::OutboxJob ghost_sweep_job(const ledger::Intent& intent, Instant due_at);

// Claims due jobs and does them, one after another, until stopped. Failures wait with exponential backoff and jitter;
// after 10 tries a job is kept for a person (dead letter).
class Outbox {
 public:
  explicit Outbox(Context& context);

  // Runs until stop(); start it once as a task.
  net::Task<void> run();
  // New work was enqueued: look now.
  void wake();
  // Ends run() after the job under way.
  void stop();

 private:
  net::Task<void> do_job(ledger::OutboxJob job);
  net::Task<Result<void>> write_note(ledger::OutboxJob job);
  net::Task<Result<void>> sweep_ghost(ledger::OutboxJob job);

  Context& context_;
  std::unique_ptr<net::Timer> alarm_;
  bool stopping_ = false;
};

}  // namespace holdfast::booking
