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
  Result<OpenedIntent> open_intent(const OpenIntent& request, const OpenDecider& decide);
  Result<Intent> find_intent(const std::string& id);
  Result<std::vector<Intent>> find_intents(const std::string& tenant, const std::string& link, std::size_t limit);
  Result<std::vector<Intent>> find_group(const std::string& tenant, const std::string& group);
  Result<Intent> advance(const Advance& change);
  Result<Intent> withdraw(const std::string& id, Instant now);
  Result<std::vector<Intent>> unsettled_intents(const std::string& tenant, std::size_t limit);
  Result<std::vector<Intent>> all_intents(std::size_t limit);
  Result<HoldDecision> acquire_hold(const AcquireHold& request);
  Result<std::vector<Hold>> holds_overlapping(const std::string& resource, Interval interval, Instant now);
  Result<std::vector<Hold>> live_holds(Instant now);
  Result<std::vector<OutboxJob>> claim_jobs(const std::string& tenant, Instant now, Instant lease_until,
                                            std::size_t limit);
  Result<void> finish_job(const std::string& id);
  Result<void> retry_job(const std::string& id, Instant due_at, const std::string& error);
  Result<void> bury_job(const std::string& id, const std::string& error, const Review& review);
  Result<void> note_job(const std::string& id, const std::string& payload);
  Result<std::vector<OutboxJob>> pending_jobs(std::size_t limit);
  Result<bool> add_review(const Review& review, const std::vector<OutboxJob>& enqueue);
  Result<std::vector<Review>> reviews(bool with_resolved, std::size_t limit);
  Result<void> resolve_review(const std::string& id, const std::string& resolution, Instant now);
  Result<void> save_offers(const std::vector<Offer>& offers);
  Result<Offer> find_offer(const std::string& tenant, const std::string& conversation, const std::string& code);
  Result<bool> note_question(const std::string& tenant, const std::string& question, Instant now, Instant expires_at);
  Result<void> prune(Instant expired_before, Instant settled_before);
  // Writes something that means nothing: to see whether it can be written, and to have something to sync.
  void touch();

 private:
  // An intent and the key of its row, which also says how old it is.
  struct Row {
    std::int64_t sequence = 0;
    Intent intent;
  };

  std::vector<Row> read_rows(Cursor cursor);
  std::optional<Row> row_of(const std::string& id);
  std::vector<Row> candidates(const std::string& tenant, const std::vector<std::string>& look_up);
  std::vector<Row> members(const std::string& tenant, const std::string& group);
  bool insert_intent(const Intent& intent);
  void write_intent(const Row& before, const Intent& after);
  void insert_link(const Intent& intent, const std::string& link, std::int64_t sequence);
  Intent settle_group(Intent settled, Instant now);

  std::vector<Hold> holds_of(const std::string& intent_id);
  std::vector<Hold> holds_near(const std::string& resource, Interval interval);
  Result<void> change_holds(const Advance& change);
  void insert_hold(const Hold& hold);
  void release_holds(const std::string& intent_id);

  void enqueue(const OutboxJob& job);
  bool insert_review(const Review& review);
  std::int64_t next_of(const char* counter);
  bool may_forget(const std::string& intent_id);
  void prune_intents(Instant settled_before);
  void erase_intent(std::int64_t sequence, const std::string& intent_id);

  Database& database_;
  // Where prune() stopped among the intents at rest.
  Instant pruned_up_to_ = Instant::min();
  std::int64_t pruned_up_to_row_ = 0;
};

// A limit as SQL takes it.
std::int64_t sql_limit(std::size_t limit);

}  // namespace holdfast::ledger::sqlite
