// Caller: the loop behind every call of a Client: the token, one attempt, what it proves, the wait, the next attempt.
// Private to core/ghl.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/ghl/classify.hpp"
#include "core/ghl/retry.hpp"
#include "core/ghl/token_source.hpp"
#include "core/net/runtime.hpp"
#include "core/net/transport.hpp"

namespace holdfast::ghl {

// One request and how it is answered for.
template <class T>
struct Call {
  net::HttpRequest request;
  Repeat repeat = Repeat::harmless;
  Instant deadline;  // send_not_after stands in the request
  // Reads the body of a 2xx.
  Result<T> (*decode)(std::string_view body) = nullptr;
  // Reads a 4xx that means the same as a success; may be null.
  std::optional<T> (*accept)(const net::HttpResponse& response) = nullptr;
};

// Sends, judges, waits and sends again. Not thread-safe; any number of calls may be under way.
class Caller {
 public:
  Caller(net::Runtime runtime, net::HttpTransport& transport, std::shared_ptr<TokenSource> tokens, RetryPolicy retry);

  // Ends by the call's deadline with its value or the Error that says what is proven.
  template <class T>
  net::Task<Result<T>> perform(Call<T> call) {
    History history;
    for (;;) {
      const Instant now = runtime_.now();
      if (now >= call.deadline) co_return fail(conclude(out_of_time(call.repeat), call.repeat, call.deadline, history));
      const Instant attempt_ends = std::min(call.deadline, now + Duration(retry_.attempt_timeout_ms));
      ++history.attempts;
      auto token = co_await tokens_->token(attempt_ends);
      Error error;
      if (!token) {
        error = std::move(token).error();
        error.not_sent = true;
      } else {
        call.request.headers.set("Authorization", "Bearer " + token->reveal());
        const net::TransportResult answer = co_await transport_.send(call.request, attempt_ends);
        Result<T> value = judge(call, answer);
        if (value) co_return value;
        error = std::move(value).error();
        history.left = history.left || !error.not_sent;
        history.may_be_done = history.may_be_done || error.kind == ErrorKind::unknown_outcome;
        if (error.kind == ErrorKind::unauthorized && !history.renewed) {
          auto refusal = co_await renew(std::move(*token), call.repeat, call.deadline, history);
          if (!refusal) continue;
          error = std::move(*refusal);
        }
      }
      const Instant last_start = std::min(call.deadline, call.request.send_not_after.value_or(call.deadline));
      const auto wait =
          next_wait(retry_, call.repeat, error, history.attempts, runtime_.now(), last_start, runtime_.entropy);
      if (!wait) co_return fail(conclude(std::move(error), call.repeat, call.deadline, history));
      co_await net::sleep_for(runtime_.clock, *wait);
    }
  }

 private:
  // What the attempts of one call have come to so far.
  struct History {
    int attempts = 0;
    bool left = false;         // a byte of some attempt may have left
    bool may_be_done = false;  // an attempt had an unknown outcome
    bool renewed = false;      // the token was renewed, which is done once
  };

  // What an answer proves, or its value.
  template <class T>
  static Result<T> judge(const Call<T>& call, const net::TransportResult& answer) {
    if (!answer) return fail(classify_transport_error(answer.error(), call.repeat));
    const net::HttpResponse& response = *answer;
    if (response.status >= 200 && response.status <= 299) {
      Result<T> value = call.decode(response.body);
      if (value) return value;
      return fail(classify_unusable_success(response, call.repeat));
    }
    if (call.accept != nullptr) {
      if (std::optional<T> value = call.accept(response)) return std::move(*value);
    }
    return fail(classify_response(response, call.repeat));
  }
  // Answers for a call whose time ran out before another attempt.
  static Error out_of_time(Repeat repeat);
  // GHL did not accept `rejected`: asks for another token. nullopt when the request may go out again with it at once.
  net::Task<std::optional<Error>> renew(Secret rejected, Repeat repeat, Instant deadline, History& history);
  // The last word on a call that failed with `error`.
  Error conclude(Error error, Repeat repeat, Instant deadline, const History& history) const;

  net::Runtime runtime_;
  net::HttpTransport& transport_;
  std::shared_ptr<TokenSource> tokens_;
  RetryPolicy retry_;
};

}  // namespace holdfast::ghl
