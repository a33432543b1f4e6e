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

std::string_view marked_intent(const ghl::Appointment& appointment) {
  const std::string_view text = appointment.description;
  const std::size_t begin = text.rfind(opening);  // the caller's notes come before it
  if (begin == std::string_view::npos) return {};
  const std::string_view rest = text.substr(begin + opening.size());
  const std::size_t end = rest.find(']');
  return end == std::string_view::npos ? std::string_view() : rest.substr(0, end);
}

bool has_marker_of(const ghl::Appointment& appointment, std::string_view intent_id) {
  return appointment.description.find(std::string(opening) + std::string(intent_id) + "]") != std::string::npos;
}

}  // namespace holdfast::booking
