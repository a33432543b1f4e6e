#include "vapi_sim/assistant/interpretation.hpp"

#include <algorithm>
#include <initializer_list>

#include "core/base/json.hpp"

namespace vapi_sim {
namespace {

using holdfast::Json;

// An assistant that reads on after this many offers tires its caller.
constexpr std::size_t slots_max = 16;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

bool has_any(std::string_view text, std::initializer_list<std::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [text](std::string_view phrase) { return text.find(phrase) != std::string_view::npos; });
}

// The status that words of a booking answer amount to. Refusals are looked for first, as they tend to hold the words of
// a confirmation: "could not be booked", "is already booked".
std::string booking_status_of_words(std::string_view text) {
  if (has_any(text,
              {"taken", "unavailable", "not available", "no longer", "already booked", "just booked", "conflict"}))
    return "taken";
  if (has_any(text, {"pending", "still confirming", "not sure yet", "not confirmed yet", "in progress"}))
    return "pending";
  if (has_any(text, {"could not", "couldn't", "cannot", "can't", "not booked", "unable", "failed", "error", "wrong",
                     "try again"}))
    return "error";
  if (has_any(text, {"booked", "confirmed", "scheduled", "all set", "see you", "success"})) return "booked";
  if (text.find('?') != std::string_view::npos || has_any(text, {"need", "missing", "required"})) return "need_info";
  return {};
}

std::string availability_status_of_words(std::string_view text) {
  if (has_any(text, {"nothing", "no slots", "no times", "no availability", "no appointments", "fully booked", "none",
                     "not available", "unavailable"}))
    return "none";
  if (has_any(text, {"could not", "couldn't", "failed", "error", "wrong", "try again"})) return "error";
  if (text.find('?') != std::string_view::npos || has_any(text, {"need", "missing", "required"})) return "need_info";
  return {};
}

// The first of the members that is a text, or a number as its text.
std::string text_of(const Json& object, std::initializer_list<std::string_view> keys) {
  for (const std::string_view key : keys) {
    const Json* member = holdfast::find_member(object, key);
    if (member == nullptr) continue;
    if (member->is_string()) return member->get<std::string>();
    if (member->is_number_integer()) return member->dump();
  }
  return {};
}

// Takes the offers out of a list of slots of whatever form.
void take_slots(const Json& list, std::vector<OfferedSlot>& slots) {
  for (const Json& item : list) {
    if (slots.size() >= slots_max) return;
    OfferedSlot slot;
    if (item.is_string()) {
      slot.code = item.get<std::string>();
    } else {
      slot.code =
          text_of(item, {"code", "slot_code", "slotCode", "id", "slotId", "startTime", "start", "time", "label"});
      slot.label = text_of(item, {"label", "say", "display", "time", "startTime", "start"});
    }
    if (slot.label.empty()) slot.label = slot.code;
    if (!slot.code.empty()) slots.push_back(std::move(slot));
  }
}

std::vector<OfferedSlot> slots_of_json(const Json& result) {
  std::vector<OfferedSlot> slots;
  if (result.is_array()) take_slots(result, slots);
  for (const std::string_view key : {"slots", "availableSlots", "available_slots", "alternatives", "times", "data"}) {
    const Json* list = holdfast::find_member(result, key);
    if (list != nullptr && list->is_array() && slots.empty()) take_slots(*list, slots);
  }
  return slots;
}

std::vector<OwnBooking> own_bookings(const Json& result) {
  std::vector<OwnBooking> yours;
  const Json* list = holdfast::find_member(result, "yours");
  if (list == nullptr || !list->is_array()) return yours;
  for (const Json& item : *list) {
    yours.push_back({text_of(item, {"status"}), text_of(item, {"label"}), text_of(item, {"service"})});
  }
  return yours;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The length of an ISO date-time at the start of `text`, or 0.
std::size_t iso_length(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd";
  if (text.size() < form.size()) return 0;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd' ? !is_digit(text[i]) : text[i] != form[i]) return 0;
  }
  std::size_t end = form.size();
  while (end < text.size() &&
         (is_digit(text[end]) || std::string_view(":.+-Z").find(text[end]) != std::string_view::npos))
    ++end;
  while (text[end - 1] == '.' || text[end - 1] == ':') --end;
  return end;
}

// The length of "10:30 AM", "3pm" or "14:30" at the start of `text`, or 0.
std::size_t clock_length(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && end < 2 && is_digit(text[end])) ++end;
  if (end == 0) return 0;
  const bool has_minutes =
      text.size() >= end + 3 && text[end] == ':' && is_digit(text[end + 1]) && is_digit(text[end + 2]);
  if (has_minutes) end += 3;
  const std::string half = lower_case(text.substr(end, 3));
  for (const std::string_view word : {" am", " pm", "am", "pm"}) {
    if (half.starts_with(word)) return end + word.size();
  }
  return has_minutes ? end : 0;
}

// The times that a plain sentence names.
std::vector<OfferedSlot> slots_of_words(std::string_view text) {
  std::vector<OfferedSlot> slots;
  for (std::size_t i = 0; i < text.size() && slots.size() < slots_max;) {
    const bool is_start = is_digit(text[i]) && (i == 0 || !is_digit(text[i - 1]));
    std::size_t length = is_start ? iso_length(text.substr(i)) : 0;
    if (is_start && length == 0) length = clock_length(text.substr(i));
    if (length > 0) {
      const std::string found(text.substr(i, length));
      slots.push_back({.code = found, .label = found});
    }
    i += std::max<std::size_t>(length, 1);
  }
  return slots;
}

std::string status_of_words(Tool tool, const std::string& words, bool has_slots) {
  const std::string lower = lower_case(words);
  if (tool == Tool::book_appointment) return booking_status_of_words(lower);
  return has_slots ? "available" : availability_status_of_words(lower);
}

// True when the contract knows `status` as an answer of `tool`.
bool is_status_of(Tool tool, std::string_view status) {
  if (status == "need_info" || status == "error") return true;
  if (tool == Tool::check_availability) return status == "available" || status == "none";
  return status == "booked" || status == "taken" || status == "pending";
}

Interpretation interpret_json(Tool tool, const Json& result, std::string_view text) {
  Interpretation read;
  read.say = text_of(result, {"say", "message", "text", "speech", "error"});
  read.label = text_of(result, {"label", "startTime", "start", "time"});
  read.timezone = text_of(result, {"timezone", "timeZone", "time_zone"});
  read.question = text_of(result, {"question"});
  read.name = text_of(result, {"name"});
  read.yours = own_bookings(result);
  read.slots = slots_of_json(result);
  const std::string status = text_of(result, {"status"});
  if (is_status_of(tool, status)) {
    read.status = status;
  } else {
    const bool refused = holdfast::bool_member(result, "success") == false;
    read.status =
        status_of_words(tool, read.say.empty() ? std::string(text) : status + " " + read.say, !read.slots.empty());
    if (refused && (read.status == "booked" || read.status == "available")) read.status = "error";
  }
  return read;
}

}  // namespace

Interpretation interpret_result(Tool tool, bool is_error, std::string_view text) {
  if (is_error) {
    Interpretation read;
    read.status = "error";
    read.say = text;
    return read;
  }
  const auto json = holdfast::parse_json(text);
  if (json && (json->is_object() || json->is_array())) return interpret_json(tool, *json, text);
  Interpretation read;
  read.say = json && json->is_string() ? json->get<std::string>() : std::string(text);
  read.slots = slots_of_words(read.say);
  read.status = status_of_words(tool, read.say, !read.slots.empty());
  if (read.status == "booked" && !read.slots.empty()) read.label = read.say;
  if (read.status == "booked") read.slots.clear();
  return read;
}

}  // namespace vapi_sim
