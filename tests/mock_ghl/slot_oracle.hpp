// A second, deliberately naive slot engine: it walks minute by minute and knows nothing of the first one's arithmetic.
#pragma once

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mock_ghl/model/fixture.hpp"

namespace mock_ghl::tests {

// A booking or block as the test made it, with the time during which it counted.
struct Fact {
  std::string calendar_id;            // "" for a user's block
  std::vector<std::string> user_ids;  // whose time it takes
  holdfast::Interval interval;
  holdfast::Instant from;
  holdfast::Instant until = holdfast::Instant::max();
  bool block = false;  // counts for no capacity and has no buffers
};

class SlotOracle {
 public:
  SlotOracle(const Fixture& fixture, const Calendar& calendar, std::vector<Fact> facts, holdfast::Instant as_of,
             holdfast::Instant now)
      : fixture_(fixture),
        calendar_(calendar),
        zone_(*holdfast::Zone::find(fixture.locations.at(0).timezone)),
        now_(now) {
    for (Fact& fact : facts) {
      if (fact.from <= as_of && as_of < fact.until) facts_.push_back(std::move(fact));
    }
  }

  // The users able to serve `start` (one empty name for an event calendar), or nullopt when it cannot be booked.
  std::optional<std::vector<std::string>> serves(holdfast::Instant start) const {
    if (start < now_ + calendar_.booking_after) return std::nullopt;
    if (calendar_.booking_for.count() > 0 && start > now_ + calendar_.booking_for) return std::nullopt;
    if (calendar_.appointments_per_day > 0 && booked_on_day_of(start) >= calendar_.appointments_per_day) {
      return std::nullopt;
    }
    std::vector<std::string> able;
    if (calendar_.team.empty()) {
      if (calendar_.type != CalendarType::event) return std::nullopt;
      if (!open_for(calendar_.open_hours, start) || !has_room("", start)) return std::nullopt;
      return able;
    }
    for (const TeamMember& member : calendar_.team) {
      if (member_open(member.user_id, start) && has_room(member.user_id, start)) able.push_back(member.user_id);
    }
    const std::size_t needed = calendar_.type == CalendarType::collective ? calendar_.team.size() : 1;
    if (able.size() < needed) return std::nullopt;
    return able;
  }

 private:
  bool member_open(const std::string& user_id, holdfast::Instant start) const {
    if (!calendar_.open_hours.empty() || !calendar_.date_hours.empty()) return open_for(calendar_.open_hours, start);
    bool scheduled = false;
    for (const Schedule& schedule : fixture_.schedules) {
      const auto& named = schedule.calendar_ids;
      if (schedule.user_id != user_id || std::count(named.begin(), named.end(), calendar_.id) == 0) continue;
      scheduled = true;
      if (schedule_open(schedule, start)) return true;
    }
    for (const User& user : fixture_.users) {
      if (user.id == user_id && !scheduled)
        return user.hours && open_in(user.hours->days.at(weekday_of(date_in(zone_, start))), start, zone_);
    }
    return false;
  }

  // By the wall clock of the schedule's own zone.
  bool schedule_open(const Schedule& schedule, holdfast::Instant start) const {
    const holdfast::Zone zone = *holdfast::Zone::find(schedule.timezone);
    const holdfast::CivilDate date = date_in(zone, start);
    std::vector<TimeRange> ranges = schedule.weekly.days.at(weekday_of(date));
    for (const DateHours& hours : schedule.dates) {
      if (hours.date == date) ranges = hours.ranges;
    }
    return open_in(ranges, start, zone);
  }

  // By the calendar's own hours, which its date hours replace as its availabilityType says.
  bool open_for(const WeeklyHours& weekly, holdfast::Instant start) const {
    const holdfast::CivilDate date = date_in(zone_, start);
    std::vector<TimeRange> ranges;
    if (calendar_.availability != AvailabilityType::dates_only) ranges = weekly.days.at(weekday_of(date));
    if (calendar_.availability != AvailabilityType::weekly_only) {
      for (const DateHours& hours : calendar_.date_hours) {
        if (hours.date == date) ranges = hours.ranges;
      }
    }
    return open_in(ranges, start, zone_);
  }

  // True when some window of the start's date has it on its grid and holds every minute of it.
  bool open_in(const std::vector<TimeRange>& ranges, holdfast::Instant start, const holdfast::Zone& zone) const {
    const holdfast::CivilDate date = date_in(zone, start);
    return std::any_of(ranges.begin(), ranges.end(), [&](TimeRange range) {
      const holdfast::CivilTime civil = zone.to_civil(start);
      const auto interval = calendar_.slot_interval / holdfast::minutes{1};
      if ((civil.hour * 60 + civil.minute - range.open_minute) % interval != 0) return false;
      for (auto minute = start; minute < start + calendar_.slot_duration; minute += holdfast::minutes{1}) {
        const holdfast::CivilTime wall = zone.to_civil(minute);
        const int of_day = wall.hour * 60 + wall.minute;
        if (date_in(zone, minute) != date || of_day < range.open_minute || of_day >= range.close_minute) return false;
      }
      return true;
    });
  }

  const Calendar* calendar_called(const std::string& id) const {
    for (const Calendar& calendar : fixture_.calendars) {
      if (calendar.id == id) return &calendar;
    }
    return nullptr;
  }

  // Counts who shares the slot and looks at every minute for who else is there.
  bool has_room(const std::string& user_id, holdfast::Instant start) const {
    const holdfast::Interval exact{start, start + calendar_.slot_duration};
    int sharing = 0;
    for (const Fact& fact : facts_) {
      const bool of_calendar = fact.calendar_id == calendar_.id && (user_id.empty() || fact.block);
      const bool of_user = !user_id.empty() && std::count(fact.user_ids.begin(), fact.user_ids.end(), user_id) > 0;
      const bool concerns = of_calendar || of_user;
      if (!concerns) continue;
      if (!fact.block && fact.calendar_id == calendar_.id && fact.interval == exact) {
        ++sharing;
        continue;
      }
      const Calendar* of = fact.block ? nullptr : calendar_called(fact.calendar_id);
      const holdfast::Duration before = of == nullptr ? holdfast::Duration{0} : of->pre_buffer;
      const holdfast::Duration after = of == nullptr ? holdfast::Duration{0} : of->post_buffer;
      for (auto minute = exact.begin - calendar_.pre_buffer; minute < exact.end + calendar_.post_buffer;
           minute += holdfast::minutes{1}) {
        if (fact.interval.begin - before <= minute && minute < fact.interval.end + after) return false;
      }
    }
    return sharing < calendar_.appointments_per_slot;
  }

  int booked_on_day_of(holdfast::Instant start) const {
    return static_cast<int>(std::count_if(facts_.begin(), facts_.end(), [&](const Fact& fact) {
      return !fact.block && fact.calendar_id == calendar_.id &&
             date_in(zone_, fact.interval.begin) == date_in(zone_, start);
    }));
  }

  const Fixture& fixture_;
  const Calendar& calendar_;
  holdfast::Zone zone_;
  std::vector<Fact> facts_;
  holdfast::Instant now_;
};

}  // namespace mock_ghl::tests
