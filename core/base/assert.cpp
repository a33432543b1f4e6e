#include "core/base/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace holdfast {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "holdfast: broken invariant: %s (%s:%d). This is a bug; please report it with this line.\n",
               expression, file, line);
  std::abort();
}

}  // namespace holdfast
