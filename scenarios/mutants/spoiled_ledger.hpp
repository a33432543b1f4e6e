// A ledger whose holds do not hold.
#pragma once

#include <memory>

#include "core/ledger/ledger.hpp"

namespace scenarios {

// How the holds are spoiled.
enum class HoldDefect {
  none_at_all,  // every intent gets its interval, whoever has it
  by_equality,  // only the very same interval conflicts, as with cal.com's keys (facts/anchors.md D.2)
};

// Hands everything through but acquire_hold, whose resource it renames so that conflicts are not seen, and
// holds_overlapping, which it empties so that held slots are offered. `inner` must outlive it.
std::unique_ptr<holdfast::ledger::Ledger> spoil_holds(holdfast::ledger::Ledger& inner, HoldDefect defect);

}  // namespace scenarios
