// One simulated phone call: a caller with a wish, and the scripted assistant that serves them through a booking
// backend.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"
#include "vapi_sim/wire/shape.hpp"

namespace vapi_sim {

// Who calls.
struct Persona {
  std::string first_name;
  std::string last_name;
  std::string phone;  // E.164; "" is a hidden number
  std::string email;  // may be empty
};

// What they want, in the words the model passes on (docs/tools.md).
struct Wish {
  std::string service;
  std::string date;
  std::string time_of_day;
  std::string timezone;
  int choice = 0;  // which of the offered slots they take; clamped to what is offered
};

// What the assistant and the line do to the backend besides the straight path. Everything off is a clean call.
struct Behaviour {
  bool repeat_book_same_id = false;  // sends the booking again, same tool call id, once the first was answered or lost
  bool repeat_book_concurrently = false;  // … and does not wait for the first answer
  bool reissue_book_new_id = false;       // after any outcome asks once more with a new id and the same arguments
  bool two_tools_one_message = false;     // checks and books in one message (books a code it was offered before)
  std::optional<std::int64_t> hang_up_after_book_ms;  // the caller is gone this long after the booking request left
  bool accept_alternative = true;                     // takes the first alternative when told "taken"
  int pending_asks_max = 6;                           // how often the assistant asks again while it hears "pending"
  std::int64_t pending_wait_ms = 5'000;               // and how long it waits between
  int delivery_retries = 1;                           // like Vapi's backoffPlan: same id again after a failed delivery
  std::int64_t server_timeout_ms = 20'000;            // Vapi's timeoutSeconds
  std::int64_t think_ms = 1'500;                      // between hearing an offer and choosing
};

// Everything needed to place one call.
struct CallPlan {
  std::string call_id;       // unique; tool call ids are derived from it
  std::string target = "/";  // path of the server URL
  holdfast::Secret secret;   // sent as "Authorization: Bearer …" when not empty
  Persona persona;
  Wish wish;
  Behaviour behaviour;
  Shape shape;  // wire shape of tool-calls (facts/vapi.md C1, C2)
};

// One tool call as seen from the caller's side.
struct Exchange {
  holdfast::Instant asked_at{};
  std::optional<holdfast::Instant> answered_at;  // nullopt: no answer before the timeout
  std::optional<holdfast::Instant> given_up_at;  // when the last delivery ended without any answer
  std::string failure;                           // why a delivery had no answer, of the last that had none
  std::string tool;
  std::string tool_call_id;
  std::string arguments;  // what the model passed, as JSON text; static parameters come on top of it
  std::string slot_code;  // of a booking
  int http_status = 0;
  std::string status;  // docs/tools.md; "" when there was no readable answer
  std::string say;
  std::string label;  // what was said to be booked
  std::string timezone;
  std::string raw;                // the result text
  int deliveries = 0;             // how often the message went out: 1, and one for each redelivery
  bool heard = false;             // the caller was there to hear it, and it was the first answer to its id
  std::vector<std::string> lint;  // broken reply rules: "VAPI-ids", "VAPI-single-line", …
};

// What a call was, for the checkers.
struct CallRecord {
  CallPlan plan;
  std::vector<Exchange> exchanges;  // in the order asked
  bool hung_up = false;
  holdfast::Instant began_at{};
  holdfast::Instant ended_at{};
  // The last thing the caller was told about a booking: "booked", "taken", "pending", "need_info", "error", "none" (no
  // slot was offered) or "" (nothing heard). A caller who hung up heard nothing after that.
  std::string told;
  // The instants of the slots that were told booked, read back from the spoken label by the caller's own understanding.
  std::vector<holdfast::Instant> told_booked;
  std::vector<std::string> lint;  // every rule broken in any reply
};

// Places the call and returns when it is over and every message it sent was answered or given up; so `backend` is not
// used afterwards. Bounded: at most (pending_asks_max + 8) exchanges, each with its timeout and retries. The
// status-update "in-progress" goes first, "ended" and the end-of-call-report last (facts/vapi.md 2.6); what comes back
// for them is ignored. A caller who hangs up does not stop what was sent: it goes on, is recorded, and is not `heard`.
// Draws no random numbers: tool call ids are derived from call_id, so a call replays whatever runs beside it.
holdfast::net::Task<CallRecord> place_call(holdfast::net::Runtime runtime, holdfast::net::HttpTransport& backend,
                                           CallPlan plan);

// Places all calls, at most `parallel` (at least 1) at the same time, the next as soon as one ends; the records are in
// the order of the plans. The call ids must differ.
holdfast::net::Task<std::vector<CallRecord>> place_calls(holdfast::net::Runtime runtime,
                                                         holdfast::net::HttpTransport& backend,
                                                         std::vector<CallPlan> plans, std::size_t parallel);

}  // namespace vapi_sim
