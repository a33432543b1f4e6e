// What an exchange with GHL proves: every answer that is no success becomes one Error (facts/ghl.md 1.6).
// The order is fixed: the transport, then the HTTP status, then the body's message, which may be a string, an array, an
// object or missing. No text of a body enters an Error, as GHL's texts name contacts; what is known is said in our
// words.
#pragma once

#include <string>
#include <string_view>

#include "core/base/json.hpp"
#include "core/base/result.hpp"
#include "core/ghl/retry.hpp"
#include "core/net/transport.hpp"

namespace holdfast::ghl {

// The Error of an exchange without a response. not_sent proves that nothing was done: transient, with Error::not_sent.
// Otherwise a read is transient and a write is unknown_outcome.
Error classify_transport_error(const net::TransportError& error, Repeat repeat);

// The Error of a response whose status is not 2xx.
// - 400 with "slot you have selected is no longer available": slot_taken. The match is narrow (facts/ghl.md 9.1).
// - 400, 404, 422 that name something unknown, or an event id that is invalid or deleted: not_found.
// - 401 that calls the token invalid or expired: unauthorized, and only this is mended by another token. 401 about
//   scope, version, IAM or user type, and every 403 in JSON: missing_scope. A 401 in other words is unknown_outcome for
//   a write; for a read it is missing_scope in JSON, else transient.
// - 403, 404 and other 4xx whose body is not JSON (Cloudflare's "error code: 1010"): transient, as something in front
// of
//   GHL answered and the request never reached it. So a 404 page is not taken for "the appointment is gone".
// - 429: rate_limited with retry_after. Other 4xx in JSON: refused.
// - 408, 499, 5xx, 3xx and impossible statuses: transient for a read, unknown_outcome for a write.
// Whatever may be tried again carries the Retry-After that came with it.
Error classify_response(const net::HttpResponse& response, Repeat repeat);

// The Error of a 2xx whose body is not what was asked for. A read goes by the status inside an error-like body
// ({"statusCode":400,...}, quirk 52) and is transient without one; so does a write that may be repeated. A create or a
// note is unknown_outcome whatever the body says: only the HTTP status could prove that nothing was made.
Error classify_unusable_success(const net::HttpResponse& response, Repeat repeat);

// True when a body that came with 2xx is an error in disguise: `statusCode` or a numeric `status` of 400 and above, or
// `success`, `succeeded` or `succeded` false.
bool is_error_like(const Json& body);

// The texts of an error body, joined by ", ": `message` (string or array), else `error`, `error_description`, `detail`,
// also inside `error` (the v3 envelope). May hold personal data: for matching only.
std::string message_of(const Json& body);

// True when `body` is the 400 of an event that was deleted before (facts/ghl.md 1.6).
bool says_already_deleted(std::string_view body);

}  // namespace holdfast::ghl
