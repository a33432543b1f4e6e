// The quirks of facts/ghl.md 9 that are faults: each with its switch off and on.
#include <gtest/gtest.h>

#include <set>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::Duration;
using holdfast::seconds;

constexpr char ten[] = "2026-08-24T10:00:00-04:00";
constexpr char noon[] = "2026-08-24T12:00:00-04:00";
constexpr char taken[] = "The slot you have selected is no longer available.";

// As a plan arrives: as JSON.
ChaosPlan plan_of(const Json& rules, const Json& script = Json::array()) {
  const auto plan = parse_chaos(holdfast::dump_json({{"rules", rules}, {"script", script}}));
  EXPECT_TRUE(plan) << (plan ? "" : plan.error().message);
  return plan.value_or(ChaosPlan{});
}

std::size_t living(const Rig& rig) {
  std::size_t count = 0;
  for (const auto& [id, appointment] : rig.twin.state().appointments()) count += appointment.occupies();
  return count;
}

holdfast::net::Task<void> send_into(Twin& twin, HttpRequest request, int& status) {
  status = (co_await twin.handle(std::move(request))).status;
}

// Creates for one place by two people, the second a second after the first was sent.
std::multiset<int> two_creates(Rig& rig) {
  const auto request = [&](const char* name) {
    return Rig::request("POST", "/calendars/events/appointments", Rig::booking(rig.contact(name), noon, personal));
  };
  const HttpRequest first = request("Jane");
  const HttpRequest second = request("John");
  int first_status = 0;
  int second_status = 0;
  rig.loop.spawn(send_into(rig.twin, first, first_status));
  rig.loop.run_until(rig.loop.clock().now() + seconds{1});
  rig.loop.spawn(send_into(rig.twin, second, second_status));
  rig.loop.run_until(rig.loop.clock().now() + seconds{1});
  return {first_status, second_status};
}

TEST(Quirk, quirk_03_TwoPeopleBothGetThePlaceInARace) {
  Rig calm;
  EXPECT_EQ(two_creates(calm), (std::multiset{201, 400}));
  EXPECT_EQ(living(calm), 1U);
  Rig racing;
  racing.twin.set_chaos(plan_of({{{"fault", "race"}}}));
  EXPECT_EQ(two_creates(racing), (std::multiset{201, 201}));
  EXPECT_EQ(living(racing), 2U);
}

TEST(Quirk, quirk_04_TheAnswerIsLostAfterTheBookingWasMade) {
  Rig rig;
  const Json body = Rig::booking(rig.contact(), noon, personal);
  rig.twin.set_chaos(plan_of({{{"fault", "lost_after_commit"}, {"operation", "create-appointment"}, {"nth", 1}}}));
  const HttpResponse lost = rig.book(body);
  EXPECT_TRUE(lost.abandoned || lost.status == 502 || lost.status == 504);
  EXPECT_EQ(living(rig), 1U);
  EXPECT_EQ(Rig::json(rig.book(body))["message"], taken) << "the retry meets its own booking";
  Rig calm;
  EXPECT_EQ(calm.book(Rig::booking(calm.contact(), noon, personal)).status, 201);
}

TEST(Quirk, quirk_05_A2xxThatCannotBeReadAlthoughItWasBooked) {
  std::set<bool> empty;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Rig rig(demo_fixture(), monday_morning(), seed);
    const std::string contact = rig.contact();
    rig.twin.set_chaos(plan_of({{{"fault", "unreadable_after_commit"}}}));
    const HttpResponse blurred = rig.book(Rig::booking(contact, noon, personal));
    EXPECT_EQ(blurred.status, 201);
    EXPECT_FALSE(holdfast::parse_json(blurred.body));
    empty.insert(blurred.body.empty());
    EXPECT_EQ(living(rig), 1U);
    const HttpResponse refusal = rig.book(Rig::booking(contact, noon, personal));
    EXPECT_EQ(Rig::json(refusal)["message"], taken) << "a refusal stays readable";
    rig.twin.set_chaos({});
    EXPECT_EQ(Rig::json(rig.book(Rig::booking(contact, ten)))["appointmentStatus"], "confirmed");
  }
  EXPECT_EQ(empty.size(), 2U) << "empty and HTML both come";
}

TEST(Quirk, quirk_08_TheSameInstantWrittenWithAnotherOffsetIsTaken) {
  Rig rig;
  const std::string contact = rig.contact();
  constexpr char ten_utc[] = "2026-08-24T14:00:00Z";
  rig.twin.set_chaos(plan_of({{{"fault", "strict_offset"}}}));
  EXPECT_EQ(Rig::json(rig.book(Rig::booking(contact, ten_utc)))["message"], taken);
  rig.twin.set_chaos({});
  EXPECT_EQ(rig.book(Rig::booking(contact, ten_utc)).status, 201);
}

TEST(Quirk, quirk_14_TheDatesWrapperOfOldFreeSlots) {
  Rig rig;
  const Json clean = Rig::json(rig.slots(consult, monday_morning(), at("2026-08-26T00:00:00-04:00")));
  ASSERT_TRUE(clean.contains("2026-08-24"));
  rig.twin.set_chaos(plan_of({{{"fault", "dates_wrapper"}}}));
  const Json wrapped = Rig::json(rig.slots(consult, monday_morning(), at("2026-08-26T00:00:00-04:00")));
  EXPECT_EQ(wrapped.size(), 2U);
  EXPECT_TRUE(wrapped["traceId"].is_string());
  EXPECT_EQ(wrapped["_dates_"].size(), 2U);
  EXPECT_EQ(wrapped["_dates_"]["2026-08-24"], clean["2026-08-24"]);
  // Without a single free day, and in a refusal.
  const Json none = Rig::json(rig.slots(consult, at("2026-08-29T00:00:00-04:00"), at("2026-08-30T00:00:00-04:00")));
  EXPECT_EQ(none["_dates_"], Json::object());
  const HttpResponse refused = rig.slots("nowhere", monday_morning(), at("2026-08-26T00:00:00-04:00"));
  EXPECT_EQ(Rig::json(refused)["message"], "Calendar not found");
  EXPECT_FALSE(Rig::json(refused).contains("_dates_"));
}

TEST(Quirk, quirk_16_ReadsShowThePast) {
  Rig rig;
  const std::string contact = rig.contact();
  const auto listed = [&] { return Rig::json(rig.send("GET", "/contacts/" + contact + "/appointments"))["events"]; };
  const auto in_calendar = [&] {
    return Rig::json(
        rig.send("GET", std::string("/calendars/events?locationId=") + demo_location + "&calendarId=" + personal +
                            "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-24T00:00:00-04:00"))) +
                            "&endTime=" + std::to_string(to_epoch_ms(at("2026-08-25T00:00:00-04:00")))))["events"];
  };
  const auto offered = [&] {
    return Rig::json(rig.slots(personal, at(noon), at("2026-08-24T12:20:00-04:00"))).contains("2026-08-24");
  };
  rig.loop.run_until(monday_morning() + seconds{60});
  const std::string id = Rig::json(rig.book(Rig::booking(contact, noon, personal)))["id"];
  EXPECT_EQ(listed().size(), 1U);
  EXPECT_EQ(in_calendar().size(), 1U);
  EXPECT_FALSE(offered());
  const Json delay{{"fixed_ms", 10'000}};
  rig.twin.set_chaos(
      plan_of({{{"fault", "stale_reads"}, {"delay", delay}}, {{"fault", "stale_free_slots"}, {"delay", delay}}}));
  EXPECT_EQ(listed().size(), 0U) << "just booked, not listed yet";
  EXPECT_EQ(in_calendar().size(), 0U);
  EXPECT_TRUE(offered());
  EXPECT_EQ(rig.send("GET", "/calendars/events/appointments/" + id).status, 404) << "nor is it there by its id";
  rig.loop.run_until(monday_morning() + seconds{90});
  EXPECT_EQ(listed().size(), 1U);
  EXPECT_FALSE(offered());
  rig.send("DELETE", "/calendars/events/" + id);
  EXPECT_EQ(listed()[0]["status"], "booked") << "just deleted, still listed";
  EXPECT_EQ(in_calendar()[0]["deleted"], false);
  EXPECT_FALSE(offered());
  rig.twin.set_chaos({});
  EXPECT_EQ(listed().size(), 0U);
  EXPECT_EQ(in_calendar()[0]["deleted"], true);
  EXPECT_TRUE(offered());
}

TEST(Quirk, quirk_16_WhatTheFixtureHoldsIsOldEnoughForTheStalestReader) {
  Fixture fixture = demo_fixture();
  fixture.contacts.push_back({.id = "conJane0000000000001", .location_id = demo_location});
  fixture.appointments.push_back(
      {.id = "evtJane0000000000001", .calendar_id = personal, .contact_id = "conJane0000000000001", .start = at(noon)});
  Rig rig(fixture);
  const Json delay{{"fixed_ms", 60'000}};
  rig.twin.set_chaos(
      plan_of({{{"fault", "stale_reads"}, {"delay", delay}}, {{"fault", "stale_free_slots"}, {"delay", delay}}}));
  EXPECT_EQ(Rig::json(rig.send("GET", "/contacts/conJane0000000000001/appointments"))["events"].size(), 1U);
  EXPECT_FALSE(Rig::json(rig.slots(personal, at(noon), at("2026-08-24T12:20:00-04:00"))).contains("2026-08-24"));
}

TEST(Quirk, quirk_24_AnEmptyOpenHoursListIsAnObject) {
  Fixture fixture = demo_fixture();
  fixture.calendars[0].open_hours = {};
  Rig rig(fixture);
  const auto hours = [&](const char* id) {
    return Rig::json(rig.send("GET", std::string("/calendars/") + id))["calendar"]["openHours"];
  };
  EXPECT_EQ(hours(consult), Json::array());
  rig.twin.set_chaos(plan_of({{{"fault", "open_hours_object"}}}));
  EXPECT_EQ(hours(consult), Json::object());
  EXPECT_EQ(hours(personal).size(), 5U) << "hours that are there stay a list";
  const Json all = Rig::json(rig.send("GET", std::string("/calendars/?locationId=") + demo_location))["calendars"];
  for (const Json& calendar : all) EXPECT_EQ(calendar["openHours"].is_object(), calendar["id"] == consult);
}

TEST(Quirk, quirk_26_SomebodyEditsTheCalendarBetweenOfferAndBooking) {
  const auto booked_after = [](const Json& change) {
    Rig rig;
    const std::string contact = rig.contact();
    if (!change.is_null()) {
      rig.twin.set_chaos(
          plan_of(Json::array(),
                  {{{"after", "get-slots"}, {"do", "edit_calendar"}, {"calendarId", consult}, {"change", change}}}));
    }
    const Json offer = Rig::json(rig.slots(consult, at(ten), at("2026-08-24T10:30:00-04:00")));
    Json body = Rig::booking(contact, offer["2026-08-24"]["slots"][0]);
    body["endTime"] = "2026-08-24T10:30:00-04:00";
    body["assignedUserId"] = ada;
    return Rig::json(rig.book(body)).value("message", "booked");
  };
  EXPECT_EQ(booked_after(nullptr), "booked");
  EXPECT_EQ(booked_after({{"slotDuration", 45}}),
            "Selected slot duration is not a valid duration option for this calendar");
  EXPECT_EQ(
      booked_after({{"openHours", {{{"daysOfTheWeek", {1}}, {"hours", {{{"openHour", 13}, {"closeHour", 17}}}}}}}}),
      taken);
  EXPECT_EQ(booked_after({{"teamMembers", {{{"userId", ben}}}}}),
            "The assigned user is not a team member of the calendar");
}

TEST(Quirk, quirk_30_CreateAnswers422ButTheContactWasCreated) {
  Rig rig;
  const Json body{{"locationId", demo_location}, {"firstName", "Jane"}, {"email", "jane@clinic.example"}};
  rig.twin.set_chaos(plan_of({{{"fault", "refused_after_commit"}, {"operation", "create-contact"}}}));
  const HttpResponse refused = rig.send("POST", "/contacts/", body);
  EXPECT_EQ(refused.status, 422);
  EXPECT_TRUE(Rig::json(refused)["message"].is_array());
  EXPECT_EQ(rig.twin.state().contacts().size(), 1U);
  EXPECT_EQ(rig.send("POST", "/contacts/", body).status, 400) << "the retry is a duplicate, and says so";
  rig.twin.set_chaos({});
  EXPECT_EQ(rig.send("POST", "/contacts/", {{"locationId", demo_location}, {"firstName", "Eve"}}).status, 201);
}

TEST(Quirk, quirk_50_CloudflareGatewayPagesAndEmptyErrors) {
  Rig rig;
  const std::string target = std::string("/calendars/") + consult;
  EXPECT_EQ(rig.send("GET", target).status, 200);
  rig.twin.set_chaos(plan_of({{{"fault", "cloudflare"}}}));
  std::set<std::string> types;
  for (int i = 0; i < 20; ++i) {
    const HttpResponse refused = rig.send("GET", target);
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.body.find("error code: 1010"), std::string::npos);
    EXPECT_FALSE(holdfast::parse_json(refused.body));
    types.emplace(refused.headers.find("Content-Type").value_or("").substr(0, 10));
  }
  EXPECT_EQ(types, (std::set<std::string>{"text/html", "text/plain"}));
  const auto answer = [&](const Json& form) {
    rig.twin.set_chaos(plan_of({{{"fault", "answer"}, {"answer", form}}}));
    return rig.send("GET", target);
  };
  const HttpResponse gateway = answer({{"status", 503}, {"body", "html"}});
  EXPECT_EQ(gateway.status, 503);
  EXPECT_EQ(gateway.headers.find("Content-Type"), "text/html");
  EXPECT_NE(gateway.body.find("503 Service Unavailable"), std::string::npos);
  const HttpResponse empty = answer({{"status", 502}, {"body", "empty"}});
  EXPECT_EQ(empty.status, 502);
  EXPECT_EQ(empty.body, "");
  const HttpResponse truncated = answer({{"status", 500}, {"body", "truncated"}});
  EXPECT_EQ(truncated.body.substr(0, 17), R"({"statusCode":500)");
  EXPECT_FALSE(holdfast::parse_json(truncated.body));
  const HttpResponse mislabelled = answer({{"status", 500}, {"body", "wrong_content_type"}});
  EXPECT_FALSE(holdfast::net::is_json(mislabelled.headers));
  EXPECT_EQ(Rig::json(mislabelled)["statusCode"], 500);
  EXPECT_EQ(answer({{"status", 418}, {"body", "text"}, {"text", "short and stout"}}).body, "short and stout");
}

TEST(Quirk, quirk_51_A500WhereA4xxIsDue) {
  Rig rig;
  const auto ask = [&](const char* id) { return rig.send("GET", std::string("/calendars/") + id).status; };
  EXPECT_EQ(ask("malformed"), 404);
  rig.twin.set_chaos(plan_of({{{"fault", "internal_error"}}}));
  const HttpResponse response = rig.send("GET", "/calendars/malformed");
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(response.body, R"({"statusCode":500,"message":"Internal server error"})");
  EXPECT_EQ(ask("malformed"), 500) << "again and again: a retry never helps";
  EXPECT_EQ(ask(consult), 200);
  rig.twin.set_chaos(plan_of({{{"fault", "answer"}, {"answer", {{"status", 500}, {"instead_of", "404"}}}}}));
  EXPECT_EQ(ask("malformed"), 500);
  EXPECT_EQ(ask(consult), 200);
  rig.twin.set_chaos(plan_of({{{"fault", "answer"}, {"answer", {{"status", 500}}}}}));
  EXPECT_EQ(ask(consult), 500) << "or for anything";
}

TEST(Quirk, quirk_52_A2xxThatSaysItFailed) {
  Rig rig;
  const Json body = Rig::booking(rig.contact(), noon, personal);
  rig.twin.set_chaos(plan_of({{{"fault", "error_in_2xx"}, {"operation", "create-appointment"}}}));
  std::set<std::pair<int, bool>> forms;
  for (int i = 0; i < 40; ++i) {
    const HttpResponse response = rig.book(body);
    const Json said = Rig::json(response);
    EXPECT_TRUE(said.value("statusCode", 0) == 400 || !said.value("success", true));
    forms.emplace(response.status, said.contains("success"));
  }
  EXPECT_EQ(forms.size(), 4U);
  EXPECT_EQ(living(rig), 0U);
  // The other way round: it was done, and the body says it was not.
  rig.twin.set_chaos(
      plan_of({{{"fault", "answer"},
                {"operation", "create-appointment"},
                {"answer", {{"status", 201}, {"text", R"({"success":false})"}, {"after_commit", true}}}}}));
  EXPECT_EQ(rig.book(body).body, R"({"success":false})");
  EXPECT_EQ(living(rig), 1U);
  rig.twin.set_chaos({});
  EXPECT_TRUE(Rig::json(rig.book(Rig::booking(rig.contact(), ten))).contains("id"));
}

TEST(Quirk, quirk_53_CalendarsAreSlowUnderLoad) {
  Rig rig;
  const auto took = [&] {
    const Instant before = rig.loop.clock().now();
    EXPECT_EQ(rig.send("GET", std::string("/calendars/") + consult).status, 200);
    return rig.loop.clock().now() - before;
  };
  EXPECT_EQ(took(), Duration(0));
  rig.twin.set_chaos(
      plan_of({{{"fault", "latency"}, {"operation", "*calendar*"}, {"delay", {{"uniform_ms", {5'000, 30'000}}}}}}));
  for (int i = 0; i < 20; ++i) {
    const Duration duration = took();
    EXPECT_GE(duration, Duration(5'000));
    EXPECT_LE(duration, Duration(30'000));
  }
}

TEST(Quirk, quirk_54_ErrorBodiesVaryInTheirShape) {
  Rig rig;
  const std::string contact = rig.contact();
  const auto refused = [&] { return Rig::json(rig.send("GET", "/calendars/nowhere")); };
  EXPECT_EQ(refused()["message"], "Calendar not found");
  EXPECT_EQ(refused()["statusCode"], 404);
  rig.twin.set_chaos(plan_of({{{"fault", "error_shape"}}}));
  std::set<std::string> shapes;
  for (int i = 0; i < 60; ++i) {
    const Json body = refused();
    std::string shape = !body.contains("message") ? "no message" : body["message"].is_array() ? "list" : "text";
    shape += body.contains("statusCode") ? ", statusCode" : body.contains("status") ? ", status" : ", no status";
    shapes.insert(shape);
  }
  EXPECT_EQ(shapes,
            (std::set<std::string>{"list, statusCode", "no message, statusCode", "text, status", "text, no status"}));
  EXPECT_TRUE(Rig::json(rig.send("GET", "/contacts/" + contact)).contains("contact")) << "only errors";
}

TEST(Quirk, quirk_57_AnUpdateRightAfterTheWriteIs401Or403ForSeconds) {
  for (const int status : {401, 403}) {
    Rig rig;
    const std::string id = Rig::json(rig.book(Rig::booking(rig.contact(), ten)))["id"];
    const auto update = [&] {
      return rig.send("PUT", "/calendars/events/appointments/" + id, {{"appointmentStatus", "showed"}}).status;
    };
    // The first update begins it, and it lasts for seven seconds.
    rig.twin.set_chaos(plan_of({{{"fault", "answer"},
                                 {"operation", "edit-appointment"},
                                 {"nth", 1},
                                 {"hold_ms", 7'000},
                                 {"answer", {{"status", status}}}}}));
    const Instant begun = rig.loop.clock().now();
    EXPECT_EQ(update(), status);
    rig.loop.run_until(begun + Duration(6'999));
    EXPECT_EQ(update(), status);
    rig.loop.run_until(begun + Duration(7'000));
    EXPECT_EQ(update(), 200);
    rig.twin.set_chaos({});
    EXPECT_EQ(update(), 200);
  }
}

}  // namespace
}  // namespace mock_ghl::tests
