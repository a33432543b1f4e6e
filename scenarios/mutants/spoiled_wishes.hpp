// A ledger that keeps wishes wrongly: each defect breaks one rule of docs/saga.md 1, 2, 3 or 6.
#pragma once

#include <memory>

#include "core/ledger/ledger.hpp"

namespace scenarios {

// What is spoiled. The rule is that of docs/saga.md.
enum class WishDefect {
  every_ask_is_new,     // 1, R1 to R3: no wish is ever recognised
  trust_call_id,        // 1, R1: the same tool call id is the same wish, whatever is asked
  slot_and_line_do,     // 1, R3 and R4: who asks for a slot from the line of somebody who has it is that person
  never_ask,            // 1, R5: what is unclear is another wish
  forget_group,         // 2: another time stands beside the first
  give_up_at_once,      // 2: the first time is given up before the other is booked
  creating_is_lazy,     // 3.4: the create leaves before its intent is durable
  booked_is_lazy,       // 3.7: "booked" is told before it is durable
  holds_stay,           // 3.7: a hold never ends
  no_ghost_sweep,       // 3.8: nobody looks for what arrives late
  no_note,              // 3.8: the note is forgotten
  forget_what_was_sent  // 6: that a message is about to leave is not written down
};

// Hands everything through but what `defect` spoils. `inner` must outlive it.
std::unique_ptr<holdfast::ledger::Ledger> spoil_wishes(holdfast::ledger::Ledger& inner, WishDefect defect);

}  // namespace scenarios
