// Forms: what chaos puts in the place of a clean answer, and how it bends one. Pure; every choice is a draw handed in.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/net/http.hpp"
#include "mock_ghl/chaos/injector.hpp"
#include "mock_ghl/chaos/plan.hpp"

namespace mock_ghl::forms {

using holdfast::net::HttpResponse;

// nginx's page for a status ("504 Gateway Time-out").
HttpResponse page(int status, std::string_view title);
HttpResponse gateway_timeout();
// 500, 502 or 503, as JSON or as the gateway's page.
HttpResponse server_error(std::uint64_t draw);
// The answer that replaces the one to a request that was done: 502, 504 or cut.
HttpResponse lost_answer(std::uint64_t draw);
// The same success without a readable body.
HttpResponse unreadable(HttpResponse response, std::uint64_t draw);
// Cloudflare's 403, as text or as a page (facts/ghl.md 1.7).
HttpResponse cloudflare(std::uint64_t draw);
// {"statusCode":500,"message":"Internal server error"}.
HttpResponse internal_error();
// A 200 or 201 that says it failed (quirk 52).
HttpResponse error_in_2xx(std::uint64_t draw, std::string_view trace_id);
// The same success with an id that is not its own (quirk 5): `other` where there is one, else nobody's, or none that
// could be used.
HttpResponse wrong_id(HttpResponse clean, std::string_view other, std::uint64_t draw);
// What an `answer` rule says.
HttpResponse made_answer(const AnswerForm& form, std::string_view trace_id);
// The same answer with the body of the form; status and other headers stay.
void give_body(HttpResponse& response, const AnswerForm& form);
// Whether the form takes the place of this clean answer.
bool replaces(const AnswerForm& form, const HttpResponse& clean);
// The bends of an answer that is sent: openHours {}, _dates_, another error shape, a slow body. False when it is no
// error whose shape could be another.
bool bend(HttpResponse& response, const Injection& injection);

}  // namespace mock_ghl::forms
