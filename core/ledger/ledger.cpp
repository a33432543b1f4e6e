#include "core/ledger/ledger.hpp"

#include <array>
#include <utility>

namespace holdfast::ledger {
namespace {
constexpr std::array<std::pair<IntentState, std::string_view>, 8> names{{
    {IntentState::opened, "opened"},
    {IntentState::held, "held"},
    {IntentState::creating, "creating"},
    {IntentState::unknown, "unknown"},
    {IntentState::created, "created"},
    {IntentState::yielding, "yielding"},
    {IntentState::booked, "booked"},
    {IntentState::refused, "refused"},
}};
}  // namespace

std::string_view to_string(IntentState state) {
  for (const auto& [value, name] : names) {
    if (value == state) return name;
  }
  return "opened";
}

std::optional<IntentState> intent_state_from(std::string_view name) {
  for (const auto& [value, known] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::ledger
