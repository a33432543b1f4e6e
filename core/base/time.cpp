#include "core/base/time.hpp"

#include <date/tz.h>

#include <algorithm>
#include <array>
#include <exception>
#include <utility>

#include "core/base/assert.hpp"

namespace holdfast {
namespace {

using LocalSeconds = date::local_seconds;

// Four-digit years are all that ISO 8601 can write without agreement; instants beyond them are shown as the nearest
// end.
constexpr std::chrono::sys_seconds first_shown{std::chrono::sys_days{std::chrono::year{0} / 1 / 2}};
constexpr std::chrono::sys_seconds last_shown{std::chrono::sys_days{std::chrono::year{9999} / 12 / 30}};

// The dates that exist here (is_real).
constexpr std::chrono::sys_days first_date{std::chrono::year{0} / 1 / 1};
constexpr std::chrono::sys_days last_date{std::chrono::year{9999} / 12 / 31};

constexpr std::chrono::sys_seconds to_shown_seconds(Instant instant) {
  return std::clamp(std::chrono::floor<seconds>(instant), first_shown, last_shown);
}

constexpr std::chrono::year_month_day to_chrono(CivilDate date) {
  return std::chrono::year{date.year} / std::chrono::month{date.month} / std::chrono::day{date.day};
}

constexpr CivilDate from_chrono(std::chrono::year_month_day date) {
  return {.year = static_cast<int>(date.year()),
          .month = static_cast<unsigned>(date.month()),
          .day = static_cast<unsigned>(date.day())};
}

// Legacy names that newer distributions moved to a separate package; resolved here when the database lacks them.
struct Alias {
  std::string_view legacy;
  const char* canonical;
};
constexpr std::array<Alias, 16> aliases{{
    {"US/Alaska", "America/Anchorage"},
    {"US/Arizona", "America/Phoenix"},
    {"US/Central", "America/Chicago"},
    {"US/East-Indiana", "America/Indiana/Indianapolis"},
    {"US/Eastern", "America/New_York"},
    {"US/Hawaii", "Pacific/Honolulu"},
    {"US/Michigan", "America/Detroit"},
    {"US/Mountain", "America/Denver"},
    {"US/Pacific", "America/Los_Angeles"},
    {"Canada/Atlantic", "America/Halifax"},
    {"Canada/Central", "America/Winnipeg"},
    {"Canada/Eastern", "America/Toronto"},
    {"Canada/Mountain", "America/Edmonton"},
    {"Canada/Pacific", "America/Vancouver"},
    {"Asia/Calcutta", "Asia/Kolkata"},
    {"Z", "UTC"},
}};

// The zone in the database, loaded; nullptr when there is none of this name or its file cannot be read.
const date::time_zone* locate(const std::string& name) {
  try {
    const date::time_zone* zone = date::locate_zone(name);
    // The file is read on first use and may be damaged; find that out here, where it can be said.
    static_cast<void>(zone->get_info(std::chrono::sys_seconds{}));
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

// Reads exactly `count` digits at `position` and moves on; false when they are not there.
constexpr bool read_digits(std::string_view text, std::size_t& position, int count, int& value) {
  if (text.size() - position < static_cast<std::size_t>(count)) return false;
  value = 0;
  for (int i = 0; i < count; ++i) {
    const char c = text[position];
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
    ++position;
  }
  return true;
}

constexpr bool read_char(std::string_view text, std::size_t& position, char wanted) {
  if (position >= text.size() || text[position] != wanted) return false;
  ++position;
  return true;
}

bool read_date(std::string_view text, std::size_t& position, CivilDate& date) {
  int month = 0;
  int day = 0;
  if (!read_digits(text, position, 4, date.year) || !read_char(text, position, '-') ||
      !read_digits(text, position, 2, month) || !read_char(text, position, '-') || !read_digits(text, position, 2, day))
    return false;
  date.month = static_cast<unsigned>(month);
  date.day = static_cast<unsigned>(day);
  return is_real(date);
}

// A date and a time of day as written, before an offset or a zone gives them meaning.
struct WrittenTime {
  CivilDate date;
  int hour = 0;
  int minute = 0;
  int second = 0;
  Duration fraction{0};

  constexpr Duration since_midnight() const { return hours(hour) + minutes(minute) + seconds(second) + fraction; }
};

constexpr bool read_fraction(std::string_view text, std::size_t& position, Duration& fraction) {
  int digits = 0;
  int value_ms = 0;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    if (++digits > 9) return false;
    // Digits beyond the millisecond are dropped: an instant is never rounded up into the next slot.
    if (digits <= 3) value_ms = value_ms * 10 + (text[position] - '0');
    ++position;
  }
  if (digits == 0) return false;
  for (int i = digits; i < 3; ++i) value_ms *= 10;
  fraction = Duration(value_ms);
  return true;
}

// "HH:MM", "HH:MM:SS" or "HH:MM:SS.fff"; a leap second is refused, as a slot never starts in one.
constexpr bool read_time(std::string_view text, std::size_t& position, WrittenTime& time) {
  if (!read_digits(text, position, 2, time.hour) || !read_char(text, position, ':') ||
      !read_digits(text, position, 2, time.minute))
    return false;
  if (read_char(text, position, ':')) {
    if (!read_digits(text, position, 2, time.second)) return false;
    if (read_char(text, position, '.') && !read_fraction(text, position, time.fraction)) return false;
  }
  return time.hour <= 23 && time.minute <= 59 && time.second <= 59;
}

// "Z", "+05:30" or "+0530", up to the end of the text.
constexpr bool read_offset(std::string_view text, std::size_t& position, seconds& offset) {
  if (position >= text.size()) return false;
  const char sign = text[position++];
  if (sign == 'Z' || sign == 'z') {
    offset = seconds(0);
    return position == text.size();
  }
  if (sign != '+' && sign != '-') return false;
  int offset_hours = 0;
  int offset_minutes = 0;
  if (!read_digits(text, position, 2, offset_hours)) return false;
  static_cast<void>(read_char(text, position, ':'));
  if (!read_digits(text, position, 2, offset_minutes)) return false;
  if (offset_hours > 23 || offset_minutes > 59 || position != text.size()) return false;
  offset = hours(offset_hours) + minutes(offset_minutes);
  if (sign == '-') offset = -offset;
  return true;
}

char* write_digits(char* out, unsigned value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + count;
}

char* write_date(char* out, CivilDate date) {
  out = write_digits(out, static_cast<unsigned>(date.year), 4);
  *out++ = '-';
  out = write_digits(out, date.month, 2);
  *out++ = '-';
  return write_digits(out, date.day, 2);
}

char* write_time(char* out, seconds since_midnight) {
  auto rest = static_cast<unsigned>(since_midnight.count());
  out = write_digits(out, rest / 3600, 2);
  *out++ = ':';
  rest %= 3600;
  out = write_digits(out, rest / 60, 2);
  *out++ = ':';
  return write_digits(out, rest % 60, 2);
}

// "2026-08-27T10:30:00" of a time line that is already local.
char* write_date_time(char* out, std::chrono::sys_seconds local) {
  const auto day = std::chrono::floor<days>(local);
  out = write_date(out, from_chrono(std::chrono::year_month_day(day)));
  *out++ = 'T';
  return write_time(out, local - day);
}

// "-05:30".
char* write_offset(char* out, minutes offset) {
  const auto size = static_cast<unsigned>(std::abs(offset.count()));
  *out++ = offset.count() < 0 ? '-' : '+';
  out = write_digits(out, size / 60, 2);
  *out++ = ':';
  return write_digits(out, size % 60, 2);
}

LocalSeconds midnight_of(CivilDate date) {
  return LocalSeconds(std::chrono::sys_days(to_chrono(date)).time_since_epoch());
}

std::string gap_or_fold_message(const char* what) {
  return std::string("this wall clock ") + what + " on that date, because the clocks change; name an instant instead";
}

}  // namespace

bool is_real(CivilDate date) {
  // month{} and day{} keep eight bits, so 257 would look like 1.
  return date.year >= 0 && date.year <= 9999 && date.month <= 12 && date.day <= 31 && to_chrono(date).ok();
}

Result<Zone> Zone::find(std::string_view name) {
  std::string wanted(name);
  if (const date::time_zone* zone = locate(wanted)) return Zone(std::move(wanted), zone);
  for (const Alias& alias : aliases) {
    if (alias.legacy != name) continue;
    if (const date::time_zone* zone = locate(alias.canonical)) return Zone(std::move(wanted), zone);
  }
  return fail(ErrorKind::invalid_input,
              "no such time zone; use an IANA name such as \"America/New_York\" and check that tzdata is installed");
}

Zone Zone::utc() {
  static const date::time_zone* const zone = [] {
    const date::time_zone* found = locate("UTC");
    if (found == nullptr) found = locate("Etc/UTC");
    HOLDFAST_ASSERT(found != nullptr && "tzdata is not installed");
    return found;
  }();
  return Zone("UTC", zone);
}

CivilTime Zone::to_civil(Instant instant) const {
  const auto utc = to_shown_seconds(instant);
  date::sys_info info = zone_->get_info(utc);
  const auto local = utc + info.offset;
  const auto day = std::chrono::floor<days>(local);
  const CivilDate date = from_chrono(std::chrono::year_month_day(day));
  const auto rest = static_cast<int>((local - day).count());
  CivilTime civil;
  civil.year = date.year;
  civil.month = date.month;
  civil.day = date.day;
  civil.hour = rest / 3600;
  civil.minute = rest / 60 % 60;
  civil.second = rest % 60;
  civil.weekday = std::chrono::weekday(day).c_encoding();
  civil.utc_offset = info.offset;
  civil.abbreviation = std::move(info.abbrev);
  return civil;
}

Result<Instant> Zone::from_civil(CivilDate date, int hour, int minute, WallClockPolicy policy) const {
  if (!is_real(date)) return fail(ErrorKind::invalid_input, "there is no such date; check the year, month and day");
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59)
    return fail(ErrorKind::invalid_input, "there is no such time of day; the hour is 0 to 23 and the minute 0 to 59");
  const LocalSeconds local = midnight_of(date) + hours(hour) + minutes(minute);
  const date::local_info info = zone_->get_info(local);
  if (info.result == date::local_info::nonexistent) {
    if (policy == WallClockPolicy::strict) return fail(ErrorKind::invalid_input, gap_or_fold_message("does not exist"));
    return Instant(info.first.end);
  }
  const auto first = std::chrono::sys_seconds(local.time_since_epoch()) - info.first.offset;
  if (info.result == date::local_info::unique) return Instant(first);
  if (policy == WallClockPolicy::strict) return fail(ErrorKind::invalid_input, gap_or_fold_message("occurs twice"));
  if (policy == WallClockPolicy::earliest) return Instant(first);
  return Instant(std::chrono::sys_seconds(local.time_since_epoch()) - info.second.offset);
}

Instant Zone::start_of_day(CivilDate date) const {
  HOLDFAST_ASSERT(is_real(date));
  const LocalSeconds midnight = midnight_of(date);
  const date::local_info info = zone_->get_info(midnight);
  if (info.result == date::local_info::nonexistent) return Instant(info.first.end);
  return Instant(std::chrono::sys_seconds(midnight.time_since_epoch()) - info.first.offset);
}

Zone::OffsetSpan Zone::offset_span_at(Instant instant) const {
  const date::sys_info info = zone_->get_info(to_shown_seconds(instant));
  return {.offset = info.offset, .begin = info.begin, .end = info.end};
}

seconds Zone::offset_at(Instant instant) const {
  return zone_->get_info(to_shown_seconds(instant)).offset;
}

bool Zone::is_ambiguous(Instant instant) const {
  const auto utc = to_shown_seconds(instant);
  const auto local = utc + zone_->get_info(utc).offset;
  return zone_->get_info(LocalSeconds(local.time_since_epoch())).result == date::local_info::ambiguous;
}

CivilDate date_in(const Zone& zone, Instant instant) {
  const CivilTime civil = zone.to_civil(instant);
  return {.year = civil.year, .month = civil.month, .day = civil.day};
}

CivilDate add_days(CivilDate date, int count) {
  HOLDFAST_ASSERT(is_real(date));
  const auto moved = std::chrono::sys_days(to_chrono(date)) + days(count);
  return from_chrono(std::chrono::year_month_day(std::clamp(moved, first_date, last_date)));
}

unsigned weekday_of(CivilDate date) {
  HOLDFAST_ASSERT(is_real(date));
  return std::chrono::weekday(std::chrono::sys_days(to_chrono(date))).c_encoding();
}

std::optional<CivilDate> parse_date(std::string_view text) {
  CivilDate date;
  std::size_t position = 0;
  if (!read_date(text, position, date) || position != text.size()) return std::nullopt;
  return date;
}

std::string format_date(CivilDate date) {
  std::array<char, 10> text;
  write_date(text.data(), date);
  return std::string(text.data(), text.size());
}

std::string format_iso(Instant instant, const Zone& zone) {
  // Offsets of the 19th century have seconds, which ISO 8601 cannot write: the wall clock is then shown at the offset
  // cut to the minute, so that the text still names the same instant.
  const auto utc = to_shown_seconds(instant);
  const auto offset = std::chrono::duration_cast<minutes>(zone.offset_at(Instant(utc)));
  std::array<char, 25> text;
  char* const out = write_date_time(text.data(), utc + offset);
  return std::string(text.data(), write_offset(out, offset));
}

std::string_view IsoWriter::write(Instant instant) {
  const auto utc = to_shown_seconds(instant);
  if (utc < offset_from_ || utc >= offset_until_) {
    const Zone::OffsetSpan span = zone_.offset_span_at(Instant(utc));
    offset_from_ = span.begin;
    offset_until_ = span.end;
    offset_ = std::chrono::duration_cast<minutes>(span.offset);
    write_offset(text_.data() + 19, offset_);
  }
  const auto local = utc + offset_;
  const auto day = std::chrono::floor<days>(local);
  if (day != day_) {
    day_ = day;
    write_date(text_.data(), from_chrono(std::chrono::year_month_day(day)));
    text_[10] = 'T';
  }
  write_time(text_.data() + 11, local - day);
  return {text_.data(), text_.size()};
}

std::string format_iso_utc(Instant instant) {
  const auto utc = to_shown_seconds(instant);
  const Duration fraction = std::clamp(instant - Instant(utc), Duration(0), Duration(999));
  std::array<char, 24> text;
  char* out = write_date_time(text.data(), utc);
  *out++ = '.';
  out = write_digits(out, static_cast<unsigned>(fraction.count()), 3);
  *out++ = 'Z';
  return std::string(text.data(), out);
}

std::optional<Instant> parse_iso(std::string_view text) {
  WrittenTime time;
  std::size_t position = 0;
  seconds offset{0};
  if (!read_date(text, position, time.date)) return std::nullopt;
  if (!read_char(text, position, 'T') && !read_char(text, position, 't')) return std::nullopt;
  if (!read_time(text, position, time) || !read_offset(text, position, offset)) return std::nullopt;
  return Instant(std::chrono::sys_days(to_chrono(time.date))) + time.since_midnight() - offset;
}

std::optional<Instant> parse_wall_clock(std::string_view text, const Zone& zone) {
  WrittenTime time;
  std::size_t position = 0;
  if (!read_date(text, position, time.date)) return std::nullopt;
  if (!read_char(text, position, 'T') && !read_char(text, position, ' ')) return std::nullopt;
  if (!read_time(text, position, time) || position != text.size()) return std::nullopt;
  const auto minute = zone.from_civil(time.date, time.hour, time.minute, WallClockPolicy::earliest);
  if (!minute) return std::nullopt;
  return *minute + seconds(time.second) + time.fraction;
}

}  // namespace holdfast
