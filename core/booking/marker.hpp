// The marker: how Holdfast knows its own appointment when the answer to its create was lost.
#pragma once

#include <string>
#include <string_view>

#include "core/ghl/types.hpp"

namespace holdfast::booking {

// The text of an appointment's description: the caller's notes, then the marker. GHL keeps `description` and drops
// `notes` (facts/ghl.md quirk 7).
std::string description_with_marker(std::string_view notes, std::string_view intent_id);
// True when the appointment carries any Holdfast's marker.
bool has_marker(const ghl::Appointment& appointment);
// The intent that its marker names; empty without one.
std::string_view marked_intent(const ghl::Appointment& appointment);
// True when it carries the marker of this intent.
bool has_marker_of(const ghl::Appointment& appointment, std::string_view intent_id);

}  // namespace holdfast::booking
