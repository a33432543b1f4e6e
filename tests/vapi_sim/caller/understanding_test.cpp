#include "vapi_sim/caller/understanding.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>
#include <string>

namespace vapi_sim {
namespace {

using holdfast::Instant;
using holdfast::Zone;

Instant at(std::string_view iso) {
  return holdfast::parse_iso(iso).value();
}

const Instant now = at("2026-08-21T12:00:00Z");
constexpr std::string_view new_york = "America/New_York";

TEST(Understanding, TheSameLabelInManyForms) {
  const Instant meant = at("2026-08-27T10:30:00-04:00");
  for (const char* label : {"Thursday, August 27 at 10:30 AM", "thursday august 27th 10:30am",
                            "August 27 at 10:30 a.m.", "Thu, Aug 27, 10:30 AM", "Thursday, August 27, 2026 at 10:30 AM",
                            "Thursday, August 27 at 10:30 AM Eastern Daylight Time",
                            "Thursday the 27th of August at 10:30", "Thursday, August 27 at 10:30 AM daylight time"}) {
    EXPECT_EQ(understand_label(label, new_york, now), meant) << label;
  }
  EXPECT_EQ(understand_label("Thursday, August 27 at 3 PM", new_york, now), at("2026-08-27T15:00:00-04:00"));
  EXPECT_EQ(understand_label("Thursday, August 27 at 12:00 PM", new_york, now), at("2026-08-27T12:00:00-04:00"));
  EXPECT_EQ(understand_label("Thursday, August 27 at 12:05 AM", new_york, now), at("2026-08-27T00:05:00-04:00"));
  EXPECT_EQ(understand_label("Thursday, August 27 at noon", new_york, now), at("2026-08-27T12:00:00-04:00"));
  EXPECT_EQ(understand_label("Thursday, August 27 at 10:30 AM", "America/Chicago", now),
            at("2026-08-27T10:30:00-05:00"));
}

TEST(Understanding, TheNearestSuchDateFromTodayOn) {
  EXPECT_EQ(understand_label("Friday, August 21 at 7:00 AM", new_york, now), at("2026-08-21T07:00:00-04:00"));
  EXPECT_EQ(understand_label("January 4 at 9:00 AM", new_york, now), at("2027-01-04T09:00:00-05:00"));
  EXPECT_EQ(understand_label("February 29 at 9:00 AM", new_york, now), at("2028-02-29T09:00:00-05:00"));
  // It is still the 20th in New York.
  EXPECT_EQ(understand_label("August 20 at 11:00 PM", new_york, at("2026-08-21T02:00:00Z")),
            at("2026-08-20T23:00:00-04:00"));
}

TEST(Understanding, FoldsNeedAWordAndGapsDoNotExist) {
  EXPECT_EQ(understand_label("Sunday, November 1 at 1:30 AM", new_york, now), std::nullopt);
  EXPECT_EQ(understand_label("Sunday, November 1 at 1:30 AM daylight time", new_york, now),
            at("2026-11-01T01:30:00-04:00"));
  EXPECT_EQ(understand_label("Sunday, November 1 at 1:30 AM standard time", new_york, now),
            at("2026-11-01T01:30:00-05:00"));
  EXPECT_EQ(understand_label("Sunday, November 1 at 1:30 AM Eastern Standard Time", new_york, now),
            at("2026-11-01T01:30:00-05:00"));
  EXPECT_EQ(understand_label("March 14 at 2:30 AM", new_york, now), std::nullopt);
  EXPECT_EQ(understand_label("March 14 at 2:30 AM daylight time", new_york, now), std::nullopt);
}

TEST(Understanding, WhatNamesNoInstantIsNotUnderstood) {
  for (const char* label :
       {"", "Friday, August 27 at 10:30 AM", "August 27", "10:30 AM", "Thursday at 10:30 AM", "August 32 at 10:30 AM",
        "February 30 at 9:00 AM", "August 27 at 13:30 PM", "August 27 at 0:30 AM", "August 27 at 10:75 AM",
        "August 27 at 25:00", "Smarch 27 at 10:30 AM", "August 27 at 10:30 AM or 11:00 AM", "see you soon", "27:::"}) {
    EXPECT_EQ(understand_label(label, new_york, now), std::nullopt) << label;
  }
  EXPECT_EQ(understand_label("August 27 at 10:30 AM", "Mars/Olympus", now), std::nullopt);
}

// A label written here by the plainest rule; a year ahead of any now it comes back to the same minute.
RC_GTEST_PROP(Understanding, ReadsBackEveryMinuteOfAYear, ()) {
  constexpr std::array<const char*, 12> months = {"January",   "February", "March",    "April",
                                                  "May",       "June",     "July",     "August",
                                                  "September", "October",  "November", "December"};
  constexpr std::array<const char*, 7> weekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
  const std::string name = *rc::gen::element<std::string>("America/New_York", "America/Los_Angeles", "Europe/London",
                                                          "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia");
  const Zone zone = Zone::find(name).value();
  const Instant heard = now + holdfast::minutes(*rc::gen::inRange(0, 60 * 24 * 365));
  const Instant meant =
      std::chrono::floor<holdfast::minutes>(heard) + holdfast::minutes(*rc::gen::inRange(1, 60 * 24 * 364));
  const auto civil = zone.to_civil(meant);
  const int hour = civil.hour % 12 == 0 ? 12 : civil.hour % 12;
  std::string label = std::string(weekdays[civil.weekday]) + ", " + months[civil.month - 1] + " " +
                      std::to_string(civil.day) + " at " + std::to_string(hour) + ":" + (civil.minute < 10 ? "0" : "") +
                      std::to_string(civil.minute) + (civil.hour < 12 ? " AM" : " PM");
  if (zone.is_ambiguous(meant)) {
    RC_ASSERT(understand_label(label, name, heard) == std::nullopt);
    const bool is_first = zone.to_civil(meant + holdfast::hours(2)).utc_offset < civil.utc_offset;
    label += is_first ? " daylight time" : " standard time";
  }
  RC_ASSERT(understand_label(label, name, heard) == meant);
}

RC_GTEST_PROP(Understanding, NeverFailsOnAnyText, (const std::string& text)) {
  understand_label(text, new_york, now);
  understand_label("August " + text + " at " + text, new_york, now);
}

}  // namespace
}  // namespace vapi_sim
