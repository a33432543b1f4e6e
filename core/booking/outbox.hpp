// Outbox: the work that follows a wish, done at least once and idempotent.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "core/base/json.hpp"
#include "core/booking/context.hpp"

namespace holdfast::booking {

// One kind of work; the table of outbox/table.cpp lists them. A handler is asked again until it succeeds, so what it
// does twice must be the same as doing it once.
class OutboxHandler {
 public:
  // A job with its payload read.
  struct Job {
    ledger::OutboxJob job;
    Json payload;
  };

  explicit OutboxHandler(Context& context) : context_(context) {}
  virtual ~OutboxHandler() = default;
  virtual net::Task<Result<void>> work(Job job) = 0;

 protected:
  Context& context_;
};

// Claims due jobs and does them, one after another, until stopped. Failures wait with exponential backoff and jitter,
// so that the work outlives an outage; a job ends unfinished only after a refusal that no try can mend or after
// limits.job_lifetime_ms, and then a person is told. One loop.
class Outbox {
 public:
  explicit Outbox(Context& context);
  ~Outbox();

  // Runs until stop(); start it once as a task.
  net::Task<void> run();
  // New work was enqueued: look now.
  void wake();
  // Ends run() after the job under way.
  void stop();

 private:
  net::Task<void> do_job(ledger::OutboxJob job);
  net::Task<Result<std::string>> review_of_death(std::string job_id);
  net::Task<void> give_up(ledger::OutboxJob job, Error error);
  void note_failure(const ledger::OutboxJob& job, const Error& error);

  Context& context_;
  std::map<std::string, std::unique_ptr<OutboxHandler>> handlers_;
  std::map<std::string, std::uint64_t> failures_;  // by kind and cause; for one log line a cause with growing distance
  std::unique_ptr<net::Timer> alarm_;
  bool stopping_ = false;
};

}  // namespace holdfast::booking
