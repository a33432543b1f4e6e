#include "mock_ghl/chaos/deeds.hpp"

#include "core/base/json.hpp"
#include "mock_ghl/twin.hpp"

namespace mock_ghl {

using holdfast::net::HttpRequest;

namespace {

// A member of the request's JSON body; "" when there is none.
std::string named_in_body(const HttpRequest& request, std::string_view key) {
  const auto body = holdfast::parse_json(request.body);
  if (!body) return {};
  return holdfast::string_member(*body, key).value_or("");
}

// The calendar that a call is about: named in its body, its query or its path.
std::string calendar_of(const Twin& twin, const HttpRequest& request) {
  if (std::string id = named_in_body(request, "calendarId"); !id.empty()) return id;
  const auto target = holdfast::net::parse_target(request.target);
  if (auto id = target.parameter("calendarId")) return *id;
  for (const auto& [id, calendar] : twin.state().calendars()) {
    if (target.path.find("/" + id) != std::string::npos) return id;
  }
  return {};
}

std::string book(Twin& twin, const ScriptStep& step, const HttpRequest& request) {
  const std::string calendar_id = step.calendar_id.empty() ? calendar_of(twin, request) : step.calendar_id;
  const std::string start_text = step.start.empty() ? named_in_body(request, "startTime") : step.start;
  const auto start = holdfast::parse_iso(start_text);
  if (!start) return "a person could not book: the call names no startTime; give one in the script";
  const auto booked = twin.book_as_person(calendar_id, *start, step.contact_name);
  if (!booked) return "a person could not book " + start_text + ": " + booked.error().message;
  return "a person booked " + start_text + " as " + *booked;
}

std::string cancel(Twin& twin, const ScriptStep& step) {
  const Appointment* chosen = nullptr;
  if (step.appointment_id.empty()) {
    for (const auto& [id, appointment] : twin.state().appointments()) {
      if (!appointment.occupies()) continue;
      if (chosen == nullptr || appointment.sequence > chosen->sequence) chosen = &appointment;
    }
    if (chosen == nullptr) return "a person found nothing to cancel";
  }
  const std::string id = chosen == nullptr ? step.appointment_id : chosen->id;
  const auto cancelled = twin.cancel_as_person(id);
  return cancelled ? "a person cancelled " + id : "a person could not cancel " + id + ": " + cancelled.error().message;
}

std::string edit(Twin& twin, const ScriptStep& step, const HttpRequest& request) {
  const std::string id = step.calendar_id.empty() ? calendar_of(twin, request) : step.calendar_id;
  const auto edited = twin.edit_calendar_as_person(id, step.change);
  return edited ? "a person edited calendar " + id
                : "a person could not edit calendar " + id + ": " + edited.error().message;
}

}  // namespace

std::string perform(Twin& twin, const ScriptStep& step, const HttpRequest& request) {
  switch (step.deed) {
    case ScriptStep::Deed::cancel:
      return cancel(twin, step);
    case ScriptStep::Deed::edit_calendar:
      return edit(twin, step, request);
    case ScriptStep::Deed::book:
      break;
  }
  return book(twin, step, request);
}

}  // namespace mock_ghl
