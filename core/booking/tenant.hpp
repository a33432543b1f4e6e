// Tenant: one business that answers its phone with an assistant, and how it wants to be booked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"

namespace holdfast::booking {

// Something a caller can book: a name they say and the GHL calendar behind it.
struct Service {
  std::string name;  // "Consultation"; spoken
  std::string calendar_id;
};

// Who tells the customer that it is booked. Never GHL at the create: nobody has verified it then (docs/saga.md 3).
enum class Notifier {
  none,   // nobody; the business does it itself
  ghl,    // GHL's own notification, released by an update of the appointment once it is booked
  sms,    // a text message of ours through GHL's conversations
  email,  // an e-mail of ours, likewise
};

// The stable names, as the configuration and the ledger hold them.
std::string_view to_string(Notifier notifier);
std::optional<Notifier> notifier_from(std::string_view name);

// How a person of the business is told of a review (docs/reviews.md).
enum class ReviewAlert {
  ghl_task,  // a task on the contact in GHL
  webhook,   // a signed webhook
};

// The stable names, as the configuration holds them.
std::string_view to_string(ReviewAlert alert);
std::optional<ReviewAlert> review_alert_from(std::string_view name);

// Times and bounds of the booking rules. All in milliseconds unless the name says otherwise.
struct Limits {
  std::int64_t voice_deadline_ms = 4'500;   // a tool call is answered by then, whatever GHL does (facts/vapi.md 7)
  std::int64_t create_timeout_ms = 10'000;  // how long the create request may wait for its answer
  std::int64_t send_bound_ms = 5'000;       // a create that has not left by then does not leave any more
  std::int64_t settle_timeout_ms = 15'000;  // of one background read-back or cancel
  std::int64_t hold_ttl_ms = 60'000;        // of a hold whose create has not been sent
  std::int64_t hold_evidence_ms = 20'000;   // of a hold whose booking GHL shows: free-slots may lag that far behind
  std::int64_t read_lag_ms = 10'000;        // absent is absent when two reads this far apart say so
  std::int64_t late_arrival_window_ms = 90'000;   // after this a create that nobody can find will not arrive any more
  std::int64_t longest_wait_ms = 30'000;          // a caller's wish does not wait for GHL longer than this
  std::int64_t review_after_ms = 15 * 60'000;     // a wish that is not settled by then is shown to a person
  std::int64_t job_lifetime_ms = 48 * 3'600'000;  // work that follows a booking is tried for so long
  std::int64_t offer_ttl_ms = 30 * 60'000;        // of a slot code
  int offered_slots_max = 4;                      // read to a caller at once
  int search_days = 14;                           // how far an open search looks
  int keep_settled_days = 400;                    // settled wishes are forgotten after that
};

// Everything booking needs to know about a tenant.
struct Tenant {
  std::string id;                 // names it in the ledger and in the URL /vapi/{tenant}
  std::string location_id;        // GHL sub-account
  Zone zone = Zone::utc();        // the business's zone: what "ten o'clock" means unless the caller says otherwise
  std::string region = "US";      // for national phone numbers
  std::vector<Service> services;  // at least one
  std::vector<std::string> own_numbers;  // E.164; the business's: forwarded calls may show one, a customer has none
  std::vector<std::string> trusted_parameters;  // static tool parameters that may name the caller ("caller_number")
  Notifier notifier = Notifier::ghl;
  std::vector<ReviewAlert> review_alerts = {ReviewAlert::ghl_task};  // at least one
  Limits limits{};
};

}  // namespace holdfast::booking
