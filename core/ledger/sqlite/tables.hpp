// The ledger's transactions over the tables of schema.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/ledger/ledger.hpp"
#include "core/ledger/sqlite/database.hpp"

namespace holdfast::ledger::sqlite {

// Each method does the work of the Ledger method of the same name inside the transaction of its caller, who undoes it
// when an Error is returned or SqliteFailure thrown. Not thread-safe.
class Tables {
 public:
  // `database` must outlive the tables.
  explicit Tables(Database& database) : database_(database) {}

  // Each as the Ledger method of its name.
  Result<OpenedIntent> open_intent(const OpenIntent& request);
  Result<Intent> find_intent(const std::string& id);
  Result<Intent> advance(const Advance& change);
  Result<std::vector<Intent>> unsettled_intents(const std::string& tenant, std::size_t limit);
  Result<std::vector<Intent>> all_intents(std::size_t limit);
  Result<HoldDecision> acquire_hold(const AcquireHold& request);
  Result<std::vector<Hold>> holds_overlapping(const std::string& resource, Interval interval, Instant now);
  Result<std::vector<Hold>> live_holds(Instant now);
  Result<std::vector<OutboxJob>> claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                            std::size_t limit);
  Result<void> finish_job(const std::string& id);
  Result<void> retry_job(const std::string& id, Instant due_at, const std::string& error);
  Result<void> bury_job(const std::string& id, const std::string& error);
  Result<std::vector<OutboxJob>> pending_jobs(std::size_t limit);
  Result<void> save_offers(const std::vector<Offer>& offers);
  Result<Offer> find_offer(const std::string& tenant, const std::string& conversation, const std::string& code);
  Result<void> forget_expired(Instant now);

 private:
  std::optional<Intent> intent_of_alias(const std::string& tenant, const std::string& alias);
  std::optional<Intent> live_intent(const std::string& tenant, const std::string& key);
  std::int64_t last_generation(const std::string& tenant, const std::string& key);
  void insert_intent(const Intent& intent);
  void update_intent(const Intent& intent);
  std::optional<Hold> hold_of(const std::string& intent_id);
  std::vector<Hold> unreleased_holds(const std::string& resource, Interval interval);
  void put_hold(const Hold& hold);
  std::int64_t next_fencing_token();

  Database& database_;
};

}  // namespace holdfast::ledger::sqlite
