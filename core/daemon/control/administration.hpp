// Administration: what an operator may look at and do while a daemon runs, or while none does.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::daemon::control {

// A piece of work that follows a booking and is not done yet.
struct Job {
  std::string id;
  std::string tenant;
  std::string kind;        // "note", …
  std::string intent_id;   // the booking it belongs to
  bool given_up = false;   // nobody tries it any more until a person says so
  int attempts = 0;        // tries begun
  Instant due_at{};        // steady; of no meaning once it was given up
  std::string last_error;  // for a person; no personal data
  std::string payload;     // JSON; may hold names, so only one who asks for this very job sees it
};

// Something that only a person can decide.
struct Review {
  std::string id;
  std::string tenant;
  std::string kind;                       // "unsettled", …
  std::string intent_id;                  // the booking it is about, when it is about one
  std::string question;                   // what to find out or do; no personal data
  Instant opened_at{};                    // steady
  std::optional<std::string> resolution;  // what a person wrote when they resolved it
  std::string details;                    // JSON; may hold names, as Job::payload
};

// The operator's hand on one ledger. Every method is one step that is durable when it returns. Errors: not_found for an
// id that is not there, refused for what would break a promise now, storage when the ledger fails; each message says
// what to do. One loop; not thread-safe.
class Administration {
 public:
  virtual ~Administration() = default;

  // The jobs that are not done, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<Job>>> jobs(std::size_t limit) = 0;
  // The job called `id`.
  virtual net::Task<Result<Job>> job(std::string id) = 0;
  // A job that was given up is due now. `refused` while it waits for its next try by itself: what an earlier try sent
  // may still be under way, and the wait is what keeps it from being done twice.
  virtual net::Task<Result<void>> retry_job(std::string id) = 0;
  // The job is forgotten, undone.
  virtual net::Task<Result<void>> drop_job(std::string id) = 0;

  // The reviews that are not resolved, oldest first, at most `limit`.
  virtual net::Task<Result<std::vector<Review>>> reviews(std::size_t limit) = 0;
  // The review called `id`, resolved or not.
  virtual net::Task<Result<Review>> review(std::string id) = 0;
  // Closes it; `resolution` is what was found or done, for whoever reads it later. `refused` when it is closed already.
  virtual net::Task<Result<void>> resolve_review(std::string id, std::string resolution) = 0;
};

}  // namespace holdfast::daemon::control
