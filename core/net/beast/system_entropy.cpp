#include "core/net/beast/system_entropy.hpp"

#include <unistd.h>

#include "core/base/assert.hpp"

namespace holdfast::net {

std::uint64_t SystemEntropy::next() {
  if (used_ == pool_.size()) {
    const int failed = ::getentropy(pool_.data(), sizeof(pool_));
    HOLDFAST_ASSERT(failed == 0);
    used_ = 0;
  }
  const std::uint64_t bits = pool_[used_];
  pool_[used_++] = 0;  // what was handed out is not kept
  return bits;
}

}  // namespace holdfast::net
