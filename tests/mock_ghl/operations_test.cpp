// What holds for every operation that is built, in both dialects: who may ask, in which version, with which fields.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "mock_ghl/api/routes.hpp"
#include "mock_ghl/contract/drift.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using contract::Operation;

// One operation in one dialect, as a request that reaches its checks: captures are ids that do not exist.
struct Case {
  const api::Route* route = nullptr;
  const Operation* operation = nullptr;
  bool v3 = false;

  std::string name() const { return operation->id + (v3 ? " (v3)" : ""); }
  std::string path() const {
    std::string made;
    bool inside = false;
    for (const char c : operation->pattern) {
      if (c == '{') made += "nothing0000000000000";
      if (!inside && c != '{') made += c;
      inside = c == '{' || (inside && c != '}');
    }
    // A location in the path is the token's own, or the answer would be about that.
    for (auto at = made.find("/locations/nothing"); at != std::string::npos; at = made.find("/locations/nothing")) {
      made.replace(at, 31, std::string("/locations/") + demo_location);
    }
    return made;
  }
  HttpRequest request() const {
    HttpRequest made = Rig::request(operation->method, path(), operation->method == "GET" ? Json() : Json::object());
    made.headers.set("Version", v3 ? "v3" : "2021-07-28");
    return made;
  }
  bool needs_token() const { return !operation->auth.empty(); }
};

void for_each_built(const std::function<void(const Case&)>& visit) {
  for (const api::Route& route : api::all_routes()) {
    if (route.handler == nullptr) continue;
    if (route.dated != nullptr) visit({&route, route.dated, false});
    if (route.v3 != nullptr) visit({&route, route.v3, true});
  }
}

// A token that the operation's first scheme accepts, with every scope but `without`.
TokenGrant grant_without(std::string_view without) {
  TokenGrant grant{.token = "pit-00000000-0000-4000-8000-00000000cafe", .location_id = demo_location};
  for (const std::string& scope : booking_scopes()) {
    if (scope != without) grant.scopes.push_back(scope);
  }
  return grant;
}

// The clinic without a rate limit to run into.
Fixture open_clinic() {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_max = 1'000'000;
  return fixture;
}

TEST(Operations, RefuseAnAbsentAndAnUnknownToken) {
  Rig rig(open_clinic());
  int seen = 0;
  for_each_built([&](const Case& each) {
    if (!each.needs_token()) return;
    HttpRequest request = each.request();
    request.headers.set("Authorization", "");
    EXPECT_EQ(rig.send(request).status, 401) << each.name();
    request.headers.set("Authorization", "Bearer pit-unknown");
    const HttpResponse refused = rig.send(request);
    EXPECT_EQ(refused.status, 401) << each.name();
    EXPECT_NE(refused.body.find("Invalid Private Integration token"), std::string::npos) << each.name();
    ++seen;
  });
  EXPECT_GT(seen, 30);
}

// Every operation asks for a scope, the vendor's files or not: without one a token of the least rights may do it.
TEST(Operations, AskForAScope) {
  for_each_built([&](const Case& each) {
    const bool is_login = each.operation->id == "get-access-token";
    EXPECT_EQ(each.operation->scope().empty(), is_login) << each.name();
  });
}

TEST(Operations, RefuseATokenWithoutTheirScope) {
  for_each_built([&](const Case& each) {
    const std::string_view scope = each.operation->scope();
    if (scope.empty()) return;
    Fixture fixture = open_clinic();
    fixture.tokens.push_back(grant_without(scope));
    Rig rig(std::move(fixture));
    HttpRequest request = each.request();
    request.headers.set("Authorization", "Bearer pit-00000000-0000-4000-8000-00000000cafe");
    const HttpResponse refused = rig.send(request);
    EXPECT_EQ(refused.status, 401) << each.name() << " " << refused.body;
  });
}

TEST(Operations, RefuseAMissingAnInvalidAndAMalformedVersion) {
  Rig rig(open_clinic());
  for_each_built([&](const Case& each) {
    if (!each.needs_token()) return;  // POST /oauth/token asks for none (facts/ghl.md 1.2)
    HttpRequest request = each.request();
    if (each.route->v3_only()) return;  // without v3 there is no such path
    request.headers.set("Version", "");
    EXPECT_EQ(rig.send(request).status, 401) << each.name();
    request.headers.set("Version", "2020-01-01");
    EXPECT_EQ(rig.send(request).status, 401) << each.name();
    request.headers.set("Version", "bogus-version");
    EXPECT_EQ(rig.send(request).status, 400) << each.name();
  });
}

TEST(Operations, AnswerNotFoundWhenTheirPathIsOfTheOtherDialect) {
  Rig rig(open_clinic());
  int seen = 0;
  for (const api::Route& route : api::all_routes()) {
    if (!route.v3_only() || route.handler == nullptr) continue;
    HttpRequest request = Case{&route, route.v3, true}.request();
    request.headers.set("Version", "2021-07-28");
    EXPECT_EQ(rig.send(request).status, 404) << route.operation;
    ++seen;
  }
  std::printf("%d operations are v3's alone\n", seen);
}

TEST(Operations, RefuseUnknownPropertiesInQueryAndBody) {
  int bodies = 0;
  for_each_built([&](const Case& each) {
    if (!each.needs_token()) return;
    Rig rig(open_clinic());
    HttpRequest request = each.request();
    request.target += "?surprise=1";
    HttpResponse refused = rig.send(request);
    const bool agency_only =
        each.operation->auth.front().scheme.starts_with("Agency-Access") && each.operation->auth.size() == 1;
    if (agency_only) {
      EXPECT_GE(refused.status, 400) << each.name();  // the demo token is a sub-account's
      return;
    }
    EXPECT_EQ(refused.status, 422) << each.name() << " " << refused.body;
    EXPECT_NE(refused.body.find("property surprise should not exist"), std::string::npos) << each.name();
    const bool has_fields = each.operation->body != nullptr &&
                            each.operation->body->kind == contract::Shape::Kind::object &&
                            !each.operation->body->members.empty();
    if (!has_fields || each.operation->body_types.front() != "application/json") return;
    request = each.request();
    request.body = R"({"surprise":1})";
    refused = rig.send(request);
    EXPECT_EQ(refused.status, 422) << each.name() << " " << refused.body;
    EXPECT_NE(refused.body.find("property surprise should not exist"), std::string::npos) << each.name();
    ++bodies;
  });
  EXPECT_GT(bodies, 10);
}

TEST(Operations, RefuseAListInTheQueryWhereAPlainValueIsDue) {
  Rig rig(open_clinic());
  int seen = 0;
  for_each_built([&](const Case& each) {
    if (each.operation->query == nullptr) return;
    for (const contract::Member& member : each.operation->query->members) {
      const contract::Shape::Kind kind = member.shape->kind;
      if (kind == contract::Shape::Kind::list || kind == contract::Shape::Kind::any) continue;
      const std::string pair =
          member.name + "=" + (member.name.starts_with("location") ? demo_location : "1790000000000");
      for (const std::string& list : {member.name + "[]" + pair.substr(member.name.size()), pair + "&" + pair}) {
        HttpRequest request = each.request();
        request.target += "?" + list;
        const HttpResponse refused = rig.send(request);
        EXPECT_TRUE(refused.status == 401 || refused.status == 422)
            << each.name() << " " << list << " " << refused.body;
        ++seen;
      }
    }
  });
  EXPECT_GT(seen, 100);
}

TEST(Operations, RefuseABodyThatIsNotJson) {
  Rig rig(open_clinic());
  int seen = 0;
  for_each_built([&](const Case& each) {
    const std::vector<std::string>& types = each.operation->body_types;
    if (types.empty() || types.front() != "application/json" || !each.needs_token()) return;
    HttpRequest request = each.request();
    request.headers.set("Content-Type", "application/json");
    request.body = R"({"name": )";
    const HttpResponse refused = rig.send(request);
    EXPECT_EQ(refused.status, 400) << each.name() << " " << refused.body;
    ++seen;
  });
  EXPECT_GT(seen, 80);
}

TEST(Operations, RefuseAForeignLocation) {
  Rig rig(open_clinic());
  int seen = 0;
  for_each_built([&](const Case& each) {
    const contract::Shape* query = each.operation->query;
    if (query == nullptr || !each.needs_token()) return;
    for (const contract::Member& member : query->members) {
      if (member.name != "locationId" && member.name != "location_id") continue;
      HttpRequest request = each.request();
      request.target += "?" + member.name + "=locElsewhere00000001";
      const HttpResponse refused = rig.send(request);
      EXPECT_EQ(refused.status, 401) << each.name() << " " << refused.body;
      ++seen;
    }
  });
  EXPECT_GT(seen, 3);
}

// Ids that name nothing: whatever the answer is, it is a refusal in GHL's shape or an empty list, never a crash.
TEST(Operations, AnswerIdsThatNameNothingInShape) {
  Rig rig(open_clinic());
  for_each_built([&](const Case& each) {
    const HttpResponse response = rig.send(each.request());
    EXPECT_TRUE(response.status >= 200 && response.status < 500) << each.name() << " " << response.status;
    if (response.status < 400) return;
    const Json body = Rig::json(response);
    EXPECT_TRUE(body.is_object() && (body.contains("message") || body.contains("error"))) << each.name();
  });
}

TEST(Contract, SuccessHasTheLiveStatusOrTheSpecs) {
  for (const bool spec : {false, true}) {
    Fixture fixture = demo_fixture();
    fixture.settings.spec_status = spec;
    Rig rig(std::move(fixture));
    const HttpResponse made = rig.book(Rig::booking(rig.contact(), "2026-08-24T10:00:00-04:00"));
    EXPECT_EQ(made.status, spec ? 200 : 201);
    const std::string id = Rig::json(made)["id"];
    EXPECT_EQ(rig.send("DELETE", "/calendars/events/" + id).status, spec ? 201 : 200);
    EXPECT_EQ(rig.send("POST", "/contacts/upsert", {{"locationId", demo_location}, {"phone", "+15550109999"}}).status,
              spec ? 200 : 201);
  }
}

TEST(Contract, EveryQuirkHasATestOfItsName) {
  const ::testing::UnitTest& all = *::testing::UnitTest::GetInstance();
  for (const contract::Rule& rule : contract::shipped_rules()) {
    const std::string prefix = "quirk_" + rule.id.substr(rule.id.size() - 2) + "_";
    bool found = false;
    for (int i = 0; i < all.total_test_suite_count(); ++i) {
      const ::testing::TestSuite& suite = *all.GetTestSuite(i);
      for (int j = 0; j < suite.total_test_count(); ++j) {
        found = found || std::string_view(suite.GetTestInfo(j)->name()).starts_with(prefix);
      }
    }
    EXPECT_TRUE(found) << rule.id << ": " << rule.behaviour;
  }
}

TEST(Contract, EveryQuirkHasItsRule) {
  const std::vector<contract::Rule>& rules = contract::shipped_rules();
  ASSERT_EQ(rules.size(), 68U);
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const std::string number = std::to_string(i + 1);
    EXPECT_EQ(rules[i].id, "quirk-" + std::string(2 - number.size(), '0') + number);
    EXPECT_TRUE(rules[i].kind == "default" || rules[i].kind == "fault" || rules[i].kind == "config") << rules[i].id;
    // What is not always so has a switch, or nobody could see both sides of it.
    EXPECT_TRUE(rules[i].kind == "default" || !rules[i].switch_name.empty()) << rules[i].id;
    EXPECT_FALSE(rules[i].behaviour.empty() || rules[i].evidence.empty() || rules[i].source.empty()) << rules[i].id;
  }
}

TEST(Drift, TheBuiltInFilesAreTheVendors) {
  const char* folder = std::getenv("HOLDFAST_GHL_OPENAPI");
  if (folder == nullptr || !std::ifstream(std::string(folder) + "/calendars.json")) {
    std::printf("skipped: HOLDFAST_GHL_OPENAPI does not name the folder of GHL's OpenAPI files\n");
    return;
  }
  for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    const auto vendor = contract::import_folder(folder, dialect);
    ASSERT_TRUE(vendor.has_value()) << vendor.error().message;
    for (const contract::Difference& difference : contract::compare(*vendor, contract::shipped_vendor(dialect))) {
      ADD_FAILURE() << difference.where << ": " << difference.vendor << " / " << difference.ours;
    }
  }
}

TEST(Drift, EveryKindOfDifferenceIsFound) {
  const contract::Notation& ours = contract::shipped_vendor(contract::Dialect::dated);
  contract::Notation changed = ours;
  changed["calendars"]["operations"][0]["query"]["newcomer"] = "text";
  changed["calendars"]["shapes"]["AppointmentCreateSchema"]["members"].erase("calendarId!");
  changed["contacts"]["operations"].erase(0);
  changed["users"]["shapes"]["Newcomer"] = "text";
  const auto found = contract::compare(changed, ours);
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(found[0].where, "calendars GET /calendars/groups.query.newcomer");
  EXPECT_EQ(found[1].ours, "\"text\"");
  EXPECT_EQ(found[2].vendor, "");
  EXPECT_EQ(found[3].where, "users shape Newcomer");
  EXPECT_TRUE(contract::compare(ours, ours).empty());
}

TEST(Contract, ADeadCorrectionIsRefused) {
  contract::Notation live = contract::shipped_live();
  live["corrections"].push_back(
      {{"in", "calendars"}, {"operation", "no-such-operation"}, {"evidence", "observed"}, {"status", 201}});
  const auto read = contract::Contract::read(contract::shipped_vendor(contract::Dialect::dated),
                                             contract::shipped_vendor(contract::Dialect::v3), live);
  ASSERT_FALSE(read.has_value());
  EXPECT_NE(read.error().message.find("no-such-operation"), std::string::npos);
}

TEST(Contract, EveryCorrectionSaysOnWhatItRests) {
  for (const contract::Notation& correction : contract::shipped_live()["corrections"]) {
    for (const char* key : {"in", "evidence", "source", "why"}) {
      EXPECT_FALSE(correction.value(key, "").empty()) << key << " is missing in " << correction.dump();
    }
  }
}

}  // namespace
}  // namespace mock_ghl::tests
