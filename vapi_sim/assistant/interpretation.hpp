// How the scripted assistant understands what a tool answered: the contract of docs/tools.md, and by key words where a
// foreign backend answers in another form.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "vapi_sim/record.hpp"

namespace vapi_sim {

// A time the backend offered.
struct OfferedSlot {
  std::string code;   // what a booking has to name
  std::string label;  // as it is said
};

// What an answer says.
struct Interpretation {
  std::string status;    // of docs/tools.md; "" when the text says nothing that can be told
  std::string question;  // of need_info: what is asked, as a word that `confirm` answers; "" for words only
  std::string say;       // what the caller hears
  std::string label;     // what was said to be booked
  std::string timezone;  // of the labels
  std::string name;      // for whom it was said to be booked
  std::vector<OwnBooking> yours;
  std::vector<OfferedSlot> slots;
};

// The tool that was asked, which decides how loose words are read.
enum class Tool { check_availability, book_appointment };

// Reads the text of one result. An `error` entry means "error". A JSON object with a `status` is taken by the contract;
// in other JSON, slots are found under "slots", "availableSlots", "times" or "data", as objects (code, id, startTime,
// start, time, label, …) or as plain strings; plain text is read by key words, refusals before confirmations, and times
// in it ("10:30 AM", ISO date-times) are the offers.
Interpretation interpret_result(Tool tool, bool is_error, std::string_view text);

}  // namespace vapi_sim
