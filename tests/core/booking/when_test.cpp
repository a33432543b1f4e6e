#include "core/booking/when.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace holdfast::booking {
namespace {

constexpr CivilDate wednesday{2026, 8, 26};

std::optional<CivilDate> day(std::string_view words, std::string_view region = "US") {
  const auto parsed = parse_day(words, wednesday, region);
  EXPECT_TRUE(parsed.has_value()) << words;
  return parsed ? *parsed : std::nullopt;
}

TEST(ParseDay, NoWishIsNoDay) {
  for (const auto* words : {"", "  ", "any day", "as soon as possible: soonest", "whenever"}) {
    EXPECT_EQ(day(words), std::nullopt) << words;
  }
}

TEST(ParseDay, UnderstandsWhatCallersSay) {
  EXPECT_EQ(day("today"), wednesday);
  EXPECT_EQ(day("Tomorrow."), (CivilDate{2026, 8, 27}));
  EXPECT_EQ(day("the day after tomorrow"), (CivilDate{2026, 8, 28}));
  EXPECT_EQ(day("Thursday"), (CivilDate{2026, 8, 27}));
  EXPECT_EQ(day("this Friday"), (CivilDate{2026, 8, 28}));
  EXPECT_EQ(day("Wednesday"), (CivilDate{2026, 9, 2})) << "today would be called today";
  EXPECT_EQ(day("next Thursday"), (CivilDate{2026, 9, 3}));
  EXPECT_EQ(day("next Monday"), (CivilDate{2026, 8, 31}));
  EXPECT_EQ(day("next week"), (CivilDate{2026, 8, 31}));
  EXPECT_EQ(day("in 3 days"), (CivilDate{2026, 8, 29}));
  EXPECT_EQ(day("August 27"), (CivilDate{2026, 8, 27}));
  EXPECT_EQ(day("27 August"), (CivilDate{2026, 8, 27}));
  EXPECT_EQ(day("Thursday, September 3rd"), (CivilDate{2026, 9, 3}));
  EXPECT_EQ(day("the 5th"), (CivilDate{2026, 9, 5}));
  EXPECT_EQ(day("January 4"), (CivilDate{2027, 1, 4})) << "the next January to come (peers.md bug 13)";
  EXPECT_EQ(day("2026-08-27"), (CivilDate{2026, 8, 27}));
  EXPECT_EQ(day("2026-08-27T15:00:00"), (CivilDate{2026, 8, 27}));
}

TEST(ParseDay, SlashesGoByRegion) {
  EXPECT_EQ(day("9/3", "US"), (CivilDate{2026, 9, 3}));
  EXPECT_EQ(day("3/9", "GB"), (CivilDate{2026, 9, 3}));
  EXPECT_EQ(day("9/3/27", "US"), (CivilDate{2027, 9, 3}));
}

TEST(ParseDay, PastDatesAreReturnedForTheCallerToRefuse) {
  EXPECT_EQ(day("2023-10-31"), (CivilDate{2023, 10, 31}));
}

TEST(ParseDay, WordsThatAreNoDayAreAnError) {
  for (const auto* words : {"purple", "2026-02-30", "February 30", "13/45", "32nd"}) {
    EXPECT_FALSE(parse_day(words, wednesday, "US").has_value()) << words;
  }
}

// A month or a day that a byte would cut to a real one; the first of these once ended the daemon.
TEST(ParseDay, NumbersBeyondTheCalendarAreNoDay) {
  for (const auto* words :
       {"257/5",           "5/257",      "1/257/2027",   "257/5/2027",   "13/13",
        "268/31",          "12/287",     "4294967297/5", "5/4294967297", "1/1/10000",
        "1/1/4294969322",  "1/1/1969",   "August 257",   "257 August",   "257th",
        "January 1 10000", "May 5 1969", "0/1",          "1/0",          "in 367 days and 300 nights"}) {
    for (const auto* region : {"US", "GB"}) {
      const auto parsed = parse_day(words, wednesday, region);
      EXPECT_FALSE(parsed.has_value()) << words << " as " << (*parsed ? format_date(**parsed) : "no wish");
    }
  }
}

TEST(ParseDay, TheCalendarEndsWithTheYear9999) {
  constexpr CivilDate last{9999, 12, 31};
  EXPECT_EQ(parse_day("tomorrow", last, "US").value(), last);
  EXPECT_EQ(parse_day("in 366 days", last, "US").value(), last);
  EXPECT_EQ(parse_day("next Monday", last, "US").value(), last);
  EXPECT_FALSE(parse_day("January 1", last, "US").has_value());
  EXPECT_FALSE(parse_day("the 5th", last, "US").has_value());
}

RC_GTEST_PROP(ParseDay, NeverCrashesOnAnyText, (const std::string& text)) {
  const auto parsed = parse_day(text, wednesday, "US");
  if (parsed && *parsed) RC_ASSERT(is_real(**parsed));
}

RC_GTEST_PROP(ParseDay, AnyNumbersAreARealDayOrNone, ()) {
  const auto number = [] { return std::to_string(*rc::gen::inRange(0, *rc::gen::element(32, 600, 70'000))); };
  const std::string words = *rc::gen::element<std::string>("", "January ", "the ") + number() + "/" + number() +
                            *rc::gen::element<std::string>("", "/" + number(), " " + number());
  for (const auto* region : {"US", "GB"}) {
    const auto parsed = parse_day(words, wednesday, region);
    if (parsed && *parsed) RC_ASSERT(is_real(**parsed));
  }
}

RC_GTEST_PROP(ParseDay, EveryDateInIsoFormIsItself, ()) {
  const CivilDate date = add_days(wednesday, *rc::gen::inRange(-4000, 4000));
  RC_ASSERT(parse_day(format_date(date), wednesday, "US").value() == date);
}

TEST(ParseTimeOfDay, PartsOfTheDayAndClockTimes) {
  EXPECT_TRUE(parse_time_of_day("").any());
  EXPECT_TRUE(parse_time_of_day("whatever suits").any());
  EXPECT_EQ(parse_time_of_day("in the morning").to_minute, 720);
  EXPECT_EQ(parse_time_of_day("afternoon").from_minute, 720);
  EXPECT_EQ(parse_time_of_day("evening").from_minute, 1020);
  EXPECT_EQ(parse_time_of_day("14:30").target_minute, 870);
  EXPECT_EQ(parse_time_of_day("3 pm").target_minute, 900);
  EXPECT_EQ(parse_time_of_day("3pm").target_minute, 900);
  EXPECT_EQ(parse_time_of_day("3:15 p.m.").target_minute, 915);
  EXPECT_EQ(parse_time_of_day("12 am").target_minute, 0);
  EXPECT_EQ(parse_time_of_day("noon").target_minute, 720);
  EXPECT_EQ(parse_time_of_day("at 5").target_minute, 1020) << "nobody books at five in the morning";
  EXPECT_EQ(parse_time_of_day("at 9").target_minute, 540);
  EXPECT_EQ(parse_time_of_day("half past 2").target_minute, 870);
  EXPECT_EQ(parse_time_of_day("half past 23:45").target_minute, 1425) << "the day has no minute 1455";
  EXPECT_TRUE(parse_time_of_day("25:99").any());
}

RC_GTEST_PROP(ParseTimeOfDay, NeverLeavesTheDay, (const std::string& text)) {
  const TimeOfDay wish = parse_time_of_day(text);
  RC_ASSERT(!wish.target_minute || (*wish.target_minute >= 0 && *wish.target_minute < 24 * 60));
}

TEST(ParseZoneWords, AmericanWordsMeanTheRegionNotTheFixedOffset) {
  EXPECT_EQ(parse_zone_words("EST")->name(), "America/New_York");
  EXPECT_EQ(parse_zone_words("Pacific time")->name(), "America/Los_Angeles");
  EXPECT_EQ(parse_zone_words("Europe/Berlin")->name(), "Europe/Berlin");
  EXPECT_FALSE(parse_zone_words("Middle Earth").has_value());
}

}  // namespace
}  // namespace holdfast::booking
