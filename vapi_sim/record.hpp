// CallRecord: what a conversation was, for the checkers.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "vapi_sim/plan.hpp"

namespace vapi_sim {

// One of the caller's own wishes as a reply reports it (`yours`).
struct OwnBooking {
  std::string status;  // "booked" or "pending"
  std::string label;
  std::string service = {};  // "" where the reply does not name it
};

// One tool call as seen from the caller's side.
struct Exchange {
  holdfast::Instant asked_at{};
  std::optional<holdfast::Instant> answered_at;  // nullopt: no answer before the timeout
  std::optional<holdfast::Instant> given_up_at;  // when the last delivery ended without any answer
  std::string failure;                           // why a delivery had no answer, of the last that had none
  std::string tool;
  std::string tool_call_id;
  std::size_t errand = 0;     // its place in the plan's errands
  Persona said;               // of a booking: how the attendee was named in it
  std::string confirm;        // of a booking: the answer to a question of the backend's, "" when none was passed
  bool is_duplicate = false;  // the message of an earlier exchange once more: nothing new is wanted by it
  std::string arguments;      // what the model passed, as JSON text; static parameters come on top of it
  std::string slot_code;      // of a booking
  int http_status = 0;
  std::string status;    // docs/tools.md; "" when there was no readable answer
  std::string question;  // of "need_info": "same_or_another" or "add_or_replace"; "" for a question in words only
  std::string say;
  std::string label;  // what was said to be booked
  std::string timezone;
  std::string name;               // for whom it was said to be booked
  std::vector<OwnBooking> yours;  // of a check
  std::string raw;                // the result text
  int deliveries = 0;             // how often the message went out: 1, and one for each redelivery
  bool heard = false;             // the caller was there to hear it, and it was the first answer to its id
  std::vector<std::string> lint;  // broken reply rules: "VAPI-ids", "VAPI-single-line", …
};

// The whole conversation.
struct CallRecord {
  CallPlan plan;
  std::vector<Exchange> exchanges;  // in the order asked
  bool hung_up = false;
  holdfast::Instant began_at{};
  holdfast::Instant ended_at{};
  // The last thing the caller was told about a booking: "booked", "taken", "pending", "need_info", "error", "none" (no
  // slot was offered) or "" (nothing heard). A caller who hung up heard nothing after that.
  std::string told;
  // The same for each errand.
  std::vector<std::string> told_of;
  // The instants of the slots that were told booked, read back from the spoken label by the caller's own understanding.
  std::vector<holdfast::Instant> told_booked;
  std::vector<std::string> lint;  // every rule broken in any reply
};

}  // namespace vapi_sim
