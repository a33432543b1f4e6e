// A fuzz target: one reader of what comes from outside, and what must hold of whatever it makes of any bytes at all.
// Each file beside this one defines `run` for one reader; entry.cpp hands it libFuzzer's inputs. What must hold is said
// with HOLDFAST_ASSERT, so a broken promise ends the run as a crash does.
#pragma once

#include <string_view>

#include "core/base/assert.hpp"
#include "core/base/json.hpp"

namespace holdfast::fuzz {

// Plays one input. Deterministic; keeps nothing from one input to the next.
void run(std::string_view input);

// True for well-formed UTF-8, by the judgement of the JSON library, which refuses to write anything else.
inline bool is_utf8(std::string_view text) {
  try {
    static_cast<void>(Json(text).dump());
    return true;
  } catch (const Json::type_error&) {
    return false;
  }
}

}  // namespace holdfast::fuzz
