#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <chrono>

#include "core/base/random.hpp"
#include "tests/scenarios/check/story.hpp"

namespace scenarios {
namespace {

// Callers who each book a slot of their own, some of them cancelled again and rebooked by somebody else later.
Story orderly(std::uint64_t seed, int callers) {
  holdfast::SplitMix64 random(seed);
  Story story;
  for (int i = 0; i < callers; ++i) {
    const std::string phone = "+1415555" + std::to_string(1000 + i);
    const std::string name = "P" + std::to_string(i);
    const auto contact = story.contact(name, phone);
    const std::int64_t created_ms = 10'000 * (i + 1) + random.between(0, 2'000);
    // Overlap in the calendar only with those whose appointment ended before.
    const int slot = i % 12;
    const bool reused = i >= 12;
    if (reused) {
      auto& before = story.history.bookings[static_cast<std::size_t>(i - 12)];
      before.ended_at = story.at(created_ms - random.between(1, 1'000));
      before.cancelled_by_person = true;
    }
    story.booking(contact, slot, created_ms);
    auto& call = story.call(name, phone, created_ms - 500);
    story.ask(call, slot, created_ms - 100, "booked", created_ms + random.between(1, 900));
  }
  story.history.ended_at = story.at(10'000 * (callers + 5));
  return story;
}

RC_GTEST_PROP(CheckersProperty, OrderlyHistoriesAreClean, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const int callers = *rc::gen::inRange(1, 40);
  RC_ASSERT(orderly(seed, callers).broken() == "");
}

RC_GTEST_PROP(CheckersProperty, AnInjectedOverlapIsAlwaysFound, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const int callers = *rc::gen::inRange(1, 40);
  Story story = orderly(seed, callers);
  // Somebody gets in beside one of the live appointments, shifted by less than its length.
  const int victim = *rc::gen::inRange(std::max(0, callers - 12), callers);
  const int shift_minutes = *rc::gen::inRange(-29, 30);
  const bool by_person = *rc::gen::arbitrary<bool>();
  const BookingFact promised = story.history.bookings[static_cast<std::size_t>(victim)];
  auto& intruder =
      story.booking(story.contact("Intruder", "+14155559999"), 0, 0, -1, by_person ? "calendar_page" : "api");
  intruder.interval = {promised.interval.begin + holdfast::minutes(shift_minutes),
                       promised.interval.end + holdfast::minutes(shift_minutes)};
  intruder.created_at = story.history.ended_at - holdfast::seconds(5);
  RC_ASSERT(story.broken().find("S1") != std::string::npos);
}

RC_GTEST_PROP(CheckersProperty, ASecondAppointmentOfAWishIsAlwaysFound, ()) {
  const auto seed = *rc::gen::arbitrary<std::uint64_t>();
  const int callers = *rc::gen::inRange(1, 20);
  Story story = orderly(seed, callers);
  story.history.calendars[0].seats_per_slot = 5;
  const auto victim = static_cast<std::size_t>(*rc::gen::inRange(std::max(0, callers - 12), callers));
  BookingFact twin = story.history.bookings[victim];
  twin.id = "twin";
  twin.created_at += holdfast::milliseconds(*rc::gen::inRange(0, 3'000));
  story.history.bookings.push_back(twin);
  RC_ASSERT(story.broken().find("S4") != std::string::npos);
}

TEST(CheckersSpeed, AThousandCallersTakeWellUnderASecond) {
  const Story story = orderly(1, 1'000);
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(story.broken(), "");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(5));
}

}  // namespace
}  // namespace scenarios
