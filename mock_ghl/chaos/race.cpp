#include "mock_ghl/chaos/race.hpp"

#include <algorithm>
#include <utility>

namespace mock_ghl {

using holdfast::Instant;

bool Claim::overlaps(const Claim& other) const {
  if (!interval.overlaps(other.interval)) return false;
  return calendar_id == other.calendar_id || (!user_id.empty() && user_id == other.user_id);
}

// Stands in the list for as long as the wait lasts, also when its coroutine is destroyed.
struct RaceGate::Place {
  Place(std::vector<Waiter*>& waiting, Waiter& waiter) : waiting_(waiting), waiter_(waiter) {
    waiting_.push_back(&waiter_);
  }
  ~Place() { std::erase(waiting_, &waiter_); }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  std::vector<Waiter*>& waiting_;
  Waiter& waiter_;
};

holdfast::net::Task<void> RaceGate::hold(holdfast::net::Runtime runtime, Claim claim, holdfast::Duration longest) {
  if (std::ranges::any_of(waiting_, [&](const Waiter* waiter) { return waiter->claim.overlaps(claim); })) co_return;
  Waiter waiter{.claim = std::move(claim), .timer = runtime.clock.make_timer()};
  const Place place(waiting_, waiter);
  const Instant deadline = runtime.now() + longest;
  while (!waiter.released) {
    if (co_await waiter.timer->wait_until(deadline)) break;
  }
}

void RaceGate::committed(const Claim& claim) {
  for (Waiter* waiter : waiting_) {
    if (waiter->released || !waiter->claim.overlaps(claim)) continue;
    waiter->released = true;
    waiter->timer->wake();
  }
}

}  // namespace mock_ghl
