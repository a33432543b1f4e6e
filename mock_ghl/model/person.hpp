// What a person does in GHL's own screen, as changes of the record: checked and committed in one step, with no gap in
// between. Twin has the same functions for everybody else, with the webhooks that follow. All act as Actor::person.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "mock_ghl/model/state.hpp"

namespace mock_ghl::person {

using holdfast::Instant;
using holdfast::Result;

// Books for a new contact of this name, source "calendar_page"; slot_taken when the slot engine would not offer it.
Result<const Appointment*> book(State& state, const std::string& calendar_id, Instant start, const std::string& name,
                                Instant now);
// Cancels an appointment, or all of a series by its master's id. not_found for an unknown id; fine when it is so
// already.
Result<void> cancel(State& state, const std::string& id, Instant now);
// Puts an appointment to another start of the same length, with the same user where that one is free. not_found for an
// unknown or deleted id, slot_taken when the calendar does not offer the start.
Result<const Appointment*> move(State& state, const std::string& id, Instant start, Instant now);
// Undoes a cancellation. invalid_input when there is none, slot_taken when something else lies there by now.
Result<const Appointment*> restore(State& state, const std::string& id, Instant now);
// Deletes an appointment.
Result<void> remove(State& state, const std::string& id, Instant now);
// Books the same once more at another start: contact, title, description, source "calendar_page".
Result<const Appointment*> copy(State& state, const std::string& id, Instant start, Instant now);
// Writes another title and description.
Result<void> edit(State& state, const std::string& id, const std::string& title, const std::string& description,
                  Instant now);
// Gives an appointment to another user of its calendar's team. invalid_input for who is not in it, or has it already;
// slot_taken when they have something else then.
Result<void> reassign(State& state, const std::string& id, const std::string& user_id, Instant now);
// Merges two contacts of a location: `kept` keeps its id and gets the other's appointments and notes; the other is
// gone.
Result<void> merge(State& state, const std::string& kept, const std::string& other, Instant now);
// Edits a calendar (quirk 26): `change` is JSON with the fixture's calendar fields. invalid_input names the path of
// what is wrong or does not fit the account.
Result<void> edit_calendar(State& state, const std::string& calendar_id, std::string_view change);

}  // namespace mock_ghl::person
