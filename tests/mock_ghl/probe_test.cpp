// Record and verify: what is written down holds no person and no secret, and a server that differs is found out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/file.hpp"
#include "mock_ghl/probe/local_transport.hpp"
#include "mock_ghl/probe/recorder.hpp"
#include "mock_ghl/probe/verify.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

std::map<std::string, std::string> values_of(const Fixture& fixture) {
  std::map<std::string, std::string> values = probe_values(monday_morning(), 1234);
  values["token"] = fixture.tokens.front().token;
  values["location"] = fixture.locations.front().id;
  values["calendar"] = fixture.calendars.front().id;
  return values;
}

struct Pair {
  explicit Pair(Fixture other)
      : values(values_of(demo_fixture())),
        other_values(values_of(other)),
        server(loop.runtime(), std::move(other), 9) {}

  std::vector<ProbeRow> run(bool writes) {
    LocalTransport ours([this](HttpRequest request) { return twin.handle(std::move(request)); });
    LocalTransport theirs([this](HttpRequest request) { return server.handle(std::move(request)); });
    ProbeSide twin_side{ours, values};
    ProbeSide server_side{theirs, other_values};
    return *loop.run(verify(loop.runtime(), twin_side, server_side, {.writes = writes}));
  }

  // How many contacts and appointments live at the server.
  std::pair<std::size_t, std::size_t> living() const {
    std::size_t contacts = 0;
    std::size_t appointments = 0;
    for (const auto& [id, contact] : server.state().contacts()) contacts += !contact.deleted;
    for (const auto& [id, appointment] : server.state().appointments()) appointments += appointment.occupies();
    return {contacts, appointments};
  }

  std::map<std::string, std::string> values;
  std::map<std::string, std::string> other_values;
  holdfast::tests::Loop loop{monday_morning()};
  Twin twin{loop.runtime(), demo_fixture(), 1};
  Twin server;
};

const ProbeRow& row(const std::vector<ProbeRow>& rows, const std::string& name) {
  for (const ProbeRow& each : rows) {
    if (each.name == name) return each;
  }
  ADD_FAILURE() << "there is no case " << name;
  return rows.front();
}

TEST(Verify, ATwinIsAsTheTwin) {
  Pair pair(demo_fixture());
  int asked = 0;
  for (const ProbeRow& each : pair.run(true)) {
    for (const std::string& difference : each.differences) ADD_FAILURE() << each.name << ": " << difference;
    EXPECT_TRUE(each.skipped.empty()) << each.name << " " << each.skipped;
    asked += each.twin_status != 0;
  }
  EXPECT_GT(asked, 45);
  // Nothing is left behind.
  for (const auto& [id, contact] : pair.server.state().contacts()) EXPECT_TRUE(contact.deleted);
  for (const auto& [id, appointment] : pair.server.state().appointments()) EXPECT_FALSE(appointment.occupies());
}

TEST(Verify, WithoutPermissionNothingIsWritten) {
  Pair pair(demo_fixture());
  const auto rows = pair.run(false);
  EXPECT_TRUE(pair.server.state().contacts().empty());
  for (const char* name : {"book a slot", "a contact with an unknown property", "a contact with an empty e-mail"}) {
    EXPECT_EQ(row(rows, name).twin_status, 0) << name;
  }
  EXPECT_NE(row(rows, "book a slot").skipped.find("--write"), std::string::npos);
}

TEST(Verify, AServerOfAlteredRulesIsFoundOut) {
  Fixture other = demo_fixture();
  other.settings.spec_status = true;
  other.locations.front().allow_duplicate_contact = true;
  other.tokens.front().scopes = {"contacts.readonly", "contacts.write", "calendars.readonly", "calendars/events.write",
                                 "calendars/events.readonly"};
  Pair pair(std::move(other));
  const auto rows = pair.run(true);
  ASSERT_EQ(row(rows, "book a slot").differences.size(), 1U);
  EXPECT_EQ(row(rows, "book a slot").differences[0], "status: the twin answers 201, the server 200");
  EXPECT_EQ(row(rows, "create it again").differences.size(), 1U);
  EXPECT_EQ(row(rows, "the location").server_status, 401);
  EXPECT_TRUE(row(rows, "free slots").differences.empty());
  EXPECT_TRUE(row(rows, "read it").differences.empty());
}

TEST(Verify, NothingStaysWhereDuplicateContactsAreAllowed) {
  auto agency = holdfast::read_file(MOCK_GHL_FIXTURES "/agency.json");
  ASSERT_TRUE(agency);
  Fixture fixture = *parse_fixture(*agency);
  const auto lax =
      std::ranges::find_if(fixture.locations, [](const Location& each) { return each.allow_duplicate_contact; });
  ASSERT_NE(lax, fixture.locations.end());
  const std::string place = lax->id;
  const auto there = [&](const auto& each) { return each.location_id == place; };
  const auto token = std::ranges::find_if(fixture.tokens, there);
  const auto calendar = std::ranges::find_if(fixture.calendars, there);
  ASSERT_NE(token, fixture.tokens.end());
  ASSERT_NE(calendar, fixture.calendars.end());
  const std::map<std::string, std::string> chosen{
      {"location", place}, {"token", token->token}, {"calendar", calendar->id}};
  Pair pair(std::move(fixture));
  for (const auto& [name, value] : chosen) pair.other_values[name] = value;
  const auto before = pair.living();
  const auto rows = pair.run(true);
  EXPECT_EQ(row(rows, "create it again").server_status, 201) << "it was made";
  EXPECT_EQ(pair.living(), before) << "and taken away";
}

TEST(Verify, NothingStaysInAClassWithSeats) {
  Fixture fixture = demo_fixture();
  const auto is_class = [](const Calendar& each) { return each.id == posture_class; };
  ASSERT_EQ(std::ranges::find_if(fixture.calendars, is_class)->appointments_per_slot, 3);
  Pair pair(std::move(fixture));
  pair.other_values["calendar"] = posture_class;
  const auto before = pair.living();
  const auto rows = pair.run(true);
  EXPECT_EQ(row(rows, "book a slot").server_status, 201);
  EXPECT_EQ(pair.living(), before);
}

TEST(Verify, WhereNoContactCouldBeMadeNoneIsUpserted) {
  Pair pair(demo_fixture());
  pair.server.state().add_contact(demo_location, {.first_name = "Somebody", .phone = pair.values["phone"]},
                                  monday_morning());
  const auto rows = pair.run(true);
  EXPECT_EQ(row(rows, "create a contact").server_status, 400);
  EXPECT_EQ(row(rows, "upsert it").skipped, "there is no {contact}");
  EXPECT_EQ(pair.living().first, 1U);
  EXPECT_EQ(pair.server.state().contacts().begin()->second.fields.first_name, "Somebody");
}

TEST(Verify, PhonesBelongToNobody) {
  for (std::uint64_t draw = 0; draw < 1'000; ++draw) {
    const std::string phone = probe_values(monday_morning(), draw * 0x9e3779b97f4a7c15ULL)["phone"];
    ASSERT_EQ(phone.substr(0, 10), "+120255501") << phone;
    ASSERT_EQ(phone.size(), 12U) << phone;
  }
}

TEST(Verify, AnIdThatReadsLikeItsPlaceholderEnds) {
  Pair pair(demo_fixture());
  pair.other_values["location"] = "location";
  EXPECT_FALSE(pair.run(false).empty());
}

TEST(Verify, AServerThatNothingReachesIsSaidAtOnce) {
  struct Nobody final : holdfast::net::HttpTransport {
    holdfast::net::Task<holdfast::net::TransportResult> send(HttpRequest, Instant) override {
      ++sent;
      co_return std::unexpected(holdfast::net::TransportError{.failure = holdfast::net::TransportFailure::not_sent,
                                                              .message = "nobody listens"});
    }
    int sent = 0;
  } nobody;
  Pair pair(demo_fixture());
  LocalTransport ours([&](HttpRequest request) { return pair.twin.handle(std::move(request)); });
  ProbeSide twin_side{ours, pair.values};
  ProbeSide server_side{nobody, pair.other_values};
  const auto rows = pair.loop.run(verify(pair.loop.runtime(), twin_side, server_side, {}));
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, testing::HasSubstr("nobody listens"));
  EXPECT_EQ(nobody.sent, 1);
}

TEST(Verify, RowsAreToldAsTheyComeAndSayWhatIsLacking) {
  Pair pair(demo_fixture());
  pair.values["calendar"].clear();
  LocalTransport ours([&](HttpRequest request) { return pair.twin.handle(std::move(request)); });
  LocalTransport theirs([&](HttpRequest request) { return pair.server.handle(std::move(request)); });
  ProbeSide twin_side{ours, pair.values};
  ProbeSide server_side{theirs, pair.other_values};
  std::vector<std::string> told;
  const auto rows = *pair.loop.run(verify(pair.loop.runtime(), twin_side, server_side, {},
                                          [&](const ProbeRow& each) { told.push_back(each.name); }));
  ASSERT_EQ(told.size(), rows.size());
  EXPECT_EQ(told.front(), rows.front().name);
  EXPECT_EQ(row(rows, "the calendar").skipped, "give --calendar");
}

TEST(Verify, AnAnswerThatLeavesTheContractIsFoundOut) {
  Pair pair(demo_fixture());
  LocalTransport ours([&](HttpRequest request) { return pair.twin.handle(std::move(request)); });
  struct Bent {
    static holdfast::net::Task<HttpResponse> answer(Twin& twin, HttpRequest request) {
      HttpResponse response = co_await twin.handle(std::move(request));
      for (auto at = response.body.find("\"isActive\":"); at != std::string::npos;
           at = response.body.find("\"isActive\":", at + 1)) {
        response.body.replace(at, 11, "\"isAktive\":");
      }
      co_return response;
    }
  };
  LocalTransport theirs([&](HttpRequest request) { return Bent::answer(pair.server, std::move(request)); });
  ProbeSide twin_side{ours, pair.values};
  ProbeSide server_side{theirs, pair.other_values};
  const auto rows = *pair.loop.run(verify(pair.loop.runtime(), twin_side, server_side, {}));
  ASSERT_FALSE(row(rows, "the calendar").differences.empty());
  EXPECT_NE(row(rows, "the calendar").differences[0].find("body.calendar.isAktive is not declared"), std::string::npos);
}

TEST(Record, PassesOnAndWritesDownWithoutPersons) {
  Rig rig;
  LocalTransport upstream([&](HttpRequest request) { return rig.twin.handle(std::move(request)); });
  std::vector<std::string> lines;
  Recorder recorder(rig.loop.runtime(), upstream, "services.example.com",
                    [&](const std::string& line) { lines.push_back(line); });
  const auto send = [&](HttpRequest request) { return rig.loop.run(recorder.handle(std::move(request))); };
  const Json person{{"locationId", demo_location}, {"firstName", "Zebulon"},   {"lastName", "Quirk"},
                    {"phone", "+12025550177"},     {"email", "zeb@quirk.org"}, {"tags", {"vip customer"}}};
  const HttpResponse made = send(Rig::request("POST", "/contacts/", person));
  EXPECT_EQ(made.status, 201);
  const std::string id = Rig::json(made)["contact"]["id"];
  send(Rig::request("POST", "/contacts/", person));
  send(Rig::request("GET",
                    std::string("/contacts/search/duplicate?locationId=") + demo_location + "&number=%2B12025550177"));
  send(Rig::request("POST", "/contacts/" + id + "/notes", {{"body", "allergic to Zebulon"}}));
  ASSERT_EQ(lines.size(), 4U);
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  for (const char* personal : {"Zebulon", "zebulon", "Quirk", "quirk", "2025550177", "vip", "allergic", "pit-"}) {
    EXPECT_EQ(all.find(personal), std::string::npos) << personal << " in\n" << all;
  }
  const Json first = Json::parse(lines[0]);
  EXPECT_EQ(first["response"]["status"], 201);
  EXPECT_EQ(first["response"]["body"]["contact"]["id"], id);
  // Equal values have equal stand-ins, so the duplicate can still be seen.
  EXPECT_EQ(first["request"]["body"]["phone"], Json::parse(lines[1])["request"]["body"]["phone"]);
  EXPECT_EQ(Json::parse(lines[1])["response"]["body"]["meta"]["contactId"], id);
}

Json recorded(const HttpRequest& request, const HttpResponse& response) {
  return Sanitiser().exchange(request, response);
}

HttpResponse answered(int status, const Json& body) {
  return HttpResponse::json(status, body.dump());
}

TEST(Record, AMessageIsKeptOnlyWhereItIsARefusalsAndWithoutPersons) {
  const Json sms = recorded(Rig::request("POST", "/conversations/messages", {{"type", "SMS"}, {"message", "Hi Zeb"}}),
                            answered(201, {{"message", "queued for Zeb"}}));
  EXPECT_EQ(sms["request"]["body"], (Json{{"type", "SMS"}, {"message", "text 1"}}));
  EXPECT_EQ(sms["response"]["body"]["message"], "text 2");
  const Json refused = recorded(
      Rig::request("GET", "/contacts/x"),
      answered(422, {{"message", {"property surprise should not exist", "taken: zeb@quirk.org, (202) 555-0177"}},
                     {"error", "Unprocessable Entity"},
                     {"statusCode", 422}}));
  EXPECT_EQ(refused["response"]["body"]["message"],
            (Json{"property surprise should not exist", "taken: person1@example.com, +15550000001"}));
  EXPECT_EQ(refused["response"]["body"]["error"], "Unprocessable Entity");
  const Json ids = recorded(Rig::request("GET", "/"),
                            answered(400, {{"message", "no event 66b1f01234567890a2 at 2026-08-24T10:30:00-04:00"}}));
  EXPECT_EQ(ids["response"]["body"]["message"], "no event 66b1f01234567890a2 at 2026-08-24T10:30:00-04:00");
}

TEST(Record, NeitherPathsNorQueriesNorNumbersTellWho) {
  const auto target = [](const char* given) { return Sanitiser().target(given); };
  EXPECT_EQ(target("/contacts/zeb%40quirk.org"), "/contacts/person1%40example.com");
  EXPECT_EQ(target("/contacts/%2B12025550177/notes"), "/contacts/%2B15550000001/notes");
  EXPECT_EQ(target("/contacts/Zebulon%20Quirk"), "/contacts/text%201");
  EXPECT_EQ(target("/calendars/calX/free-slots?startDate=1787500000000&limit=20&timezone=Asia%2FTokyo"),
            "/calendars/calX/free-slots?startDate=1787500000000&limit=20&timezone=Asia%2FTokyo");
  EXPECT_EQ(target("/contacts/?phone=12025550177&query=41"), "/contacts/?phone=%2B15550000001&query=text%201");
  const Json body = recorded(Rig::request("POST", "/contacts/",
                                          {{"phone", 12025550177},
                                           {"ssn", 123},
                                           {"country", "Zebulonia 12 Main Street"},
                                           {"type", "12025550177"},
                                           {"paid", "by Zebulon"},
                                           {"contactId", "abcDEF123"},
                                           {"dateAdded", 1787500000000},
                                           {"startTime", "2026-08-24 10:30:00"},
                                           {"total", 17}}),
                             answered(200, nullptr))["request"]["body"];
  EXPECT_EQ(body, (Json{{"phone", 15550000001},
                        {"ssn", 15550000002},
                        {"country", "text 1"},
                        {"type", "+15550000001"},
                        {"paid", "text 2"},
                        {"contactId", "abcDEF123"},
                        {"dateAdded", 1787500000000},
                        {"startTime", "2026-08-24 10:30:00"},
                        {"total", 17}}));
}

TEST(Record, SaysWhenTheUpstreamDoesNotAnswer) {
  Rig rig;
  struct Cut {
    static holdfast::net::Task<HttpResponse> answer(HttpRequest) { co_return HttpResponse::abandon(); }
  };
  LocalTransport upstream(&Cut::answer);
  std::vector<std::string> lines;
  Recorder recorder(rig.loop.runtime(), upstream, "x", [&](const std::string& line) { lines.push_back(line); });
  EXPECT_EQ(rig.loop.run(recorder.handle(Rig::request("GET", "/contacts/x"))).status, 504);
  EXPECT_EQ(lines.size(), 1U);
}

}  // namespace
}  // namespace mock_ghl::tests
