// The account of a storm: locations, calendars, users, tokens.
#include <array>
#include <map>
#include <string>

#include "scenarios/world/draw_office.hpp"

namespace scenarios {

using holdfast::minutes;
using holdfast::SplitMix64;
using mock_ghl::CalendarType;

namespace {

constexpr int users_of_a_location = 3;

std::string user_id(int location, int number) {
  return "usrStorm0000000000" + std::to_string(location) + std::to_string(number);
}

mock_ghl::WeeklyHours draw_hours(SplitMix64& random, const Setting& setting) {
  if (setting.small_hours) return mock_ghl::WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, {0, 6 * 60});
  const int open_hour = static_cast<int>(random.between(7, 10));
  const int hours = static_cast<int>(random.between(3, 9));
  return mock_ghl::WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, {open_hour * 60, (open_hour + hours) * 60});
}

// Who serves a calendar of this type, and how many at once.
void draw_team(SplitMix64& random, int location, mock_ghl::Calendar& calendar) {
  const auto member = [&](int number) { return mock_ghl::TeamMember{.user_id = user_id(location, number)}; };
  const auto primary = [&](int number) {
    mock_ghl::TeamMember first = member(number);
    first.primary = true;
    return first;
  };
  switch (calendar.type) {
    case CalendarType::personal:
      calendar.team = {primary(0)};
      break;
    case CalendarType::round_robin:
    case CalendarType::service_booking: {
      const int members = static_cast<int>(random.between(1, users_of_a_location));
      for (int i = 0; i < members; ++i) calendar.team.push_back(member(i));
      calendar.equal_distribution = random.chance(0.5);
      break;
    }
    case CalendarType::class_booking:
      calendar.team = {primary(static_cast<int>(random.below(users_of_a_location)))};
      calendar.appointments_per_slot = static_cast<int>(random.between(2, 4));
      break;
    case CalendarType::collective:
      calendar.team = {primary(0), member(1)};
      break;
    case CalendarType::event:
      calendar.appointments_per_slot = static_cast<int>(random.between(1, 3));
      break;
  }
}

mock_ghl::Calendar draw_calendar(SplitMix64& random, const Setting& setting, const std::string& location_id,
                                 int location, int number) {
  static constexpr std::array<const char*, 3> names{"Consultation", "Follow-up visit", "Posture class"};
  static constexpr std::array<std::int64_t, 4> durations_min{20, 30, 45, 60};
  // The kinds that are sold most are drawn most.
  static constexpr std::array<CalendarType, 10> types{CalendarType::personal,        CalendarType::personal,
                                                      CalendarType::round_robin,     CalendarType::round_robin,
                                                      CalendarType::round_robin,     CalendarType::class_booking,
                                                      CalendarType::class_booking,   CalendarType::event,
                                                      CalendarType::service_booking, CalendarType::collective};
  mock_ghl::Calendar calendar;
  calendar.id = "calStorm0000000000" + std::to_string(location) + std::to_string(number);
  calendar.location_id = location_id;
  calendar.name = names[static_cast<std::size_t>(number)];
  if (location > 0) calendar.name += " at the other practice";
  calendar.open_hours = draw_hours(random, setting);
  const std::int64_t duration_min = pick(random, durations_min);
  calendar.slot_duration = minutes(duration_min);
  // Sometimes starts lie closer than visits last, so that neighbours overlap.
  calendar.slot_interval = minutes(random.chance(0.25) ? duration_min / 2 : duration_min);
  calendar.type = pick(random, types);
  draw_team(random, location, calendar);
  if (random.chance(0.2)) calendar.post_buffer = minutes(random.between(1, 3) * 5);
  if (random.chance(0.1)) calendar.pre_buffer = minutes(10);
  calendar.auto_confirm = random.chance(0.8);
  return calendar;
}

}  // namespace

void add_location(SplitMix64& random, const Setting& setting, mock_ghl::Fixture& fixture) {
  const int number = static_cast<int>(fixture.locations.size());
  const std::string suffix = std::to_string(number + 1);
  const std::string id = "locStorm00000000000" + suffix;
  fixture.locations.push_back(
      {.id = id, .name = number == 0 ? "Storm Street Practice" : "The Other Practice", .timezone = setting.zone});
  fixture.locations.back().allow_duplicate_contact = random.chance(0.3);
  for (int i = 0; i < users_of_a_location; ++i) {
    fixture.users.push_back({.id = user_id(number, i),
                             .location_id = id,
                             .name = "User " + std::to_string(i),
                             .email = "user" + std::to_string(i) + ".of" + suffix + "@practice.example",
                             .hours = std::nullopt});
  }
  const int calendars = random.chance(0.3) ? 2 : 1;
  for (int i = 0; i < calendars; ++i) fixture.calendars.push_back(draw_calendar(random, setting, id, number, i));
  fixture.tokens.push_back({.token = "pit-storm-0000-4000-8000-00000000000" + suffix, .location_id = id, .scopes = {}});
}

mock_ghl::Fixture draw_fixture(SplitMix64 random, const Setting& setting) {
  mock_ghl::Fixture fixture;
  add_location(random, setting, fixture);
  if (random.chance(0.2)) fixture.settings.rate_limit_max = static_cast<int>(random.between(30, 80));
  fixture.settings.update_releases_notice = random.chance(0.5);
  return fixture;
}

// Some callers turn out to phone the other practice: another tenant of the same daemon.
void draw_second_tenant(SplitMix64 random, const Setting& setting, RunPlan& plan) {
  if (!random.chance(0.15)) return;
  add_location(random, setting, plan.fixture);
  std::vector<std::string> services;
  for (const auto& calendar : plan.fixture.calendars) {
    if (calendar.location_id == plan.fixture.locations.back().id) services.push_back(calendar.name);
  }
  // By matter, so that who phones again phones the same practice about the same.
  std::map<std::string, std::vector<std::string>> other;
  for (CallerPlan& caller : plan.callers) {
    auto& call = caller.call;
    const auto [matter, fresh] = other.try_emplace(vapi_sim::matter_of(call));
    if (fresh && random.chance(0.4)) {
      for (std::size_t i = 0; i < call.errands.size(); ++i) {
        matter->second.push_back(services[random.below(services.size())]);
      }
    }
    if (matter->second.empty()) continue;
    call.target = tenant_target(1);
    call.secret = vapi_secret(1);
    for (std::size_t i = 0; i < call.errands.size(); ++i) call.errands[i].wish.service = matter->second.at(i);
  }
}

}  // namespace scenarios
