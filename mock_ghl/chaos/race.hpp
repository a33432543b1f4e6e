// RaceGate: holds a checked create until a rival for the same time is booked, so that a double booking (quirk 3) needs
// no lucky timing.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/net/runtime.hpp"

namespace mock_ghl {

// The time somebody is about to take.
struct Claim {
  holdfast::Interval interval = {};
  std::string calendar_id = {};
  std::string user_id = {};  // may be empty

  // True when both want the same time of the same calendar or user.
  bool overlaps(const Claim& other) const;
};

// One loop; must outlive the waits.
class RaceGate {
 public:
  // Waits until committed() is told of an overlapping claim, at most `longest`. Returns at once when an overlapping
  // claim waits here already: that one is held for us.
  holdfast::net::Task<void> hold(holdfast::net::Runtime runtime, Claim claim, holdfast::Duration longest);
  // Lets everybody go whose claim overlaps one that was just booked.
  void committed(const Claim& claim);
  // True while nobody waits: committed() would do nothing.
  bool empty() const { return waiting_.empty(); }

 private:
  struct Waiter {
    Claim claim;
    std::unique_ptr<holdfast::net::Timer> timer;
    bool released = false;
  };
  struct Place;
  std::vector<Waiter*> waiting_;  // each lives in the frame of its hold()
};

}  // namespace mock_ghl
