// Holds the fields that we write against the vendor's published schema, where a copy of it is at hand.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "core/base/json.hpp"
#include "core/ghl/codec.hpp"

namespace holdfast::ghl {
namespace {

// The folder named by HOLDFAST_GHL_OPENAPI (apps/*.json of the vendor's repository), or null with a line that says so.
const char* schema_folder() {
  const char* folder = std::getenv("HOLDFAST_GHL_OPENAPI");
  if (folder == nullptr) std::puts("skipped: HOLDFAST_GHL_OPENAPI names no copy of the vendor's schema");
  return folder;
}

Json load(const std::string& folder, const char* name) {
  std::ifstream file(folder + "/" + name);
  EXPECT_TRUE(file.good()) << name;
  std::stringstream text;
  text << file.rdbuf();
  auto value = parse_json(text.str());
  EXPECT_TRUE(value.has_value()) << name;
  return value.value_or(Json());
}

// Collects the properties of a schema, following $ref and allOf.
void collect(const Json& document, const Json& schema, Json& properties, int depth = 0) {
  if (depth > 10) return;
  if (const auto reference = string_member(schema, "$ref"); reference && reference->starts_with("#"))
    collect(document, document.at(Json::json_pointer(reference->substr(1))), properties, depth + 1);
  if (const Json* parts = find_member(schema, "allOf")) {
    for (const Json& part : *parts) collect(document, part, properties, depth + 1);
  }
  if (const Json* own = find_member(schema, "properties")) properties.update(*own);
}

Json request_properties(const Json& document, const char* path, const char* method) {
  const Json& body = document.at("paths").at(path).at(method).at("requestBody").at("content").at("application/json");
  Json properties = Json::object();
  collect(document, body.at("schema"), properties);
  EXPECT_FALSE(properties.empty()) << path;
  return properties;
}

void expect_known(const std::string& body, const Json& properties) {
  const Json written = *parse_json(body);
  for (const auto& [key, value] : written.items()) EXPECT_TRUE(properties.contains(key)) << key;
}

TEST(Schema, KnowsEveryFieldThatWeWrite) {
  const char* folder = schema_folder();
  if (folder == nullptr) return;
  const Json calendars = load(folder, "calendars.json");
  const Json contacts = load(folder, "contacts.json");
  const Json conversations = load(folder, "conversations.json");
  const AppointmentDraft draft{.calendar_id = "c",
                               .contact_id = "p",
                               .start_text = "s",
                               .title = "t",
                               .description = "d",
                               .assigned_user_id = "u",
                               .notify = false,
                               .end_text = "e"};
  expect_known(encode_appointment(draft, "l"), request_properties(calendars, "/calendars/events/appointments", "post"));
  const AppointmentUpdate update{.start_text = "s",
                                 .end_text = "e",
                                 .status = "cancelled",
                                 .title = "t",
                                 .description = "d",
                                 .assigned_user_id = "u",
                                 .notify = true};
  expect_known(encode_update(update), request_properties(calendars, "/calendars/events/appointments/{eventId}", "put"));
  const ContactDraft person{
      .first_name = "f", .last_name = "l", .email = "e", .phone = "p", .timezone = "z", .source = "s"};
  expect_known(encode_contact(person, "l"), request_properties(contacts, "/contacts/upsert", "post"));
  expect_known(encode_contact(person, "l"), request_properties(contacts, "/contacts/", "post"));
  expect_known(encode_contact(person, ""), request_properties(contacts, "/contacts/{contactId}", "put"));
  expect_known(encode_note("n"), request_properties(contacts, "/contacts/{contactId}/notes", "post"));
  expect_known(encode_note("n"),
               request_properties(calendars, "/calendars/appointments/{appointmentId}/notes", "post"));
  expect_known(encode_task({.contact_id = "c", .title = "t", .body = "b", .assigned_user_id = "u"}),
               request_properties(contacts, "/contacts/{contactId}/tasks", "post"));
  for (const Channel channel : {Channel::sms, Channel::email}) {
    expect_known(encode_message({.contact_id = "c", .channel = channel, .subject = "s", .body = "b"}),
                 request_properties(conversations, "/conversations/messages", "post"));
  }
}

TEST(Schema, KnowsEveryParameterThatWeSend) {
  const char* folder = schema_folder();
  if (folder == nullptr) return;
  const auto expect_parameters = [&](const char* file, const char* path, std::initializer_list<const char*> names) {
    const Json document = load(folder, file);
    Json known = Json::object();
    for (const Json& parameter : document.at("paths").at(path).at("get").at("parameters"))
      known[parameter.value("name", "")] = true;
    for (const char* name : names) EXPECT_TRUE(known.contains(name)) << path << ' ' << name;
  };
  expect_parameters("calendars.json", "/calendars/", {"locationId"});
  expect_parameters("calendars.json", "/calendars/{calendarId}/free-slots", {"startDate", "endDate", "timezone"});
  expect_parameters("calendars.json", "/calendars/events",
                    {"locationId", "calendarId", "userId", "startTime", "endTime"});
  expect_parameters("calendars.json", "/calendars/appointments/{appointmentId}/notes", {"limit", "offset"});
  expect_parameters("contacts.json", "/contacts/search/duplicate", {"locationId", "number", "email"});
  expect_parameters("contacts.json", "/contacts/{contactId}/appointments", {});
  expect_parameters("contacts.json", "/contacts/{contactId}/tasks", {});
  expect_parameters("conversations.json", "/conversations/search", {"locationId", "contactId"});
  expect_parameters("conversations.json", "/conversations/{conversationId}/messages", {"lastMessageId"});
}

}  // namespace
}  // namespace holdfast::ghl
