// Tool arguments: what a model's arguments mean, with every way it gets them wrong met by a question in words.
#pragma once

#include <expected>
#include <string>

#include "core/base/json.hpp"
#include "core/booking/identity.hpp"
#include "core/booking/request.hpp"
#include "core/booking/tenant.hpp"
#include "core/booking/tools/arguments.hpp"
#include "core/booking/when.hpp"
#include "core/vapi/messages.hpp"

namespace holdfast::booking {

// A question or statement for the caller, when the arguments do not suffice.
struct Question {
  std::string say;
};

// Arguments of check_availability, understood.
struct CheckArguments {
  Service service;
  Zone zone = Zone::utc();
  std::optional<CivilDate> day;
  TimeOfDay time_of_day;
};

// Arguments of book_appointment, understood; the slot is still only a code.
struct BookArguments {
  std::string slot_code;  // normalised
  Person person;
  std::string notes;
  std::string line;  // the trusted number of the call; empty when there is none
  Confirm confirm = Confirm::none;
};

// Reads a string argument; numbers and booleans are taken as their text (facts/vapi.md 8.18), placeholders such as
// "n/a" as empty. At most `bytes_max` bytes are kept.
std::string text_argument(const Json& arguments, std::string_view key, std::size_t bytes_max = 500);

// The caller's number: from the call itself, else from the tenant's trusted static parameters. Never from other
// arguments. E.164, or empty when hidden or unreadable.
std::string trusted_number(const Tenant& tenant, const vapi::Conversation& conversation, const Json& arguments);

// The arguments of the two tools, or what to ask the caller.
std::expected<CheckArguments, Question> understand_check(const Tenant& tenant, const Arguments& arguments, Instant now);
std::expected<BookArguments, Question> understand_booking(const Tenant& tenant, const vapi::Conversation& conversation,
                                                          const Arguments& arguments);

}  // namespace holdfast::booking
