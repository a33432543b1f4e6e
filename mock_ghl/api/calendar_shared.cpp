#include "mock_ghl/api/calendar_shared.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "mock_ghl/model/calendar_json.hpp"
#include "mock_ghl/model/calendar_names.hpp"

namespace mock_ghl::api {

using holdfast::Duration;

namespace {

// "slotDuration":30,"slotDurationUnit":"mins", in the unit it was given in.
void write_duration(JsonText& text, const std::string& key, Duration value, const Calendar& calendar) {
  const WrittenDuration written = written_duration(value, duration_unit(calendar, key));
  text.member(key, written.amount).member(key + "Unit", written.unit);
}

// Minutes of the day as GHL writes them; its hours stop at 23, so midnight is 23:60.
void write_ranges(JsonText& text, const std::vector<TimeRange>& ranges) {
  text.begin_array("hours");
  for (const TimeRange& range : ranges) {
    const int close_hour = std::min(range.close_minute / 60, 23);
    text.begin_element_object().member("openHour", range.open_minute / 60).member("openMinute", range.open_minute % 60);
    text.member("closeHour", close_hour).member("closeMinute", range.close_minute - close_hour * 60).end_object();
  }
  text.end_array();
}

void write_hours(JsonText& text, const Calendar& calendar) {
  text.begin_array("openHours");
  for (std::size_t day = 0; day < calendar.open_hours.days.size(); ++day) {
    if (calendar.open_hours.days[day].empty()) continue;
    text.begin_element_object().begin_array("daysOfTheWeek").element(static_cast<std::int64_t>(day)).end_array();
    write_ranges(text, calendar.open_hours.days[day]);
    text.end_object();
  }
  text.end_array();
  if (calendar.availability != AvailabilityType::both) {
    text.member("availabilityType", calendar.availability == AvailabilityType::weekly_only ? 0 : 1);
  }
  text.begin_array("availabilities");
  for (const DateHours& hours : calendar.date_hours) {
    text.begin_element_object().member("date", format_date(hours.date) + "T00:00:00.000Z");
    write_ranges(text, hours.ranges);
    text.member("deleted", false).end_object();
  }
  text.end_array();
}

void write_team(JsonText& text, const Calendar& calendar) {
  text.begin_array("teamMembers");
  for (const TeamMember& member : calendar.team) {
    text.begin_element_object().member("userId", member.user_id);
    if (member.priority == 0.5) {
      // The one fraction GHL knows; JsonText writes whole numbers only.
      text.raw_member("priority", "0.5");
    } else {
      text.member("priority", static_cast<int>(member.priority));
    }
    text.member("isPrimary", member.primary);
    for (const auto& [key, value] : member.extra.items()) text.raw_member(key, holdfast::dump_json(value));
    text.end_object();
  }
  text.end_array();
}

void write_recurrence(JsonText& text, const Calendar& calendar) {
  const Recurrence& recurrence = calendar.recurrence;
  text.member("enableRecurring", recurrence.enabled);
  if (recurrence.enabled || recurrence.given) {
    text.begin_object("recurring").member("freq", name_of(frequency_names, recurrence.frequency));
    text.member("count", recurrence.count);
    text.member("bookingOption", name_of(when_taken_names, recurrence.when_taken));
    text.member("bookingOverlapDefaultStatus", recurrence.overlap_status).end_object();
  }
  if (!calendar.look_busy.enabled && !calendar.look_busy.given) return;
  text.begin_object("lookBusyConfig").member("enabled", calendar.look_busy.enabled);
  text.raw_member("LookBusyPercentage", holdfast::dump_json(calendar.look_busy.percent)).end_object();
}

// What no rule reads: as it was given, or GHL's default.
void write_kept(JsonText& text, const Calendar& calendar) {
  static constexpr std::array<std::pair<const char*, std::string_view>, 6> defaults{
      {{"widgetType", R"("classic")"},
       {"eventColor", R"("#039be5")"},
       {"allowReschedule", "true"},
       {"allowCancellation", "true"},
       {"googleInvitationEmails", "false"},
       {"formSubmitType", R"("ThankYouMessage")"}}};
  for (const auto& [key, written] : defaults) {
    if (!calendar.extra.contains(key)) text.raw_member(key, written);
  }
  for (const auto& [key, value] : calendar.extra.items()) {
    if (!key.ends_with("Unit")) text.raw_member(key, holdfast::dump_json(value));
  }
}

}  // namespace

void write_calendar(JsonText& text, const Calendar& calendar) {
  text.member("id", calendar.id).member("locationId", calendar.location_id).member("name", calendar.name);
  text.member("description", calendar.description).member("isActive", calendar.active);
  text.optional_member("groupId", calendar.group_id).optional_member("slug", calendar.slug);
  text.member("calendarType", to_string(calendar.type));
  text.member("eventType", name_of(event_type_names, calendar.equal_distribution));
  text.member("eventTitle", calendar.event_title);
  write_team(text, calendar);
  write_duration(text, "slotDuration", calendar.slot_duration, calendar);
  write_duration(text, "slotInterval", calendar.slot_interval, calendar);
  write_duration(text, "slotBuffer", calendar.post_buffer, calendar);
  write_duration(text, "preBuffer", calendar.pre_buffer, calendar);
  text.member("appoinmentPerSlot", calendar.appointments_per_slot);
  if (calendar.appointments_per_day > 0) text.member("appoinmentPerDay", calendar.appointments_per_day);
  if (calendar.booking_after > Duration{0}) {
    write_duration(text, "allowBookingAfter", calendar.booking_after, calendar);
  }
  if (calendar.booking_for > Duration{0}) {
    write_duration(text, "allowBookingFor", calendar.booking_for, calendar);
  }
  write_hours(text, calendar);
  text.member("autoConfirm", calendar.auto_confirm);
  write_recurrence(text, calendar);
  write_kept(text, calendar);
}

std::optional<Answer> find_calendar(const Call& call, std::string_view id, const Calendar*& calendar) {
  calendar = call.state.calendar(id);
  if (calendar == nullptr) return refuse(404, "Calendar not found", call.trace_id);
  if (calendar->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

std::optional<Answer> find_appointment(const Call& call, std::string_view id, const Appointment*& appointment) {
  appointment = call.state.appointment(id);
  if (appointment == nullptr) return refuse(400, "The event id is invalid", call.trace_id);
  if (appointment->location_id != call.location->id) return foreign_location(call);
  if (appointment->deleted) return refuse(400, "The event has already been deleted", call.trace_id);
  return std::nullopt;
}

std::optional<Answer> find_user(const Call& call, std::string_view id, const User*& user) {
  user = call.state.user(id);
  if (user == nullptr) return refuse(400, "User not found", call.trace_id);
  if (user->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

std::optional<Answer> find_document(const Call& call, Collection collection, std::string_view id, std::string_view what,
                                    const Document*& document) {
  document = call.state.documents().find(collection, id);
  if (document == nullptr) return refuse(404, std::string(what) + " not found", call.trace_id);
  if (document->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

Answer reply_list(const Call& call, const holdfast::Json& list) {
  return {.response = holdfast::net::HttpResponse::json(call.success(), holdfast::dump_json(list))};
}

std::size_t count_parameter(const Call& call, std::string_view name, std::size_t otherwise, std::size_t max) {
  const auto text = call.target.parameter(name);
  if (!text) return otherwise;
  double value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || !(value > 0)) return 0;
  return value < static_cast<double>(max) ? static_cast<std::size_t>(value) : max;
}

holdfast::Instant instant_parameter(const Call& call, std::string_view name) {
  const auto text = call.target.parameter(name);
  return (text ? contract::parse_epoch_ms(*text) : std::nullopt).value_or(holdfast::Instant{});
}

std::optional<bool> flag_parameter(const Call& call, std::string_view name) {
  const auto text = call.target.parameter(name);
  if (!text) return std::nullopt;
  return *text == "true";
}

void merge_given(holdfast::Json& fields, const holdfast::Json& given) {
  for (const auto& [name, value] : given.items()) {
    if (!value.is_null()) fields[name] = value;
  }
}

Answer invalid_body(const Call& call, const holdfast::Error& error) {
  std::string message = error.message;
  if (const auto colon = message.find(": "); colon != std::string::npos) message.erase(colon, 1);
  return invalid({std::move(message)}, call.trace_id);
}

std::string_view group_of(const State& state, const Appointment& appointment) {
  const Calendar* calendar = state.calendar(appointment.calendar_id);
  return calendar == nullptr ? std::string_view() : calendar->group_id;
}

}  // namespace mock_ghl::api
