// Webhooks: what each event holds, who gets it, what the admin routes do, and what is kept at most.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <sstream>

#include "mock_ghl/webhooks/events.hpp"
#include "tests/mock_ghl/webhook_rig.hpp"

namespace mock_ghl::tests {
namespace {

using testing::ElementsAre;

std::set<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

std::set<std::string> keys(const Json& object) {
  std::set<std::string> found;
  for (const auto& [key, value] : object.items()) found.insert(key);
  return found;
}

// The members of each event's body, from facts/ghl.md 7.3; those of every webhook are added in the test.
std::map<std::string, std::string> documented_members() {
  const std::string contact =
      "locationId id address1 city state companyName country source dateAdded dateOfBirth dnd email name firstName "
      "lastName phone postalCode tags website attachments assignedTo customFields";
  const std::string note = "locationId id body contactId dateAdded";
  const std::string task = "locationId id assignedTo body contactId title dateAdded dueDate";
  const std::string opportunity =
      "locationId id assignedTo contactId monetaryValue name pipelineId pipelineStageId source status dateAdded";
  const std::string message =
      "locationId attachments body contactId contentType conversationId dateAdded direction messageType status "
      "messageId userId source conversationProviderId callDuration callStatus emailMessageId threadId provider to cc "
      "bcc from subject";
  const std::string location = "id companyId name email stripeProductId";
  return {{"AppointmentCreate", "locationId appointment"},
          {"AppointmentUpdate", "locationId appointment"},
          {"AppointmentDelete", "locationId appointment"},
          {"ContactCreate", contact},
          {"ContactUpdate", contact},
          {"ContactDelete", contact},
          {"ContactTagUpdate", contact},
          {"ContactDndUpdate", contact + " dndSettings"},
          {"NoteCreate", note},
          {"NoteUpdate", note},
          {"NoteDelete", note},
          {"TaskCreate", task},
          {"TaskComplete", task},
          {"TaskDelete", task},
          {"OpportunityCreate", opportunity},
          {"OpportunityUpdate", opportunity},
          {"OpportunityDelete", opportunity},
          {"OpportunityStageUpdate", opportunity},
          {"OpportunityStatusUpdate", opportunity},
          {"OpportunityMonetaryValueUpdate", opportunity},
          {"OpportunityAssignedToUpdate", opportunity},
          {"InboundMessage", message},
          {"OutboundMessage", message},
          {"ConversationUnreadUpdate", "locationId id contactId unreadCount inbox starred deleted"},
          {"LocationCreate", location},
          {"LocationUpdate", location},
          {"UserCreate", "locationId id firstName lastName email phone extension role permissions locations"},
          {"INSTALL",
           "locationId companyId userId planId trial isWhitelabelCompany whitelabelDetails companyName installType"},
          {"UNINSTALL", "locationId"}};
}

const std::string appointment_members =
    "id address title calendarId contactId groupId appointmentStatus assignedUserId users notes source startTime "
    "endTime dateAdded dateUpdated";

TEST(WebhookPayload, EveryEventHasItsDocumentedMembers) {
  WebhookRig rig;
  rig.subscribe();
  const auto documented = documented_members();
  EXPECT_EQ(documented.size(), webhooks::event_kinds().size());
  for (const auto& [type, members] : documented) {
    rig.posts.clear();
    ASSERT_EQ(rig.ask("POST", "webhooks/send", {{"type", type}}).status, 200);
    rig.pass(1'000);
    ASSERT_EQ(rig.posts.size(), 1U) << type;
    const Json body = rig.posts[0].body();
    EXPECT_EQ(body["type"], type);
    EXPECT_EQ(keys(body), words(members + " type timestamp webhookId appId versionId")) << type;
    if (members.find("appointment") != std::string::npos) {
      EXPECT_EQ(keys(body["appointment"]), words(appointment_members)) << type;
    }
  }
}

TEST(WebhookPayload, AnAgencysEventNamesItInPlaceOfALocation) {
  WebhookRig rig;
  rig.subscribe();
  for (const char* type : {"UNINSTALL", "UserCreate"}) {
    rig.ask("POST", "webhooks/send", {{"type", type}, {"companyId", "cmpA"}});
    rig.ask("POST", "webhooks/send", {{"type", type}, {"locationId", "locA"}});
  }
  rig.ask("POST", "webhooks/send", {{"type", "INSTALL"}, {"companyId", "cmpA"}});
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 5U);
  for (const std::size_t i : {0U, 2U}) {
    EXPECT_EQ(rig.posts[i].body()["companyId"], "cmpA");
    EXPECT_FALSE(rig.posts[i].body().contains("locationId"));
    EXPECT_EQ(rig.posts[i + 1].body()["locationId"], "locA");
    EXPECT_FALSE(rig.posts[i + 1].body().contains("companyId"));
  }
  EXPECT_EQ(rig.posts[4].body()["locationId"], demo_location) << "an installation in a location has both";
}

TEST(WebhookPayload, AnAppointmentNamesTheGroupOfItsCalendar) {
  Fixture fixture = demo_fixture();
  fixture.documents.push_back({.collection = Collection::calendar_group,
                               .id = "grpA",
                               .location_id = demo_location,
                               .fields = {{"name", "A"}, {"slug", "a"}, {"isActive", true}}});
  fixture.calendars[0].group_id = "grpA";
  WebhookRig rig(7, fixture);
  rig.subscribe({{"events", {"AppointmentCreate", "AppointmentDelete"}}});
  const std::string contact = rig.contact();
  rig.book(Rig::booking(contact, "2026-08-25T10:00:00-04:00"));
  rig.book(Rig::booking(contact, "2026-08-25T12:00:00-04:00", personal));
  rig.send("DELETE", std::string("/calendars/") + consult);
  rig.pass(5'000);
  ASSERT_THAT(rig.types(), ElementsAre("AppointmentCreate", "AppointmentCreate", "AppointmentDelete"));
  EXPECT_EQ(rig.posts[0].body()["appointment"]["groupId"], "grpA");
  EXPECT_EQ(rig.posts[1].body()["appointment"]["groupId"], "");
  EXPECT_EQ(rig.posts[2].body()["appointment"]["groupId"], "grpA") << "that goes with its calendar";
}

// What the twin makes of its own records has no member the facts do not have, and those a client cannot do without.
TEST(WebhookPayload, TheTwinsOwnEventsKeepToTheDocumentedMembers) {
  WebhookRig rig;
  rig.subscribe();
  const std::string contact = rig.contact("Jane", "+12125550100");
  const Json booked = Rig::json(rig.book(Rig::booking(contact, "2026-08-25T10:00:00-04:00")));
  const std::string appointment = booked["id"];
  rig.send("PUT", "/calendars/events/appointments/" + appointment, {{"title", "Moved"}});
  rig.send("DELETE", "/calendars/events/" + appointment, Json::object());
  rig.send("PUT", "/contacts/" + contact, {{"tags", {"a"}}, {"dnd", true}, {"email", "Jane@Example.com"}});
  rig.send("POST", "/contacts/" + contact + "/notes", {{"body", "hello"}});
  rig.send("DELETE", "/contacts/" + contact);
  rig.pass(5'000);
  EXPECT_THAT(rig.types(),
              ElementsAre("ContactCreate", "AppointmentCreate", "AppointmentUpdate", "AppointmentDelete",
                          "ContactUpdate", "ContactTagUpdate", "ContactDndUpdate", "NoteCreate", "ContactDelete"));
  for (const Post& post : rig.posts) {
    const Json body = post.body();
    std::set<std::string> allowed =
        words(documented_members()[post.type()] + " type timestamp webhookId appId versionId");
    for (const std::string& key : keys(body)) EXPECT_TRUE(allowed.contains(key)) << post.type() << " " << key;
    EXPECT_EQ(body["locationId"], demo_location);
    EXPECT_EQ(body["timestamp"], "2026-08-24T12:00:00.000Z");
    if (body.contains("appointment")) EXPECT_EQ(keys(body["appointment"]), words(appointment_members));
  }
  EXPECT_EQ(rig.posts[1].body()["appointment"]["startTime"], "2026-08-25T10:00:00-04:00");
  EXPECT_EQ(rig.posts[1].body()["appointment"]["contactId"], contact);
  EXPECT_EQ(rig.posts[2].body()["appointment"]["title"], "Moved");
  EXPECT_NE(rig.posts[1].body()["appointment"]["title"], "Moved") << "each is what it was at its moment";
  EXPECT_EQ(rig.posts[4].body()["email"], "jane@example.com");
  EXPECT_EQ(rig.posts[4].body()["phone"], "+12125550100");
  EXPECT_EQ(rig.posts[6].body()["dndSettings"]["SMS"]["status"], "active");
  EXPECT_EQ(rig.posts[7].body()["contactId"], contact);
}

TEST(WebhookPayload, NotesAndTasksFromTheirFirstToTheirLast) {
  WebhookRig rig;
  const std::string contact = rig.contact();
  rig.subscribe();
  const std::string of_contact = "/contacts/" + contact;
  const std::string note = Rig::json(rig.send("POST", of_contact + "/notes", {{"body", "one"}}))["note"]["id"];
  rig.send("PUT", of_contact + "/notes/" + note, {{"body", "two"}});
  rig.send("DELETE", of_contact + "/notes/" + note);
  const Json wish{{"title", "Call"}, {"dueDate", "2026-08-25T10:00:00-04:00"}, {"completed", false}};
  const std::string task = Rig::json(rig.send("POST", of_contact + "/tasks", wish))["task"]["id"];
  rig.send("PUT", of_contact + "/tasks/" + task, {{"title", "Call back"}});
  rig.send("PUT", of_contact + "/tasks/" + task + "/completed", {{"completed", true}});
  rig.send("PUT", of_contact + "/tasks/" + task + "/completed", {{"completed", true}});
  rig.send("DELETE", of_contact + "/tasks/" + task);
  rig.pass(5'000);
  ASSERT_THAT(rig.types(),
              ElementsAre("NoteCreate", "NoteUpdate", "NoteDelete", "TaskCreate", "TaskComplete", "TaskDelete"));
  EXPECT_EQ(rig.posts[0].body()["body"], "one");
  EXPECT_EQ(rig.posts[1].body()["body"], "two");
  EXPECT_EQ(rig.posts[3].body()["title"], "Call");
  EXPECT_EQ(rig.posts[4].body()["title"], "Call back");
  for (const Post& post : rig.posts) {
    EXPECT_EQ(post.body()["contactId"], contact) << post.type();
    EXPECT_EQ(post.body()["id"], post.type().starts_with("Note") ? note : task) << post.type();
    EXPECT_FALSE(post.body().contains("completed")) << "the facts' table has no such member";
  }
}

TEST(WebhookPayload, DndByChannelIsToldAsItIs) {
  WebhookRig rig;
  const std::string contact = rig.contact();
  rig.subscribe();
  rig.send("PUT", "/contacts/" + contact, {{"dndSettings", {{"SMS", {{"status", "permanent"}}}}}});
  rig.pass(1'000);
  ASSERT_THAT(rig.types(), ElementsAre("ContactUpdate", "ContactDndUpdate"));
  EXPECT_EQ(rig.posts[1].body()["dndSettings"]["SMS"]["status"], "permanent");
  EXPECT_FALSE(rig.posts[0].body().contains("dndSettings"));
}

TEST(WebhookPayload, OpportunitiesTellWhatChanged) {
  WebhookRig rig;
  const std::string contact = rig.contact();
  rig.subscribe();
  const Json wish{{"pipelineId", "pipPatients000000001"},
                  {"locationId", demo_location},
                  {"name", "First visit"},
                  {"status", "open"},
                  {"contactId", contact},
                  {"monetaryValue", 40}};
  const Json made = Rig::json(rig.send("POST", "/opportunities/", wish));
  ASSERT_TRUE(made.contains("opportunity")) << made.dump();
  const std::string path = "/opportunities/" + made["opportunity"]["id"].get<std::string>();
  rig.send("PUT", path, {{"monetaryValue", 50}, {"assignedTo", ada}});
  rig.send("PUT", path, {{"name", "Second visit"}});
  rig.send("PUT", path + "/status", {{"status", "won"}});
  rig.send("DELETE", path);
  rig.pass(5'000);
  ASSERT_THAT(rig.types(),
              ElementsAre("OpportunityCreate", "OpportunityUpdate", "OpportunityUpdate",
                          "OpportunityMonetaryValueUpdate", "OpportunityAssignedToUpdate", "OpportunityUpdate",
                          "OpportunityUpdate", "OpportunityStatusUpdate", "OpportunityDelete"));
  EXPECT_EQ(rig.posts[0].body()["monetaryValue"], 40);
  EXPECT_EQ(rig.posts[3].body()["monetaryValue"], 50);
  EXPECT_EQ(rig.posts[4].body()["assignedTo"], ada);
  EXPECT_EQ(rig.posts[7].body()["status"], "won");
  const std::set<std::string> allowed =
      words(documented_members()["OpportunityCreate"] + " type timestamp webhookId appId versionId");
  for (const Post& post : rig.posts) {
    for (const std::string& key : keys(post.body())) EXPECT_TRUE(allowed.contains(key)) << post.type() << " " << key;
    EXPECT_EQ(post.body()["contactId"], contact);
  }
}

TEST(WebhookPayload, MessagesTellTheirChannelAndTheUnreadCount) {
  WebhookRig rig;
  const std::string contact = rig.contact("Jane", "+12125550100");
  rig.send("PUT", "/contacts/" + contact, {{"email", "jane@example.com"}});
  rig.subscribe();
  const Json sent = Rig::json(
      rig.send("POST", "/conversations/messages", {{"type", "SMS"}, {"contactId", contact}, {"message", "Hello"}}));
  ASSERT_TRUE(sent.contains("messageId")) << sent.dump();
  rig.send("POST", "/conversations/messages",
           {{"type", "Email"}, {"contactId", contact}, {"subject", "Visit"}, {"html", "<p>Hello</p>"}});
  rig.send("POST", "/conversations/messages/inbound",
           {{"type", "SMS"},
            {"contactId", contact},
            {"conversationId", sent["conversationId"]},
            {"message", "Yes"},
            {"conversationProviderId", "prvExample"}});
  rig.send("PUT", "/conversations/" + sent["conversationId"].get<std::string>(),
           {{"locationId", demo_location}, {"unreadCount", 0}});
  rig.pass(5'000);
  ASSERT_THAT(rig.types(), ElementsAre("OutboundMessage", "OutboundMessage", "InboundMessage",
                                       "ConversationUnreadUpdate", "ConversationUnreadUpdate"));
  const Json sms = rig.posts[0].body();
  EXPECT_EQ(sms["messageType"], "SMS");
  EXPECT_EQ(sms["messageId"], sent["messageId"]);
  EXPECT_EQ(sms["conversationId"], sent["conversationId"]);
  EXPECT_EQ(sms["contactId"], contact);
  EXPECT_EQ(sms["body"], "Hello");
  EXPECT_EQ(sms["direction"], "outbound");
  EXPECT_FALSE(sms.contains("subject"));
  EXPECT_EQ(rig.posts[1].body()["messageType"], "Email");
  EXPECT_EQ(rig.posts[1].body()["subject"], "Visit");
  EXPECT_TRUE(rig.posts[1].body()["emailMessageId"].is_string());
  EXPECT_EQ(rig.posts[1].body()["threadId"], rig.posts[1].body()["messageId"]) << "it begins a thread";
  EXPECT_EQ(rig.posts[1].body()["contentType"], "text/html");
  EXPECT_EQ(sms["contentType"], "text/plain");
  EXPECT_EQ(sms["status"], "pending");
  EXPECT_EQ(rig.posts[2].body()["status"], "delivered");
  EXPECT_EQ(rig.posts[2].body()["direction"], "inbound");
  EXPECT_EQ(rig.posts[3].body()["unreadCount"], 1);
  EXPECT_EQ(rig.posts[4].body()["unreadCount"], 0);
  EXPECT_EQ(rig.posts[4].body()["id"], sent["conversationId"]);
  for (const Post& post : rig.posts) {
    const auto allowed = words(documented_members()[post.type()] + " type timestamp webhookId appId versionId");
    for (const std::string& key : keys(post.body())) EXPECT_TRUE(allowed.contains(key)) << post.type() << " " << key;
  }
}

TEST(WebhookPayload, CallsTellHowTheyEndedAndWhenTheyWere) {
  WebhookRig rig;
  const std::string contact = rig.contact("Jane", "+12125550100");
  const Json sent = Rig::json(
      rig.send("POST", "/conversations/messages", {{"type", "SMS"}, {"contactId", contact}, {"message", "Hello"}}));
  rig.subscribe({{"events", {"InboundMessage", "OutboundMessage"}}});
  const auto record = [&](const char* way, const char* status) {
    Json body{{"type", "Call"},
              {"conversationId", sent["conversationId"]},
              {"conversationProviderId", "prvExample"},
              {"date", "2026-08-24T07:00:00-04:00"},
              {"call", {{"to", "+12125550100"}, {"from", "+12125550109"}, {"status", status}}}};
    if (std::string_view(way) == "inbound") body["contactId"] = contact;
    const HttpResponse answer = rig.send("POST", std::string("/conversations/messages/") + way, body);
    EXPECT_EQ(answer.status, 200) << answer.body;
  };
  record("outbound", "completed");
  record("inbound", "voicemail");
  rig.pass(5'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[0].body()["messageType"], "CALL");
  EXPECT_EQ(rig.posts[0].body()["callStatus"], "completed");
  EXPECT_EQ(rig.posts[0].body()["status"], "delivered");
  EXPECT_EQ(rig.posts[0].body()["dateAdded"], "2026-08-24T11:00:00.000Z");
  EXPECT_EQ(rig.posts[1].body()["messageType"], "VoiceMail");
  EXPECT_EQ(rig.posts[1].body()["callStatus"], "voicemail");
}

TEST(WebhookPayload, ARecordKeptAsADocumentTellsItsDocumentedFields) {
  WebhookRig rig;
  rig.subscribe();
  State& state = rig.twin.state();
  const Document& task = state.documents().add(
      Collection::task,
      {.id = "tskA", .location_id = demo_location, .owner_id = "cntA", .fields = {{"title", "Call"}, {"secret", 1}}},
      rig.twin.now());
  const Document& message =
      state.documents().add(Collection::message,
                            {.id = "msgA",
                             .location_id = demo_location,
                             .owner_id = "cnvA",
                             .fields = {{"body", "Hi"}, {"contactId", "cntA"}, {"direction", "inbound"}}},
                            rig.twin.now());
  state.note_event("TaskCreate", task, rig.twin.now());
  state.note_event("InboundMessage", message, rig.twin.now());
  rig.twin.publish_webhooks();
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  const Json of_task = rig.posts[0].body();
  EXPECT_EQ(of_task["id"], "tskA");
  EXPECT_EQ(of_task["contactId"], "cntA");
  EXPECT_EQ(of_task["title"], "Call");
  EXPECT_EQ(of_task["dateAdded"], "2026-08-24T12:00:00.000Z");
  EXPECT_FALSE(of_task.contains("secret"));
  const Json of_message = rig.posts[1].body();
  EXPECT_EQ(of_message["messageId"], "msgA");
  EXPECT_EQ(of_message["conversationId"], "cnvA");
  EXPECT_EQ(of_message["contactId"], "cntA");
  EXPECT_FALSE(of_message.contains("id"));
}

TEST(Webhooks, NothingIsRecordedWhileNobodyListens) {
  WebhookRig rig;
  rig.contact();
  EXPECT_TRUE(rig.twin.state().outbox().empty());
  EXPECT_FALSE(rig.twin.state().outbox().recording());
  const std::string id = rig.subscribe();
  EXPECT_TRUE(rig.twin.state().outbox().recording());
  rig.ask("DELETE", "webhooks", {{"id", id}});
  EXPECT_FALSE(rig.twin.state().outbox().recording());
  rig.contact("John");
  rig.pass(1'000);
  EXPECT_EQ(rig.posts.size(), 0U);
}

TEST(Webhooks, GoWhereTheyAreWanted) {
  WebhookRig rig;
  rig.subscribe({{"url", "https://one.test:8443/a"}, {"events", {"NoteCreate"}}});
  rig.subscribe({{"url", "http://two.test"}, {"app_id", "app2"}});
  const std::string contact = rig.contact();
  rig.send("POST", "/contacts/" + contact + "/notes", {{"body", "hello"}});
  rig.ask("POST", "webhooks/send", {{"type", "INSTALL"}, {"companyName", "Acme"}});
  rig.ask("POST", "webhooks/send", {{"type", "TaskComplete"}, {"answer", 42}});
  rig.pass(1'000);
  std::vector<std::string> seen;
  for (const Post& post : rig.posts) seen.push_back(post.origin + post.request.target + " " + post.type());
  EXPECT_THAT(seen, testing::UnorderedElementsAre("http://two.test/ ContactCreate",
                                                  "https://one.test:8443/a NoteCreate", "http://two.test/ NoteCreate",
                                                  "https://one.test:8443/a INSTALL", "http://two.test/ TaskComplete"))
      << "INSTALL goes to the default URL only, whatever it asked for";
  std::set<std::string> webhook_ids;
  for (const Post& post : rig.posts) {
    EXPECT_EQ(post.request.method, "POST");
    EXPECT_EQ(post.header("Content-Type"), "application/json");
    EXPECT_EQ(post.body()["appId"] == "app2", post.origin == "http://two.test");
    webhook_ids.insert(post.body()["webhookId"]);
    if (post.type() == "INSTALL") EXPECT_EQ(post.body()["companyName"], "Acme");
    if (post.type() == "FormSubmitted") EXPECT_EQ(post.body()["answer"], 42);
  }
  EXPECT_EQ(webhook_ids.size(), 4U) << "one an event";
}

TEST(Webhooks, ARequestWhoseAnswerIsLostIsToldAllTheSame) {
  WebhookRig rig;
  rig.subscribe({{"events", {"AppointmentCreate"}}});
  const std::string contact = rig.contact();
  rig.ask("PUT", "chaos", {{"rules", {{{"fault", "lost_after_commit"}, {"operation", "create-appointment"}}}}});
  EXPECT_NE(rig.book(Rig::booking(contact, "2026-08-25T10:00:00-04:00")).status, 201);
  rig.ask("PUT", "chaos", {{"rules", {{{"fault", "late_commit"}, {"delay", {{"fixed_ms", 5'000}}}}}}});
  EXPECT_NE(rig.book(Rig::booking(contact, "2026-08-25T11:00:00-04:00")).status, 201);
  rig.pass(10'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[1].body()["timestamp"], "2026-08-24T12:00:05.000Z") << "when it happened";
}

TEST(Webhooks, RemovalEndsWhatIsWaiting) {
  WebhookRig rig;
  const std::string id = rig.subscribe({{"delay", {{"fixed_ms", 5'000}}}});
  rig.contact();
  EXPECT_EQ(rig.deliveries()[0]["state"], "waiting");
  EXPECT_EQ(rig.ask("DELETE", "webhooks?id=" + id).status, 200);
  const Json delivery = rig.deliveries()[0];
  EXPECT_EQ(delivery["state"], "removed");
  rig.pass(20'000);
  EXPECT_EQ(rig.posts.size(), 0U);
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", delivery["deliveryId"]}}).status, 409);
  EXPECT_EQ(rig.ask("DELETE", "webhooks?id=" + id).status, 404);
}

TEST(Webhooks, AResetForgetsDeliveriesAndKeepsSubscriptions) {
  WebhookRig rig;
  rig.subscribe({{"delay", {{"fixed_ms", 5'000}}}, {"retry", "any_failure"}});
  rig.hooks.answer = [](const Post&) { return 500; };
  rig.contact();
  rig.pass(6'000);
  rig.contact("John");
  ASSERT_EQ(rig.deliveries().size(), 2U);
  EXPECT_EQ(rig.ask("POST", "reset").status, 200);
  EXPECT_EQ(rig.deliveries().size(), 0U);
  const std::size_t before = rig.posts.size();
  rig.advance(86'400'000);
  EXPECT_EQ(rig.posts.size(), before) << "neither the retry nor the one that waited";
  EXPECT_EQ(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"].size(), 1U);
  rig.contact("After");
  rig.pass(6'000);
  ASSERT_EQ(rig.posts.size(), before + 1);
  EXPECT_EQ(rig.posts.back().body()["firstName"], "After");
}

TEST(Webhooks, AKeptWorldGoesOnWithItsOwnDrawsAndWithoutDeliveries) {
  WebhookRig rig;
  const std::string snapshot = "snapshots/before";
  rig.contact("Early");
  ASSERT_EQ(rig.ask("PUT", snapshot).status, 200);
  rig.subscribe({{"delay", {{"fixed_ms", 5'000}}}});
  rig.contact("Forgotten");
  const Json forgotten = rig.deliveries()[0]["webhookId"];
  ASSERT_EQ(rig.ask("PUT", "snapshots/listening").status, 200);
  ASSERT_EQ(rig.ask("POST", "snapshots/listening/restore").status, 200);
  rig.contact("After");
  rig.pass(10'000);
  ASSERT_EQ(rig.posts.size(), 1U) << "what was under way is forgotten";
  EXPECT_EQ(rig.posts[0].body()["firstName"], "After");
  const Json after = rig.posts[0].body();
  EXPECT_NE(after["webhookId"], forgotten) << "an id is not used for two events of one world";
  ASSERT_EQ(rig.ask("POST", "snapshots/listening/restore").status, 200);
  rig.contact("After");
  rig.pass(10'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[1].body()["webhookId"], after["webhookId"]) << "the same world again";
  ASSERT_EQ(rig.ask("POST", snapshot + "/restore").status, 200);
  rig.contact("Later");
  rig.pass(10'000);
  EXPECT_EQ(rig.posts.size(), 3U) << "kept while nobody listened; somebody does now";
}

TEST(Webhooks, ResendingSendsTheSameBytes) {
  WebhookRig rig;
  rig.subscribe();
  rig.contact();
  const Json id = rig.deliveries()[0]["deliveryId"];
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", id}}).status, 409) << "it is still on its way";
  rig.pass(1'000);
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", id}}).status, 200);
  rig.pass(1'000);
  ASSERT_EQ(rig.posts.size(), 2U);
  EXPECT_EQ(rig.posts[0].request.body, rig.posts[1].request.body);
  EXPECT_EQ(rig.posts[0].request.headers.fields(), rig.posts[1].request.headers.fields());
  EXPECT_EQ(rig.deliveries()[0]["tries"], 2);
  EXPECT_EQ(rig.ask("POST", "webhooks/resend", {{"deliveryId", "nobody"}}).status, 404);
}

TEST(Webhooks, TheLogSaysWhatHappened) {
  WebhookRig rig;
  rig.subscribe({{"retry", "any_failure"}, {"signatures", "ed25519"}, {"timeout_ms", 2'000}});
  rig.hooks.answer = [](const Post&) { return 0; };
  rig.contact();
  rig.pass(3'000);
  const Json delivery = rig.deliveries("?bodies=true")[0];
  EXPECT_EQ(delivery["type"], "ContactCreate");
  EXPECT_EQ(delivery["state"], "waiting");
  EXPECT_EQ(delivery["tries"], 1);
  EXPECT_EQ(delivery["attempts"][0]["status"], 0);
  EXPECT_EQ(delivery["attempts"][0]["failure"], "nobody answered");
  EXPECT_EQ(delivery["signatures"], Json({"X-GHL-Signature"}));
  EXPECT_EQ(delivery["deliveryId"], rig.posts[0].header("deliveryId"));
  EXPECT_EQ(delivery["webhookId"], rig.posts[0].body()["webhookId"]);
  EXPECT_EQ(delivery["body"], rig.posts[0].request.body);
  EXPECT_FALSE(rig.deliveries()[0].contains("body"));
  EXPECT_TRUE(delivery["nextTryAt"].is_string());
}

std::vector<std::pair<std::string, std::string>> story(std::uint64_t seed) {
  WebhookRig rig(seed);
  rig.subscribe({{"duplicates", 0.5},
                 {"retry", "any_failure"},
                 {"delay", {{"uniform_ms", {0, 4'000}}}},
                 {"reorder", {{"probability", 0.3}}}});
  rig.hooks.answer = [&](const Post&) { return rig.posts.size() % 3 == 0 ? 500 : 200; };
  for (int i = 0; i < 10; ++i) rig.contact("c" + std::to_string(i));
  rig.pass(300'000);
  std::vector<std::pair<std::string, std::string>> told;
  for (const Post& post : rig.posts) {
    std::string headers = holdfast::format_iso_utc(post.machine_time);
    for (const auto& [name, value] : post.request.headers.fields()) headers += "\n" + name + ": " + value;
    told.emplace_back(headers, post.request.body);
  }
  return told;
}

TEST(Webhooks, TheSameSeedAndRequestsTellTheSameBytesAtTheSameTimes) {
  const auto once = story(11);
  EXPECT_GT(once.size(), 14U) << "with duplicates and retries";
  EXPECT_EQ(once, story(11));
  EXPECT_NE(once, story(12));
}

TEST(Webhooks, TheKeysAreServedAndBelongToTheSeed) {
  WebhookRig rig;
  const std::string ed25519 = rig.public_key("ed25519");
  const std::string rsa = rig.public_key("rsa");
  EXPECT_THAT(ed25519, testing::StartsWith("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA"));
  EXPECT_THAT(rsa, testing::StartsWith("-----BEGIN PUBLIC KEY-----\nMIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEA"))
      << "4096 bits";
  rig.ask("POST", "reset");
  EXPECT_EQ(rig.public_key("ed25519"), ed25519);
  EXPECT_EQ(WebhookRig(7).public_key("ed25519"), ed25519);
  EXPECT_NE(WebhookRig(8).public_key("ed25519"), ed25519);
  EXPECT_EQ(WebhookRig(8).public_key("rsa"), rsa);
}

TEST(Webhooks, WrongWishesAreNamedAndChangeNothing) {
  WebhookRig rig;
  const std::vector<std::pair<Json, const char*>> wrong{
      {Json::object(), "url: is required"},
      {{{"url", "ftp://a.test"}}, "url: must be an http or https URL"},
      {{{"url", "http://"}}, "url: must be"},
      {{{"url", "http://a.test/x y"}}, "url: must be"},
      {{{"url", "http://a.test/\r\nEvil: 1"}}, "url: must be"},
      {{{"url", "http://user@a.test/"}}, "url: must be"},
      {{{"url", "http://a.test"}, {"events", {"ContactsCreate"}}}, "events: must be names of events"},
      {{{"url", "http://a.test"}, {"signatures", "all"}}, "signatures: must be one of"},
      {{{"url", "http://a.test"}, {"retry", "always"}}, "retry: must be one of: never, 429_only, any_failure"},
      {{{"url", "http://a.test"}, {"duplicates", 1.5}}, "duplicates: must be between"},
      {{{"url", "http://a.test"}, {"delay", {{"fixed_ms", -1}}}}, "delay.fixed_ms"},
      {{{"url", "http://a.test"}, {"timeout_ms", 0}}, "timeout_ms: must be between"},
      {{{"url", "http://a.test"}, {"circuit_breaker", {{"min", 1}}}}, "circuit_breaker.min: is not a known key"},
      {{{"url", "http://a.test"}, {"app_id", std::string(300, 'x')}}, "at most 200"},
      {{{"url", "http://a.test"}, {"sogar", true}}, "sogar: is not a known key"}};
  for (const auto& [body, message] : wrong) {
    const HttpResponse answer = rig.ask("POST", "webhooks", body);
    EXPECT_EQ(answer.status, 400) << body.dump();
    EXPECT_THAT(answer.body, testing::HasSubstr(message)) << body.dump();
  }
  EXPECT_EQ(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"].size(), 0U);
  EXPECT_EQ(rig.ask("POST", "webhooks/send", {{"type", "INSTALL"}}).status, 409) << "nobody listens";
  for (const Json& body : {Json::object(), Json{{"type", 1}}, Json::array(), Json("x")}) {
    EXPECT_EQ(rig.ask("POST", "webhooks/send", body).status, 400) << body.dump();
  }
  const HttpResponse unknown = rig.ask("POST", "webhooks/send", {{"type", "ContactCreated"}});
  EXPECT_EQ(unknown.status, 400);
  EXPECT_THAT(unknown.body, testing::HasSubstr("ContactCreate,")) << "the names there are";
  EXPECT_EQ(rig.ask("POST", "webhooks/resume", {{"id", "sub-9"}}).status, 404);
  EXPECT_EQ(rig.ask("POST", "webhooks/resume").status, 400);
  EXPECT_EQ(rig.ask("GET", "webhooks/deliveries?limit=0").status, 400);
  EXPECT_EQ(rig.ask("GET", "webhooks/nothing").status, 404);
}

TEST(Webhooks, OptionsAreShownAsTheyWereReadAndCanBePastedBack) {
  const Json given{
      {"url", "https://a.test/x?y=1"},
      {"events", {"ContactCreate", "NoteCreate"}},
      {"signatures", "rsa"},
      {"retry", "any_failure"},
      {"retry_base_ms", 1'000},
      {"duplicates", 0.25},
      {"reorder", {{"probability", 0.5}, {"hold_ms", 100}}},
      {"delay", {{"uniform_ms", {1, 2}}}},
      {"early", true},
      {"echo", false},
      {"missing_fields", {"contactId"}},
      {"extra_fields", true},
      {"mislabel", true},
      {"circuit_breaker", {{"enabled", false}, {"window_ms", 1'000}, {"min_webhooks", 3}, {"success_percent", 50.0}}},
      {"parallel", 4},
      {"timeout_ms", 500},
      {"app_id", "app"},
      {"version_id", "version"}};
  WebhookRig rig;
  rig.subscribe(given);
  EXPECT_EQ(Rig::json(rig.ask("GET", "webhooks"))["subscriptions"][0]["options"], given);
}

TEST(Webhooks, ATwinWithoutATransportSaysSo) {
  Rig rig;
  const HttpResponse answer =
      handle_admin(rig.twin, {.method = "POST", .target = "/__mock/webhooks", .body = R"({"url":"http://a.test"})"});
  EXPECT_EQ(answer.status, 400);
  EXPECT_THAT(answer.body, testing::HasSubstr("no transport"));
}

TEST(Webhooks, OneAtATimeUnlessAskedOtherwise) {
  for (const int parallel : {1, 3}) {
    WebhookRig rig;
    rig.subscribe({{"parallel", parallel}, {"timeout_ms", 1'000}, {"retry", "never"}});
    rig.hooks.answer = [](const Post&) { return 0; };
    for (int i = 0; i < 6; ++i) rig.contact("c" + std::to_string(i));
    rig.pass(600);
    EXPECT_EQ(rig.posts.size(), static_cast<std::size_t>(parallel));
    rig.pass(10'000);
    EXPECT_EQ(rig.posts.size(), 6U);
  }
}

Event event(int number) {
  return {.kind = "ContactCreate", .payload = {{"id", std::to_string(number)}}, .at = monday_morning()};
}

TEST(WebhookBounds, DeliveriesBeyondTheLimitsAreDroppedAndCounted) {
  Receivers receivers;
  holdfast::tests::Loop loop(monday_morning());
  webhooks::Dispatcher dispatcher(loop.runtime(), 1,
                                  {.subscriptions_max = 2, .live_max = 5, .log_max = 3, .body_bytes_max = 3'000});
  dispatcher.set_transport(receiver_factory(loop.runtime(), receivers));
  ASSERT_TRUE(dispatcher.add({.url = "http://a.test"}));
  for (int i = 0; i < 8; ++i) dispatcher.publish({event(i)});
  EXPECT_EQ(dispatcher.deliveries(100).size(), 5U);
  EXPECT_EQ(dispatcher.dropped(), 3U);
  loop.run_until(monday_morning() + holdfast::seconds(5));
  EXPECT_EQ(receivers.posts.size(), 5U);
  EXPECT_EQ(dispatcher.deliveries(100).size(), 3U) << "the log forgets the oldest";
  EXPECT_THAT(dispatcher.deliveries(1).front()->body, testing::HasSubstr(R"("id":"4")"));

  Event large = event(9);
  large.payload["note"] = std::string(2'900, 'x');
  dispatcher.publish({large});
  EXPECT_EQ(dispatcher.dropped(), 4U) << "it would not fit beside nothing";
  large.payload["note"] = std::string(2'500, 'x');
  dispatcher.publish({large});
  EXPECT_EQ(dispatcher.dropped(), 4U);
  EXPECT_EQ(dispatcher.deliveries(100).size(), 1U) << "ended ones made room";
  dispatcher.publish({event(10), event(11)});
  EXPECT_EQ(dispatcher.dropped(), 5U) << "living ones do not";

  ASSERT_TRUE(dispatcher.add({.url = "http://b.test"}));
  const auto third = dispatcher.add({.url = "http://c.test"});
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().message, "there are 2 subscriptions already; remove one first");
}

TEST(WebhookBounds, AThousandMaySubscribe) {
  Receivers receivers;
  holdfast::tests::Loop loop(monday_morning());
  webhooks::Dispatcher dispatcher(loop.runtime(), 1);
  dispatcher.set_transport(receiver_factory(loop.runtime(), receivers));
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(dispatcher.add({.url = "http://a.test/" + std::to_string(i)})) << i;
  EXPECT_FALSE(dispatcher.add({.url = "http://a.test"}));
}

TEST(WebhookBounds, EventsThatAStepLostAreCounted) {
  WebhookRig rig;
  rig.subscribe();
  for (std::size_t i = 0; i < Outbox::events_max + 3; ++i) rig.twin.state().outbox().note(event(1));
  EXPECT_EQ(Rig::json(rig.ask("GET", "webhooks/deliveries"))["lostEvents"], 3);
}

TEST(WebhookBounds, AnOutboxNobodyEmptiesStopsGrowing) {
  Outbox outbox;
  outbox.record(true);
  for (std::size_t i = 0; i < Outbox::events_max + 5; ++i) outbox.note(event(1));
  EXPECT_EQ(outbox.lost(), 5U);
  EXPECT_EQ(outbox.take().size(), Outbox::events_max);
  EXPECT_TRUE(outbox.empty());
}

TEST(WebhookBounds, ATwinMayEndWithDeliveriesInEveryState) {
  WebhookRig rig;
  rig.subscribe({{"delay", {{"fixed_ms", 5'000}}}});
  rig.subscribe({{"retry", "any_failure"}});
  rig.subscribe({{"timeout_ms", 60'000}});
  rig.hooks.answer = [&](const Post&) { return rig.posts.size() == 1 ? 500 : 0; };
  rig.contact();
  rig.pass(1'000);
  std::set<std::string> states;
  for (const Json& delivery : rig.deliveries()) states.insert(delivery["state"]);
  EXPECT_THAT(states, ElementsAre("sending", "waiting"));
}

}  // namespace
}  // namespace mock_ghl::tests
