// The chaos plan, its JSON, and every fault by what it leaves behind.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;
using holdfast::seconds;

ChaosPlan one_rule(Fault fault, std::string operation, DelayModel delay = {}) {
  return {.rules = {{.fault = fault, .operation = std::move(operation), .delay = delay}}};
}

constexpr char ten_oclock[] = "2026-08-24T10:00:00-04:00";
constexpr char noon[] = "2026-08-24T12:00:00-04:00";  // beyond the personal calendar's notice

std::size_t live_bookings(const Rig& rig) {
  std::size_t count = 0;
  for (const auto& [id, appointment] : rig.twin.state().appointments()) count += appointment.occupies();
  return count;
}

struct Timed {
  HttpResponse response;
  Duration took;
};
Timed timed(Rig& rig, HttpRequest request) {
  const Instant before = rig.loop.clock().now();
  HttpResponse response = rig.send(std::move(request));
  return {std::move(response), rig.loop.clock().now() - before};
}

HttpRequest create(Rig& rig, const std::string& name = "Jane") {
  return Rig::request("POST", "/calendars/events/appointments", Rig::booking(rig.contact(name), ten_oclock));
}

TEST(ChaosPlan, ReadsBackWhatItWrites) {
  ChaosPlan plan;
  plan.rules.push_back({.fault = Fault::latency,
                        .operation = "get-*",
                        .probability = 0.25,
                        .limit = 3,
                        .delay = DelayModel::lognormal(120.5, 0.75, 10, 4'000),
                        .window = ChaosWindow{.from_ms = 5, .to_ms = 60'000},
                        .hold_ms = 700});
  plan.rules.push_back({.fault = Fault::late_commit, .delay = DelayModel::uniform(100, 200)});
  plan.rules.push_back({.fault = Fault::strict_offset});
  const auto read = parse_chaos(to_json(plan));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, plan);
}

TEST(ChaosPlan, ReadsBackEveryMemberItKnows) {
  constexpr char text[] = R"({"rules":[
    {"fault":"answer","operation":"edit-*","caller":"loc*","header":{"name":"User-Agent","glob":"python-*"},"nth":2,
     "until":"get-access-token","answer":{"status":403,"body":"html","message":"m","text":"t","instead_of":"4??"}},
    {"fault":"rate_limited","every_nth":3,"answer":{"body":"empty"}},
    {"fault":"duplicate_delivery","from_nth":4,"sees":"second"},
    {"fault":"latency","delay":{"lognormal":{"median_ms":100,"p99_ms":2000}}}],
   "script":[{"before":"get-slots","nth":2,"do":"book","calendarId":"c","startTime":"2026-08-24T10:00:00Z",
              "contactName":"n"},
             {"after":"create-*","do":"cancel","id":"a"},
             {"after":"*","do":"edit_calendar","change":{"slotDuration":45}}]})";
  const auto plan = parse_chaos(text);
  ASSERT_TRUE(plan) << plan.error().message;
  const auto again = parse_chaos(to_json(*plan));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(*again, *plan);
  EXPECT_EQ(plan->rules[0].answer->status, 403);
  EXPECT_EQ(plan->rules[1].ordinal, (Ordinal{.kind = Ordinal::Kind::every, .n = 3}));
  EXPECT_EQ(plan->rules[2].sees, Sees::second);
  EXPECT_EQ(plan->script[1].deed, ScriptStep::Deed::cancel);
  for (std::size_t i = 0; i < fault_count; ++i) {
    const auto fault = static_cast<Fault>(i);
    EXPECT_EQ(parse_fault(to_string(fault)), fault);
  }
}

TEST(ChaosPlan, ErrorsOfTheNewMembersNameThePath) {
  const auto message = [](const std::string& rule) {
    const auto read = parse_chaos(R"({"rules":[)" + rule + "]}");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"fault":"answer"})"), "rules[0].answer: is required");
  EXPECT_EQ(message(R"({"fault":"answer","answer":{"status":99}})"),
            "rules[0].answer.status: must be between 200 and 599");
  EXPECT_EQ(message(R"({"fault":"latency","answer":{"status":200}})"),
            "rules[0].answer: goes with the faults answer, rate_limited and daily_limit");
  EXPECT_EQ(message(R"({"fault":"answer","answer":{"status":200,"body":"pdf"}})"),
            "rules[0].answer.body: must be one of: json, html, empty, truncated, wrong_content_type, text");
  EXPECT_EQ(message(R"({"fault":"latency","nth":1,"every_nth":2})"),
            "rules[0].nth: must stand alone: give one of nth, every_nth, from_nth");
  EXPECT_EQ(message(R"({"fault":"latency","nth":0})"), "rules[0].nth: must be between 1 and 1000000000");
  EXPECT_EQ(message(R"({"fault":"latency","sees":"first"})"), "rules[0].sees: goes with the fault duplicate_delivery");
  EXPECT_EQ(message(R"({"fault":"latency","header":{"glob":"x"}})"), "rules[0].header.name: is required");
  EXPECT_EQ(message(R"({"fault":"latency","delay":{"lognormal":{"median_ms":9,"p99_ms":5}}})"),
            "rules[0].delay.lognormal.p99_ms: must not be less than median_ms, which must be greater than 0");
  EXPECT_EQ(message(R"({"fault":"latency","delay":{"lognormal":{"median_ms":9,"p99_ms":15,"sigma":1}}})"),
            "rules[0].delay.lognormal.p99_ms: must stand alone, without sigma: they say the same");
  const auto step = [](const std::string& text) {
    const auto read = parse_chaos(R"({"script":[)" + text + "]}");
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(step(R"({"do":"book"})"), "script[0].before: or after must name the operation, not both");
  EXPECT_EQ(step(R"({"before":"*","after":"*","do":"book"})"),
            "script[0].before: or after must name the operation, not both");
  EXPECT_EQ(step(R"({"before":"*","do":"sing"})"), "script[0].do: must be one of: book, cancel, edit_calendar");
  EXPECT_EQ(step(R"({"before":"*","do":"book","startTime":"noon"})"),
            "script[0].startTime: must be ISO 8601 with an offset");
  EXPECT_EQ(step(R"({"before":"*","do":"edit_calendar","change":{"slotLength":1}})"),
            "script[0].change: slotLength: is not a known key; check its spelling");
  EXPECT_EQ(step(R"({"before":"*","do":"cancel","calendarId":"c"})"),
            "script[0].calendarId: is not a known key; check its spelling");
}

TEST(ChaosPlan, TheShippedExamplesAreValid) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(MOCK_GHL_CHAOS_EXAMPLES)) {
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto plan = parse_chaos(text);
    EXPECT_TRUE(plan) << entry.path() << ": " << (plan ? "" : plan.error().message);
    EXPECT_FALSE(plan && plan->rules.empty()) << entry.path();
    names.insert(entry.path().filename());
  }
  EXPECT_EQ(names, (std::set<std::string>{"cloudflare.json", "flaky_afternoon.json", "lost_answers.json",
                                          "race_window.json"}));
}

TEST(ChaosPlan, ErrorsNameThePath) {
  const auto message = [](std::string_view text) {
    const auto read = parse_chaos(text);
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency"},{"fault":"sleepy"}]})").substr(0, 31),
            "rules[1].fault: must be one of:");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","probability":1.5}]})"),
            "rules[0].probability: must be between 0.0 and 1.0");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","delay":{"fixed_ms":1,"uniform_ms":[1,2]}}]})"),
            "rules[0].delay: must have exactly one of fixed_ms, uniform_ms, lognormal");
  EXPECT_EQ(message(R"({"rules":[{"fault":"latency","odds":1}]})"),
            "rules[0].odds: is not a known key; check its spelling");
  EXPECT_EQ(message(R"({"rules":[{"fault":"hang","window":{"from_ms":1}}]})"), "rules[0].window.to_ms: is required");
  EXPECT_EQ(message(R"({"rules":7})"), "rules: must be a list");
  EXPECT_EQ(message("[]"), "the plan: must be an object");
}

TEST(ChaosPlan, GlobsMatchWhole) {
  EXPECT_TRUE(glob_matches("*", "create-appointment"));
  EXPECT_TRUE(glob_matches("get-*", "get-slots"));
  EXPECT_TRUE(glob_matches("*-contact*", "search-contacts-advanced"));
  EXPECT_TRUE(glob_matches("get-slot?", "get-slots"));
  EXPECT_FALSE(glob_matches("get", "get-slots"));
  EXPECT_FALSE(glob_matches("*-appointment", "get-appointments-for-contact"));
  EXPECT_FALSE(glob_matches("", "x"));
}

TEST(ChaosPlan, LognormalHasItsMedianAndBounds) {
  const DelayModel model = DelayModel::lognormal(100, 0.8, 20, 5'000);
  holdfast::SplitMix64 random(11);
  int below = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto delay = model.draw(random).count();
    ASSERT_GE(delay, 20);
    ASSERT_LE(delay, 5'000);
    below += delay < 100;
  }
  EXPECT_NEAR(below, 5'000, 200);
}

TEST(ChaosPlan, LognormalByItsMedianAndP99) {
  const DelayModel model = DelayModel::lognormal_p99(100, 2'000, 0, 1'000'000);
  holdfast::SplitMix64 random(12);
  int above = 0;
  int below = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto delay = model.draw(random).count();
    above += delay > 2'000;
    below += delay < 100;
  }
  EXPECT_NEAR(above, 200, 50);
  EXPECT_NEAR(below, 10'000, 300);
}

TEST(Chaos, LatencyComesBeforeTheWork) {
  Rig rig;
  HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::latency, "create-appointment", DelayModel::fixed(2'500)));
  const Timed made = timed(rig, request);
  EXPECT_EQ(made.response.status, 201);
  EXPECT_EQ(made.took, Duration(2'500));
  EXPECT_EQ(rig.twin.state().appointments().begin()->second.created_at, monday_morning() + Duration(2'500));
}

TEST(Chaos, RateLimitedDoesNothing) {
  Rig rig;
  HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::rate_limited, "create-appointment"));
  const HttpResponse response = rig.send(request);
  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(Rig::json(response)["message"], "Too Many Requests");
  EXPECT_FALSE(response.headers.find("Retry-After"));
  EXPECT_TRUE(response.headers.find("X-RateLimit-Daily-Remaining"));
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST(Chaos, ServerErrorsDoNothingAndComeInSeveralForms) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::server_error, "create-appointment"));
  std::set<std::pair<int, bool>> forms;
  for (int i = 0; i < 60; ++i) {
    const HttpResponse response = rig.send(request);
    forms.emplace(response.status, holdfast::net::is_json(response.headers));
  }
  EXPECT_EQ(forms, (std::set<std::pair<int, bool>>{{500, true}, {502, false}, {503, false}, {503, true}}));
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST(Chaos, LostBeforeCommitCutsTheConnectionAfterTheDelay) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::lost_before_commit, "create-appointment", DelayModel::fixed(900)));
  const Timed lost = timed(rig, request);
  EXPECT_TRUE(lost.response.abandoned);
  EXPECT_EQ(lost.took, Duration(900));
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST(Chaos, Quirk4LostAfterCommitLeavesABooking) {
  bool cut = false;
  bool gateway = false;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Rig rig(demo_fixture(), monday_morning(), seed);
    const HttpRequest request = create(rig);
    rig.twin.set_chaos({.rules = {{.fault = Fault::lost_after_commit, .operation = "create-appointment", .limit = 1}}});
    const HttpResponse response = rig.send(request);
    cut = cut || response.abandoned;
    gateway = gateway || response.status == 502 || response.status == 504;
    EXPECT_TRUE(response.abandoned || response.status == 502 || response.status == 504);
    EXPECT_EQ(live_bookings(rig), 1U);
    // The retry of a client that does not know: the second member serves it, then the slot is its own ghost's.
    EXPECT_EQ(rig.send(request).status, 201);
    EXPECT_EQ(rig.send(request).status, 400);
  }
  EXPECT_TRUE(cut);
  EXPECT_TRUE(gateway);
}

TEST(Chaos, Quirk5UnreadableAfterCommitIsA2xxWithoutJson) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::unreadable_after_commit, "create-appointment"));
  const HttpResponse response = rig.send(request);
  EXPECT_EQ(response.status, 201);
  EXPECT_FALSE(holdfast::parse_json(response.body).has_value());
  EXPECT_EQ(live_bookings(rig), 1U);
}

TEST(Chaos, LateCommitLandsAfterTheAnswer) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::late_commit, "create-appointment", DelayModel::fixed(30'000)));
  const Timed answered = timed(rig, request);
  EXPECT_EQ(answered.took, Duration(0));
  EXPECT_TRUE(answered.response.abandoned || answered.response.status == 504);
  rig.loop.run_until(monday_morning() + Duration(29'999));
  EXPECT_EQ(live_bookings(rig), 0U);
  rig.twin.set_chaos({});  // calm does not call it back
  rig.loop.run_until(monday_morning() + Duration(30'001));
  EXPECT_EQ(live_bookings(rig), 1U);
  EXPECT_EQ(rig.twin.state().appointments().begin()->second.created_at, monday_morning() + Duration(30'000));
}

TEST(Chaos, HangIsDoneAtOnceAndAnsweredMuchLater) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::hang, "create-appointment", DelayModel::fixed(120'000)));
  const Timed answered = timed(rig, request);
  EXPECT_EQ(answered.took, Duration(120'000));
  EXPECT_EQ(answered.response.status, 201);
  EXPECT_EQ(rig.twin.state().appointments().begin()->second.created_at, monday_morning());
}

holdfast::net::Task<void> send_into(Twin& twin, HttpRequest request, int& status) {
  status = (co_await twin.handle(std::move(request))).status;
}

// Two creates for the one place of a personal calendar, at the same time.
std::pair<int, int> race(Rig& rig) {
  const Json first = Rig::booking(rig.contact("Jane"), noon, personal);
  const Json second = Rig::booking(rig.contact("John"), noon, personal);
  int first_status = 0;
  int second_status = 0;
  rig.loop.spawn(send_into(rig.twin, Rig::request("POST", "/calendars/events/appointments", first), first_status));
  rig.loop.spawn(send_into(rig.twin, Rig::request("POST", "/calendars/events/appointments", second), second_status));
  rig.loop.run_until(rig.loop.clock().now() + seconds{5});
  return {first_status, second_status};
}

TEST(Chaos, Quirk2WithoutAGapOneOfTwoWins) {
  Rig rig;
  rig.twin.set_chaos(one_rule(Fault::latency, "create-appointment", DelayModel::fixed(10)));
  EXPECT_EQ(race(rig), (std::pair{201, 400}));
  EXPECT_EQ(live_bookings(rig), 1U);
}

TEST(Chaos, Quirk3ACommitGapDoubleBooks) {
  Rig rig;
  rig.twin.set_chaos(one_rule(Fault::commit_gap, "*", DelayModel::fixed(50)));
  EXPECT_EQ(race(rig), (std::pair{201, 201}));
  EXPECT_EQ(live_bookings(rig), 2U);
}

TEST(Chaos, Quirk3APersonFallsIntoTheGap) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(one_rule(Fault::commit_gap, "create-appointment", DelayModel::fixed(1'000)));
  int status = 0;
  rig.loop.spawn(send_into(
      rig.twin, Rig::request("POST", "/calendars/events/appointments", Rig::booking(contact, noon, personal)), status));
  rig.loop.run_until(monday_morning() + Duration(500));
  const auto booked = rig.twin.book_as_person(personal, at(noon), "Walk In");
  ASSERT_TRUE(booked) << booked.error().message;
  rig.loop.run_until(monday_morning() + Duration(1'500));
  EXPECT_EQ(status, 201);
  EXPECT_EQ(live_bookings(rig), 2U);
  // Persons themselves are atomic: the next one is refused.
  EXPECT_EQ(rig.twin.book_as_person(personal, at(noon), "Late Comer").error().kind, holdfast::ErrorKind::slot_taken);
}

TEST(Chaos, Quirk16StaleFreeSlotsShowThePast) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.loop.run_until(monday_morning() + seconds{20});
  const Json made = Rig::json(rig.book(Rig::booking(contact, noon, personal)));
  const auto offers_noon = [&] {
    const Json day = Rig::json(rig.slots(personal, at(noon), at("2026-08-24T12:20:00-04:00")));
    return day.contains("2026-08-24");
  };
  EXPECT_FALSE(offers_noon());
  rig.twin.set_chaos(one_rule(Fault::stale_free_slots, "get-slots", DelayModel::fixed(10'000)));
  EXPECT_TRUE(offers_noon()) << "just booked, still offered";
  rig.loop.run_until(monday_morning() + seconds{35});
  EXPECT_FALSE(offers_noon());
  rig.send("PUT", "/calendars/events/appointments/" + made["id"].get<std::string>(),
           {{"appointmentStatus", "cancelled"}});
  EXPECT_FALSE(offers_noon()) << "just cancelled, still missing";
  rig.loop.run_until(monday_morning() + seconds{50});
  EXPECT_TRUE(offers_noon());
}

TEST(Chaos, Quirk8StrictOffsetRefusesTheSameInstantWrittenOtherwise) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(one_rule(Fault::strict_offset, "create-appointment"));
  EXPECT_EQ(rig.book(Rig::booking(contact, "2026-08-24T14:00:00Z")).status, 400);
  EXPECT_EQ(rig.book(Rig::booking(contact, "2026-08-24T15:00:00+01:00")).status, 400);
  EXPECT_EQ(rig.book(Rig::booking(contact, ten_oclock)).status, 201);
  rig.twin.set_chaos({});
  EXPECT_EQ(rig.book(Rig::booking(contact, "2026-08-24T15:00:00Z")).status, 201);
}

TEST(Chaos, LimitsWindowsAndHoldsBoundARule) {
  Rig rig;
  const std::string target = std::string("/calendars/") + consult;
  ChaosRule rule{.fault = Fault::rate_limited, .operation = "get-calendar", .limit = 2};
  rig.twin.set_chaos({.rules = {rule}});
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) statuses.push_back(rig.send("GET", target).status);
  EXPECT_EQ(statuses, (std::vector{429, 429, 200, 200}));

  rule.limit = -1;
  rule.window = ChaosWindow{.from_ms = 1'000, .to_ms = 2'000};
  const Instant begun = rig.loop.clock().now();
  rig.twin.set_chaos({.rules = {rule}});
  statuses.clear();
  for (const int ms : {0, 999, 1'000, 1'999, 2'000}) {
    rig.loop.run_until(begun + Duration(ms));
    statuses.push_back(rig.send("GET", target).status);
  }
  EXPECT_EQ(statuses, (std::vector{200, 200, 429, 429, 200}));

  // A rule that holds goes on firing although its probability is small.
  rule.window.reset();
  rule.probability = 0.2;
  rule.hold_ms = 5'000;
  rig.twin.set_chaos({.rules = {rule}});
  int tries = 0;
  while (rig.send("GET", target).status != 429) ASSERT_LT(++tries, 1'000);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(rig.send("GET", target).status, 429);
}

TEST(Chaos, RulesDoNotDisturbEachOther) {
  const auto fired_on = [](bool with_other_rule) {
    Rig rig;
    ChaosPlan plan;
    plan.rules.push_back({.fault = Fault::rate_limited, .operation = "get-calendar", .probability = 0.5});
    if (with_other_rule) {
      plan.rules.push_back({.fault = Fault::latency, .probability = 0.5, .delay = DelayModel::uniform(0, 3)});
    }
    rig.twin.set_chaos(plan);
    std::string pattern;
    for (int i = 0; i < 64; ++i) {
      pattern += rig.send("GET", std::string("/calendars/") + consult).status == 429 ? 'x' : '.';
    }
    return pattern;
  };
  EXPECT_EQ(fired_on(false), fired_on(true));
  EXPECT_NE(fired_on(false).find('x'), std::string::npos);
  EXPECT_NE(fired_on(false).find('.'), std::string::npos);
}

TEST(Chaos, TheJournalCountsWhatHappened) {
  Rig rig;
  rig.twin.set_chaos({.rules = {{.fault = Fault::rate_limited, .operation = "get-location", .limit = 1},
                                {.fault = Fault::latency, .operation = "get-*", .delay = DelayModel::fixed(5)},
                                {.fault = Fault::commit_gap, .operation = "*"}}});
  rig.send("GET", std::string("/calendars/") + consult);
  rig.send("GET", std::string("/locations/") + demo_location);
  const auto& journal = rig.twin.journal();
  ASSERT_EQ(journal.size(), 3U);
  EXPECT_EQ(journal[0].fault, Fault::latency);
  EXPECT_EQ(journal[0].operation, "get-calendar");
  EXPECT_EQ(journal[0].request_number, 1U);
  EXPECT_EQ(journal[1].fault, Fault::rate_limited);
  EXPECT_EQ(journal[1].request_number, 2U);
  EXPECT_EQ(journal[1].at, monday_morning() + Duration(5));
  EXPECT_EQ(rig.twin.fault_count_of(Fault::latency), 2U);
  EXPECT_EQ(rig.twin.fault_count_of(Fault::commit_gap), 0U) << "a gap is only where something is committed";
  EXPECT_EQ(rig.twin.requests(), 2U);
}

const std::string consult_path = std::string("/calendars/") + consult;

// Statuses of reads of one calendar, one after another.
std::vector<int> reads(Rig& rig, int count) {
  std::vector<int> statuses;
  for (int i = 0; i < count; ++i) statuses.push_back(rig.send("GET", consult_path).status);
  return statuses;
}

TEST(Chaos, RulesFireOnTheNthRequestThatMatches) {
  Rig rig;
  ChaosRule rule{.fault = Fault::rate_limited, .operation = "get-calendar"};
  const auto statuses = [&](Ordinal ordinal) {
    rule.ordinal = ordinal;
    rig.twin.set_chaos({.rules = {rule}});
    rig.send("GET", std::string("/locations/") + demo_location);  // does not match, so it does not count
    return reads(rig, 5);
  };
  EXPECT_EQ(statuses({.kind = Ordinal::Kind::exactly, .n = 2}), (std::vector{200, 429, 200, 200, 200}));
  EXPECT_EQ(statuses({.kind = Ordinal::Kind::every, .n = 2}), (std::vector{200, 429, 200, 429, 200}));
  EXPECT_EQ(statuses({.kind = Ordinal::Kind::from, .n = 4}), (std::vector{200, 200, 200, 429, 429}));
  EXPECT_EQ(statuses({}), (std::vector{429, 429, 429, 429, 429}));
  rule.limit = 1;
  EXPECT_EQ(statuses({.kind = Ordinal::Kind::from, .n = 2}), (std::vector{200, 429, 200, 200, 200}));
}

TEST(Chaos, RulesKnowTheirCaller) {
  Fixture fixture = demo_fixture();
  fixture.locations.push_back({.id = "locOther", .name = "Other"});
  fixture.tokens.push_back({.token = "pit-other", .location_id = "locOther"});
  Rig rig(fixture);
  const auto status = [&](const char* token, const char* agent) {
    HttpRequest request = Rig::request("GET", consult_path);
    request.headers.set("Authorization", std::string("Bearer ") + token);
    if (*agent != '\0') request.headers.set("User-Agent", agent);
    return rig.send(std::move(request)).status;
  };
  const auto only = [&](ChaosRule rule) {
    rule.fault = Fault::rate_limited;
    rig.twin.set_chaos({.rules = {rule}});
    return std::vector{status(demo_token, "curl/8"), status("pit-other", "python-urllib/3.12"),
                       status("pit-other", "")};
  };
  EXPECT_EQ(only({.caller = "locOther"}), (std::vector{200, 429, 429}));
  EXPECT_EQ(only({.caller = "pit-0000*"}), (std::vector{429, 403, 403}));
  EXPECT_EQ(only({.caller = demo_location}), (std::vector{429, 403, 403}));
  EXPECT_EQ(only({.header = HeaderFilter{"user-agent", "python-*"}}), (std::vector{200, 429, 403}));
  EXPECT_EQ(only({.header = HeaderFilter{"User-Agent", ""}}), (std::vector{200, 403, 429})) << "an absent one is empty";
}

TEST(Chaos, Quirk41ATokenExpiresMidSequenceUntilARefresh) {
  Rig rig;
  // Until a time.
  rig.twin.set_chaos({.rules = {{.fault = Fault::token_expired,
                                 .hold_ms = 5'000,
                                 .caller = demo_token,
                                 .ordinal = {.kind = Ordinal::Kind::exactly, .n = 3}}}});
  EXPECT_EQ(reads(rig, 5), (std::vector{200, 200, 401, 401, 401}));
  EXPECT_EQ(Rig::json(rig.send("GET", consult_path))["message"], "Invalid JWT");
  rig.loop.run_until(rig.loop.clock().now() + seconds{5});
  EXPECT_EQ(reads(rig, 1), (std::vector{200}));
  // Until something succeeds: here a read of the location stands for the refresh.
  rig.twin.set_chaos(
      {.rules = {{.fault = Fault::token_expired, .operation = "get-calendar", .until = "get-location"}}});
  EXPECT_EQ(reads(rig, 2), (std::vector{401, 401}));
  EXPECT_EQ(rig.send("GET", "/locations/nowhere").status, 403);
  EXPECT_EQ(reads(rig, 1), (std::vector{401})) << "a refresh that failed is none";
  rig.send("GET", std::string("/locations/") + demo_location);
  EXPECT_EQ(reads(rig, 2), (std::vector{200, 200}));
}

TEST(Chaos, A429WithoutBodyAndTheDailyOne) {
  Rig rig;
  rig.twin.set_chaos(
      {.rules = {{.fault = Fault::rate_limited, .answer = AnswerForm{.body = AnswerForm::Body::empty}}}});
  const HttpResponse bare = rig.send("GET", consult_path);
  EXPECT_EQ(bare.status, 429);
  EXPECT_EQ(bare.body, "");
  EXPECT_NE(bare.headers.find("X-RateLimit-Daily-Remaining"), "0");
  rig.twin.set_chaos(one_rule(Fault::daily_limit, "*"));
  const HttpResponse daily = rig.send("GET", consult_path);
  EXPECT_EQ(daily.status, 429);
  EXPECT_EQ(daily.headers.find("X-RateLimit-Daily-Remaining"), "0");
  EXPECT_FALSE(daily.headers.find("Retry-After"));
}

TEST(Chaos, NeverAnsweredKeepsTheLineOpenAndDoesNothing) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::never_answer, "create-appointment"));
  const Timed silent = timed(rig, request);
  EXPECT_TRUE(silent.response.abandoned);
  EXPECT_EQ(silent.took, holdfast::minutes{10});
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST(Chaos, ADuplicatedRequestIsExecutedTwice) {
  const auto answer_seen = [](Sees sees, std::size_t& booked) {
    Rig rig;
    const HttpRequest request =
        Rig::request("POST", "/calendars/events/appointments", Rig::booking(rig.contact(), noon, personal));
    rig.twin.set_chaos(
        {.rules = {{.fault = Fault::duplicate_delivery, .delay = DelayModel::fixed(700), .sees = sees}}});
    const int status = rig.send(request).status;
    rig.loop.run_until(monday_morning() + seconds{2});
    booked = live_bookings(rig);
    return status;
  };
  std::size_t booked = 0;
  EXPECT_EQ(answer_seen(Sees::first, booked), 201);
  EXPECT_EQ(booked, 1U);
  EXPECT_EQ(answer_seen(Sees::second, booked), 400) << "its own first delivery holds the slot";
  EXPECT_EQ(booked, 1U);
  // Where nothing guards it, the second delivery does it again.
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(one_rule(Fault::duplicate_delivery, "create-note"));
  rig.send("POST", "/contacts/" + contact + "/notes", {{"body", "hello"}});
  rig.loop.poll();
  EXPECT_EQ(rig.twin.state().notes().at(contact).size(), 2U);
}

TEST(Chaos, ASlowBodyIsWholeAndTakesItsTime) {
  Rig rig;
  const std::size_t clean = rig.send("GET", consult_path).body.size();
  rig.twin.set_chaos({.rules = {{.fault = Fault::slow_body, .delay = DelayModel::fixed(8'000)},
                                {.fault = Fault::answer,
                                 .ordinal = {.kind = Ordinal::Kind::from, .n = 2},
                                 .answer = AnswerForm{.status = 200}}}});
  const Timed slow = timed(rig, Rig::request("GET", consult_path));
  EXPECT_EQ(slow.response.body_over_ms, 8'000) << "the transport plays it";
  EXPECT_EQ(slow.response.body.size(), clean);
  EXPECT_EQ(slow.took, Duration(0));
  EXPECT_EQ(rig.send("GET", consult_path).body_over_ms, 8'000) << "with another's answer too";
}

// Any plan of the faults that end by themselves.
ChaosPlan arbitrary_plan() {
  const auto below = [](int bound) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(0, bound)); };
  ChaosPlan plan;
  const char* operations[] = {"*", "get-*", "create-appointment", "get-calendar"};
  const char* callers[] = {"*", "*", "pit-*", "locClinic*", "nobody"};
  for (int i = below(6); i >= 0; --i) {
    ChaosRule rule{.fault = static_cast<Fault>(below(fault_count)),
                   .operation = operations[below(4)],
                   .probability = below(11) / 10.0,
                   .limit = below(8) - 1,
                   .delay = DelayModel::uniform(below(20), 20 + below(500)),
                   .hold_ms = below(3) * 400,
                   .caller = callers[below(5)],
                   .ordinal = {.kind = static_cast<Ordinal::Kind>(below(3)), .n = below(5)}};
    if (rule.ordinal.n == 0) rule.ordinal = {};
    if (below(4) == 0) rule.window = ChaosWindow{below(2'000), below(9'000)};
    if (below(4) == 0) rule.until = "get-location";
    if (rule.fault == Fault::answer)
      rule.answer = AnswerForm{.status = 200 + below(400), .after_commit = below(2) == 0};
    plan.rules.push_back(rule);
  }
  return plan;
}

RC_GTEST_PROP(Chaos, TheSameSeedPlanAndRequestsInjectTheSame, (std::uint64_t seed)) {
  const ChaosPlan plan = arbitrary_plan();
  const auto copy = parse_chaos(to_json(plan));
  RC_ASSERT(copy.has_value());
  RC_ASSERT(*copy == plan);
  const auto told = [&](const ChaosPlan& given) {
    Rig rig(demo_fixture(), monday_morning(), seed);
    const std::string contact = rig.contact();
    rig.twin.record_requests(1'000);
    rig.twin.set_chaos(given);
    std::string story;
    for (int i = 0; i < 25; ++i) {
      HttpResponse response;
      if (i % 3 == 0) response = rig.book(Rig::booking(contact, ten_oclock));
      if (i % 3 == 1) response = rig.send("GET", consult_path);
      if (i % 3 == 2) response = rig.slots(consult, monday_morning(), at("2026-08-26T00:00:00-04:00"));
      story += std::to_string(response.status) + (response.abandoned ? " cut " : " ") + response.body;
    }
    for (const JournalEntry& entry : rig.twin.journal()) {
      story += " " + std::string(to_string(entry.fault)) + "@" + std::to_string(entry.request_number) + "@" +
               std::to_string(to_epoch_ms(entry.at));
    }
    // The journal of requests ties the same faults to the same numbers.
    std::set<std::pair<std::uint64_t, std::size_t>> noted;
    std::set<std::pair<std::uint64_t, std::size_t>> recorded;
    for (const JournalEntry& entry : rig.twin.journal()) {
      noted.emplace(entry.request_number, static_cast<std::size_t>(entry.fault));
    }
    for (const RequestRecord& record : rig.twin.request_log().records()) {
      for (std::size_t i = 0; i < fault_count; ++i) {
        if (((record.faults >> i) & 1U) != 0) recorded.emplace(record.number, i);
      }
    }
    RC_ASSERT(noted == recorded);
    return story;
  };
  RC_ASSERT(told(plan) == told(*copy));
}

TEST(Twin, SameSeedSameIds) {
  const auto ids = [](std::uint64_t seed) {
    Rig rig(demo_fixture(), monday_morning(), seed);
    const HttpResponse response = rig.book(Rig::booking(rig.contact(), ten_oclock));
    return response.body;
  };
  EXPECT_EQ(ids(3), ids(3));
  EXPECT_NE(ids(3), ids(4));
}

TEST(Twin, ResetForgetsEverythingAndLateCommitsLandNowhere) {
  Rig rig;
  const HttpRequest request = create(rig);
  rig.twin.set_chaos(one_rule(Fault::late_commit, "create-appointment", DelayModel::fixed(1'000)));
  rig.send(request);
  rig.twin.reset();
  EXPECT_TRUE(rig.twin.journal().empty());
  EXPECT_TRUE(rig.twin.state().contacts().empty());
  rig.loop.run_until(monday_morning() + seconds{2});
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST(Twin, PersonsBookAndCancel) {
  Rig rig;
  const auto booked = rig.twin.book_as_person(consult, at(ten_oclock), "Grace Hopper");
  ASSERT_TRUE(booked);
  const Appointment* appointment = rig.twin.state().appointment(*booked);
  EXPECT_EQ(appointment->source, "calendar_page");
  EXPECT_EQ(rig.twin.state().contact(appointment->contact_id)->fields.full_name(), "Grace Hopper");
  EXPECT_EQ(rig.twin.book_as_person("nowhere", at(ten_oclock), "X").error().kind, holdfast::ErrorKind::not_found);
  EXPECT_TRUE(rig.twin.cancel_as_person(*booked));
  EXPECT_FALSE(appointment->occupies());
  EXPECT_TRUE(rig.twin.cancel_as_person(*booked)) << "twice is the same";
  EXPECT_EQ(rig.twin.cancel_as_person("nothing").error().kind, holdfast::ErrorKind::not_found);
}

}  // namespace
}  // namespace mock_ghl::tests
