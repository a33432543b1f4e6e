// Resource: what a booking uses up, and how much of it there is; the unit of holds.
#pragma once

#include <string>

#include "core/ghl/types.hpp"

namespace holdfast::booking {

// A seat pool: at most `capacity` bookings may overlap on it.
struct Resource {
  std::string key;
  int capacity = 1;
};

// The resource a booking of `calendar` takes. A calendar with one team member takes that user, who may serve several
// calendars; otherwise the calendar itself, with the seats its members offer together (facts/ghl.md 4.2: round_robin
// needs any member, collective needs all, class_booking counts seats).
Resource resource_of(const ghl::Calendar& calendar);

// The interval a booking of [start, end) keeps others from: widened by the calendar's buffers (facts/ghl.md 4.2 rule 3;
// two neighbours may need both).
Interval held_interval(const ghl::Calendar& calendar, Interval booking);

}  // namespace holdfast::booking
