// The handlers of the operations that are built, by resource. Each checks its input, then reads or changes the state.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// calendars.cpp
Answer get_calendars(Call& call);
Answer get_calendar(Call& call);
Answer get_slots(Call& call);

// appointments.cpp
Answer create_appointment(Call& call);
Answer get_appointment(Call& call);
Answer edit_appointment(Call& call);
Answer delete_event(Call& call);
// Commits what create or edit left pending, without checking the slot again. Refuses only what no longer makes sense.
Answer commit_appointment(State& state, PendingCommit pending, holdfast::Instant now);

// events.cpp
Answer get_calendar_events(Call& call);
Answer get_blocked_slots(Call& call);
Answer create_block_slot(Call& call);
Answer get_contact_appointments(Call& call);

// contacts.cpp
Answer create_contact(Call& call);
Answer upsert_contact(Call& call);
Answer get_contact(Call& call);
Answer update_contact(Call& call);
Answer delete_contact(Call& call);
Answer get_notes(Call& call);
Answer create_note(Call& call);

// contact_search.cpp
Answer search_contacts(Call& call);
Answer get_duplicate_contact(Call& call);

// locations.cpp
Answer get_location(Call& call);

// oauth.cpp
Answer get_access_token(Call& call);
Answer get_location_access_token(Call& call);
Answer get_installed_location(Call& call);

}  // namespace mock_ghl::api
