// Conversations and their messages: how they are kept, and how a message's status goes by with time. Pure: no clock,
// `now` is a parameter.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/documents.hpp"

namespace mock_ghl {

class State;
struct Contact;

// A kind of message, in the three ways GHL writes it.
struct Channel {
  std::string_view type;          // as requests say it: "SMS"
  std::string_view message_type;  // as answers say it: "TYPE_SMS"
  int number = 0;                 // as old answers say it: 2
  int conversation_type = 1;      // of the conversation it opens: 1 phone, 2 e-mail, 3 Facebook, 4 review
};

// The channel that requests call `type`; nullptr when GHL has none of that name.
const Channel* channel_of(std::string_view type);
// True for "TYPE_SMS" and the others that GHL lists messages by.
bool is_message_type(std::string_view message_type);
// "TYPE_PHONE", "TYPE_EMAIL", … for 1, 2, …
std::string_view conversation_type_name(std::int64_t number);

// What a message is made of; checks are the caller's business.
struct NewMessage {
  std::string type = "SMS";  // a Channel's; asserted
  bool inbound = false;
  std::string body = {};
  holdfast::Json attachments = holdfast::Json::array();
  std::optional<holdfast::Instant> send_at = {};  // scheduled; absent: at once
  std::optional<holdfast::Instant> dated = {};    // its date, when that is not now
  std::string status = {};                        // stays so; empty: goes by with time
  std::string source = "api";
  std::string provider_id = {};
  std::string user_id = {};
  holdfast::Json meta = nullptr;
  holdfast::Json email = nullptr;  // subject, from, to, …; what get-email-by-id reads out beside the message
};

// A contact's conversation; nullptr when it has none.
const Document* conversation_of(const State& state, std::string_view contact_id);
// Opens the contact's conversation (it must have none). The id is drawn when empty.
const Document& open_conversation(State& state, const Contact& contact, const Channel& channel, holdfast::Instant now,
                                  std::string id = {});
// Adds a message, and an e-mail's own record, to a conversation that exists. An inbound one raises the unread count.
const Document& add_message(State& state, std::string_view conversation_id, NewMessage message, holdfast::Instant now);
// Tells the listeners of webhooks that the unread count is another; add_message does it itself.
void tell_unread(State& state, const Document& conversation, holdfast::Instant now);
// Takes a message back (a scheduled one was cancelled). It must exist.
void retract_message(State& state, std::string_view message_id, holdfast::Instant now);
// Forgets a conversation with its messages. It must exist.
void remove_conversation(State& state, std::string_view conversation_id);

// The e-mail record of a message; nullptr when it is no e-mail.
const Document* email_of(const State& state, const Document& message);
// The thread an e-mail belongs to; one that names none begins its own, under its message's id.
std::string thread_of(const Document& email);
// scheduled until its time, then pending for a second, sent for two, and delivered from then on; or, with the given
// probability drawn from its id, failed or undelivered instead (quirk 55). A status that was set stays.
std::string message_status(const Document& message, double failure_probability, holdfast::Instant now);

}  // namespace mock_ghl
