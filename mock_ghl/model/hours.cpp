#include "mock_ghl/model/hours.hpp"

#include <algorithm>
#include <array>

namespace mock_ghl {

using holdfast::CivilDate;
using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::Zone;

namespace {

// A stretch of one local date with one UTC offset: wall clock = instant + offset.
struct Segment {
  Interval span;
  Duration wall_minus_span;  // milliseconds of wall clock since local midnight at span.begin
};

// A local date as one or two segments; two when the clocks change on it.
struct LocalDay {
  std::array<Segment, 2> segments;
  std::size_t count = 1;
};

Duration wall_of_day(const Zone& zone, Instant instant) {
  const Instant local = instant + zone.offset_at(instant);
  return local - std::chrono::floor<holdfast::days>(local);
}

LocalDay local_day(const Zone& zone, Instant begin, Instant end) {
  LocalDay day;
  const auto offset = zone.offset_at(begin);
  day.segments[0] = {.span = {begin, end}, .wall_minus_span = wall_of_day(zone, begin)};
  if (zone.offset_at(end - Duration{1}) == offset) return day;
  // The instant of the change, by halving; offsets change on whole seconds.
  Instant before = begin;
  Instant after = end - Duration{1};
  while (after - before > Duration{1}) {
    const Instant middle = before + (after - before) / 2;
    (zone.offset_at(middle) == offset ? before : after) = middle;
  }
  day.segments[0].span.end = after;
  day.segments[1] = {.span = {after, end}, .wall_minus_span = wall_of_day(zone, after)};
  day.count = 2;
  return day;
}

// The open stretch of a segment for one range, empty (begin == end) when there is none.
Interval open_part(const Segment& segment, TimeRange range) {
  const Instant midnight = segment.span.begin - segment.wall_minus_span;
  const Instant open = std::max(segment.span.begin, midnight + holdfast::minutes{range.open_minute});
  const Instant close = std::min(segment.span.end, midnight + holdfast::minutes{range.close_minute});
  return open < close ? Interval{open, close} : Interval{open, open};
}

// Adds the grid starts within [part.begin, last] of one segment that lie in `span`.
void add_starts(const HoursRule& rule, const Segment& segment, TimeRange range, Instant first, Instant last,
                const Interval& span, std::vector<Instant>& out) {
  first = std::max(first, span.begin);
  last = std::min(last, span.end - Duration{1});
  const Instant grid_zero = segment.span.begin - segment.wall_minus_span + holdfast::minutes{range.open_minute};
  if (first > last) return;
  const auto behind = (first - grid_zero) % rule.interval;
  Instant start = behind == Duration{0} ? first : first - behind + rule.interval;
  if (behind < Duration{0}) start = first - behind;
  for (; start <= last; start += rule.interval) out.push_back(start);
}

void add_day(const HoursRule& rule, const LocalDay& day, const std::vector<TimeRange>& ranges, const Interval& span,
             std::vector<Instant>& out) {
  for (const TimeRange& range : ranges) {
    std::array<Interval, 2> parts{};
    for (std::size_t i = 0; i < day.count; ++i) parts[i] = open_part(day.segments[i], range);
    for (std::size_t i = 0; i < day.count; ++i) {
      const Interval part = parts[i];
      if (!part.valid()) continue;
      // An appointment may run on into the other side of a clock change when the window is open there without a break.
      const bool runs_on = i == 0 && day.count == 2 && parts[1].valid() && parts[1].begin == part.end;
      const Instant open_until = runs_on ? parts[1].end : part.end;
      Instant last = std::min(part.end - Duration{1}, open_until - rule.duration);
      if (rule.start_at_close) last = runs_on ? part.end - Duration{1} : part.end;
      add_starts(rule, day.segments[i], range, part.begin, last, span, out);
    }
  }
}

const std::vector<TimeRange>& ranges_of(const HoursRule& rule, CivilDate date) {
  for (const DateHours& hours : rule.dates) {
    if (hours.date == date) return hours.ranges;
  }
  return rule.weekly->days[weekday_of(date)];
}

}  // namespace

bool has_own_hours(const Calendar& calendar) {
  return !calendar.open_hours.empty() || !calendar.date_hours.empty();
}

std::vector<Instant> starts_within_hours(const HoursRule& rule, const Interval& span) {
  std::vector<Instant> starts;
  if (!span.valid()) return starts;
  CivilDate date = date_in(rule.zone, span.begin);
  Instant begin = rule.zone.start_of_day(date);
  while (begin < span.end) {
    const CivilDate next = add_days(date, 1);
    const Instant end = rule.zone.start_of_day(next);
    if (end <= begin) break;  // the last date that can be shown
    const std::vector<TimeRange>& ranges = ranges_of(rule, date);
    if (!ranges.empty()) add_day(rule, local_day(rule.zone, begin, end), ranges, span, starts);
    date = next;
    begin = end;
  }
  // Ranges of a date may overlap, and a fold puts the later segment's starts behind another range's.
  std::sort(starts.begin(), starts.end());
  starts.erase(std::unique(starts.begin(), starts.end()), starts.end());
  return starts;
}

}  // namespace mock_ghl
