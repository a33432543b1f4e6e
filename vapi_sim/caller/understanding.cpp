#include "vapi_sim/caller/understanding.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <vector>

namespace vapi_sim {
namespace {

using holdfast::CivilDate;
using holdfast::WallClockPolicy;
using holdfast::Zone;

constexpr std::array<std::string_view, 7> weekdays = {"sunday",   "monday", "tuesday", "wednesday",
                                                      "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 12> months = {"january",   "february", "march",    "april",
                                                     "may",       "june",     "july",     "august",
                                                     "september", "october",  "november", "december"};
// Words that say nothing about the instant, or only repeat the zone the label is in.
constexpr std::array<std::string_view, 10> ignored = {"at",      "on",       "the",     "time",    "of",
                                                      "eastern", "mountain", "central", "pacific", "local"};

// Lower-case words; everything but letters, digits and ':' separates, dots vanish ("p.m." is "pm"), and letters after
// digits are a word of their own ("10am").
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  const auto flush = [&] {
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (const char raw : text) {
    const char c = raw >= 'A' && raw <= 'Z' ? static_cast<char>(raw - 'A' + 'a') : raw;
    if (c == '.') continue;
    const bool is_digit = (c >= '0' && c <= '9') || c == ':';
    const bool is_letter = c >= 'a' && c <= 'z';
    if (!is_digit && !is_letter) {
      flush();
      continue;
    }
    if (is_letter && !word.empty() && word.back() >= '0' && word.back() <= '9') flush();
    word += c;
  }
  flush();
  return words;
}

template <std::size_t N>
std::optional<unsigned> place_in(const std::array<std::string_view, N>& names, std::string_view word) {
  for (std::size_t i = 0; i < N; ++i) {
    if (names[i] == word || (word.size() == 3 && names[i].starts_with(word))) return static_cast<unsigned>(i);
  }
  return std::nullopt;
}

std::optional<int> number_in(std::string_view word) {
  int number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (error != std::errc() || end != word.data() + word.size() || word.empty()) return std::nullopt;
  return number;
}

// What a label says, each part at most once.
struct Heard {
  std::optional<unsigned> weekday;
  std::optional<unsigned> month;  // 1..12
  std::optional<int> day;
  std::optional<int> year;
  std::optional<int> hour;
  int minute = 0;
  std::optional<bool> afternoon;
  std::optional<bool> daylight;
};

// Takes a number: a clock "10:30", a year, the day, or an hour after the day is known.
bool hear_number(Heard& heard, std::string_view word) {
  if (const std::size_t colon = word.find(':'); colon != std::string_view::npos) {
    const auto hour = number_in(word.substr(0, colon));
    const auto minute = number_in(word.substr(colon + 1));
    if (heard.hour || !hour || !minute || word.size() - colon != 3) return false;
    heard.hour = hour;
    heard.minute = *minute;
    return true;
  }
  const auto number = number_in(word);
  if (!number) return false;
  if (*number >= 1000 && !heard.year) {
    heard.year = number;
  } else if (!heard.day) {
    heard.day = number;
  } else if (!heard.hour) {
    heard.hour = number;
  } else {
    return false;
  }
  return true;
}

bool hear_word(Heard& heard, std::string_view word) {
  if (word[0] >= '0' && word[0] <= '9') return hear_number(heard, word);
  if (const auto weekday = place_in(weekdays, word)) {
    heard.weekday = weekday;
  } else if (const auto month = place_in(months, word)) {
    heard.month = *month + 1;
  } else if (word == "am" || word == "pm") {
    heard.afternoon = word == "pm";
  } else if (word == "noon" || word == "midnight") {
    heard.hour = 12;
    heard.afternoon = word == "noon";
  } else if (word == "daylight" || word == "standard") {
    heard.daylight = word == "daylight";
  } else {
    const bool is_ordinal_end = word == "st" || word == "nd" || word == "rd" || word == "th";
    return is_ordinal_end || std::find(ignored.begin(), ignored.end(), word) != ignored.end();
  }
  return true;
}

// The hour of 0..23 that was said; nullopt when it is no hour. Without am or pm it is read as it stands.
std::optional<int> hour_of(const Heard& heard) {
  if (!heard.hour || heard.minute > 59) return std::nullopt;
  if (!heard.afternoon) return *heard.hour <= 23 ? heard.hour : std::nullopt;
  if (*heard.hour < 1 || *heard.hour > 12) return std::nullopt;
  return *heard.hour % 12 + (*heard.afternoon ? 12 : 0);
}

// The nearest such date from `today` on; February 29 can be eight years away.
std::optional<CivilDate> date_of(const Heard& heard, CivilDate today) {
  if (!heard.month || !heard.day || *heard.day < 1 || *heard.day > 31) return std::nullopt;
  for (int year = heard.year.value_or(today.year); year <= heard.year.value_or(today.year + 8); ++year) {
    const CivilDate date{year, *heard.month, static_cast<unsigned>(*heard.day)};
    if (!is_real(date) || (!heard.year && date < today)) continue;
    if (heard.weekday && holdfast::weekday_of(date) != *heard.weekday) return std::nullopt;
    return date;
  }
  return std::nullopt;
}

}  // namespace

std::optional<holdfast::Instant> understand_label(std::string_view label, std::string_view zone_name,
                                                  holdfast::Instant now) {
  const auto zone = Zone::find(zone_name);
  if (!zone) return std::nullopt;
  Heard heard;
  for (const std::string& word : words_of(label)) {
    if (!hear_word(heard, word)) return std::nullopt;
  }
  const auto date = date_of(heard, holdfast::date_in(*zone, now));
  const auto hour = hour_of(heard);
  if (!date || !hour) return std::nullopt;
  if (const auto instant = zone->from_civil(*date, *hour, heard.minute, WallClockPolicy::strict)) return *instant;
  // Skipped or shown twice. The two ends of a fold differ; both policies give a gap's one end.
  if (!heard.daylight) return std::nullopt;
  const auto first = zone->from_civil(*date, *hour, heard.minute, WallClockPolicy::earliest);
  const auto second = zone->from_civil(*date, *hour, heard.minute, WallClockPolicy::latest);
  if (!first || !second || *first == *second) return std::nullopt;
  return *heard.daylight ? *first : *second;
}

}  // namespace vapi_sim
