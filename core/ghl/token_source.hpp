// TokenSource: where a Client gets the token of its sub-account, and whom it tells that GHL no longer accepts one.
#pragma once

#include <utility>

#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/net/async.hpp"

namespace holdfast::ghl {

// The tokens of one sub-account. Several clients and many calls ask one source at the same time, on one loop; it is not
// thread-safe. Both answers come at the latest at `deadline`.
class TokenSource {
 public:
  virtual ~TokenSource() = default;
  // The token to send now. Errors: unauthorized and configuration (a person has to mend something), transient and
  // rate_limited (try again later). Never unknown_outcome: that would speak of the request that needed the token.
  virtual net::Task<Result<Secret>> token(Instant deadline) = 0;
  // GHL said of `rejected` that it is invalid or expired: another token than that, or why there is none (the errors of
  // token()). `rejected` may be older than the present token: then the present one is the answer and nothing is asked
  // of GHL, because of many calls that were under way with the old token each one comes here.
  virtual net::Task<Result<Secret>> refresh(Secret rejected, Instant deadline) = 0;
};

// A Private Integration Token: it never changes by itself, so a rejected one is mended by a person (facts/ghl.md 1.4).
class StaticToken final : public TokenSource {
 public:
  explicit StaticToken(Secret token) : token_(std::move(token)) {}

  net::Task<Result<Secret>> token(Instant deadline) override;
  // Always unauthorized.
  net::Task<Result<Secret>> refresh(Secret rejected, Instant deadline) override;

 private:
  Secret token_;
};

}  // namespace holdfast::ghl
