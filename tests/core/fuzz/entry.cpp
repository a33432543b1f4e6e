// libFuzzer's entry point, the same for every target.
#include <cstddef>
#include <cstdint>

#include "tests/core/fuzz/target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  holdfast::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
