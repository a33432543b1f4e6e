// The chaos plan, its JSON, and every fault by what it leaves behind.
#include <gtest/gtest.h>

#include <cmath>

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
  EXPECT_EQ(message("[]"), "the file: must be an object");
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
