#include "core/ledger/memory/hold_table.hpp"

#include <algorithm>

#include "core/base/assert.hpp"
#include "core/ledger/rules.hpp"

namespace holdfast::ledger {

const std::vector<Hold>& HoldTable::of(const std::string& intent_id) const {
  static const std::vector<Hold> none;
  const auto found = holds_.find(intent_id);
  return found == holds_.end() ? none : found->second;
}

void HoldTable::replace(const std::string& intent_id, std::vector<Hold> holds) {
  if (const auto known = holds_.find(intent_id); known != holds_.end()) {
    for (const Hold& hold : known->second) {
      const auto resource = resources_.find(hold.resource);
      HOLDFAST_ASSERT(resource != resources_.end());
      resource->second.by_begin.erase({hold.interval.begin, intent_id});
      if (resource->second.by_begin.empty()) resources_.erase(resource);
      if (hold.expires_at) expiring_.erase({*hold.expires_at, intent_id});
    }
    holds_.erase(known);
  }
  if (holds.empty()) return;
  for (const Hold& hold : holds) {
    HOLDFAST_ASSERT(hold.intent_id == intent_id && hold.interval.valid());
    Resource& resource = resources_[hold.resource];
    const bool fresh = resource.by_begin.emplace(std::pair(hold.interval.begin, intent_id), hold).second;
    HOLDFAST_ASSERT(fresh);
    resource.longest = std::max(resource.longest, hold.interval.length());
    if (hold.expires_at) expiring_.emplace(*hold.expires_at, intent_id);
  }
  holds_.emplace(intent_id, std::move(holds));
}

std::vector<Hold> HoldTable::near(const std::string& resource, Interval interval) const {
  std::vector<Hold> result;
  const auto found = resources_.find(resource);
  if (found == resources_.end()) return result;
  const auto& by_begin = found->second.by_begin;
  auto at = by_begin.lower_bound({interval.begin - found->second.longest, std::string()});
  for (; at != by_begin.end() && at->first.first < interval.end; ++at) {
    if (at->second.interval.overlaps(interval)) result.push_back(at->second);
  }
  return result;
}

void HoldTable::forget_expired(Instant before, std::size_t limit) {
  for (std::size_t count = 0; count < limit && !expiring_.empty(); ++count) {
    const auto [expires_at, intent_id] = *expiring_.begin();
    if (!rules::is_forgettable(expires_at, before)) return;
    replace(intent_id, {});
  }
}

}  // namespace holdfast::ledger
