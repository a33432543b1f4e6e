// Whatever arrives, the twin answers with a status and, where it says JSON, with JSON; it never throws or asserts.
#include <gtest/gtest.h>

#include "mock_ghl/admin/admin.hpp"
#include "tests/mock_ghl/webhook_rig.hpp"

namespace mock_ghl::tests {
namespace {

using holdfast::SplitMix64;

std::string random_bytes(SplitMix64& random, std::size_t length_max) {
  std::string bytes(random.below(length_max + 1), '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.next());
  return bytes;
}

template <std::size_t N>
std::string pick(SplitMix64& random, const char* const (&words)[N]) {
  return words[random.below(N)];
}

// A value such as a body may hold, right or wrong.
Json random_value(SplitMix64& random, int depth) {
  static constexpr const char* texts[] = {"",
                                          demo_location,
                                          consult,
                                          personal,
                                          posture_class,
                                          ada,
                                          "2026-08-24T10:00:00-04:00",
                                          "2026-08-24T12:00:00Z",
                                          "9999-12-31T23:59:59Z",
                                          "0000-01-01T00:00:00+23:59",
                                          "confirmed",
                                          "cancelled",
                                          "jane@example.com",
                                          "+15550109999",
                                          "\xC3\xA9t\xC3\xA9",
                                          "America/New_York"};
  switch (random.below(depth > 2 ? 5 : 8)) {
    case 0:
      return nullptr;
    case 1:
      return random.chance(0.5);
    case 2:
      return static_cast<std::int64_t>(random.next());
    case 3:
      return random.unit() * 1e300;
    case 4:
    case 5:
      return pick(random, texts);
    case 6: {
      Json list = Json::array();
      for (std::uint64_t i = random.below(4); i > 0; --i) list.push_back(random_value(random, depth + 1));
      return list;
    }
    default:
      return {
          {"field", random_value(random, depth + 1)}, {"operator", "eq"}, {"filters", random_value(random, depth + 1)}};
  }
}

Json random_body(SplitMix64& random, const std::string& contact) {
  static constexpr const char* keys[] = {"locationId",
                                         "calendarId",
                                         "contactId",
                                         "startTime",
                                         "endTime",
                                         "title",
                                         "email",
                                         "phone",
                                         "firstName",
                                         "tags",
                                         "pageLimit",
                                         "page",
                                         "filters",
                                         "searchAfter",
                                         "query",
                                         "body",
                                         "notes",
                                         "assignedUserId",
                                         "appointmentStatus",
                                         "dnd",
                                         "ignoreFreeSlotValidation",
                                         "ignoreDateRange",
                                         "customFields",
                                         "sort",
                                         "contacts",
                                         "ids",
                                         "businessId",
                                         "followers",
                                         "dateOfBirth",
                                         "dndSettings",
                                         "name",
                                         "value",
                                         "dataType",
                                         "limit",
                                         "skip",
                                         "unknown"};
  Json body = Json::object();
  if (random.chance(0.7)) body["locationId"] = demo_location;
  if (random.chance(0.5)) {
    // A start on the grid of some working day.
    const std::int64_t step = random.between(0, 12);
    const Instant start =
        at("2026-08-25T10:00:00-04:00") + holdfast::days{random.between(0, 20)} + holdfast::minutes{20 * step};
    body = Rig::booking(contact, holdfast::format_iso_utc(start), random.chance(0.5) ? consult : personal);
  }
  if (random.chance(0.3)) body["pageLimit"] = random.between(-1, 600);
  for (std::uint64_t i = random.chance(0.5) ? 0 : random.below(4); i > 0; --i)
    body[pick(random, keys)] = random_value(random, 0);
  return body;
}

std::string random_target(SplitMix64& random, const std::string& contact, const std::string& appointment) {
  const std::string paths[] = {"/calendars/",
                               std::string("/calendars/") + consult,
                               std::string("/calendars/") + personal + "/free-slots",
                               "/calendars/events/appointments",
                               "/calendars/events/appointments/" + appointment,
                               "/calendars/events/" + appointment,
                               "/calendars/events",
                               "/calendars/blocked-slots",
                               "/calendars/events/block-slots",
                               "/contacts/",
                               "/contacts/upsert",
                               "/contacts/search",
                               "/contacts/search/duplicate",
                               "/contacts/" + contact,
                               "/contacts/" + contact + "/notes",
                               "/contacts/" + contact + "/appointments",
                               "/contacts/" + contact + "/tags",
                               "/contacts/" + contact + "/tasks",
                               "/contacts/" + contact + "/followers",
                               "/contacts/" + contact + "/workflow/" + contact,
                               "/contacts/" + contact + "/campaigns/" + appointment,
                               "/contacts/bulk/tags/update/add",
                               "/contacts/bulk/business",
                               std::string("/locations/") + demo_location + "/tags",
                               std::string("/locations/") + demo_location + "/customFields",
                               std::string("/locations/") + demo_location + "/customValues",
                               std::string("/locations/") + demo_location + "/tasks/search",
                               "/users/search",
                               std::string("/locations/") + demo_location,
                               "/opportunities/search",
                               "/" + random_bytes(random, 20),
                               random_bytes(random, 30)};
  std::string target = paths[random.below(std::size(paths))];
  static constexpr const char* keys[] = {"locationId", "startDate", "endDate", "timezone", "userId",
                                         "startTime",  "endTime",   "number",  "email",    "calendarId"};
  static constexpr const char* values[] = {demo_location,
                                           "1787544000000",
                                           "1787630400000",
                                           "9223372036854775807",
                                           "-9223372036854775808",
                                           "8640000000000000",
                                           "-8640000000000000",
                                           "UTC",
                                           consult,
                                           "%2B15550109999",
                                           "%zz",
                                           ""};
  for (std::uint64_t i = random.chance(0.4) ? 0 : random.below(5); i > 0; --i) {
    target += target.find('?') == std::string::npos ? '?' : '&';
    target += pick(random, keys) + "=";
    target += random.chance(0.1) ? random_bytes(random, 8) : pick(random, values);
  }
  return target;
}

void expect_whole(const HttpResponse& response, const HttpRequest& request) {
  ASSERT_GE(response.status, 200) << request.method << " " << request.target;
  ASSERT_LE(response.status, 599);
  ASSERT_NE(response.status, 500) << "the clean server has no internal errors";
  if (!holdfast::net::is_json(response.headers)) return;
  const auto parsed = holdfast::parse_json(response.body);
  ASSERT_TRUE(parsed.has_value()) << response.body;
  ASSERT_TRUE(parsed->contains("traceId")) << response.body;
}

struct FuzzCount {
  int accepted = 0;
  std::size_t booked = 0;
};

// One world's requests. Random requests also delete calendars, so a world is not used for long.
void fuzz_world(SplitMix64& random, FuzzCount& count) {
  Fixture fixture = demo_fixture();
  fixture.settings.rate_limit_max = 1'000'000;
  Rig rig(fixture);
  std::string contact = rig.contact();
  static constexpr const char* methods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", "GET", "POST", "PUT", "POST", ""};
  std::string appointment = "none";
  for (int i = 0; i < 1'000; ++i) {
    std::string target = random_target(random, contact, appointment);
    HttpRequest request = Rig::request(pick(random, methods), std::move(target), random_body(random, contact));
    // Bookings are what the others look at; at random alone they would be rare among so many routes.
    if (random.chance(0.1)) {
      const Instant start = monday_morning() + holdfast::minutes{30} * static_cast<int>(random.below(400));
      request = Rig::request("POST", "/calendars/events/appointments",
                             Rig::booking(contact, holdfast::format_iso_utc(start)));
    }
    if (random.chance(0.1)) request.body = random_bytes(random, 200);
    if (random.chance(0.05)) request.body.resize(random.below(request.body.size() + 1));
    if (random.chance(0.05)) request.headers.set("Authorization", "Bearer " + random_bytes(random, 20));
    if (random.chance(0.05)) request.headers.set("Version", random_bytes(random, 12));
    if (random.chance(0.05)) request.headers.set(random_bytes(random, 8), random_bytes(random, 8));
    const HttpRequest copy = request;
    const HttpResponse response = rig.send(std::move(request));
    ASSERT_NO_FATAL_FAILURE(expect_whole(response, copy));
    count.accepted += response.status < 300;
    if (rig.twin.state().contact(contact)->deleted) contact = rig.contact();
    if (response.status == 201 && Rig::json(response).contains("appointmentStatus"))
      appointment = Rig::json(response)["id"];
    rig.loop.clock().advance(holdfast::Duration(random.between(0, 500)));
  }
  count.booked += rig.twin.state().appointments().size();
}

TEST(Fuzz, RandomRequestsAreAlwaysAnswered) {
  SplitMix64 random(20'260'824);
  FuzzCount count;
  for (int world = 0; world < 20; ++world) ASSERT_NO_FATAL_FAILURE(fuzz_world(random, count));
  EXPECT_GT(count.accepted, 500) << "the fuzzer reaches the insides";
  EXPECT_GT(count.booked, 100U);
}

TEST(Fuzz, AllFaultsAtOnceAreAnsweredAndTheJournalStaysReadable) {
  Rig rig;
  rig.twin.record_requests(200);
  ChaosPlan plan;
  for (std::size_t i = 0; i < fault_count; ++i) {
    ChaosRule rule{.fault = static_cast<Fault>(i), .probability = 0.08, .delay = DelayModel::uniform(0, 2'000)};
    if (rule.fault == Fault::answer) rule.answer = AnswerForm{.status = 503, .body = AnswerForm::Body::truncated};
    plan.rules.push_back(rule);
  }
  plan.script.push_back({.operation = "*", .nth = 20, .deed = ScriptStep::Deed::book});
  plan.script.push_back({.operation = "*", .nth = 40, .after = true, .deed = ScriptStep::Deed::cancel});
  plan.script.push_back({.operation = "*", .nth = 60, .deed = ScriptStep::Deed::edit_calendar, .change = "{}"});
  const std::string contact = rig.contact();
  rig.twin.set_chaos(plan);
  SplitMix64 random(77);
  static constexpr const char* methods[] = {"GET", "POST", "PUT", "DELETE", "PATCH", ""};
  static constexpr const char* filters[] = {"", R"({"path":"/calendars/*"})", R"({"bodyEquals":{"a.0.b":1}})",
                                            R"({"status":"9??"})", R"({"fault":"none","method":"get"})"};
  static constexpr const char* routes[] = {"/find", "/count", "/near-miss"};
  for (int i = 0; i < 4'000; ++i) {
    HttpRequest request =
        Rig::request(pick(random, methods), random_target(random, contact, "none"), random_body(random, contact));
    // Some faults need an answer that is a success, some a list of slots.
    if (random.chance(0.1)) request = Rig::request("GET", "/contacts/" + contact + "/notes");
    if (random.chance(0.1)) request = Rig::request("GET", std::string("/calendars/") + personal + "/free-slots");
    // A race and a wrong id need creates that pass their slot check.
    if (random.chance(0.3)) {
      const Instant start = monday_morning() + holdfast::minutes{30} * static_cast<int>(random.below(400));
      request = Rig::request("POST", "/calendars/events/appointments",
                             Rig::booking(contact, holdfast::format_iso_utc(start)));
    }
    if (random.chance(0.2)) request.body = random_bytes(random, 200);
    const HttpResponse response = rig.send(std::move(request));
    ASSERT_TRUE(response.abandoned || (response.status >= 200 && response.status <= 599));
    if (i % 40 != 0) continue;
    for (const char* route : routes) {
      const HttpResponse told = handle_admin(
          rig.twin,
          {.method = "POST", .target = std::string("/__mock/journal") + route, .body = pick(random, filters)});
      ASSERT_EQ(told.status, 200) << told.body;
      ASSERT_TRUE(holdfast::parse_json(told.body)) << told.body;
    }
  }
  EXPECT_EQ(rig.twin.request_log().records().size(), 200U);
  for (std::size_t i = 0; i < fault_count; ++i) {
    EXPECT_GT(rig.twin.fault_count_of(static_cast<Fault>(i)), 0U) << to_string(static_cast<Fault>(i));
  }
}

TEST(Fuzz, RandomSubscriptionsAndEventsAreAnsweredAndDelivered) {
  WebhookRig rig;
  SplitMix64 random(61);
  const std::string subscription = holdfast::dump_json(to_json(webhooks::SubscriptionOptions{
      .url = "http://a.test/x", .signatures = webhooks::Signatures::ed25519, .delay = DelayModel::uniform(1, 50)}));
  const std::string event =
      R"({"type":"TaskCreate","appointment":{"id":"a"},"locationId":"x","timestamp":"2026-08-24T12:00:00Z","tags":[1]})";
  static constexpr const char* routes[] = {"webhooks", "webhooks/send", "webhooks/resend", "webhooks/resume"};
  int accepted = 0;
  for (int i = 0; i < 4'000; ++i) {
    std::string text = i % 2 == 0 ? subscription : event;
    for (std::uint64_t changes = random.below(3); changes > 0; --changes) {
      text[random.below(text.size())] = static_cast<char>(random.next());
    }
    const std::string path = pick(random, routes);
    const HttpResponse answer =
        handle_admin(rig.twin, {.method = "POST", .target = "/__mock/" + path, .body = std::move(text)});
    ASSERT_TRUE(answer.status == 200 || (answer.status >= 400 && answer.status <= 409)) << answer.body;
    ASSERT_TRUE(holdfast::parse_json(answer.body)) << answer.body;
    accepted += answer.status == 200;
    if (i % 50 == 0) rig.pass(200);
  }
  EXPECT_GT(accepted, 200);
  EXPECT_LE(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"].size(), 1'000U);
  EXPECT_GT(rig.posts.size(), 1'000U);
  for (const Post& post : rig.posts) ASSERT_TRUE(post.body().is_object()) << post.request.body;
}

TEST(Fuzz, RandomFixturesAndPlansAreValuesOrErrors) {
  SplitMix64 random(5);
  const std::string plan =
      R"({"rules":[{"fault":"latency","operation":"get-*","probability":0.5,"limit":3,)"
      R"("delay":{"lognormal":{"median_ms":5,"sigma":1,"min_ms":1,"max_ms":9}}},{"fault":"answer","nth":2,)"
      R"("caller":"l*","header":{"name":"A","glob":"b"},"until":"get-slots","answer":{"status":403,"body":"html"}}],)"
      R"("script":[{"before":"*","do":"edit_calendar","change":{"slotDuration":45}}]})";
  const std::string fixture =
      R"({"locations":[{"id":"a","timezone":"UTC"}],"users":[{"id":"u","locationId":"a"}],"calendars":[{"id":"c",)"
      R"("locationId":"a","name":"n","teamMembers":[{"userId":"u"}],"slotDuration":30,"openHours":[{"daysOfTheWeek":[1],)"
      R"("hours":[{"openHour":1,"closeHour":2}]}]}],"tokens":[{"token":"pit-","locationId":"a"}]})";
  ASSERT_TRUE(parse_chaos(plan));
  ASSERT_TRUE(parse_fixture(fixture));
  int accepted = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string text = i % 2 == 0 ? plan : fixture;
    for (std::uint64_t changes = random.between(1, 3); changes > 0; --changes) {
      const std::size_t at = random.below(text.size());
      if (random.chance(0.5)) {
        text[at] = static_cast<char>(random.chance(0.5) ? random.between(32, 126) : random.between(0, 255));
      } else {
        text.erase(at, random.below(4));
      }
    }
    const bool good = i % 2 == 0 ? parse_chaos(text).has_value() : parse_fixture(text).has_value();
    accepted += good;
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace mock_ghl::tests
