// Conversations (facts/ghl.md 6.1). A contact has one at most.
#include <algorithm>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/message.hpp"
#include "mock_ghl/model/letters.hpp"

namespace mock_ghl::api {

using holdfast::Instant;
using holdfast::Json;

namespace {

std::int64_t number_in(const Json& fields, const char* key) {
  return holdfast::integer_member(fields, key).value_or(0);
}

std::optional<Answer> refuse_unknown(const char* what, std::string_view id, const Call& call) {
  return refuse(404, std::string(what) + " with id " + std::string(id) + " not found", call.trace_id);
}

std::optional<Answer> find_document(Call& call, Collection collection, const char* what, const Document*& found) {
  const std::string_view id = call.captures.at(0);
  found = call.state.documents().find(collection, id);
  if (found == nullptr) return refuse_unknown(what, id, call);
  if (found->location_id != call.location->id) return foreign_location(call);
  return std::nullopt;
}

bool lists(const std::string& separated, std::string_view value) {
  for (std::size_t begin = 0; begin <= separated.size();) {
    const std::size_t comma = std::min(separated.find(',', begin), separated.size());
    if (std::string_view(separated).substr(begin, comma - begin) == value) return true;
    begin = comma + 1;
  }
  return false;
}

bool is_assigned(const std::string& asked, const std::string& held) {
  return asked.empty() || (held.empty() ? lists(asked, "unassigned") : lists(asked, held));
}

bool matches_words(const Call& call, const Document& conversation, const std::string& words) {
  const Contact* contact = call.state.contact(conversation.owner_id);
  if (words.empty() || contact == nullptr) return words.empty();
  const ContactFields& fields = contact->fields;
  for (const std::string& text : {fields.full_name(), fields.company_name, fields.email, fields.phone}) {
    if (lower_case(text).find(words) != std::string::npos) return true;
  }
  return false;
}

bool has_status(const Json& fields, const std::string& asked) {
  if (asked == "read") return number_in(fields, "unreadCount") == 0;
  if (asked == "unread") return number_in(fields, "unreadCount") > 0;
  return asked != "starred" || fields.value("starred", false);
}

// The instants that a search names.
struct Dates {
  std::optional<Instant> from = {};
  std::optional<Instant> to = {};
  std::optional<Instant> after = {};
};

std::optional<Answer> read_dates(const Call& call, Dates& dates) {
  if (auto refusal = read_instant(call, "startDate", dates.from)) return refusal;
  if (auto refusal = read_instant(call, "endDate", dates.to)) return refusal;
  return read_instant(call, "startAfterDate", dates.after);
}

bool accepts(const Call& call, const Dates& dates, const Document& conversation) {
  const auto asked = [&](const char* name) { return call.target.parameter(name).value_or(""); };
  const auto fits = [&](const char* name, const std::string& held) {
    const std::string wanted = asked(name);
    return wanted.empty() || wanted == held;
  };
  if (!fits("contactId", conversation.owner_id) || !fits("id", conversation.id)) return false;
  if (!is_assigned(asked("assignedTo"), conversation.text("assignedTo"))) return false;
  if (!asked("followers").empty() || !asked("mentions").empty()) return false;  // nobody follows or is mentioned here
  if (!fits("lastMessageType", conversation.text("lastMessageType"))) return false;
  if (!fits("lastMessageDirection", conversation.text("lastMessageDirection"))) return false;
  if (asked("lastMessageAction") == "automated") return false;  // what is sent through the API counts as manual
  if (!has_status(conversation.fields, asked("status"))) return false;
  if (conversation.created_at < dates.from.value_or(Instant::min())) return false;
  if (conversation.created_at > dates.to.value_or(Instant::max())) return false;
  return matches_words(call, conversation, lower_case(asked("query")));
}

Json listed(const Call& call, const Document& conversation) {
  const Contact* contact = call.state.contact(conversation.owner_id);
  const ContactFields fields = contact == nullptr ? ContactFields{} : contact->fields;
  const std::string name = fields.full_name();
  Json made{{"id", conversation.id},
            {"contactId", conversation.owner_id},
            {"locationId", conversation.location_id},
            {"type", conversation_type_name(number_in(conversation.fields, "type"))},
            {"unreadCount", number_in(conversation.fields, "unreadCount")},
            {"fullName", name},
            {"contactName", name.empty() ? fields.company_name : name},
            {"dateAdded", holdfast::to_epoch_ms(conversation.created_at)},
            {"dateUpdated", holdfast::to_epoch_ms(conversation.updated_at)}};
  if (!fields.email.empty()) made["email"] = fields.email;
  if (!fields.phone.empty()) made["phone"] = fields.phone;
  if (!fields.company_name.empty()) made["companyName"] = fields.company_name;
  for (const char* key :
       {"lastMessageBody", "lastMessageType", "lastMessageDirection", "lastMessageDate", "assignedTo"}) {
    if (const Json* value = holdfast::find_member(conversation.fields, key)) made[key] = *value;
  }
  return made;
}

// The sort orders that need what the twin does not keep.
std::optional<Answer> refuse_scores(const Call& call) {
  for (const char* name : {"sortScoreProfile", "scoreProfile", "scoreProfileMin", "scoreProfileMax"}) {
    if (call.target.parameter(name))
      return refuse(501, "mock-ghl keeps no contact scores: leave out " + std::string(name), call.trace_id);
  }
  const std::string by = call.target.parameter("sortBy").value_or("");
  if (by.empty() || by == "last_message_date" || by == "last_manual_message_date") return std::nullopt;
  return refuse(501,
                "mock-ghl does not build sortBy=" + by + "; it sorts by last_message_date or last_manual_message_date",
                call.trace_id);
}

}  // namespace

std::optional<Answer> find_conversation(Call& call, const Document*& conversation) {
  return find_document(call, Collection::conversation, "Conversation", conversation);
}

std::optional<Answer> find_message(Call& call, const Document*& message) {
  return find_document(call, Collection::message, "Message", message);
}

std::optional<Answer> find_email(Call& call, const Document*& email, const Document*& message) {
  if (auto refusal = find_document(call, Collection::email, "Email message", email)) return refusal;
  message = call.state.documents().find(Collection::message, email->owner_id);
  return message == nullptr ? refuse_unknown("Message", email->owner_id, call) : std::nullopt;
}

std::optional<Answer> read_instant(const Call& call, const char* name, std::optional<Instant>& instant) {
  const std::string written = call.target.parameter(name).value_or("");
  if (written.empty()) return std::nullopt;
  instant = contract::parse_epoch_ms(written);
  if (!instant) {
    if (const auto iso = holdfast::parse_iso(written)) instant = *iso;
  }
  if (!instant) {
    if (const auto date = holdfast::parse_date(written)) instant = holdfast::Zone::utc().start_of_day(*date);
  }
  if (instant) return std::nullopt;
  return invalid({std::string(name) +
                  " must be ISO 8601 with an offset (2026-08-24T10:00:00Z), a date (2026-08-24) or epoch milliseconds"},
                 call.trace_id);
}

Answer create_conversation(Call& call) {
  const Contact* contact = nullptr;
  if (auto refusal = find_named_contact(call, contact)) return std::move(*refusal);
  if (conversation_of(call.state, contact->id) != nullptr) {
    return refuse(400, "Conversation already exists", call.trace_id);
  }
  const Document& made = open_conversation(call.state, *contact, *channel_of("SMS"), call.now);
  const std::string at = holdfast::format_iso_utc(call.now);
  Json shown{{"id", made.id},        {"dateAdded", at},          {"dateUpdated", at},
             {"deleted", false},     {"contactId", contact->id}, {"locationId", made.location_id},
             {"lastMessageDate", at}};
  if (const std::string user = made.text("assignedTo"); !user.empty()) shown["assignedTo"] = user;
  return reply(call, {{"success", true}, {"conversation", std::move(shown)}});
}

Answer search_conversations(Call& call) {
  if (auto refusal = refuse_scores(call)) return std::move(*refusal);
  Dates dates;
  if (auto refusal = read_dates(call, dates)) return std::move(*refusal);
  const bool manual = call.target.parameter("sortBy").value_or("") == "last_manual_message_date";
  const char* sort_key = manual ? "lastManualMessageDate" : "lastMessageDate";
  const bool ascending = call.target.parameter("sort").value_or("desc") == "asc";
  std::vector<const Document*> found;
  for (const Document* each : call.state.documents().of_location(Collection::conversation, call.location->id)) {
    if (accepts(call, dates, *each)) found.push_back(each);
  }
  const auto date = [&](const Document* each) { return number_in(each->fields, sort_key); };
  const auto key = [&](const Document* each) { return std::pair(date(each), each->sequence); };
  std::sort(found.begin(), found.end(),
            [&](const Document* a, const Document* b) { return ascending ? key(a) < key(b) : key(b) < key(a); });
  const std::size_t total = found.size();
  // Strictly after the date of the last one of the page before, as GHL has it: of two with one date one may be lost.
  if (dates.after) {
    const std::int64_t after = holdfast::to_epoch_ms(*dates.after);
    std::erase_if(found, [&](const Document* each) { return ascending ? date(each) <= after : date(each) >= after; });
  }
  found.resize(std::min(found.size(), static_cast<std::size_t>(number_parameter(call, "limit", 20))));
  Json list = Json::array();
  for (const Document* each : found) list.push_back(listed(call, *each));
  return reply(call, {{"conversations", std::move(list)}, {"total", total}});
}

Answer get_conversation(Call& call) {
  const Document* conversation = nullptr;
  if (auto refusal = find_conversation(call, conversation)) return std::move(*refusal);
  Json shown{{"id", conversation->id},
             {"contactId", conversation->owner_id},
             {"locationId", conversation->location_id},
             {"deleted", false},
             {"inbox", true},
             {"type", number_in(conversation->fields, "type")},
             {"unreadCount", number_in(conversation->fields, "unreadCount")},
             {"starred", conversation->fields.value("starred", false)}};
  if (const std::string user = conversation->text("assignedTo"); !user.empty()) shown["assignedTo"] = user;
  return reply(call, std::move(shown));
}

Answer update_conversation(Call& call) {
  const Document* conversation = nullptr;
  if (auto refusal = find_conversation(call, conversation)) return std::move(*refusal);
  Json fields = conversation->fields;
  const std::int64_t unread = number_in(fields, "unreadCount");
  for (const char* key : {"unreadCount", "starred", "feedback"}) {
    if (const Json* value = holdfast::find_member(call.body, key)) fields[key] = *value;
  }
  const Document& changed =
      call.state.documents().change(Collection::conversation, conversation->id, std::move(fields), call.now);
  if (number_in(changed.fields, "unreadCount") != unread) tell_unread(call.state, changed, call.now);
  Json shown{{"id", changed.id},
             {"locationId", changed.location_id},
             {"contactId", changed.owner_id},
             {"lastMessageDate", std::to_string(number_in(changed.fields, "lastMessageDate"))},
             {"unreadCount", number_in(changed.fields, "unreadCount")},
             {"inbox", true},
             {"starred", changed.fields.value("starred", false)},
             {"deleted", false}};
  for (const char* key : {"lastMessageBody", "lastMessageType", "assignedTo"}) {
    if (const Json* value = holdfast::find_member(changed.fields, key)) shown[key] = *value;
  }
  return reply(call, {{"success", true}, {"conversation", std::move(shown)}});
}

Answer delete_conversation(Call& call) {
  const Document* conversation = nullptr;
  if (auto refusal = find_conversation(call, conversation)) return std::move(*refusal);
  remove_conversation(call.state, std::string(conversation->id));
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
