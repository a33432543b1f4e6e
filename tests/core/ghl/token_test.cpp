// Tokens: who is asked for one, when it is renewed, and what is sent again afterwards.
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/core/ghl/client_bench.hpp"

namespace holdfast::ghl {
namespace {

using tests::Answer;
using tests::Bench;
using tests::json;
using tests::kind_of;
using tests::made_body;
using tests::not_sent;
using tests::unanswered;

constexpr const char* invalid_jwt = R"({"statusCode":401,"message":"Invalid JWT"})";
constexpr const char* no_scope = R"({"message":"The token is not authorized for this scope."})";
constexpr const char* no_version = R"({"message":"version header is invalid"})";
constexpr const char* no_route = R"({"message":"This route is not yet supported by the IAM Service."})";
constexpr const char* calendar_body = R"({"calendar":{"id":"cal"}})";
constexpr const char* note_body = R"({"note":{"id":"n"}})";

// "token-0" first, the next number after every renewal; or what is scripted.
class NumberedTokens final : public TokenSource {
 public:
  net::Task<Result<Secret>> token(Instant /*deadline*/) override {
    if (no_token) co_return fail(*no_token);
    co_return current();
  }
  net::Task<Result<Secret>> refresh(Secret rejected_token, Instant /*deadline*/) override {
    rejected.push_back(rejected_token.reveal());
    if (!refusals.empty()) {
      Error error = std::move(refusals.front());
      refusals.erase(refusals.begin());
      co_return fail(std::move(error));
    }
    if (!stuck) ++number_;
    co_return current();
  }

  std::vector<std::string> rejected;
  std::vector<Error> refusals;    // the answers to the first refreshes
  std::optional<Error> no_token;  // the answer to every token()
  bool stuck = false;             // refresh() answers with the rejected token

 private:
  Secret current() const { return Secret("token-" + std::to_string(number_)); }
  int number_ = 0;
};

// A client whose tokens are numbered.
struct TokenBench {
  explicit TokenBench(std::vector<Answer> answers) : bench(std::move(answers), {}, tokens) {}

  Result<Calendar> read() { return bench.loop.run(bench.client.get_calendar("cal", bench.in(seconds(30)))); }
  Result<Note> note() { return bench.loop.run(bench.client.add_note("con", "x", bench.in(seconds(30)))); }
  Result<void> cancel() { return bench.loop.run(bench.client.cancel_appointment("evt", bench.in(seconds(30)))); }
  std::vector<std::string> sent_tokens() {
    std::vector<std::string> sent;
    for (const auto& request : bench.transport.requests)
      sent.emplace_back(request.headers.find("Authorization").value_or("none"));
    return sent;
  }

  std::shared_ptr<NumberedTokens> tokens = std::make_shared<NumberedTokens>();
  Bench bench;
};

using Tokens = std::vector<std::string>;

TEST(Tokens, AreRenewedOnceWhenGhlCallsThemInvalidAndTheRequestGoesOutAgain) {
  TokenBench reading({json(401, invalid_jwt), json(200, calendar_body)});
  EXPECT_EQ(reading.read()->id, "cal");
  EXPECT_EQ(reading.sent_tokens(), (Tokens{"Bearer token-0", "Bearer token-1"}));
  EXPECT_EQ(reading.tokens->rejected, Tokens{"token-0"});
  // At once: nothing is waited for.
  EXPECT_EQ(reading.bench.transport.sent_at[0], reading.bench.transport.sent_at[1]);
  TokenBench noting({json(401, invalid_jwt), json(201, note_body)});
  EXPECT_EQ(noting.note()->id, "n");
  EXPECT_EQ(noting.bench.count(), 2U);
  TokenBench cancelling({json(401, invalid_jwt), json(200, "{}")});
  EXPECT_TRUE(cancelling.cancel().has_value());
  EXPECT_EQ(cancelling.bench.count(), 2U);
}

TEST(Tokens, AreNotRenewedTwiceInOneCall) {
  TokenBench bench({json(401, invalid_jwt)});
  EXPECT_EQ(kind_of(bench.read()), ErrorKind::unauthorized);
  EXPECT_EQ(bench.bench.count(), 2U);
  EXPECT_EQ(bench.tokens->rejected.size(), 1U);
}

TEST(Tokens, AreNotRenewedForWhatANewOneWouldNotMend) {
  for (const char* body : {no_scope, no_version, no_route, R"({"message":"Token's user type mismatch!"})",
                           R"({"message":"This location is not accessible from this token!"})", "{}"}) {
    TokenBench bench({json(401, body)});
    EXPECT_EQ(kind_of(bench.read()), ErrorKind::missing_scope) << body;
    EXPECT_EQ(bench.bench.count(), 1U) << body;
    EXPECT_TRUE(bench.tokens->rejected.empty()) << body;
  }
  // Not GHL's words: a read is tried again with the same token.
  TokenBench proxy({json(401, ""), json(200, calendar_body)});
  EXPECT_EQ(proxy.read()->id, "cal");
  EXPECT_EQ(proxy.sent_tokens(), (Tokens{"Bearer token-0", "Bearer token-0"}));
  TokenBench forbidden({json(403, R"({"message":"Invalid token"})")});
  EXPECT_EQ(kind_of(forbidden.read()), ErrorKind::missing_scope);
  EXPECT_TRUE(forbidden.tokens->rejected.empty());
}

TEST(Tokens, ACreateIsNotSentAgainButTheTokenIsRenewedForTheNextOne) {
  TokenBench bench({json(401, invalid_jwt), json(201, made_body)});
  const auto made = bench.bench.create();
  ASSERT_FALSE(made.has_value());
  EXPECT_EQ(made.error().kind, ErrorKind::transient);
  EXPECT_FALSE(made.error().not_sent);  // look for the marker first
  EXPECT_EQ(bench.bench.count(), 1U);
  EXPECT_TRUE(bench.bench.create().has_value());
  EXPECT_EQ(bench.sent_tokens(), (Tokens{"Bearer token-0", "Bearer token-1"}));
  // A foreign 401 may hide a commit.
  TokenBench foreign({json(401, "<html>Unauthorized</html>"), json(201, made_body)});
  EXPECT_EQ(kind_of(foreign.bench.create()), ErrorKind::unknown_outcome);
  EXPECT_EQ(foreign.bench.count(), 1U);
  EXPECT_TRUE(foreign.tokens->rejected.empty());
}

TEST(Tokens, ThatCannotBeRenewedEndTheCall) {
  TokenBench dead({json(401, invalid_jwt)});
  dead.tokens->refusals = {{.kind = ErrorKind::unauthorized, .message = "revoked"}};
  const auto read = dead.read();
  EXPECT_EQ(kind_of(read), ErrorKind::unauthorized);
  EXPECT_EQ(read.error().message, "revoked");
  EXPECT_EQ(read.error().http_status, 401);
  EXPECT_EQ(dead.bench.count(), 1U);
  TokenBench stuck({json(401, invalid_jwt)});
  stuck.tokens->stuck = true;
  EXPECT_EQ(kind_of(stuck.read()), ErrorKind::unauthorized);
  EXPECT_EQ(stuck.bench.count(), 1U);
  Bench fixed({json(401, invalid_jwt)});
  EXPECT_EQ(kind_of(fixed.create()), ErrorKind::unauthorized);
  EXPECT_EQ(fixed.count(), 1U);
}

TEST(Tokens, ARenewalThatFailedForNowIsTriedAgain) {
  TokenBench bench({json(401, invalid_jwt), json(401, invalid_jwt), json(200, calendar_body)});
  bench.tokens->refusals = {{.kind = ErrorKind::transient, .message = "later"}};
  EXPECT_EQ(bench.read()->id, "cal");
  EXPECT_EQ(bench.sent_tokens(), (Tokens{"Bearer token-0", "Bearer token-0", "Bearer token-1"}));
}

TEST(Tokens, WithoutOneNothingIsSent) {
  TokenBench bench({json(201, made_body)});
  bench.tokens->no_token = Error{.kind = ErrorKind::configuration, .message = "none"};
  const auto made = bench.bench.create();
  EXPECT_EQ(kind_of(made), ErrorKind::configuration);
  EXPECT_TRUE(made.error().not_sent);
  EXPECT_EQ(bench.bench.count(), 0U);
}

TEST(Tokens, ARenewalSpoilsNoEarlierUnknownOutcome) {
  TokenBench bench({unanswered(), json(401, invalid_jwt)});
  EXPECT_EQ(kind_of(bench.cancel()), ErrorKind::unknown_outcome);
  EXPECT_EQ(bench.bench.count(), 3U);
}

// --- What needs no look
// -----------------------------------------------------------------------------------------------

TEST(NotSent, IsSaidOnlyWhenNoAttemptLeft) {
  const auto create = [](Answer answer, Duration within = seconds(10)) {
    Bench bench({std::move(answer)});
    return bench.create(within).error().not_sent;
  };
  EXPECT_TRUE(create(not_sent()));
  EXPECT_TRUE(create(json(201, made_body), Duration(0)));
  for (const Answer& answer : {unanswered(), json(400, tests::taken_body), json(422, "{}"), json(401, invalid_jwt),
                               json(401, no_scope), json(403, "{}"), json(429, ""), json(500, ""), tests::html(403)})
    EXPECT_FALSE(create(answer));
  // An attempt that left is not undone by one that did not.
  Bench mixed({json(429, ""), not_sent()});
  const auto note = mixed.loop.run(mixed.client.add_note("con", "x", mixed.in(seconds(60))));
  EXPECT_EQ(kind_of(note), ErrorKind::transient);
  EXPECT_FALSE(note.error().not_sent);
  Bench never({not_sent()});
  EXPECT_TRUE(never.loop.run(never.client.add_note("con", "x", never.in(seconds(60)))).error().not_sent);
}

}  // namespace
}  // namespace holdfast::ghl
