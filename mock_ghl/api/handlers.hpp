// The handlers of the operations that are built, by resource. Each checks its input, then reads or changes the state.
#pragma once

#include "mock_ghl/api/call.hpp"

namespace mock_ghl::api {

// calendars.cpp
Answer get_calendars(Call& call);
Answer get_calendar(Call& call);
Answer get_slots(Call& call);

// calendar_edit.cpp
Answer create_calendar(Call& call);
Answer update_calendar(Call& call);
Answer delete_calendar(Call& call);

// calendar_groups.cpp
Answer get_groups(Call& call);
Answer create_calendar_group(Call& call);
Answer validate_groups_slug(Call& call);
Answer edit_group(Call& call);
Answer disable_group(Call& call);
Answer delete_group(Call& call);

// calendar_resources.cpp
Answer fetch_calendar_resources(Call& call);
Answer create_calendar_resource(Call& call);
Answer get_calendar_resource(Call& call);
Answer update_calendar_resource(Call& call);
Answer delete_calendar_resource(Call& call);

// calendar_notifications.cpp
Answer get_event_notifications(Call& call);
Answer create_event_notification(Call& call);
Answer find_event_notification(Call& call);
Answer update_event_notification(Call& call);
Answer delete_event_notification(Call& call);

// schedules.cpp
Answer get_all_schedules(Call& call);
Answer get_schedule_by_id(Call& call);
Answer create_schedule(Call& call);
Answer update_schedule(Call& call);
Answer delete_schedule(Call& call);
Answer add_calendar_to_schedule(Call& call);
Answer remove_calendar_from_schedule(Call& call);

// appointment_notes.cpp
Answer get_appointment_notes(Call& call);
Answer create_appointment_note(Call& call);
Answer update_appointment_note(Call& call);
Answer delete_appointment_note(Call& call);

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
Answer edit_block_slot(Call& call);
Answer get_contact_appointments(Call& call);

// contacts.cpp
Answer create_contact(Call& call);
Answer upsert_contact(Call& call);
Answer get_contact(Call& call);
Answer update_contact(Call& call);
Answer delete_contact(Call& call);

// contact_notes.cpp
Answer get_notes(Call& call);
Answer create_note(Call& call);
Answer get_note(Call& call);
Answer update_note(Call& call);
Answer delete_note(Call& call);
Answer get_tasks(Call& call);
Answer create_task(Call& call);
Answer get_task(Call& call);
Answer update_task(Call& call);  // the whole task or only `completed`
Answer delete_task(Call& call);
Answer search_tasks(Call& call);

// contact_links.cpp
Answer add_tags(Call& call);
Answer remove_tags(Call& call);
Answer add_followers(Call& call);
Answer remove_followers(Call& call);
Answer add_to_campaign(Call& call);
Answer remove_from_campaign(Call& call);
Answer remove_from_every_campaign(Call& call);
Answer add_to_workflow(Call& call);
Answer remove_from_workflow(Call& call);
Answer update_bulk_tags(Call& call);
Answer update_bulk_business(Call& call);

// contact_search.cpp
Answer search_contacts(Call& call);
Answer get_duplicate_contact(Call& call);
Answer list_contacts(Call& call);
Answer list_business_contacts(Call& call);

// locations.cpp
Answer get_location(Call& call);
Answer search_locations(Call& call);
Answer get_timezones(Call& call);
Answer get_workflows(Call& call);

// location_records.cpp
Answer get_location_tags(Call& call);
Answer create_location_tag(Call& call);
Answer get_location_tag(Call& call);
Answer update_location_tag(Call& call);
Answer delete_location_tag(Call& call);
Answer get_custom_fields(Call& call);
Answer create_custom_field(Call& call);
Answer get_custom_field(Call& call);
Answer update_custom_field(Call& call);
Answer delete_custom_field(Call& call);
Answer get_custom_values(Call& call);
Answer create_custom_value(Call& call);
Answer get_custom_value(Call& call);
Answer update_custom_value(Call& call);
Answer delete_custom_value(Call& call);

// users.cpp
Answer get_user(Call& call);
Answer get_users(Call& call);
Answer search_users(Call& call);
Answer filter_users_by_email(Call& call);

// oauth.cpp
Answer get_access_token(Call& call);
Answer get_location_access_token(Call& call);
Answer get_installed_location(Call& call);

// opportunities.cpp
Answer get_pipelines(Call& call);
Answer get_lost_reasons(Call& call);
Answer get_opportunity(Call& call);
Answer create_opportunity(Call& call);
Answer update_opportunity(Call& call);
Answer update_opportunity_status(Call& call);
Answer upsert_opportunity(Call& call);
Answer add_opportunity_followers(Call& call);
Answer remove_opportunity_followers(Call& call);
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
