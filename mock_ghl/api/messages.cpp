// Messages that are sent, received, scheduled and given a status (facts/ghl.md 6.1, quirks 55 to 57).
#include "core/base/hash.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/message.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// True when the contact has closed the channel: for good, or until further notice.
bool closed_channel(const Contact& contact, const std::string& type) {
  const Json* setting = holdfast::find_member(contact.fields.dnd_settings, type);
  const std::string status = setting == nullptr ? "" : text_of(*setting, "status");
  return status == "active" || status == "permanent";
}

// Quirk 56: nobody is written to who does not want it. The sentences around the code are ours.
std::optional<Answer> check_dnd(const Call& call, const Contact& contact) {
  static const std::string code = "CONVERSATIONS_MSG_UNSUBSCRIBED: the contact does not want ";
  if (contact.fields.dnd.value_or(false)) return refuse(400, code + "to be disturbed", call.trace_id);
  const std::string type = text_of(call.body, "type");
  if (closed_channel(contact, type)) return refuse(400, code + "to be written to by " + type, call.trace_id);
  return std::nullopt;
}

// What a channel cannot do without. The texts are ours.
std::optional<Answer> check_content(const Call& call, const std::string& type, const Contact& contact) {
  const bool has_text = !text_of(call.body, "message").empty() || !text_of(call.body, "html").empty();
  const Json* attachments = holdfast::find_member(call.body, "attachments");
  const bool has_content = has_text || (attachments != nullptr && !attachments->empty());
  const bool from_template = !text_of(call.body, "templateId").empty();
  if (!has_content && !from_template) {
    return refuse(400, "There is no message or attachments for this message. Skip sending.", call.trace_id);
  }
  const bool by_phone = type == "SMS" || type == "RCS" || type == "WhatsApp";
  if (by_phone && contact.fields.phone.empty() && text_of(call.body, "toNumber").empty()) {
    return refuse(400, "Missing phone number", call.trace_id);
  }
  if (type == "Email" && contact.fields.email.empty() && text_of(call.body, "emailTo").empty()) {
    return refuse(400, "Missing email", call.trace_id);
  }
  return std::nullopt;
}

// scheduledTimestamp is in seconds; milliseconds by mistake are a date thousands of years ahead, and taken as such.
std::optional<Answer> read_schedule(const Call& call, std::optional<holdfast::Instant>& send_at) {
  const Json* seconds = holdfast::find_member(call.body, "scheduledTimestamp");
  if (seconds == nullptr) return std::nullopt;
  send_at = holdfast::from_epoch_ms(static_cast<std::int64_t>(seconds->get<double>()) * 1'000);
  if (*send_at > call.now) return std::nullopt;
  return refuse(400, "scheduledTimestamp must be in the future", call.trace_id);
}

Json list_in(const Json& body, const char* key) {
  const Json* list = holdfast::find_member(body, key);
  return list == nullptr ? Json::array() : *list;
}

// What an e-mail has beside its message.
Json email_fields(const Call& call, const Contact& contact, bool inbound) {
  const std::string ours = call.location->name + " <no-reply@mock-ghl.invalid>";
  const std::string from = text_of(call.body, "emailFrom");
  const std::string to = text_of(call.body, "emailTo");
  const std::string html = text_of(call.body, "html");
  Json fields{{"body", html.empty() ? text_of(call.body, "message") : html},
              {"contentType", html.empty() ? "text/plain" : "text/html"},
              {"from", !from.empty() ? from : (inbound ? contact.fields.email : ours)},
              {"to", Json::array({!to.empty() ? to : (inbound ? ours : contact.fields.email)})},
              {"cc", list_in(call.body, "emailCc")},
              {"bcc", list_in(call.body, "emailBcc")}};
  for (const auto& [key, member] : {std::pair{"subject", "subject"},
                                    {"threadId", "threadId"},
                                    {"replyToMessageId", "replyMessageId"},
                                    {"altId", "altId"}}) {
    if (const std::string text = text_of(call.body, member); !text.empty()) fields[key] = text;
  }
  return fields;
}

// The message of a body as its sender wrote it: {{contact.name}} and the like stay as they are.
NewMessage read_message(const Call& call, const Contact& contact, bool inbound) {
  NewMessage message{.type = text_of(call.body, "type"),
                     .inbound = inbound,
                     .body = text_of(call.body, "message"),
                     .attachments = list_in(call.body, "attachments"),
                     .provider_id = text_of(call.body, "conversationProviderId")};
  if (message.body.empty()) message.body = text_of(call.body, "html");
  if (message.type == "Email") message.email = email_fields(call, contact, inbound);
  return message;
}

void add_ids(const Call& call, const Document& message, Json& body) {
  body["conversationId"] = message.owner_id;
  body["messageId"] = message.id;
  if (const Document* email = email_of(call.state, message)) body["emailMessageId"] = email->id;
}

// The conversation that a recorded message belongs to.
std::optional<Answer> find_named_conversation(const Call& call, const Document*& conversation) {
  const std::string id = text_of(call.body, "conversationId");
  conversation = call.state.documents().find(Collection::conversation, id);
  if (conversation == nullptr) return refuse(400, "Conversation with id " + id + " not found", call.trace_id);
  if (conversation->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

void read_call(const Json& body, NewMessage& message) {
  const Json* phone_call = holdfast::find_member(body, "call");
  if (phone_call == nullptr) return;
  if (const std::string status = text_of(*phone_call, "status"); !status.empty()) {
    message.meta = {{"callStatus", status}};
  }
}

// Records a message that went some other way than through GHL.
Answer record(Call& call, bool inbound) {
  const Document* conversation = nullptr;
  if (auto refusal = find_named_conversation(call, conversation)) return std::move(*refusal);
  if (const std::string named = text_of(call.body, "contactId"); !named.empty() && named != conversation->owner_id) {
    return refuse(400, "The contact " + named + " is not the conversation's", call.trace_id);
  }
  NewMessage message = read_message(call, *call.state.contact(conversation->owner_id), inbound);
  message.status = "delivered";
  message.dated = holdfast::parse_iso(text_of(call.body, "date"));
  read_call(call.body, message);
  const Document& made = add_message(call.state, std::string(conversation->id), std::move(message), call.now);
  Json body{{"success", true},
            {"message", inbound ? "Inbound message added" : "Outbound message added"},
            {"contactId", conversation->owner_id},
            {"dateAdded", holdfast::format_iso_utc(holdfast::from_epoch_ms(made.fields["dateMs"]))}};
  add_ids(call, made, body);
  return reply(call, std::move(body));
}

// Quirk 57: for some seconds after the send a message is nobody's to touch; 401 or 403 by its id.
std::optional<Answer> check_lock(const Call& call, const Document& message) {
  const holdfast::Duration lock{call.state.settings().message_status_lock_ms};
  if (call.now - message.created_at >= lock) return std::nullopt;
  const bool forbidden = (holdfast::fnv1a(message.id) & 1) == 1;
  return gateway_refuse(forbidden ? 403 : 401, forbidden ? "Forbidden resource" : "Unauthorized",
                        forbidden ? "Forbidden" : "Unauthorized", call.trace_id);
}

const Document& set_status(Call& call, const Document& message) {
  Json fields = message.fields;
  fields["status"] = text_of(call.body, "status");
  if (const Json* error = holdfast::find_member(call.body, "error")) fields["error"] = *error;
  return call.state.documents().change(Collection::message, message.id, std::move(fields), call.now);
}

Answer cancel(Call& call, const Document& message) {
  if (status_now(call, message) != "scheduled") {
    return refuse(400, "Failed cancel the scheduled message", call.trace_id);
  }
  retract_message(call.state, std::string(message.id), call.now);
  return reply(call, {{"status", 200}, {"message", "The scheduled message was cancelled"}});
}

}  // namespace

Answer send_message(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_named_contact(call, contact)) return std::move(*refusal);
  if (auto refusal = check_dnd(call, *contact)) return std::move(*refusal);
  NewMessage message = read_message(call, *contact, false);
  if (auto refusal = check_content(call, message.type, *contact)) return std::move(*refusal);
  if (auto refusal = read_schedule(call, message.send_at)) return std::move(*refusal);
  // The schema asks for a status of clients that have none to tell: pending is where every message begins.
  if (const std::string status = text_of(call.body, "status"); status != "pending") message.status = status;
  const Document* conversation = conversation_of(call.state, contact->id);
  if (conversation == nullptr) {
    conversation = &open_conversation(call.state, *contact, *channel_of(message.type), call.now);
  }
  const Document& made = add_message(call.state, std::string(conversation->id), std::move(message), call.now);
  const std::string status = status_now(call, made);
  Json body{{"msg", "Message queued successfully."}, {"status", status == "scheduled" ? "pending" : status}};
  add_ids(call, made, body);
  return reply(call, std::move(body));
}

Answer add_inbound_message(Call& call) {
  return record(call, text_of(call.body, "direction") != "outbound");
}

Answer add_outbound_message(Call& call) {
  return record(call, false);
}

Answer update_message_status(Call& call) {
  const Document* message = nullptr;
  if (auto refusal = find_message(call, message)) return std::move(*refusal);
  if (auto refusal = check_lock(call, *message)) return std::move(*refusal);
  const Document& changed = set_status(call, *message);
  Json body{{"msg", "Message status updated."}, {"status", changed.text("status")}};
  add_ids(call, changed, body);
  return reply(call, std::move(body));
}

Answer update_email_status(Call& call) {
  const Document* email = nullptr;
  const Document* message = nullptr;
  if (auto refusal = find_email(call, email, message)) return std::move(*refusal);
  if (auto refusal = check_lock(call, *message)) return std::move(*refusal);
  set_status(call, *message);
  return reply(call, {{"success", true}, {"message", "Email message status updated."}});
}

Answer cancel_scheduled_message(Call& call) {
  const Document* message = nullptr;
  if (auto refusal = find_message(call, message)) return std::move(*refusal);
  return cancel(call, *message);
}

Answer cancel_scheduled_email(Call& call) {
  const Document* email = nullptr;
  const Document* message = nullptr;
  if (auto refusal = find_email(call, email, message)) return std::move(*refusal);
  return cancel(call, *message);
}

}  // namespace mock_ghl::api
