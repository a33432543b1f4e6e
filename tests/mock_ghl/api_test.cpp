// The straight paths of the booking operations, and the refusals of authentication.
#include <gtest/gtest.h>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

TEST(Api, BooksReadsMovesAndCancels) {
  Rig rig;
  const std::string contact = rig.contact("Jane", "(555) 010-9999");
  const HttpResponse made = rig.book(Rig::booking(contact, "2026-08-24T10:00:00-04:00"));
  ASSERT_EQ(made.status, 201) << made.body;
  const std::string id = Rig::json(made)["id"];
  EXPECT_EQ(id.size(), 20U);

  Json event = Rig::json(rig.send("GET", "/calendars/events/appointments/" + id))["event"];
  EXPECT_EQ(event["startTime"], "2026-08-24T10:00:00-04:00");
  EXPECT_EQ(event["endTime"], "2026-08-24T10:30:00-04:00");
  EXPECT_EQ(event["appointmentStatus"], "confirmed");
  EXPECT_EQ(event["assignedUserId"], ada);
  EXPECT_EQ(event["title"], "Jane");

  const HttpResponse moved =
      rig.send("PUT", "/calendars/events/appointments/" + id, {{"startTime", "2026-08-24T11:00:00-04:00"}});
  ASSERT_EQ(moved.status, 200) << moved.body;
  EXPECT_EQ(Rig::json(moved)["endTime"], "2026-08-24T11:30:00-04:00");
  EXPECT_EQ(rig.twin.state().appointment(id)->interval.begin, at("2026-08-24T11:00:00-04:00"));

  const HttpResponse cancelled =
      rig.send("PUT", "/calendars/events/appointments/" + id, {{"appointmentStatus", "cancelled"}});
  ASSERT_EQ(cancelled.status, 200) << cancelled.body;
  const Appointment* held = rig.twin.state().appointment(id);
  EXPECT_FALSE(held->occupies());
  EXPECT_EQ(held->ended_at, rig.loop.clock().now());
}

TEST(Api, TrailingSlashesAreAccepted) {
  Rig rig;
  const std::string query = std::string("?locationId=") + demo_location;
  EXPECT_EQ(rig.send("GET", "/calendars/" + query).status, 200);
  EXPECT_EQ(rig.send("GET", "/calendars" + query).status, 200);
  EXPECT_EQ(rig.send("GET", std::string("/calendars/") + consult + "/").status, 200);
}

TEST(Api, ListsCalendarsWithTheVendorsSpelling) {
  Rig rig;
  const Json calendars =
      Rig::json(rig.send("GET", std::string("/calendars/?locationId=") + demo_location))["calendars"];
  ASSERT_EQ(calendars.size(), 3U);
  const Json calendar = Rig::json(rig.send("GET", std::string("/calendars/") + personal))["calendar"];
  EXPECT_EQ(calendar["calendarType"], "personal");
  EXPECT_EQ(calendar["appoinmentPerSlot"], 1);
  EXPECT_EQ(calendar["slotDuration"], 20);
  EXPECT_EQ(calendar["slotDurationUnit"], "mins");
  EXPECT_EQ(calendar["slotBuffer"], 10);
  EXPECT_EQ(calendar["teamMembers"][0]["userId"], ada);
  EXPECT_EQ(calendar["openHours"][0]["hours"][0]["closeHour"], 15);
  EXPECT_EQ(rig.send("GET", "/calendars/nobody").status, 404);
}

TEST(Api, NotesAreKeptPerContact) {
  Rig rig;
  const std::string contact = rig.contact();
  const HttpResponse made = rig.send("POST", "/contacts/" + contact + "/notes", {{"body", "prefers mornings"}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Rig::json(made)["note"]["body"], "prefers mornings");
  const Json notes = Rig::json(rig.send("GET", "/contacts/" + contact + "/notes"))["notes"];
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0]["contactId"], contact);
  EXPECT_EQ(rig.twin.state().notes().at(contact).size(), 1U);
}

TEST(Api, LocationTellsZoneAndDuplicateSetting) {
  Rig rig;
  const Json location = Rig::json(rig.send("GET", std::string("/locations/") + demo_location))["location"];
  EXPECT_EQ(location["timezone"], "America/New_York");
  EXPECT_EQ(location["settings"]["allowDuplicateContact"], false);
  const HttpResponse other = rig.send("GET", "/locations/locOther");
  EXPECT_EQ(other.status, 403);
  EXPECT_EQ(Rig::json(other)["message"], "The token does not have access to this location.");
}

TEST(Api, BlockedSlotsMakeAUserBusyOnEveryCalendar) {
  Rig rig;
  const HttpResponse made = rig.send("POST", "/calendars/events/block-slots",
                                     {{"locationId", demo_location},
                                      {"assignedUserId", ada},
                                      {"startTime", "2026-08-24T10:00:00-04:00"},
                                      {"endTime", "2026-08-24T15:00:00-04:00"}});
  ASSERT_EQ(made.status, 201) << made.body;
  const Json day = Rig::json(rig.slots(personal, at("2026-08-24T00:00:00-04:00"), at("2026-08-25T00:00:00-04:00")));
  EXPECT_FALSE(day.contains("2026-08-24"));
  const std::string window = "&startTime=" + std::to_string(to_epoch_ms(at("2026-08-24T00:00:00-04:00"))) +
                             "&endTime=" + std::to_string(to_epoch_ms(at("2026-08-25T00:00:00-04:00")));
  const std::string query = std::string("?locationId=") + demo_location + "&userId=" + ada + window;
  EXPECT_EQ(Rig::json(rig.send("GET", "/calendars/blocked-slots" + query))["events"].size(), 1U);
  // Blocks are no events (quirk 22).
  EXPECT_EQ(Rig::json(rig.send("GET", "/calendars/events" + query))["events"].size(), 0U);
  const std::string id = Rig::json(made)["id"];
  EXPECT_EQ(rig.send("DELETE", "/calendars/events/" + id).status, 200);
  EXPECT_EQ(rig.send("DELETE", "/calendars/events/" + id).status, 400);
  EXPECT_TRUE(Rig::json(rig.slots(personal, at("2026-08-24T00:00:00-04:00"), at("2026-08-25T00:00:00-04:00")))
                  .contains("2026-08-24"));
}

TEST(Api, UnbuiltOperationsAnswer501AndUnknownPaths404) {
  Rig rig;
  const HttpResponse unbuilt = rig.send("GET", std::string("/locations/") + demo_location + "/templates");
  EXPECT_EQ(unbuilt.status, 501);
  EXPECT_NE(Rig::json(unbuilt)["message"].get<std::string>().find("GET-all-or-email-sms-templates"), std::string::npos);
  const HttpResponse unknown = rig.send("GET", "/nothing/here");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(Rig::json(unknown)["message"], "Cannot GET /nothing/here");
  EXPECT_EQ(Rig::json(unknown)["error"], "Not Found");
}

TEST(Api, ResourcesOfGhlThatTheTwinHasNotAnswer501) {
  Rig rig;
  for (const char* path : {"/invoices/", "/businesses/biz1", "/social-media-posting/loc/posts", "/chat-widget/x"}) {
    const HttpResponse unbuilt = rig.send("PUT", path, Json::object());
    EXPECT_EQ(unbuilt.status, 501) << path;
    const std::string message = Rig::json(unbuilt)["message"];
    const std::string named = "PUT " + holdfast::net::parse_target(path).path;
    EXPECT_NE(message.find(named), std::string::npos) << message;
  }
}

// A list where a plain value is due: the handlers ask for the plain name, so the validator must not let it pass.
TEST(Api, AListInTheQueryWhereAPlainValueIsDueIs422) {
  Rig rig;
  const std::string slots = std::string("/calendars/") + consult + "/free-slots?";
  const auto refusal = [&](const std::string& target) {
    const HttpResponse response = rig.send("GET", target);
    EXPECT_EQ(response.status, 422) << target << " " << response.body;
    return Rig::json(response)["message"].dump();
  };
  EXPECT_NE(refusal(slots + "startDate[]=1790000000000&endDate[]=1790500000000").find("startDate must be a"),
            std::string::npos);
  refusal(slots + "startDate=1790000000000&startDate=1790000000000&endDate=1790500000000");
  refusal(slots + "startDate=1790000000000&endDate=1790500000000&timezone[]=America/New_York");
  const std::string of_location = std::string("?locationId=") + demo_location;
  refusal("/calendars/events" + of_location + "&userId[]=" + ada + "&startTime=1790000000000&endTime=1790500000000");
  refusal("/calendars/events" + of_location + "&userId=" + ada + "&startTime[]=1790000000000&endTime=1790500000000");
  refusal("/calendars/schedules/search" + of_location + "&userId[]=" + ada);
  const std::string two = "userIds[]=" + std::string(ada) + "&userIds[]=" + ben;
  EXPECT_EQ(rig.send("GET", slots + two + "&startDate=1790000000000&endDate=1790500000000").status, 200)
      << "a list where a list is due";
}

TEST(Api, ABodyThatIsAListIs422WhereAnObjectIsDue) {
  Rig rig;
  HttpRequest request = Rig::request("PUT", "/contacts/" + rig.contact(), Json::array({1}));
  const HttpResponse response = rig.send(request);
  EXPECT_EQ(response.status, 422);
  EXPECT_EQ(Rig::json(response)["message"], Json{"body must be an object"});
  request.body = "7";
  EXPECT_EQ(rig.send(request).status, 400) << "a bare value is no JSON to Express";
}

TEST(Api, V3OnlyPathsAreHiddenFromDatedVersions) {
  Rig rig;
  HttpRequest request = Rig::request("GET", "/calendars/services/catalog");
  EXPECT_EQ(rig.send(request).status, 404);
  request.headers.set("Version", "v3");
  EXPECT_EQ(rig.send(request).status, 501);
}

TEST(Auth, MissingOrUnknownTokensAre401) {
  Rig rig;
  HttpRequest request{.method = "GET", .target = std::string("/calendars/") + consult};
  request.headers.set("Version", "2021-04-15");
  HttpResponse response = rig.send(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(Rig::json(response)["error"], "Unauthorized");
  request.headers.set("Authorization", "Bearer pit-nobody");
  response = rig.send(request);
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(Rig::json(response)["message"], "Invalid Private Integration token");
  request.headers.set("Authorization", "Bearer eyJhbGciOiJIUzI1NiJ9.e30.x");
  response = rig.send(request);
  EXPECT_EQ(Rig::json(response)["message"], "Invalid JWT");
  request.headers.set("Authorization", std::string("  bearer   ") + demo_token + "  ");
  EXPECT_EQ(rig.send(request).status, 200) << "surrounding blanks are trimmed";
}

TEST(Auth, AWrongLocationIs401BeforeScopeAndShape) {
  Fixture fixture = demo_fixture();
  fixture.tokens[0].scopes = {"calendars.readonly"};
  Rig rig(fixture);
  const HttpResponse response = rig.send("POST", "/contacts/", {{"locationId", "locOther"}, {"nonsense", 1}});
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(Rig::json(response)["message"], "This location is not accessible from this token!");
}

TEST(Auth, AnotherLocationBesideTheOwnIs401) {
  Rig rig;
  const std::string own = std::string("/calendars/?locationId=") + demo_location;
  EXPECT_EQ(rig.send("GET", own).status, 200);
  EXPECT_EQ(rig.send("GET", own + "&locationId=locOther").status, 401);
  EXPECT_EQ(rig.send("GET", "/calendars/?locationId[]=locOther").status, 401);
  EXPECT_EQ(rig.send("GET", own + "&locationId=" + demo_location).status, 422) << "a list, though all its own";
}

TEST(Auth, ThingsOfAnotherLocationAre403) {
  Fixture fixture = demo_fixture();
  fixture.locations.push_back({.id = "locSecond", .name = "Second"});
  fixture.tokens.push_back({.token = "pit-second", .location_id = "locSecond"});
  Rig rig(fixture);
  HttpRequest request = Rig::request("GET", std::string("/calendars/") + consult);
  request.headers.set("Authorization", "Bearer pit-second");
  const HttpResponse response = rig.send(request);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(Rig::json(response)["error"], "Forbidden");
}

TEST(Auth, EveryJsonBodyHasATraceIdAndEveryAnswerTheRateHeaders) {
  Rig rig;
  const HttpResponse answers[] = {rig.send("GET", std::string("/calendars/") + consult),
                                  rig.send("GET", "/calendars/nobody"), rig.send("GET", "/nothing"),
                                  rig.send("POST", "/contacts/", Json::object()), rig.send(HttpRequest{})};
  for (const HttpResponse& answer : answers) {
    EXPECT_EQ(Rig::json(answer)["traceId"].get<std::string>().size(), 36U) << answer.body;
    EXPECT_EQ(answer.headers.find("X-RateLimit-Max"), "100");
    EXPECT_EQ(answer.headers.find("X-RateLimit-Interval-Milliseconds"), "10000");
    EXPECT_EQ(answer.headers.find("X-RateLimit-Limit-Daily"), "200000");
  }
  EXPECT_EQ(answers[0].headers.find("X-RateLimit-Remaining"), "99");
  EXPECT_EQ(answers[1].headers.find("X-RateLimit-Remaining"), "98");
}

}  // namespace
}  // namespace mock_ghl::tests
