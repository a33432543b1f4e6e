// Time as the house speaks it: an Instant on the UTC time line, a half-open Interval, and a Zone to show them in.
// Rule (mission): time is always an instant plus a zone; a wall clock alone is never stored or compared.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace date {
class time_zone;
}

namespace holdfast {

using Duration = std::chrono::milliseconds;
using Instant = std::chrono::sys_time<Duration>;

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// Milliseconds since 1970-01-01T00:00:00Z, the form GHL's query parameters take.
constexpr std::int64_t to_epoch_ms(Instant instant) {
  return instant.time_since_epoch().count();
}
constexpr Instant from_epoch_ms(std::int64_t epoch_ms) {
  return Instant(Duration(epoch_ms));
}

// Half-open [begin, end). Two intervals that only touch do not overlap.
struct Interval {
  Instant begin;
  Instant end;

  // True when it is not empty.
  constexpr bool valid() const { return begin < end; }
  constexpr bool overlaps(const Interval& other) const { return begin < other.end && other.begin < end; }
  constexpr bool contains(Instant instant) const { return begin <= instant && instant < end; }
  constexpr Duration length() const { return end - begin; }
  constexpr bool operator==(const Interval&) const = default;
};

// Wall-clock fields of an instant in some zone, with the zone's offset at that instant.
struct CivilTime {
  int year = 1970;
  unsigned month = 1;    // 1..12
  unsigned day = 1;      // 1..31
  int hour = 0;          // 0..23
  int minute = 0;        // 0..59
  int second = 0;        // 0..59
  unsigned weekday = 4;  // 0 = Sunday, as GHL counts
  seconds utc_offset{0};
  std::string abbreviation;  // "EST", "EDT"; as the zone database spells it
};

// A calendar date without a zone.
struct CivilDate {
  int year = 1970;
  unsigned month = 1;
  unsigned day = 1;
  auto operator<=>(const CivilDate&) const = default;
};

// True when the calendar has such a date, in the years 0 to 9999. Numbers that somebody said become a date only through
// this or parse_date: what takes a CivilDate takes a real one for granted, and asserts it.
bool is_real(CivilDate date);

// How a wall clock that does not name exactly one instant is resolved (DST gap or fold), decided by the caller on
// purpose.
enum class WallClockPolicy {
  earliest,  // in a fold the first of the two instants; in a gap the instant at which the gap begins
  latest,    // in a fold the second of the two instants; in a gap the instant at which the gap begins
  strict,    // both are errors (invalid_input)
};

// An IANA time zone. Cheap to copy; refers to the process-wide zone database, which is read once. Thread-safe.
class Zone {
 public:
  // The zone called `name` ("America/New_York", also legacy aliases such as "US/Central"), or invalid_input.
  static Result<Zone> find(std::string_view name);
  // The zone UTC.
  static Zone utc();

  // The name it was found by.
  const std::string& name() const { return name_; }
  // Wall clock at `instant` in this zone. Instants outside the years 0 to 9999 are shown as the nearest end.
  CivilTime to_civil(Instant instant) const;
  // The instant of a wall clock in this zone; gaps and folds go by `policy`.
  Result<Instant> from_civil(CivilDate date, int hour, int minute, WallClockPolicy policy) const;
  // The first instant of a local date, also where midnight does not exist (it is then the end of the gap).
  Instant start_of_day(CivilDate date) const;
  // What is added to UTC at `instant`, and the time around it for which that holds.
  struct OffsetSpan {
    seconds offset{0};
    std::chrono::sys_seconds begin{};
    std::chrono::sys_seconds end{};
  };
  OffsetSpan offset_span_at(Instant instant) const;
  // What is added to UTC at `instant`. The cheap part of to_civil, for code that does its own arithmetic.
  seconds offset_at(Instant instant) const;
  // True when the wall clock shown at `instant` is shown twice (a fold), so that a label must say which one is meant.
  bool is_ambiguous(Instant instant) const;

  // Same entry of the zone database. Where the database keeps an alias as an entry of its own, the alias and the zone
  // it stands for differ here although they show the same times.
  bool operator==(const Zone& other) const { return zone_ == other.zone_; }

 private:
  Zone(std::string name, const date::time_zone* zone) : name_(std::move(name)), zone_(zone) {}
  std::string name_;
  const date::time_zone* zone_;
};

// The local date of an instant in a zone.
CivilDate date_in(const Zone& zone, Instant instant);
// The date `count` days after `date` (count may be negative); beyond the years 0 to 9999 the nearest date in them.
CivilDate add_days(CivilDate date, int count);
// 0 = Sunday.
unsigned weekday_of(CivilDate date);
// "YYYY-MM-DD"; nullopt unless exactly that and a real date.
std::optional<CivilDate> parse_date(std::string_view text);
std::string format_date(CivilDate date);

// "2026-08-27T10:30:00-05:00", the form of GHL's free-slots (facts/ghl.md 4.3): offset of `zone` at that instant; whole
// seconds, the rest is dropped.
std::string format_iso(Instant instant, const Zone& zone);
// format_iso for many instants that lie near each other: it looks offset and date up again only when they change. Not
// thread-safe; `zone` must outlive it.
class IsoWriter {
 public:
  explicit IsoWriter(const Zone& zone) : zone_(zone) {}
  // The text of format_iso(instant, zone), until the next call.
  std::string_view write(Instant instant);

 private:
  const Zone& zone_;
  std::array<char, 25> text_{};
  std::chrono::sys_seconds offset_from_{};  // `offset_` holds in [offset_from_, offset_until_)
  std::chrono::sys_seconds offset_until_{};
  minutes offset_{0};
  std::chrono::sys_days day_ = std::chrono::sys_days::min();  // the local date that is written
};
// "2026-08-27T15:30:00.000Z".
std::string format_iso_utc(Instant instant);
// ISO 8601 date-time that names an instant: seconds and fraction (1 to 9 digits, cut to milliseconds) optional; offset
// ("+05:30" or "+0530") or Z required. nullopt otherwise.
std::optional<Instant> parse_iso(std::string_view text);
// A wall clock without offset: "2021-07-16 11:00:00" (facts/ghl.md 4.7) or with 'T'; read in `zone`, in a fold as the
// first of the two instants. nullopt otherwise.
std::optional<Instant> parse_wall_clock(std::string_view text, const Zone& zone);

}  // namespace holdfast
