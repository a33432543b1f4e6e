// The journal: what it keeps, how it is asked, and what it says about near misses.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "mock_ghl/admin/near_miss.hpp"
#include "mock_ghl/chaos/request_log.hpp"
#include "tests/mock_ghl/rig.hpp"

namespace mock_ghl::tests {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

struct JournalRig : Rig {
  explicit JournalRig(std::size_t capacity = 1'000) { twin.record_requests(capacity); }
  HttpResponse ask(std::string method, std::string target, const Json& body = nullptr) {
    return handle_admin(twin, {.method = std::move(method),
                               .target = std::move(target),
                               .body = body.is_null() ? "" : holdfast::dump_json(body)});
  }
  Json find(const Json& filter) { return json(ask("POST", "/__mock/journal/find", filter)); }
  std::int64_t count(const Json& filter) { return json(ask("POST", "/__mock/journal/count", filter))["count"]; }
  void chaos(const Json& rules) { ASSERT_EQ(ask("PUT", "/__mock/chaos", {{"rules", rules}}).status, 200); }
};

holdfast::net::Task<void> send_away(Twin& twin, HttpRequest request) {
  co_await twin.handle(std::move(request));
}

const std::string calendar_path = std::string("/calendars/") + consult;

TEST(Journal, KeepsARequestWithItsAnswerAndItsFaults) {
  JournalRig rig;
  const std::string contact = rig.contact("Jane");
  rig.chaos({{{"fault", "latency"}, {"operation", "get-*"}, {"delay", {{"fixed_ms", 250}}}},
             {{"fault", "rate_limited"}, {"operation", "get-contact"}}});
  rig.send("GET", "/contacts/" + contact + "?x=1");
  const Json all = rig.find(nullptr);
  ASSERT_EQ(all["count"], 2);
  const Json& created = all["requests"][0];
  EXPECT_EQ(created["number"], 1);
  EXPECT_EQ(created["at"], "2026-08-24T12:00:00.000Z");
  EXPECT_EQ(created["method"], "POST");
  EXPECT_EQ(created["operation"], "create-contact");
  EXPECT_EQ(created["version"], "2021-04-15");
  EXPECT_EQ(created["caller"], (Json{{"token", "…0001"}, {"locationId", demo_location}}));
  EXPECT_EQ(created["outcome"], "answered");
  EXPECT_EQ(created["status"], 201);
  EXPECT_EQ(created["latencyMs"], 0);
  EXPECT_EQ((*holdfast::parse_json(created["request"]["body"].get<std::string>()))["firstName"], "Jane");
  EXPECT_EQ((*holdfast::parse_json(created["response"]["body"].get<std::string>()))["contact"]["id"], contact);
  EXPECT_EQ(created["faults"], Json::array());
  const Json& limited = all["requests"][1];
  EXPECT_EQ(limited["target"], "/contacts/" + contact + "?x=1");
  EXPECT_EQ(limited["status"], 429);
  EXPECT_EQ(limited["latencyMs"], 250);
  EXPECT_EQ(limited["faults"], (Json{"latency", "rate_limited"}));
  EXPECT_FALSE(limited.contains("nearMiss")) << "chaos refused it, not its sender's mistake";
}

TEST(Journal, CutAndPendingRequestsSaySo) {
  JournalRig rig;
  rig.chaos({{{"fault", "never_answer"}, {"nth", 2}, {"delay", {{"fixed_ms", 60'000}}}},
             {{"fault", "lost_before_commit"}, {"nth", 1}}});
  rig.send("GET", calendar_path);
  rig.loop.spawn(send_away(rig.twin, Rig::request("GET", calendar_path)));
  rig.loop.run_until(monday_morning() + holdfast::Duration{1'000});
  EXPECT_EQ(rig.count({{"outcome", "cut"}}), 1);
  const Json pending = rig.find({{"outcome", "pending"}})["requests"];
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_FALSE(pending[0].contains("status"));
  EXPECT_FALSE(pending[0].contains("latencyMs"));
  rig.loop.run_until(monday_morning() + holdfast::Duration{61'000});
  EXPECT_EQ(rig.count({{"outcome", "cut"}}), 2);
}

TEST(Journal, EveryFaultIsTiedToItsRequest) {
  JournalRig rig;
  rig.chaos({{{"fault", "latency"}, {"probability", 0.4}, {"delay", {{"uniform_ms", {1, 9}}}}},
             {{"fault", "server_error"}, {"probability", 0.3}},
             {{"fault", "error_shape"}, {"probability", 0.5}}});
  for (int i = 0; i < 80; ++i) rig.send("GET", calendar_path);
  std::map<std::uint64_t, std::multiset<std::string>> by_entry;
  const Json journal = Rig::json(rig.ask("GET", "/__mock/journal"));
  for (const Json& entry : journal["entries"]) by_entry[entry["requestNumber"]].insert(entry["fault"]);
  const Json requests = Rig::json(rig.ask("GET", "/__mock/journal/requests"))["requests"];
  ASSERT_EQ(requests.size(), 80U);
  std::size_t faults = 0;
  for (const Json& request : requests) {
    const auto names = request["faults"].get<std::vector<std::string>>();
    EXPECT_EQ(std::multiset<std::string>(names.begin(), names.end()), by_entry[request["number"]]);
    const bool failed = std::ranges::find(names, "server_error") != names.end();
    EXPECT_EQ(request["status"].get<int>() >= 500, failed);
    faults += names.size();
  }
  EXPECT_EQ(faults, journal["entries"].size());
  EXPECT_GT(faults, 40U);
}

TEST(Journal, SecretsAreCutToTheirLastFour) {
  EXPECT_EQ(redact_token(demo_token), "…0001");
  EXPECT_EQ(redact_token("short"), "…");
  EXPECT_EQ(redact_token(""), "");
  EXPECT_EQ(
      redact_secrets(R"({"access_token": "eyJhbGciOi.abcd","token_type":"Bearer","refresh_token":"aaaaaaaawxyz"})",
                     Secrets::of_response),
      R"({"access_token": "…abcd","token_type":"Bearer","refresh_token":"…wxyz"})");
  EXPECT_EQ(redact_secrets("client_id=me&client_secret=0123456789abcdef&grant_type=authorization_code&code=12345678",
                           Secrets::of_request),
            "client_id=me&client_secret=…cdef&grant_type=authorization_code&code=…5678");
  JournalRig rig;
  HttpRequest request = Rig::request("POST", "/oauth/token");
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.body = "grant_type=refresh_token&refresh_token=very-secret-indeed";
  rig.send(request);
  const std::string everything = rig.find(nullptr).dump();
  EXPECT_THAT(everything, HasSubstr("grant_type=refresh_token"));
  EXPECT_THAT(everything, HasSubstr("…deed"));
  EXPECT_THAT(everything, Not(HasSubstr("very-secret")));
  EXPECT_THAT(everything, Not(HasSubstr(demo_token)));
}

TEST(Journal, SecretsAreFoundInEverySpelling) {
  const auto asked = [](std::string_view text) { return redact_secrets(text, Secrets::of_request); };
  EXPECT_EQ(asked(R"({"accessToken":"aaaaaaaa1111","refreshToken":"bbbbbbbb2222","clientSecret" : "cccccccc3333"})"),
            R"({"accessToken":"…1111","refreshToken":"…2222","clientSecret" : "…3333"})");
  EXPECT_EQ(asked("client%5Fsecret=dddddddd4444&x=1"), "client%5Fsecret=…4444&x=1");
  EXPECT_EQ(asked(R"({"client\u005Fsecret":"eeeeeeee5555"})"), R"({"client\u005Fsecret":"…5555"})");
  EXPECT_EQ(asked(R"({"client_secret":"ffff\"ffff6666","x":"y"})"), R"({"client_secret":"…6666","x":"y"})");
  EXPECT_EQ(asked(R"(client_secret=gg"gg,gg}7777)"), "client_secret=…7777");
  EXPECT_EQ(asked(R"(client_secret="hh"hhhh8888&x=1)"), "client_secret=…8888&x=1");
  EXPECT_EQ(asked("my_client_secret=not&code_of=no&%"), "my_client_secret=not&code_of=no&%");
  EXPECT_EQ(asked(R"({"code":12345678})"), R"({"code":…5678})");
  const std::string refusal = R"({"error":{"code":"RESOURCE_NOT_FOUND","message":"none"}})";
  EXPECT_EQ(redact_secrets(refusal, Secrets::of_response), refusal) << "an answer's code is an error's";
}

TEST(Journal, SecretsAreCutWhateverThePathLooksLike) {
  JournalRig rig;
  for (const char* target : {"/oauth/token", "/%6Fauth/token", "//oauth/token", "/api/oauth/token", "/OAuth/token",
                             "/ouath/token", "/oauth/token?client_secret=very-secret-indeed"}) {
    HttpRequest request{.method = "POST", .target = target, .body = "clientSecret=very-secret-indeed"};
    request.headers.set("Content-Type", "application/x-www-form-urlencoded");
    rig.send(request);
    const std::string kept = rig.find({{"since", rig.twin.requests() - 1}}).dump();
    EXPECT_THAT(kept, HasSubstr("…deed")) << target;
    EXPECT_THAT(kept, Not(HasSubstr("very-secret"))) << target;
  }
  rig.send("GET", "/contacts/?access_token=very-secret-indeed&code=harmless-code");
  const std::string kept = rig.find({{"since", rig.twin.requests() - 1}}).dump();
  EXPECT_THAT(kept, HasSubstr("access_token=…deed&code=harmless-code"));
}

TEST(Journal, ABodyOfNothingButSecretsIsKeptAsFarAsOthers) {
  JournalRig rig;
  HttpRequest request{.method = "POST", .target = "/oauth/token"};
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  for (int i = 0; i < 599'000; ++i) request.body += "code=a&";
  rig.send(request);
  const Json kept = rig.find(nullptr)["requests"][0]["request"];
  EXPECT_EQ(kept["cut"], true);
  EXPECT_EQ(kept["body"].get<std::string>().size(), RequestLog::body_bytes_max);
}

TEST(Journal, TheConsentPagesHaveNames) {
  JournalRig rig;
  rig.send("GET", "/oauth/chooselocation?client_id=nobody");
  rig.send("GET", "/v2/oauth/chooselocation");
  rig.send("POST", "/oauth/reconnect");
  const Json all = rig.find(nullptr)["requests"];
  EXPECT_EQ(all[0]["operation"], "choose-location");
  EXPECT_EQ(all[1]["operation"], "choose-location");
  EXPECT_EQ(all[2]["operation"], "reconnect");
  EXPECT_EQ(all[2]["nearMiss"], "it was refused with 400: API endpoint has been removed");
  rig.chaos({{{"fault", "rate_limited"}, {"operation", "choose-location"}}});
  EXPECT_EQ(rig.send("GET", "/oauth/chooselocation").status, 429);
  EXPECT_EQ(rig.send("GET", "/oauth/reconnect").status, 400);
}

TEST(Journal, WhatIsNotBuiltSaysSoRatherThanNamingAnotherRoute) {
  JournalRig rig;
  rig.send("GET", "/invoices/");
  EXPECT_THAT(rig.find(nullptr)["requests"][0]["nearMiss"].get<std::string>(),
              HasSubstr("it was refused with 501: mock-ghl does not build GET /invoices"));
}

TEST(Journal, FindsByEveryCriterion) {
  JournalRig rig;
  const std::string jane = rig.contact("Jane", "+15550100001");
  rig.contact("John", "+15550100002");
  rig.send("GET", "/contacts/" + jane);
  rig.chaos({{{"fault", "cloudflare"}, {"nth", 1}}});
  rig.send("GET", calendar_path);
  HttpRequest stranger = Rig::request("GET", calendar_path);
  stranger.headers.set("Authorization", "Bearer pit-somebody-else");
  rig.send(stranger);
  const auto numbers = [&](const Json& filter) {
    std::vector<int> found;
    for (const Json& request : rig.find(filter)["requests"]) found.push_back(request["number"]);
    return found;
  };
  EXPECT_THAT(numbers({{"operation", "create-*"}}), ElementsAre(1, 2));
  EXPECT_THAT(numbers({{"method", "get"}}), ElementsAre(3, 4, 5));
  EXPECT_THAT(numbers({{"path", "/contacts/*"}}), ElementsAre(3));
  EXPECT_THAT(numbers({{"path", "/contacts"}}), ElementsAre(1, 2)) << "the path as it is matched";
  EXPECT_THAT(numbers({{"status", 201}}), ElementsAre(1, 2));
  EXPECT_THAT(numbers({{"status", "4??"}}), ElementsAre(4, 5));
  EXPECT_THAT(numbers({{"bodyContains", "John"}}), ElementsAre(2));
  EXPECT_THAT(numbers({{"bodyEquals", {{"firstName", "Jane"}}}}), ElementsAre(1));
  EXPECT_THAT(numbers({{"responseEquals", {{"contact.id", jane}}}}), ElementsAre(1, 3));
  EXPECT_THAT(numbers({{"responseContains", "1010"}}), ElementsAre(4));
  EXPECT_THAT(numbers({{"caller", demo_location}, {"since", 2}}), ElementsAre(3, 4));
  EXPECT_THAT(numbers({{"caller", demo_token}, {"since", 2}}), ElementsAre(3, 4)) << "a whole token finds its end";
  EXPECT_THAT(numbers({{"caller", "…else"}}), ElementsAre(5));
  EXPECT_THAT(numbers({{"fault", "cloud*"}}), ElementsAre(4));
  EXPECT_THAT(numbers({{"fault", "none"}, {"method", "GET"}}), ElementsAre(3, 5));
  EXPECT_THAT(numbers({{"limit", 2}}), ElementsAre(1, 2));
  EXPECT_EQ(rig.count({{"operation", "create-contact"}, {"bodyEquals", {{"firstName", "Jane"}}}}), 1);
  EXPECT_EQ(rig.count({{"operation", "create-contact"}, {"status", 400}}), 0);
  const Json page = Rig::json(rig.ask("GET", "/__mock/journal/requests?since=3&limit=1"));
  EXPECT_EQ(page["count"], 2);
  ASSERT_EQ(page["requests"].size(), 1U);
  EXPECT_EQ(page["requests"][0]["number"], 4);
}

TEST(Journal, AFilterThatFindsNothingSaysWhatCameClosest) {
  JournalRig rig;
  rig.contact("Jane");
  rig.send("GET", calendar_path);
  const Json nothing = rig.find({{"operation", "create-contact"}, {"bodyEquals", {{"firstName", "Janet"}}}});
  EXPECT_EQ(nothing["count"], 0);
  ASSERT_GE(nothing["nearest"].size(), 1U);
  EXPECT_EQ(nothing["nearest"][0]["number"], 1);
  EXPECT_THAT(nothing["nearest"][0]["differences"].get<std::vector<std::string>>(),
              ElementsAre(R"(the request's firstName is "Jane", not "Janet")"));
  const Json by_path = Rig::json(rig.ask("POST", "/__mock/journal/near-miss", {{"path", "/contact/"}}));
  EXPECT_EQ(by_path["nearest"][0]["number"], 1) << "/contacts is nearer than the calendar";
}

TEST(Journal, UnmatchedRequestsNameTheClosestRoute) {
  EXPECT_EQ(nearest_route("POST", "/contacts/upsrt"),
            R"(the closest route is POST /contacts/upsert (upsert-contact): "upsrt" should be "upsert")");
  EXPECT_EQ(
      nearest_route("PATCH", "/calendars/events/appointments/abc"),
      "the closest route is PUT /calendars/events/appointments/{eventId} (edit-appointment): the method should be "
      "PUT");
  EXPECT_EQ(
      nearest_route("GET", "/calendars/calX/free-slot"),
      R"(the closest route is GET /calendars/{calendarId}/free-slots (get-slots): "free-slot" should be "free-slots")");
  EXPECT_EQ(nearest_route("POST", "/v1/contacts/upsert"),
            R"(the closest route is POST /contacts/upsert (upsert-contact): "v1" is too much)");
  EXPECT_EQ(nearest_route("POST", "/upsert"),
            R"(the closest route is POST /contacts/upsert (upsert-contact): it lacks "contacts")");
  const std::string deep(5'000, '/');
  EXPECT_THAT(nearest_route("GET", deep + "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q/r/s/t"), HasSubstr("too much"));
}

TEST(Journal, SlashesTooManyAreNamed) {
  EXPECT_EQ(nearest_route("POST", "//oauth/token"),
            "the closest route is POST /oauth/token (get-access-token): the path has empty segments");
}

TEST(Journal, WhatWasAnsweredIsNoNearMiss) {
  JournalRig rig;
  Fixture fixture = demo_fixture();
  ASSERT_FALSE(fixture.apps.empty());
  const App& app = fixture.apps[0];
  const std::string page = "/oauth/chooselocation?response_type=code&client_id=";
  rig.send("GET", page + app.client_id + "&redirect_uri=" + holdfast::net::percent_encode(app.redirect_uris[0]) +
                      "&scope=" + holdfast::net::percent_encode(app.scopes[0]));
  ASSERT_EQ(rig.find(nullptr)["requests"][0]["status"], 200);
  EXPECT_FALSE(rig.find(nullptr)["requests"][0].contains("nearMiss"));
  EXPECT_EQ(Rig::json(rig.ask("GET", "/__mock/journal/near-miss"))["count"], 0);
  rig.send("GET", page + "nobody");
  const Json refused = Rig::json(rig.ask("GET", "/__mock/journal/near-miss"))["requests"];
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0]["nearMiss"], "it was refused with 400 and no message") << "there is such a page";
}

TEST(Journal, NearMissesAreTakenAPageAtATime) {
  JournalRig rig;
  for (int i = 0; i < 120; ++i) rig.send("GET", "/contacts/x/wrong" + std::to_string(i));
  const auto page = [&](const std::string& query) {
    return Rig::json(rig.ask("GET", "/__mock/journal/near-miss" + query));
  };
  EXPECT_EQ(page("")["count"], 120);
  EXPECT_EQ(page("")["requests"].size(), 100U);
  const Json two = page("?since=100&limit=2");
  EXPECT_EQ(two["count"], 20);
  ASSERT_EQ(two["requests"].size(), 2U);
  EXPECT_EQ(two["requests"][0]["number"], 101);
  EXPECT_EQ(rig.ask("GET", "/__mock/journal/near-miss?limit=x").status, 400);
}

TEST(Journal, AThousandUnknownPathsAreExplained) {
  JournalRig rig(2'000);
  for (int i = 0; i < 1'000; ++i) {
    rig.send("GET", "/calendars/appointments/" + std::to_string(i) + "/wrong-" + std::to_string(i * 7));
  }
  EXPECT_EQ(Rig::json(rig.ask("GET", "/__mock/journal/near-miss?limit=1000"))["requests"].size(), 1'000U);
}

TEST(Journal, RefusedRequestsSayWhy) {
  JournalRig rig;
  rig.send("POST", "/contacts/upsrt", {{"locationId", demo_location}});
  HttpRequest without_version{.method = "GET", .target = calendar_path};
  without_version.headers.set("Authorization", std::string("Bearer ") + demo_token);
  rig.send(without_version);
  rig.send("POST", "/contacts/", {{"locationId", demo_location}, {"fristName", "Jane"}});
  rig.send("GET", "/calendars/services/bookings");
  HttpRequest not_json = Rig::request("POST", "/contacts/");
  not_json.body = R"({"locationId":"locClinic00000000001"})";
  rig.send(not_json);
  rig.send("GET", calendar_path);
  HttpRequest no_grant{.method = "POST", .target = "/oauth/token", .body = "grant_type=refresh_token"};
  no_grant.headers.set("Content-Type", "application/x-www-form-urlencoded");
  rig.send(no_grant);
  const Json refused = Rig::json(rig.ask("GET", "/__mock/journal/near-miss"))["requests"];
  std::vector<std::string> reasons;
  for (const Json& request : refused) reasons.push_back(request["nearMiss"]);
  ASSERT_EQ(reasons.size(), 6U) << refused.dump(1);
  EXPECT_THAT(reasons[5], Not(HasSubstr("no message"))) << "whatever its member is called";
  EXPECT_THAT(reasons[0], HasSubstr("POST /contacts/upsert"));
  EXPECT_EQ(reasons[1], "it was refused with 401: version header was not found.");
  EXPECT_EQ(reasons[2], "it was refused with 422: property fristName should not exist");
  EXPECT_THAT(reasons[3], HasSubstr("this route exists with \"Version: v3\" only"));
  EXPECT_THAT(reasons[4], HasSubstr("the body is checked only when Content-Type says JSON"));
}

TEST(Journal, IsBoundedAndCountsWhatItDropped) {
  JournalRig rig(3);
  for (int i = 0; i < 5; ++i) rig.send("GET", calendar_path);
  Json state = Rig::json(rig.ask("GET", "/__mock/journal"));
  EXPECT_EQ(state["requests"], 5);
  EXPECT_EQ(state["kept"], 3);
  EXPECT_EQ(state["dropped"], 2);
  EXPECT_EQ(rig.find(nullptr)["requests"][0]["number"], 3);

  EXPECT_EQ(rig.ask("DELETE", "/__mock/journal").status, 200);
  state = Rig::json(rig.ask("GET", "/__mock/journal"));
  EXPECT_EQ(state["kept"], 0);
  EXPECT_EQ(state["dropped"], 0);
  EXPECT_EQ(state["recording"], true);
  rig.send("GET", calendar_path);
  EXPECT_EQ(rig.find(nullptr)["requests"][0]["number"], 6) << "numbers go on";

  rig.ask("POST", "/__mock/reset");
  rig.send("GET", calendar_path);
  EXPECT_EQ(rig.count(nullptr), 1) << "a reset forgets the requests and goes on recording";
  EXPECT_EQ(rig.find(nullptr)["requests"][0]["number"], 7) << "and counting";

  EXPECT_EQ(rig.ask("PUT", "/__mock/journal", {{"capacity", 0}}).status, 200);
  rig.send("GET", calendar_path);
  EXPECT_EQ(Rig::json(rig.ask("GET", "/__mock/journal"))["recording"], false);
  EXPECT_EQ(rig.count(nullptr), 0);
}

TEST(Journal, LongBodiesAreCutAndTheWholeIsBoundedInBytes) {
  JournalRig rig(100'000);
  HttpRequest large = Rig::request("POST", "/contacts/");
  large.headers.set("Content-Type", "application/json");
  large.body = R"({"locationId":"locClinic00000000001","firstName":")" + std::string(RequestLog::body_bytes_max, 'x');
  rig.send(large);
  const Json kept = rig.find(nullptr)["requests"][0];
  EXPECT_EQ(kept["request"]["cut"], true);
  EXPECT_EQ(kept["request"]["body"].get<std::string>().size(), RequestLog::body_bytes_max);
  EXPECT_FALSE(kept["response"].contains("cut"));
  const std::size_t enough = RequestLog::bytes_max / RequestLog::body_bytes_max + 100;
  for (std::size_t i = 0; i < enough; ++i) rig.send(large);
  const RequestLog& log = rig.twin.request_log();
  EXPECT_GT(log.dropped(), 0U);
  EXPECT_EQ(log.records().size() + log.dropped(), enough + 1);
  std::size_t bytes = 0;
  for (const RequestRecord& record : log.records()) bytes += record.weight();
  EXPECT_LE(bytes, RequestLog::bytes_max);
}

TEST(Journal, FaultsOfTheCallerAreNamed) {
  JournalRig rig;
  const auto error = [&](const Json& filter) { return rig.find(filter)["error"].get<std::string>(); };
  EXPECT_EQ(error({{"operations", "x"}}), "operations: is not a known key; check its spelling");
  EXPECT_EQ(error({{"outcome", "lost"}}), "outcome: must be one of: answered, cut, pending");
  EXPECT_EQ(error({{"status", 7}}), "status: must be between 100 and 599");
  EXPECT_EQ(error(Json::array()), "the filter: must be an object");
  EXPECT_EQ(rig.ask("GET", "/__mock/journal/requests?since=x").status, 400);
  EXPECT_EQ(rig.ask("PUT", "/__mock/journal", Json::object()).status, 400);
  EXPECT_EQ(rig.ask("GET", "/__mock/journal/nothing").status, 404);
}

TEST(Journal, ARestoredSnapshotGoesOnCountingWithAnEmptyJournal) {
  JournalRig rig;
  rig.chaos({{{"fault", "rate_limited"}, {"operation", "get-calendar"}, {"nth", 3}}});
  rig.send("GET", calendar_path);
  ASSERT_TRUE(rig.twin.save_snapshot("before"));
  for (int round = 0; round < 2; ++round) {
    EXPECT_EQ(rig.send("GET", calendar_path).status, 200);
    EXPECT_EQ(rig.send("GET", calendar_path).status, 429) << "the third since the plan was set";
    ASSERT_TRUE(rig.twin.restore_snapshot("before"));
    EXPECT_EQ(rig.count(nullptr), 0);
  }
  rig.send("GET", calendar_path);
  EXPECT_EQ(rig.find(nullptr)["requests"][0]["number"], 6) << "whoever reads on from a number misses nothing";
}

TEST(Journal, IsOffUntilItIsAskedFor) {
  Rig rig;
  rig.send("GET", calendar_path);
  EXPECT_FALSE(rig.twin.request_log().recording());
  EXPECT_TRUE(rig.twin.request_log().records().empty());
}

}  // namespace
}  // namespace mock_ghl::tests
