// The quirks of facts/ghl.md 9 about what hangs on contacts: custom fields, bulk changes, workflows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/mock_ghl/directory.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::milliseconds;
using holdfast::seconds;

Json utm_write(const char* value) {
  return {
      {"customFields", {{{"id", utm_field}, {"field_value", value}}, {{"id", text_field}, {"field_value", value}}}}};
}

// The value of a field as a read has it; null when the field is not there.
Json value_of(const Json& contact, const char* field) {
  for (const Json& one : contact["customFields"]) {
    if (one["id"] == field) return one["value"];
  }
  return nullptr;
}

TEST(Quirk, quirk_33_the_lag_of_the_search_is_a_setting) {
  for (const std::int64_t lag_ms : {0, 30'000}) {
    Fixture fixture = directory_fixture();
    fixture.settings.search_lag_ms = lag_ms;
    Directory gate(false, std::move(fixture));
    gate.add({{"firstName", "Petra"}});
    const auto hits = [&] {
      return gate.ask(200, "POST", "/contacts/search", {{"locationId", demo_location}, {"pageLimit", 5}})["total"];
    };
    const auto listed = [&] {
      return gate.ask(200, "GET", std::string("/contacts/?locationId=") + demo_location)["count"];
    };
    EXPECT_EQ(hits(), lag_ms == 0 ? 1 : 0);
    EXPECT_EQ(listed(), lag_ms == 0 ? 1 : 0) << "the old list is read from the same index";
    gate.rig.loop.run_until(monday_morning() + milliseconds{lag_ms});
    EXPECT_EQ(hits(), 1);
    EXPECT_EQ(listed(), 1);
  }
}

TEST(Quirk, quirk_33_a_contact_that_changes_often_stays_in_the_search) {
  Rig rig;
  const std::string id = rig.contact("Petra");
  const auto hits = [&](const char* query) {
    return Rig::json(rig.send("POST", "/contacts/search",
                              {{"locationId", demo_location}, {"pageLimit", 5}, {"query", query}}))["total"];
  };
  rig.loop.run_until(monday_morning() + seconds{60});
  const auto rename = [&](int i) { rig.send("PUT", "/contacts/" + id, {{"lastName", "No" + std::to_string(i)}}); };
  for (int i = 0; i < 20; ++i) {
    rename(i);
    rig.loop.run_until(monday_morning() + seconds{60} + milliseconds{100 * i});
    EXPECT_EQ(hits("petra"), 1) << i;
  }
  // At one instant the last counts, and what was before it is not forgotten.
  rig.loop.run_until(monday_morning() + seconds{120});
  for (int i = 30; i < 50; ++i) rename(i);
  EXPECT_EQ(hits("petra no19"), 1);
  rig.loop.run_until(monday_morning() + seconds{132});
  EXPECT_EQ(hits("petra no49"), 1);
}

TEST(Quirk, quirk_33_a_deleted_contact_is_found_until_the_index_knows) {
  Directory gate;
  Fixture fixture = directory_fixture();
  fixture.settings.search_lag_ms = 12'000;
  Directory lagging(false, std::move(fixture));
  for (Directory* one : {&gate, &lagging}) {
    const std::string id = one->add();
    one->rig.loop.run_until(monday_morning() + seconds{60});
    one->ask(200, "DELETE", "/contacts/" + id);
    EXPECT_EQ(one->send("GET", "/contacts/" + id).status, 400);
    const auto hits = [&] {
      return one->ask(200, "POST", "/contacts/search", {{"locationId", demo_location}, {"pageLimit", 5}})["total"];
    };
    EXPECT_EQ(hits(), one == &lagging ? 1 : 0);
    one->rig.loop.run_until(monday_morning() + seconds{72});
    EXPECT_EQ(hits(), 0);
  }
}

TEST(Quirk, quirk_34_utm_custom_fields_are_blanked_seconds_after_a_write) {
  for (const bool on : {true, false}) {
    Fixture fixture = directory_fixture();
    fixture.settings.utm_revert_ms = on ? 8'000 : 0;
    Directory gate(false, std::move(fixture));
    const std::string id = gate.add(utm_write("google"));
    EXPECT_EQ(value_of(gate.read(id), utm_field), "google") << "an immediate read has it";
    gate.rig.loop.run_until(monday_morning() + seconds{7});
    EXPECT_EQ(value_of(gate.read(id), utm_field), "google");
    gate.rig.loop.run_until(monday_morning() + seconds{8});
    EXPECT_EQ(value_of(gate.read(id), utm_field), on ? "" : "google");
    EXPECT_EQ(value_of(gate.read(id), text_field), "google") << "other fields stay";
    gate.ask(200, "PUT", "/contacts/" + id, utm_write("bing"));
    EXPECT_EQ(value_of(gate.read(id), utm_field), "bing") << "the next write has its own seconds";
    gate.ask(200, "PUT", "/contacts/" + id, {{"city", "Boston"}});
    gate.rig.loop.run_until(monday_morning() + seconds{60});
    EXPECT_EQ(value_of(gate.read(id), utm_field), on ? "" : "bing");
    const Json hit = gate.ask(200, "POST", "/contacts/search", {{"locationId", demo_location}, {"pageLimit", 5}});
    EXPECT_EQ(value_of(hit["contacts"][0], utm_field), on ? "" : "bing");
  }
}

TEST(Quirk, quirk_35_unknown_fields_and_options_are_dropped_without_a_word) {
  Directory gate;
  const std::string id = gate.add({{"customFields",
                                    {{{"id", "unknown"}, {"field_value", "x"}},
                                     {{"key", "nothing"}, {"field_value", "x"}},
                                     {{"id", color_field}, {"field_value", "green"}},
                                     {{"id", age_field}, {"field_value", "old"}},
                                     {{"id", text_field}, {"field_value", "kept"}}}}});
  EXPECT_EQ(gate.read(id)["customFields"], Json::array({{{"id", text_field}, {"value", "kept"}}}));
  // An option that does not exist leaves the one that was there.
  const auto write = [&](const char* value) {
    gate.ask(200, "PUT", "/contacts/" + id, {{"customFields", {{{"id", color_field}, {"field_value", value}}}}});
    return value_of(gate.read(id), color_field);
  };
  EXPECT_EQ(write("red"), "red");
  EXPECT_EQ(write("green"), "red");
  EXPECT_EQ(write("blue"), "blue");
  // A field that takes options of one's own keeps any.
  Fixture fixture = directory_fixture();
  fixture.documents[0].fields["isAllowedCustomOption"] = true;
  Directory open(false, std::move(fixture));
  const std::string other = open.add({{"customFields", {{{"id", color_field}, {"field_value", "green"}}}}});
  EXPECT_EQ(value_of(open.read(other), color_field), "green");
}

TEST(Quirk, quirk_39_bulk_tags_succeed_with_errors_inside) {
  for (const bool v3 : {false, true}) {
    Directory gate(v3);
    const std::string jane = gate.add({{"tags", {"one"}}});
    const std::string gone = gate.add({{"firstName", "John"}});
    gate.ask(200, "DELETE", "/contacts/" + gone);
    const HttpResponse far = gate.send("POST", "/contacts/", {{"locationId", other_location}}, other_token);
    const std::string foreign = Rig::json(far)["contact"]["id"];
    const auto bulk = [&](const char* type, Json body) {
      body["locationId"] = demo_location;
      return gate.send("POST", std::string("/contacts/bulk/tags/update/") + type, body);
    };
    const HttpResponse response =
        bulk("add", {{"contacts", {jane, "abcdef", gone, foreign}}, {"tags", {"one", "two"}}});
    EXPECT_EQ(response.status, 201);
    const Json body = Rig::json(response);
    gate.expect_succeeded(body);
    EXPECT_EQ(body["errorCount"], 3);
    ASSERT_EQ(body["responses"].size(), 4U);
    EXPECT_EQ(body["responses"][0]["type"], "success");
    EXPECT_EQ(body["responses"][0]["oldTags"], Json{"one"});
    EXPECT_EQ(body["responses"][0]["tagsAdded"], Json{"two"});
    EXPECT_EQ(body["responses"][1]["message"], "contact id is not a valid firebase id");
    EXPECT_EQ(body["responses"][2]["message"], "contact is deleted");
    EXPECT_EQ(body["responses"][3]["message"], "contact does not belong to location");
    EXPECT_EQ(gate.read(jane)["tags"], (Json{"one", "two"}));
    EXPECT_EQ(Rig::json(bulk("remove", {{"contacts", {jane}}, {"tags", {"one"}}}))["responses"][0]["tagsRemoved"],
              Json{"one"});
    EXPECT_EQ(Rig::json(bulk("remove",
                             {{"contacts", {jane}}, {"tags", Json::array()}, {"removeAllTags", true}}))["errorCount"],
              0);
    EXPECT_EQ(gate.read(jane)["tags"], Json::array());
    EXPECT_EQ(bulk("swap", {{"contacts", {jane}}, {"tags", {"x"}}}).status, 422);
    EXPECT_EQ(bulk("add", {{"contacts", {jane}}, {"tags", {"x"}}, {"removeAllTags", true}}).status, 422);
  }
}

TEST(Quirk, quirk_39_a_bulk_call_takes_each_contact_once_and_500_at_most) {
  Directory gate;
  const std::string jane = gate.add();
  const auto bulk = [&](const Json& contacts, const Json& tags) {
    return gate.send("POST", "/contacts/bulk/tags/update/add",
                     {{"locationId", demo_location}, {"contacts", contacts}, {"tags", tags}});
  };
  const Json body = Rig::json(bulk(std::vector<std::string>(500, jane), {"one", "two"}));
  ASSERT_EQ(body["responses"].size(), 1U);
  EXPECT_EQ(body["responses"][0]["tagsAdded"], (Json{"one", "two"}));
  const auto refused = [](const HttpResponse& response) {
    EXPECT_EQ(response.status, 422);
    return Rig::json(response)["message"][0].get<std::string>();
  };
  const std::vector<std::string> many(501, jane);
  EXPECT_THAT(refused(bulk(many, {"one"})), ::testing::StartsWith("contacts must contain no more than 500"));
  EXPECT_THAT(refused(bulk({jane}, many)), ::testing::StartsWith("tags must contain no more than 500"));
}

TEST(Quirk, quirk_40_success_is_spelled_by_endpoint_and_version) {
  for (const bool v3 : {false, true}) {
    Directory gate(v3);
    const std::string id = gate.add();
    gate.expect_succeeded(gate.ask(201, "POST", "/contacts/" + id + "/campaigns/cmp", Json::object()));
    const std::string business_path = "/contacts/bulk/business";
    EXPECT_EQ(gate.ask(200, "POST", business_path,
                       {{"locationId", demo_location}, {"ids", {id}}, {"businessId", business}})["success"],
              true);
    const Json tag = gate.ask(200, "DELETE", std::string("/locations/") + demo_location + "/tags/tagVip00000000000001");
    EXPECT_EQ(tag["succeded"], true);
    EXPECT_FALSE(tag.contains("succeeded")) << "locations keep the misspelling in v3";
    EXPECT_EQ(gate.ask(200, "DELETE", "/contacts/" + id)["succeeded"], true) << "live spells this one right";
  }
}

TEST(Quirk, quirk_60_a_draft_or_a_second_enrolment_does_nothing_and_says_so_to_nobody) {
  for (const bool v3 : {false, true}) {
    Directory gate(v3);
    const std::string id = gate.add();
    const auto enrol = [&](const char* workflow) {
      gate.expect_succeeded(gate.ask(201, "POST", "/contacts/" + id + "/workflow/" + workflow, Json::object()));
      return gate.rig.twin.state().documents().of_owner(Collection::enrolment, id).size();
    };
    EXPECT_EQ(enrol(draft), 0U);
    EXPECT_EQ(enrol(published), 1U);
    EXPECT_EQ(enrol(published), 1U);
    gate.ask(200, "DELETE", "/contacts/" + id + "/workflow/" + published, Json::object());
    EXPECT_EQ(enrol(published), 1U) << "who left may come again";
  }
}

}  // namespace
}  // namespace mock_ghl::tests
