#include "core/booking/slot_code.hpp"

#include <cctype>

#include "core/base/hash.hpp"
#include "core/base/random.hpp"

namespace holdfast::booking {
namespace {
constexpr std::string_view alphabet = "ACDEFGHJKLMNPQRTUVWXY347";
static_assert(alphabet.size() == 24);
}  // namespace

std::string slot_code(std::string_view conversation, std::string_view calendar_id, std::string_view service,
                      std::int64_t start_ms, unsigned salt) {
  std::uint64_t state = fnv1a(conversation);
  state = fnv1a("|", state);
  state = fnv1a(calendar_id, state);
  state = fnv1a("|", state);
  state = fnv1a(service, state);
  state = fnv1a("|" + std::to_string(start_ms) + "|" + std::to_string(salt), state);
  SplitMix64 mixed(state);
  std::string code;
  for (int i = 0; i < 4; ++i) code += alphabet[mixed.below(alphabet.size())];
  return code;
}

std::string normalise_code(std::string_view spoken) {
  std::string code;
  for (const char c : spoken) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte)) code += static_cast<char>(std::toupper(byte));
  }
  return code;
}

}  // namespace holdfast::booking
