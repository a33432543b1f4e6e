#include "scenarios/world/draw_office.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace scenarios {

using holdfast::Instant;
using holdfast::SplitMix64;
using holdfast::booking::Notifier;
using mock_ghl::Alters;
using mock_ghl::AnswerForm;
using mock_ghl::ChaosRule;
using mock_ghl::DelayModel;
using mock_ghl::Fault;

namespace {

constexpr std::int64_t hour_ms = 3'600'000;
constexpr std::int64_t day_ms = 24 * hour_ms;

DelayModel draw_delay(SplitMix64& random, std::int64_t min_ms, std::int64_t max_ms) {
  if (random.chance(0.3)) {
    return DelayModel::lognormal(static_cast<double>(min_ms + (max_ms - min_ms) / 6), 0.8, min_ms, max_ms);
  }
  return DelayModel::uniform(min_ms, max_ms);
}

// One fault of the menu: where it makes sense and how long it takes.
struct MenuItem {
  Fault fault;
  const char* operation;
  double probability_max;
  std::int64_t delay_min_ms;
  std::int64_t delay_max_ms;
};

// The weather of a network and of a busy server.
constexpr std::array<MenuItem, 19> weather{{
    {Fault::latency, "*", 0.5, 20, 3'000},
    {Fault::rate_limited, "*", 0.15, 0, 0},
    {Fault::rate_limited, "create-appointment", 0.4, 0, 0},
    {Fault::server_error, "*", 0.15, 0, 0},
    {Fault::server_error, "create-appointment", 0.4, 0, 0},
    {Fault::lost_before_commit, "*", 0.1, 0, 3'000},
    {Fault::lost_after_commit, "*", 0.1, 0, 3'000},
    {Fault::lost_after_commit, "create-appointment", 0.5, 0, 6'000},
    {Fault::unreadable_after_commit, "*", 0.2, 0, 0},
    {Fault::late_commit, "create-appointment", 0.4, 500, late_arrival_max_ms},
    {Fault::late_commit, "*", 0.05, 500, 10'000},
    {Fault::hang, "*", 0.05, 5'000, 40'000},
    {Fault::commit_gap, "create-appointment", 0.8, 50, 3'000},
    {Fault::stale_free_slots, "get-slots", 0.6, 1'000, 3 * read_lag_max_ms},
    {Fault::hang, "create-appointment", 0.2, 2'000, 30'000},
    {Fault::strict_offset, "create-appointment", 0.9, 0, 0},
    {Fault::token_expired, "*", 0.05, 0, 0},
    {Fault::cloudflare, "*", 0.05, 0, 0},
    {Fault::error_in_2xx, "create-appointment", 0.1, 0, 0},
}};

// A GHL that does one thing and says another. A proxy may deliver a create twice; a note it may not, because then
// nobody could promise that there is one.
constexpr std::array<MenuItem, 7> untruths{{
    {Fault::refused_after_commit, "create-appointment", 0.3, 0, 0},
    {Fault::wrong_id_after_commit, "create-appointment", 0.3, 0, 0},
    {Fault::duplicate_delivery, "create-appointment", 0.3, 0, late_arrival_max_ms},
    {Fault::never_answer, "create-appointment", 0.1, 10'000, 60'000},
    {Fault::stale_reads, "get-*", 0.6, 500, read_lag_max_ms},
    {Fault::stores_other, "create-appointment", 0.3, 0, 0},
    {Fault::patchy_reads, "get-*", 0.6, 500, read_lag_max_ms},
}};

// When and how long a rule of the storm works: at any time, in a window, in stretches.
void draw_times(SplitMix64& random, std::int64_t storm_ms, ChaosRule& rule) {
  if (random.chance(0.3)) {
    const std::int64_t from_ms = random.between(0, storm_ms);
    rule.window = mock_ghl::ChaosWindow{from_ms, from_ms + random.between(2'000, storm_ms)};
  }
  if (random.chance(0.2)) rule.hold_ms = random.between(500, 10'000);
}

template <std::size_t N>
void draw_from(SplitMix64& random, const std::array<MenuItem, N>& menu, double activity, std::int64_t storm_ms,
               mock_ghl::ChaosPlan& plan) {
  for (const auto& item : menu) {
    if (!random.chance(activity)) continue;
    ChaosRule rule;
    rule.fault = item.fault;
    rule.operation = item.operation;
    rule.probability = 0.01 + item.probability_max * random.unit();
    if (item.delay_max_ms > 0) rule.delay = draw_delay(random, item.delay_min_ms, item.delay_max_ms);
    draw_times(random, storm_ms, rule);
    plan.rules.push_back(rule);
  }
}

// A refusal of the gateway that comes when the work is done: 401, 429, 400, 403.
void draw_refusals_after_commit(SplitMix64& random, std::int64_t storm_ms, mock_ghl::ChaosPlan& plan) {
  static constexpr std::array<std::pair<int, const char*>, 4> refusals{
      {{401, "Invalid JWT"},
       {429, "Too Many Requests"},
       {400, "The slot you have selected is no longer available."},
       {403, "The token does not have access to this location."}}};
  for (const auto& [status, message] : refusals) {
    if (!random.chance(0.3)) continue;
    ChaosRule rule;
    rule.fault = Fault::answer;
    rule.operation = "create-appointment";
    rule.answer = AnswerForm{.status = status, .message = message, .after_commit = true};
    rule.probability = 0.02 + 0.25 * random.unit();
    draw_times(random, storm_ms, rule);
    plan.rules.push_back(rule);
  }
}

bool has(const mock_ghl::ChaosPlan& plan, Fault fault) {
  return std::ranges::any_of(plan.rules, [&](const ChaosRule& rule) { return rule.fault == fault; });
}

mock_ghl::ChaosPlan draw_chaos(SplitMix64 random, std::int64_t storm_ms) {
  mock_ghl::ChaosPlan plan;
  const double activity = random.chance(0.15) ? 0.0 : 0.15 + 0.35 * random.unit();
  draw_from(random, weather, activity, storm_ms, plan);
  if (!random.chance(0.4)) return plan;
  draw_from(random, untruths, 0.1 + 0.3 * random.unit(), storm_ms, plan);
  draw_refusals_after_commit(random, storm_ms, plan);
  // A rival who slipped into the gap and a list that may lack just that rival: nobody could tell that a seat is theirs
  // alone before the list has caught up.
  if (has(plan, Fault::commit_gap)) {
    std::erase_if(plan.rules, [](const ChaosRule& rule) { return rule.fault == Fault::patchy_reads; });
  }
  // What was put elsewhere and denied, or made once more elsewhere, nobody would find.
  if (has(plan, Fault::stores_other)) {
    static constexpr std::array<Fault, 4> denials{Fault::answer, Fault::refused_after_commit,
                                                  Fault::wrong_id_after_commit, Fault::duplicate_delivery};
    std::erase_if(plan.rules,
                  [](const ChaosRule& rule) { return std::ranges::find(denials, rule.fault) != denials.end(); });
  }
  // Without its description nothing says whose an appointment is once its answer is lost too.
  static constexpr std::array<Alters, 4> alterations{Alters::start, Alters::end, Alters::calendar, Alters::contact};
  for (ChaosRule& rule : plan.rules) {
    if (rule.fault == Fault::stores_other) rule.alters = pick(random, alterations);
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

// Around a create, or around one of the daemon's own writes: just before, while it is at work, or just after.
Trigger draw_moment(SplitMix64& random, std::int64_t storm_ms) {
  static constexpr std::array<const char*, 6> ledger_operations{"ledger.advance",     "ledger.advance",
                                                                "ledger.open_intent", "ledger.acquire_hold",
                                                                "ledger.finish_job",  "ledger.any"};
  Trigger trigger;
  const double kind = random.unit();
  if (kind < 0.4) {
    trigger.delay_ms = random.between(0, storm_ms);
    return trigger;
  }
  if (kind < 0.7) {
    trigger.operation = random.chance(0.7) ? "create-appointment" : "get-calendar-events";
    trigger.nth = static_cast<int>(random.between(1, 20));
    trigger.delay_ms = random.between(0, 60);
  } else {
    trigger.operation = pick(random, ledger_operations);
    trigger.nth = static_cast<int>(random.between(1, trigger.operation == "ledger.any" ? 600 : 120));
    trigger.delay_ms = random.chance(0.5) ? 0 : random.between(0, 20);
  }
  trigger.on_answer = random.chance(0.5);
  return trigger;
}

std::vector<CrashPlan> draw_crashes(SplitMix64 random, std::int64_t storm_ms) {
  std::vector<CrashPlan> crashes;
  if (!random.chance(0.5)) return crashes;
  const auto count = random.between(1, 4);
  for (std::int64_t i = 0; i < count; ++i) {
    CrashPlan crash;
    crash.down_ms = random.chance(0.7) ? random.between(50, 2'000) : random.between(2'000, 15'000);
    crash.trigger = draw_moment(random, storm_ms);
    crashes.push_back(crash);
  }
  return crashes;
}

std::vector<StallPlan> draw_stalls(SplitMix64 random, std::int64_t storm_ms) {
  std::vector<StallPlan> stalls;
  if (!random.chance(0.12)) return stalls;
  const auto count = random.between(1, 3);
  for (std::int64_t i = 0; i < count; ++i) {
    StallPlan stall;
    stall.for_ms = random.chance(0.6) ? random.between(1'000, 20'000) : random.between(20'000, 180'000);
    stall.trigger = draw_moment(random, storm_ms);
    stalls.push_back(stall);
  }
  return stalls;
}

// By an hour, or by a day; never so far that the times people want would be over.
std::vector<WallStep> draw_wall_steps(SplitMix64 random, const Setting& setting, std::int64_t storm_ms) {
  std::vector<WallStep> steps;
  if (!random.chance(0.1)) return steps;
  const Instant popular = holdfast::Zone::find(setting.zone)->start_of_day(setting.popular);
  const std::int64_t room_ms = (popular - setting.start).count() - storm_ms - 4 * hour_ms;
  const auto count = random.between(1, 2);
  for (std::int64_t i = 0; i < count; ++i) {
    WallStep step;
    step.step_ms = random.chance(0.7) ? hour_ms : day_ms;
    const bool back = random.chance(0.5);
    if (back || 2 * step.step_ms > room_ms) step.step_ms = -step.step_ms;
    step.trigger = draw_moment(random, storm_ms);
    steps.push_back(step);
  }
  return steps;
}

DiskPlan draw_disk(SplitMix64 random) {
  DiskPlan disk;
  disk.latency_min_ms = 0;
  disk.latency_max_ms = random.chance(0.5) ? 2 : random.between(3, 30);
  if (random.chance(0.25)) disk.fail_before_commit = 0.03 * random.unit();
  if (random.chance(0.25)) disk.fail_after_commit = 0.03 * random.unit();
  return disk;
}

PersonDeed::Kind draw_deed(SplitMix64& random) {
  using Kind = PersonDeed::Kind;
  static constexpr std::array<std::pair<Kind, double>, 6> others{{{Kind::cancel, 0.35},
                                                                  {Kind::move, 0.25},
                                                                  {Kind::restore, 0.12},
                                                                  {Kind::remove, 0.10},
                                                                  {Kind::copy, 0.08},
                                                                  {Kind::edit, 0.10}}};
  if (random.chance(0.55)) return Kind::book;
  double left = random.unit();
  for (const auto& [kind, share] : others) {
    if (left < share) return kind;
    left -= share;
  }
  return Kind::cancel;
}

std::vector<PersonDeed> draw_persons(SplitMix64 random, const Setting& setting, const mock_ghl::Fixture& fixture,
                                     std::int64_t storm_ms) {
  std::vector<PersonDeed> deeds;
  if (!random.chance(0.6)) return deeds;
  const Instant popular = holdfast::Zone::find(setting.zone)->start_of_day(setting.popular);
  const auto count = random.between(1, 10);
  for (std::int64_t i = 0; i < count; ++i) {
    PersonDeed deed;
    deed.calendar_id = fixture.calendars[random.below(fixture.calendars.size())].id;
    deed.from = popular;
    deed.index = static_cast<int>(random.below(4));
    deed.to_index = static_cast<int>(random.below(6));
    deed.name = "Walkin " + std::to_string(i);
    deed.kind = draw_deed(random);
    if (random.chance(0.25)) deed.whose = PersonDeed::Whose::office;
    // Who empties an appointment that nobody has read back yet takes away all that says whose it is.
    if (deed.kind == PersonDeed::Kind::edit) deed.stood_ms = 2 * 60'000;
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

// Nothing of GHL answers for hours. Few runs have one: it costs as much as a hundred others.
void draw_outage(SplitMix64 random, RunPlan& plan) {
  if (!random.chance(0.005)) return;
  static constexpr std::array<Fault, 3> forms{Fault::server_error, Fault::lost_before_commit, Fault::cloudflare};
  ChaosRule rule;
  rule.fault = pick(random, forms);
  const std::int64_t from_ms = random.between(10'000, plan.storm_ms);
  const std::int64_t for_ms = random.between(2 * hour_ms, 26 * hour_ms);
  rule.window = mock_ghl::ChaosWindow{from_ms, from_ms + for_ms};
  plan.chaos.rules.insert(plan.chaos.rules.begin(), rule);
  plan.storm_ms = from_ms + for_ms + 60'000;
}

}  // namespace

void draw_office(RunPlan& plan, const Setting& setting, SplitMix64 random) {
  draw_second_tenant(random.fork(1), setting, plan);
  plan.chaos = draw_chaos(random.fork(2), plan.storm_ms);
  plan.ghl_link = draw_link(random.fork(3), 0.25);
  plan.vapi_link = draw_link(random.fork(4), 0.25);
  plan.disk = draw_disk(random.fork(5));
  plan.crashes = draw_crashes(random.fork(6), plan.storm_ms);
  plan.persons = draw_persons(random.fork(7), setting, plan.fixture, plan.storm_ms);
  plan.stalls = draw_stalls(random.fork(8), plan.storm_ms);
  plan.wall_steps = draw_wall_steps(random.fork(9), setting, plan.storm_ms);
  // What was put off before a step back and a restart is due when the wall says so again.
  for (const WallStep& step : plan.wall_steps) plan.calm_ms += std::max<std::int64_t>(0, -step.step_ms);
  draw_outage(random.fork(10), plan);
  static constexpr std::array<Notifier, 6> notifiers{Notifier::ghl, Notifier::ghl,   Notifier::ghl,
                                                     Notifier::sms, Notifier::email, Notifier::none};
  SplitMix64 who_tells = random.fork(11);
  plan.notifier = pick(who_tells, notifiers);
}

}  // namespace scenarios
