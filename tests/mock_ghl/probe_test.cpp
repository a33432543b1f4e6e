// Record and verify: what is written down holds no person and no secret, and a server that differs is found out.
#include <gtest/gtest.h>

#include "mock_ghl/probe/local_transport.hpp"
#include "mock_ghl/probe/recorder.hpp"
#include "mock_ghl/probe/verify.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

std::map<std::string, std::string> values_of(const Fixture& fixture) {
  const Instant from = monday_morning() + holdfast::days{7};
  return {{"from_ms", std::to_string(to_epoch_ms(from))},
          {"to_ms", std::to_string(to_epoch_ms(from + holdfast::days{7}))},
          {"unique", "probe1234"},
          {"phone", "+12025551234"},
          {"email", "probe1234@example.com"},
          {"token", fixture.tokens.front().token},
          {"location", fixture.locations.front().id},
          {"calendar", fixture.calendars.front().id}};
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
    return loop.run(verify(loop.runtime(), twin_side, server_side, {.writes = writes}));
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
  EXPECT_EQ(row(rows, "book a slot").twin_status, 0);
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
  const auto rows = pair.loop.run(verify(pair.loop.runtime(), twin_side, server_side, {}));
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
