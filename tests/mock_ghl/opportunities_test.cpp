// Pipelines and opportunities over HTTP: facts/ghl.md 6.2, quirk 59.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

constexpr char pipeline[] = "pipPatients000000001";
constexpr char inquiry[] = "stgInquiry0000000001";
constexpr char booked[] = "stgBooked00000000002";
constexpr char too_expensive[] = "rsnPrice000000000001";

// The clinic with what the tests need: a second pipeline, another location, no search lag, no rate limit.
Fixture deals_clinic(std::int64_t lag_ms = 0) {
  Fixture fixture = demo_fixture();
  fixture.settings.opportunity_search_lag_ms = lag_ms;
  fixture.settings.rate_limit_max = 1'000'000;
  fixture.locations.push_back({.id = "locElsewhere00000001", .name = "Elsewhere"});
  fixture.deals.pipelines.push_back({.id = "pipReturning00000002",
                                     .location_id = demo_location,
                                     .name = "Returning",
                                     .stages = {{.id = "stgCalled00000000001", .name = "Called"}}});
  fixture.deals.pipelines.push_back({.id = "pipForeign0000000003",
                                     .location_id = "locElsewhere00000001",
                                     .name = "Foreign",
                                     .stages = {{.id = "stgForeign0000000001", .name = "There"}}});
  fixture.contacts.push_back({.id = "conForeign0000000001", .location_id = "locElsewhere00000001"});
  fixture.deals.opportunities.push_back({.id = "oppForeign0000000001",
                                         .location_id = "locElsewhere00000001",
                                         .contact_id = "conForeign0000000001",
                                         .pipeline_id = "pipForeign0000000003",
                                         .name = "Theirs"});
  return fixture;
}

Json deal(const std::string& contact_id, const std::string& name = "Crown", const std::string& in = pipeline) {
  return {
      {"pipelineId", in}, {"locationId", demo_location}, {"name", name}, {"status", "open"}, {"contactId", contact_id}};
}

// The Rig in one of the dialects.
HttpResponse say(Rig& rig, bool v3, std::string method, std::string target, const Json& body = nullptr) {
  HttpRequest request = Rig::request(std::move(method), std::move(target), body);
  request.headers.set("Version", v3 ? "v3" : "2021-07-28");
  return rig.send(std::move(request));
}

Json made_deal(Rig& rig, const std::string& contact_id, const std::string& name = "Crown") {
  const HttpResponse made = rig.send("POST", "/opportunities/", deal(contact_id, name));
  EXPECT_EQ(made.status, 201) << made.body;
  return Rig::json(made)["opportunity"];
}

std::string search_of(bool v3, const std::string& extra = "") {
  return std::string("/opportunities/search?") + (v3 ? "locationId=" : "location_id=") + demo_location + extra;
}

std::vector<std::string> ids_of(const Json& body) {
  std::vector<std::string> ids;
  for (const Json& each : body["opportunities"]) ids.push_back(each["id"]);
  return ids;
}

TEST(Opportunities, AreCreatedReadChangedAndDeletedInBothDialects) {
  for (const bool v3 : {false, true}) {
    Rig rig(deals_clinic());
    const std::string contact = rig.contact("Jane", "+15550100001");
    Json body = deal(contact);
    body["monetaryValue"] = 220;
    body["assignedTo"] = ada;
    const HttpResponse made = say(rig, v3, "POST", "/opportunities/", body);
    ASSERT_EQ(made.status, 201) << made.body;
    const Json first = Rig::json(made)["opportunity"];
    const std::string path = "/opportunities/" + first["id"].get<std::string>();
    EXPECT_EQ(first["pipelineStageId"], inquiry) << "the first stage, as none was named";
    EXPECT_EQ(first["contact"]["phone"], "+15550100001");
    EXPECT_EQ(first["monetaryValue"], 220);
    EXPECT_EQ(first["assignedTo"], ada);

    rig.loop.clock().advance(holdfast::minutes{1});
    const Json moved =
        Rig::json(say(rig, v3, "PUT", path, {{"pipelineStageId", booked}, {"name", "Two crowns"}}))["opportunity"];
    EXPECT_EQ(moved["name"], "Two crowns");
    EXPECT_NE(moved["lastStageChangeAt"], first["lastStageChangeAt"]);
    EXPECT_EQ(moved["lastStatusChangeAt"], first["lastStatusChangeAt"]);

    rig.loop.clock().advance(holdfast::minutes{1});
    const HttpResponse lost =
        say(rig, v3, "PUT", path + "/status", {{"status", "lost"}, {"lostReasonId", too_expensive}});
    ASSERT_EQ(lost.status, 200) << lost.body;
    EXPECT_EQ(Rig::json(lost)["succeded"], true);
    EXPECT_EQ(Rig::json(lost).contains("success"), v3);
    const Json read = Rig::json(say(rig, v3, "GET", path))["opportunity"];
    EXPECT_EQ(read["status"], "lost");
    EXPECT_EQ(read["lostReasonId"], too_expensive);
    EXPECT_NE(read["lastStatusChangeAt"], first["lastStatusChangeAt"]);
    EXPECT_EQ(read["lastStageChangeAt"], moved["lastStageChangeAt"]);

    const HttpResponse gone = say(rig, v3, "DELETE", path);
    EXPECT_EQ(gone.status, 200);
    EXPECT_EQ(Rig::json(gone).contains("success"), v3);
    EXPECT_EQ(say(rig, v3, "GET", path).status, 404);
    EXPECT_EQ(say(rig, v3, "DELETE", path).status, 404);
  }
}

TEST(Opportunities, RefuseWhatDoesNotExist) {
  Rig rig(deals_clinic());
  const std::string contact = rig.contact();
  const std::string id = made_deal(rig, contact)["id"];
  const auto create_with = [&](const char* key, const Json& value) {
    Json body = deal(contact, "Crown", "pipReturning00000002");
    body[key] = value;
    return rig.send("POST", "/opportunities/", body);
  };
  for (const auto& [key, value] : {std::pair{"pipelineId", "pipNothing"},
                                   {"pipelineId", "pipForeign0000000003"},
                                   {"pipelineStageId", inquiry},
                                   {"contactId", "conNothing"},
                                   {"assignedTo", "usrNothing"}}) {
    const HttpResponse refused = create_with(key, value);
    EXPECT_EQ(refused.status, 400) << key << " " << value << " " << refused.body;
    EXPECT_NE(refused.body.find("not found"), std::string::npos) << refused.body;
  }
  EXPECT_EQ(create_with("contactId", "conForeign0000000001").status, 403);
  EXPECT_EQ(create_with("status", "all").status, 422);
  EXPECT_EQ(create_with("status", "cold").status, 422);
  EXPECT_EQ(rig.send("PUT", "/opportunities/" + id, {{"contactId", contact}}).status, 422);
  EXPECT_EQ(rig.send("PUT", "/opportunities/" + id, {{"pipelineStageId", "stgNothing"}}).status, 400);
  EXPECT_EQ(
      rig.send("PUT", "/opportunities/" + id + "/status", {{"status", "lost"}, {"lostReasonId", "rsnNothing"}}).status,
      400);
  EXPECT_EQ(rig.send("GET", "/opportunities/oppForeign0000000001").status, 403);
  EXPECT_EQ(rig.send("DELETE", "/opportunities/oppForeign0000000001").status, 403);
  Json without = deal(contact);
  without.erase("contactId");
  EXPECT_EQ(rig.send("POST", "/opportunities/", without).status, 422);
}

TEST(Opportunities, ASecondOneOfAContactInAPipelineDependsOnTheLocation) {
  for (const bool allowed : {false, true}) {
    Fixture fixture = deals_clinic();
    fixture.locations.front().allow_duplicate_opportunity = allowed;
    Rig rig(std::move(fixture));
    const std::string contact = rig.contact();
    made_deal(rig, contact);
    EXPECT_EQ(rig.send("POST", "/opportunities/", deal(contact, "Again")).status, allowed ? 201 : 400);
    const HttpResponse other = rig.send("POST", "/opportunities/", deal(contact, "Other", "pipReturning00000002"));
    ASSERT_EQ(other.status, 201) << other.body;
    const std::string id = Rig::json(other)["opportunity"]["id"];
    EXPECT_EQ(rig.send("PUT", "/opportunities/" + id, {{"pipelineId", pipeline}}).status, allowed ? 200 : 400);
  }
}

TEST(Opportunities, UpsertFindsByContactAndPipeline) {
  for (const bool v3 : {false, true}) {
    Rig rig(deals_clinic());
    const std::string contact = rig.contact();
    const Json first = Rig::json(say(rig, v3, "POST", "/opportunities/upsert", deal(contact)));
    EXPECT_EQ(first["new"], true);
    Json body = deal(contact, "Bridge");
    body["monetaryValue"] = 900;
    body["followers"] = {ada, ben};
    body["followersActionType"] = "add";
    body["isRemoveAllFollowers"] = false;
    const Json second = Rig::json(say(rig, v3, "POST", "/opportunities/upsert", body));
    EXPECT_EQ(second["new"], false);
    EXPECT_EQ(second["opportunity"]["id"], first["opportunity"]["id"]);
    EXPECT_EQ(second["opportunity"]["name"], "Bridge");
    EXPECT_EQ(second["opportunity"]["monetaryValue"], 900);
    EXPECT_EQ(second["opportunity"]["followers"], Json({ada, ben}));
    body["id"] = "oppNothing";
    EXPECT_EQ(say(rig, v3, "POST", "/opportunities/upsert", body).status, 400);
    body.erase("contactId");
    EXPECT_EQ(say(rig, v3, "POST", "/opportunities/upsert", body).status, 422);
  }
}

TEST(Opportunities, FollowersComeAndGo) {
  Rig rig(deals_clinic());
  const std::string path = "/opportunities/" + made_deal(rig, rig.contact())["id"].get<std::string>() + "/followers";
  const HttpResponse added = rig.send("POST", path, {{"followers", {ada}}});
  EXPECT_EQ(added.status, 201);
  EXPECT_EQ(Rig::json(added)["followersAdded"], Json({ada}));
  EXPECT_EQ(Rig::json(rig.send("POST", path, {{"followers", {ada, ben}}}))["followersAdded"], Json({ben}));
  const HttpResponse removed = rig.send("DELETE", path, {{"followers", {ada}}});
  EXPECT_EQ(removed.status, 200);
  EXPECT_EQ(Rig::json(removed)["followers"], Json({ben}));
  EXPECT_EQ(Rig::json(removed)["followersRemoved"], Json({ada}));
  const Json none = Rig::json(rig.send("DELETE", path + "?isRemoveAllFollowers=true", {{"followers", Json::array()}}));
  EXPECT_EQ(none["followers"], Json::array());
  EXPECT_EQ(rig.send("POST", path, {{"followers", {"usrNothing"}}}).status, 400);
  // Ten at a time in v3 only.
  const Json eleven{{"followers", std::vector<std::string>(11, ada)}};
  EXPECT_EQ(say(rig, false, "POST", path, eleven).status, 201);
  EXPECT_EQ(say(rig, true, "POST", path, eleven).status, 422);
}

TEST(Opportunities, CustomFieldsAreWrittenAndReadUnderDifferentNames) {
  for (const bool v3 : {false, true}) {
    Rig rig(deals_clinic());
    rig.twin.state().documents().add(Collection::custom_field,
                                     {.id = "cufTooth000000000001",
                                      .location_id = demo_location,
                                      .fields = {{"fieldKey", "opportunity.tooth"}, {"model", "opportunity"}}},
                                     monday_morning());
    const char* written = v3 ? "fieldValue" : "field_value";
    const char* wrong = v3 ? "field_value" : "fieldValue";
    Json body = deal(rig.contact());
    body["customFields"] = Json::array({{{"key", "tooth"}, {written, "11"}}, {{"key", "unknown"}, {written, "x"}}});
    const HttpResponse made = say(rig, v3, "POST", "/opportunities/", body);
    ASSERT_EQ(made.status, 201) << made.body;
    const Json held = Rig::json(made)["opportunity"];
    EXPECT_EQ(held["customFields"], Json::array({{{"id", "cufTooth000000000001"}, {"fieldValue", "11"}}}));
    const std::string path = "/opportunities/" + held["id"].get<std::string>();
    const Json changed = Rig::json(say(
        rig, v3, "PUT", path, {{"customFields", Json::array({{{"id", "cufTooth000000000001"}, {written, "12"}}})}}));
    EXPECT_EQ(changed["opportunity"]["customFields"][0]["fieldValue"], "12");
    EXPECT_EQ(changed["opportunity"]["customFields"].size(), 1U);
    body["customFields"] = Json::array({{{"key", "tooth"}, {wrong, "11"}}});
    EXPECT_EQ(say(rig, v3, "POST", "/opportunities/", body).status, 422);
  }
}

TEST(Opportunities, TakeNumbersAndListsByKeyAndReadThemBack) {
  for (const bool v3 : {false, true}) {
    Rig rig(deals_clinic());
    for (const char* name : {"tooth", "visits", "pains"}) {
      rig.twin.state().documents().add(
          Collection::custom_field,
          {.id = std::string("cuf-") + name,
           .location_id = demo_location,
           .fields = {{"fieldKey", std::string("opportunity.") + name}, {"model", "opportunity"}}},
          monday_morning());
    }
    const char* value = v3 ? "fieldValue" : "field_value";
    Json body = deal(rig.contact());
    body["customFields"] = Json::array({{{"key", "tooth"}, {value, 11}},
                                        {{"key", "opportunity.pains"}, {value, {"hot", "cold"}}},
                                        {{"key", "visits"}, {value, 2}},
                                        {{"key", "visits"}, {value, 3}}});
    const HttpResponse made = say(rig, v3, "POST", "/opportunities/", body);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(Rig::json(made)["opportunity"]["customFields"],
              Json::array({{{"id", "cuf-tooth"}, {"fieldValue", 11}},
                           {{"id", "cuf-pains"}, {"fieldValue", {"hot", "cold"}}},
                           {{"id", "cuf-visits"}, {"fieldValue", 3}}}))
        << "the last one written counts";
    const std::string path = "/opportunities/" + Rig::json(made)["opportunity"]["id"].get<std::string>();
    EXPECT_EQ(say(rig, v3, "PUT", path, {{"customFields", Json::array({{{value, "of nothing"}}})}}).status, 422);
  }
}

TEST(Opportunities, DoNotTakeAContactsCustomField) {
  Rig rig(deals_clinic());
  for (const char* model : {"contact", ""}) {
    Json fields{{"fieldKey", std::string("contact.pin") + model}};
    if (*model != '\0') fields["model"] = model;
    rig.twin.state().documents().add(
        Collection::custom_field,
        {.id = std::string("cufPin") + model, .location_id = demo_location, .fields = std::move(fields)},
        monday_morning());
  }
  Json body = deal(rig.contact());
  body["customFields"] = Json::array({{{"id", "cufPincontact"}, {"field_value", "1"}},
                                      {{"id", "cufPin"}, {"field_value", "2"}},
                                      {{"key", "contact.pincontact"}, {"field_value", "3"}}});
  const HttpResponse made = rig.send("POST", "/opportunities/", body);
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(Rig::json(made)["opportunity"]["customFields"], Json::array()) << "dropped without a word (quirk 35)";
}

TEST(Opportunities, PipelinesAndLostReasonsAreTheFixtures) {
  for (const bool v3 : {false, true}) {
    Rig rig;
    const Json pipelines =
        Rig::json(say(rig, v3, "GET", std::string("/opportunities/pipelines?locationId=") + demo_location));
    ASSERT_EQ(pipelines["pipelines"].size(), 1U);
    EXPECT_EQ(pipelines["pipelines"][0]["stages"].size(), 4U);
    EXPECT_EQ(pipelines["pipelines"][0]["stages"][1]["id"], booked);
    EXPECT_EQ(pipelines["pipelines"][0]["stages"][1]["position"], 1);
    const std::string reasons = std::string("/opportunities/lost-reason?locationId=") + demo_location;
    const Json all = Rig::json(say(rig, v3, "GET", reasons + "&getCount=true"));
    EXPECT_EQ(all["total"], 2);
    const Json second = Rig::json(say(rig, v3, "GET", reasons + "&skip=1&limit=1"));
    ASSERT_EQ(second["lostReasons"].size(), 1U);
    EXPECT_EQ(second["lostReasons"][0]["name"], "No answer");
    EXPECT_FALSE(second.contains("total"));
    EXPECT_EQ(Rig::json(say(rig, v3, "GET", reasons + "&query=expensive"))["lostReasons"].size(), 1U);
    EXPECT_EQ(Rig::json(say(rig, v3, "GET", reasons + "&deleted=true"))["lostReasons"].size(), 0U);
    EXPECT_EQ(say(rig, v3, "GET", reasons + "&limit=-1").status, 422);
  }
}

TEST(OpportunitySearch, SpeaksSnakeCaseAndInV3CamelCase) {
  Rig rig(deals_clinic());
  const std::string jane = rig.contact("Jane");
  const std::string id = made_deal(rig, jane)["id"];
  made_deal(rig, rig.contact("Omar"), "Bridge");
  const std::vector<std::string> only{id};
  EXPECT_EQ(ids_of(Rig::json(say(rig, false, "GET", search_of(false, "&contact_id=" + jane)))), only);
  EXPECT_EQ(ids_of(Rig::json(say(rig, true, "GET", search_of(true, "&contactId=" + jane)))), only);
  EXPECT_EQ(say(rig, false, "GET", search_of(true, "")).status, 422);
  EXPECT_EQ(say(rig, true, "GET", search_of(false, "")).status, 422);
  // `order` is accepted and ignored; sortBy is not known at all.
  const auto plain = ids_of(Rig::json(say(rig, false, "GET", search_of(false))));
  EXPECT_EQ(ids_of(Rig::json(say(rig, false, "GET", search_of(false, "&order=added_asc")))), plain);
  EXPECT_EQ(plain.size(), 2U);
  EXPECT_EQ(say(rig, false, "GET", search_of(false, "&sortBy=name")).status, 422);
  const std::string long_words(76, 'x');
  EXPECT_EQ(say(rig, false, "GET", search_of(false, "&q=" + long_words)).status, 200);
  EXPECT_EQ(say(rig, true, "GET", search_of(true, "&q=" + long_words)).status, 422);
}

TEST(OpportunitySearch, FiltersByEachOfItsParameters) {
  Rig rig(deals_clinic());
  const std::string jane = rig.contact("Jane");
  Json body = deal(jane);
  body["assignedTo"] = ada;
  body["pipelineStageId"] = booked;
  const std::string id = Rig::json(rig.send("POST", "/opportunities/", body))["opportunity"]["id"];
  rig.send("PUT", "/opportunities/" + id + "/status", {{"status", "won"}});
  rig.loop.clock().advance(holdfast::days{2});
  const std::string other = made_deal(rig, rig.contact("Omar"), "Bridge")["id"];
  const auto found = [&](const std::string& extra) {
    return ids_of(Rig::json(rig.send("GET", search_of(false, extra))));
  };
  const std::vector<std::string> first{id};
  const std::vector<std::string> second{other};
  const std::vector<std::string> both{other, id};
  EXPECT_EQ(found("&status=won"), first);
  EXPECT_EQ(found("&status=all"), both);
  EXPECT_EQ(found("&status=open"), second);
  EXPECT_EQ(found(std::string("&assigned_to=") + ada), first);
  EXPECT_EQ(found(std::string("&pipeline_stage_id=") + booked), first);
  EXPECT_EQ(found(std::string("&pipeline_id=") + pipeline), both);
  EXPECT_EQ(found("&pipeline_id=pipReturning00000002"), std::vector<std::string>{});
  EXPECT_EQ(found("&id=" + other), second);
  EXPECT_EQ(found("&q=jane"), first);
  EXPECT_EQ(found("&q=BRIDGE"), second);
  EXPECT_EQ(found("&country=US"), both);
  EXPECT_EQ(found("&country=DE"), std::vector<std::string>{});
  EXPECT_EQ(found("&campaignId=any"), std::vector<std::string>{});
  EXPECT_EQ(found("&endDate=08-24-2026"), first);
  EXPECT_EQ(found("&date=08-25-2026"), second);
  EXPECT_EQ(rig.send("GET", search_of(false, "&date=2026-08-25")).status, 422);
  EXPECT_EQ(rig.send("GET", search_of(false, "&limit=101")).status, 422);
  EXPECT_EQ(rig.send("GET", search_of(false, "&page=0")).status, 422);
  EXPECT_TRUE(found("&page=1000000000").empty());
}

TEST(OpportunitySearch, CarriesTheContactsBelongingsWhenAsked) {
  Rig rig(deals_clinic());
  const std::string jane = rig.contact("Jane");
  made_deal(rig, jane);
  const HttpResponse torn = rig.send("POST", "/contacts/" + jane + "/notes", {{"body", "torn up"}});
  rig.send("DELETE", "/contacts/" + jane + "/notes/" + Rig::json(torn)["note"]["id"].get<std::string>());
  rig.send("POST", "/contacts/" + jane + "/notes", {{"body", "afraid of needles"}});
  ASSERT_LT(rig.book(Rig::booking(jane, "2026-08-24T10:00:00-04:00")).status, 300);
  const Json bare = Rig::json(rig.send("GET", search_of(false)))["opportunities"][0];
  EXPECT_TRUE(bare["notes"].empty() && bare["calendarEvents"].empty());
  const Json full = Rig::json(rig.send("GET", search_of(false, "&getNotes=true&getTasks=true&getCalendarEvents=true")));
  ASSERT_EQ(full["opportunities"][0]["notes"].size(), 1U) << "a deleted one is gone";
  EXPECT_EQ(full["opportunities"][0]["notes"][0]["body"], "afraid of needles");
  EXPECT_EQ(full["opportunities"][0]["calendarEvents"].size(), 1U);
}

TEST(OpportunitySearch, FollowsNextPageUrlToTheEnd) {
  Rig rig(deals_clinic());
  std::set<std::string> all;
  for (int i = 0; i < 5; ++i) all.insert(made_deal(rig, rig.contact("Jane " + std::to_string(i)))["id"]);
  std::set<std::string> seen;
  std::string target = search_of(false, "&limit=2&q=jane");
  int pages = 0;
  while (!target.empty() && pages < 5) {
    HttpRequest request = Rig::request("GET", target);
    request.headers.set("Host", "twin.test:8081");
    const Json body = Rig::json(rig.send(request));
    for (const std::string& id : ids_of(body)) EXPECT_TRUE(seen.insert(id).second) << "twice: " << id;
    EXPECT_EQ(body["meta"]["total"], 5);
    EXPECT_EQ(body["meta"]["currentPage"], ++pages);
    const std::string next = body["meta"].value("nextPageUrl", "");
    const std::string host = "http://twin.test:8081";
    EXPECT_TRUE(next.empty() || next.starts_with(host + "/opportunities/search?")) << next;
    target = next.empty() ? "" : next.substr(host.size());
  }
  EXPECT_EQ(pages, 3);
  EXPECT_EQ(seen, all);
}

TEST(OpportunitySearch, ThePostFormPagesByNumberAndByCursor) {
  for (const bool v3 : {false, true}) {
    Rig rig(deals_clinic());
    for (int i = 0; i < 3; ++i) made_deal(rig, rig.contact("Jane " + std::to_string(i)));
    const auto body = [](int page, const Json& after) {
      return Json{{"locationId", demo_location},
                  {"query", ""},
                  {"limit", 2},
                  {"page", page},
                  {"searchAfter", after},
                  {"additionalDetails",
                   {{"notes", true}, {"tasks", true}, {"calendarEvents", true}, {"unReadConversations", false}}}};
    };
    const auto ask = [&](const Json& asked) { return Rig::json(say(rig, v3, "POST", "/opportunities/search", asked)); };
    const Json first = ask(body(1, Json::array()));
    EXPECT_EQ(first["total"], 3);
    const auto page_one = ids_of(first);
    ASSERT_EQ(page_one.size(), 2U);
    const auto page_two = ids_of(ask(body(2, Json::array())));
    ASSERT_EQ(page_two.size(), 1U);
    const auto made_at = holdfast::parse_iso(first["opportunities"][1]["createdAt"].get<std::string>());
    const Json cursor{std::to_string(to_epoch_ms(*made_at)), page_one[1]};
    EXPECT_EQ(ids_of(ask(body(1, cursor))), page_two);
    EXPECT_EQ(say(rig, v3, "POST", "/opportunities/search", {{"locationId", demo_location}}).status, 422);
  }
}

// All pages together are the naive filter over everything that was made, newest first, without repeats.
RC_GTEST_PROP(OpportunitySearchProperty, PagesTogetherAreTheNaiveFilter, ()) {
  Fixture fixture = deals_clinic();
  fixture.locations.front().allow_duplicate_opportunity = true;
  Rig rig(std::move(fixture));
  const std::vector<std::string> contacts{rig.contact("Jane"), rig.contact("Omar")};
  const std::vector<std::string> statuses{"open", "won", "lost", "abandoned"};
  struct Made {
    std::string id, contact, status;
  };
  std::vector<Made> made;
  for (int i = *rc::gen::inRange(0, 14); i > 0; --i) {
    Json body = deal(*rc::gen::elementOf(contacts));
    body["status"] = *rc::gen::elementOf(statuses);
    rig.loop.clock().advance(holdfast::Duration{*rc::gen::inRange(0, 2)});
    const Json held = Rig::json(rig.send("POST", "/opportunities/", body))["opportunity"];
    made.insert(made.begin(), {held["id"], body["contactId"], body["status"]});
  }
  const std::string status = *rc::gen::elementOf(std::vector<std::string>{"all", "open", "won"});
  const std::string contact = *rc::gen::elementOf(std::vector<std::string>{"", contacts[0]});
  std::vector<std::string> naive;
  for (const Made& each : made) {
    if (status != "all" && each.status != status) continue;
    if (contact.empty() || each.contact == contact) naive.push_back(each.id);
  }
  const std::string filter = "&status=" + status + (contact.empty() ? "" : "&contact_id=" + contact) +
                             "&limit=" + std::to_string(*rc::gen::inRange(1, 5));
  const bool by_cursor = *rc::gen::arbitrary<bool>();
  std::vector<std::string> paged;
  std::string position;
  for (int page = 1; page < 20; ++page) {
    const std::string number = "&page=" + std::to_string(page);
    const Json body = Rig::json(rig.send("GET", search_of(false, filter + (by_cursor ? position : number))));
    RC_ASSERT(body["meta"]["total"] == naive.size());
    const auto ids = ids_of(body);
    paged.insert(paged.end(), ids.begin(), ids.end());
    if (!body["meta"].contains("nextPageUrl")) break;
    position = "&startAfter=" + body["meta"]["startAfter"].dump() +
               "&startAfterId=" + body["meta"]["startAfterId"].get<std::string>();
  }
  RC_ASSERT(paged == naive);
}

// Search shows writes late; get does not. A client that looks before it creates finds nothing for some seconds.
TEST(Quirk, quirk_59_OpportunitySearchLagsWrites) {
  Rig rig(deals_clinic(3'000));
  const std::string id = made_deal(rig, rig.contact())["id"];
  EXPECT_TRUE(ids_of(Rig::json(rig.send("GET", search_of(false)))).empty());
  EXPECT_EQ(rig.send("GET", "/opportunities/" + id).status, 200);
  rig.loop.clock().advance(holdfast::Duration{3'000});
  EXPECT_EQ(ids_of(Rig::json(rig.send("GET", search_of(false)))).size(), 1U);
  rig.send("PUT", "/opportunities/" + id, {{"name", "Bridge"}});
  EXPECT_EQ(Rig::json(rig.send("GET", search_of(false)))["opportunities"][0]["name"], "Crown");
  rig.loop.clock().advance(holdfast::Duration{3'000});
  EXPECT_EQ(Rig::json(rig.send("GET", search_of(false)))["opportunities"][0]["name"], "Bridge");

  // However often it changes, and when it is deleted, it is there as the index knew it.
  for (int i = 0; i < 20; ++i) {
    rig.send("PUT", "/opportunities/" + id, {{"name", "Name " + std::to_string(i)}});
    rig.loop.clock().advance(holdfast::Duration{10});
    EXPECT_EQ(ids_of(Rig::json(rig.send("GET", search_of(false)))).size(), 1U) << i;
  }
  rig.loop.clock().advance(holdfast::Duration{3'000});
  const std::string next = made_deal(rig, rig.contact("John"))["id"];
  rig.loop.clock().advance(holdfast::Duration{3'000});
  rig.send("DELETE", "/opportunities/" + id);
  EXPECT_EQ(rig.send("GET", "/opportunities/" + id).status, 404);
  EXPECT_EQ(ids_of(Rig::json(rig.send("GET", search_of(false)))), (std::vector<std::string>{next, id}));
  rig.loop.clock().advance(holdfast::Duration{3'000});
  EXPECT_EQ(ids_of(Rig::json(rig.send("GET", search_of(false)))), std::vector<std::string>{next});

  EXPECT_EQ(demo_fixture().settings.opportunity_search_lag_ms, 3'000) << "it is on unless told otherwise";
  Rig at_once(deals_clinic(0));
  made_deal(at_once, at_once.contact());
  EXPECT_EQ(ids_of(Rig::json(at_once.send("GET", search_of(false)))).size(), 1U);
}

}  // namespace
}  // namespace mock_ghl::tests
