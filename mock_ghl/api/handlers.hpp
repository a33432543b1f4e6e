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

// opportunities.cpp
Answer get_pipelines(Call& call);
Answer get_lost_reasons(Call& call);
Answer get_opportunity(Call& call);
Answer create_opportunity(Call& call);
Answer update_opportunity(Call& call);
Answer update_opportunity_status(Call& call);
Answer upsert_opportunity(Call& call);
Answer add_followers(Call& call);
Answer remove_followers(Call& call);
Answer delete_opportunity(Call& call);

// opportunity_search.cpp
Answer search_opportunities(Call& call);
Answer search_opportunities_advanced(Call& call);

// conversations.cpp
Answer create_conversation(Call& call);
Answer search_conversations(Call& call);
Answer get_conversation(Call& call);
Answer update_conversation(Call& call);
Answer delete_conversation(Call& call);

// messages.cpp
Answer send_message(Call& call);
Answer add_inbound_message(Call& call);
Answer add_outbound_message(Call& call);
Answer update_message_status(Call& call);
Answer update_email_status(Call& call);
Answer cancel_scheduled_message(Call& call);
Answer cancel_scheduled_email(Call& call);

// message_reads.cpp
Answer get_message(Call& call);
Answer get_messages(Call& call);
Answer get_email(Call& call);
Answer export_messages(Call& call);

}  // namespace mock_ghl::api
