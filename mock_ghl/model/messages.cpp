#include "mock_ghl/model/messages.hpp"

#include <algorithm>
#include <array>

#include "core/base/assert.hpp"
#include "core/base/hash.hpp"
#include "core/base/random.hpp"
#include "mock_ghl/model/state.hpp"
#include "mock_ghl/webhooks/events.hpp"

namespace mock_ghl {

using holdfast::Instant;
using holdfast::Json;

namespace {

// The numbers follow the order of the vendor's enum, of which 1, 3, 10 and 34 are named in its prose
// (conversations.json). RCS came later; its number is not known, 42 is ours.
constexpr std::array<Channel, 17> channels{{{"Call", "TYPE_CALL", 1},
                                            {"SMS", "TYPE_SMS", 2},
                                            {"Email", "TYPE_EMAIL", 3, 2},
                                            {"WebChat", "TYPE_WEBCHAT", 5},
                                            {"Campaign_Call", "TYPE_CAMPAIGN_CALL", 8},
                                            {"Campaign_VoiceMail", "TYPE_CAMPAIGN_VOICEMAIL", 10},
                                            {"FB", "TYPE_FACEBOOK", 11, 3},
                                            {"GMB", "TYPE_GMB", 15},
                                            {"IG", "TYPE_INSTAGRAM", 18, 3},
                                            {"WhatsApp", "TYPE_WHATSAPP", 19},
                                            {"Custom", "TYPE_CUSTOM_SMS", 20},
                                            {"IVR_Call", "TYPE_IVR_CALL", 24},
                                            {"Live_Chat", "TYPE_LIVE_CHAT", 29},
                                            {"ALL_IN_ONE_CHAT", "TYPE_LIVE_CHAT", 29},
                                            {"TIKTOK", "TYPE_TIKTOK", 37},
                                            {"FORM_SUBMISSION", "TYPE_FORM_SUBMISSION", 40},
                                            {"RCS", "TYPE_RCS", 42}}};

constexpr holdfast::Duration pending_for{1'000};
constexpr holdfast::Duration sent_after_for{2'000};

// Writes what a conversation shows of its last message: the one with the latest date, so not a new one that is dated
// before another.
void show_last(Json& fields, const Json& message) {
  const std::int64_t date_ms = message["dateMs"];
  if (message["direction"] == "outbound" && date_ms >= fields.value("lastManualMessageDate", date_ms)) {
    fields["lastManualMessageDate"] = date_ms;
  }
  const bool is_first = !fields.contains("lastMessageType");
  if (!is_first && date_ms < fields["lastMessageDate"].get<std::int64_t>()) return;
  fields["lastMessageBody"] = message["body"];
  fields["lastMessageType"] = message["messageType"];
  fields["lastMessageDirection"] = message["direction"];
  fields["lastMessageDate"] = date_ms;
}

void clear_last(Json& fields, Instant opened_at) {
  for (const char* key : {"lastMessageBody", "lastMessageType", "lastMessageDirection", "lastManualMessageDate"}) {
    fields.erase(key);
  }
  fields["lastMessageDate"] = holdfast::to_epoch_ms(opened_at);
}

}  // namespace

const Channel* channel_of(std::string_view type) {
  const auto it =
      std::find_if(channels.begin(), channels.end(), [&](const Channel& each) { return each.type == type; });
  return it == channels.end() ? nullptr : &*it;
}

bool is_message_type(std::string_view message_type) {
  static constexpr std::array<std::string_view, 9> others{
      "TYPE_ACTIVITY_APPOINTMENT", "TYPE_ACTIVITY_CONTACT",     "TYPE_ACTIVITY_INVOICE",
      "TYPE_ACTIVITY_PAYMENT",     "TYPE_ACTIVITY_OPPORTUNITY", "TYPE_INTERNAL_COMMENTS",
      "TYPE_INTERNAL_COMMENT",     "TYPE_ACTIVITY_WHATSAPP",    "TYPE_ACTIVITY_EMPLOYEE_ACTION_LOG"};
  return std::find(others.begin(), others.end(), message_type) != others.end() ||
         std::any_of(channels.begin(), channels.end(),
                     [&](const Channel& each) { return each.message_type == message_type; });
}

std::string_view conversation_type_name(std::int64_t number) {
  static constexpr std::array<std::string_view, 5> names{"TYPE_PHONE", "TYPE_EMAIL", "TYPE_FB_MESSENGER", "TYPE_REVIEW",
                                                         "TYPE_GROUP_SMS"};
  return number >= 1 && number <= 5 ? names.at(static_cast<std::size_t>(number - 1)) : names.front();
}

const Document* conversation_of(const State& state, std::string_view contact_id) {
  const auto found = state.documents().of_owner(Collection::conversation, contact_id);
  return found.empty() ? nullptr : found.front();
}

const Document& open_conversation(State& state, const Contact& contact, const Channel& channel, Instant now,
                                  std::string id) {
  HOLDFAST_ASSERT(conversation_of(state, contact.id) == nullptr && "the contact has a conversation");
  Json fields{{"contactId", contact.id}, {"type", channel.conversation_type},
              {"unreadCount", 0},        {"inbox", true},
              {"starred", false},        {"lastMessageDate", holdfast::to_epoch_ms(now)}};
  if (!contact.fields.assigned_to.empty()) fields["assignedTo"] = contact.fields.assigned_to;
  return state.documents().add(Collection::conversation,
                               {.id = id.empty() ? state.draw_id() : std::move(id),
                                .location_id = contact.location_id,
                                .owner_id = contact.id,
                                .fields = std::move(fields)},
                               now);
}

namespace {

// The messageType of webhooks: the channel as requests say it, but for calls.
std::string_view told_type(const Channel& channel, const std::string& call_status) {
  if (call_status == "voicemail" || channel.type == "Campaign_VoiceMail") return "VoiceMail";
  return channel.type.ends_with("Call") ? std::string_view("CALL") : channel.type;
}

// InboundMessage or OutboundMessage (facts/ghl.md 7.3). How long a call took nobody tells the twin.
void tell_message(State& state, const Document& message, const Channel& channel, bool inbound, Instant now) {
  if (!state.outbox().recording()) return;
  const std::string_view kind = inbound ? "InboundMessage" : "OutboundMessage";
  Json payload = webhooks::document_payload(kind, message);
  const Json* meta = holdfast::find_member(message.fields, "meta");
  const std::string call_status = meta == nullptr ? "" : holdfast::string_member(*meta, "callStatus").value_or("");
  payload["messageType"] = told_type(channel, call_status);
  if (!call_status.empty()) payload["callStatus"] = call_status;
  payload["dateAdded"] = holdfast::format_iso_utc(holdfast::from_epoch_ms(message.fields["dateMs"]));
  payload["status"] = message_status(message, state.settings().message_failure_probability, now);
  const Document* email = email_of(state, message);
  payload["contentType"] = email == nullptr ? "text/plain" : email->text("contentType");
  if (email != nullptr) {
    payload["emailMessageId"] = email->id;
    payload["threadId"] = thread_of(*email);
    for (const char* key : {"to", "cc", "bcc", "from", "subject"}) {
      if (const Json* value = holdfast::find_member(email->fields, key)) payload[key] = *value;
    }
  }
  state.note_event(kind, message.location_id, std::move(payload), now);
}

}  // namespace

void tell_unread(State& state, const Document& conversation, Instant now) {
  if (!state.outbox().recording()) return;
  Json payload = webhooks::document_payload("ConversationUnreadUpdate", conversation);
  payload["deleted"] = false;
  state.note_event("ConversationUnreadUpdate", conversation.location_id, std::move(payload), now);
}

const Document& add_message(State& state, std::string_view conversation_id, NewMessage message, Instant now) {
  const Channel* channel = channel_of(message.type);
  const Document* conversation = state.documents().find(Collection::conversation, conversation_id);
  HOLDFAST_ASSERT(channel != nullptr && conversation != nullptr);
  const std::string direction = message.inbound ? "inbound" : "outbound";
  Json fields{{"type", channel->number},
              {"messageType", channel->message_type},
              {"contactId", conversation->owner_id},
              {"body", std::move(message.body)},
              {"direction", direction},
              {"attachments", std::move(message.attachments)},
              {"source", std::move(message.source)},
              {"dateMs", holdfast::to_epoch_ms(message.dated.value_or(now))},
              {"goesAtMs", holdfast::to_epoch_ms(message.send_at.value_or(now))}};
  if (!message.status.empty()) fields["status"] = message.status;
  if (!message.provider_id.empty()) fields["conversationProviderId"] = message.provider_id;
  if (!message.user_id.empty()) fields["userId"] = message.user_id;
  if (!message.meta.is_null()) fields["meta"] = std::move(message.meta);
  const Document& made = state.documents().add(Collection::message,
                                               {.id = state.draw_id(),
                                                .location_id = conversation->location_id,
                                                .owner_id = conversation->id,
                                                .fields = std::move(fields)},
                                               now);
  if (!message.email.is_null()) {
    state.documents().add(Collection::email,
                          {.id = state.draw_id(),
                           .location_id = made.location_id,
                           .owner_id = made.id,
                           .fields = std::move(message.email)},
                          now);
  }
  Json shown = conversation->fields;
  show_last(shown, made.fields);
  if (message.inbound) shown["unreadCount"] = shown["unreadCount"].get<std::int64_t>() + 1;
  const Document& changed = state.documents().change(Collection::conversation, conversation_id, std::move(shown), now);
  // One that goes later is not told: nothing wakes up when it goes.
  if (message.send_at.value_or(now) <= now) tell_message(state, made, *channel, message.inbound, now);
  if (message.inbound) tell_unread(state, changed, now);
  return made;
}

void retract_message(State& state, std::string_view message_id, Instant now) {
  Documents& documents = state.documents();
  const Document* message = documents.find(Collection::message, message_id);
  HOLDFAST_ASSERT(message != nullptr);
  const std::string conversation_id = message->owner_id;
  if (const Document* email = email_of(state, *message)) documents.remove(Collection::email, std::string(email->id));
  documents.remove(Collection::message, std::string(message_id));
  const Document& conversation = *documents.find(Collection::conversation, conversation_id);
  Json shown = conversation.fields;
  clear_last(shown, conversation.created_at);
  for (const Document* left : documents.of_owner(Collection::message, conversation_id)) show_last(shown, left->fields);
  documents.change(Collection::conversation, conversation_id, std::move(shown), now);
}

void remove_conversation(State& state, std::string_view conversation_id) {
  Documents& documents = state.documents();
  for (const Document* message : documents.of_owner(Collection::message, conversation_id)) {
    if (const Document* email = email_of(state, *message)) documents.remove(Collection::email, std::string(email->id));
    documents.remove(Collection::message, std::string(message->id));
  }
  documents.remove(Collection::conversation, std::string(conversation_id));
}

const Document* email_of(const State& state, const Document& message) {
  const auto found = state.documents().of_owner(Collection::email, message.id);
  return found.empty() ? nullptr : found.front();
}

std::string thread_of(const Document& email) {
  return holdfast::string_member(email.fields, "threadId").value_or(email.owner_id);
}

std::string message_status(const Document& message, double failure_probability, Instant now) {
  if (auto set = holdfast::string_member(message.fields, "status")) return *set;
  if (message.text("direction") == "inbound") return "delivered";
  const Instant goes_at = holdfast::from_epoch_ms(message.fields.value("goesAtMs", std::int64_t{0}));
  if (now < goes_at) return "scheduled";
  if (now - goes_at < pending_for) return "pending";
  if (now - goes_at < pending_for + sent_after_for) return "sent";
  holdfast::SplitMix64 fate(holdfast::fnv1a(message.id));
  if (!fate.chance(failure_probability)) return "delivered";
  return message.text("messageType") == "TYPE_SMS" && fate.chance(0.5) ? "undelivered" : "failed";
}

}  // namespace mock_ghl
