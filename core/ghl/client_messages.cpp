// The calls of a Client about messages (facts/ghl.md 6.1).
#include <algorithm>
#include <iterator>
#include <utility>

#include "core/ghl/caller.hpp"
#include "core/ghl/client.hpp"
#include "core/ghl/codec.hpp"
#include "core/ghl/request.hpp"

namespace holdfast::ghl {
namespace {

constexpr int pages_max = 10;  // of 20 messages each

// A contact without a conversation is sometimes a 404 instead of an empty list.
std::optional<std::vector<Conversation>> accept_none(const net::HttpResponse& response) {
  if (response.status != 404 || classify_response(response, Repeat::harmless).kind != ErrorKind::not_found)
    return std::nullopt;
  return std::vector<Conversation>();
}

// True when a page that runs from new to old has gone past `since`. A message without a date says nothing.
bool reaches(const std::vector<Message>& messages, Instant since) {
  return std::ranges::any_of(messages,
                             [&](const Message& message) { return message.added_at && *message.added_at < since; });
}

}  // namespace

net::Task<Result<SentMessage>> Client::send_message(MessageDraft draft, Instant deadline,
                                                    std::optional<Instant> send_not_after) {
  if (!is_usable_id(draft.contact_id) || draft.body.empty())
    co_return bad_input("a contact id and a text are needed for a message");
  Call<SentMessage> call{
      .request = make_request("POST", "/conversations/messages", conversations_version, encode_message(draft)),
      .repeat = Repeat::never,
      .deadline = deadline,
      .decode = decode_sent_message};
  call.request.send_not_after = send_not_after;
  co_return co_await caller_->perform(std::move(call));
}

net::Task<Result<std::vector<Message>>> Client::list_messages(std::string contact_id, Instant since, Instant deadline) {
  if (!is_usable_id(contact_id)) co_return bad_input("a contact id is needed");
  const std::string target =
      net::make_target("/conversations/search", {{"locationId", location_id_}, {"contactId", contact_id}});
  Call<std::vector<Conversation>> call{.request = make_request("GET", target, conversations_version),
                                       .deadline = deadline,
                                       .decode = decode_conversations,
                                       .accept = accept_none};
  const auto conversations = co_await caller_->perform(std::move(call));
  if (!conversations) co_return fail(conversations.error());
  std::vector<Message> messages;
  for (const Conversation& conversation : *conversations) {
    if (!conversation.contact_id.empty() && conversation.contact_id != contact_id) continue;
    auto read = co_await list_conversation(conversation.id, since, deadline);
    if (!read) co_return fail(std::move(read).error());
    std::ranges::move(*read, std::back_inserter(messages));
  }
  co_return messages;
}

net::Task<Result<std::vector<Message>>> Client::list_conversation(std::string conversation_id, Instant since,
                                                                  Instant deadline) {
  if (!is_usable_id(conversation_id)) co_return fail(ErrorKind::transient, "GHL's answer cannot be read; try again");
  std::vector<Message> messages;
  std::string last_id;
  for (int page = 0; page < pages_max; ++page) {
    std::vector<std::pair<std::string, std::string>> query;
    if (!last_id.empty()) query.emplace_back("lastMessageId", last_id);
    const std::string target = net::make_target(path("/conversations/", conversation_id, "/messages"), query);
    Call<MessagePage> call{
        .request = make_request("GET", target, conversations_version), .deadline = deadline, .decode = decode_messages};
    auto read = co_await caller_->perform(std::move(call));
    if (!read) co_return fail(std::move(read).error());
    const bool done = !read->more || reaches(read->messages, since);
    std::ranges::move(read->messages, std::back_inserter(messages));
    if (done) co_return messages;
    // A page that does not say where the next one begins, or begins again, would never end.
    if (read->last_id.empty() || read->last_id == last_id)
      co_return fail(ErrorKind::transient, "GHL's list of messages does not go on; try again");
    last_id = std::move(read->last_id);
  }
  co_return fail(ErrorKind::refused, "the conversation is longer than is read; look at it in GHL");
}

}  // namespace holdfast::ghl
