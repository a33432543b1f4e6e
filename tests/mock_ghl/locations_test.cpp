// Locations with their tags, custom fields and custom values; users; workflows. In both dialects.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_ghl/api/timezones.hpp"
#include "tests/mock_ghl/directory.hpp"

namespace mock_ghl::tests {
namespace {

using ::testing::ElementsAre;

class Locations : public ::testing::TestWithParam<bool> {
 protected:
  Directory gate{GetParam()};
  const std::string here = std::string("/locations/") + demo_location;
};
INSTANTIATE_TEST_SUITE_P(Dialects, Locations, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "v3" : "dated"; });

TEST_P(Locations, SayWhatTheFixtureSaysOfThem) {
  Fixture fixture = directory_fixture();
  fixture.locations[0].extra = {{"city", "Boston"}, {"phone", "+1410039940"}, {"business", {{"name", "dentist"}}}};
  Directory told(GetParam(), std::move(fixture));
  const Json location = told.ask(200, "GET", here)["location"];
  EXPECT_EQ(location["name"], "Harbor Street Clinic");
  EXPECT_EQ(location["city"], "Boston");
  EXPECT_EQ(location["business"]["name"], "dentist");
  EXPECT_EQ(location["settings"]["allowDuplicateContact"], false);
  EXPECT_EQ(told.send("GET", std::string("/locations/") + other_location).status, 403);
}

TEST_P(Locations, AreSearchedByAnAgencyAndNotByASubAccountsPrivateToken) {
  const HttpResponse refused = gate.send("GET", "/locations/search");
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(Rig::json(refused)["error"], "Forbidden");

  constexpr char agency[] = "pit-00000000-0000-4000-8000-0000000000a9";
  Fixture fixture = directory_fixture();
  fixture.locations[1].extra["email"] = "Second@clinic.example";
  fixture.tokens.push_back({.token = agency, .kind = TokenKind::company_pit});
  Directory told(GetParam(), std::move(fixture));
  const auto ids = [&](const std::string& query) {
    const HttpResponse response = told.send("GET", "/locations/search" + query, nullptr, agency);
    EXPECT_EQ(response.status, 200) << response.body;
    std::vector<std::string> found;
    for (const Json& one : Rig::json(response)["locations"]) found.push_back(one["id"]);
    return found;
  };
  EXPECT_THAT(ids(""), ElementsAre(demo_location, other_location));
  EXPECT_THAT(ids("?order=desc&companyId=comHarbor00000000001"), ElementsAre(other_location, demo_location));
  EXPECT_THAT(ids("?skip=1&limit=5"), ElementsAre(other_location));
  EXPECT_THAT(ids("?email=second%40clinic.example"), ElementsAre(other_location));
  EXPECT_EQ(told.send("GET", "/locations/search?companyId=comOther", nullptr, agency).status, 403);
  EXPECT_EQ(told.send("GET", "/locations/search?limit=x", nullptr, agency).status, 422);
  EXPECT_EQ(Rig::json(told.send("GET", here, nullptr, agency))["location"]["companyId"], "comHarbor00000000001");

  const Json found = Rig::json(told.send(
      "POST", "/users/search/filter-by-email",
      {{"companyId", "comHarbor00000000001"}, {"emails", "ADA@clinic.example, far@second.example,x@y.z"}}, agency));
  EXPECT_EQ(found["count"], 2);
  EXPECT_EQ(found["users"][0], (Json{{"id", ada}, {"email", "ada@clinic.example"}}));
  const Json whole = {{"companyId", "comHarbor00000000001"}, {"emails", "ada@clinic.example"}, {"projection", "all"}};
  EXPECT_EQ(Rig::json(told.send("POST", "/users/search/filter-by-email", whole, agency))["users"][0]["firstName"],
            "Ada");
  EXPECT_EQ(told.send("POST", "/users/search/filter-by-email", {{"companyId", "x"}, {"emails", "x"}}, agency).status,
            403);
  EXPECT_EQ(told.send("POST", "/users/search/filter-by-email", whole).status, 401) << "it is the agency's";
}

TEST_P(Locations, TagsAreMadeRenamedAndDeleted) {
  const Json made = gate.ask(200, "POST", here + "/tags", {{"name", "new"}})["tag"];
  EXPECT_EQ(made["locationId"], demo_location);
  const std::string tag = here + "/tags/" + made["id"].get<std::string>();
  EXPECT_EQ(gate.ask(200, "GET", tag)["tag"], made);
  EXPECT_EQ(gate.send("POST", here + "/tags", {{"name", "new"}}).status, 400);
  EXPECT_EQ(gate.send("PUT", tag, {{"name", "vip"}}).status, 400);
  EXPECT_EQ(gate.ask(200, "PUT", tag, {{"name", "newer"}})["tag"]["name"], "newer");
  EXPECT_EQ(gate.ask(200, "GET", here + "/tags")["tags"].size(), 2U);
  EXPECT_EQ(gate.ask(200, "DELETE", tag)["succeded"], true);
  for (const char* method : {"GET", "DELETE"}) EXPECT_EQ(gate.send(method, tag).status, 404);
  EXPECT_EQ(gate.send("POST", here + "/tags", {{"name", ""}}).status, 422);
}

TEST_P(Locations, CustomFieldsAreDefinedAndThenKeepValues) {
  const Json made = gate.ask(201, "POST", here + "/customFields",
                             {{"name", "Pin Code"},
                              {"dataType", "SINGLE_OPTIONS"},
                              {"placeholder", "pick"},
                              {"textBoxListOptions", {{{"label", "A"}}, {{"label", "B"}, {"prefillValue", ""}}}},
                              {"position", 3}})["customField"];
  EXPECT_EQ(made["fieldKey"], "contact.pin_code");
  EXPECT_EQ(made["picklistOptions"], (Json{"A", "B"}));
  EXPECT_EQ(made["model"], "contact");
  const std::string id = made["id"];
  const std::string field = here + "/customFields/" + id;
  EXPECT_EQ(gate.ask(200, "GET", field)["customField"], made);
  EXPECT_EQ(gate.ask(200, "GET", here + "/customFields/contact.pin_code")["customField"], made);
  EXPECT_EQ(gate.ask(201, "POST", here + "/customFields",
                     {{"name", "pin code"}, {"dataType", "TEXT"}})["customField"]["fieldKey"],
            "contact.pin_code_1");
  const Json deal = gate.ask(201, "POST", here + "/customFields",
                             {{"name", "Budget"}, {"dataType", "MONETORY"}, {"model", "opportunity"}})["customField"];
  EXPECT_EQ(deal["fieldKey"], "opportunity.budget");
  const auto count = [&](const char* query) {
    return gate.ask(200, "GET", here + "/customFields" + query)["customFields"].size();
  };
  EXPECT_EQ(count(""), 7U);
  EXPECT_EQ(count("?model=opportunity"), 1U);
  EXPECT_EQ(count("?model=all"), 8U);
  EXPECT_EQ(gate.send("GET", here + "/customFields?model=company").status, 422);

  const char* key = gate.v3() ? "fieldValue" : "field_value";
  const std::string contact = gate.add({{"customFields", {{{"id", id}, {key, "B"}}, {{"id", deal["id"]}, {key, 5}}}}});
  EXPECT_EQ(gate.read(contact)["customFields"], Json::array({{{"id", id}, {"value", "B"}}}));

  EXPECT_EQ(gate.ask(200, "PUT", field, {{"name", "PIN"}})["customField"]["name"], "PIN");
  EXPECT_EQ(gate.ask(200, "GET", field)["customField"]["picklistOptions"].size(), 2U);
  EXPECT_EQ(gate.send("PUT", field, {{"placeholder", "x"}}).status, 422) << "the name is required";
  EXPECT_EQ(gate.ask(200, "DELETE", field)["succeded"], true);
  EXPECT_EQ(gate.send("GET", field).status, 404);
  EXPECT_EQ(gate.send("POST", here + "/customFields/upload", Json::object()).status, 501);
}

TEST_P(Locations, CustomValuesAreKept) {
  const Json made =
      gate.ask(201, "POST", here + "/customValues", {{"name", "Door code"}, {"value", "1234"}})["customValue"];
  EXPECT_EQ(made["fieldKey"], "{{ custom_values.door_code }}");
  const std::string value = here + "/customValues/" + made["id"].get<std::string>();
  EXPECT_EQ(gate.ask(200, "GET", value)["customValue"], made);
  EXPECT_EQ(gate.ask(200, "PUT", value, {{"name", "Door"}, {"value", "5678"}})["customValue"]["value"], "5678");
  EXPECT_EQ(gate.ask(200, "GET", here + "/customValues")["customValues"].size(), 1U);
  EXPECT_EQ(gate.ask(200, "DELETE", value)["succeded"], true);
  for (const char* method : {"GET", "DELETE"}) EXPECT_EQ(gate.send(method, value).status, 404);
  EXPECT_EQ(gate.send("POST", here + "/customValues", {{"name", "x"}}).status, 422);
}

TEST_P(Locations, AnothersRecordsAreOutOfReach) {
  const std::string there = std::string("/locations/") + other_location;
  for (const char* rest : {"/tags", "/customFields", "/customValues", "/timezones"}) {
    EXPECT_EQ(gate.send("GET", there + rest).status, 403) << rest;
  }
  EXPECT_EQ(gate.send("POST", there + "/tags", {{"name", "x"}}).status, 403);
  EXPECT_EQ(gate.send("POST", there + "/tasks/search", Json::object()).status, 403);
  EXPECT_EQ(gate.send("GET", there + "/tags/tagVip00000000000001", nullptr, other_token).status, 404)
      << "an id of another location names nothing here";
}

TEST_P(Locations, OfferTimeZonesThatExist) {
  const Json zones = gate.ask(200, "GET", here + "/timezones")["timezones"];
  ASSERT_GT(zones.size(), 400U);
  for (const Json& name : zones) {
    EXPECT_TRUE(holdfast::Zone::find(name.get<std::string>())) << name;
  }
  EXPECT_TRUE(std::is_sorted(api::offered_timezones().begin(), api::offered_timezones().end()));
}

TEST_P(Locations, WorkflowsAreListed) {
  const Json workflows = gate.ask(200, "GET", std::string("/workflows/?locationId=") + demo_location)["workflows"];
  ASSERT_EQ(workflows.size(), 2U);
  EXPECT_EQ(workflows[0]["id"], published);
  EXPECT_EQ(workflows[0]["status"], "published");
  EXPECT_EQ(workflows[0]["version"], 4);
  EXPECT_EQ(workflows[1]["version"], 1);
  EXPECT_EQ(gate.send("GET", "/workflows/").status, 422);
}

TEST_P(Locations, UsersAreReadBareListedAndSearched) {
  const Json user = gate.ask(200, "GET", std::string("/users/") + ada);
  EXPECT_EQ(user["name"], "Ada Moreno");
  EXPECT_EQ(user["firstName"], "Ada");
  EXPECT_EQ(user["roles"]["locationIds"], Json{demo_location});
  EXPECT_EQ(gate.send("GET", "/users/nobody").status, 404);
  EXPECT_EQ(gate.send("GET", "/users/usrFar00000000000003").status, 403);
  EXPECT_EQ(gate.ask(200, "GET", std::string("/users/?locationId=") + demo_location)["users"].size(), 2U);
  const auto search = [&](const std::string& rest) {
    return gate.ask(200, "GET", "/users/search?companyId=comHarbor00000000001&" + rest);
  };
  const auto names = [](const Json& body) {
    std::vector<std::string> found;
    for (const Json& one : body["users"]) found.push_back(one["firstName"]);
    return found;
  };
  EXPECT_THAT(names(search("")), ElementsAre("Ada", "Ben"));
  EXPECT_THAT(names(search("sort=email&sortDirection=desc")), ElementsAre("Ben", "Ada"));
  EXPECT_THAT(names(search("query=BEN%40clinic")), ElementsAre("Ben"));
  EXPECT_THAT(names(search(std::string("ids=") + ben + ",nobody")), ElementsAre("Ben"));
  EXPECT_THAT(names(search("role=admin")), ElementsAre());
  EXPECT_THAT(names(search("role=user&type=account")), ElementsAre("Ada", "Ben"));
  EXPECT_THAT(names(search("skip=1&limit=5")), ElementsAre("Ben"));
  EXPECT_EQ(search("limit=1")["count"], 2);
  EXPECT_EQ(gate.send("GET", "/users/search?companyId=comHarbor00000000001&limit=x").status, 422);
  EXPECT_EQ(gate.send("GET", "/users/search").status, 422);
  const HttpResponse foreign = gate.send("GET", "/users/search?companyId=comOther");
  EXPECT_EQ(foreign.status, 403);
  EXPECT_EQ(Rig::json(foreign)["message"], "The token does not have access to this company.");
}

TEST(LocationFixture, ReadsRecordsUsersAndContacts) {
  const char* text = R"({
    "locations": [{"id": "loc", "timezone": "UTC", "city": "Boston", "business": {"name": "dentist"},
      "customFields": [{"id": "f1", "name": "Color", "fieldKey": "contact.color", "dataType": "SINGLE_OPTIONS",
                        "picklistOptions": ["red"]}],
      "customValues": [{"name": "Door", "fieldKey": "{{ custom_values.door }}", "value": "1"}],
      "tags": [{"name": "vip"}], "businesses": [{"id": "b1", "name": "Acme"}],
      "workflows": [{"id": "w1", "name": "W", "status": "draft", "version": 2}]}],
    "users": [{"id": "u", "locationId": "loc", "name": "Ada", "phone": "+1", "roles": {"role": "admin"}}],
    "contacts": [{"id": "c", "locationId": "loc", "firstName": "Jane", "customFields": [{"id": "f1", "value": "red"}],
      "dnd": true, "dndSettings": {"SMS": {"status": "active"}}, "businessId": "b1", "followers": ["u"],
      "dateOfBirth": "1990-09-25", "visitorId": "v1"}],
    "settings": {"utmRevertMs": 5000}})";
  const auto read = parse_fixture(text);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->locations[0].extra["business"]["name"], "dentist");
  EXPECT_EQ(read->users[0].extra["roles"]["role"], "admin");
  EXPECT_EQ(read->settings.utm_revert_ms, 5000);
  const State state(*read, 1, monday_morning());
  EXPECT_EQ(state.documents().find(Collection::workflow, "w1")->text("status"), "draft");
  EXPECT_FALSE(state.documents().find(Collection::custom_field, "f1")->fields.contains("id"));
  EXPECT_EQ(state.documents().of_location(Collection::tag, "loc").size(), 1U);
  EXPECT_EQ(state.documents().of_location(Collection::custom_value, "loc").size(), 1U);
  const ContactFields& fields = state.contact("c")->fields;
  EXPECT_EQ(fields.custom_fields.at(0).value, "red");
  EXPECT_EQ(fields.dnd_settings["SMS"]["status"], "active");
  EXPECT_EQ(fields.business_id, "b1");
  EXPECT_EQ(fields.extra["visitorId"], "v1");

  const auto fault = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    changed.replace(changed.find(from), from.size(), to);
    const auto refused = parse_fixture(changed);
    return refused ? "accepted" : refused.error().message;
  };
  EXPECT_EQ(fault(R"("name": "Color", )", ""), "locations[0].customFields[0].name: is required");
  EXPECT_EQ(fault(R"("status": "draft", )", ""), "locations[0].workflows[0].status: is required");
  EXPECT_EQ(fault(R"(["red"])", "[1]"), "locations[0].customFields[0].picklistOptions[0]: must be a string");
  EXPECT_EQ(fault(R"([{"name": "vip"}])", R"(["vip"])"), "locations[0].tags[0]: must be an object");
  EXPECT_EQ(fault("1990-09-25", "25.9.1990"), "contacts[0].dateOfBirth: must be YYYY-MM-DD");
  EXPECT_EQ(fault(R"("visitorId")", R"("visitor")"), "contacts[0].visitor: is not a known key; check its spelling");
}

}  // namespace
}  // namespace mock_ghl::tests
