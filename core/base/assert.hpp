// Assertions that stay on in production: a broken invariant stops the process before it can book something wrong.
#pragma once

namespace holdfast {

// Prints the broken invariant with its place and aborts.
[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace holdfast

// Checks an invariant of our own code (never of input) in every build.
#define HOLDFAST_ASSERT(expression) \
  ((expression) ? static_cast<void>(0) : ::holdfast::assertion_failed(#expression, __FILE__, __LINE__))
