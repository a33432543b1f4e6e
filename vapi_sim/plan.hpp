// CallPlan: one simulated conversation as data: who calls from where, what they want and for whom, and what goes wrong
// on their side. It holds the caller's truth: which person comes, and how many appointments they want in the end. That
// truth is never sent; the checkers read it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/secret.hpp"
#include "vapi_sim/wire/server_message.hpp"
#include "vapi_sim/wire/shape.hpp"

namespace vapi_sim {

// How a person is named to the assistant: what it passes on when it books.
struct Persona {
  std::string first_name;
  std::string last_name;
  std::string phone;  // E.164; said in words when it is not the line's own number. "": none is said
  std::string email;  // "": none is said

  // "First Last", or whichever there is.
  std::string full_name() const;
  bool operator==(const Persona&) const = default;
};

// What they want, in the words the model passes on (docs/tools.md).
struct Wish {
  std::string service;
  std::string date;
  std::string time_of_day;
  std::string timezone;
  int choice = 0;  // which of the offered slots they take; clamped to what is offered
};

// What a caller does who hears "pending".
enum class WhenPending {
  ask_again,                // asks for the same slot until it is settled
  take_another,             // looks again and takes another slot instead of the first
  take_another_and_return,  // … and, however that ends, asks for the first slot again instead of the other
};

// What a caller wants who was told "booked", in one more breath.
enum class SecondThought {
  none,
  add,      // another time as well: two appointments
  replace,  // another time instead: one appointment
};

// One appointment that is wanted, for one person.
struct Errand {
  // Who comes, in truth: the same text in every call of that person, whatever name, phone or e-mail is said. "": as
  // person_of() makes it up.
  std::string person;
  Persona attendee;  // as first said
  // The same person as said later, in order: after each answer to a booking the next of these is said and the booking
  // asked for again, so that details are corrected, completed or dropped.
  std::vector<Persona> corrections;
  Wish wish;
  WhenPending when_pending = WhenPending::ask_again;
  SecondThought second_thought = SecondThought::none;
  // Somebody of nearly the same name shares the line: asked whether they are the one who has a time, they say no.
  bool has_namesake = false;
};

// The ids that a model gives its tool calls.
enum class ToolCallIds {
  unique,
  reused,  // "call_0", "call_1", … anew in every message
};

// What the assistant and the line do to the backend besides the straight path. Everything off is a clean call.
struct Behaviour {
  bool repeat_book_same_id = false;  // sends the booking again, same tool call id, once the first was answered or lost
  bool repeat_book_concurrently = false;  // … and does not wait for the first answer
  // The first booking message comes once more this long after it was sent, whatever was said since; nobody hears the
  // answer. Not with reused ids: nobody could tell it from a new wish then.
  std::optional<std::int64_t> late_duplicate_ms;
  bool reissue_book_new_id = false;    // after any outcome asks once more with a new id and the same arguments
  bool two_tools_one_message = false;  // checks and books in one message (books a code it was offered before)
  bool book_together = false;          // books all errands in one message (tool_calls only)
  bool forget_confirm = false;         // leaves `confirm` out once after it was asked a question, as models do
  ToolCallIds ids = ToolCallIds::unique;
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
  std::string call_id;  // unique; tool call ids are derived from it
  // This call goes on with the matter of an earlier one, whose call_id this is: the same errands in the same order, and
  // the caller remembers which slot they asked for. "": a matter of its own.
  std::string redial_of;
  std::string target = "/";  // path of the server URL
  holdfast::Secret secret;   // sent as "Authorization: Bearer …" when not empty
  // What the network shows of the caller: a number in E.164, "" (nothing at all), or what stands in for a withheld one,
  // such as "anonymous" or "+266696687".
  std::string line;
  std::vector<Errand> errands = std::vector<Errand>(1);  // at least one, in the order in which they are taken up
  Behaviour behaviour;
  Channel channel = Channel::call;
  Protocol protocol = Protocol::tool_calls;
  Shape shape;  // wire shape of tool-calls (facts/vapi.md C1, C2)
};

// The number that the line proves: "" when nothing is shown, when it is no number, and for the numbers that carriers
// show in place of a withheld one.
std::string proven_number(const std::string& line);

// The matter of this call: call_id of its first call.
const std::string& matter_of(const CallPlan& plan);

// Who comes, in truth. Where a plan does not say, the same name from the same line (without one: with the same phone,
// else e-mail, else in the same matter) is the same person.
std::string person_of(const CallPlan& plan, std::size_t errand);

}  // namespace vapi_sim
