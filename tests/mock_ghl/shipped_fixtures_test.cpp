// The fixtures that ship: each is read, and lived in.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using Texts = std::vector<std::string>;

Fixture shipped(const std::string& name) {
  std::ifstream file(std::string(MOCK_GHL_FIXTURES) + "/" + name + ".json");
  auto read = parse_fixture(std::string{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()});
  EXPECT_TRUE(read) << name << ": " << (read ? "" : read.error().message);
  return read ? *read : demo_fixture();
}

// A shipped world at a given moment, and a client with one of its tokens.
class Client {
 public:
  Client(const std::string& fixture, const char* now) : rig(shipped(fixture), at(now)) {}

  HttpResponse ask(const std::string& token, const std::string& method, const std::string& target,
                   const Json& body = nullptr) {
    HttpRequest request = Rig::request(method, target, body);
    request.headers.set("Authorization", "Bearer " + token);
    return rig.send(std::move(request));
  }
  Texts starts(const std::string& token, const std::string& calendar, const char* from, const char* to) {
    const HttpResponse response =
        ask(token, "GET",
            "/calendars/" + calendar + "/free-slots?startDate=" + std::to_string(to_epoch_ms(at(from))) +
                "&endDate=" + std::to_string(to_epoch_ms(at(to))));
    EXPECT_EQ(response.status, 200) << response.body;
    Texts found;
    for (const auto& [day, value] : Rig::json(response).items()) {
      if (!value.is_object()) continue;
      for (const Json& start : value["slots"]) found.push_back(start);
    }
    return found;
  }
  HttpResponse book(const std::string& token, const std::string& location, const std::string& calendar,
                    const std::string& contact, const std::string& start) {
    return ask(token, "POST", "/calendars/events/appointments",
               {{"calendarId", calendar}, {"locationId", location}, {"contactId", contact}, {"startTime", start}});
  }

  Rig rig;
};

constexpr char boston[] = "pit-b0570000-0000-4000-8000-000000000001";
constexpr char london[] = "pit-10d00000-0000-4000-8000-000000000002";
constexpr char sydney[] = "pit-5bd00000-0000-4000-8000-000000000003";
constexpr char studio[] = "pit-57d10000-0000-4000-8000-000000000001";

TEST(ShippedFixtures, EveryoneHasCalendarsThatCanBeListed) {
  for (const char* name : {"clinic", "agency", "studio"}) {
    const Fixture fixture = shipped(name);
    Rig rig(fixture);
    for (const TokenGrant& grant : fixture.tokens) {
      if (!grant.of_location()) continue;
      HttpRequest request = Rig::request("GET", "/calendars/?locationId=" + grant.location_id);
      request.headers.set("Authorization", "Bearer " + grant.token);
      EXPECT_FALSE(Rig::json(rig.send(request))["calendars"].empty()) << name << " " << grant.location_id;
    }
  }
}

TEST(ShippedFixtures, TheAgencysAccountsAreWorldsOfTheirOwn) {
  Client client("agency", "2026-08-23T12:00:00Z");
  // Each in its own zone, with its country's phone numbers.
  EXPECT_EQ(client.starts(boston, "calBosCheckup0000001", "2026-08-24T00:00:00-04:00", "2026-08-25T00:00:00-04:00")[0],
            "2026-08-24T08:00:00-04:00");
  EXPECT_EQ(client.starts(london, "calLonAssess00000002", "2026-08-24T00:00:00+01:00", "2026-08-25T00:00:00+01:00"),
            (Texts{"2026-08-24T09:30:00+01:00", "2026-08-24T10:30:00+01:00", "2026-08-24T11:30:00+01:00",
                   "2026-08-24T12:30:00+01:00", "2026-08-24T13:30:00+01:00", "2026-08-24T14:30:00+01:00"}));
  EXPECT_TRUE(
      client.starts(london, "calLonAssess00000002", "2026-08-31T00:00:00+01:00", "2026-09-01T00:00:00+01:00").empty())
      << "the bank holiday";
  EXPECT_EQ(client.rig.twin.state().contact("conLonGil00000000002")->fields.phone, "+442079460018");
  EXPECT_EQ(client.rig.twin.state().contact("conSydKim00000000003")->fields.phone, "+61255504321");
  EXPECT_EQ(client.ask(london, "GET", "/calendars/calBosCheckup0000001").status, 403);
  // Everybody of a collective calendar is taken at once.
  ASSERT_EQ(client
                .book(sydney, "locSydney00000000003", "calSydContract000003", "conSydKim00000000003",
                      "2026-08-25T10:00:00+10:00")
                .status,
            201);
  EXPECT_EQ(client.starts(sydney, "calSydContract000003", "2026-08-25T00:00:00+10:00", "2026-08-26T00:00:00+10:00")[0],
            "2026-08-25T11:00:00+10:00");
  // Equal distribution: the second goes to whoever had none.
  const auto check_up = [&] {
    return Rig::json(client.book(boston, "locBoston00000000001", "calBosCheckup0000001", "conBosFay00000000001",
                                 "2026-08-24T08:00:00-04:00"))["assignedUserId"];
  };
  EXPECT_EQ(check_up(), "usrRosa0000000000001");
  EXPECT_EQ(check_up(), "usrTom00000000000002");
  EXPECT_EQ(Rig::json(client.ask(boston, "GET", "/calendars/groups?locationId=locBoston00000000001"))["groups"].size(),
            1U);
}

TEST(ShippedFixtures, TheAgencyTriesEveryDoorOfOAuth) {
  Client client("agency", "2026-08-23T12:00:00Z");
  constexpr char agency[] = "pit-a6e00000-0000-4000-8000-000000000004";
  constexpr char company[] = "comNorthstar00000001";
  EXPECT_EQ(
      Rig::json(client.ask(agency, "GET", std::string("/locations/search?companyId=") + company))["locations"].size(),
      3U);
  const App app = shipped("agency").apps.at(0);
  const auto post = [&](const std::string& token, const std::string& path,
                        const std::vector<std::pair<std::string, std::string>>& form) {
    HttpRequest request = Rig::request("POST", path);
    request.headers.set("Authorization", "Bearer " + token);
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    request.body = holdfast::net::make_target("", form).substr(1);
    return client.rig.send(std::move(request));
  };
  const HttpResponse consent = post("", "/oauth/chooselocation",
                                    {{"response_type", "code"},
                                     {"client_id", app.client_id},
                                     {"redirect_uri", app.redirect_uris.at(0)},
                                     {"scope", "locations.readonly oauth.readonly oauth.write"},
                                     {"resource", std::string("company:") + company}});
  ASSERT_EQ(consent.status, 302) << consent.body;
  const auto code = holdfast::net::parse_target(*consent.headers.find("Location")).parameter("code");
  const Json session = Rig::json(post("", "/oauth/token",
                                      {{"client_id", app.client_id},
                                       {"client_secret", app.client_secret},
                                       {"grant_type", "authorization_code"},
                                       {"code", code.value_or("")}}));
  EXPECT_EQ(session["userType"], "Company");
  EXPECT_EQ(session["userId"], "usrRosa0000000000001");
  EXPECT_EQ(session["approvedLocations"].size(), 3U);
  const std::string token = session["access_token"];
  EXPECT_EQ(Rig::json(client.ask(token, "GET",
                                 std::string("/oauth/installedLocations?companyId=") + company +
                                     "&isInstalled=true&appId=" + app.app_id()))["count"],
            3);
  const Json pair =
      Rig::json(post(token, "/oauth/locationToken", {{"companyId", company}, {"locationId", "locLondon00000000002"}}));
  EXPECT_EQ(pair["userId"], "usrNia00000000000003");
  EXPECT_EQ(client.ask(pair["access_token"], "GET", "/locations/locLondon00000000002").status, 200);
}

// Also in a world that stands still.
TEST(ShippedFixtures, TheSearchHasTheirContactsFromTheBeginning) {
  Client client("agency", "2026-08-23T12:00:00Z");
  const Json found = Rig::json(
      client.ask(boston, "POST", "/contacts/search", {{"locationId", "locBoston00000000001"}, {"pageLimit", 20}}));
  ASSERT_EQ(found["total"], 1);
  EXPECT_EQ(found["contacts"][0]["id"], "conBosFay00000000001");
  EXPECT_EQ(found["contacts"][0]["dateAdded"], "2026-08-21T12:00:00.000Z");
}

TEST(ShippedFixtures, DuplicatesAreEachAccountsOwnAffair) {
  Client client("agency", "2026-08-23T12:00:00Z");
  const auto create = [&](const char* token, const char* location, const char* key, const char* value) {
    return client.ask(token, "POST", "/contacts/", {{"locationId", location}, {key, value}, {"firstName", "Again"}})
        .status;
  };
  EXPECT_EQ(create(boston, "locBoston00000000001", "email", "fay@example.com"), 400);
  EXPECT_EQ(create(london, "locLondon00000000002", "phone", "+442079460018"), 400);
  EXPECT_EQ(create(london, "locLondon00000000002", "email", "gil@example.com"), 201);
  EXPECT_EQ(create(london, "locLondon00000000002", "email", "gil@example.com"), 201) << "compares phones only";
  EXPECT_EQ(create(sydney, "locSydney00000000003", "phone", "+61255504321"), 201) << "allows duplicates";
}

TEST(ShippedFixtures, TheStudioHasClassesCoursesAndSchedules) {
  Client client("studio", "2026-08-23T12:00:00Z");
  const auto book = [&](const char* calendar, const char* start) {
    return client.book(studio, "locStudio00000000001", calendar, "conStuEva00000000001", start);
  };
  constexpr char evening[] = "2026-08-24T18:00:00+02:00";
  for (int seat = 0; seat < 12; ++seat) EXPECT_EQ(book("calVinyasa0000000001", evening).status, 201) << seat;
  EXPECT_EQ(book("calVinyasa0000000001", evening).status, 400) << "twelve seats";
  // One booking of the course is eight evenings.
  ASSERT_EQ(book("calBeginner000000002", "2026-08-25T17:00:00+02:00").status, 201);
  std::size_t evenings = 0;
  for (const Appointment* each : client.rig.twin.state().appointments_of("conStuEva00000000001")) {
    evenings += each->calendar_id == "calBeginner000000002";
  }
  EXPECT_EQ(evenings, 8U);
  // Massages: Lea's mornings in Berlin, Jan's in London's time; a date of Lea's is shorter.
  EXPECT_EQ(client.starts(studio, "calMassage0000000003", "2026-08-24T00:00:00+02:00", "2026-08-25T00:00:00+02:00"),
            (Texts{"2026-08-24T09:00:00+02:00", "2026-08-24T09:30:00+02:00", "2026-08-24T10:00:00+02:00",
                   "2026-08-24T10:30:00+02:00", "2026-08-24T11:00:00+02:00", "2026-08-24T11:30:00+02:00",
                   "2026-08-24T12:00:00+02:00"}));
  EXPECT_EQ(client.starts(studio, "calMassage0000000003", "2026-08-27T00:00:00+02:00", "2026-08-28T00:00:00+02:00"),
            (Texts{"2026-08-27T10:00:00+02:00"}));
  const std::string at_studio = "?locationId=locStudio00000000001";
  EXPECT_EQ(Rig::json(client.ask(studio, "GET", "/calendars/groups" + at_studio))["groups"].size(), 2U);
  const Json rooms =
      Rig::json(client.ask(studio, "GET", "/calendars/resources/rooms" + at_studio + "&limit=10&skip=0"));
  ASSERT_EQ(rooms.size(), 2U);
  EXPECT_EQ(rooms[0]["name"], "Garden room");
  const Json of_lea =
      Rig::json(client.ask(studio, "GET", "/calendars/schedules/search" + at_studio + "&userId=usrLea00000000000001"));
  EXPECT_EQ(of_lea["schedules"][0]["name"], "Mornings");
  EXPECT_TRUE(
      client.starts(studio, "calRetreat0000000004", "2026-08-24T00:00:00+02:00", "2026-08-25T00:00:00+02:00").empty());
}

TEST(ShippedFixtures, FaultsInSchedulesNameTheirPath) {
  const auto fault_of = [](const char* schedules) {
    Json json{{"locations", {{{"id", "loc"}}}},
              {"users", {{{"id", "usr"}, {"locationId", "loc"}}}},
              {"schedules", *holdfast::parse_json(schedules)}};
    const auto read = parse_fixture(holdfast::dump_json(json));
    return read ? std::string("accepted") : read.error().message;
  };
  EXPECT_EQ(fault_of(R"([{"id":"s","locationId":"loc","userId":"usr","name":"n","timezone":"UTC","rules":[]}])"),
            "accepted");
  EXPECT_EQ(fault_of(R"([{"id":"s","locationId":"loc","userId":"gone","name":"n","timezone":"UTC"}])"),
            "schedules[0].userId: is no user of the location");
  EXPECT_EQ(fault_of(R"([{"id":"s","locationId":"loc","userId":"usr","name":"n","timezone":"Mars/X"}])"),
            "schedules[0].timezone: is not an IANA time zone");
  EXPECT_EQ(fault_of(R"([{"id":"s","locationId":"loc","userId":"usr","name":"n","timezone":"UTC",
                          "rules":[{"type":"wday","day":"someday","intervals":[]}]}])"),
            "schedules[0].rules[0].day: must be a day from sunday to saturday");
  EXPECT_EQ(fault_of(R"([{"id":"s","locationId":"loc","userId":"usr","name":"n","timezone":"UTC",
                          "rules":[{"type":"wday","day":"monday","intervals":[{"from":"9:00","to":"8:00"}]}]}])"),
            "schedules[0].rules[0].intervals[0].to: must be after from");
}

}  // namespace
}  // namespace mock_ghl::tests
