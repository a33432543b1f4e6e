// Reading: appointments as a reader who is behind sees them.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// The appointment as this call reads it (quirk 16): nullptr when it was not there yet; one that has ended since still
// stands, in `copy`. A move in between is not undone: it shows at its present place. A deleted one is returned too.
const Appointment* as_read(const Call& call, const Appointment& appointment, Appointment& copy);

}  // namespace mock_ghl::api
