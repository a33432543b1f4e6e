// The slot engine against the naive oracle, and the rules of facts/ghl.md 4.2 one by one.
#include "mock_ghl/model/slots.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/mock_ghl/slot_oracle.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;
using holdfast::Instant;
using holdfast::Interval;
using holdfast::minutes;

// Full-sized from the first case on: small worlds have nothing free.
int between(int low, int high) {
  return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, high + 1));
}
bool one_in(int n) {
  return between(1, n) == 1;
}
template <class T>
T one_of(std::vector<T> values) {
  return *rc::gen::elementOf(std::move(values));
}

Instant at(std::string_view iso) {
  return *holdfast::parse_iso(iso);
}

// A zone with the UTC midnight of a day on or beside which its clocks change.
struct Change {
  const char* zone;
  const char* day;
};
const std::vector<Change> changes{
    {"America/New_York", "2026-03-08T00:00:00Z"},    {"America/New_York", "2026-11-01T00:00:00Z"},
    {"Europe/Berlin", "2026-03-29T00:00:00Z"},       {"Europe/Berlin", "2026-10-25T00:00:00Z"},
    {"Australia/Lord_Howe", "2026-04-05T00:00:00Z"}, {"Australia/Lord_Howe", "2026-10-04T00:00:00Z"},
    {"America/New_York", "2026-08-27T00:00:00Z"},    {"America/Sao_Paulo", "2018-02-18T00:00:00Z"},
    {"America/Sao_Paulo", "2018-11-04T00:00:00Z"},   {"America/Havana", "2026-11-01T00:00:00Z"}};

std::vector<TimeRange> random_ranges() {
  std::vector<TimeRange> ranges;
  for (int i = between(0, 3); i > 0; --i) {
    const int open = between(0, 20 * 4) * 15;
    ranges.push_back({open, std::min(24 * 60, open + between(2, 48) * 15)});
  }
  return ranges;
}

WeeklyHours random_week() {
  WeeklyHours week;
  for (auto& day : week.days) day = random_ranges();
  return week;
}

Calendar random_calendar(const char* id, Instant day) {
  Calendar calendar{.id = id, .location_id = "loc", .name = id};
  calendar.type =
      one_of<CalendarType>({CalendarType::round_robin, CalendarType::collective, CalendarType::personal,
                            CalendarType::class_booking, CalendarType::event, CalendarType::service_booking});
  const int team = calendar.type == CalendarType::event      ? between(0, 1)
                   : calendar.type == CalendarType::personal ? 1
                                                             : between(1, 3);
  for (int i = 0; i < team; ++i) calendar.team.push_back({.user_id = "user" + std::to_string(i), .primary = i == 0});
  if (calendar.team.empty() || !one_in(3)) calendar.open_hours = random_week();
  const bool by_members = calendar.open_hours.empty() && !calendar.team.empty() && !one_in(3);
  for (int i = by_members ? 0 : between(-2, 2); i > 0; --i) {
    const auto date = add_days(date_in(holdfast::Zone::utc(), day), i);
    calendar.date_hours.push_back({.date = date, .ranges = random_ranges()});
  }
  calendar.availability =
      one_of<AvailabilityType>({AvailabilityType::both, AvailabilityType::both, AvailabilityType::both,
                                AvailabilityType::weekly_only, AvailabilityType::dates_only});
  calendar.slot_duration = minutes{one_of<int>({5, 15, 30, 45, 60, 90})};
  calendar.slot_interval = minutes{one_of<int>({7, 15, 30, 60})};
  calendar.pre_buffer = minutes{one_of<int>({0, 0, 5, 15})};
  calendar.post_buffer = minutes{one_of<int>({0, 0, 10, 30})};
  calendar.appointments_per_slot = one_of<int>({1, 1, 2, 3});
  calendar.appointments_per_day = one_of<int>({0, 0, 0, 3});
  calendar.booking_after = minutes{one_of<int>({0, 60, 24 * 60})};
  calendar.booking_for = minutes{one_of<int>({0, 0, 24 * 60, 60 * 60})};
  return calendar;
}

// Of any user, in the location's zone or one whose clocks change elsewhere, with hours of some dates.
Schedule random_schedule(int number, const Change& change) {
  Schedule schedule{.id = "schedule" + std::to_string(number),
                    .location_id = "loc",
                    .user_id = "user" + std::to_string(between(0, 2)),
                    .name = "hours",
                    .timezone = one_in(2) ? change.zone : one_of(changes).zone,
                    .weekly = random_week()};
  for (int i = between(-1, 2); i > 0; --i) {
    const auto date = add_days(date_in(holdfast::Zone::utc(), at(change.day)), i - 1);
    schedule.dates.push_back({.date = date, .ranges = random_ranges()});
  }
  if (!one_in(4)) schedule.calendar_ids.push_back("calA");
  if (one_in(2)) schedule.calendar_ids.push_back("calB");
  return schedule;
}

Fixture random_fixture(const Change& change) {
  Fixture fixture;
  fixture.locations.push_back({.id = "loc", .name = "loc", .timezone = change.zone});
  for (int i = 0; i < 3; ++i) {
    User user{.id = "user" + std::to_string(i), .location_id = "loc"};
    if (!one_in(3)) user.hours = random_week();
    fixture.users.push_back(std::move(user));
  }
  fixture.calendars.push_back(random_calendar("calA", at(change.day)));
  fixture.calendars.push_back(random_calendar("calB", at(change.day)));
  fixture.contacts.push_back({.id = "contact", .location_id = "loc"});
  for (int i = between(0, 4); i > 0; --i) fixture.schedules.push_back(random_schedule(i, change));
  return fixture;
}

std::vector<std::string> users_taken(const Calendar& calendar, const std::string& assigned) {
  std::vector<std::string> users;
  if (calendar.type == CalendarType::collective) {
    for (const TeamMember& member : calendar.team) users.push_back(member.user_id);
  } else if (!assigned.empty()) {
    users.push_back(assigned);
  }
  return users;
}

// Fills `state` with bookings made, moved and ended at random times, and says what the oracle should believe.
std::vector<Fact> random_history(State& state, const Fixture& fixture, Instant day, Instant start_of_life) {
  std::vector<Fact> facts;
  Instant now = start_of_life;
  for (int i = between(0, 12); i > 0; --i) {
    now += minutes{between(0, 3)};
    const Calendar& calendar = fixture.calendars[static_cast<std::size_t>(between(0, 1))];
    const Instant begin = day + minutes{between(-24 * 4, 48 * 4) * 15};
    const Duration length = one_in(3) ? Duration(minutes{between(1, 8) * 15}) : calendar.slot_duration;
    if (one_in(6)) {
      state.add_block({.location_id = "loc", .user_id = "user1", .interval = {begin, begin + length}}, now);
      facts.push_back({"", {"user1"}, {begin, begin + length}, now, Instant::max(), true});
      continue;
    }
    if (calendar.type == CalendarType::event && one_in(4)) {
      state.add_block({.location_id = "loc", .calendar_id = calendar.id, .interval = {begin, begin + length}}, now);
      facts.push_back({calendar.id, {}, {begin, begin + length}, now, Instant::max(), true});
      continue;
    }
    const std::string assigned =
        calendar.team.empty()
            ? ""
            : calendar.team[static_cast<std::size_t>(between(0, static_cast<int>(calendar.team.size()) - 1))].user_id;
    const std::string status = one_of<std::string>({"confirmed", "confirmed", "new", "showed", "cancelled", "noshow"});
    const std::string id = state
                               .add_appointment({.calendar_id = calendar.id,
                                                 .contact_id = "contact",
                                                 .assigned_user_id = assigned,
                                                 .interval = {begin, begin + length},
                                                 .status = status},
                                                now)
                               .id;
    if (status == "cancelled" || status == "noshow") continue;
    facts.push_back({calendar.id, users_taken(calendar, assigned), {begin, begin + length}, now});
    if (!one_in(3)) continue;
    now += minutes{between(0, 2)};
    facts.back().until = now;
    const int what = between(0, 2);
    if (what == 0) state.delete_appointment(id, now);
    if (what == 1) state.change_appointment(id, {.status = "cancelled"}, now);
    if (what == 2) {
      const Interval moved{begin + minutes{45}, begin + minutes{45} + length};
      state.change_appointment(id, {.interval = moved}, now);
      facts.push_back({calendar.id, users_taken(calendar, assigned), moved, now});
    }
  }
  return facts;
}

std::string shown(const std::vector<Slot>& slots) {
  std::string text;
  for (const Slot& slot : slots) {
    text += holdfast::format_iso_utc(slot.start);
    for (const std::string& user : slot.user_ids) text += "/" + user;
    text += " ";
  }
  return text;
}

RC_GTEST_PROP(SlotEngine, AgreesWithAMinuteByMinuteOracle, ()) {
  const Change change = one_of(changes);
  const Instant day = at(change.day);
  const Fixture fixture = random_fixture(change);
  const auto checked = check_fixture(fixture);
  RC_ASSERT(checked.has_value());
  const Instant birth = day - holdfast::days{3};
  State state(fixture, 1, birth);
  const std::vector<Fact> facts = random_history(state, fixture, day, birth);
  const Instant now = day + minutes{between(-72 * 4, 12) * 15};
  const Instant as_of = one_in(2) ? birth + minutes{between(0, 30)} : birth + holdfast::days{30};
  const Calendar& calendar = fixture.calendars[0];
  const Interval window{day - holdfast::hours{between(1, 30)}, day + holdfast::hours{between(1, 50)}};

  const Calendar& held = *state.calendar(calendar.id);
  const std::vector<Slot> slots = free_slots(held, {.state = state, .as_of = as_of}, {.window = window}, now);

  const SlotOracle oracle(fixture, calendar, facts, as_of, now);
  std::vector<Slot> expected;
  for (Instant minute = window.begin; minute < window.end; minute += minutes{1}) {
    if (auto users = oracle.serves(minute)) {
      expected.push_back({.start = minute, .end = minute + calendar.slot_duration, .user_ids = std::move(*users)});
    }
  }
  RC_CLASSIFY(expected.empty(), "nothing free");
  const bool own_hours = !calendar.open_hours.empty() || !calendar.date_hours.empty();
  RC_CLASSIFY(!own_hours && !expected.empty(), "free by members' hours and schedules");
  if (slots != expected) RC_LOG() << "engine: " << shown(slots) << "\noracle: " << shown(expected) << std::endl;
  RC_ASSERT(slots == expected);

  // slot_at is the same judgement for one start, on and off the offered ones.
  const Instant probe = window.begin + minutes{between(0, 60) * 5};
  const auto alone = slot_at(held, {.state = state, .as_of = as_of}, probe, {}, now);
  RC_ASSERT(alone.has_value() == oracle.serves(probe).has_value());
}

// ---- single rules ----

struct Small {
  explicit Small(const char* zone = "America/New_York") {
    fixture.locations.push_back({.id = "loc", .name = "loc", .timezone = zone});
    fixture.users.push_back({.id = "user0", .location_id = "loc"});
    fixture.users.push_back({.id = "user1", .location_id = "loc"});
    fixture.calendars.push_back({.id = "cal", .location_id = "loc", .name = "cal", .team = {{.user_id = "user0"}}});
    fixture.contacts.push_back({.id = "contact", .location_id = "loc"});
    calendar().open_hours = WeeklyHours::on({0, 1, 2, 3, 4, 5, 6}, {9 * 60, 12 * 60});
  }
  Calendar& calendar() { return fixture.calendars[0]; }
  std::vector<std::string> starts(const char* from, const char* to, Instant now = at("2026-01-01T00:00:00Z")) {
    State state(fixture, 1, at("2025-01-01T00:00:00Z"));
    return starts_of(state, from, to, now);
  }
  std::vector<std::string> starts_of(const State& state, const char* from, const char* to, Instant now) {
    std::vector<std::string> texts;
    const auto zone = *holdfast::Zone::find(fixture.locations[0].timezone);
    for (const Slot& slot :
         free_slots(*state.calendar("cal"), {.state = state, .as_of = now}, {.window = {at(from), at(to)}}, now)) {
      texts.push_back(format_iso(slot.start, zone));
    }
    return texts;
  }
  Fixture fixture;
};

using Texts = std::vector<std::string>;

TEST(Slots, TheLastStartMustFitUnlessTheSwitchSaysOtherwise) {
  Small small;
  small.calendar().slot_duration = minutes{60};
  small.calendar().slot_interval = minutes{60};
  const Texts fitting{"2026-08-27T09:00:00-04:00", "2026-08-27T10:00:00-04:00", "2026-08-27T11:00:00-04:00"};
  EXPECT_EQ(small.starts("2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00"), fitting);
  small.fixture.settings.allow_start_at_close = true;
  Texts with_close = fitting;
  with_close.push_back("2026-08-27T12:00:00-04:00");
  EXPECT_EQ(small.starts("2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00"), with_close);
}

TEST(Slots, LongAndShortStretchesAreFoundAlike) {
  Small small;
  small.calendar().slot_duration = minutes{60};
  small.calendar().slot_interval = minutes{60};
  State state(small.fixture, 1, at("2025-01-01T00:00:00Z"));
  const Instant now = at("2026-01-01T00:00:00Z");
  const auto block = [&](const char* from, const char* to) {
    return state.add_block({.location_id = "loc", .user_id = "user0", .interval = {at(from), at(to)}}, now).id;
  };
  const std::string century = block("1970-01-01T00:00:00Z", "2070-01-01T00:00:00Z");
  block("2026-08-27T09:10:00-04:00", "2026-08-27T09:20:00-04:00");
  const auto found = [&] {
    return small.starts_of(state, "2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00", now + minutes{2});
  };
  EXPECT_EQ(found(), Texts{});
  state.delete_block(century, now + minutes{1});
  EXPECT_EQ(found(), (Texts{"2026-08-27T10:00:00-04:00", "2026-08-27T11:00:00-04:00"}));
}

TEST(Quirk, quirk_17_NoStartInTheGapAndBothInTheFold) {
  Small small;
  small.calendar().open_hours = WeeklyHours::on({0}, {60, 240});
  EXPECT_EQ(small.starts("2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00"),
            (Texts{"2026-03-08T01:00:00-05:00", "2026-03-08T01:30:00-05:00", "2026-03-08T03:00:00-04:00",
                   "2026-03-08T03:30:00-04:00"}));
  small.calendar().open_hours = WeeklyHours::on({0}, {60, 150});
  EXPECT_EQ(small.starts("2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00"),
            (Texts{"2026-11-01T01:00:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T01:00:00-05:00",
                   "2026-11-01T01:30:00-05:00", "2026-11-01T02:00:00-05:00"}));
}

TEST(Slots, LordHoweMovesByHalfAnHour) {
  Small small("Australia/Lord_Howe");
  small.calendar().open_hours = WeeklyHours::on({0}, {60, 240});
  small.calendar().slot_interval = minutes{60};
  // 2:00 to 2:30 does not exist on 4 October 2026; the grid stays on the wall clock's hours.
  EXPECT_EQ(small.starts("2026-10-04T00:00:00+10:30", "2026-10-05T00:00:00+11:00"),
            (Texts{"2026-10-04T01:00:00+10:30", "2026-10-04T03:00:00+11:00"}));
}

TEST(Slots, DoubleBufferWidensBothSides) {
  Small small;
  small.calendar().pre_buffer = minutes{10};
  small.calendar().post_buffer = minutes{20};
  small.calendar().slot_interval = minutes{15};
  State state(small.fixture, 1, at("2025-01-01T00:00:00Z"));
  state.add_appointment({.calendar_id = "cal",
                         .contact_id = "contact",
                         .assigned_user_id = "user0",
                         .interval = {at("2026-08-27T10:00:00-04:00"), at("2026-08-27T10:30:00-04:00")}},
                        at("2026-01-01T00:00:00Z"));
  // Between two bookings lie the earlier one's 20 minutes and the later one's 10.
  EXPECT_EQ(
      small.starts_of(state, "2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00", at("2026-01-02T00:00:00Z")),
      (Texts{"2026-08-27T09:00:00-04:00", "2026-08-27T11:00:00-04:00", "2026-08-27T11:15:00-04:00",
             "2026-08-27T11:30:00-04:00"}));
}

TEST(Slots, NoticeAndHorizonBoundTheStarts) {
  Small small;
  small.calendar().booking_after = holdfast::hours{1};
  small.calendar().booking_for = holdfast::days{1};
  const Instant now = at("2026-08-27T09:30:00-04:00");
  EXPECT_EQ(small.starts("2026-08-27T00:00:00-04:00", "2026-08-29T00:00:00-04:00", now),
            (Texts{"2026-08-27T10:30:00-04:00", "2026-08-27T11:00:00-04:00", "2026-08-27T11:30:00-04:00",
                   "2026-08-28T09:00:00-04:00", "2026-08-28T09:30:00-04:00"}));
}

TEST(Quirk, quirk_15_MembersWithoutHoursOfferNothing) {
  Small small;
  small.calendar().open_hours = {};
  EXPECT_TRUE(small.starts("2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00").empty());
  small.fixture.users[0].hours = WeeklyHours::on({4}, {10 * 60, 11 * 60});
  EXPECT_EQ(small.starts("2026-08-27T00:00:00-04:00", "2026-08-28T00:00:00-04:00"),
            (Texts{"2026-08-27T10:00:00-04:00", "2026-08-27T10:30:00-04:00"}));
}

TEST(Slots, RoundRobinChoosesByPriorityOrByFewestBookings) {
  Small small;
  small.calendar().team = {{.user_id = "user0"}, {.user_id = "user1", .priority = 1.0}};
  const Slot slot{
      .start = at("2026-08-27T09:00:00-04:00"), .end = at("2026-08-27T09:30:00-04:00"), .user_ids = {"user0", "user1"}};
  State state(small.fixture, 1, at("2025-01-01T00:00:00Z"));
  EXPECT_EQ(choose_user(*state.calendar("cal"), state, slot), "user1");
  Calendar equal = *state.calendar("cal");
  equal.equal_distribution = true;
  state.replace_calendar(equal);
  state.add_appointment({.calendar_id = "cal",
                         .contact_id = "contact",
                         .assigned_user_id = "user1",
                         .interval = {at("2026-08-28T09:00:00-04:00"), at("2026-08-28T09:30:00-04:00")}},
                        at("2026-01-01T00:00:00Z"));
  EXPECT_EQ(choose_user(*state.calendar("cal"), state, slot), "user0");
}

}  // namespace
}  // namespace mock_ghl::tests
