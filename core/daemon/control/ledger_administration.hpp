// LedgerAdministration: the operator's hand on a Ledger.
#pragma once

#include "core/daemon/control/administration.hpp"
#include "core/ledger/ledger.hpp"
#include "core/net/clock.hpp"

namespace holdfast::daemon::control {

// Works on the ledger that a daemon runs on, beside it on its loop, or on one that nobody runs on.
class LedgerAdministration final : public Administration {
 public:
  // Both must outlive what is under way.
  LedgerAdministration(const net::Clock& clock, ledger::Ledger& ledger) : clock_(clock), ledger_(ledger) {}

  net::Task<Result<std::vector<Job>>> jobs(std::size_t limit) override;
  net::Task<Result<Job>> job(std::string id) override;
  net::Task<Result<void>> retry_job(std::string id) override;
  net::Task<Result<void>> drop_job(std::string id) override;
  net::Task<Result<std::vector<Review>>> reviews(std::size_t limit) override;
  net::Task<Result<Review>> review(std::string id) override;
  net::Task<Result<void>> resolve_review(std::string id, std::string resolution) override;

 private:
  const net::Clock& clock_;
  ledger::Ledger& ledger_;
};

}  // namespace holdfast::daemon::control
