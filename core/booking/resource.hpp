// Resource: what a booking uses up, and how much of it there is; the unit of holds.
#pragma once

#include <string>
#include <vector>

#include "core/ghl/types.hpp"

namespace holdfast::booking {

// A seat pool: at most `capacity` bookings may overlap on it.
struct Resource {
  std::string key;
  int capacity = 1;
};

// What a booking of `calendar` takes, as far as it is known before GHL chooses (facts/ghl.md 4.2): of a collective
// every member's time; of a calendar with one member that member's, who may serve several calendars; of a class and of
// a calendar without members its seats; of any other (round robin, service) the seats its members offer together.
std::vector<Resource> resources_of(const ghl::Calendar& calendar);

// The interval a booking of [start, end) keeps others from: widened by the calendar's buffers (facts/ghl.md 4.2 rule 3;
// two neighbours may need both).
Interval held_interval(const ghl::Calendar& calendar, Interval booking);

}  // namespace holdfast::booking
