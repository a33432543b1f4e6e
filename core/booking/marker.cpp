#include "core/booking/marker.hpp"

namespace holdfast::booking {
namespace {
constexpr std::string_view opening = "[holdfast ref ";
}

std::string description_with_marker(std::string_view notes, std::string_view intent_id) {
  std::string text(notes);
  if (!text.empty()) text += ' ';
  text += opening;
  text += intent_id;
  text += ']';
  return text;
}

bool has_marker(const ghl::Appointment& appointment) {
  return appointment.description.find(opening) != std::string::npos;
}

bool has_marker_of(const ghl::Appointment& appointment, std::string_view intent_id) {
  return appointment.description.find(std::string(opening) + std::string(intent_id) + "]") != std::string::npos;
}

}  // namespace holdfast::booking
