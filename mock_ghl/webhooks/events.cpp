#include "mock_ghl/webhooks/events.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "mock_ghl/model/letters.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl::webhooks {

using holdfast::Json;

namespace {

constexpr std::string_view appointment_example = R"({"appointment":{"id":"apptExample000000001","address":"",
  "title":"Jane Doe","calendarId":"calConsult0000000001","contactId":"cntExample0000000001","groupId":"",
  "appointmentStatus":"confirmed","assignedUserId":"usrAda00000000000001","users":["usrAda00000000000001"],"notes":"",
  "source":"booking_widget","startTime":"2026-08-24T10:00:00-04:00","endTime":"2026-08-24T10:30:00-04:00",
  "dateAdded":"2026-08-24T12:00:00.000Z","dateUpdated":"2026-08-24T12:00:00.000Z"}})";

constexpr std::string_view contact_example = R"({"id":"cntExample0000000001","address1":"1 Main Street",
  "city":"New York","state":"NY","companyName":"Doe Inc","country":"US","source":"api",
  "dateAdded":"2026-08-24T12:00:00.000Z","dateOfBirth":"1990-01-31","dnd":false,"email":"jane@example.com",
  "name":"Jane Doe","firstName":"Jane","lastName":"Doe","phone":"+12125550100","postalCode":"10001","tags":["lead"],
  "website":"https://example.com","attachments":[],"assignedTo":"usrAda00000000000001",
  "customFields":[{"id":"fldExample0000000001","value":"blue"}]})";

constexpr std::string_view dnd_example = R"({"id":"cntExample0000000001","address1":"1 Main Street",
  "city":"New York","state":"NY","companyName":"Doe Inc","country":"US","source":"api",
  "dateAdded":"2026-08-24T12:00:00.000Z","dateOfBirth":"1990-01-31","dnd":true,
  "dndSettings":{"SMS":{"status":"active","message":"","code":""}},"email":"jane@example.com","name":"Jane Doe",
  "firstName":"Jane","lastName":"Doe","phone":"+12125550100","postalCode":"10001","tags":["lead"],
  "website":"https://example.com","attachments":[],"assignedTo":"usrAda00000000000001",
  "customFields":[{"id":"fldExample0000000001","value":"blue"}]})";

constexpr std::string_view note_example = R"({"id":"notExample0000000001","body":"Called back",
  "contactId":"cntExample0000000001","dateAdded":"2026-08-24T12:00:00.000Z"})";

constexpr std::string_view task_example = R"({"id":"tskExample0000000001","assignedTo":"usrAda00000000000001",
  "body":"Call back","contactId":"cntExample0000000001","title":"Call","dateAdded":"2026-08-24T12:00:00.000Z",
  "dueDate":"2026-08-25T12:00:00.000Z"})";

constexpr std::string_view opportunity_example = R"({"id":"oppExample0000000001","assignedTo":"usrAda00000000000001",
  "contactId":"cntExample0000000001","monetaryValue":40,"name":"First visit","pipelineId":"pipExample0000000001",
  "pipelineStageId":"stgExample0000000001","source":"api","status":"open","dateAdded":"2026-08-24T12:00:00.000Z"})";

constexpr std::string_view message_example = R"({"attachments":[],"body":"Hello","contactId":"cntExample0000000001",
  "contentType":"text/plain","conversationId":"cnvExample0000000001","dateAdded":"2026-08-24T12:00:00.000Z",
  "direction":"inbound","messageType":"SMS","status":"delivered","messageId":"msgExample0000000001",
  "userId":"usrAda00000000000001","source":"app","conversationProviderId":"prvExample0000000001","callDuration":0,
  "callStatus":"","emailMessageId":"emlExample0000000001","threadId":"emlExample0000000001","provider":"Leadconnector",
  "to":["clinic@example.com"],"cc":[],"bcc":[],"from":"jane@example.com","subject":"Hello"})";

constexpr std::string_view outbound_example = R"({"attachments":[],"body":"Hello","contactId":"cntExample0000000001",
  "contentType":"text/plain","conversationId":"cnvExample0000000001","dateAdded":"2026-08-24T12:00:00.000Z",
  "direction":"outbound","messageType":"SMS","status":"delivered","messageId":"msgExample0000000001",
  "userId":"usrAda00000000000001","source":"app","conversationProviderId":"prvExample0000000001","callDuration":0,
  "callStatus":"","emailMessageId":"emlExample0000000001","threadId":"emlExample0000000001","provider":"Leadconnector",
  "to":["jane@example.com"],"cc":[],"bcc":[],"from":"clinic@example.com","subject":"Hello"})";

constexpr std::string_view unread_example = R"({"id":"cnvExample0000000001","contactId":"cntExample0000000001",
  "unreadCount":1,"inbox":true,"starred":false,"deleted":false})";

constexpr std::string_view location_example = R"({"id":"locClinic00000000001","companyId":"cmpExample0000000001",
  "name":"Holdfast Clinic","email":"clinic@example.com","stripeProductId":"prod_Example"})";

constexpr std::string_view user_example = R"({"id":"usrAda00000000000001","firstName":"Ada","lastName":"Byron",
  "email":"ada@example.com","phone":"+12125550101","extension":"","role":"user",
  "permissions":{"appointmentsEnabled":true,"contactsEnabled":true},"locations":["locClinic00000000001"]})";

constexpr std::string_view install_example = R"({"companyId":"cmpExample0000000001","userId":"usrAda00000000000001",
  "planId":"plnExample0000000001","trial":{"onTrial":false,"trialDuration":0,
  "trialStartDate":"2026-08-24T12:00:00.000Z"},"isWhitelabelCompany":false,
  "whitelabelDetails":{"domain":"example.com","logoUrl":"https://example.com/logo.png"},"companyName":"Doe Agency",
  "installType":"Location"})";

constexpr std::array<EventKind, 29> kinds{{{"AppointmentCreate", appointment_example},
                                           {"AppointmentUpdate", appointment_example},
                                           {"AppointmentDelete", appointment_example},
                                           {"ContactCreate", contact_example},
                                           {"ContactUpdate", contact_example},
                                           {"ContactDelete", contact_example},
                                           {"ContactTagUpdate", contact_example},
                                           {"ContactDndUpdate", dnd_example},
                                           {"NoteCreate", note_example},
                                           {"NoteUpdate", note_example},
                                           {"NoteDelete", note_example},
                                           {"TaskCreate", task_example},
                                           {"TaskComplete", task_example},
                                           {"TaskDelete", task_example},
                                           {"OpportunityCreate", opportunity_example},
                                           {"OpportunityUpdate", opportunity_example},
                                           {"OpportunityDelete", opportunity_example},
                                           {"OpportunityStageUpdate", opportunity_example},
                                           {"OpportunityStatusUpdate", opportunity_example},
                                           {"OpportunityMonetaryValueUpdate", opportunity_example},
                                           {"OpportunityAssignedToUpdate", opportunity_example},
                                           {"InboundMessage", message_example},
                                           {"OutboundMessage", outbound_example},
                                           {"ConversationUnreadUpdate", unread_example},
                                           {"LocationCreate", location_example, Belonging::itself},
                                           {"LocationUpdate", location_example, Belonging::itself},
                                           {"UserCreate", user_example, Belonging::location_or_company},
                                           {"INSTALL", install_example},
                                           {"UNINSTALL", "{}", Belonging::location_or_company}}};

void put(Json& payload, const char* key, const std::string& value) {
  if (!value.empty()) payload[key] = value;
}

// The channels as they were set, or as the one switch of the contact has them.
Json dnd_settings(const ContactFields& fields) {
  if (fields.dnd_settings.is_object()) return fields.dnd_settings;
  const bool dnd = fields.dnd.value_or(false);
  Json settings = Json::object();
  for (const char* channel : {"Call", "Email", "SMS", "WhatsApp", "GMB", "FB"}) {
    settings[channel] = {{"status", dnd ? "active" : "inactive"}, {"message", ""}, {"code", ""}};
  }
  return settings;
}

// As written; what the attribution pipeline blanks later (quirk 34) is still there.
Json custom_fields(const ContactFields& fields) {
  Json values = Json::array();
  for (const CustomFieldValue& field : fields.custom_fields) {
    values.push_back({{"id", field.id}, {"value", field.value}});
  }
  return values;
}

// The fields of quirk 67 that this kind is to lack. A name is looked for beside the envelope and in the appointment.
void drop_fields(nlohmann::ordered_json& body, std::string_view kind, const std::vector<std::string>& names) {
  for (std::string_view name : names) {
    if (const auto dot = name.find('.'); dot != std::string_view::npos) {
      if (name.substr(0, dot) != kind) continue;
      name.remove_prefix(dot + 1);
    }
    body.erase(std::string(name));
    if (const auto inner = body.find("appointment"); inner != body.end() && inner->is_object()) {
      inner->erase(std::string(name));
    }
  }
}

std::string_view label_of(const Event& event, const Shaping& shaping) {
  const bool mislabelled = shaping.mislabel && (event.kind == "AppointmentUpdate" || event.kind == "AppointmentDelete");
  return mislabelled ? std::string_view("AppointmentCreate") : std::string_view(event.kind);
}

}  // namespace

std::span<const EventKind> event_kinds() {
  return kinds;
}

const EventKind* find_event_kind(std::string_view name) {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const EventKind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : &*found;
}

std::string event_names() {
  std::string names;
  for (const EventKind& kind : kinds) names += (names.empty() ? "" : ", ") + std::string(kind.name);
  return names;
}

const Json& example_payload(const EventKind& kind) {
  static const std::vector<Json> examples = [] {
    std::vector<Json> parsed;
    for (const EventKind& each : kinds) parsed.push_back(*holdfast::parse_json(each.example));
    return parsed;
  }();
  return examples.at(static_cast<std::size_t>(&kind - kinds.data()));
}

bool concerns_app(std::string_view kind) {
  return kind == "INSTALL" || kind == "UNINSTALL";
}

std::string_view source_of(Actor actor) {
  return actor == Actor::person ? "calendar_page" : "third_party";
}

Json appointment_payload(const Appointment& appointment, std::string_view group_id, const holdfast::Zone& zone,
                         std::string_view source) {
  return {{"appointment",
           {{"id", appointment.id},
            {"address", appointment.address},
            {"title", appointment.title},
            {"calendarId", appointment.calendar_id},
            {"contactId", appointment.contact_id},
            {"groupId", group_id},
            {"appointmentStatus", appointment.status},
            {"assignedUserId", appointment.assigned_user_id},
            {"users", appointment.user_ids},
            {"notes", appointment.description},
            {"source", source},
            {"startTime", holdfast::format_iso(appointment.interval.begin, zone)},
            {"endTime", holdfast::format_iso(appointment.interval.end, zone)},
            {"dateAdded", holdfast::format_iso_utc(appointment.created_at)},
            {"dateUpdated", holdfast::format_iso_utc(appointment.updated_at)}}}};
}

Json contact_payload(const Contact& contact, bool with_dnd) {
  const ContactFields& fields = contact.fields;
  const bool dnd = fields.dnd.value_or(false);
  Json payload{{"id", contact.id},
               {"country", fields.country.empty() ? std::string("US") : fields.country},
               {"dateAdded", holdfast::format_iso_utc(contact.created_at)},
               {"dnd", dnd},
               {"tags", fields.tags},
               {"attachments", Json::array()},
               {"customFields", custom_fields(fields)}};
  put(payload, "address1", fields.address1);
  put(payload, "city", fields.city);
  put(payload, "state", fields.state);
  put(payload, "companyName", fields.company_name);
  put(payload, "source", fields.source);
  put(payload, "dateOfBirth", fields.date_of_birth);
  put(payload, "email", lower_case(fields.email));
  put(payload, "name", fields.full_name());
  put(payload, "firstName", fields.first_name);
  put(payload, "lastName", fields.last_name);
  put(payload, "phone", fields.phone);
  put(payload, "postalCode", fields.postal_code);
  put(payload, "website", fields.website);
  put(payload, "assignedTo", fields.assigned_to);
  if (with_dnd) payload["dndSettings"] = dnd_settings(fields);
  return payload;
}

Json note_payload(const Note& note) {
  return {{"id", note.id},
          {"body", note.body},
          {"contactId", note.contact_id},
          {"dateAdded", holdfast::format_iso_utc(note.created_at)}};
}

Json document_payload(std::string_view kind, const Document& document) {
  const EventKind* known = find_event_kind(kind);
  if (known == nullptr) return document.fields;
  Json payload = Json::object();
  const Json& example = example_payload(*known);
  const bool of_conversation = example.contains("conversationId");
  for (const auto& [key, ignored] : example.items()) {
    if (const Json* value = holdfast::find_member(document.fields, key)) {
      payload[key] = *value;
    } else if (key == "id" || key == "messageId") {
      payload[key] = document.id;
    } else if (key == "dateAdded") {
      payload[key] = holdfast::format_iso_utc(document.created_at);
    } else if (!document.owner_id.empty() && key == (of_conversation ? "conversationId" : "contactId")) {
      payload[key] = document.owner_id;
    }
  }
  return payload;
}

std::string write_body(const Event& event, const Envelope& envelope, const Shaping& shaping) {
  nlohmann::ordered_json body = nlohmann::ordered_json::object();
  body["type"] = label_of(event, shaping);
  if (!event.location_id.empty()) body["locationId"] = event.location_id;
  for (const auto& [key, value] : event.payload.items()) body[key] = nlohmann::ordered_json(value);
  if (shaping.extra_fields) body["_mockExtra"] = {{"note", "a member nobody documented"}, {"version", 2}};
  const auto add = [&](const char* key, const std::string& value) {
    if (!body.contains(key)) body[key] = value;
  };
  add("timestamp", holdfast::format_iso_utc(event.at));
  add("webhookId", envelope.webhook_id);
  add("appId", envelope.app_id);
  add("versionId", envelope.version_id);
  drop_fields(body, event.kind, shaping.missing_fields);
  return body.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace mock_ghl::webhooks
