#include "core/booking/when.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <utility>
#include <vector>

namespace holdfast::booking {
namespace {

using Words = std::vector<std::string>;

constexpr std::array<std::string_view, 7> weekdays{"sunday",   "monday", "tuesday", "wednesday",
                                                   "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> months{"january",   "february", "march",    "april",
                                                  "may",       "june",     "july",     "august",
                                                  "september", "october",  "november", "december"};

// Lower-case words; commas and dots at their ends dropped ("p.m." becomes "pm").
Words split_words(std::string_view text) {
  Words words;
  std::string word;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isspace(byte) || c == ',') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else if (c != '.') {
      word += static_cast<char>(std::tolower(byte));
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

template <std::size_t N>
std::optional<unsigned> find_name(const std::array<std::string_view, N>& names, std::string_view word) {
  if (word.size() < 3) return std::nullopt;
  for (unsigned i = 0; i < N; ++i) {
    if (names[i].starts_with(word)) return i;
  }
  return std::nullopt;
}

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

// "5", "5th", "21st".
std::optional<int> ordinal(std::string_view word) {
  for (const std::string_view suffix : {"st", "nd", "rd", "th"}) {
    if (word.size() > 2 && word.ends_with(suffix)) return number(word.substr(0, word.size() - 2));
  }
  return number(word);
}

std::optional<CivilDate> real_date(int year, unsigned month, int day) {
  if (year < 1970 || day < 1) return std::nullopt;
  const CivilDate date{year, month, static_cast<unsigned>(day)};
  if (!is_real(date)) return std::nullopt;
  return date;
}

std::optional<CivilDate> next_month_day(CivilDate today, unsigned month, int day) {
  // Eight years reach the next 29 February from anywhere.
  for (int year = today.year; year <= today.year + 8; ++year) {
    const auto date = real_date(year, month, day);
    if (date && *date >= today) return date;
  }
  return std::nullopt;
}

std::optional<CivilDate> next_day_of_month(CivilDate today, int day) {
  CivilDate first{today.year, today.month, 1};
  for (int i = 0; i < 3; ++i) {
    const auto date = real_date(first.year, first.month, day);
    if (date && *date >= today) return date;
    first = first.month == 12 ? CivilDate{first.year + 1, 1, 1} : CivilDate{first.year, first.month + 1, 1};
  }
  return std::nullopt;
}

std::optional<CivilDate> parse_slashed(std::string_view word, CivilDate today, bool month_first) {
  const auto slash = word.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto second_slash = word.find('/', slash + 1);
  const auto first = number(word.substr(0, slash));
  const auto second = number(word.substr(
      slash + 1, second_slash == std::string_view::npos ? std::string_view::npos : second_slash - slash - 1));
  if (!first || !second) return std::nullopt;
  const auto month = static_cast<unsigned>(month_first ? *first : *second);
  const int day = month_first ? *second : *first;
  if (second_slash == std::string_view::npos) return next_month_day(today, month, day);
  const auto year = number(word.substr(second_slash + 1));
  if (!year) return std::nullopt;
  return real_date(*year < 100 ? 2000 + *year : *year, month, day);
}

CivilDate weekday_after(CivilDate today, unsigned weekday, bool following_week) {
  if (!following_week) {
    const unsigned ahead = (weekday + 7 - weekday_of(today)) % 7;
    return add_days(today, ahead == 0 ? 7 : static_cast<int>(ahead));
  }
  const int since_monday = static_cast<int>((weekday_of(today) + 6) % 7);
  return add_days(today, 7 - since_monday + static_cast<int>((weekday + 6) % 7));
}

bool is_filler(const std::string& word) {
  return word == "on" || word == "the" || word == "this" || word == "coming" || word == "of" || word == "day" ||
         word == "for" || word == "at";
}

std::optional<CivilDate> parse_named(const Words& words, CivilDate today, bool month_first) {
  bool next = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "next") next = true;
    if (word == "today" || word == "tonight") return today;
    if (word == "tomorrow") return add_days(today, i > 0 && words[i - 1] == "after" ? 2 : 1);
    if (word == "week" && next) return weekday_after(today, 1, true);
    if (word == "in" && i + 2 < words.size() && words[i + 2].starts_with("day")) {
      const auto count = number(words[i + 1]);
      if (count && *count <= 366) return add_days(today, *count);
    }
    if (const auto slashed = parse_slashed(word, today, month_first)) return slashed;
  }
  std::optional<unsigned> month;
  std::optional<int> day;
  std::optional<int> year;
  std::optional<unsigned> weekday;
  for (const std::string& word : words) {
    if (is_filler(word) || word == "next") continue;
    if (const auto found = find_name(weekdays, word))
      weekday = found;
    else if (const auto named = find_name(months, word))
      month = *named + 1;
    else if (const auto value = ordinal(word))
      (*value > 31 ? year : day) = value;
  }
  if (month && day) return year ? real_date(*year, *month, *day) : next_month_day(today, *month, *day);
  if (weekday) return weekday_after(today, *weekday, next);
  if (day && !month) return next_day_of_month(today, *day);
  return std::nullopt;
}

std::optional<int> parse_clock(std::string_view text, const Words& words) {
  bool pm = false;
  bool am = false;
  std::optional<int> minute_of_day;
  for (std::string word : words) {
    if (word == "pm") pm = true;
    if (word == "am") am = true;
    if (word == "noon" || word == "midday") return 12 * 60;
    if (word == "midnight") return 0;
    if (word.size() > 2 && word.ends_with("pm") && std::isdigit(static_cast<unsigned char>(word[0]))) {
      pm = true;
      word.resize(word.size() - 2);
    } else if (word.size() > 2 && word.ends_with("am") && std::isdigit(static_cast<unsigned char>(word[0]))) {
      am = true;
      word.resize(word.size() - 2);
    }
    const auto colon = word.find(':');
    const auto hour = number(std::string_view(word).substr(0, colon));
    if (!hour || *hour > 23 || minute_of_day) continue;
    int minute = 0;
    if (colon != std::string::npos) {
      const auto parsed = number(std::string_view(word).substr(colon + 1, 2));
      if (!parsed || *parsed > 59) continue;
      minute = *parsed;
    }
    minute_of_day = *hour * 60 + minute;
  }
  if (!minute_of_day) return std::nullopt;
  const bool whole_hour = *minute_of_day % 60 == 0;
  if (whole_hour && text.find("half past") != std::string_view::npos) *minute_of_day += 30;
  const int hour = *minute_of_day / 60;
  if (pm && hour < 12) *minute_of_day += 12 * 60;
  if (am && hour == 12) *minute_of_day -= 12 * 60;
  // Nobody books at five in the morning without saying so.
  if (!pm && !am && hour >= 1 && hour <= 7) *minute_of_day += 12 * 60;
  return minute_of_day;
}

}  // namespace

Result<std::optional<CivilDate>> parse_day(std::string_view text, CivilDate today, std::string_view region) {
  const Words words = split_words(text);
  if (words.empty()) return std::nullopt;
  for (const std::string& word : words) {
    if (word == "any" || word == "anytime" || word == "soon" || word == "soonest" || word == "asap" ||
        word == "earliest" || word == "whenever") {
      return std::nullopt;
    }
  }
  if (text.size() >= 10) {
    if (const auto iso = parse_date(text.substr(0, 10));
        iso && (text.size() == 10 || text[10] == 'T' || text[10] == ' ')) {
      return iso;
    }
  }
  if (const auto date = parse_named(words, today, region == "US")) return date;
  return fail(ErrorKind::invalid_input, "that day was not understood; ask for a date such as Thursday or August 27");
}

TimeOfDay parse_time_of_day(std::string_view text) {
  const Words words = split_words(text);
  TimeOfDay wish;
  if (const auto clock = parse_clock(text, words)) {
    wish.target_minute = clock;
    return wish;
  }
  for (const std::string& word : words) {
    if (word == "morning" || word == "early") return {0, 12 * 60, std::nullopt};
    if (word == "afternoon") return {12 * 60, 17 * 60, std::nullopt};
    if (word == "evening" || word == "tonight" || word == "late") return {17 * 60, 24 * 60, std::nullopt};
  }
  return wish;
}

Result<Zone> parse_zone_words(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 20> american{{
      {"eastern", "America/New_York"},    {"est", "America/New_York"},
      {"edt", "America/New_York"},        {"et", "America/New_York"},
      {"central", "America/Chicago"},     {"cst", "America/Chicago"},
      {"cdt", "America/Chicago"},         {"ct", "America/Chicago"},
      {"mountain", "America/Denver"},     {"mst", "America/Denver"},
      {"mdt", "America/Denver"},          {"mt", "America/Denver"},
      {"pacific", "America/Los_Angeles"}, {"pst", "America/Los_Angeles"},
      {"pdt", "America/Los_Angeles"},     {"pt", "America/Los_Angeles"},
      {"alaska", "America/Anchorage"},    {"hawaii", "Pacific/Honolulu"},
      {"arizona", "America/Phoenix"},     {"utc", "UTC"},
  }};
  const Words words = split_words(text);
  for (const auto& [word, name] : american) {
    if (!words.empty() && words.front() == word) return Zone::find(name);
  }
  return Zone::find(text);
}

}  // namespace holdfast::booking
