// Races on command: held creates, and people who act when a call comes.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;
using holdfast::seconds;

constexpr char noon[] = "2026-08-24T12:00:00-04:00";
constexpr char one[] = "2026-08-24T13:00:00-04:00";

// One request under way.
struct Sent {
  int status = 0;
  Instant answered{};
};
holdfast::net::Task<void> send_into(Rig& rig, HttpRequest request, Sent& sent) {
  sent.status = (co_await rig.twin.handle(std::move(request))).status;
  sent.answered = rig.loop.clock().now();
}

class Race : public ::testing::Test {
 protected:
  void plan(const Json& whole) {
    const auto parsed = parse_chaos(holdfast::dump_json(whole));
    ASSERT_TRUE(parsed) << parsed.error().message;
    rig.twin.record_requests(100);
    rig.twin.set_chaos(*parsed);
  }
  void start_create(Sent& sent, const char* when = noon, const char* calendar = personal) {
    // By one contact: what races is the time, not the person.
    if (contact.empty()) contact = rig.contact();
    rig.loop.spawn(send_into(
        rig, Rig::request("POST", "/calendars/events/appointments", Rig::booking(contact, when, calendar)), sent));
    rig.loop.poll();
  }
  void wait_until(std::int64_t ms) { rig.loop.run_until(monday_morning() + Duration(ms)); }
  std::size_t living() const {
    std::size_t count = 0;
    for (const auto& [id, appointment] : rig.twin.state().appointments()) count += appointment.occupies();
    return count;
  }
  std::vector<std::string> deeds() const {
    std::vector<std::string> all;
    for (const RequestRecord& record : rig.twin.request_log().records()) {
      all.insert(all.end(), record.script.begin(), record.script.end());
    }
    return all;
  }

  Rig rig;
  std::string contact;
};

TEST_F(Race, AHeldCreateGoesOnTheMomentItsRivalIsBooked) {
  plan({{"rules", {{{"fault", "race"}, {"delay", {{"fixed_ms", 5'000}}}}}}});
  Sent first;
  Sent second;
  start_create(first);
  wait_until(3'000);
  EXPECT_EQ(first.status, 0) << "held after its check";
  EXPECT_EQ(living(), 0U);
  start_create(second);
  wait_until(3'001);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(living(), 2U) << "a double booking";
  EXPECT_EQ(first.answered, monday_morning() + Duration(3'000));
  Sent third;
  start_create(third);
  wait_until(20'000);
  EXPECT_EQ(third.status, 400) << "it comes after both";
}

TEST_F(Race, AloneItIsHeldForItsTimeOnly) {
  plan({{"rules", {{{"fault", "race"}, {"delay", {{"fixed_ms", 5'000}}}}}}});
  Sent lonely;
  start_create(lonely);
  wait_until(60'000);
  EXPECT_EQ(lonely.status, 201);
  EXPECT_EQ(lonely.answered, monday_morning() + Duration(5'000));
}

TEST_F(Race, WhatDoesNotOverlapReleasesNobody) {
  plan({{"rules", {{{"fault", "race"}, {"nth", 1}, {"delay", {{"fixed_ms", 5'000}}}}}}});
  Sent held;
  Sent other;
  start_create(held);
  start_create(other, one);
  wait_until(1'000);
  EXPECT_EQ(other.status, 201);
  EXPECT_EQ(held.status, 0);
  wait_until(5'001);
  EXPECT_EQ(held.status, 201);
}

TEST_F(Race, APersonIsARivalToo) {
  plan({{"rules", {{{"fault", "race"}}}}});
  Sent held;
  start_create(held);
  wait_until(1'000);
  ASSERT_TRUE(rig.twin.book_as_person(personal, at(noon), "Walk In"));
  wait_until(1'001);
  EXPECT_EQ(held.status, 201);
  EXPECT_EQ(living(), 2U);
}

TEST_F(Race, AnotherCalendarOfTheSameUserIsARival) {
  plan({{"rules", {{{"fault", "race"}, {"nth", 1}}}}});
  Sent held;
  start_create(held);  // Ada's personal calendar
  Json body = Rig::booking(contact, noon, consult);
  body["assignedUserId"] = ben;
  EXPECT_EQ(rig.book(body).status, 201);
  EXPECT_EQ(held.status, 0) << "Ben's time is not Ada's";
  body["assignedUserId"] = ada;
  EXPECT_EQ(rig.book(body).status, 201);
  wait_until(1);
  EXPECT_EQ(held.status, 201);
}

TEST_F(Race, AResetAndACrashLeaveNothingBehind) {
  plan({{"rules", {{{"fault", "race"}}}}});
  Sent held;
  start_create(held);
  rig.twin.reset();
  wait_until(30'000);
  EXPECT_EQ(held.status, 201) << "answered by the world it was made in";
  EXPECT_EQ(living(), 0U);
  plan({{"rules", {{{"fault", "race"}}}}});
  contact.clear();
  Sent dying;
  start_create(dying);
  rig.loop.crash();
  EXPECT_EQ(dying.status, 0);
}

TEST_F(Race, APersonBooksBeforeTheNthCallIsExecuted) {
  plan({{"script", {{{"before", "create-appointment"}, {"nth", 2}, {"do", "book"}, {"contactName", "Grace Hopper"}}}}});
  contact = rig.contact();
  EXPECT_EQ(rig.book(Rig::booking(contact, one, personal)).status, 201);
  EXPECT_EQ(rig.book(Rig::booking(contact, noon, personal)).status, 400) << "somebody was faster";
  EXPECT_EQ(rig.book(Rig::booking(contact, "2026-08-24T14:00:00-04:00", personal)).status, 201) << "once only";
  ASSERT_EQ(deeds().size(), 1U);
  EXPECT_TRUE(deeds()[0].starts_with(std::string("a person booked ") + noon)) << deeds()[0];
}

TEST_F(Race, APersonCancelsAfterTheCall) {
  plan({{"script", {{{"after", "create-appointment"}, {"do", "cancel"}}}}});
  const Json made = Rig::json(rig.book(Rig::booking(rig.contact(), noon, personal)));
  EXPECT_EQ(made["appointmentStatus"], "confirmed") << "the answer is from before";
  EXPECT_EQ(rig.twin.state().appointment(made["id"].get<std::string>())->status, "cancelled");
}

TEST_F(Race, DeedsThatCannotBeDoneAreToldAndChangeNothing) {
  plan({{"script",
         {{{"before", "get-calendar"}, {"do", "book"}},
          {{"before", "get-calendar"}, {"do", "cancel"}},
          {{"before", "get-calendar"}, {"do", "cancel"}, {"id", "nothing"}},
          {{"before", "get-calendar"}, {"do", "book"}, {"startTime", "2026-08-29T12:00:00-04:00"}},
          {{"before", "get-calendar"},
           {"do", "edit_calendar"},
           {"change", {{"teamMembers", {{{"userId", "nobody"}}}}}}}}}});
  EXPECT_EQ(rig.send("GET", std::string("/calendars/") + consult).status, 200);
  const std::vector<std::string> told = deeds();
  ASSERT_EQ(told.size(), 5U);
  EXPECT_EQ(told[0], "a person could not book: the call names no startTime; give one in the script");
  EXPECT_EQ(told[1], "a person found nothing to cancel");
  EXPECT_EQ(told[2], "a person could not cancel nothing: there is no appointment of this id");
  EXPECT_NE(told[3].find("the calendar does not offer this start"), std::string::npos);
  EXPECT_NE(told[4].find("teamMembers: names a user that is not of the location"), std::string::npos);
  EXPECT_EQ(rig.twin.state().calendar(consult)->team.size(), 2U);
  EXPECT_TRUE(rig.twin.state().appointments().empty());
}

TEST_F(Race, ScriptsActAroundLostAnswersToo) {
  plan({{"rules", {{{"fault", "lost_before_commit"}, {"operation", "create-appointment"}, {"nth", 1}}}},
        {"script", {{{"after", "create-appointment"}, {"do", "book"}}}}});
  contact = rig.contact();
  EXPECT_TRUE(rig.book(Rig::booking(contact, noon, personal)).abandoned);
  EXPECT_EQ(rig.book(Rig::booking(contact, noon, personal)).status, 400) << "meanwhile a person took it";
  EXPECT_EQ(living(), 1U);
}

holdfast::net::Task<void> note_status(Twin& twin, HttpRequest request, std::vector<int>& statuses) {
  statuses.push_back((co_await twin.handle(std::move(request))).status);
}

TEST(Quirk, quirk_02_OfCreatesAtTheSameTimeExactlyOneIsBooked) {
  Rig rig;
  // All of them are under way at once.
  rig.twin.set_chaos(*parse_chaos(R"({"rules":[{"fault":"latency","delay":{"fixed_ms":100}}]})"));
  Json booking = Rig::booking(rig.contact(), "2026-08-24T10:00:00-04:00");
  booking["assignedUserId"] = ada;
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) {
    holdfast::net::spawn(
        rig.loop.runtime().executor,
        note_status(rig.twin, Rig::request("POST", "/calendars/events/appointments", booking), statuses));
  }
  rig.send("GET", "/calendars/");
  std::sort(statuses.begin(), statuses.end());
  EXPECT_EQ(statuses, (std::vector<int>{201, 400, 400, 400}));
}

}  // namespace
}  // namespace mock_ghl::tests
