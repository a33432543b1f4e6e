#include "mock_ghl/model/slots.hpp"

#include <algorithm>
#include <span>

#include "mock_ghl/model/hours.hpp"

namespace mock_ghl {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;

namespace {

// One thing that may collide, already widened by its own buffers.
struct Busy {
  Interval taken;
  Interval exact;
  bool same_calendar = false;  // a booking of the asked calendar: shares the slot when the intervals are equal
  int count = 1;               // that many alike
  Instant latest_end{};        // of this one and all before it
};

// What the engine needs of one resource (a user, or the calendar itself when nobody serves it).
struct Resource {
  std::string_view user_id;  // empty: the calendar itself
  std::vector<Busy> busy;    // by taken.begin
};

// Everything that the sweep over the candidates shares.
struct Question {
  const Calendar& calendar;
  const StateView& view;
  const SlotQuery& query;
  const holdfast::Zone& zone;
  Duration duration;
};

constexpr Duration widest_buffer = holdfast::days{2};

// True when the question leaves this one out: the appointment that moves, or an instance of the series that does.
bool left_out(const Question& question, const Occupancy& occupancy) {
  const std::string_view without = question.query.without_appointment_id;
  return !without.empty() && (occupancy.id == without || occupancy.series_id == without);
}

Resource load_resource(const Question& question, std::string_view user_id, const Interval& span) {
  Resource resource{.user_id = user_id, .busy = {}};
  const Interval around{span.begin - widest_buffer, span.end + question.duration + widest_buffer};
  const auto add = [&](const Occupancy& occupancy) {
    if (!occupancy.active_at(question.view.as_of)) return;
    if (left_out(question, occupancy)) return;
    Busy busy{.taken = occupancy.interval, .exact = occupancy.interval};
    if (occupancy.calendar != nullptr) {
      busy.taken.begin -= occupancy.calendar->pre_buffer;
      busy.taken.end += occupancy.calendar->post_buffer;
      busy.same_calendar = occupancy.calendar == &question.calendar;
    }
    if (!resource.busy.empty()) {
      Busy& last = resource.busy.back();
      if (last.exact == busy.exact && last.taken == busy.taken && last.same_calendar == busy.same_calendar) {
        ++last.count;
        return;
      }
    }
    resource.busy.push_back(busy);
  };
  const State& state = question.view.state;
  // A block of an event calendar stops everybody who serves it; its bookings only those who have them.
  const bool is_user = !user_id.empty();
  if (!is_user || question.calendar.type == CalendarType::event) {
    state.calendar_index(question.calendar.id).visit_overlapping(around, [&](const Occupancy& occupancy) {
      if (!is_user || occupancy.calendar == nullptr) add(occupancy);
    });
  }
  if (is_user) state.user_index(user_id).visit_overlapping(around, add);
  // Calendars with different buffers may have put them out of order; so may lengths that differ.
  const auto earlier = [](const Busy& a, const Busy& b) { return a.taken.begin < b.taken.begin; };
  if (!std::is_sorted(resource.busy.begin(), resource.busy.end(), earlier)) {
    std::sort(resource.busy.begin(), resource.busy.end(), earlier);
  }
  Instant latest_end = Instant::min();
  for (Busy& busy : resource.busy) busy.latest_end = latest_end = std::max(latest_end, busy.taken.end);
  return resource;
}

bool is_free(const Question& question, const Resource& resource, const Interval& exact) {
  const Interval wide{exact.begin - question.calendar.pre_buffer, exact.end + question.calendar.post_buffer};
  int sharing = 0;
  auto it = std::partition_point(resource.busy.begin(), resource.busy.end(),
                                 [&](const Busy& busy) { return busy.latest_end <= wide.begin; });
  for (; it != resource.busy.end() && it->taken.begin < wide.end; ++it) {
    if (it->same_calendar && it->exact == exact) {
      sharing += it->count;
    } else if (it->taken.overlaps(wide)) {
      return false;
    }
  }
  return sharing < question.calendar.appointments_per_slot;
}

// Living bookings per local date of the calendar, counted once per date.
class DayCount {
 public:
  explicit DayCount(const Question& question) : question_(question) {}

  bool has_room(Instant start) {
    const int limit = question_.calendar.appointments_per_day;
    if (limit <= 0) return true;
    if (!day_.contains(start)) count_day_of(start);
    return count_ < limit;
  }

 private:
  void count_day_of(Instant start) {
    const holdfast::CivilDate date = date_in(question_.zone, start);
    day_ = {question_.zone.start_of_day(date), question_.zone.start_of_day(add_days(date, 1))};
    count_ = 0;
    question_.view.state.calendar_index(question_.calendar.id).visit_overlapping(day_, [&](const Occupancy& occupancy) {
      if (occupancy.calendar == nullptr || !occupancy.active_at(question_.view.as_of)) return;
      if (left_out(question_, occupancy)) return;
      if (day_.contains(occupancy.interval.begin)) ++count_;
    });
  }

  const Question& question_;
  Interval day_{};
  int count_ = 0;
};

// The part of the asked window that notice and horizon leave.
Interval allowed_span(const Calendar& calendar, const SlotQuery& query, Instant now) {
  Interval span = query.window;
  if (query.ignore_date_range) return span;
  span.begin = std::max(span.begin, now + calendar.booking_after);
  if (calendar.booking_for > Duration{0}) {
    span.end = std::min(span.end, now + calendar.booking_for + Duration{1});
  }
  return span;
}

// The members that count, in team order.
std::vector<std::string_view> members_of(const Calendar& calendar, const std::string& only_user_id) {
  std::vector<std::string_view> members;
  for (const TeamMember& member : calendar.team) {
    if (only_user_id.empty() || only_user_id == member.user_id) members.push_back(member.user_id);
  }
  return members;
}

// What all of the calendar's starts share, in the zone `zone`.
HoursRule hours_rule(const Question& question, const holdfast::Zone& zone, const WeeklyHours& weekly,
                     std::span<const DateHours> dates) {
  return {.zone = zone,
          .weekly = &weekly,
          .dates = dates,
          .interval = question.calendar.slot_interval,
          .duration = question.duration,
          .start_at_close = question.view.state.settings().allow_start_at_close};
}

// The starts of a calendar with hours of its own.
std::vector<Instant> calendar_starts(const Question& question, const Interval& span) {
  static const WeeklyHours closed;
  const Calendar& calendar = question.calendar;
  HoursRule rule = hours_rule(question, question.zone, calendar.open_hours, calendar.date_hours);
  if (calendar.availability == AvailabilityType::weekly_only) rule.dates = {};
  if (calendar.availability == AvailabilityType::dates_only) rule.weekly = &closed;
  return starts_within_hours(rule, span);
}

// The starts of one member of a calendar without any: by the user's schedules that name it, each in its own zone, or
// else by the user's hours.
std::vector<Instant> member_starts(const Question& question, std::string_view user_id, const Interval& span) {
  const State& state = question.view.state;
  const std::vector<const Schedule*> schedules = state.schedules_of(user_id, question.calendar.id);
  if (schedules.empty()) {
    const User* user = state.user(user_id);
    if (user == nullptr || !user->hours) return {};
    return starts_within_hours(hours_rule(question, question.zone, *user->hours, {}), span);
  }
  std::vector<Instant> starts;
  for (const Schedule* schedule : schedules) {
    const auto zone = holdfast::Zone::find(schedule->timezone);
    if (!zone) continue;
    const std::vector<Instant> more =
        starts_within_hours(hours_rule(question, *zone, schedule->weekly, schedule->dates), span);
    starts.insert(starts.end(), more.begin(), more.end());
  }
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

// All members share the calendar's hours: one sweep over its starts.
std::vector<Slot> sweep_shared(const Question& question, const std::vector<Resource>& resources, const Interval& span) {
  std::vector<Slot> slots;
  DayCount day_count(question);
  const bool all_needed = question.calendar.type == CalendarType::collective;
  std::vector<std::string> users;
  // One person who is free makes the slot, unless the others are asked for by name.
  const bool one_is_enough = !all_needed && !question.query.with_users;
  for (const Instant start : calendar_starts(question, span)) {
    const Interval exact{start, start + question.duration};
    users.clear();
    std::size_t free_count = 0;
    for (const Resource& resource : resources) {
      if (!is_free(question, resource, exact)) continue;
      ++free_count;
      if (one_is_enough) break;
      if (question.query.with_users && !resource.user_id.empty()) users.emplace_back(resource.user_id);
    }
    if (free_count == 0 || (all_needed && free_count < resources.size()) || !day_count.has_room(start)) continue;
    slots.push_back({.start = exact.begin, .end = exact.end, .user_ids = users});
  }
  return slots;
}

// Every member has hours of their own: each member's starts, merged.
std::vector<Slot> sweep_by_member(const Question& question, const std::vector<Resource>& resources,
                                  const Interval& span) {
  std::map<Instant, std::vector<std::string>> users_by_start;
  for (const Resource& resource : resources) {
    for (const Instant start : member_starts(question, resource.user_id, span)) {
      if (!is_free(question, resource, {start, start + question.duration})) continue;
      users_by_start[start].emplace_back(resource.user_id);
    }
  }
  std::vector<Slot> slots;
  DayCount day_count(question);
  const bool all_needed = question.calendar.type == CalendarType::collective;
  for (auto& [start, users] : users_by_start) {
    if ((all_needed && users.size() < resources.size()) || !day_count.has_room(start)) continue;
    if (!question.query.with_users) users.clear();
    slots.push_back({.start = start, .end = start + question.duration, .user_ids = std::move(users)});
  }
  return slots;
}

}  // namespace

std::vector<Slot> free_slots(const Calendar& calendar, const StateView& view, const SlotQuery& query, Instant now) {
  const Interval span = allowed_span(calendar, query, now);
  if (!calendar.active || !span.valid()) return {};
  const Question question{.calendar = calendar,
                          .view = view,
                          .query = query,
                          .zone = view.state.zone(calendar.location_id),
                          .duration = query.duration.value_or(calendar.slot_duration)};
  if (question.duration <= Duration{0}) return {};
  std::vector<Resource> resources;
  if (calendar.team.empty()) {
    if (calendar.needs_team() || !query.user_id.empty()) return {};
    resources.push_back(load_resource(question, {}, span));
  }
  // A collective meeting needs everybody, whoever was asked for.
  const bool everybody = calendar.type == CalendarType::collective;
  if (everybody && !query.user_id.empty() && !calendar.has_member(query.user_id)) return {};
  for (const std::string_view user_id : members_of(calendar, everybody ? std::string() : query.user_id)) {
    resources.push_back(load_resource(question, user_id, span));
  }
  if (resources.empty()) return {};
  return has_own_hours(calendar) ? sweep_shared(question, resources, span) : sweep_by_member(question, resources, span);
}

bool is_free_of_bookings(const Calendar& calendar, const StateView& view, const Interval& interval,
                         std::string_view user_id, std::string_view without_appointment_id) {
  const SlotQuery query{.window = interval, .without_appointment_id = without_appointment_id};
  const Question question{.calendar = calendar,
                          .view = view,
                          .query = query,
                          .zone = view.state.zone(calendar.location_id),
                          .duration = interval.length()};
  const auto free = [&](std::string_view id) {
    return is_free(question, load_resource(question, id, {interval.begin, interval.begin + Duration{1}}), interval);
  };
  if (calendar.type == CalendarType::collective && !calendar.team.empty()) {
    return std::all_of(calendar.team.begin(), calendar.team.end(),
                       [&](const TeamMember& member) { return free(member.user_id); });
  }
  if ((calendar.team.empty() || user_id.empty()) && !free({})) return false;
  return user_id.empty() || free(user_id);
}

std::optional<Slot> slot_at(const Calendar& calendar, const StateView& view, Instant start, SlotQuery query,
                            Instant now) {
  query.window = {start, start + Duration{1}};
  std::vector<Slot> slots = free_slots(calendar, view, query, now);
  if (slots.empty()) return std::nullopt;
  return std::move(slots.front());
}

std::string choose_user(const Calendar& calendar, const State& state, const Slot& slot) {
  if (slot.user_ids.empty()) return {};
  const TeamMember* best = nullptr;
  int best_bookings = 0;
  for (const TeamMember& member : calendar.team) {
    if (std::find(slot.user_ids.begin(), slot.user_ids.end(), member.user_id) == slot.user_ids.end()) continue;
    const int bookings = calendar.equal_distribution ? state.bookings(calendar.id, member.user_id) : 0;
    const bool better = best == nullptr ||
                        (calendar.type == CalendarType::collective && member.primary && !best->primary) ||
                        (calendar.type != CalendarType::collective &&
                         (bookings < best_bookings || (bookings == best_bookings && member.priority > best->priority)));
    if (!better) continue;
    best = &member;
    best_bookings = bookings;
  }
  return best == nullptr ? slot.user_ids.front() : best->user_id;
}

}  // namespace mock_ghl
