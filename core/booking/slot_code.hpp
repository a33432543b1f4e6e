// Slot codes: short names of offered slots that a voice model can repeat.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace holdfast::booking {

// Four characters without look-alikes (no 0/O, 1/I, 5/S, 8/B). The same slot of the same service offered twice in one
// conversation gets the same code; `salt` gives another one when two slots of a conversation collide. A code proves
// nothing by itself: it counts only where the ledger knows it for the conversation, so an invented one is noticed
// (331,776 possible).
std::string slot_code(std::string_view conversation, std::string_view calendar_id, std::string_view service,
                      std::int64_t start_ms, unsigned salt);
// What a model made of a code, brought back: upper case, without spaces, dots and dashes.
std::string normalise_code(std::string_view spoken);

}  // namespace holdfast::booking
