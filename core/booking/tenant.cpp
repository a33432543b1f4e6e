#include "core/booking/tenant.hpp"

#include <array>
#include <utility>

namespace holdfast::booking {
namespace {

constexpr std::array<std::pair<Notifier, std::string_view>, 4> notifier_names{{
    {Notifier::none, "none"},
    {Notifier::ghl, "ghl"},
    {Notifier::sms, "sms"},
    {Notifier::email, "email"},
}};

}  // namespace

std::string_view to_string(Notifier notifier) {
  for (const auto& [value, name] : notifier_names) {
    if (value == notifier) return name;
  }
  return "none";
}

std::optional<Notifier> notifier_from(std::string_view name) {
  for (const auto& [value, known] : notifier_names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::booking
