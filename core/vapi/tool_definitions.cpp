#include "core/vapi/tool_definitions.hpp"

#include <utility>
#include <vector>

#include "core/base/json.hpp"

namespace holdfast::vapi {
namespace {

// Long descriptions make models call worse (facts/vapi.md 3.1: below 1000 characters).
constexpr std::string_view check_description =
    "Find open appointment times. Call this before you offer any time, and again whenever the caller wants another day "
    "or time. Pass the caller's own words for day and time; do not work out dates yourself. Offer only times that are "
    "in "
    "the result: 'say' can be read aloud as it stands, and each slot has a 'code' that book_appointment needs. Never "
    "read a code aloud.";
constexpr std::string_view book_description =
    "Book one of the times that check_availability offered in this conversation, after the caller chose it and gave "
    "their name. Tell the caller it is booked only when 'status' is 'booked'. When it is 'taken', nothing was booked: "
    "offer the new slots in the result. When it is 'pending', say that you are still confirming and call this tool "
    "again "
    "with the same arguments. When it is 'need_info', ask what 'say' asks. 'say' can be read aloud as it stands.";

// Argument name and what the model is told about it.
using Properties = std::vector<std::pair<std::string_view, std::string_view>>;

Json strict_schema(const Properties& properties) {
  Json members = Json::object();
  Json required = Json::array();
  for (const auto& [name, description] : properties) {
    members[std::string(name)] = {{"type", "string"}, {"description", description}};
    required.push_back(name);
  }
  // Without this, and every property in `required`, strict mode is dropped without a word (facts/vapi.md 3.1).
  return {{"type", "object"},
          {"additionalProperties", false},
          {"properties", std::move(members)},
          {"required", std::move(required)}};
}

// What the caller hears while the tool runs.
struct Fillers {
  std::string_view start;
  std::string_view delayed;
  std::string_view failed;  // a hint to the model, never spoken
};

Json tool(std::string_view name, std::string_view description, const Properties& properties, const Fillers& fillers,
          std::string_view server_url) {
  Json messages = Json::array();
  messages.push_back({{"type", "request-start"}, {"content", fillers.start}, {"blocking", false}});
  messages.push_back(
      {{"type", "request-response-delayed"}, {"timingMilliseconds", 3000}, {"content", fillers.delayed}});
  messages.push_back({{"type", "request-failed"}, {"role", "system"}, {"content", fillers.failed}});
  Json static_parameters = Json::array();
  static_parameters.push_back({{"key", "caller_number"}, {"value", "{{ customer.number }}"}});
  Json server = {{"url", server_url}, {"timeoutSeconds", 20}};
  // Safe only because a repeated call never books twice (facts/vapi.md 1: no retries for what is not idempotent).
  server["backoffPlan"] = {{"type", "exponential"},
                           {"maxRetries", 1},
                           {"baseDelaySeconds", 1},
                           {"excludedStatusCodes", {400, 401, 403, 404, 413, 422}}};
  return {{"type", "function"},
          {"async", false},
          {"function",
           {{"name", name}, {"description", description}, {"strict", true}, {"parameters", strict_schema(properties)}}},
          {"parameters", std::move(static_parameters)},
          {"messages", std::move(messages)},
          {"server", std::move(server)}};
}

}  // namespace

std::string tool_definitions_json(std::string_view server_url) {
  const Properties check = {
      {"date",
       "The day in the caller's words ('tomorrow', 'next Tuesday') or YYYY-MM-DD; empty for the next free times."},
      {"time_of_day", "'morning', 'afternoon', 'evening' or a time such as '3 pm'; empty when the caller named none."},
      {"service", "The name of the service the caller wants; empty when there is only one."},
      {"timezone", "IANA name of the caller's time zone, only if the caller named one; else empty."}};
  const Properties book = {
      {"slot_code", "The code of the chosen slot, exactly as check_availability gave it in this conversation."},
      {"name", "First and last name of the person who comes."},
      {"email", "Their email address, only if they gave one; else empty."},
      {"phone", "A phone number the caller gave; empty to use the number they call from."},
      {"notes", "Anything the business should know beforehand; else empty."}};
  Json tools = Json::array();
  tools.push_back(
      tool("check_availability", check_description, check,
           {.start = "Let me check the calendar.",
            .delayed = "Still looking, one moment.",
            .failed = "The calendar could not be reached. Apologise and offer to try again or to call back."},
           server_url));
  tools.push_back(tool("book_appointment", book_description, book,
                       {.start = "One moment while I book that.",
                        .delayed = "Almost there, I am still confirming.",
                        .failed = "It is not known whether the appointment was booked. Do not say it was booked. Call "
                                  "book_appointment again with the same arguments to hear the outcome."},
                       server_url));
  return dump_json(tools);
}

}  // namespace holdfast::vapi
