// What is forgotten.
#include <limits>
#include <utility>

#include "core/ledger/rules.hpp"
#include "core/ledger/sqlite/tables.hpp"

namespace holdfast::ledger::sqlite {
namespace {
constexpr auto at_once = static_cast<std::int64_t>(rules::pruned_at_once_max);
}  // namespace

// The ranges are those of rules::is_forgettable. A grant is forgotten with all its claims: one claim fewer would let a
// late pin succeed without it.
Result<void> Tables::prune(Instant expired_before, Instant settled_before) {
  database_.run(
      "DELETE FROM offers WHERE (tenant, conversation, code) IN (SELECT tenant, conversation, code FROM offers "
      "WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
      expired_before, at_once);
  database_.run(
      "DELETE FROM questions WHERE (tenant, question) IN (SELECT tenant, question FROM questions "
      "WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)",
      expired_before, at_once);
  database_.run(
      "DELETE FROM holds WHERE intent_id IN (SELECT intent_id FROM holds WHERE expires_at < ?1 "
      "ORDER BY expires_at LIMIT ?2)",
      expired_before, at_once);
  prune_intents(settled_before);
  return {};
}

// Goes on where the last call stopped, so that intents which must stay do not hide those behind them.
void Tables::prune_intents(Instant settled_before) {
  std::vector<std::pair<std::int64_t, std::string>> found;
  {
    Cursor cursor = database_.query(
        "SELECT sequence, id, updated_at FROM intents WHERE needs_work = 0 AND (updated_at, sequence) > (?1, ?2) "
        "AND updated_at < ?3 ORDER BY updated_at, sequence LIMIT ?4",
        pruned_up_to_, pruned_up_to_row_, settled_before, at_once);
    while (cursor.next()) {
      found.emplace_back(cursor.integer(0), cursor.text(1));
      pruned_up_to_ = cursor.instant(2);
      pruned_up_to_row_ = cursor.integer(0);
    }
  }
  if (found.size() < rules::pruned_at_once_max) {
    pruned_up_to_ = Instant::min();
    pruned_up_to_row_ = 0;
  }
  for (const auto& [sequence, id] : found) {
    if (may_forget(id)) erase_intent(sequence, id);
  }
}

bool Tables::may_forget(const std::string& intent_id) {
  Cursor cursor = database_.query(
      "SELECT EXISTS (SELECT 1 FROM holds WHERE intent_id = ?1) OR EXISTS (SELECT 1 FROM outbox WHERE intent_id = ?1) "
      "OR EXISTS (SELECT 1 FROM reviews WHERE intent_id = ?1 AND resolved_at IS NULL)",
      intent_id);
  return cursor.next() && cursor.integer(0) == 0;
}

void Tables::erase_intent(std::int64_t sequence, const std::string& intent_id) {
  database_.run("DELETE FROM links WHERE sequence = ?1", sequence);
  database_.run("DELETE FROM reviews WHERE intent_id = ?1", intent_id);
  database_.run("DELETE FROM intents WHERE sequence = ?1", sequence);
}

}  // namespace holdfast::ledger::sqlite
