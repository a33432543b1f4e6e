// Notices: what GHL sends to a customer by itself when an appointment is made, moved or cancelled (`toNotify`,
// facts/ghl.md 4.4). The twin sends nothing; it remembers what the customer would have received.
#pragma once

#include <string>

#include "core/base/time.hpp"
#include "mock_ghl/model/outbox.hpp"

namespace mock_ghl {

// One message that reached a customer.
struct Notice {
  enum class Kind { booked, rescheduled, cancelled };
  Kind kind = Kind::booked;
  std::string appointment_id = {};
  std::string contact_id = {};
  holdfast::Interval interval = {};  // of the appointment, as the message says it
  holdfast::Instant at = {};
  Actor actor = Actor::api;  // whose change it tells of
};

}  // namespace mock_ghl
