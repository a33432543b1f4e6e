// The contact operations, each in both dialects where both have it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/directory.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::minutes;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Contacts : public ::testing::TestWithParam<bool> {
 protected:
  Directory gate{GetParam()};
};
INSTANTIATE_TEST_SUITE_P(Dialects, Contacts, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "v3" : "dated"; });

std::vector<std::string> texts(const Json& list) {
  return list.get<std::vector<std::string>>();
}

TEST_P(Contacts, KeepWhatTheyAreGiven) {
  const char* call = gate.v3() ? "call" : "Call";
  const char* sms = gate.v3() ? "sms" : "SMS";
  const Json body{{"locationId", demo_location},
                  {"name", "Jane van Doe"},
                  {"email", "Jane@Example.com"},
                  {"phone", "+1 555-010-9999"},
                  {"gender", "female"},
                  {"address1", "1 Main St"},
                  {"city", "Boston"},
                  {"state", "MA"},
                  {"postalCode", "02101"},
                  {"website", "https://example.com"},
                  {"timezone", "America/Chihuahua"},
                  {"dnd", true},
                  {"dndSettings", {{call, {{"status", "active"}, {"message", "no"}, {"code", "7"}}}}},
                  {"inboundDndSettings", {{"all", {{"status", "inactive"}}}}},
                  {"source", "public api"},
                  {"dateOfBirth", "09/25/1990"},
                  {"country", "DE"},
                  {"companyName", "Acme"},
                  {"assignedTo", ada},
                  {"tags", {"vip", "new"}}};
  const Json made = gate.ask(201, "POST", "/contacts/", body)["contact"];
  const std::string id = made["id"];
  if (gate.v3()) {
    EXPECT_EQ(made["dateOfBirth"], "1990-09-25");
  } else {
    EXPECT_EQ(made["dateOfBirth"], "1990-09-25T00:00:00.000Z");
    EXPECT_EQ(made["birthMonth"], 8) << "JavaScript counts months from 0";
    EXPECT_EQ(made["birthDay"], 25);
    EXPECT_EQ(made["deleted"], false);
    EXPECT_THAT(texts(made["offers"]), IsEmpty());
    EXPECT_FALSE(made.contains("name"));
  }
  Json read = gate.read(id);
  EXPECT_EQ(read["firstName"], "Jane");
  EXPECT_EQ(read["lastName"], "van Doe");
  EXPECT_EQ(read["name"], "jane van doe");
  EXPECT_EQ(read["phone"], "+15550109999");
  EXPECT_EQ(read["emailLowerCase"], "jane@example.com");
  EXPECT_EQ(read["dateOfBirth"], "1990-09-25");
  EXPECT_EQ(read["dndSettings"], (Json{{call, {{"status", "active"}, {"message", "no"}, {"code", "7"}}}}));
  for (const char* same : {"gender", "address1", "city", "state", "postalCode", "website", "timezone", "dnd", "source",
                           "country", "companyName", "assignedTo", "tags"}) {
    EXPECT_EQ(read[same], body[same]) << same;
  }
  // Another channel leaves the first; the other dialect spells them its own way.
  gate.ask(200, "PUT", "/contacts/" + id, {{"dndSettings", {{sms, {{"status", "permanent"}}}}}, {"city", "Cambridge"}});
  read = gate.read(id);
  EXPECT_EQ(read["city"], "Cambridge");
  EXPECT_EQ(read["dndSettings"].size(), 2U);
  EXPECT_EQ(gate.rig.twin.state().contact(id)->fields.dnd_settings["SMS"]["status"], "permanent");
  EXPECT_EQ(gate.rig.twin.state().contact(id)->fields.inbound_dnd_settings["all"]["status"], "inactive");
  EXPECT_EQ(gate.send("PUT", "/contacts/" + id, {{"dndSettings", {{sms, {{"status", "sometimes"}}}}}}).status, 422);
  EXPECT_EQ(
      gate.send("PUT", "/contacts/" + id, {{"dndSettings", {{gate.v3() ? "SMS" : "sms", Json::object()}}}}).status,
      422);
}

TEST_P(Contacts, ReadADateOfBirthInEightFormats) {
  const std::string id = gate.add();
  for (const char* text : {"1990/09/25", "1990-09-25", "1990.09.25", "1990_09_25", "09/25/1990", "09-25-1990",
                           "09.25.1990", "09_25_1990"}) {
    gate.ask(200, "PUT", "/contacts/" + id, {{"dateOfBirth", "2000-01-01"}});
    EXPECT_EQ(gate.ask(200, "PUT", "/contacts/" + id, {{"dateOfBirth", text}})["contact"]["dateOfBirth"], "1990-09-25")
        << text;
  }
  for (const char* text : {"25/09/1990", "1990/09-25", "1990-9-25", "1990-02-30", "19900925", "1990-09-25T00:00:00Z"}) {
    EXPECT_EQ(gate.send("PUT", "/contacts/" + id, {{"dateOfBirth", text}}).status, 422) << text;
  }
}

TEST_P(Contacts, WriteCustomFieldsAsFieldValueAndReadThemAsValue) {
  const char* key = gate.v3() ? "fieldValue" : "field_value";
  const std::string id = gate.add({{"customFields",
                                    {{{"id", color_field}, {key, "red"}},
                                     {{"key", "contact.remark"}, {key, "first"}, {"id", "unknown"}},
                                     {{"key", "age"}, {key, "42"}},
                                     {{"id", hobbies_field}, {key, {"golf", "polo"}}}}}});
  const auto value = [&](const char* field) {
    for (const Json& one : gate.read(id)["customFields"]) {
      EXPECT_EQ(one.size(), 2U) << one.dump();
      if (one["id"] == field) return one["value"];
    }
    return Json();
  };
  EXPECT_EQ(value(color_field), "red");
  EXPECT_EQ(value(text_field), "first");
  EXPECT_EQ(value(age_field), 42);
  EXPECT_EQ(value(hobbies_field), Json{"golf"}) << "polo is no option";
  // Those not named stay; null takes one away.
  gate.ask(200, "PUT", "/contacts/" + id,
           {{"customFields", {{{"id", age_field}, {key, 43.5}}, {{"id", text_field}, {key, nullptr}}}}});
  EXPECT_EQ(value(color_field), "red");
  EXPECT_EQ(value(age_field), 43.5);
  EXPECT_EQ(value(text_field), Json());
  const auto field_refused = [&](const Json& element) {
    return gate.send("PUT", "/contacts/" + id, {{"customFields", Json::array({element})}}).status;
  };
  EXPECT_EQ(field_refused({{key, "nameless"}}), 422);
  EXPECT_EQ(field_refused({{"id", color_field}, {"value", "red"}}), 422);
  EXPECT_EQ(field_refused({{"id", color_field}, {"fieldValue", "blue"}}), gate.v3() ? 200 : 422);
  EXPECT_EQ(field_refused({{"id", color_field}, {"field_value", "red"}}), 200) << "v3 still takes the old spelling";
}

TEST_P(Contacts, NotesAreMadeReadChangedAndDeleted) {
  const std::string id = gate.add();
  const std::string notes = "/contacts/" + id + "/notes";
  const Json made = gate.ask(
      201, "POST", notes, {{"body", "first"}, {"userId", ada}, {"title", "T"}, {"color", "#FFAA00"}, {"pinned", true}});
  const std::string note = made["note"]["id"];
  EXPECT_EQ(gate.ask(200, "GET", notes + "/" + note)["note"], made["note"]);
  const Json changed = gate.ask(200, "PUT", notes + "/" + note, {{"body", "second"}, {"pinned", false}})["note"];
  EXPECT_EQ(changed["body"], "second");
  EXPECT_EQ(changed["title"], "T");
  EXPECT_EQ(changed["pinned"], false);
  EXPECT_EQ(gate.ask(200, "GET", notes)["notes"].size(), 1U);
  gate.expect_succeeded(gate.ask(200, "DELETE", notes + "/" + note));
  EXPECT_EQ(gate.ask(200, "GET", notes)["notes"].size(), 0U);
  for (const char* method : {"GET", "PUT", "DELETE"}) EXPECT_EQ(gate.send(method, notes + "/" + note).status, 404);
  const std::string other = gate.add({{"firstName", "John"}});
  const std::string second = gate.ask(201, "POST", notes, {{"body", "x"}})["note"]["id"];
  EXPECT_EQ(gate.send("GET", "/contacts/" + other + "/notes/" + second).status, 404) << "it is another contact's";
  EXPECT_EQ(gate.send("POST", notes, Json::object()).status, 422);
}

TEST_P(Contacts, TagsAreAddedAndRemovedAndBecomeTheLocations) {
  const std::string id = gate.add({{"tags", {"one"}}});
  const std::string tags = "/contacts/" + id + "/tags";
  EXPECT_THAT(texts(gate.ask(201, "POST", tags, {{"tags", {"two", "one", "three"}}})["tags"]),
              ElementsAre("one", "two", "three"));
  EXPECT_THAT(texts(gate.ask(200, "DELETE", tags, {{"tags", {"two", "nine"}}})["tags"]), ElementsAre("one", "three"));
  EXPECT_THAT(texts(gate.read(id)["tags"]), ElementsAre("one", "three"));
  std::vector<std::string> names;
  for (const Json& tag : gate.ask(200, "GET", std::string("/locations/") + demo_location + "/tags")["tags"]) {
    names.push_back(tag["name"]);
  }
  EXPECT_THAT(names, ElementsAre("vip", "one", "two", "three"));
  EXPECT_EQ(gate.send("POST", tags, Json::object()).status, 422);
  EXPECT_EQ(gate.send("DELETE", "/contacts/nobody/tags", {{"tags", {"x"}}}).status, 400);
}

TEST_P(Contacts, TasksAreKeptAndFound) {
  const std::string id = gate.add();
  const std::string tasks = "/contacts/" + id + "/tasks";
  const Json made = gate.ask(201, "POST", tasks,
                             {{"title", "Call back"},
                              {"body", "before noon"},
                              {"dueDate", "2026-08-25T10:00:00-04:00"},
                              {"completed", false},
                              {"assignedTo", ada}})["task"];
  EXPECT_EQ(made["dueDate"], "2026-08-25T14:00:00.000Z");
  EXPECT_EQ(made["contactId"], id);
  const std::string task = tasks + "/" + made["id"].get<std::string>();
  EXPECT_EQ(gate.ask(200, "GET", task)["task"], made);
  EXPECT_EQ(gate.ask(200, "PUT", task, {{"title", "Call"}})["task"]["title"], "Call");
  EXPECT_EQ(gate.ask(200, "PUT", task + "/completed", {{"completed", true}})["task"]["completed"], true);
  EXPECT_EQ(gate.ask(200, "GET", task)["task"]["body"], "before noon");
  gate.ask(201, "POST", tasks, {{"title", "Other"}, {"dueDate", "2026-08-25T10:00:00Z"}, {"completed", false}});
  EXPECT_EQ(gate.ask(200, "GET", tasks)["tasks"].size(), 2U);

  const std::string search = std::string("/locations/") + demo_location + "/tasks/search";
  const auto found = [&](const Json& body) { return gate.ask(200, "POST", search, body)["tasks"].size(); };
  EXPECT_EQ(found(Json::object()), 2U);
  EXPECT_EQ(found({{"completed", true}}), 1U);
  EXPECT_EQ(found({{"query", "NOON"}}), 1U);
  EXPECT_EQ(found({{"assignedTo", {ben}}}), 0U);
  EXPECT_EQ(found({{"contactId", {id}}, {"limit", 1}}), 1U);
  EXPECT_EQ(found({{"skip", 1}}), 1U);
  EXPECT_EQ(found({{"businessId", business}}), 0U);

  EXPECT_EQ(gate.send("POST", tasks, {{"title", "x"}, {"dueDate", "tomorrow"}, {"completed", false}}).status, 422);
  gate.expect_succeeded(gate.ask(200, "DELETE", task));
  EXPECT_EQ(gate.send("GET", task).status, 404);
  EXPECT_EQ(gate.send("DELETE", task).status, 404);
  gate.ask(200, "DELETE", "/contacts/" + id);
  EXPECT_EQ(found(Json::object()), 0U) << "a deleted contact's tasks are nobody's";
}

TEST_P(Contacts, FollowersComeAndGo) {
  const std::string id = gate.add();
  const std::string followers = "/contacts/" + id + "/followers";
  gate.ask(201, "POST", followers, {{"followers", {ada}}});
  Json body = gate.ask(201, "POST", followers, {{"followers", {ada, ben}}});
  EXPECT_THAT(texts(body["followers"]), ElementsAre(ada, ben));
  EXPECT_THAT(texts(body["followersAdded"]), ElementsAre(ben));
  body = gate.ask(200, "DELETE", followers, {{"followers", {ada, "usrNobody"}}});
  EXPECT_THAT(texts(body["followers"]), ElementsAre(ben));
  EXPECT_THAT(texts(body["followersRemoved"]), ElementsAre(ada));
  EXPECT_EQ(gate.send("POST", followers, {{"followers", {"usrNobody"}}}).status, 400);
  EXPECT_EQ(gate.send("POST", followers, {{"followers", {"usrFar00000000000003"}}}).status, 400);
}

TEST_P(Contacts, CampaignsAreJoinedAndLeft) {
  const std::string id = gate.add();
  const std::string campaigns = "/contacts/" + id + "/campaigns/";
  for (const char* campaign : {"cmpOne", "cmpTwo", "cmpThree", "cmpOne"}) {
    gate.expect_succeeded(gate.ask(201, "POST", campaigns + campaign, Json::object()));
  }
  const auto count = [&] { return gate.rig.twin.state().documents().of_owner(Collection::enrolment, id).size(); };
  EXPECT_EQ(count(), 3U);
  gate.expect_succeeded(gate.ask(200, "DELETE", campaigns + "cmpOne"));
  EXPECT_EQ(count(), 2U);
  gate.expect_succeeded(gate.ask(200, "DELETE", campaigns + (gate.v3() ? "remove-all" : "removeAll")));
  EXPECT_EQ(count(), 0U);
  EXPECT_EQ(gate.send("POST", "/contacts/nobody/campaigns/cmpOne").status, 400);
}

TEST_P(Contacts, WorkflowsAreJoinedAndLeft) {
  const std::string id = gate.add();
  const std::string path = "/contacts/" + id + "/workflow/" + published;
  gate.expect_succeeded(gate.ask(201, "POST", path, {{"eventStartTime", "2026-08-25T03:30:00+01:00"}}));
  const auto enrolments = gate.rig.twin.state().documents().of_owner(Collection::enrolment, id);
  ASSERT_EQ(enrolments.size(), 1U);
  EXPECT_EQ(enrolments[0]->text("eventStartTime"), "2026-08-25T03:30:00+01:00");
  EXPECT_EQ(gate.send("POST", path, {{"eventStartTime", "soon"}}).status, 422);
  gate.expect_succeeded(gate.ask(200, "DELETE", path, Json::object()));
  EXPECT_EQ(gate.rig.twin.state().documents().of_owner(Collection::enrolment, id).size(), 0U);
  EXPECT_EQ(gate.send("POST", "/contacts/" + id + "/workflow/nothing").status, 404);
  EXPECT_EQ(gate.send("POST", "/contacts/" + id + "/workflow/wfFar").status, 403);
  EXPECT_EQ(gate.send("POST", std::string("/contacts/nobody/workflow/") + published).status, 400);
}

TEST_P(Contacts, BusinessesAreGivenTakenAndListed) {
  const std::string jane = gate.add();
  const std::string john = gate.add({{"firstName", "John"}});
  const auto join = [&](const Json& ids, const Json& to) {
    return gate.send("POST", "/contacts/bulk/business",
                     {{"locationId", demo_location}, {"ids", ids}, {"businessId", to}});
  };
  const Json joined = Rig::json(join({jane, john, "nobody"}, business));
  EXPECT_EQ(joined["success"], true);
  EXPECT_THAT(texts(joined["ids"]), ElementsAre(jane, john));
  EXPECT_EQ(gate.read(jane)["businessId"], business);
  const std::string list = std::string("/contacts/business/") + business + "?locationId=" + demo_location;
  const Json both = gate.ask(200, "GET", list);
  EXPECT_EQ(both["count"], 2);
  EXPECT_EQ(both["contacts"][0]["id"], john) << "the youngest first";
  EXPECT_EQ(gate.ask(200, "GET", list + "&limit=1&skip=1")["contacts"][0]["id"], jane);
  EXPECT_EQ(gate.ask(200, "GET", list + "&query=JOHN")["count"], 1);
  EXPECT_EQ(gate.send("GET", list + "&limit=all").status, 422);
  EXPECT_EQ(join({jane}, nullptr).status, 200);
  EXPECT_FALSE(gate.read(jane).contains("businessId"));
  EXPECT_EQ(gate.ask(200, "GET", list)["count"], 1);

  EXPECT_EQ(join({jane}, "nothing").status, 404);
  EXPECT_EQ(join({jane}, "bizFar").status, 403);
  EXPECT_EQ(join(std::vector<std::string>(51, jane), business).status, 422);
  EXPECT_EQ(gate.send("POST", "/contacts/bulk/business", {{"locationId", demo_location}, {"ids", {jane}}}).status, 422);
  EXPECT_EQ(gate.send("GET", std::string("/contacts/business/bizFar?locationId=") + demo_location).status, 403);
}

TEST_P(Contacts, TheOldListIsPagedByDateAndId) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    ids.push_back(gate.add({{"firstName", "Guest" + std::to_string(i)}, {"phone", "+1555010000" + std::to_string(i)}}));
    if (i == 2) gate.rig.loop.run_until(monday_morning() + minutes{1});
  }
  std::string target = std::string("/contacts/?limit=2&query=guest&locationId=") + demo_location;
  std::vector<std::string> seen;
  for (int page = 0; page < 4 && !target.empty(); ++page) {
    const Json body = gate.ask(200, "GET", target);
    for (const Json& contact : body["contacts"]) seen.push_back(contact["id"]);
    EXPECT_EQ(body["count"], 5);
    EXPECT_EQ(body["meta"]["total"], 5);
    const std::string next = body["meta"].value("nextPageUrl", "");
    EXPECT_FALSE(next.starts_with("http")) << "a request without a host is answered with a relative address: " << next;
    target = next;
  }
  EXPECT_THAT(seen, ElementsAre(ids[4], ids[3], ids[2], ids[1], ids[0]));
  const std::string list = std::string("/contacts/?locationId=") + demo_location;
  EXPECT_EQ(gate.ask(200, "GET", list)["contacts"][0]["phone"], "+15550100004");
  const auto complaint = [&](const char* limit) {
    return Rig::json(gate.send("GET", list + "&limit=" + limit))["message"];
  };
  EXPECT_EQ(complaint("101"), Json{"limit must not be greater than 100"});
  EXPECT_EQ(complaint("0"), Json{"limit must not be less than 1"});
  EXPECT_EQ(complaint("2.5"), Json{"limit must be an integer number"});
  EXPECT_EQ(gate.send("GET", list + "&startAfterId=nobody").status, 422);
  EXPECT_EQ(gate.ask(200, "GET",
                     list + "&startAfter=" + std::to_string(to_epoch_ms(monday_morning() + minutes{1})))["contacts"]
                .size(),
            3U);
}

// A client that follows it must not carry its token to somebody else.
TEST_P(Contacts, TheNextPageIsOnTheHostThatWasAsked) {
  for (const char* name : {"Ann & Bob", "Ann & Cat"}) gate.add({{"firstName", name}});
  HttpRequest request =
      Rig::request("GET", std::string("/contacts/?limit=1&query=ann%20%26&locationId=") + demo_location);
  request.headers.set("Host", "twin.test:8081");
  request.headers.set("Version", gate.v3() ? "v3" : "2021-07-28");
  const Json meta = Rig::json(gate.rig.send(request))["meta"];
  EXPECT_EQ(meta["nextPageUrl"],
            "http://twin.test:8081/contacts/?limit=1&query=ann%20%26&locationId=" + std::string(demo_location) +
                "&startAfter=" + std::to_string(meta["startAfter"].get<std::int64_t>()) +
                "&startAfterId=" + meta["startAfterId"].get<std::string>());
}

TEST_P(Contacts, KeepEachTagOnce) {
  const Json repeated{"VIP", "vip", "VIP", "new", "vip"};
  const std::string id = gate.add({{"tags", repeated}});
  EXPECT_THAT(texts(gate.read(id)["tags"]), ElementsAre("VIP", "vip", "new"));
  gate.ask(200, "PUT", "/contacts/" + id, {{"tags", {"b", "a", "b"}}});
  EXPECT_THAT(texts(gate.read(id)["tags"]), ElementsAre("b", "a")) << "an update replaces the list too";
}

// Looking through a list for each would take so long that ctest ends the program.
TEST(ContactTags, AHundredThousandAreAddedAndRemoved) {
  Directory gate;
  Json tags = Json::array();
  for (int i = 0; i < 100'000; ++i) tags.push_back("tag" + std::to_string(i));
  const std::string path = "/contacts/" + gate.add() + "/tags";
  EXPECT_EQ(gate.ask(201, "POST", path, {{"tags", tags}})["tags"].size(), 100'000U);
  EXPECT_EQ(gate.ask(200, "DELETE", path, {{"tags", tags}})["tags"].size(), 0U);
}

TEST_P(Contacts, ThoseOfAnotherLocationAre403) {
  const std::string id = gate.add();
  for (const char* rest : {"", "/notes", "/tasks"}) {
    EXPECT_EQ(gate.send("GET", "/contacts/" + id + rest, nullptr, other_token).status, 403) << rest;
  }
  EXPECT_EQ(gate.send("DELETE", "/contacts/" + id, nullptr, other_token).status, 403);
  EXPECT_EQ(gate.send("POST", "/contacts/" + id + "/tags", {{"tags", {"x"}}}, other_token).status, 403);
  EXPECT_EQ(gate.send("POST", "/contacts/" + id + "/workflow/wfFar", Json::object(), other_token).status, 403);
}

// Four contacts for the filters.
class ContactSearch : public ::testing::Test {
 protected:
  ContactSearch() {
    ids["ann"] = gate.add({{"firstName", "Ann"},
                           {"lastName", "Zed"},
                           {"email", "ann@example.com"},
                           {"city", "Boston"},
                           {"tags", {"vip", "new"}},
                           {"dnd", true},
                           {"customFields", {{{"id", age_field}, {"field_value", 30}}}}});
    gate.rig.loop.run_until(monday_morning() + minutes{1});
    ids["bob"] = gate.add(
        {{"firstName", "Bob"},
         {"lastName", "Yew"},
         {"phone", "+15550109999"},
         {"tags", {"VIP lounge"}},
         {"customFields", {{{"id", age_field}, {"field_value", 40}}, {{"id", color_field}, {"field_value", "red"}}}}});
    gate.rig.loop.run_until(monday_morning() + minutes{2});
    ids["cat"] = gate.add({{"firstName", "cat"}, {"lastName", "Xi"}, {"email", "cat@sample.org"}, {"city", "boston"}});
    gate.rig.loop.run_until(monday_morning() + minutes{3});
    ids["dan"] = gate.add({{"firstName", "Dan"}});
  }
  HttpResponse send(Json body) {
    body["locationId"] = demo_location;
    if (!body.contains("pageLimit")) body["pageLimit"] = 20;
    return gate.send("POST", "/contacts/search", body);
  }
  // The names of the hits, in order.
  std::string hits(const Json& body) {
    const HttpResponse response = send(body);
    EXPECT_EQ(response.status, 200) << response.body;
    std::string names;
    const Json answer = Rig::json(response);
    for (const Json& contact : answer["contacts"]) {
      names += (names.empty() ? "" : " ") + contact["firstNameLowerCase"].get<std::string>();
    }
    return names;
  }
  static Json filter(const char* field, const char* name, Json value = nullptr) {
    Json made{{"field", field}, {"operator", name}};
    if (!value.is_null()) made["value"] = std::move(value);
    return made;
  }
  std::string where(const Json& one) { return hits({{"filters", Json::array({one})}}); }

  Directory gate;
  std::map<std::string, std::string> ids;
};

TEST_F(ContactSearch, FiltersByEveryOperator) {
  EXPECT_EQ(where(filter("email", "eq", "ANN@example.com")), "ann");
  EXPECT_EQ(where(filter("email", "not_eq", "ann@example.com")), "dan cat bob");
  EXPECT_EQ(where(filter("email", "contains", "example")), "ann");
  EXPECT_EQ(where(filter("email", "not_contains", "example")), "dan cat bob");
  EXPECT_EQ(where(filter("email", "exists")), "cat ann");
  EXPECT_EQ(where(filter("email", "not_exists")), "dan bob");
  EXPECT_EQ(where(filter("phone", "contains", "0109")), "bob");
  EXPECT_EQ(where(filter("city", "eq", "Boston")), "cat ann");
  EXPECT_EQ(where(filter("city", "eq", {"boston", "berlin"})), "cat ann");
  EXPECT_EQ(where(filter("dnd", "eq", true)), "ann");
  EXPECT_EQ(where(filter("id", "eq", ids["cat"])), "cat");
  EXPECT_EQ(where(filter("tags", "eq", "vip")), "ann");
  EXPECT_EQ(where(filter("tags", "eq", {"vip", "new"})), "ann");
  EXPECT_EQ(where(filter("tags", "eq", {"vip", "old"})), "");
  EXPECT_EQ(where(filter("tags", "contains", "vip")), "bob ann");
  EXPECT_EQ(where(filter("tags", "not_exists")), "dan cat");
}

TEST_F(ContactSearch, FiltersByCustomFieldsAndRanges) {
  const std::string age = std::string("customFields.") + age_field;
  const std::string color = std::string("customFields.") + color_field;
  EXPECT_EQ(where(filter(age.c_str(), "exists")), "bob ann");
  EXPECT_EQ(where(filter(age.c_str(), "eq", 40)), "bob");
  EXPECT_EQ(where(filter(age.c_str(), "range", {{"gt", 30}})), "bob");
  EXPECT_EQ(where(filter(age.c_str(), "range", {{"gte", 30}, {"lt", 40}})), "ann");
  EXPECT_EQ(where(filter(color.c_str(), "eq", "RED")), "bob");
  EXPECT_EQ(where(filter("customFields.unknown", "exists")), "");
  const std::string second = holdfast::format_iso_utc(monday_morning() + minutes{1});
  EXPECT_EQ(where(filter("dateAdded", "range", {{"gte", second}})), "dan cat bob");
  EXPECT_EQ(where(filter("dateAdded", "range", {{"lte", to_epoch_ms(monday_morning() + minutes{1})}})), "bob ann");
  EXPECT_EQ(where(filter("dateAdded", "range", {{"gt", "2026-08-25"}})), "");
  EXPECT_EQ(where(filter("dateUpdated", "eq", second)), "bob");
}

TEST_F(ContactSearch, GroupsNestAndTheTopLevelIsAnd) {
  const Json boston = filter("city", "eq", "Boston");
  const Json vip = filter("tags", "contains", "vip");
  const auto group = [](const char* kind, Json filters) {
    return Json{{"group", kind}, {"filters", std::move(filters)}};
  };
  EXPECT_EQ(hits({{"filters", {boston, vip}}}), "ann");
  EXPECT_EQ(where(group("OR", {boston, vip})), "cat bob ann");
  EXPECT_EQ(where(group("AND", {boston, vip})), "ann");
  EXPECT_EQ(where(group("OR", {group("AND", {boston, vip}), filter("firstName", "eq", "dan")})), "dan ann");
}

TEST_F(ContactSearch, RefusesWhatItDoesNotUnderstand) {
  const auto refused = [&](const Json& one) {
    const HttpResponse response = send({{"filters", Json::array({one})}});
    EXPECT_EQ(response.status, 422) << one.dump();
    return Rig::json(response)["message"][0].get<std::string>();
  };
  EXPECT_EQ(refused(filter("shoeSize", "eq", "9")), "Invalid field in filters");
  EXPECT_EQ(refused(filter("customFields.", "exists")), "Invalid field in filters");
  EXPECT_EQ(refused(filter("email", "like", "x")), "Invalid operator in filters");
  EXPECT_EQ(refused(filter("email", "eq")), "value should not be empty");
  EXPECT_EQ(refused(filter("email", "eq", Json::object())), "value must be a string");
  EXPECT_EQ(refused(filter("dateAdded", "range", "2026")), "value must be an object of gt, gte, lt, lte");
  EXPECT_EQ(refused(filter("dateAdded", "range", {{"above", 1}})), "property above should not exist");
  EXPECT_EQ(refused(filter("dateAdded", "range", {{"gt", "soon"}})), "gt must be a number or a date");
  EXPECT_EQ(refused({{"group", "XOR"}, {"filters", Json::array()}}),
            "group must be one of the following values: AND, OR");
  EXPECT_EQ(refused("email"), "each value in filters must be an object");
  Json nested = filter("email", "exists");
  for (int depth = 0; depth < 5; ++depth) nested = {{"group", "AND"}, {"filters", Json::array({nested})}};
  EXPECT_EQ(send({{"filters", Json::array({nested})}}).status, 200);
  EXPECT_EQ(refused({{"group", "AND"}, {"filters", Json::array({nested})}}),
            "filters must not be nested deeper than 5 groups");
  EXPECT_EQ(refused({{"group", "AND"}, {"filters", "email"}}), "filters must be an array");
  EXPECT_EQ(send({{"sort", {{{"field", "shoeSize"}}}}}).status, 422);
  EXPECT_EQ(send({{"sort", {{{"field", "email"}, {"direction", "up"}}}}}).status, 422);
  EXPECT_EQ(send({{"searchAfter", {"x"}}}).status, 422);
  EXPECT_EQ(send({{"query", std::string(76, 'a')}}).status, 422);
  EXPECT_EQ(send({{"query", std::string(75, 'a')}}).status, 200);
  EXPECT_EQ(send({{"pageLimit", 500}, {"page", 20}}).status, 200);
  EXPECT_EQ(send({{"pageLimit", 500}, {"page", 21}}).status, 422);
  EXPECT_EQ(send({{"pageLimit", 0}}).status, 422);
  EXPECT_EQ(gate.send("POST", "/contacts/search", {{"pageLimit", 20}}).status, 422) << "locationId is required";
}

TEST_F(ContactSearch, AsksAHundredConditionsAndFiveHundredValues) {
  const Json exists = filter("email", "exists");
  Json filters = Json::array();
  for (int i = 0; i < 99; ++i) filters.push_back(exists);
  Json with_group = filters;
  with_group.push_back({{"group", "AND"}, {"filters", Json::array({exists})}});
  filters.push_back(exists);
  EXPECT_EQ(hits({{"filters", filters}}), "cat ann");
  EXPECT_EQ(Rig::json(send({{"filters", with_group}}))["message"],
            Json{"filters must contain no more than 100 conditions"});
  filters.push_back(exists);
  EXPECT_EQ(send({{"filters", filters}}).status, 422);

  Json values = Json::array();
  for (int i = 0; i < 250; ++i) values.push_back("ANN" + std::to_string(i) + "@example.com");
  values[7] = "ANN@example.com";
  const Json asked = filter("email", "eq", values);
  EXPECT_EQ(hits({{"filters", {asked, asked}}}), "ann");
  EXPECT_EQ(Rig::json(send({{"filters", {asked, asked, filter("city", "eq", "Boston")}}}))["message"],
            Json{"filters must contain no more than 500 values"});
}

TEST_F(ContactSearch, SortsAndGoesOnBehindAHit) {
  const auto sort = [](const char* field, const char* direction) {
    return Json::array({{{"field", field}, {"direction", direction}}});
  };
  EXPECT_EQ(hits(Json::object()), "dan cat bob ann");
  EXPECT_EQ(hits({{"sort", sort("dateAdded", "asc")}}), "ann bob cat dan");
  EXPECT_EQ(hits({{"sort", sort("firstNameLowerCase", "asc")}}), "ann bob cat dan");
  EXPECT_EQ(hits({{"sort", sort("firstNameLowerCase", "desc")}}), "dan cat bob ann");
  EXPECT_EQ(hits({{"sort", sort("lastName", "asc")}}), "cat bob ann dan") << "those without come last";
  EXPECT_EQ(hits({{"sort", sort("lastName", "desc")}}), "ann bob cat dan");
  EXPECT_EQ(
      hits({{"sort", {{{"field", "city"}, {"direction", "asc"}}, {{"field", "firstName"}, {"direction", "desc"}}}}}),
      "cat ann dan bob");
  for (const char* field : {"dateAdded", "lastName", "city", "email"}) {
    for (const char* direction : {"asc", "desc"}) {
      const std::string all = hits({{"sort", sort(field, direction)}});
      std::string seen;
      Json body{{"pageLimit", 1}, {"sort", sort(field, direction)}};
      for (int i = 0; i < 5; ++i) {
        body["locationId"] = demo_location;
        const Json answer = gate.ask(200, "POST", "/contacts/search", body);
        EXPECT_EQ(answer["total"], 4);
        if (answer["contacts"].empty()) break;
        const Json& hit = answer["contacts"][0];
        seen += (seen.empty() ? "" : " ") + hit["firstNameLowerCase"].get<std::string>();
        body["searchAfter"] = hit["searchAfter"];
      }
      EXPECT_EQ(seen, all) << field << " " << direction;
    }
  }
}

TEST_F(ContactSearch, FindsByQueryInNameMailAndNumber) {
  EXPECT_EQ(hits({{"query", "bob y"}}), "bob");
  EXPECT_EQ(hits({{"query", "SAMPLE"}}), "cat");
  EXPECT_EQ(hits({{"query", "0109999"}}), "bob");
  gate.ask(200, "DELETE", "/contacts/" + ids["bob"]);
  EXPECT_EQ(hits({{"query", "bob"}}), "");
}

}  // namespace
}  // namespace mock_ghl::tests
