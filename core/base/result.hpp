// Result<T>: a value or an Error. No exception crosses a room; libraries that throw are caught where they are called.
#pragma once

#include <expected>
#include <string>
#include <utility>

#include "core/base/error.hpp"

namespace holdfast {

// A value of T, or the Error that says why there is none.
template <class T>
using Result = std::expected<T, Error>;

// Shorthand for returning a failure: `return fail(ErrorKind::invalid_input, "…what to do next…");`
inline std::unexpected<Error> fail(ErrorKind kind, std::string message) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message)});
}

// Shorthand for handing a failure on unchanged.
inline std::unexpected<Error> fail(Error error) {
  return std::unexpected(std::move(error));
}

}  // namespace holdfast
