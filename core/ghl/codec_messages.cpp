#include <utility>

#include "core/ghl/codec.hpp"
#include "core/ghl/reading.hpp"

namespace holdfast::ghl {
namespace {

Conversation read_conversation(const Json& value) {
  return {.id = first_text(value, {"id", "_id"}), .contact_id = text_member(value, "contactId")};
}

Message read_message(const Json& value) {
  return {.id = first_text(value, {"id", "_id"}),
          .conversation_id = text_member(value, "conversationId"),
          // `type` is a number that only GHL knows the meaning of.
          .type = text_member(value, "messageType"),
          .direction = text_member(value, "direction"),
          .status = text_member(value, "status"),
          .body = text_member(value, "body"),
          .added_at = instant_member(value, "dateAdded")};
}

// Plain text as HTML that shows the same.
std::string as_html(std::string_view text) {
  std::string html;
  html.reserve(text.size() + 32);
  for (const char c : text) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\n':
        html += "<br>";
        break;
      default:
        html += c;
    }
  }
  return html;
}

}  // namespace

Result<std::vector<Conversation>> decode_conversations(std::string_view body) {
  return read_list<Conversation>(body, "conversations", read_conversation);
}

Result<MessagePage> decode_messages(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  // Live puts the page one level deeper than the specification (quirk 58).
  const Json& page = unwrap(*value, {"messages"});
  const Json* list = list_member(page, "messages");
  if (list == nullptr) return unreadable();
  MessagePage messages;
  for (const Json& item : *list) {
    if (!item.is_object()) return unreadable();
    messages.messages.push_back(read_message(item));
  }
  messages.last_id = text_member(page, "lastMessageId");
  messages.more = bool_member(page, "nextPage").value_or(false);
  return messages;
}

Result<SentMessage> decode_sent_message(std::string_view body) {
  const auto value = parse_success(body);
  if (!value) return fail(value.error());
  SentMessage sent{.id = first_text(*value, {"messageId", "emailMessageId"}),
                   .conversation_id = text_member(*value, "conversationId")};
  if (sent.id.empty()) {
    const auto ids = text_list_member(*value, "messageIds");
    if (!ids.empty()) sent.id = ids.front();
  }
  if (!is_usable_id(sent.id)) return unreadable();
  return sent;
}

std::string encode_message(const MessageDraft& draft) {
  Json object = Json::object();
  put(object, "contactId", draft.contact_id);
  if (draft.channel == Channel::sms) {
    object["type"] = "SMS";
    put(object, "message", draft.body);
  } else {
    object["type"] = "Email";
    put(object, "subject", draft.subject);
    put(object, "html", as_html(draft.body));
  }
  return dump_json(object);
}

}  // namespace holdfast::ghl
