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

constexpr std::array<std::pair<ReviewAlert, std::string_view>, 2> review_alert_names{{
    {ReviewAlert::ghl_task, "ghl_task"},
    {ReviewAlert::webhook, "webhook"},
}};

template <class Names>
auto value_of(const Names& names, std::string_view name) -> std::optional<decltype(names.front().first)> {
  for (const auto& [value, known] : names) {
    if (known == name) return value;
  }
  return std::nullopt;
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  for (const auto& [known, name] : names) {
    if (known == value) return name;
  }
  return names.front().second;
}

}  // namespace

std::string_view to_string(Notifier notifier) {
  return name_of(notifier_names, notifier);
}

std::optional<Notifier> notifier_from(std::string_view name) {
  return value_of(notifier_names, name);
}

std::string_view to_string(ReviewAlert alert) {
  return name_of(review_alert_names, alert);
}

std::optional<ReviewAlert> review_alert_from(std::string_view name) {
  return value_of(review_alert_names, name);
}

}  // namespace holdfast::booking
