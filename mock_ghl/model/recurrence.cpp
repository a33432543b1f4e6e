#include "mock_ghl/model/recurrence.hpp"

#include <libical/ical.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "mock_ghl/model/calendar_names.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Result;
using holdfast::Zone;

namespace {

constexpr std::size_t text_max = 2000;

struct IteratorEnd {
  void operator()(icalrecur_iterator* iterator) const { icalrecur_iterator_free(iterator); }
};
using Iterator = std::unique_ptr<icalrecur_iterator, IteratorEnd>;

auto bad(std::string_view why) {
  return holdfast::fail(holdfast::ErrorKind::invalid_input, "rrule " + std::string(why));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (!text.empty()) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return parts;
}

// A rule with its UNTIL taken out: libical would compare it with a wall clock.
struct Rule {
  std::string text;
  std::string_view until;
  std::string_view excluded;
};

bool is_number(std::string_view text, int low, int high) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && value >= low && value <= high;
}

// A list with each value once: libical would count a day as often as it is named.
std::string without_repeats(std::string_view list) {
  std::vector<std::string_view> values;
  std::string kept;
  for (const std::string_view value : split(list, ',')) {
    if (std::find(values.begin(), values.end(), value) != values.end()) continue;
    values.push_back(value);
    kept += (kept.empty() ? "" : ",") + std::string(value);
  }
  return kept;
}

// The highest number that a BYDAY counts to: 2 for "MO,-2FR", 0 for "MO,FR".
int highest_count(std::string_view list) {
  int highest = 0;
  for (std::string_view value : split(list, ',')) {
    if (value.starts_with('+') || value.starts_with('-')) value.remove_prefix(1);
    int count = 0;
    std::from_chars(value.data(), value.data() + value.size(), count);
    highest = std::max(highest, count);
  }
  return highest;
}

// What is wrong with counting weekdays in such a rule; empty when it is fine. For days that cannot be, libical would
// search half a century.
std::string_view count_fault(int count, std::string_view frequency, bool has_month_days) {
  if (count == 0) return "";
  if (frequency != "MONTHLY" && frequency != "YEARLY")
    return "may count a BYDAY, such as 1MO, if MONTHLY or YEARLY only";
  if (count > (frequency == "MONTHLY" ? 5 : 53)) return "counts a BYDAY further than its month or year has weeks";
  return has_month_days ? "may not combine a BYDAY that counts, such as 1MO, with BYMONTHDAY; give one of them" : "";
}

// What is wrong with one part of a rule; empty when it is fine.
std::string_view part_fault(std::string_view name, std::string_view value) {
  static constexpr std::array<std::string_view, 4> frequencies{"DAILY", "WEEKLY", "MONTHLY", "YEARLY"};
  if (value.empty()) return "must not have empty parts";
  if (name == "FREQ") {
    const bool known = std::find(frequencies.begin(), frequencies.end(), value) != frequencies.end();
    return known ? "" : "FREQ must be DAILY, WEEKLY, MONTHLY or YEARLY";
  }
  if (name == "INTERVAL") return is_number(value, 1, 1000) ? "" : "INTERVAL must be between 1 and 1000";
  if (name == "COUNT") return is_number(value, 1, series_max) ? "" : "COUNT must be between 1 and 366";
  if (name == "BYDAY" || name == "BYMONTHDAY" || name == "WKST") return value.size() <= 200 ? "" : "is too long";
  return "may have FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY and WKST only";
}

Result<Rule> read_rule(std::string_view given) {
  if (given.size() > text_max) return bad("is too long");
  Rule rule;
  std::string_view line = given.substr(0, given.find('\n'));
  if (line.size() < given.size()) {
    rule.excluded = given.substr(line.size() + 1);
    if (!rule.excluded.starts_with("EXDATE:")) return bad("may be followed by an EXDATE: line only");
    rule.excluded.remove_prefix(7);
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("RRULE:")) line.remove_prefix(6);
  std::vector<std::string_view> seen;
  int weekday_count = 0;
  std::string_view frequency;
  for (const std::string_view part : split(line, ';')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) return bad("must be NAME=VALUE parts with ';' between them");
    const std::string_view name = part.substr(0, equals);
    const std::string_view value = part.substr(equals + 1);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) return bad("has a part twice");
    seen.push_back(name);
    if (name == "UNTIL") {
      rule.until = value;
      continue;
    }
    if (const std::string_view fault = part_fault(name, value); !fault.empty()) return bad(fault);
    if (name == "BYDAY") weekday_count = highest_count(value);
    if (name == "FREQ") frequency = value;
    const bool is_list = name.starts_with("BY");
    rule.text += (rule.text.empty() ? "" : ";") + std::string(name) + "=";
    rule.text += is_list ? without_repeats(value) : std::string(value);
  }
  const auto has = [&](std::string_view name) { return std::find(seen.begin(), seen.end(), name) != seen.end(); };
  if (!has("FREQ")) return bad("must have FREQ");
  if (has("COUNT") && has("UNTIL")) return bad("may not have both COUNT and UNTIL");
  const std::string_view fault = count_fault(weekday_count, frequency, has("BYMONTHDAY"));
  if (!fault.empty()) return bad(fault);
  return rule;
}

icaltimetype wall_clock(Instant instant, const Zone& zone) {
  const holdfast::CivilTime civil = zone.to_civil(instant);
  icaltimetype time = icaltime_null_time();
  time.year = civil.year;
  time.month = static_cast<int>(civil.month);
  time.day = static_cast<int>(civil.day);
  time.hour = civil.hour;
  time.minute = civil.minute;
  time.second = civil.second;
  return time;
}

std::optional<Instant> instant_of(const icaltimetype& time, const Zone& zone) {
  const holdfast::CivilDate date{time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)};
  const auto instant = zone.from_civil(date, time.hour, time.minute, holdfast::WallClockPolicy::earliest);
  if (!instant) return std::nullopt;
  return *instant + holdfast::seconds{time.second};
}

// "20210623T043000Z", "20210623T043000" (wall clock of `zone`) or "20210623" (that whole day) as the last instant it
// covers.
std::optional<Instant> read_stamp(std::string_view text, const Zone& zone) {
  if (text.size() > 16) return std::nullopt;
  const icaltimetype time = icaltime_from_string(std::string(text).c_str());
  if (icaltime_is_null_time(time) || icaltime_is_valid_time(time) == 0) return std::nullopt;
  if (time.is_date != 0) {
    const holdfast::CivilDate date{time.year, static_cast<unsigned>(time.month), static_cast<unsigned>(time.day)};
    return zone.start_of_day(add_days(date, 1)) - holdfast::Duration{1};
  }
  return instant_of(time, icaltime_is_utc(time) != 0 ? Zone::utc() : zone);
}

}  // namespace

Result<std::vector<Instant>> expand_rrule(std::string_view rrule, Instant first, const Zone& zone) {
  icalerror_set_errors_are_fatal(0);
  const auto rule = read_rule(rrule);
  if (!rule) return holdfast::fail(rule.error());
  Instant last = first + series_span_max;
  if (!rule->until.empty()) {
    const auto until = read_stamp(rule->until, zone);
    if (!until) return bad("UNTIL must be a date or a date-time as RFC 5545 writes it");
    last = std::min(last, *until);
  }
  std::vector<Instant> excluded;
  for (const std::string_view stamp : split(rule->excluded, ',')) {
    const auto instant = read_stamp(stamp, zone);
    if (!instant) return bad("EXDATE must be date-times as RFC 5545 writes them");
    excluded.push_back(*instant);
  }
  const icalrecurrencetype parsed = icalrecurrencetype_from_string(rule->text.c_str());
  if (parsed.freq == ICAL_NO_RECURRENCE) return bad("cannot be read as RFC 5545 writes it");
  const Iterator iterator(icalrecur_iterator_new(parsed, wall_clock(first, zone)));
  if (iterator == nullptr) return bad("gives no date");
  std::vector<Instant> starts;
  while (starts.size() < series_max) {
    const icaltimetype time = icalrecur_iterator_next(iterator.get());
    if (icaltime_is_null_time(time)) break;
    const auto start = instant_of(time, zone);
    if (!start || *start > last) break;
    if (!starts.empty() && starts.back() == *start) continue;
    if (std::find(excluded.begin(), excluded.end(), *start) == excluded.end()) starts.push_back(*start);
  }
  if (starts.empty()) return bad("gives no date");
  return starts;
}

std::string rrule_of(const Recurrence& recurrence) {
  return "RRULE:FREQ=" + std::string(name_of(frequency_names, recurrence.frequency)) +
         ";COUNT=" + std::to_string(recurrence.count);
}

}  // namespace mock_ghl
