// A GHL that stores something else than it was asked for, answers with an id that is not its own, and reads out lists
// that are no prefixes of what happened.
#include <gtest/gtest.h>

#include <set>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;
using holdfast::hours;
using holdfast::minutes;

constexpr char ten_oclock[] = "2026-08-24T10:00:00-04:00";

ChaosPlan plan_of(const std::string& rule) {
  return parse_chaos(R"({"rules":[)" + rule + "]}").value();
}

const Appointment& youngest(const Rig& rig) {
  const Appointment* found = nullptr;
  for (const auto& [id, appointment] : rig.twin.state().appointments()) {
    if (found == nullptr || appointment.sequence > found->sequence) found = &appointment;
  }
  return *found;
}

HttpResponse book(Rig& rig, const std::string& contact, const char* start = ten_oclock) {
  Json body = Rig::booking(contact, start);
  body["description"] = "Ref ABC";
  return rig.book(body);
}

TEST(StoresOther, TheStartIsThreeHoursLaterAndTheAnswerSaysWhatIsStored) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"start"})"));
  const HttpResponse answer = book(rig, contact);
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(youngest(rig).interval.begin, at(ten_oclock) + hours{3});
  EXPECT_TRUE(youngest(rig).by_chaos);
  EXPECT_EQ(Rig::json(answer)["startTime"], "2026-08-24T13:00:00-04:00");
}

TEST(StoresOther, TheDelayIsHowFar) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"end","delay":{"fixed_ms":3600000}})"));
  book(rig, contact);
  const Appointment& stored = youngest(rig);
  EXPECT_EQ(stored.interval.begin, at(ten_oclock));
  EXPECT_EQ(stored.interval.end, at(ten_oclock) + minutes{30} + hours{1});
}

TEST(StoresOther, AnotherCalendarContactOrNoDescription) {
  Rig rig;
  const std::string contact = rig.contact();
  const std::string other = rig.contact("John");
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"calendar"})"));
  book(rig, contact);
  EXPECT_NE(youngest(rig).calendar_id, consult);
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"contact"})"));
  book(rig, contact, "2026-08-24T11:00:00-04:00");
  EXPECT_EQ(youngest(rig).contact_id, other);
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"description"})"));
  book(rig, contact, "2026-08-24T14:00:00-04:00");
  EXPECT_EQ(youngest(rig).description, "");
  EXPECT_EQ(youngest(rig).contact_id, contact);
}

TEST(StoresOther, WhatIsNotStoredIsNotAltered) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"start","limit":1})"));
  EXPECT_EQ(book(rig, contact, "2026-08-24T03:00:00-04:00").status, 400);
  EXPECT_EQ(rig.twin.fault_count_of(Fault::stores_other), 0U);
  book(rig, contact);
  EXPECT_EQ(youngest(rig).interval.begin, at(ten_oclock) + hours{3}) << "its limit was not spent";
  EXPECT_EQ(rig.twin.fault_count_of(Fault::stores_other), 1U);
}

TEST(StoresOther, AMoveIsStoredElsewhereToo) {
  Rig rig;
  const std::string id = Rig::json(book(rig, rig.contact()))["id"].get<std::string>();
  rig.twin.set_chaos(plan_of(R"({"fault":"stores_other","alters":"start"})"));
  rig.send("PUT", "/calendars/events/appointments/" + id, {{"startTime", "2026-08-24T11:00:00-04:00"}});
  EXPECT_EQ(youngest(rig).interval.begin, at(ten_oclock) + hours{4});
}

TEST(WrongId, IsAnothersOrNobodysOrNone) {
  Rig rig;
  const std::string other = Rig::json(book(rig, rig.contact()))["id"].get<std::string>();
  const std::string contact = rig.contact("John");
  rig.twin.set_chaos(plan_of(R"({"fault":"wrong_id_after_commit"})"));
  std::set<std::string> seen;
  for (int i = 0; i < 40; ++i) {
    const HttpResponse answer = book(rig, contact, i % 2 == 0 ? ten_oclock : "2026-08-24T11:00:00-04:00");
    const std::string own = youngest(rig).id;
    if (answer.status != 201) continue;
    const Json body = Rig::json(answer);
    const std::string id = body.contains("id") ? body["id"].get<std::string>() : "absent";
    EXPECT_NE(id, own);
    seen.insert(id.empty() ? "empty" : id == "absent" || id == "nobodysAppointment00" ? id : "another's");
    rig.twin.cancel_as_person(own);
  }
  EXPECT_EQ(seen, (std::set<std::string>{"absent", "another's", "empty", "nobodysAppointment00"}));
  EXPECT_NE(rig.twin.state().appointment(other), nullptr);
}

// Which of the appointments a list of the day shows.
std::set<std::string> listed(Rig& rig) {
  const std::string path = "/calendars/events?locationId=" + std::string(demo_location) + "&calendarId=" + consult +
                           "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-24T00:00:00-04:00"))) +
                           "&endTime=" + std::to_string(to_epoch_ms(at("2026-08-25T00:00:00-04:00")));
  std::set<std::string> ids;
  for (const Json& event : Rig::json(rig.send("GET", path))["events"]) ids.insert(event["id"].get<std::string>());
  return ids;
}

TEST(PatchyReads, ShowANewerOneWithoutAnOlderOne) {
  Rig rig;
  const std::string contact = rig.contact();
  const std::string first = Rig::json(book(rig, contact))["id"].get<std::string>();
  rig.loop.run_until(monday_morning() + Duration(1'000));
  const std::string second = Rig::json(book(rig, contact, "2026-08-24T11:00:00-04:00"))["id"].get<std::string>();
  rig.twin.set_chaos(plan_of(R"({"fault":"patchy_reads","delay":{"fixed_ms":5000}})"));
  std::set<std::set<std::string>> seen;
  for (int i = 0; i < 60; ++i) seen.insert(listed(rig));
  EXPECT_TRUE(seen.contains(std::set{second})) << "no prefix";
  EXPECT_TRUE(seen.contains(std::set{first}));
  EXPECT_TRUE(seen.contains(std::set<std::string>{}));
  EXPECT_EQ(seen.size(), 4U);
  rig.loop.run_until(monday_morning() + Duration(6'001));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(listed(rig).size(), 2U) << "the delay bounds it";
}

TEST(StaleReads, OneAppointmentIsNotFoundBesideAListThatShowsIt) {
  Rig rig;
  const std::string id = Rig::json(book(rig, rig.contact()))["id"].get<std::string>();
  const std::string path = "/calendars/events/appointments/" + id;
  rig.twin.set_chaos(plan_of(R"({"fault":"stale_reads","operation":"get-appointment","delay":{"fixed_ms":5000}})"));
  EXPECT_EQ(rig.send("GET", path).status, 404);
  EXPECT_TRUE(listed(rig).contains(id));
  rig.loop.run_until(monday_morning() + Duration(5'000));
  EXPECT_EQ(rig.send("GET", path).status, 200);
  rig.twin.cancel_as_person(id);
  EXPECT_EQ(Rig::json(rig.send("GET", path))["event"]["appointmentStatus"], "confirmed") << "as it was";
  rig.twin.delete_as_person(id);
  EXPECT_EQ(rig.send("GET", path).status, 200);
  rig.loop.run_until(monday_morning() + Duration(10'001));
  EXPECT_EQ(rig.send("GET", path).status, 400);
}

TEST(DuplicateDelivery, TheSecondOneIsChaosDoing) {
  Rig rig;
  const std::string contact = rig.contact();
  rig.twin.set_chaos(plan_of(R"({"fault":"duplicate_delivery","delay":{"fixed_ms":100},"sees":"first"})"));
  EXPECT_EQ(book(rig, contact).status, 201);
  EXPECT_FALSE(youngest(rig).by_chaos);
  rig.loop.run_until(monday_morning() + Duration(101));
  ASSERT_EQ(rig.twin.state().appointments().size(), 2U) << "the round robin has two users";
  EXPECT_TRUE(youngest(rig).by_chaos);
}

TEST(ChaosPlan, AltersGoesWithStoresOther) {
  EXPECT_FALSE(parse_chaos(R"({"rules":[{"fault":"latency","alters":"start","delay":{"fixed_ms":1}}]})"));
  EXPECT_FALSE(parse_chaos(R"({"rules":[{"fault":"stores_other","alters":"colour"}]})"));
  EXPECT_FALSE(parse_chaos(R"({"rules":[{"fault":"patchy_reads"}]})")) << "it is nothing without a delay";
  const auto plan = parse_chaos(R"({"rules":[{"fault":"stores_other","alters":"contact"}]})");
  ASSERT_TRUE(plan);
  EXPECT_EQ(*parse_chaos(to_json(*plan)), *plan);
}

}  // namespace
}  // namespace mock_ghl::tests
