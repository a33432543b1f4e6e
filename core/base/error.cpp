#include "core/base/error.hpp"

namespace holdfast {

std::string_view to_string(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid_input:
      return "invalid_input";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::slot_taken:
      return "slot_taken";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::unauthorized:
      return "unauthorized";
    case ErrorKind::missing_scope:
      return "missing_scope";
    case ErrorKind::rate_limited:
      return "rate_limited";
    case ErrorKind::transient:
      return "transient";
    case ErrorKind::unknown_outcome:
      return "unknown_outcome";
    case ErrorKind::deadline_exceeded:
      return "deadline_exceeded";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::storage:
      return "storage";
    case ErrorKind::configuration:
      return "configuration";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

std::string to_string(const Error& error) {
  std::string text(to_string(error.kind));
  if (error.http_status) text += " (HTTP " + std::to_string(*error.http_status) + ")";
  return text + ": " + error.message;
}

}  // namespace holdfast
