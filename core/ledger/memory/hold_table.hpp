// HoldTable: the holds of a MemoryStore and the indexes over them.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/ledger/ledger.hpp"

namespace holdfast::ledger {

// The claims of each intent, found by intent, by resource and time, and by the instant they expire. Not thread-safe.
class HoldTable {
 public:
  // The claims of the intent; empty when it has none.
  const std::vector<Hold>& of(const std::string& intent_id) const;
  // The claims of the intent are these now: of one grant, one a resource.
  void replace(const std::string& intent_id, std::vector<Hold> holds);
  // Those of the resource that overlap the interval.
  std::vector<Hold> near(const std::string& resource, Interval interval) const;
  // Every hold, by intent.
  const std::map<std::string, std::vector<Hold>>& all() const { return holds_; }
  // Forgets the grants that expired before an instant, at most `limit` of them.
  void forget_expired(Instant before, std::size_t limit);

 private:
  // The holds of one resource in order of begin, so that those near an interval are found without a scan.
  struct Resource {
    std::map<std::pair<Instant, std::string>, Hold> by_begin;  // begin, intent id
    Duration longest{0};                                       // longest interval ever held while it had holds
  };

  std::map<std::string, std::vector<Hold>> holds_;
  std::map<std::string, Resource> resources_;
  std::set<std::pair<Instant, std::string>> expiring_;  // expires_at, intent id
};

}  // namespace holdfast::ledger
