#include "mock_ghl/model/calendar_json.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <set>
#include <utility>

#include "mock_ghl/model/calendar_names.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Json;
using holdfast::minutes;

namespace {

// More ranges than anybody opens on one day; a bound on what a small body can ask of the slot engine.
constexpr std::size_t ranges_max = 48;

// "slotDuration": 30 with "slotDurationUnit": "mins". The unit is kept, so that the amount is given back as it came;
// of the two, what is absent keeps its value.
void read_duration(ObjectReader& reader, const std::string& key, Duration& out, Calendar& calendar) {
  if (!reader.has(key) && !reader.has(key + "Unit")) return;
  const WrittenDuration before = written_duration(out, duration_unit(calendar, key));
  std::int64_t amount = before.amount;
  std::string unit_name(before.unit);
  reader.integer(key, amount, 0, 1'000'000);
  reader.text(key + "Unit", unit_name);
  for (const auto& [name, length] : time_unit_names) {
    if (name != unit_name) continue;
    out = length * amount;
    calendar.extra[key + "Unit"] = unit_name;
    return;
  }
  reader.fault(key + "Unit", "must be mins, hours, days, weeks or months");
}

// Each range once, by time; too many are a fault.
void settle_ranges(std::vector<TimeRange>& ranges, const std::string& path, Faults& faults) {
  std::sort(ranges.begin(), ranges.end());
  ranges.erase(std::unique(ranges.begin(), ranges.end()), ranges.end());
  if (ranges.size() <= ranges_max) return;
  faults.add(path, "must not have more than " + std::to_string(ranges_max) + " ranges on one day");
  ranges.resize(ranges_max);
}

std::vector<TimeRange> read_ranges(ObjectReader& reader, std::string_view key) {
  std::vector<TimeRange> ranges;
  for_each_element(reader.array(key), reader.path_of(key), [&](const Json& element, std::string path) {
    ObjectReader hours(element, std::move(path), reader.faults());
    int open_hour = 0;
    int open_minute = 0;
    int close_hour = 0;
    int close_minute = 0;
    hours.integer("openHour", open_hour, 0, 23, true);
    hours.integer("openMinute", open_minute, 0, 60);
    hours.integer("closeHour", close_hour, 0, 23, true);
    hours.integer("closeMinute", close_minute, 0, 60);
    hours.finish();
    ranges.push_back({open_hour * 60 + open_minute, close_hour * 60 + close_minute});
  });
  settle_ranges(ranges, reader.path_of(key), reader.faults());
  return ranges;
}

// What a duration is counted in when nobody says.
std::string_view default_unit(std::string_view key) {
  if (key == "allowBookingAfter") return "hours";
  return key == "allowBookingFor" ? "days" : "mins";
}

}  // namespace

WrittenDuration written_duration(Duration value, std::string_view unit) {
  bool reached = false;
  for (const auto& [name, length] : time_unit_names) {
    reached = reached || name == unit;
    if (reached && value % length == Duration{0}) return {.amount = value / length, .unit = name};
  }
  return {.amount = value / minutes{1}, .unit = "mins"};
}

std::string duration_unit(const Calendar& calendar, const std::string& key) {
  return holdfast::string_member(calendar.extra, key + "Unit").value_or(std::string(default_unit(key)));
}

WeeklyHours read_weekly_hours(ObjectReader& reader, std::string_view key) {
  WeeklyHours weekly;
  if (const Json* given = reader.any(key); given != nullptr && given->is_object() && given->empty()) return weekly;
  for_each_element(reader.array(key), reader.path_of(key), [&](const Json& element, std::string path) {
    ObjectReader entry(element, std::move(path), reader.faults());
    const std::vector<TimeRange> ranges = read_ranges(entry, "hours");
    std::array<bool, 7> seen{};
    for_each_element(entry.array("daysOfTheWeek"), entry.path_of("daysOfTheWeek"),
                     [&](const Json& day, const std::string& day_path) {
                       if (!day.is_number_integer() || day.get<std::int64_t>() < 0 || day.get<std::int64_t>() > 6) {
                         return reader.faults().add(day_path, "must be a day from 0 (Sunday) to 6");
                       }
                       const auto weekday = day.get<std::size_t>();
                       if (std::exchange(seen[weekday], true)) return;
                       auto& list = weekly.days[weekday];
                       list.insert(list.end(), ranges.begin(), ranges.end());
                       settle_ranges(list, reader.path_of(key), reader.faults());
                     });
    entry.finish();
  });
  return weekly;
}

namespace {

std::vector<DateHours> read_dates(ObjectReader& reader) {
  std::vector<DateHours> dates;
  for_each_element(reader.array("availabilities"), reader.path_of("availabilities"),
                   [&](const Json& element, std::string path) {
                     ObjectReader entry(element, std::move(path), reader.faults());
                     std::string text;
                     std::string ignored_id;
                     bool deleted = false;
                     entry.text("date", text, true);
                     entry.text("id", ignored_id);
                     entry.boolean("deleted", deleted);
                     std::vector<TimeRange> ranges = read_ranges(entry, "hours");
                     entry.finish();
                     // A local date, with or without GHL's fake "T00:00:00.000Z".
                     const auto date = holdfast::parse_date(std::string_view(text).substr(0, 10));
                     if (!date || (text.size() != 10 && !text.substr(10).starts_with("T00:00"))) {
                       return entry.fault("date", "must be YYYY-MM-DD or YYYY-MM-DDT00:00:00.000Z");
                     }
                     if (!deleted) dates.push_back({.date = *date, .ranges = std::move(ranges)});
                   });
  return dates;
}

std::vector<TeamMember> read_team(ObjectReader& reader) {
  std::vector<TeamMember> team;
  for_each_element(reader.array("teamMembers"), reader.path_of("teamMembers"),
                   [&](const Json& element, std::string path) {
                     ObjectReader entry(element, std::move(path), reader.faults());
                     TeamMember member;
                     entry.text("userId", member.user_id, true);
                     entry.number("priority", member.priority, 0, 1);
                     entry.boolean("isPrimary", member.primary);
                     for (const char* key : {"meetingLocationType", "meetingLocation", "locationConfigurations"}) {
                       if (const Json* kept = entry.any(key)) member.extra[key] = *kept;
                     }
                     entry.finish();
                     team.push_back(std::move(member));
                   });
  return team;
}

// Null says that both count, as in GHL.
void read_availability(ObjectReader& reader, AvailabilityType& out) {
  if (reader.null("availabilityType")) out = AvailabilityType::both;
  if (!reader.has("availabilityType")) return;
  int type = 0;
  reader.integer("availabilityType", type, 0, 1);
  out = type == 0 ? AvailabilityType::weekly_only : AvailabilityType::dates_only;
}

void read_recurrence(ObjectReader& reader, Recurrence& out) {
  reader.boolean("enableRecurring", out.enabled);
  const Json* recurring = reader.object("recurring");
  if (recurring == nullptr) return;
  out.given = true;
  ObjectReader entry(*recurring, reader.path_of("recurring"), reader.faults());
  read_choice(entry, "freq", frequency_names, out.frequency);
  entry.integer("count", out.count, 1, 24);
  read_choice(entry, "bookingOption", when_taken_names, out.when_taken);
  entry.text("bookingOverlapDefaultStatus", out.overlap_status);
  if (out.overlap_status != "confirmed" && out.overlap_status != "new") {
    entry.fault("bookingOverlapDefaultStatus", "must be one of: confirmed, new");
  }
  entry.finish();
}

void read_look_busy(ObjectReader& reader, LookBusy& out) {
  const Json* config = reader.object("lookBusyConfig");
  if (config == nullptr) return;
  out.given = true;
  ObjectReader entry(*config, reader.path_of("lookBusyConfig"), reader.faults());
  entry.boolean("enabled", out.enabled);
  entry.number("LookBusyPercentage", out.percent, 0, 100);
  entry.finish();
}

// The members of a CalendarDTO that no rule of the twin reads: kept, and given back.
constexpr std::array<const char*, 24> kept_members{"widgetSlug",
                                                   "widgetType",
                                                   "eventColor",
                                                   "meetingLocation",
                                                   "locationConfigurations",
                                                   "notifications",
                                                   "formId",
                                                   "stickyContact",
                                                   "isLivePaymentMode",
                                                   "shouldSendAlertEmailsToAssignedMember",
                                                   "alertEmail",
                                                   "googleInvitationEmails",
                                                   "allowReschedule",
                                                   "allowCancellation",
                                                   "shouldAssignContactToTeamMember",
                                                   "shouldSkipAssigningContactForExisting",
                                                   "notes",
                                                   "pixelId",
                                                   "formSubmitType",
                                                   "formSubmitRedirectURL",
                                                   "formSubmitThanksMessage",
                                                   "guestType",
                                                   "consentLabel",
                                                   "calendarCoverImage"};

// "9:05" or "17:30" as minutes of the day.
std::optional<int> minute_of_day(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == 0 || colon > 2 || text.size() != colon + 3) return std::nullopt;
  int hour = 0;
  int minute = 0;
  const auto read = [](std::string_view digits, int& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size() && digits.front() != '-';
  };
  if (!read(text.substr(0, colon), hour) || !read(text.substr(colon + 1), minute)) return std::nullopt;
  if (hour > 23 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

std::vector<TimeRange> read_intervals(ObjectReader& rule) {
  std::vector<TimeRange> ranges;
  for_each_element(rule.array("intervals"), rule.path_of("intervals"), [&](const Json& element, std::string path) {
    ObjectReader interval(element, std::move(path), rule.faults());
    std::string from;
    std::string to;
    interval.text("from", from, true);
    interval.text("to", to, true);
    interval.finish();
    const auto open = minute_of_day(from);
    const auto close = minute_of_day(to);
    if (!open) return interval.fault("from", "must be HH:MM");
    if (!close) return interval.fault("to", "must be HH:MM");
    if (*close <= *open) return interval.fault("to", "must be after from");
    ranges.push_back({*open, *close});
  });
  settle_ranges(ranges, rule.path_of("intervals"), rule.faults());
  return ranges;
}

using RangesByDate = std::map<holdfast::CivilDate, std::vector<TimeRange>>;

void read_rule(const Json& value, std::string path, Faults& faults, WeeklyHours& weekly, RangesByDate& dates) {
  static constexpr std::array<std::string_view, 7> weekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                            "thursday", "friday", "saturday"};
  ObjectReader rule(value, std::move(path), faults);
  std::string type;
  std::string day;
  std::string date_text;
  rule.text("type", type, true);
  rule.text("day", day);
  rule.text("date", date_text);
  const std::vector<TimeRange> ranges = read_intervals(rule);
  rule.finish();
  std::vector<TimeRange>* list = nullptr;
  if (type == "wday") {
    const auto weekday = std::find(weekdays.begin(), weekdays.end(), day);
    if (weekday == weekdays.end()) return rule.fault("day", "must be a day from sunday to saturday");
    list = &weekly.days.at(static_cast<std::size_t>(weekday - weekdays.begin()));
  } else if (type == "date") {
    const auto date = holdfast::parse_date(date_text);
    if (!date) return rule.fault("date", "must be YYYY-MM-DD");
    list = &dates[*date];
  } else {
    return rule.fault("type", "must be one of: wday, date");
  }
  list->insert(list->end(), ranges.begin(), ranges.end());
  settle_ranges(*list, rule.path_of("intervals"), faults);
}

std::string joined(const std::string& path, const char* key) {
  return path.empty() ? std::string(key) : path + "." + key;
}

void check_durations(const Calendar& calendar, const std::string& path, Faults& faults) {
  const auto within = [&](Duration value, Duration low, Duration high, const char* key) {
    if (value < low || value > high || value % minutes{1} != Duration{0}) {
      faults.add(joined(path, key), "must be whole minutes between " + std::to_string(low / minutes{1}) + " and " +
                                        std::to_string(high / minutes{1}));
    }
  };
  const Duration day = holdfast::days{1};
  within(calendar.slot_duration, minutes{1}, day, "slotDuration");
  within(calendar.slot_interval, minutes{1}, day, "slotInterval");
  within(calendar.pre_buffer, Duration{0}, day, "preBuffer");
  within(calendar.post_buffer, Duration{0}, day, "slotBuffer");
  within(calendar.booking_after, Duration{0}, day * 3660, "allowBookingAfter");
  within(calendar.booking_for, Duration{0}, day * 3660, "allowBookingFor");
}

}  // namespace

void read_calendar_type(ObjectReader& reader, Calendar& calendar) {
  read_choice(reader, "calendarType", calendar_type_names, calendar.type);
}

void read_calendar_settings(ObjectReader& reader, Calendar& calendar) {
  reader.text("name", calendar.name);
  reader.text("description", calendar.description);
  reader.text("slug", calendar.slug);
  reader.text("groupId", calendar.group_id);
  reader.boolean("isActive", calendar.active);
  read_choice(reader, "eventType", event_type_names, calendar.equal_distribution);
  if (reader.has("teamMembers")) calendar.team = read_team(reader);
  if (reader.has("openHours")) calendar.open_hours = read_weekly_hours(reader, "openHours");
  if (reader.has("availabilities")) calendar.date_hours = read_dates(reader);
  read_availability(reader, calendar.availability);
  read_duration(reader, "slotDuration", calendar.slot_duration, calendar);
  read_duration(reader, "slotInterval", calendar.slot_interval, calendar);
  read_duration(reader, "preBuffer", calendar.pre_buffer, calendar);
  read_duration(reader, "slotBuffer", calendar.post_buffer, calendar);
  read_duration(reader, "allowBookingAfter", calendar.booking_after, calendar);
  read_duration(reader, "allowBookingFor", calendar.booking_for, calendar);
  reader.integer("appoinmentPerSlot", calendar.appointments_per_slot, 1, 100'000);
  reader.integer("appoinmentPerDay", calendar.appointments_per_day, 0, 100'000);
  reader.boolean("autoConfirm", calendar.auto_confirm);
  reader.text("eventTitle", calendar.event_title);
  read_recurrence(reader, calendar.recurrence);
  read_look_busy(reader, calendar.look_busy);
  for (const char* key : kept_members) {
    if (const Json* kept = reader.any(key)) calendar.extra[key] = *kept;
  }
}

void read_schedule_rules(ObjectReader& reader, Schedule& schedule) {
  const Json* rules = reader.array("rules");
  if (rules == nullptr) return;
  schedule.rules = *rules;
  schedule.weekly = {};
  schedule.dates.clear();
  RangesByDate dates;
  for_each_element(rules, reader.path_of("rules"), [&](const Json& element, std::string path) {
    read_rule(element, std::move(path), reader.faults(), schedule.weekly, dates);
  });
  for (auto& [date, ranges] : dates) schedule.dates.push_back({.date = date, .ranges = std::move(ranges)});
}

void check_ranges(const std::vector<TimeRange>& ranges, const std::string& path, Faults& faults) {
  for (const TimeRange& range : ranges) {
    if (range.open_minute < 0 || range.close_minute > 24 * 60 || range.open_minute >= range.close_minute) {
      faults.add(path, "every range must open before it closes, within the day");
    }
  }
}

namespace {

// GHL's demands on the team of such a calendar (facts/ghl.md 4.1).
void check_team(const Calendar& calendar, const std::string& path, Faults& faults) {
  const std::string at = joined(path, "teamMembers");
  std::set<std::string> members;
  for (const TeamMember& member : calendar.team) {
    if (!members.insert(member.user_id).second) faults.add(at, "names a user twice");
    if (member.priority != 0 && member.priority != 0.5 && member.priority != 1) {
      faults.add(at, "must have a priority of 0, 0.5 or 1");
    }
  }
  if (calendar.type == CalendarType::personal && calendar.team.size() != 1) {
    faults.add(at, "must contain exactly one member for a personal calendar");
  }
  if (calendar.recurrence.enabled && calendar.team.size() > 1) {
    faults.add(joined(path, "enableRecurring"), "needs a calendar with one team member");
  }
  const auto primaries = std::count_if(calendar.team.begin(), calendar.team.end(),
                                       [](const TeamMember& member) { return member.primary; });
  if (calendar.type == CalendarType::collective && !calendar.team.empty() && primaries != 1) {
    faults.add(at, "must have exactly one primary member for a collective calendar");
  }
}

}  // namespace

void check_calendar(const Calendar& calendar, const std::string& path, Faults& faults) {
  check_durations(calendar, path, faults);
  if (calendar.appointments_per_slot < 1) faults.add(joined(path, "appoinmentPerSlot"), "must be at least 1");
  if (calendar.appointments_per_day < 0) faults.add(joined(path, "appoinmentPerDay"), "must not be negative");
  check_team(calendar, path, faults);
  for (const auto& day : calendar.open_hours.days) check_ranges(day, joined(path, "openHours"), faults);
  std::set<holdfast::CivilDate> dates;
  for (const DateHours& hours : calendar.date_hours) {
    check_ranges(hours.ranges, joined(path, "availabilities"), faults);
    if (!dates.insert(hours.date).second) faults.add(joined(path, "availabilities"), "has two entries for one date");
  }
}

}  // namespace mock_ghl
