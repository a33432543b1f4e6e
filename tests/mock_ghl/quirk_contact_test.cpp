// The quirks of facts/ghl.md 9 about contacts, authentication and limits, each by its number.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::seconds;

Json person(const char* email, const char* phone, const char* first_name = "Jane") {
  Json body{{"locationId", demo_location}, {"firstName", first_name}, {"lastName", "Doe"}};
  if (email != nullptr) body["email"] = email;
  if (phone != nullptr) body["phone"] = phone;
  return body;
}

std::string id_of(const HttpResponse& response) {
  return Rig::json(response)["contact"]["id"];
}

std::string duplicate_query(const std::string& rest) {
  return std::string("/contacts/search/duplicate?locationId=") + demo_location + "&" + rest;
}

TEST(Quirk, quirk_28_ADuplicateCreateIs400WithTheOtherContact) {
  Rig rig;
  const std::string id = id_of(rig.send("POST", "/contacts/", person("Jane@Example.com", "+15550109999")));
  const HttpResponse by_email = rig.send("POST", "/contacts/", person("jane@example.COM", nullptr));
  EXPECT_EQ(by_email.status, 400);
  const std::string expected =
      R"({"statusCode":400,"message":"This location does not allow duplicated contacts.","meta":{"contactId":")" + id +
      R"(","matchingField":"email","contactName":"jane doe"},"traceId":")";
  EXPECT_EQ(by_email.body.substr(0, expected.size()), expected);
  const HttpResponse by_phone = rig.send("POST", "/contacts/", person("other@example.com", "(555) 010-9999"));
  EXPECT_EQ(Rig::json(by_phone)["meta"]["matchingField"], "phone");
  EXPECT_EQ(Rig::json(by_phone)["meta"]["contactId"], id);
  EXPECT_EQ(rig.twin.state().contacts().size(), 1U);
}

TEST(Quirk, quirk_28_DuplicatesAreMadeWhereTheLocationAllowsThem) {
  Fixture fixture = demo_fixture();
  fixture.locations[0].allow_duplicate_contact = true;
  Rig rig(fixture);
  const Json body = person("jane@example.com", "+15550109999");
  EXPECT_EQ(rig.send("POST", "/contacts/", body).status, 201);
  EXPECT_EQ(rig.send("POST", "/contacts/", body).status, 201);
  Json upsert = body;
  EXPECT_EQ(Rig::json(rig.send("POST", "/contacts/upsert", upsert))["new"], false);
  upsert["createNewIfDuplicateAllowed"] = true;
  EXPECT_EQ(Rig::json(rig.send("POST", "/contacts/upsert", upsert))["new"], true);
  EXPECT_EQ(rig.twin.state().contacts().size(), 3U);
}

TEST(Quirk, quirk_29_UpsertOfTwoPeopleTakesTheFirstFieldAndDropsTheOther) {
  Rig rig;
  const std::string by_email = id_of(rig.send("POST", "/contacts/", person("jane@example.com", "+15550109999")));
  const std::string by_phone =
      id_of(rig.send("POST", "/contacts/", person("john@example.com", "+15550108888", "John")));
  const HttpResponse response =
      rig.send("POST", "/contacts/upsert", person("jane@example.com", "+15550108888", "Janet"));
  EXPECT_EQ(response.status, 200);
  const Json body = Rig::json(response);
  EXPECT_EQ(body["new"], false);
  EXPECT_EQ(body["contact"]["id"], by_email);
  EXPECT_EQ(body["contact"]["firstName"], "Janet");
  EXPECT_EQ(body["contact"]["phone"], "+15550109999") << "the other's number is dropped without a word";
  EXPECT_EQ(rig.twin.state().contact(by_phone)->fields.phone, "+15550108888");

  Fixture phone_first = demo_fixture();
  phone_first.locations[0].duplicate_fields = {DuplicateField::phone, DuplicateField::email};
  Rig other(phone_first);
  other.send("POST", "/contacts/", person("jane@example.com", "+15550109999"));
  const std::string john = id_of(other.send("POST", "/contacts/", person("john@example.com", "+15550108888", "John")));
  EXPECT_EQ(id_of(other.send("POST", "/contacts/upsert", person("jane@example.com", "+15550108888"))), john);
}

TEST(Quirk, quirk_31_PhonesDedupeOnE164) {
  Rig rig;
  const HttpResponse first = rig.send("POST", "/contacts/upsert", person(nullptr, "(555) 010-9999"));
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(Rig::json(first)["new"], true);
  EXPECT_EQ(Rig::json(first)["contact"]["phone"], "+15550109999");
  for (const char* same : {"5550109999", "+15550109999", "+1 555-010-9999"}) {
    EXPECT_EQ(id_of(rig.send("POST", "/contacts/upsert", person(nullptr, same))), id_of(first)) << same;
  }
  for (const char* different : {"0015550109999", "+15550109999 x5"}) {
    EXPECT_EQ(Rig::json(rig.send("POST", "/contacts/upsert", person(nullptr, different)))["new"], true) << different;
  }
}

TEST(Quirk, quirk_32_AnUnencodedPlusFindsNobody) {
  Rig rig;
  const std::string id = id_of(rig.send("POST", "/contacts/", person("jane@example.com", "+15550109999")));
  const HttpResponse plain = rig.send("GET", duplicate_query("number=+15550109999"));
  EXPECT_EQ(plain.status, 200);
  EXPECT_TRUE(Rig::json(plain)["contact"].is_null());
  const Json found = Rig::json(rig.send("GET", duplicate_query("number=%2B15550109999")));
  EXPECT_EQ(found["contact"]["id"], id);
  EXPECT_EQ(found["matchingField"], "phone");
  EXPECT_EQ(Rig::json(rig.send("GET", duplicate_query("email=JANE%40example.com")))["matchingField"], "email");
  const HttpResponse phone = rig.send("GET", duplicate_query("phone=1"));
  EXPECT_EQ(phone.status, 422);
  EXPECT_EQ(Rig::json(phone)["message"], Json{"property phone should not exist"});
}

TEST(Quirk, quirk_33_SearchLagsButGetDoesNot) {
  Rig rig;
  const std::string id = id_of(rig.send("POST", "/contacts/", person("jane@example.com", nullptr)));
  const auto hits = [&](const char* query) {
    const Json answer = Rig::json(
        rig.send("POST", "/contacts/search", {{"locationId", demo_location}, {"pageLimit", 20}, {"query", query}}));
    EXPECT_EQ(answer["total"], answer["contacts"].size());
    return answer["contacts"].size();
  };
  EXPECT_EQ(hits("jane"), 0U);
  EXPECT_EQ(rig.send("GET", "/contacts/" + id).status, 200);
  rig.loop.run_until(monday_morning() + seconds{11});
  EXPECT_EQ(hits("jane"), 0U);
  rig.loop.run_until(monday_morning() + seconds{12});
  EXPECT_EQ(hits("jane"), 1U);
  // An update is shown as it was before, until the index has it.
  ASSERT_EQ(rig.send("PUT", "/contacts/" + id, {{"firstName", "Petra"}}).status, 200);
  EXPECT_EQ(hits("petra"), 0U);
  EXPECT_EQ(hits("jane doe"), 1U);
  rig.loop.run_until(monday_morning() + seconds{24});
  EXPECT_EQ(hits("petra"), 1U);
}

TEST(Quirk, quirk_33_SearchFiltersAndPages) {
  Rig rig;
  for (int i = 0; i < 5; ++i)
    rig.send("POST", "/contacts/", person(nullptr, nullptr, ("Guest" + std::to_string(i)).c_str()));
  rig.send("POST", "/contacts/", person("jane@example.com", "+15550109999", "Jane"));
  rig.loop.run_until(monday_morning() + seconds{60});
  const auto search = [&](Json body) {
    body["locationId"] = demo_location;
    return rig.send("POST", "/contacts/search", body);
  };
  Json filters = {{{"group", "OR"},
                   {"filters",
                    {{{"field", "email"}, {"operator", "eq"}, {"value", "jane@example.com"}},
                     {{"field", "firstName"}, {"operator", "contains"}, {"value", "Guest1"}}}}}};
  EXPECT_EQ(Rig::json(search({{"pageLimit", 10}, {"filters", filters}}))["total"], 2);
  const Json first = Rig::json(search({{"pageLimit", 4}, {"page", 1}}));
  EXPECT_EQ(first["contacts"].size(), 4U);
  EXPECT_EQ(first["total"], 6);
  EXPECT_EQ(Rig::json(search({{"pageLimit", 4}, {"page", 2}}))["contacts"].size(), 2U);
  const Json rest = Rig::json(search({{"pageLimit", 4}, {"searchAfter", first["contacts"][3]["searchAfter"]}}));
  EXPECT_EQ(rest["contacts"].size(), 2U);
  EXPECT_EQ(search({{"pageLimit", 501}}).status, 422);
  EXPECT_EQ(search(Json::object()).status, 422);
  EXPECT_EQ(search({{"pageLimit", 500}, {"page", 21}}).status, 422);
}

TEST(Quirk, quirk_36_TagsAreReplaced) {
  Rig rig;
  Json body = person("jane@example.com", nullptr);
  body["tags"] = {"vip", "workflow"};
  const std::string id = id_of(rig.send("POST", "/contacts/", body));
  body["tags"] = {"new"};
  rig.send("POST", "/contacts/upsert", body);
  EXPECT_EQ(rig.twin.state().contact(id)->fields.tags, std::vector<std::string>{"new"});
  body.erase("tags");
  rig.send("POST", "/contacts/upsert", body);
  EXPECT_EQ(rig.twin.state().contact(id)->fields.tags, std::vector<std::string>{"new"}) << "absent tags stay";
}

TEST(Quirk, quirk_37_UnknownPropertiesAreNamed) {
  Rig rig;
  Json body = person("jane@example.com", nullptr);
  body["additionalEmails"] = Json::array();
  const HttpResponse response = rig.send("POST", "/contacts/upsert", body);
  EXPECT_EQ(response.status, 422);
  const std::string expected =
      R"({"message":["property additionalEmails should not exist"],"error":"Unprocessable Entity","statusCode":422,"traceId":")";
  EXPECT_EQ(response.body.substr(0, expected.size()), expected);
  EXPECT_EQ(Rig::json(rig.send("POST", "/contacts/", person("", nullptr)))["message"], Json{"email must be an email"});
  Json nothing = person(nullptr, nullptr);
  nothing["email"] = nullptr;
  EXPECT_EQ(rig.send("POST", "/contacts/", nothing).status, 201) << "null is absent";
  EXPECT_EQ(Rig::json(rig.send("POST", "/contacts/", {{"firstName", "X"}}))["message"],
            Json{"locationId must be a string"});
  const std::string id = rig.contact("Put");
  EXPECT_EQ(rig.send("PUT", "/contacts/" + id, {{"locationId", demo_location}}).status, 422);
}

TEST(Quirk, quirk_38_UnknownAndDeletedContactsAre400) {
  Rig rig;
  const std::string id = rig.contact();
  EXPECT_EQ(rig.send("DELETE", "/contacts/" + id).status, 200);
  for (const std::string& gone : {id, std::string("nobody")}) {
    const HttpResponse response = rig.send("GET", "/contacts/" + gone);
    EXPECT_EQ(response.status, 400);
    const std::string expected = R"({"message":"Contact not found for id:)" + gone + R"(","statusCode":400)";
    EXPECT_EQ(response.body.substr(0, expected.size()), expected);
    EXPECT_EQ(rig.send("GET", "/contacts/" + gone + "/appointments").status, 400);
    EXPECT_EQ(rig.send("POST", "/contacts/" + gone + "/notes", {{"body", "x"}}).status, 400);
  }
  EXPECT_EQ(rig.send("POST", "/contacts/", person(nullptr, "+15550109999")).status, 201)
      << "a deleted one is no duplicate";
}

TEST(Quirk, quirk_40_TheSpellingOfSucceededGoesByVersion) {
  Rig rig;
  const std::string id = rig.contact();
  HttpRequest request = Rig::request("PUT", "/contacts/" + id, {{"city", "Boston"}});
  const Json v2 = Rig::json(rig.send(request));
  EXPECT_EQ(v2["succeded"], true);
  EXPECT_FALSE(v2.contains("succeeded"));
  request.headers.set("Version", "v3");
  const Json v3 = Rig::json(rig.send(request));
  EXPECT_EQ(v3["succeded"], true);
  EXPECT_EQ(v3["succeeded"], true);
}

TEST(Quirk, AnUpdateThatCollidesIsADuplicateToo) {
  Rig rig;
  rig.send("POST", "/contacts/", person("jane@example.com", nullptr));
  const std::string other = id_of(rig.send("POST", "/contacts/", person("john@example.com", nullptr, "John")));
  EXPECT_EQ(rig.send("PUT", "/contacts/" + other, {{"email", "jane@example.com"}}).status, 400);
  EXPECT_EQ(rig.send("PUT", "/contacts/" + other, {{"email", "john@example.com"}}).status, 200);
}

TEST(Quirk, quirk_46_AMissingScopeIs401) {
  Fixture fixture = demo_fixture();
  fixture.tokens[0].scopes = {"calendars.readonly"};
  Rig rig(fixture);
  EXPECT_EQ(rig.send("GET", std::string("/calendars/") + consult).status, 200);
  const HttpResponse response = rig.send("POST", "/contacts/", person("jane@example.com", nullptr));
  EXPECT_EQ(response.status, 401);
  EXPECT_EQ(Rig::json(response)["message"], "The token is not authorized for this scope.");
}

TEST(Quirk, quirk_47_VersionHeaders) {
  Rig rig;
  const auto with = [&](const char* version) {
    HttpRequest request{.method = "GET", .target = std::string("/calendars/") + consult};
    request.headers.set("Authorization", std::string("Bearer ") + demo_token);
    if (version != nullptr) request.headers.set("Version", version);
    return rig.send(request);
  };
  EXPECT_EQ(with(nullptr).status, 401);
  EXPECT_EQ(Rig::json(with(nullptr))["message"], "version header was not found.");
  EXPECT_EQ(with("2020-01-01").status, 401);
  EXPECT_EQ(Rig::json(with("2020-01-01"))["message"], "version header is invalid");
  EXPECT_EQ(with("bogus-version").status, 400);
  EXPECT_EQ(Rig::json(with("bogus-version"))["message"], "Invalid API version segment 'bogus-version' at position 0");
  for (const char* published : {"v3", "2023-02-21", "2021-07-28", "2021-04-15"}) EXPECT_EQ(with(published).status, 200);
}

TEST(Quirk, quirk_48_The101stRequestOfAWindowIs429) {
  Rig rig;
  const std::string path = std::string("/calendars/") + consult;
  for (int i = 0; i < 100; ++i) ASSERT_EQ(rig.send("GET", path).status, 200) << i;
  const HttpResponse refused = rig.send("GET", path);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("X-RateLimit-Remaining"), "0");
  EXPECT_EQ(refused.headers.find("X-RateLimit-Daily-Remaining"), "199900");
  EXPECT_FALSE(refused.headers.find("Retry-After"));
  const std::string expected = R"({"statusCode":429,"message":"Too Many Requests")";
  EXPECT_EQ(refused.body.substr(0, expected.size()), expected);
  rig.loop.run_until(monday_morning() + seconds{10});
  EXPECT_EQ(rig.send("GET", path).status, 200);
}

TEST(Quirk, quirk_48_TheDailyLimitShowsOnlyInItsHeader) {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_daily = 3;
  Rig rig(fixture);
  const std::string path = std::string("/calendars/") + consult;
  for (int i = 0; i < 3; ++i) ASSERT_EQ(rig.send("GET", path).status, 200);
  const HttpResponse refused = rig.send("GET", path);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.headers.find("X-RateLimit-Daily-Remaining"), "0");
  rig.loop.run_until(at("2026-08-25T00:00:01Z"));
  EXPECT_EQ(rig.send("GET", path).status, 200) << "a new day in UTC";
}

TEST(Quirk, quirk_54_ErrorBodiesComeInSeveralShapes) {
  Rig rig;
  const Json text = Rig::json(rig.send("GET", "/contacts/nobody"));
  EXPECT_TRUE(text["message"].is_string());
  EXPECT_FALSE(text.contains("error"));
  const Json list = Rig::json(rig.send("POST", "/contacts/", Json::object()));
  EXPECT_TRUE(list["message"].is_array());
  const Json mongo = Rig::json(
      rig.send("POST", "/contacts/search", {{"locationId", demo_location}, {"pageLimit", 20}, {"page", "one"}}));
  EXPECT_EQ(mongo["status"], 400);
  EXPECT_FALSE(mongo.contains("statusCode"));
}

}  // namespace
}  // namespace mock_ghl::tests
