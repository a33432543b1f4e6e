#include "core/ghl/classify.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

namespace holdfast::ghl {
namespace {

net::HttpResponse answer(int status, std::string body) {
  return net::HttpResponse::json(status, std::move(body));
}

// One row of facts/ghl.md 1.6, and what it means for a read and for a create.
struct Row {
  int status;
  std::string body;
  ErrorKind read;
  ErrorKind create;
};

Row same(int status, std::string body, ErrorKind kind) {
  return {status, std::move(body), kind, kind};
}
Row open(int status, std::string body) {
  return {status, std::move(body), ErrorKind::transient, ErrorKind::unknown_outcome};
}

std::vector<Row> rows() {
  using enum ErrorKind;
  return {
      same(400,
           R"({"message":"The slot you have selected is no longer available.","error":"Bad Request","statusCode":400})",
           slot_taken),
      same(400, R"({"statusCode":400,"message":["The slot you have selected is no longer available."]})", slot_taken),
      // The match is narrow: other texts about slots are no proof of a taken slot.
      same(400, R"({"message":"The slot is no longer available","statusCode":400})", refused),
      same(422, R"({"message":"The slot you have selected is no longer available.","statusCode":422})", refused),
      same(
          400,
          R"({"statusCode":400,"message":"This location does not allow duplicated contacts.","meta":{"contactId":"3k9"}})",
          refused),
      same(400, R"({"status":400,"message":"MongoError: x","name":"HttpException","options":{},"traceId":"t"})",
           refused),
      same(400, R"({"message":"API endpoint has been removed","error":"Bad Request","statusCode":400})", refused),
      same(400, R"({"message":"Selected slot duration is not a valid duration option for this calendar"})", refused),
      same(400, R"({"message":"The calendar is not an event calendar."})", refused),
      same(400, R"({"message":"The event id is invalid"})", not_found),
      same(400, R"({"message":"The event has already been deleted"})", not_found),
      same(400, R"({"message":"Contact not found for id:abc","statusCode":400})", not_found),
      same(400, R"({"message":"Invalid API version segment 'bogus-version' at position 0"})", refused),
      same(400, "{}", refused),
      same(401, R"({"statusCode":401,"message":"Invalid JWT"})", unauthorized),
      same(401, R"({"statusCode":401,"message":"Invalid token: access token is invalid","error":"Unauthorized"})",
           unauthorized),
      same(401, R"({"message":"Invalid Private Integration token"})", unauthorized),
      same(401, R"({"message":["jwt expired"]})", unauthorized),
      same(401, R"({"message":"The access token has expired"})", unauthorized),
      // A 401 in other words than GHL's proves nothing of a write, and another token would not mend it.
      {401, R"({"error":"UnAuthorized!","error_description":"Authorization code not found"})", missing_scope,
       unknown_outcome},
      {401, R"({"message":"Unauthorized","statusCode":401})", missing_scope, unknown_outcome},
      {401, "{}", missing_scope, unknown_outcome},
      {401, "", transient, unknown_outcome},
      {401, "<html>invalid token</html>", transient, unknown_outcome},
      same(401, R"({"message":"The token is not authorized for this scope."})", missing_scope),
      same(401, R"({"message":"version header was not found."})", missing_scope),
      same(401, R"({"message":"version header is invalid"})", missing_scope),
      same(401, R"({"message":"Token's user type mismatch!"})", missing_scope),
      same(
          401,
          R"({"message":"This authClass type is not allowed to access this scope. Please verify your IAM configuration if this is not the case."})",
          missing_scope),
      same(401, R"({"message":"This token's user type is not yet supported!"})", missing_scope),
      same(401, R"({"message":"This location is not accessible from this token!"})", missing_scope),
      same(401, R"({"message":"This route is not yet supported by the IAM Service. Please update your IAM config."})",
           missing_scope),
      same(403, R"({"message":"This route is not yet supported by the IAM Service. Please update your IAM config."})",
           missing_scope),
      same(403,
           R"({"statusCode":403,"message":"The token does not have access to this location.","error":"Forbidden"})",
           missing_scope),
      // Cloudflare: it never reached GHL, which proves nothing was done.
      same(403, "error code: 1010", transient),
      same(403, "<html>Attention Required!</html>", transient),
      same(404, "<html>nginx</html>", transient),
      same(404, "", transient),
      same(404, R"({"statusCode":404,"message":"Cannot GET /x","error":"Not Found"})", refused),
      same(404, R"({"statusCode":404,"message":"Calendar not found"})", not_found),
      same(404, R"({"error":{"code":"RESOURCE_NOT_FOUND","message":"gone","details":[],"resolution":"x"}})", not_found),
      same(422, R"({"message":["property x should not exist"],"error":"Unprocessable Entity","statusCode":422})",
           refused),
      same(422, R"({"message":["email must be an email"],"statusCode":422})", refused),
      same(422, R"({"message":"A team member needs to be selected. assignedUserId is missing"})", refused),
      same(422, R"({"message":"The calendar doesn't have any team members associated"})", refused),
      same(409, R"({"message":"conflict"})", refused),
      same(429, R"({"statusCode":429,"message":"Too Many Requests"})", rate_limited),
      same(429, "", rate_limited),
      open(408, ""),
      open(499, "{}"),
      open(500, R"({"statusCode":500,"message":"Internal server error"})"),
      // A 5xx says nothing about the slot, whatever its text is.
      open(500, R"({"message":"The slot you have selected is no longer available."})"),
      open(502, "<html>Bad Gateway</html>"),
      open(503, ""),
      open(504, ""),
      open(302, ""),
      open(0, ""),
      open(999, "{}"),
  };
}

TEST(ClassifyResponse, JudgesEveryKnownAnswer) {
  for (const Row& row : rows()) {
    const Error read = classify_response(answer(row.status, row.body), Repeat::harmless);
    const Error create = classify_response(answer(row.status, row.body), Repeat::never);
    EXPECT_EQ(read.kind, row.read) << row.status << ' ' << row.body << ": " << to_string(read);
    EXPECT_EQ(create.kind, row.create) << row.status << ' ' << row.body << ": " << to_string(create);
    EXPECT_EQ(create.http_status, row.status);
    EXPECT_FALSE(create.message.empty());
  }
}

TEST(ClassifyResponse, WaitsAsLongAsTheHeadersSay) {
  const auto wait = [](net::HttpHeaders headers) {
    const net::HttpResponse response{.status = 429, .headers = std::move(headers), .body = ""};
    return classify_response(response, Repeat::never).retry_after.value_or(Duration(-1));
  };
  EXPECT_EQ(wait({}), seconds(10));
  EXPECT_EQ(wait({{"X-RateLimit-Interval-Milliseconds", "2500"}}), milliseconds(2500));
  EXPECT_EQ(wait({{"retry-after", "3"}}), seconds(3));
  EXPECT_EQ(wait({{"Retry-After", "3"}, {"X-RateLimit-Interval-Milliseconds", "10000"}}), seconds(3));
  EXPECT_EQ(wait({{"X-RateLimit-Daily-Remaining", "0"}}), hours(1));
  EXPECT_EQ(wait({{"X-RateLimit-Daily-Remaining", "0"}, {"X-RateLimit-Daily-Reset", "7200000"}}), hours(2));
  EXPECT_EQ(wait({{"X-RateLimit-Daily-Remaining", "0"}, {"Retry-After", "1"}}), hours(1));
  EXPECT_EQ(wait({{"X-RateLimit-Daily-Remaining", "5"}}), seconds(10));
  EXPECT_EQ(wait({{"X-RateLimit-Interval-Milliseconds", "0"}}), seconds(10));
  for (const char* odd : {"", "-1", "soon", "1e9", "99999999999999999999", "1.5", " 3"})
    EXPECT_EQ(wait({{"Retry-After", odd}}), seconds(10)) << odd;
  EXPECT_EQ(wait({{"Retry-After", "0"}}), Duration(0));
  // A wait is never shortened.
  EXPECT_EQ(wait({{"Retry-After", "172800"}}), hours(48));
  EXPECT_EQ(wait({{"X-RateLimit-Interval-Milliseconds", "90000000"}}), hours(25));
  EXPECT_EQ(wait({{"X-RateLimit-Daily-Remaining", "0"}, {"X-RateLimit-Daily-Reset", "90000000"}}), hours(25));
  EXPECT_GE(wait({{"Retry-After", "9223372036854775807"}}), hours(24 * 365));
  EXPECT_GE(wait({{"X-RateLimit-Interval-Milliseconds", "9223372036854775807"}}), hours(24 * 365));
}

TEST(ClassifyResponse, TakesADateForAWait) {
  const auto wait = [](net::HttpHeaders headers) {
    const net::HttpResponse response{.status = 429, .headers = std::move(headers), .body = ""};
    return classify_response(response, Repeat::never).retry_after.value_or(Duration(-1));
  };
  const std::pair<std::string, std::string> sent{"Date", "Wed, 21 Oct 2026 07:28:00 GMT"};
  EXPECT_EQ(wait({sent, {"Retry-After", "Wed, 21 Oct 2026 07:29:30 GMT"}}), seconds(90));
  EXPECT_EQ(wait({sent, {"Retry-After", "Fri, 01 Jan 2027 07:28:00 GMT"}}), days(72));
  EXPECT_EQ(wait({sent, {"Retry-After", "Wed, 21 Oct 2026 07:00:00 GMT"}}), Duration(0));
  // Without a date to count from, or with one that is none, the window is waited out.
  EXPECT_EQ(wait({{"Retry-After", "Wed, 21 Oct 2026 07:29:30 GMT"}}), seconds(10));
  for (const char* odd : {"Wed, 21 Okt 2026 07:29:30 GMT", "Wed, 31 Feb 2026 07:29:30 GMT",
                          "Wed, 21 Oct 2026 07:29:30 CET", "2026-10-21T07:29:30Z", "Wed, 21 Oct 2026 27:29:30 GMT",
                          "Wed, 21 Oct 2026 07-29-30 GMT", "                             "})
    EXPECT_EQ(wait({sent, {"Retry-After", odd}}), seconds(10)) << odd;
  // A daily reset may be an instant.
  const auto reset = std::to_string(to_epoch_ms(*parse_iso("2026-10-21T10:28:00Z")));
  const std::pair<std::string, std::string> none_left{"X-RateLimit-Daily-Remaining", "0"};
  EXPECT_EQ(wait({sent, none_left, {"X-RateLimit-Daily-Reset", reset}}), hours(3));
  EXPECT_EQ(wait({none_left, {"X-RateLimit-Daily-Reset", reset}}), hours(1));
  EXPECT_EQ(wait({sent, none_left, {"X-RateLimit-Daily-Reset", "9223372036854775807"}}), hours(1));
}

TEST(ClassifyResponse, CarriesTheWaitOfEveryAnswerThatMayBeTriedAgain) {
  const auto wait = [](int status, Repeat repeat) {
    net::HttpResponse response = answer(status, "");
    response.headers.set("Retry-After", "30");
    return classify_response(response, repeat).retry_after;
  };
  for (const int status : {408, 500, 503}) {
    EXPECT_EQ(wait(status, Repeat::harmless), seconds(30)) << status;
    EXPECT_EQ(wait(status, Repeat::idempotent), seconds(30)) << status;
  }
  EXPECT_EQ(wait(403, Repeat::harmless), seconds(30));  // something in front of GHL
  EXPECT_EQ(classify_response(answer(503, ""), Repeat::harmless).retry_after, std::nullopt);
}

TEST(ClassifyTransportError, OnlyNotSentProvesAnything) {
  using net::TransportFailure;
  const auto kind = [](TransportFailure failure, Repeat repeat) {
    return classify_transport_error({failure, "x"}, repeat).kind;
  };
  for (const Repeat repeat : {Repeat::harmless, Repeat::idempotent, Repeat::if_refused, Repeat::never}) {
    EXPECT_EQ(kind(TransportFailure::not_sent, repeat), ErrorKind::transient);
    EXPECT_TRUE(classify_transport_error({TransportFailure::not_sent, "x"}, repeat).not_sent);
    EXPECT_FALSE(classify_transport_error({TransportFailure::unanswered, "x"}, repeat).not_sent);
  }
  EXPECT_EQ(kind(TransportFailure::unanswered, Repeat::harmless), ErrorKind::transient);
  for (const Repeat repeat : {Repeat::idempotent, Repeat::if_refused, Repeat::never})
    EXPECT_EQ(kind(TransportFailure::unanswered, repeat), ErrorKind::unknown_outcome);
}

TEST(ClassifyUnusableSuccess, ACreateIsUnknownWhateverTheBodySays) {
  for (const char* body : {"", "<html>", "{}", "[]", R"({"traceId":"t"})", R"({"success":false})",
                           R"({"statusCode":400,"message":"The slot you have selected is no longer available."})",
                           R"({"status":401,"message":"Invalid JWT"})", R"({"statusCode":429})"}) {
    EXPECT_EQ(classify_unusable_success(answer(200, body), Repeat::never).kind, ErrorKind::unknown_outcome) << body;
    EXPECT_EQ(classify_unusable_success(answer(201, body), Repeat::if_refused).kind, ErrorKind::unknown_outcome)
        << body;
  }
}

TEST(ClassifyUnusableSuccess, AReadGoesByTheInnerStatus) {
  const auto read = [](const char* body) {
    return classify_unusable_success(answer(200, body), Repeat::harmless).kind;
  };
  EXPECT_EQ(read(R"({"statusCode":400,"message":"The event id is invalid"})"), ErrorKind::not_found);
  EXPECT_EQ(read(R"({"status":401,"message":"Invalid JWT"})"), ErrorKind::unauthorized);
  EXPECT_EQ(read(R"({"statusCode":429})"), ErrorKind::rate_limited);
  EXPECT_EQ(read(R"({"statusCode":500})"), ErrorKind::transient);
  EXPECT_EQ(read(R"({"success":false})"), ErrorKind::transient);
  EXPECT_EQ(read("<html>"), ErrorKind::transient);
  EXPECT_EQ(read(R"({"statusCode":200})"), ErrorKind::transient);
}

TEST(MessageOf, ReadsEveryShape) {
  const auto message = [](const char* text) { return message_of(*parse_json(text)); };
  EXPECT_EQ(message(R"({"message":"a"})"), "a");
  EXPECT_EQ(message(R"({"message":["a","b",7]})"), "a, b");
  EXPECT_EQ(message(R"({"message":null,"error":"e"})"), "e");
  EXPECT_EQ(message(R"({"error":{"code":"X","message":"inner"}})"), "inner");
  EXPECT_EQ(message(R"({"error_description":"d"})"), "d");
  EXPECT_EQ(message(R"({"detail":"d"})"), "d");
  EXPECT_EQ(message(R"({"message":7})"), "");
  EXPECT_EQ(message("[]"), "");
}

TEST(Errors, NeverRepeatWhatABodySays) {
  const std::string secret = "jane.doe@example.com";
  for (const Row& row : rows()) {
    const std::string body =
        R"({"message":"contact )" + secret + R"( not ok","meta":{"contactName":")" + secret + "\"}}";
    for (const Repeat repeat : {Repeat::harmless, Repeat::never}) {
      EXPECT_EQ(classify_response(answer(row.status, body), repeat).message.find(secret), std::string::npos);
      EXPECT_EQ(classify_unusable_success(answer(200, body), repeat).message.find(secret), std::string::npos);
    }
  }
  // A field's name is said when it is one of ours, and only then.
  const auto said = [](std::string text) {
    return classify_response(answer(422, dump_json(Json{{"message", {text}}})), Repeat::never).message;
  };
  EXPECT_NE(said("email must be an email").find("email"), std::string::npos);
  EXPECT_NE(said("property phone should not exist").find("phone"), std::string::npos);
  EXPECT_EQ(said("jane must be an email").find("jane"), std::string::npos);
}

// --- Properties
// -------------------------------------------------------------------------------------------------------

bool proves_nothing_was_done(ErrorKind kind) {
  return kind != ErrorKind::unknown_outcome && kind != ErrorKind::deadline_exceeded && kind != ErrorKind::conflict &&
         kind != ErrorKind::storage && kind != ErrorKind::internal && kind != ErrorKind::configuration;
}

// A 4xx that is not 408 (the server gave up waiting), 499 (the client did) or 401 (its words decide).
bool status_proves_refusal(int status) {
  return status >= 400 && status < 500 && status != 401 && status != 408 && status != 499;
}

// A body of the table with some bytes changed, cut or repeated; or anything at all.
std::string any_body() {
  const std::vector<Row> known = rows();
  std::string body = known[*rc::gen::inRange<std::size_t>(0, known.size())].body;
  const int changes = *rc::gen::inRange(0, 4);
  for (int i = 0; i < changes && !body.empty(); ++i) {
    const auto place = *rc::gen::inRange<std::size_t>(0, body.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        body[place] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        body.resize(place);
        break;
      default:
        body.insert(place, body.substr(place));
        break;
    }
  }
  return *rc::gen::inRange(0, 4) == 0 ? *rc::gen::arbitrary<std::string>() : body;
}

RC_GTEST_PROP(ClassifyProperty, ACreateIsRefusedOnlyWhenTheStatusProvesIt, ()) {
  const int status = *rc::gen::oneOf(rc::gen::inRange(-10, 1000), rc::gen::inRange(395, 505));
  const Error error = classify_response(answer(status, any_body()), Repeat::never);
  const bool proven = proves_nothing_was_done(error.kind);
  if (status == 401)
    RC_ASSERT(!proven || error.kind == ErrorKind::unauthorized || error.kind == ErrorKind::missing_scope);
  else
    RC_ASSERT(proven == status_proves_refusal(status));
  RC_ASSERT(!error.not_sent);
  if (error.kind == ErrorKind::slot_taken) RC_ASSERT(status == 400);
}

RC_GTEST_PROP(ClassifyProperty, AnUnusableSuccessProvesNothingAboutAWriteThatIsSentOnce, ()) {
  const auto repeat = *rc::gen::element(Repeat::never, Repeat::if_refused);
  const Error error = classify_unusable_success(answer(*rc::gen::inRange(200, 300), any_body()), repeat);
  RC_ASSERT(error.kind == ErrorKind::unknown_outcome);
}

RC_GTEST_PROP(ClassifyProperty, AReadNeverHasAnUnknownOutcome, ()) {
  const auto response = answer(*rc::gen::inRange(0, 1000), any_body());
  RC_ASSERT(classify_response(response, Repeat::harmless).kind != ErrorKind::unknown_outcome);
  RC_ASSERT(classify_unusable_success(response, Repeat::harmless).kind != ErrorKind::unknown_outcome);
}

}  // namespace
}  // namespace holdfast::ghl
