// Story: hand-made histories for the checkers' tests, told in the order things happen.
#pragma once

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "scenarios/check/checkers.hpp"

namespace scenarios {

inline constexpr const char* story_zone = "America/New_York";

// The label an assistant would say for an instant.
inline std::string spoken(holdfast::Instant start, const char* zone_name = story_zone) {
  static const char* const weekdays[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};
  static const char* const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                       "July",    "August",   "September", "October", "November", "December"};
  const auto civil = holdfast::Zone::find(zone_name)->to_civil(start);
  char text[96];
  std::snprintf(text, sizeof(text), "%s, %s %u at %d:%02d %s", weekdays[civil.weekday], months[civil.month - 1],
                civil.day, civil.hour % 12 == 0 ? 12 : civil.hour % 12, civil.minute, civil.hour < 12 ? "AM" : "PM");
  return text;
}

class Story {
 public:
  Story() {
    history.began_at = *holdfast::parse_iso("2026-08-26T12:00:00Z");
    history.calm_at = at(600'000);
    history.ended_at = at(1'200'000);
    history.calendars.push_back({"cal", "Consultation", 1, 1, holdfast::minutes(30), {}});
  }

  holdfast::Instant at(std::int64_t ms) const { return history.began_at + holdfast::milliseconds(ms); }
  // The n-th half hour from 10:00 in New York the next day.
  holdfast::Instant slot(int n) const {
    return *holdfast::parse_iso("2026-08-27T14:00:00Z") + holdfast::minutes(30) * n;
  }

  std::string contact(const std::string& name, const std::string& phone) {
    const std::string id = "con" + std::to_string(history.contacts.size() + 1);
    history.contacts.push_back({id, name, "Reed", "", phone, true, false});
    return id;
  }

  // An appointment; `ended_ms` < 0: it stays.
  BookingFact& booking(const std::string& contact_id, int slot_number, std::int64_t created_ms,
                       std::int64_t ended_ms = -1, const std::string& source = "api") {
    BookingFact booking;
    booking.id = "apt" + std::to_string(history.bookings.size() + 1);
    booking.calendar_id = "cal";
    booking.contact_id = contact_id;
    booking.user_ids = {"user1"};
    booking.interval = {slot(slot_number), slot(slot_number) + holdfast::minutes(30)};
    booking.created_at = at(created_ms);
    if (ended_ms >= 0) booking.ended_at = at(ended_ms);
    booking.source = source;
    // What people made, people end.
    booking.cancelled_by_person = ended_ms >= 0 && !booking.ours();
    history.bookings.push_back(booking);
    return history.bookings.back();
  }

  // A call that hears all of the day's slots offered at `began_ms`.
  vapi_sim::CallRecord& call(const std::string& name, const std::string& phone, std::int64_t began_ms) {
    vapi_sim::CallRecord call;
    call.plan.call_id = "call" + std::to_string(history.calls.size() + 1);
    call.plan.line = phone;
    auto& errand = call.plan.errands[0];
    errand.attendee = {name, "Reed", "", ""};
    errand.wish.service = "Consultation";
    errand.wish.timezone = story_zone;
    call.began_at = at(began_ms);
    call.ended_at = at(began_ms + 60'000);
    vapi_sim::Exchange offer;
    offer.tool = "check_availability";
    offer.tool_call_id = call.plan.call_id + "-0";
    offer.asked_at = at(began_ms);
    offer.answered_at = at(began_ms + 100);
    offer.status = "available";
    offer.heard = true;
    offer.raw = R"({"status":"available","say":"Here.","timezone":")" + std::string(story_zone) + R"(","slots":[)";
    for (int n = 0; n < 12; ++n) {
      offer.raw += std::string(n == 0 ? "" : ",") + R"({"code":"S)" + std::to_string(n) + R"(","label":")" +
                   spoken(slot(n)) + R"("})";
    }
    offer.raw += "]}";
    call.exchanges.push_back(offer);
    history.calls.push_back(call);
    return history.calls.back();
  }

  // The assistant asks for a slot and hears `status` at `answered_ms` (< 0: no answer).
  static vapi_sim::Exchange& ask(const Story& story, vapi_sim::CallRecord& call, int slot_number, std::int64_t asked_ms,
                                 const std::string& status, std::int64_t answered_ms) {
    vapi_sim::Exchange exchange;
    exchange.tool = "book_appointment";
    exchange.tool_call_id = call.plan.call_id + "-" + std::to_string(call.exchanges.size());
    exchange.said = call.plan.errands[0].attendee;
    exchange.slot_code = "S" + std::to_string(slot_number);
    exchange.asked_at = story.at(asked_ms);
    if (answered_ms >= 0) exchange.answered_at = story.at(answered_ms);
    exchange.status = status;
    exchange.heard = answered_ms >= 0;
    if (status == "booked") {
      exchange.label = spoken(story.slot(slot_number));
      exchange.timezone = story_zone;
      exchange.say = "You're booked for " + exchange.label + ".";
    }
    call.exchanges.push_back(exchange);
    return call.exchanges.back();
  }
  vapi_sim::Exchange& ask(vapi_sim::CallRecord& call, int slot_number, std::int64_t asked_ms, const std::string& status,
                          std::int64_t answered_ms) {
    return ask(*this, call, slot_number, asked_ms, status, answered_ms);
  }

  Findings check() const { return check_all(history); }
  // The rules broken, each once, in order: "S1 S4".
  std::string broken() const {
    std::vector<std::string> ids;
    for (const auto& violation : check().violations) ids.push_back(violation.rule);
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    std::string text;
    for (const auto& id : ids) text += (text.empty() ? "" : " ") + id;
    return text;
  }

  History history;
};

}  // namespace scenarios
