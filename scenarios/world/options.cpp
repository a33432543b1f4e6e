#include "scenarios/world/options.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/random.hpp"
#include "scenarios/world/draw_callers.hpp"

namespace scenarios {

using holdfast::CivilDate;
using holdfast::Instant;
using holdfast::milliseconds;
using holdfast::minutes;
using holdfast::SplitMix64;
using mock_ghl::ChaosRule;
using mock_ghl::DelayModel;
using mock_ghl::Fault;

namespace {

template <class T, std::size_t N>
const T& pick(SplitMix64& random, const std::array<T, N>& choices) {
  return choices[random.below(N)];
}

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
// Everything about the run's time and place that the rest is drawn around.
struct Setting {
  std::string zone;
  Instant start;
  CivilDate popular;         // the day most callers want
  bool small_hours = false;  // the office is open through the change of the clocks
};

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

mock_ghl::WeeklyHours draw_hours(SplitMix64& random, const Setting& setting) {
  if (setting.small_hours) return mock_ghl::WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, {0, 6 * 60});
  const int open_hour = static_cast<int>(random.between(7, 10));
  const int hours = static_cast<int>(random.between(3, 9));
  return mock_ghl::WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, {open_hour * 60, (open_hour + hours) * 60});
}

mock_ghl::Calendar draw_calendar(SplitMix64& random, const Setting& setting, const std::string& location, int number) {
  static constexpr std::array<const char*, 3> names{"Consultation", "Follow-up visit", "Posture class"};
  static constexpr std::array<std::int64_t, 4> durations_min{20, 30, 45, 60};
  mock_ghl::Calendar calendar;
  calendar.id = "calStorm00000000000" + std::to_string(number);
  calendar.location_id = location;
  calendar.name = names[static_cast<std::size_t>(number)];
  calendar.open_hours = draw_hours(random, setting);
  const std::int64_t duration_min = pick(random, durations_min);
  calendar.slot_duration = minutes(duration_min);
  // Sometimes starts lie closer than visits last, so that neighbours overlap.
  calendar.slot_interval = minutes(random.chance(0.25) ? duration_min / 2 : duration_min);
  switch (random.below(3)) {
    case 0:
      calendar.type = mock_ghl::CalendarType::personal;
      calendar.team = {{.user_id = "usrStorm000000000000", .primary = true}};
      break;
    case 1: {
      calendar.type = mock_ghl::CalendarType::round_robin;
      const int members = static_cast<int>(random.between(1, 3));
      for (int i = 0; i < members; ++i) calendar.team.push_back({.user_id = "usrStorm00000000000" + std::to_string(i)});
      calendar.equal_distribution = random.chance(0.5);
      break;
    }
    default:
      calendar.type = mock_ghl::CalendarType::class_booking;
      calendar.team = {{.user_id = "usrStorm00000000000" + std::to_string(random.below(3)), .primary = true}};
      calendar.appointments_per_slot = static_cast<int>(random.between(2, 4));
      break;
  }
  if (random.chance(0.2)) calendar.post_buffer = minutes(random.between(1, 3) * 5);
  if (random.chance(0.1)) calendar.pre_buffer = minutes(10);
  calendar.auto_confirm = random.chance(0.8);
  return calendar;
}

mock_ghl::Fixture draw_fixture(SplitMix64 random, const Setting& setting) {
  const std::string location = "locStorm000000000001";
  mock_ghl::Fixture fixture;
  fixture.locations.push_back({.id = location, .name = "Storm Street Practice", .timezone = setting.zone});
  fixture.locations.front().allow_duplicate_contact = random.chance(0.3);
  for (int i = 0; i < 3; ++i) {
    fixture.users.push_back({.id = "usrStorm00000000000" + std::to_string(i),
                             .location_id = location,
                             .name = "User " + std::to_string(i),
                             .email = "user" + std::to_string(i) + "@practice.example",
                             .hours = std::nullopt});
  }
  const int calendars = random.chance(0.3) ? 2 : 1;
  for (int i = 0; i < calendars; ++i) fixture.calendars.push_back(draw_calendar(random, setting, location, i));
  fixture.tokens.push_back({.token = "pit-storm-0000-4000-8000-000000000001", .location_id = location, .scopes = {}});
  if (random.chance(0.2)) fixture.settings.rate_limit_max = static_cast<int>(random.between(30, 80));
  return fixture;
}

DelayModel draw_delay(SplitMix64& random, std::int64_t min_ms, std::int64_t max_ms) {
  if (random.chance(0.3)) {
    return DelayModel::lognormal(static_cast<double>(min_ms + (max_ms - min_ms) / 6), 0.8, min_ms, max_ms);
  }
  return DelayModel::uniform(min_ms, max_ms);
}

// One fault of the menu: where it makes sense and how long it takes. What is late must arrive within the shortest
// late-arrival window that limits are drawn with.
struct MenuItem {
  Fault fault;
  const char* operation;
  double probability_max;
  std::int64_t delay_min_ms;
  std::int64_t delay_max_ms;
};
constexpr std::array<MenuItem, 16> menu{{
    {Fault::latency, "*", 0.5, 20, 3'000},
    {Fault::rate_limited, "*", 0.15, 0, 0},
    {Fault::rate_limited, "create-appointment", 0.4, 0, 0},
    {Fault::server_error, "*", 0.15, 0, 0},
    {Fault::server_error, "create-appointment", 0.4, 0, 0},
    {Fault::lost_before_commit, "*", 0.1, 0, 3'000},
    {Fault::lost_after_commit, "*", 0.1, 0, 3'000},
    {Fault::lost_after_commit, "create-appointment", 0.5, 0, 6'000},
    {Fault::unreadable_after_commit, "*", 0.2, 0, 0},
    {Fault::late_commit, "create-appointment", 0.4, 500, 14'000},
    {Fault::late_commit, "*", 0.05, 500, 10'000},
    {Fault::hang, "*", 0.05, 5'000, 40'000},
    {Fault::commit_gap, "create-appointment", 0.8, 50, 3'000},
    {Fault::stale_free_slots, "get-slots", 0.6, 1'000, 30'000},
    {Fault::hang, "create-appointment", 0.2, 2'000, 30'000},
    {Fault::strict_offset, "create-appointment", 0.9, 0, 0},
}};

mock_ghl::ChaosPlan draw_chaos(SplitMix64 random, std::int64_t storm_ms) {
  mock_ghl::ChaosPlan plan;
  const double activity = random.chance(0.15) ? 0.0 : 0.15 + 0.35 * random.unit();
  for (const auto& item : menu) {
    if (!random.chance(activity)) continue;
    ChaosRule rule;
    rule.fault = item.fault;
    rule.operation = item.operation;
    rule.probability = 0.01 + item.probability_max * random.unit();
    if (item.delay_max_ms > 0) rule.delay = draw_delay(random, item.delay_min_ms, item.delay_max_ms);
    if (random.chance(0.3)) {
      const std::int64_t from_ms = random.between(0, storm_ms);
      rule.window = mock_ghl::ChaosWindow{from_ms, from_ms + random.between(2'000, storm_ms)};
    }
    if (random.chance(0.2)) rule.hold_ms = random.between(500, 10'000);
    plan.rules.push_back(rule);
  }
  return plan;
}

LinkFaults draw_link(SplitMix64 random, double activity) {
  LinkFaults faults;
  faults.latency_min_ms = random.between(1, 20);
  faults.latency_max_ms = faults.latency_min_ms + random.between(0, 120);
  if (random.chance(activity)) faults.lose_request = 0.08 * random.unit();
  if (random.chance(activity)) faults.lose_response = 0.08 * random.unit();
  if (random.chance(activity)) faults.reset_connection = 0.08 * random.unit();
  if (random.chance(activity)) {
    faults.spike = 0.05 * random.unit();
    faults.spike_ms = random.between(200, 4'000);
  }
  if (random.chance(activity)) {
    faults.partition = 0.01 * random.unit();
    faults.partition_min_ms = random.between(500, 3'000);
    faults.partition_max_ms = faults.partition_min_ms + random.between(0, 12'000);
  }
  return faults;
}

DiskPlan draw_disk(SplitMix64 random) {
  DiskPlan disk;
  disk.latency_min_ms = 0;
  disk.latency_max_ms = random.chance(0.5) ? 2 : random.between(3, 30);
  if (random.chance(0.25)) disk.fail_before_commit = 0.03 * random.unit();
  if (random.chance(0.25)) disk.fail_after_commit = 0.03 * random.unit();
  return disk;
}

std::vector<CrashPlan> draw_crashes(SplitMix64 random, std::int64_t storm_ms) {
  std::vector<CrashPlan> crashes;
  if (!random.chance(0.5)) return crashes;
  const auto count = random.between(1, 4);
  for (std::int64_t i = 0; i < count; ++i) {
    CrashPlan crash;
    crash.down_ms = random.chance(0.7) ? random.between(50, 2'000) : random.between(2'000, 15'000);
    if (random.chance(0.5)) {
      crash.trigger.delay_ms = random.between(0, storm_ms);
    } else {
      // Around a create: just before it arrives, while it is at work, or when its answer is on its way.
      crash.trigger.operation = random.chance(0.7) ? "create-appointment" : "get-calendar-events";
      crash.trigger.nth = static_cast<int>(random.between(1, 20));
      crash.trigger.on_answer = random.chance(0.5);
      crash.trigger.delay_ms = random.between(0, 60);
    }
    crashes.push_back(crash);
  }
  return crashes;
}

std::vector<PersonDeed> draw_persons(SplitMix64 random, const Setting& setting, const mock_ghl::Fixture& fixture,
                                     std::int64_t storm_ms) {
  std::vector<PersonDeed> deeds;
  if (!random.chance(0.6)) return deeds;
  const Instant popular = holdfast::Zone::find(setting.zone)->start_of_day(setting.popular);
  const auto count = random.between(1, 8);
  for (std::int64_t i = 0; i < count; ++i) {
    PersonDeed deed;
    deed.calendar_id = fixture.calendars[random.below(fixture.calendars.size())].id;
    deed.from = popular;
    deed.index = static_cast<int>(random.below(4));
    deed.name = "Walkin " + std::to_string(i);
    deed.kind = random.chance(0.75) ? PersonDeed::Kind::book : PersonDeed::Kind::cancel;
    if (deed.kind == PersonDeed::Kind::book && random.chance(0.5)) {
      deed.choice = PersonDeed::Choice::requested;
      deed.trigger.operation = "create-appointment";
      deed.trigger.nth = static_cast<int>(random.between(1, 15));
      deed.trigger.delay_ms = random.between(0, 2'000);
    } else {
      deed.trigger.delay_ms = random.between(1'000, storm_ms);
    }
    deeds.push_back(std::move(deed));
  }
  return deeds;
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
  plan.chaos = draw_chaos(random.fork(5), plan.storm_ms);
  plan.ghl_link = draw_link(random.fork(6), 0.25);
  plan.vapi_link = draw_link(random.fork(7), 0.25);
  plan.disk = draw_disk(random.fork(8));
  plan.crashes = draw_crashes(random.fork(9), plan.storm_ms);
  plan.persons = draw_persons(random.fork(10), setting, plan.fixture, plan.storm_ms);
  plan.limits = draw_limits(random.fork(11));
  plan.calm_ms = 20 * 60'000;
  return plan;
}

}  // namespace scenarios
