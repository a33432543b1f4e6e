// What the conversation and message handlers share.
#pragma once

#include "mock_ghl/api/call.hpp"
#include "mock_ghl/model/messages.hpp"

namespace mock_ghl::api {

// The record an id in the path names: 404 when there is none (quirk 38), 403 when it is another location's.
std::optional<Answer> find_conversation(Call& call, const Document*& conversation);
std::optional<Answer> find_message(Call& call, const Document*& message);
// The message that an e-mail's id in the path names, with the e-mail.
std::optional<Answer> find_email(Call& call, const Document*& email, const Document*& message);
// An instant of the query, when it is there: ISO 8601 (a date alone begins in UTC), or epoch milliseconds. 422 for
// anything else.
std::optional<Answer> read_instant(const Call& call, const char* name, std::optional<holdfast::Instant>& instant);

// Its status by now.
std::string status_now(const Call& call, const Document& message);
// GetMessageResponseDto.
holdfast::Json message_json(const Call& call, const Document& message);

}  // namespace mock_ghl::api
