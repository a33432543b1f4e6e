#include "scenarios/check/history.hpp"

#include <algorithm>
#include <cstdio>

namespace scenarios {

using holdfast::Instant;

const CalendarFact* History::calendar(std::string_view id) const {
  const auto it = std::ranges::find(calendars, id, &CalendarFact::id);
  return it == calendars.end() ? nullptr : &*it;
}

const CalendarFact* History::calendar_of_service(std::string_view service) const {
  if (service.empty() && calendars.size() == 1) return &calendars.front();
  const auto named = std::ranges::find(services, service, &ServiceFact::name);
  if (named != services.end()) return calendar(named->calendar_id);
  const auto it = std::ranges::find(calendars, service, &CalendarFact::service);
  return it == calendars.end() ? nullptr : &*it;
}

const ContactFact* History::contact(std::string_view id) const {
  const auto it = std::ranges::find(contacts, id, &ContactFact::id);
  return it == contacts.end() ? nullptr : &*it;
}

std::string run_time(const History& history, Instant instant) {
  const std::int64_t ms = (instant - history.began_at).count();
  char text[48];
  std::snprintf(text, sizeof(text), "+%lld:%02lld.%03lld", static_cast<long long>(ms / 60'000),
                static_cast<long long>(ms / 1'000 % 60), static_cast<long long>(ms % 1'000));
  return text;
}

std::string slot_text(Instant start) {
  std::string text = holdfast::format_iso_utc(start);
  return text.size() > 16 ? text.substr(0, 16) + "Z" : text;
}

}  // namespace scenarios
