#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/slots.hpp"

namespace mock_ghl::api {

using holdfast::Duration;

namespace {

// "slotDuration":30,"slotDurationUnit":"mins", in the largest unit that divides it and that GHL has there.
void write_duration(JsonText& text, const std::string& key, Duration value, bool short_units) {
  const auto write = [&](std::int64_t amount, std::string_view unit) {
    text.member(key, amount).member(key + "Unit", unit);
  };
  if (!short_units && value % holdfast::days{1} == Duration{0} && value != Duration{0}) {
    return write(value / holdfast::days{1}, "days");
  }
  if (value % holdfast::hours{1} == Duration{0} && value != Duration{0})
    return write(value / holdfast::hours{1}, "hours");
  write(value / holdfast::minutes{1}, "mins");
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
    text.member("isPrimary", member.primary).end_object();
  }
  text.end_array();
}

// The members of a CalendarDTO (facts/ghl.md 4.1), without its brackets.
void write_calendar(JsonText& text, const Calendar& calendar) {
  text.member("id", calendar.id).member("locationId", calendar.location_id).member("name", calendar.name);
  text.member("description", calendar.description).member("isActive", calendar.active);
  text.member("calendarType", to_string(calendar.type));
  text.member("eventType", calendar.equal_distribution ? "RoundRobin_OptimizeForEqualDistribution"
                                                       : "RoundRobin_OptimizeForAvailability");
  text.member("widgetType", "classic").member("eventTitle", calendar.event_title).member("eventColor", "#039be5");
  write_team(text, calendar);
  write_duration(text, "slotDuration", calendar.slot_duration, true);
  write_duration(text, "slotInterval", calendar.slot_interval, true);
  write_duration(text, "slotBuffer", calendar.post_buffer, true);
  write_duration(text, "preBuffer", calendar.pre_buffer, true);
  text.member("appoinmentPerSlot", calendar.appointments_per_slot);
  if (calendar.appointments_per_day > 0) text.member("appoinmentPerDay", calendar.appointments_per_day);
  if (calendar.booking_after > Duration{0}) write_duration(text, "allowBookingAfter", calendar.booking_after, false);
  if (calendar.booking_for > Duration{0}) write_duration(text, "allowBookingFor", calendar.booking_for, false);
  write_hours(text, calendar);
  text.member("autoConfirm", calendar.auto_confirm).member("allowReschedule", true).member("allowCancellation", true);
}

constexpr Duration range_max = holdfast::days{31};

// Walks the starts into {"2026-08-27":{"slots":[…]},…}: dates of `zone`, days without slots left out (quirks 14, 18).
void write_slots(JsonText& text, const std::vector<Slot>& slots, const holdfast::Zone& zone) {
  holdfast::IsoWriter iso(zone);
  std::string date;
  for (const Slot& slot : slots) {
    const std::string_view start = iso.write(slot.start);
    if (start.substr(0, 10) != date) {
      if (!date.empty()) text.end_array().end_object();
      date = start.substr(0, 10);
      text.begin_object(date).begin_array("slots");
    }
    text.element(start);
  }
  if (!date.empty()) text.end_array().end_object();
}

}  // namespace

Answer get_calendars(Call& call) {
  const bool drafts = call.target.parameter("showDrafted").value_or("true") == "true";
  JsonText text;
  text.begin_object().begin_array("calendars");
  for (const auto& [id, calendar] : call.state.calendars()) {
    // The fixture has no groups, so no calendar is in the asked one.
    if (calendar.location_id != call.location->id || call.target.parameter("groupId")) continue;
    if (!calendar.active && !drafts) continue;
    text.begin_element_object();
    write_calendar(text, calendar);
    text.end_object();
  }
  text.end_array();
  return ok(200, text, call);
}

Answer get_calendar(Call& call) {
  const Calendar* calendar = call.state.calendar(call.captures.at(0));
  if (calendar == nullptr) return refuse(404, "Calendar not found", call.trace_id);
  if (calendar->location_id != call.location->id) return foreign_location(call);
  JsonText text;
  text.begin_object().begin_object("calendar");
  write_calendar(text, *calendar);
  text.end_object();
  return ok(200, text, call);
}

Answer get_slots(Call& call) {
  const holdfast::Interval window{*contract::parse_epoch_ms(*call.target.parameter("startDate")),
                                  *contract::parse_epoch_ms(*call.target.parameter("endDate"))};
  if (!window.valid()) return invalid({"startDate must be less than endDate"}, call.trace_id);
  if (window.length() > range_max) return refuse(400, "Date range cannot be more than 31 days", call.trace_id);
  const Calendar* calendar = call.state.calendar(call.captures.at(0));
  if (calendar == nullptr) return refuse(404, "Calendar not found", call.trace_id);
  if (calendar->location_id != call.location->id) return foreign_location(call);
  if (calendar->needs_team() && calendar->team.empty()) {
    return refuse(422, "The calendar doesn't have any team members associated", call.trace_id);
  }
  std::vector<std::string> user_ids;
  for (const auto& [name, value] : call.target.query) {
    if (name == "userId" || name == "userIds" || name == "userIds[]") user_ids.push_back(value);
  }
  const StateView view{.state = call.state, .as_of = call.now - call.modifiers.stale.value_or(Duration{0})};
  std::vector<Slot> slots = free_slots(
      *calendar, view,
      {.window = window, .user_id = user_ids.size() == 1 ? user_ids[0] : "", .with_users = user_ids.size() > 1},
      call.now);
  if (user_ids.size() > 1) {
    std::erase_if(slots, [&](const Slot& slot) {
      return std::none_of(user_ids.begin(), user_ids.end(), [&](const std::string& user_id) {
        return std::find(slot.user_ids.begin(), slot.user_ids.end(), user_id) != slot.user_ids.end();
      });
    });
  }
  JsonText text;
  text.begin_object();
  const auto zone_name = call.target.parameter("timezone");
  if (zone_name) {
    write_slots(text, slots, *holdfast::Zone::find(*zone_name));
  } else {
    write_slots(text, slots, call.zone());
  }
  return ok(200, text, call);
}

}  // namespace mock_ghl::api
