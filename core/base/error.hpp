// The error taxonomy of the house: every failure that can cross a room is one of these kinds, carried as a value.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace holdfast {

// What a failure means for the one who has to decide what to do next. The split between `refused`, `transient` and
// `unknown_outcome` is the heart of exactly-once: only the first two prove that nothing was done.
enum class ErrorKind {
  invalid_input,  // what was asked cannot be understood or is impossible; asking again unchanged is useless
  not_found,      // the thing named does not exist (GHL answers 400 or 404 for it)
  slot_taken,     // GHL's one 400 text for every slot it will not book; nothing was booked
  refused,        // any other definite refusal; nothing was done
  unauthorized,   // the token is wrong, expired or revoked; nothing was done
  missing_scope,  // the token is good but may not do this (scope, user type, Version header); refreshing will not help
  rate_limited,   // 429; nothing was done; `retry_after` says when to try again
  transient,      // a failure that proves nothing was done, or of a read; safe to try again
  unknown_outcome,    // the request may or may not have taken effect: read back before doing anything else
  deadline_exceeded,  // our own deadline passed before the work was done; the work may go on
  conflict,           // somebody else changed the record first: read it again
  storage,            // the ledger could not store or read
  configuration,      // the operator has to change something
  internal,           // a bug in Holdfast
};

// Stable lower-case name of a kind, for logs, metrics and traces.
std::string_view to_string(ErrorKind kind);

// A failure as a value. `message` is for a person and says what to do next; it never holds secrets or personal data.
struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;
  std::optional<int> http_status = std::nullopt;
  std::optional<std::chrono::milliseconds> retry_after = std::nullopt;
  // Of a request to somebody else: proven that not one byte of it left. Without it a refusal is that side's word, and
  // who must not do a thing twice looks whether it was done after all.
  bool not_sent = false;
};

// "kind: message", with the HTTP status where there is one.
std::string to_string(const Error& error);

}  // namespace holdfast
