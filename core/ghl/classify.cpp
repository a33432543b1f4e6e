#include "core/ghl/classify.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace holdfast::ghl {
namespace {

// 429 without any header: the documented burst window (facts/ghl.md 3).
constexpr Duration burst_window{10'000};
// 429 with nothing left today and no time of reset: there is no use in asking sooner than this.
constexpr Duration daily_pause = hours(1);
// A wait is the server's to name. This only keeps it countable.
constexpr Duration countable_max = hours(24 * 36'525);

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

template <std::size_t N>
bool has_any(std::string_view text, const std::array<std::string_view, N>& parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) { return has(text, part); });
}

bool is_write(Repeat repeat) {
  return repeat != Repeat::harmless;
}

ErrorKind unanswered_kind(Repeat repeat) {
  return is_write(repeat) ? ErrorKind::unknown_outcome : ErrorKind::transient;
}

Error make_error(ErrorKind kind, std::string message, int status) {
  return Error{.kind = kind, .message = std::move(message), .http_status = status};
}

// An answer that is not in GHL's form: the request never reached it.
Error in_front(int status) {
  return make_error(ErrorKind::transient,
                    "something in front of GHL refused the request; check the network and the base URL", status);
}

// A header that is a whole number of at least 0.
std::optional<std::int64_t> number_header(const net::HttpResponse& response, std::string_view name) {
  const auto text = response.headers.find(name);
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), number);
  if (error != std::errc() || end != text->data() + text->size() || number < 0) return std::nullopt;
  return number;
}

Duration countable_ms(std::int64_t wait_ms) {
  return Duration(std::min<std::int64_t>(wait_ms, countable_max.count()));
}

// "Wed, 21 Oct 2026 07:28:00 GMT" (RFC 9110 5.6.7), the one form that servers may write.
std::optional<Instant> date_header(const net::HttpResponse& response, std::string_view name) {
  static constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto text = response.headers.find(name);
  if (!text || text->size() != 29 || !text->ends_with(" GMT")) return std::nullopt;
  const auto month = std::find(months.begin(), months.end(), text->substr(8, 3));
  if (month == months.end()) return std::nullopt;
  const auto number = std::to_string(month - months.begin() + 1);
  std::string iso(text->substr(12, 4));
  iso += number.size() == 1 ? "-0" : "-";
  iso += number + "-";
  iso += text->substr(5, 2);
  iso += "T";
  iso += text->substr(17, 8);
  return parse_iso(iso + "Z");
}

// Retry-After: seconds, or a date, which counts from the date of the answer itself, so that nobody's clock matters.
std::optional<Duration> asked_wait(const net::HttpResponse& response) {
  if (const auto wait_s = number_header(response, "Retry-After"))
    return countable_ms(std::min(*wait_s, countable_max.count() / 1'000) * 1'000);
  const auto until = date_header(response, "Retry-After");
  const auto sent_at = date_header(response, "Date");
  if (!until || !sent_at) return std::nullopt;
  return std::max(*until - *sent_at, Duration(0));
}

// The wait until the daily limit begins anew. The header is in milliseconds, of which nobody documents whether they are
// a distance or an instant: what would be years is an instant.
Duration daily_reset(const net::HttpResponse& response) {
  constexpr std::int64_t distance_max_ms = 100'000'000'000;
  const auto reset_ms = number_header(response, "X-RateLimit-Daily-Reset");
  if (!reset_ms) return daily_pause;
  if (*reset_ms < distance_max_ms) return countable_ms(*reset_ms);
  const auto sent_at = date_header(response, "Date");
  if (!sent_at || *reset_ms > 253'402'300'799'999) return daily_pause;
  return std::max(from_epoch_ms(*reset_ms) - *sent_at, Duration(0));
}

// GHL documents no Retry-After: where there is one it is kept to, else the burst window is waited out; when nothing is
// left today, at least until the daily reset (facts/ghl.md 3).
Duration rate_limit_wait(const net::HttpResponse& response) {
  const std::int64_t window_ms = number_header(response, "X-RateLimit-Interval-Milliseconds").value_or(0);
  const Duration window = window_ms > 0 ? countable_ms(window_ms) : burst_window;
  const Duration wait = asked_wait(response).value_or(window);
  if (number_header(response, "X-RateLimit-Daily-Remaining") != 0) return wait;
  return std::max(wait, daily_reset(response));
}

Error rate_limited(const net::HttpResponse& response) {
  const bool daily = number_header(response, "X-RateLimit-Daily-Remaining") == 0;
  Error error = make_error(ErrorKind::rate_limited,
                           daily ? "GHL's daily request limit is used up; wait for its reset or share the token less"
                                 : "GHL's request limit is reached; wait and try again",
                           429);
  error.retry_after = rate_limit_wait(response);
  return error;
}

// Texts of 401s that a new token would not mend (facts/ghl.md 1.6; 46 and 47 of section 9).
constexpr std::array<std::string_view, 7> permission_texts{"scope",
                                                           "iam service",
                                                           "iam config",
                                                           "user type",
                                                           "authclass",
                                                           "not accessible from this token",
                                                           "does not have access"};

constexpr const char* may_not_do_this =
    "the token may not do this; give it the scope, and use a token of this sub-account";

// "Invalid JWT", "Invalid Private Integration token", "access token is invalid", "... expired": the one thing that
// another token mends (facts/ghl.md 9.1).
bool is_about_the_token(std::string_view text) {
  return (has(text, "jwt") || has(text, "token")) && (has(text, "invalid") || has(text, "expired"));
}

// A 401 is GHL's word only in GHL's words; any other may come from in front of it, or after the work was done.
Error unauthorized(const Json* body, Repeat repeat) {
  const std::string text = body == nullptr ? std::string() : lower(message_of(*body));
  if (has(text, "version header"))
    return make_error(ErrorKind::missing_scope, "GHL refused the Version header; this is a bug, please report it", 401);
  if (has(text, "iam service") || has(text, "iam config"))
    return make_error(ErrorKind::missing_scope,
                      "GHL does not know this route for this token; check the token's scopes and the base URL", 401);
  if (has_any(text, permission_texts)) return make_error(ErrorKind::missing_scope, may_not_do_this, 401);
  if (is_about_the_token(text))
    return make_error(ErrorKind::unauthorized,
                      "GHL does not accept the token; check that it is current and not revoked", 401);
  if (is_write(repeat))
    return make_error(ErrorKind::unknown_outcome,
                      "a 401 came that says nothing of the token; read back whether it was done", 401);
  if (body == nullptr) return in_front(401);
  return make_error(ErrorKind::missing_scope,
                    "GHL refused the token for a reason that is not known; check the token, its scopes and the "
                    "sub-account",
                    401);
}

// Refusals whose cause is known and can be said without repeating GHL's text.
struct KnownRefusal {
  std::string_view text;
  const char* reason;
};
constexpr std::array<KnownRefusal, 10> known_refusals{{
    {"does not allow duplicated contacts", "the contact exists already"},
    {"slot duration is not a valid duration", "the length does not fit the calendar's slot duration"},
    {"doesn't have any team members", "the calendar has no team members; add one in GHL"},
    {"team member needs to be selected", "a team member must be named for this calendar"},
    {"conversations_msg_unsubscribed", "the contact takes no messages on this channel"},
    {"missing phone number", "the contact has no phone number"},
    {"missing email", "the contact has no e-mail address"},
    {"is not an event calendar", "the calendar is not an event calendar"},
    {"invalid api version", "GHL refused the Version header"},
    {"endpoint has been removed", "GHL has removed this endpoint; update Holdfast"},
}};

bool is_field_name(std::string_view name) {
  return !name.empty() && name.size() <= 40 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

// The field a class-validator text is about ("property x should not exist", "email must be an email"). A field's name
// is no personal data, but only names that we ever write are let through, so that a value can never pass for one.
constexpr std::array<std::string_view, 25> our_fields{
    "calendarid",  "locationid",     "contactid",  "starttime", "endtime",           "title",
    "description", "assigneduserid", "phone",      "email",     "firstname",         "lastname",
    "timezone",    "source",         "number",     "body",      "appointmentstatus", "tonotify",
    "duedate",     "completed",      "assignedto", "type",      "message",           "subject",
    "html"};

std::string_view refused_field(std::string_view text) {
  if (text.starts_with("property ")) text.remove_prefix(9);
  const std::string_view name = text.substr(0, text.find(' '));
  if (!is_field_name(name)) return {};
  const auto found = std::find(our_fields.begin(), our_fields.end(), name);
  return found == our_fields.end() ? std::string_view{} : *found;
}

Error refused(std::string_view text, int status) {
  for (const KnownRefusal& known : known_refusals) {
    if (has(text, known.text))
      return make_error(ErrorKind::refused, std::string("GHL refused: ") + known.reason, status);
  }
  if (const std::string_view field = refused_field(text); !field.empty())
    return make_error(ErrorKind::refused, "GHL refused the field " + std::string(field) + "; check what was given",
                      status);
  return make_error(ErrorKind::refused, "GHL refused the request; check the calendar's settings and what was asked for",
                    status);
}

bool names_something_unknown(std::string_view text) {
  return has(text, "not found") || has(text, "event id is invalid") || has(text, "already been deleted");
}

// A 4xx other than 401, 408, 429 and 499 with a JSON body: GHL's own word.
Error client_error(const Json& body, int status) {
  const std::string text = lower(message_of(body));
  if (status == 400 && has(text, "slot you have selected is no longer available"))
    return make_error(ErrorKind::slot_taken, "GHL no longer offers this slot; offer the caller another", status);
  if (status == 403) return make_error(ErrorKind::missing_scope, may_not_do_this, status);
  if (status == 404 && text.starts_with("cannot "))
    return make_error(ErrorKind::refused, "GHL does not know this route; check the base URL", status);
  if (status == 404 || ((status == 400 || status == 422) && names_something_unknown(text)))
    return make_error(ErrorKind::not_found, "GHL does not know what was asked for; check the id and the sub-account",
                      status);
  return refused(text, status);
}

// By status alone, with the body where the status leaves it open; `body` is null when it is no JSON object.
Error judge_status(int status, const Json* body, const net::HttpResponse& response, Repeat repeat) {
  if (status == 429) return rate_limited(response);
  if (status == 401) return unauthorized(body, repeat);
  const bool open = status < 400 || status == 408 || status == 499 || status >= 500;
  if (open) {
    return make_error(
        unanswered_kind(repeat),
        is_write(repeat) ? "GHL failed while it worked; read back whether it was done" : "GHL failed; try again",
        status);
  }
  if (body == nullptr) return in_front(status);
  return client_error(*body, status);
}

// The same with the wait that the answer asks for, be it a 429 or a 503.
Error classify_status(int status, const Json* body, const net::HttpResponse& response, Repeat repeat) {
  Error error = judge_status(status, body, response, repeat);
  const bool may_be_repeated = error.kind == ErrorKind::transient || error.kind == ErrorKind::unknown_outcome;
  if (may_be_repeated) error.retry_after = asked_wait(response);
  return error;
}

// The status that an error-like body carries, if it is one.
std::optional<int> inner_status(const Json& body) {
  for (const char* key : {"statusCode", "status"}) {
    const auto status = integer_member(body, key);
    if (status && *status >= 400 && *status <= 599) return static_cast<int>(*status);
  }
  return std::nullopt;
}

void append_text(std::string& texts, const Json& value) {
  if (!value.is_string()) return;
  if (!texts.empty()) texts += ", ";
  texts += value.get_ref<const std::string&>();
}

}  // namespace

Error classify_transport_error(const net::TransportError& error, Repeat repeat) {
  // The transport's message is about names and sockets, holds no secrets, and says what to check.
  if (error.failure == net::TransportFailure::not_sent)
    return Error{.kind = ErrorKind::transient, .message = "GHL was not reached: " + error.message, .not_sent = true};
  return Error{.kind = unanswered_kind(repeat), .message = "GHL did not answer: " + error.message};
}

Error classify_response(const net::HttpResponse& response, Repeat repeat) {
  const auto body = parse_json(response.body);
  return classify_status(response.status, body && body->is_object() ? &*body : nullptr, response, repeat);
}

Error classify_unusable_success(const net::HttpResponse& response, Repeat repeat) {
  const bool may_follow_body = repeat == Repeat::harmless || repeat == Repeat::idempotent;
  if (may_follow_body) {
    const auto body = parse_json(response.body);
    if (body && body->is_object()) {
      if (const auto status = inner_status(*body)) return classify_status(*status, &*body, response, repeat);
    }
  }
  return make_error(unanswered_kind(repeat),
                    is_write(repeat) ? "GHL's answer cannot be read; read back whether it was done"
                                     : "GHL's answer cannot be read; try again",
                    response.status);
}

bool is_error_like(const Json& body) {
  if (!body.is_object()) return false;
  if (inner_status(body)) return true;
  for (const char* key : {"success", "succeeded", "succeded"}) {
    if (bool_member(body, key) == false) return true;
  }
  return false;
}

std::string message_of(const Json& body) {
  std::string texts;
  for (const char* key : {"message", "error", "error_description", "detail"}) {
    const Json* member = find_member(body, key);
    if (member == nullptr) continue;
    append_text(texts, *member);
    if (member->is_array()) {
      for (const Json& text : *member) append_text(texts, text);
    } else if (const Json* inner = find_member(*member, "message")) {
      append_text(texts, *inner);
    }
    if (!texts.empty()) break;
  }
  return texts;
}

bool says_already_deleted(std::string_view body) {
  const auto value = parse_json(body);
  return value && has(lower(message_of(*value)), "already been deleted");
}

}  // namespace holdfast::ghl
