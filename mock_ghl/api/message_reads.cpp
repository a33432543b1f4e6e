// Messages read back: one, a conversation's, an e-mail, and the export of a location.
#include <algorithm>
#include <charconv>
#include <set>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/message.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;

namespace {

// "TYPE_SMS,TYPE_CALL" as a set; 422 for a type GHL does not have.
std::optional<Answer> read_types(const Call& call, std::set<std::string>& types) {
  std::string left = call.target.parameter("type").value_or("");
  while (!left.empty()) {
    const std::size_t comma = std::min(left.find(','), left.size());
    const std::string type = left.substr(0, comma);
    if (!is_message_type(type)) return invalid({"type must be one of GHL's message types, not " + type}, call.trace_id);
    types.insert(type);
    left.erase(0, std::min(comma + 1, left.size()));
  }
  return std::nullopt;
}

// Which messages an export is about.
struct Export {
  std::string conversation, contact, channel;
  std::optional<Instant> from = {};
  std::optional<Instant> to = {};
  bool by_update = false;
  bool ascending = false;
};

std::optional<Answer> read_export(const Call& call, Export& asked) {
  const auto text = [&](const char* name) { return call.target.parameter(name).value_or(""); };
  asked.conversation = text("conversationId");
  asked.contact = text("contactId");
  asked.channel = text("channel");
  asked.by_update = text("sortBy") == "updatedAt";
  asked.ascending = text("sortOrder") == "asc";
  if (auto refusal = read_instant(call, "startDate", asked.from)) return refusal;
  return read_instant(call, "endDate", asked.to);
}

// Without a channel everything but e-mail is meant, as the vendor's prose has it.
bool is_of_channel(const Document& message, const std::string& channel) {
  const std::string type = message.text("messageType");
  if (channel.empty()) return type != "TYPE_EMAIL";
  static constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"Call", "TYPE_CALL"},           {"SMS", "TYPE_SMS"},
      {"Email", "TYPE_EMAIL"},         {"WhatsApp", "TYPE_WHATSAPP"},
      {"Instagram", "TYPE_INSTAGRAM"}, {"Facebook", "TYPE_FACEBOOK"}};
  return std::any_of(std::begin(names), std::end(names),
                     [&](const auto& each) { return each.first == channel && each.second == type; });
}

// What an export is sorted by; the sequence keeps apart what has one date.
std::pair<std::int64_t, std::int64_t> sort_key(const Export& asked, const Document& message) {
  const Instant date = asked.by_update ? message.updated_at : message.created_at;
  return {holdfast::to_epoch_ms(date), static_cast<std::int64_t>(message.sequence)};
}

std::vector<const Document*> exported(const Call& call, const Export& asked) {
  std::vector<const Document*> found;
  for (const Document* message : call.state.documents().of_location(Collection::message, call.location->id)) {
    if (!asked.conversation.empty() && message->owner_id != asked.conversation) continue;
    if (!asked.contact.empty() && message->text("contactId") != asked.contact) continue;
    if (message->created_at < asked.from.value_or(Instant::min())) continue;
    if (message->created_at > asked.to.value_or(Instant::max())) continue;
    if (is_of_channel(*message, asked.channel)) found.push_back(message);
  }
  std::sort(found.begin(), found.end(), [&](const Document* a, const Document* b) {
    return asked.ascending ? sort_key(asked, *a) < sort_key(asked, *b) : sort_key(asked, *b) < sort_key(asked, *a);
  });
  return found;
}

// A cursor is "<date in ms>-<sequence>" of the last message given out.
std::optional<std::pair<std::int64_t, std::int64_t>> read_cursor(std::string_view text) {
  const auto dash = text.rfind('-');
  if (dash == std::string_view::npos || dash == 0) return std::nullopt;
  const auto number = [](std::string_view digits, std::int64_t& out) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  std::pair<std::int64_t, std::int64_t> key;
  if (!number(text.substr(0, dash), key.first) || !number(text.substr(dash + 1), key.second)) return std::nullopt;
  return key;
}

}  // namespace

std::string status_now(const Call& call, const Document& message) {
  return message_status(message, call.state.settings().message_failure_probability, call.now);
}

Json message_json(const Call& call, const Document& message) {
  const Document* email = email_of(call.state, message);
  Json made{{"id", message.id},
            {"type", message.fields["type"]},
            {"messageType", message.fields["messageType"]},
            {"locationId", message.location_id},
            {"contactId", message.fields["contactId"]},
            {"conversationId", message.owner_id},
            {"dateAdded", holdfast::format_iso_utc(holdfast::from_epoch_ms(message.fields["dateMs"]))},
            {"body", message.fields["body"]},
            {"direction", message.fields["direction"]},
            {"status", status_now(call, message)},
            {"contentType", email == nullptr ? "text/plain" : email->text("contentType")},
            {"attachments", message.fields["attachments"]},
            {"source", message.fields["source"]}};
  for (const char* key : {"meta", "userId", "conversationProviderId"}) {
    if (const Json* value = holdfast::find_member(message.fields, key)) made[key] = *value;
  }
  if (email != nullptr) made["meta"]["email"] = {{"messageIds", Json::array({email->id})}};
  return made;
}

Answer get_message(Call& call) {
  const Document* message = nullptr;
  if (auto refusal = find_message(call, message)) return std::move(*refusal);
  return reply(call, message_json(call, *message));
}

// Newest first. Quirk 58: live puts the page one level deeper than the schema says.
Answer get_messages(Call& call) {
  const Document* conversation = nullptr;
  if (auto refusal = find_conversation(call, conversation)) return std::move(*refusal);
  std::set<std::string> types;
  if (auto refusal = read_types(call, types)) return std::move(*refusal);
  auto messages = call.state.documents().of_owner(Collection::message, conversation->id);
  std::reverse(messages.begin(), messages.end());
  if (const std::string last = call.target.parameter("lastMessageId").value_or(""); !last.empty()) {
    const auto at = std::find_if(messages.begin(), messages.end(), [&](const Document* m) { return m->id == last; });
    if (at == messages.end()) {
      return refuse(400, "lastMessageId " + last + " is not a message of this conversation", call.trace_id);
    }
    messages.erase(messages.begin(), at + 1);
  }
  if (!types.empty())
    std::erase_if(messages, [&](const Document* m) { return !types.contains(m->text("messageType")); });
  const auto limit = static_cast<std::size_t>(number_parameter(call, "limit", 20));
  Json page{{"lastMessageId", ""}, {"nextPage", messages.size() > limit}, {"messages", Json::array()}};
  for (std::size_t i = 0; i < std::min(limit, messages.size()); ++i) {
    page["messages"].push_back(message_json(call, *messages[i]));
    page["lastMessageId"] = messages[i]->id;
  }
  if (call.state.settings().flat_messages) return reply(call, std::move(page));
  return reply(call, {{"messages", std::move(page)}});
}

Answer get_email(Call& call) {
  const Document* email = nullptr;
  const Document* message = nullptr;
  if (auto refusal = find_email(call, email, message)) return std::move(*refusal);
  Json made = email->fields;
  made["id"] = email->id;
  made["threadId"] = thread_of(*email);
  made["locationId"] = email->location_id;
  made["contactId"] = message->fields["contactId"];
  made["conversationId"] = message->owner_id;
  made["dateAdded"] = holdfast::format_iso_utc(holdfast::from_epoch_ms(message->fields["dateMs"]));
  made["direction"] = message->fields["direction"];
  const std::string status = status_now(call, *message);
  made["status"] = status == "clicked" ? "opened" : status;  // the e-mail's own list has no "clicked"
  made["attachments"] = message->fields["attachments"];
  made["source"] = message->fields["source"];
  return reply(call, std::move(made));
}

Answer export_messages(Call& call) {
  Export asked;
  if (auto refusal = read_export(call, asked)) return std::move(*refusal);
  std::vector<const Document*> found = exported(call, asked);
  const std::size_t total = found.size();
  if (const std::string written = call.target.parameter("cursor").value_or(""); !written.empty()) {
    const auto cursor = read_cursor(written);
    if (!cursor) return refuse(400, "The cursor is not one of nextCursor's", call.trace_id);
    std::erase_if(found, [&](const Document* each) {
      return asked.ascending ? sort_key(asked, *each) <= *cursor : sort_key(asked, *each) >= *cursor;
    });
  }
  const auto limit = static_cast<std::size_t>(number_parameter(call, "limit", 100));
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(limit, found.size()); ++i) list.push_back(message_json(call, *found[i]));
  Json body{{"messages", std::move(list)}, {"total", total}};
  if (found.size() > limit) {
    const auto [date, sequence] = sort_key(asked, *found[limit - 1]);
    body["nextCursor"] = std::to_string(date) + "-" + std::to_string(sequence);
  }
  return reply(call, std::move(body));
}

}  // namespace mock_ghl::api
