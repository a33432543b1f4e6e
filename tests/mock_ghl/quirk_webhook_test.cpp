// Quirks 61 to 68 of facts/ghl.md 9: each switch on and off.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/mock_ghl/webhook_rig.hpp"

namespace mock_ghl::tests {
namespace {

using testing::ElementsAre;

constexpr std::int64_t minute_ms = 60'000;
constexpr std::int64_t hour_ms = 60 * minute_ms;
constexpr std::int64_t day_ms = 24 * hour_ms;

TEST(Quirk, quirk_61_DuplicatesWithTheSameWebhookId) {
  WebhookRig rig;
  const std::string id = rig.subscribe({{"duplicates", 1.0}});
  rig.contact();
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[0].request.body, rig.posts[1].request.body);
  EXPECT_EQ(rig.posts[0].body()["webhookId"], rig.posts[1].body()["webhookId"]);
  EXPECT_NE(rig.posts[0].header("deliveryId"), rig.posts[1].header("deliveryId")) << "it is no retry";
  rig.ask("DELETE", "webhooks?id=" + id);

  rig.posts.clear();
  rig.subscribe();
  rig.contact("John");
  rig.pass(1'000);
  EXPECT_EQ(rig.posts.size(), 1U) << "off";
}

TEST(Quirk, quirk_61_OneChangeTwoEventsWithDifferentWebhookIds) {
  WebhookRig rig;
  const std::string contact = rig.contact();
  rig.subscribe();
  rig.send("PUT", "/contacts/" + contact, {{"tags", {"vip"}}});
  rig.pass(1'000);
  EXPECT_THAT(rig.types(), ElementsAre("ContactUpdate", "ContactTagUpdate"));
  EXPECT_NE(rig.posts[0].body()["webhookId"], rig.posts[1].body()["webhookId"]);
  rig.posts.clear();
  rig.send("PUT", "/contacts/" + contact, {{"city", "Boston"}});
  rig.pass(1'000);
  EXPECT_THAT(rig.types(), ElementsAre("ContactUpdate"));
  rig.posts.clear();
  rig.send("PUT", "/contacts/" + contact, {{"dnd", true}});
  rig.pass(1'000);
  EXPECT_THAT(rig.types(), ElementsAre("ContactUpdate", "ContactDndUpdate"));
}

// The order in which the bookings of twelve contacts arrive, as the numbers of the contacts.
std::vector<std::string> arrival(const Json& options) {
  WebhookRig rig;
  rig.subscribe(options);
  for (int i = 0; i < 12; ++i) rig.contact("n" + std::to_string(10 + i));
  rig.pass(60'000);
  std::vector<std::string> names;
  for (const Post& post : rig.posts) names.push_back(post.body()["firstName"]);
  return names;
}

TEST(Quirk, quirk_62_OutOfOrder) {
  const std::vector<std::string> in_order = arrival(Json::object());
  ASSERT_EQ(in_order.size(), 12U);
  EXPECT_TRUE(std::ranges::is_sorted(in_order)) << "off";
  std::vector<std::string> shuffled = arrival({{"reorder", {{"probability", 0.5}, {"hold_ms", 5'000}}}});
  ASSERT_EQ(shuffled.size(), 12U);
  EXPECT_FALSE(std::ranges::is_sorted(shuffled));
  EXPECT_EQ(shuffled, arrival({{"reorder", {{"probability", 0.5}, {"hold_ms", 5'000}}}})) << "it replays";
  std::ranges::sort(shuffled);
  EXPECT_EQ(shuffled, in_order) << "nothing is lost";
}

TEST(Quirk, quirk_62_AnUpdateBeforeItsCreate) {
  WebhookRig rig(3);
  rig.subscribe({{"events", {"AppointmentCreate", "AppointmentUpdate"}},
                 {"reorder", {{"probability", 0.5}, {"hold_ms", 5'000}}}});
  int overtaken = 0;
  for (int i = 0; i < 8; ++i) {
    rig.posts.clear();
    const std::string contact = rig.contact("c" + std::to_string(i));
    const std::string start = "2026-08-2" + std::to_string(5 + i % 4) + (i < 4 ? "T10:00:00-04:00" : "T11:00:00-04:00");
    const Json booked = Rig::json(rig.book(Rig::booking(contact, start)));
    ASSERT_TRUE(booked.contains("id")) << booked.dump();
    rig.send("PUT", "/calendars/events/appointments/" + booked["id"].get<std::string>(),
             {{"appointmentStatus", "cancelled"}});
    rig.pass(20'000);
    ASSERT_EQ(rig.posts.size(), 2U);
    overtaken += rig.posts[0].type() == "AppointmentUpdate";
  }
  EXPECT_GT(overtaken, 0);
  EXPECT_LT(overtaken, 8);
}

TEST(Quirk, quirk_63_BeforeTheAnswerOfTheCallThatCausedIt) {
  WebhookRig rig;
  const std::string id = rig.subscribe({{"early", true}});
  rig.contact();
  EXPECT_EQ(rig.posts.size(), 1U) << "the answer came last";
  rig.ask("DELETE", "webhooks?id=" + id);

  rig.posts.clear();
  rig.subscribe({{"delay", {{"fixed_ms", 700}}}});
  const Instant made_at = rig.loop.runtime().now();
  rig.contact("John");
  EXPECT_EQ(rig.posts.size(), 0U) << "off: the answer comes first";
  rig.pass(5'000);
  ASSERT_EQ(rig.posts.size(), 1U);
  EXPECT_EQ(rig.posts[0].machine_time - made_at, holdfast::milliseconds(700));
}

holdfast::net::Task<void> change_it(WebhookRig& rig, const Post& post) {
  if (post.type() != "ContactCreate") co_return;
  const std::string id = post.body()["id"];
  co_await rig.twin.handle(Rig::request("PUT", "/contacts/" + id, {{"city", "Boston"}}));
}

TEST(Quirk, quirk_63_AReceiverThatCallsBackDoesNotBlockItself) {
  WebhookRig rig;
  rig.subscribe({{"early", true}});
  rig.hooks.before_answer = [&](const Post& post) { return change_it(rig, post); };
  const Instant begun_at = rig.loop.runtime().now();
  rig.contact();
  EXPECT_THAT(rig.types(), ElementsAre("ContactCreate", "ContactUpdate"));
  EXPECT_EQ(rig.loop.runtime().now(), begun_at) << "nobody had to time out";
}

TEST(Quirk, quirk_63_AReceiverThatNeverAnswersDelaysTheCallByItsTimeoutAtMost) {
  WebhookRig rig;
  rig.subscribe({{"early", true}, {"timeout_ms", 3'000}});
  rig.hooks.answer = [](const Post&) { return 0; };
  const Instant begun_at = rig.loop.runtime().now();
  EXPECT_NE(rig.contact(), "");
  EXPECT_EQ(rig.loop.runtime().now() - begun_at, holdfast::milliseconds(3'000));
}

TEST(Quirk, quirk_64_OnlyA429IsTriedAgainSixTimesInAboutSeventyMinutes) {
  WebhookRig rig;
  rig.ask("POST", "clock/freeze");
  rig.subscribe({{"retry", "429_only"}});
  rig.hooks.answer = [](const Post&) { return 429; };
  rig.contact();
  rig.pass(day_ms);
  ASSERT_EQ(rig.posts.size(), 1U) << "a frozen world makes nothing due";
  EXPECT_EQ(rig.deliveries()[0]["state"], "waiting");
  rig.advance(10 * minute_ms - 1'000);
  EXPECT_EQ(rig.posts.size(), 1U) << "not before ten minutes";
  std::int64_t waited_ms = 10 * minute_ms - 1'000;
  while (rig.deliveries()[0]["state"] == "waiting" && waited_ms < day_ms) {
    rig.advance(10'000);
    waited_ms += 10'000;
  }
  EXPECT_EQ(rig.posts.size(), 7U) << "once, and six retries";
  EXPECT_GE(waited_ms, 60 * minute_ms);
  EXPECT_LE(waited_ms, 82 * minute_ms);
  EXPECT_EQ(rig.deliveries()[0]["state"], "failed");
  EXPECT_EQ(rig.deliveries()[0]["tries"], 7);
  for (const Post& post : rig.posts) {
    EXPECT_EQ(post.request.body, rig.posts[0].request.body) << "the original timestamp, hours later";
    EXPECT_EQ(post.header("deliveryId"), rig.posts[0].header("deliveryId"));
  }
}

TEST(Quirk, quirk_64_OnlyA429AnythingElseIsLostForEver) {
  for (const int status : {500, 503, 404, 302, 0}) {
    WebhookRig rig;
    rig.subscribe({{"retry", "429_only"}});
    rig.hooks.answer = [&](const Post&) { return status; };
    rig.contact();
    rig.pass(30'000);
    rig.advance(3 * day_ms);
    EXPECT_EQ(rig.posts.size(), 1U) << status;
    EXPECT_EQ(rig.deliveries()[0]["state"], "failed");
    EXPECT_EQ(rig.deliveries()[0]["attempts"][0]["status"], status);
  }
}

TEST(Quirk, quirk_64_AnyFailureIsTriedAgainTwelveTimesFurtherAndFurtherApart) {
  WebhookRig rig;
  rig.ask("POST", "clock/freeze");
  rig.subscribe({{"retry", "any_failure"}});
  rig.hooks.answer = [&](const Post&) { return rig.posts.size() % 3 == 0 ? 0 : rig.posts.size() % 3 == 1 ? 500 : 302; };
  rig.contact();
  rig.pass(30'000);
  std::vector<std::int64_t> distances_ms;
  std::int64_t waited_ms = 0;
  while (rig.deliveries()[0]["state"] == "waiting" && distances_ms.size() < 50) {
    const Instant due = at(rig.deliveries()[0]["nextTryAt"].get<std::string>().c_str());
    distances_ms.push_back((due - rig.twin.now()).count());
    waited_ms += distances_ms.back();
    const std::size_t before = rig.posts.size();
    rig.ask("POST", "clock/advance", {{"ms", distances_ms.back() - 1}});
    rig.pass(30'000);
    EXPECT_EQ(rig.posts.size(), before) << "not a moment before";
    rig.ask("POST", "clock/advance", {{"ms", 1}});
    rig.pass(30'000);
    EXPECT_EQ(rig.posts.size(), before + 1);
  }
  EXPECT_EQ(rig.posts.size(), 13U);
  EXPECT_EQ(rig.deliveries()[0]["state"], "failed");
  ASSERT_EQ(distances_ms.size(), 12U);
  for (std::size_t i = 1; i < distances_ms.size(); ++i) EXPECT_GT(distances_ms[i], distances_ms[i - 1]);
  EXPECT_GT(waited_ms, 24 * hour_ms) << "the last one comes more than a day late";
}

TEST(Quirk, quirk_64_ARetryThatIsTakenEndsIt) {
  WebhookRig rig;
  rig.subscribe({{"retry", "any_failure"}});
  rig.hooks.answer = [&](const Post&) { return rig.posts.size() < 3 ? 500 : 204; };
  rig.contact();
  rig.pass(1'000);
  rig.advance(minute_ms);
  rig.advance(hour_ms);
  rig.advance(day_ms);
  EXPECT_EQ(rig.posts.size(), 3U);
  const Json delivery = rig.deliveries()[0];
  EXPECT_EQ(delivery["state"], "delivered");
  EXPECT_EQ(delivery["attempts"][0]["status"], 500);
  EXPECT_EQ(delivery["attempts"][2]["status"], 204);
}

TEST(Quirk, quirk_64_ARunningWorldRetriesByItself) {
  WebhookRig rig;
  rig.subscribe();
  rig.hooks.answer = [](const Post&) { return 429; };
  rig.contact();
  rig.pass(90 * minute_ms);
  EXPECT_EQ(rig.posts.size(), 7U);
}

TEST(Quirk, quirk_64_Never) {
  WebhookRig rig;
  rig.subscribe({{"retry", "never"}});
  rig.hooks.answer = [](const Post&) { return 429; };
  rig.contact();
  rig.pass(1'000);
  rig.advance(7 * day_ms);
  EXPECT_EQ(rig.posts.size(), 1U);
}

TEST(Quirk, quirk_65_Signatures) {
  struct Expected {
    const char* option;
    bool ed25519_there, rsa_there, good;
  };
  for (const Expected& expected :
       {Expected{"both", true, true, true}, Expected{"ed25519", true, false, true}, Expected{"rsa", false, true, true},
        Expected{"none", false, false, false}, Expected{"bad", true, true, false}}) {
    WebhookRig rig;
    rig.subscribe({{"signatures", expected.option}});
    rig.contact("Zo\xC3\xAB \"/\" \xE2\x82\xAC");
    rig.pass(1'000);
    ASSERT_EQ(rig.posts.size(), 1U);
    const Post& post = rig.posts[0];
    const std::string ed25519 = post.header("x-ghl-signature");
    const std::string rsa = post.header("x-wh-signature");
    EXPECT_EQ(ed25519 != "(absent)", expected.ed25519_there) << expected.option;
    EXPECT_EQ(rsa != "(absent)", expected.rsa_there) << expected.option;
    EXPECT_EQ(verifies(rig.public_key("ed25519"), ed25519, post.request.body), expected.good && expected.ed25519_there)
        << expected.option;
    EXPECT_EQ(verifies(rig.public_key("rsa"), rsa, post.request.body), expected.good && expected.rsa_there)
        << expected.option;
    if (!expected.good) continue;
    const std::string other = post.request.body + " ";
    EXPECT_FALSE(verifies(rig.public_key("ed25519"), ed25519, other)) << "the bytes are signed, not the meaning";
    EXPECT_FALSE(verifies(rig.public_key("rsa"), rsa, other));
  }
}

TEST(Quirk, quirk_65_UnsignedIsWrittenNa) {
  WebhookRig rig;
  rig.subscribe({{"signatures", "na"}});
  rig.contact();
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 1U);
  EXPECT_EQ(rig.posts[0].header("X-GHL-Signature"), "N/A");
  EXPECT_EQ(rig.posts[0].header("X-WH-Signature"), "N/A");
}

// The sources of the appointment events that arrive when the API books, a person books, and a person cancels the first.
std::vector<std::string> sources(bool echo) {
  WebhookRig rig;
  rig.subscribe({{"echo", echo}, {"events", {"AppointmentCreate", "AppointmentUpdate"}}});
  const Json booked = Rig::json(rig.book(Rig::booking(rig.contact(), "2026-08-25T10:00:00-04:00", personal)));
  EXPECT_EQ(rig.ask("POST", "book", {{"calendarId", personal}, {"startTime", "2026-08-25T18:00:00Z"}}).status, 200);
  EXPECT_EQ(rig.ask("POST", "cancel", {{"id", booked["id"]}}).status, 200);
  rig.pass(1'000);
  std::vector<std::string> found;
  for (const Post& post : rig.posts) {
    found.push_back(post.type() + " " + post.body()["appointment"]["source"].get<std::string>());
  }
  return found;
}

TEST(Quirk, quirk_66_EchoOfTheClientsOwnWrites) {
  EXPECT_THAT(sources(true), ElementsAre("AppointmentCreate third_party", "AppointmentCreate calendar_page",
                                         "AppointmentUpdate calendar_page"));
  EXPECT_THAT(sources(false), ElementsAre("AppointmentCreate calendar_page", "AppointmentUpdate calendar_page"))
      << "off: only what others did";
}

TEST(Quirk, quirk_67_MissingFields) {
  WebhookRig rig;
  rig.subscribe({{"missing_fields", {"TaskCreate.contactId", "assignedUserId"}}});
  rig.ask("POST", "webhooks/send", {{"type", "TaskCreate"}});
  rig.ask("POST", "webhooks/send", {{"type", "TaskComplete"}});
  rig.ask("POST", "webhooks/send", {{"type", "AppointmentCreate"}});
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 3U);
  EXPECT_FALSE(rig.posts[0].body().contains("contactId"));
  EXPECT_TRUE(rig.posts[0].body().contains("title"));
  EXPECT_TRUE(rig.posts[1].body().contains("contactId")) << "of one kind only";
  EXPECT_FALSE(rig.posts[2].body()["appointment"].contains("assignedUserId")) << "inside the appointment too";
  EXPECT_TRUE(rig.posts[2].body()["appointment"].contains("contactId"));
  EXPECT_TRUE(verifies(rig.public_key("ed25519"), rig.posts[0].header("X-GHL-Signature"), rig.posts[0].request.body));
}

TEST(Quirk, quirk_67_UnknownFieldsAndAWrongLabel) {
  WebhookRig rig;
  const std::string id = rig.subscribe({{"extra_fields", true}, {"mislabel", true}});
  rig.ask("POST", "webhooks/send", {{"type", "AppointmentDelete"}});
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 1U);
  EXPECT_EQ(rig.posts[0].type(), "AppointmentCreate");
  EXPECT_TRUE(rig.posts[0].body().contains("_mockExtra"));
  rig.ask("DELETE", "webhooks?id=" + id);

  rig.posts.clear();
  rig.subscribe();
  rig.ask("POST", "webhooks/send", {{"type", "AppointmentDelete"}});
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 1U);
  EXPECT_EQ(rig.posts[0].type(), "AppointmentDelete") << "off";
  EXPECT_FALSE(rig.posts[0].body().contains("_mockExtra"));
}

TEST(Quirk, quirk_68_TheCircuitBreakerPauses) {
  WebhookRig rig;
  rig.ask("POST", "clock/freeze");
  const std::string id = rig.subscribe({{"circuit_breaker", {{"min_webhooks", 5}}}});
  rig.hooks.answer = [](const Post&) { return 500; };
  for (int i = 0; i < 6; ++i) rig.contact("c" + std::to_string(i));
  rig.pass(5'000);
  EXPECT_EQ(rig.posts.size(), 6U);
  rig.advance(3 * day_ms - 10'000);
  EXPECT_EQ(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"][0]["pausedAt"], nullptr)
      << "not before the window's end";
  rig.advance(10'000);
  EXPECT_NE(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"][0]["pausedAt"], nullptr);

  rig.posts.clear();
  rig.hooks.answer = [](const Post&) { return 200; };
  const std::string unseen = rig.contact("Unseen");
  rig.pass(5'000);
  EXPECT_EQ(rig.posts.size(), 0U);
  const Json paused = rig.deliveries("?limit=1")[0];
  EXPECT_EQ(paused["state"], "paused");
  EXPECT_EQ(rig.send("GET", "/contacts/" + unseen).status, 200) << "polling is how it is found";
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", paused["deliveryId"]}}).status, 409);

  EXPECT_EQ(rig.ask("POST", "webhooks/resume", {{"id", id}}).status, 200);
  rig.contact("Seen");
  rig.pass(5'000);
  ASSERT_EQ(rig.posts.size(), 1U) << "what was paused is not made up for";
  EXPECT_EQ(rig.posts[0].body()["firstName"], "Seen");
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", paused["deliveryId"]}}).status, 200);
  rig.pass(5'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[1].body()["firstName"], "Unseen");
}

TEST(Quirk, quirk_68_TheCircuitBreakerOffOrSatisfied) {
  const auto goes_on = [](const Json& breaker, int failures, int successes) {
    WebhookRig rig;
    rig.subscribe({{"circuit_breaker", breaker}});
    for (int i = 0; i < failures + successes; ++i) {
      rig.hooks.answer = [status = i < failures ? 500 : 200](const Post&) { return status; };
      rig.contact("c" + std::to_string(i));
      rig.pass(500);
    }
    rig.advance(3 * day_ms);
    rig.posts.clear();
    rig.contact("Last");
    rig.pass(500);
    return rig.posts.size() == 1;
  };
  EXPECT_TRUE(goes_on({{"enabled", false}, {"min_webhooks", 5}}, 10, 0)) << "off";
  EXPECT_TRUE(goes_on(Json::object(), 10, 0)) << "GHL's own threshold is far away";
  EXPECT_TRUE(goes_on({{"min_webhooks", 5}}, 1, 9)) << "90 % is enough";
  EXPECT_FALSE(goes_on({{"min_webhooks", 5}}, 2, 9));
  EXPECT_TRUE(goes_on({{"min_webhooks", 10}}, 10, 0)) << "more than ten, not ten";
}

}  // namespace
}  // namespace mock_ghl::tests
