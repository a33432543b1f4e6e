#include "scenarios/world/options.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/random.hpp"
#include "scenarios/world/draw_callers.hpp"
#include "scenarios/world/draw_office.hpp"
#include "scenarios/world/setting.hpp"

namespace scenarios {

using holdfast::CivilDate;
using holdfast::Instant;
using holdfast::minutes;
using holdfast::SplitMix64;

namespace {

// A date near a change of the clocks, and the zone in which the clocks change.
struct ClockChange {
  const char* zone;
  CivilDate day;  // the Sunday of the change
};

constexpr std::array<const char*, 8> zones{"America/New_York", "America/Chicago", "America/Los_Angeles",
                                           "US/Mountain",      "Europe/London",   "Europe/Berlin",
                                           "Australia/Sydney", "Asia/Kolkata"};
const std::array<ClockChange, 6> clock_changes{{{"America/New_York", {2026, 11, 1}},
                                                {"America/New_York", {2027, 3, 14}},
                                                {"America/Los_Angeles", {2026, 11, 1}},
                                                {"Europe/Berlin", {2026, 10, 25}},
                                                {"Europe/London", {2027, 3, 28}},
                                                {"Australia/Sydney", {2026, 10, 4}}}};

Setting draw_setting(SplitMix64 random) {
  Setting setting;
  if (random.chance(0.3)) {
    const ClockChange& change = pick(random, clock_changes);
    setting.zone = change.zone;
    setting.popular = change.day;
    setting.small_hours = random.chance(0.6);
  } else {
    setting.zone = pick(random, zones);
    setting.popular = holdfast::add_days({2026, 12, 1}, static_cast<int>(random.below(120)));
  }
  const auto zone = *holdfast::Zone::find(setting.zone);
  const int days_ahead = static_cast<int>(random.between(1, 3));
  const auto day_begin = zone.start_of_day(holdfast::add_days(setting.popular, -days_ahead));
  setting.start = day_begin + minutes(random.between(0, 23 * 60));
  return setting;
}

holdfast::booking::Limits draw_limits(SplitMix64 random) {
  holdfast::booking::Limits limits;
  if (random.chance(0.5)) return limits;
  limits.voice_deadline_ms = random.between(1'500, 6'000);
  limits.create_timeout_ms = random.between(2'000, 12'000);
  limits.settle_timeout_ms = random.between(4'000, 15'000);
  limits.hold_ttl_ms = random.between(3'000, 60'000);
  limits.late_arrival_window_ms = random.between(30'000, 90'000);
  limits.offered_slots_max = static_cast<int>(random.between(1, 5));
  return limits;
}

}  // namespace

RunPlan draw_options(std::uint64_t seed, int conversations) {
  SplitMix64 random(seed ^ 0x5707731ULL);
  RunPlan plan;
  plan.name = "seed " + std::to_string(seed);
  plan.seed = seed;
  const Setting setting = draw_setting(random.fork(1));
  plan.start = setting.start;
  plan.fixture = draw_fixture(random.fork(2), setting);
  const std::int64_t spread_ms = random.between(5'000, 30'000 + conversations * 4'000);
  plan.storm_ms = spread_ms + random.between(10'000, 60'000);
  const CallersSetting calls{.popular = setting.popular, .conversations = conversations, .spread_ms = spread_ms};
  plan.callers = draw_callers(random.fork(3), calls, plan.fixture);
  draw_known_contacts(random.fork(4), plan.callers, plan.fixture);
  plan.limits = draw_limits(random.fork(11));
  plan.calm_ms = 20 * 60'000;
  draw_office(plan, setting, random.fork(12));
  return plan;
}

}  // namespace scenarios
