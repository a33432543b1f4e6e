#include "core/ghl/caller.hpp"

#include "core/base/assert.hpp"

namespace holdfast::ghl {

Caller::Caller(net::Runtime runtime, net::HttpTransport& transport, std::shared_ptr<TokenSource> tokens,
               RetryPolicy retry)
    : runtime_(std::move(runtime)), transport_(transport), tokens_(std::move(tokens)), retry_(retry) {
  HOLDFAST_ASSERT(tokens_ != nullptr);
}

Error Caller::out_of_time(Repeat repeat) {
  // Nothing leaves any more. For a write that is a proof, unless an earlier attempt spoiled it (conclude() sees to
  // that).
  if (repeat == Repeat::harmless)
    return {.kind = ErrorKind::deadline_exceeded, .message = "no time left to ask GHL", .not_sent = true};
  return {.kind = ErrorKind::transient, .message = "no time left; nothing was sent to GHL", .not_sent = true};
}

net::Task<std::optional<Error>> Caller::renew(Secret rejected, Repeat repeat, Instant deadline, History& history) {
  auto fresh = co_await tokens_->refresh(rejected, deadline);
  Error error{.kind = ErrorKind::unauthorized,
              .message = "GHL does not accept the token; check that it is current and not revoked"};
  if (!fresh) {
    error = std::move(fresh).error();
  } else if (!fresh->equals(rejected.reveal())) {
    history.renewed = true;
    if (repeat != Repeat::never) {
      // The request itself was in order: it costs none of the attempts.
      --history.attempts;
      co_return std::nullopt;
    }
    // What must not be made twice is looked for first, and that is the caller's to do.
    error = {.kind = ErrorKind::transient,
             .message = "GHL did not accept the token; it is renewed: look whether it was done, then try again"};
  }
  error.http_status = 401;
  error.not_sent = false;
  co_return error;
}

Error Caller::conclude(Error error, Repeat repeat, Instant deadline, const History& history) const {
  if (history.may_be_done && error.kind != ErrorKind::unknown_outcome) {
    error.kind = ErrorKind::unknown_outcome;
    error.message = "an earlier try may have been done; read back whether it was (" + error.message + ")";
  }
  if (repeat == Repeat::harmless && error.kind == ErrorKind::transient && runtime_.now() >= deadline)
    error.kind = ErrorKind::deadline_exceeded;
  error.not_sent = error.not_sent && !history.left;
  return error;
}

}  // namespace holdfast::ghl
