// The table itself: generated once from facts/ghl.md Appendix A, kept by hand.
#include "mock_ghl/api/routes.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {
namespace {

// clang-format off
constexpr Route routes[] = {
    {"GET", "/calendars/groups", "get-groups", "calendars/groups.readonly"},
    {"POST", "/calendars/groups", "create-calendar-group", "calendars/groups.write"},
    {"POST", "/calendars/groups/validate-slug", "validate-groups-slug", "calendars/groups.write"},
    {"DELETE", "/calendars/groups/{groupId}", "delete-group", "calendars/groups.write"},
    {"PUT", "/calendars/groups/{groupId}", "edit-group", "calendars/groups.write"},
    {"PUT", "/calendars/groups/{groupId}/status", "disable-group", "calendars/groups.write"},
    {"POST", "/calendars/events/appointments", "create-appointment", "calendars/events.write", false, &create_appointment},
    {"PUT", "/calendars/events/appointments/{eventId}", "edit-appointment", "calendars/events.write", false, &edit_appointment},
    {"GET", "/calendars/events/appointments/{eventId}", "get-appointment", "calendars/events.readonly", false, &get_appointment},
    {"GET", "/calendars/events", "get-calendar-events", "calendars/events.readonly", false, &get_calendar_events},
    {"GET", "/calendars/blocked-slots", "get-blocked-slots", "calendars/events.readonly", false, &get_blocked_slots},
    {"POST", "/calendars/events/block-slots", "create-block-slot", "calendars/events.write", false, &create_block_slot},
    {"PUT", "/calendars/events/block-slots/{eventId}", "edit-block-slot", "calendars/events.write"},
    {"GET", "/calendars/{calendarId}/free-slots", "get-slots", "calendars.readonly", false, &get_slots},
    {"PUT", "/calendars/{calendarId}", "update-calendar", "calendars.write"},
    {"GET", "/calendars/{calendarId}", "get-calendar", "calendars.readonly", false, &get_calendar},
    {"DELETE", "/calendars/{calendarId}", "delete-calendar", "calendars.write"},
    {"DELETE", "/calendars/events/{eventId}", "delete-event", "calendars/events.write", false, &delete_event},
    {"GET", "/calendars/appointments/{appointmentId}/notes", "get-appointment-notes", "calendars/events.readonly"},
    {"POST", "/calendars/appointments/{appointmentId}/notes", "create-appointment-note", "calendars/events.write"},
    {"PUT", "/calendars/appointments/{appointmentId}/notes/{noteId}", "update-appointment-note", "calendars/events.write"},
    {"DELETE", "/calendars/appointments/{appointmentId}/notes/{noteId}", "delete-appointment-note", "calendars/events.write"},
    {"GET", "/calendars/resources/{resourceType}/{id}", "get-calendar-resource", "calendars/resources.readonly"},
    {"PUT", "/calendars/resources/{resourceType}/{id}", "update-calendar-resource", "calendars/resources.write"},
    {"DELETE", "/calendars/resources/{resourceType}/{id}", "delete-calendar-resource", "calendars/resources.write"},
    {"GET", "/calendars/resources/{resourceType}", "fetch-calendar-resources", "calendars/resources.readonly"},
    {"POST", "/calendars/resources/{resourceType}", "create-calendar-resource", "calendars/resources.write"},
    {"GET", "/calendars/{calendarId}/notifications", "get-event-notification", "calendars/events.readonly"},
    {"POST", "/calendars/{calendarId}/notifications", "create-event-notification", "calendars/events.write"},
    {"GET", "/calendars/{calendarId}/notifications/{notificationId}", "find-event-notification", "calendars/events.readonly"},
    {"PUT", "/calendars/{calendarId}/notifications/{notificationId}", "update-event-notification", "calendars/events.write"},
    {"DELETE", "/calendars/{calendarId}/notifications/{notificationId}", "delete-event-notification", "calendars/events.write"},
    {"GET", "/calendars/schedules/search", "getAllSchedules", "calendars.readonly"},
    {"GET", "/calendars/schedules/{id}", "getScheduleById", "calendars.readonly"},
    {"PUT", "/calendars/schedules/{id}", "updateSchedule", "calendars.write"},
    {"DELETE", "/calendars/schedules/{id}", "deleteSchedule", "calendars.write"},
    {"POST", "/calendars/schedules", "createSchedule", "calendars.write"},
    {"PUT", "/calendars/schedules/{id}/associations/{calendarId}", "add-calendar-to-schedule", "calendars.write"},
    {"DELETE", "/calendars/schedules/{id}/associations/{calendarId}", "remove-calendar-from-schedule", "calendars.write"},
    {"GET", "/calendars", "get-calendars", "calendars.readonly", false, &get_calendars},
    {"POST", "/calendars", "create-calendar", "calendars.write"},
    {"GET", "/calendars/services/bookings", "get-service-bookings", "calendars/events.readonly", true},
    {"POST", "/calendars/services/bookings", "create-service-booking", "calendars/events.write", true},
    {"GET", "/calendars/services/bookings/{bookingId}", "get-service-booking-by-id", "calendars/events.readonly", true},
    {"PUT", "/calendars/services/bookings/{bookingId}", "update-service-booking", "calendars/events.write", true},
    {"DELETE", "/calendars/services/bookings/{bookingId}", "delete-service-booking", "calendars/events.write", true},
    {"GET", "/calendars/services/catalog", "get-services-catalog", "calendars.readonly", true},
    {"POST", "/calendars/services/catalog", "create-service-catalog", "calendars.write", true},
    {"GET", "/calendars/services/catalog/{serviceId}", "get-service-catalog-by-id", "calendars.readonly", true},
    {"PUT", "/calendars/services/catalog/{serviceId}", "update-service-catalog", "calendars.write", true},
    {"DELETE", "/calendars/services/catalog/{serviceId}", "delete-service-catalog", "calendars.write", true},
    {"GET", "/calendars/services/locations", "get-service-locations", "calendars.readonly", true},
    {"POST", "/calendars/services/locations", "create-service-location", "calendars.write", true},
    {"GET", "/calendars/services/locations/{serviceLocationId}", "get-service-location-by-id", "calendars.readonly", true},
    {"PUT", "/calendars/services/locations/{serviceLocationId}", "update-service-location", "calendars.write", true},
    {"DELETE", "/calendars/services/locations/{serviceLocationId}", "delete-service-location", "calendars.write", true},
    {"POST", "/calendars/schedules/event-calendar/{calendarId}", "createCalendarSchedule", "calendars.write", true},
    {"GET", "/calendars/schedules/event-calendar/{calendarId}", "getCalendarSchedule", "calendars.readonly", true},
    {"PUT", "/calendars/schedules/event-calendar/{calendarId}", "updateCalendarSchedule", "calendars.write", true},
    {"POST", "/contacts/search", "search-contacts-advanced", "contacts.readonly", false, &search_contacts},
    {"GET", "/contacts/search/duplicate", "get-duplicate-contact", "contacts.readonly", false, &get_duplicate_contact},
    {"GET", "/contacts/{contactId}/tasks", "get-all-tasks", "contacts.readonly"},
    {"POST", "/contacts/{contactId}/tasks", "create-task", "contacts.write"},
    {"GET", "/contacts/{contactId}/tasks/{taskId}", "get-task", "contacts.readonly"},
    {"PUT", "/contacts/{contactId}/tasks/{taskId}", "update-task", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/tasks/{taskId}", "delete-task", "contacts.write"},
    {"PUT", "/contacts/{contactId}/tasks/{taskId}/completed", "update-task-completed", "contacts.write"},
    {"GET", "/contacts/{contactId}/appointments", "get-appointments-for-contact", "contacts.readonly", false, &get_contact_appointments},
    {"POST", "/contacts/{contactId}/tags", "add-tags", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/tags", "remove-tags", "contacts.write"},
    {"GET", "/contacts/{contactId}/notes", "get-all-notes", "contacts.readonly", false, &get_notes},
    {"POST", "/contacts/{contactId}/notes", "create-note", "contacts.write", false, &create_note},
    {"GET", "/contacts/{contactId}/notes/{id}", "get-note", "contacts.readonly"},
    {"PUT", "/contacts/{contactId}/notes/{id}", "update-note", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/notes/{id}", "delete-note", "contacts.write"},
    {"POST", "/contacts/bulk/tags/update/{type}", "create-association", ""},
    {"POST", "/contacts/bulk/business", "add-remove-contact-from-business", ""},
    {"GET", "/contacts/{contactId}", "get-contact", "contacts.readonly", false, &get_contact},
    {"PUT", "/contacts/{contactId}", "update-contact", "contacts.write", false, &update_contact},
    {"DELETE", "/contacts/{contactId}", "delete-contact", "contacts.write", false, &delete_contact},
    {"POST", "/contacts/upsert", "upsert-contact", "contacts.write", false, &upsert_contact},
    {"GET", "/contacts/business/{businessId}", "get-contacts-by-businessId", "contacts.readonly"},
    {"POST", "/contacts/{contactId}/followers", "add-followers-contact", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/followers", "remove-followers-contact", "contacts.write"},
    {"POST", "/contacts/{contactId}/campaigns/{campaignId}", "add-contact-to-campaign", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/campaigns/{campaignId}", "remove-contact-from-campaign", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/campaigns/removeAll", "remove-contact-from-every-campaign", "contacts.write"},
    {"POST", "/contacts/{contactId}/workflow/{workflowId}", "add-contact-to-workflow", "contacts.write"},
    {"DELETE", "/contacts/{contactId}/workflow/{workflowId}", "delete-contact-from-workflow", "contacts.write"},
    {"POST", "/contacts", "create-contact", "contacts.write", false, &create_contact},
    {"GET", "/contacts", "get-contacts", "contacts.readonly"},
    {"DELETE", "/contacts/{contactId}/campaigns/remove-all", "remove-contact-from-every-campaign", "contacts.write", true},
    {"POST", "/oauth/token", "get-access-token", ""},
    {"POST", "/oauth/locationToken", "get-location-access-token", "oauth.write"},
    {"GET", "/oauth/installedLocations", "get-installed-location", "oauth.readonly"},
    {"POST", "/oauth/location-token", "get-location-access-token", "oauth.write", true},
    {"GET", "/oauth/installed-locations", "get-installed-location", "oauth.readonly", true},
    {"GET", "/opportunities/lost-reason", "get-lost-reason", "opportunities.readonly"},
    {"GET", "/opportunities/search", "search-opportunity", "opportunities.readonly"},
    {"POST", "/opportunities/search", "search-opportunities-advanced", "opportunities.readonly"},
    {"GET", "/opportunities/pipelines", "get-pipelines", "opportunities.readonly"},
    {"GET", "/opportunities/{id}", "get-opportunity", "opportunities.readonly"},
    {"DELETE", "/opportunities/{id}", "delete-opportunity", "opportunities.write"},
    {"PUT", "/opportunities/{id}", "update-opportunity", "opportunities.write"},
    {"PUT", "/opportunities/{id}/status", "update-opportunity-status", "opportunities.write"},
    {"POST", "/opportunities/upsert", "Upsert-opportunity", "opportunities.write"},
    {"POST", "/opportunities/{id}/followers", "add-followers-opportunity", "opportunities.write"},
    {"DELETE", "/opportunities/{id}/followers", "remove-followers-opportunity", "opportunities.write"},
    {"POST", "/opportunities", "create-opportunity", "opportunities.write"},
    {"GET", "/conversations/search", "search-conversation", "conversations.readonly"},
    {"GET", "/conversations/{conversationId}", "get-conversation", "conversations.readonly"},
    {"PUT", "/conversations/{conversationId}", "update-conversation", "conversations.write"},
    {"DELETE", "/conversations/{conversationId}", "delete-conversation", "conversations.write"},
    {"GET", "/conversations/preferences/custom-subtypes", "get-all-custom-subtypes", ""},
    {"POST", "/conversations/preferences/custom-subtypes", "create-custom-subtype", ""},
    {"PUT", "/conversations/preferences/custom-subtypes/{id}", "update-custom-subtype", ""},
    {"GET", "/conversations/preferences/unsubscriptions/status", "get-contact-unsubscription-status", ""},
    {"POST", "/conversations/preferences/unsubscriptions/user-change", "user-subscription-change", ""},
    {"GET", "/conversations/messages/email/{id}", "get-email-by-id", ""},
    {"DELETE", "/conversations/messages/email/{emailMessageId}/schedule", "cancel-scheduled-email-message", ""},
    {"GET", "/conversations/messages/export", "export-messages-by-location", "conversations/message.readonly"},
    {"GET", "/conversations/messages/{id}", "get-message", "conversations/message.readonly"},
    {"GET", "/conversations/{conversationId}/messages", "get-messages", "conversations/message.readonly"},
    {"POST", "/conversations/messages", "send-a-new-message", "conversations/message.write"},
    {"POST", "/conversations/messages/inbound", "add-an-inbound-message", "conversations/message.write"},
    {"POST", "/conversations/messages/outbound", "add-an-outbound-message", "conversations/message.write"},
    {"POST", "/conversations/messages/review-reply", "send-review-reply", "conversations/message.write"},
    {"DELETE", "/conversations/messages/{messageId}/schedule", "cancel-scheduled-message", "conversations/message.write"},
    {"POST", "/conversations/messages/upload", "upload-file-attachments", "conversations/message.write"},
    {"POST", "/conversations/messages/upload/initiate", "initiate-file-upload", "conversations/message.write"},
    {"POST", "/conversations/messages/upload/complete", "complete-file-upload", "conversations/message.write"},
    {"PUT", "/conversations/messages/{messageId}/status", "update-message-status", "conversations/message.write"},
    {"PUT", "/conversations/messages/{messageId}/attachments", "add-message-attachments", "conversations/message.write"},
    {"GET", "/conversations/messages/{messageId}/locations/{locationId}/recording", "get-message-recording", "conversations/message.readonly"},
    {"GET", "/conversations/locations/{locationId}/messages/{messageId}/transcription", "get-message-transcription", "conversations/message.readonly"},
    {"GET", "/conversations/locations/{locationId}/messages/{messageId}/transcription/download", "download-message-transcription", "conversations/message.readonly"},
    {"POST", "/conversations/providers/live-chat/typing", "live-chat-agent-typing", "conversations/livechat.write"},
    {"POST", "/conversations", "create-conversation", "conversations.write"},
    {"PUT", "/conversations/messages/email/{id}/status", "update-email-message-status", "conversations/message.write", true},
    {"GET", "/locations/search", "search-locations", "locations.readonly"},
    {"GET", "/locations/{locationId}", "get-location", "locations.readonly", false, &get_location},
    {"PUT", "/locations/{locationId}", "put-location", "locations.write"},
    {"DELETE", "/locations/{locationId}", "delete-location", "locations.internal-access-only"},
    {"GET", "/locations/{locationId}/tags", "get-location-tags", "locations/tags.readonly"},
    {"POST", "/locations/{locationId}/tags", "create-tag", "locations/tags.write"},
    {"GET", "/locations/{locationId}/tags/{tagId}", "get-tag-by-id", ""},
    {"PUT", "/locations/{locationId}/tags/{tagId}", "update-tag", ""},
    {"DELETE", "/locations/{locationId}/tags/{tagId}", "delete-tag", ""},
    {"POST", "/locations/{locationId}/tasks/search", "task-search", "locations/tasks.readonly"},
    {"GET", "/locations/{locationId}/recurring-tasks/{id}", "get-recurring-task-by-id", ""},
    {"PUT", "/locations/{locationId}/recurring-tasks/{id}", "update-recurring-task", ""},
    {"DELETE", "/locations/{locationId}/recurring-tasks/{id}", "delete-recurring-task", ""},
    {"POST", "/locations/{locationId}/recurring-tasks", "create-recurring-task", ""},
    {"GET", "/locations/{locationId}/customFields", "get-custom-fields", "locations/customFields.readonly"},
    {"POST", "/locations/{locationId}/customFields", "create-custom-field", "locations/customFields.write"},
    {"GET", "/locations/{locationId}/customFields/{id}", "get-custom-field", ""},
    {"PUT", "/locations/{locationId}/customFields/{id}", "update-custom-field", ""},
    {"DELETE", "/locations/{locationId}/customFields/{id}", "delete-custom-field", ""},
    {"POST", "/locations/{locationId}/customFields/upload", "upload-file-customFields", "locations/customFields.write"},
    {"GET", "/locations/{locationId}/customValues", "get-custom-values", "locations/customValues.readonly"},
    {"POST", "/locations/{locationId}/customValues", "create-custom-value", "locations/customValues.write"},
    {"GET", "/locations/{locationId}/customValues/{id}", "get-custom-value", ""},
    {"PUT", "/locations/{locationId}/customValues/{id}", "update-custom-value", ""},
    {"DELETE", "/locations/{locationId}/customValues/{id}", "delete-custom-value", ""},
    {"GET", "/locations/{locationId}/timezones", "get-timezones", "locations.readonly"},
    {"GET", "/locations/{locationId}/templates", "GET-all-or-email-sms-templates", "locations/templates.readonly"},
    {"DELETE", "/locations/{locationId}/templates/{id}", "DELETE-an-email-sms-template", ""},
    {"POST", "/locations", "create-location", "locations.write"},
    {"GET", "/locations/{locationId}/permissions", "get-location-permissions", "locations/write", true},
    {"PUT", "/locations/{locationId}/permissions", "update-location-permissions", "locations/write", true},
    {"GET", "/locations/{locationId}/conversationChannels/{type}", "get-conversation-channel", "locations.readonly", true},
    {"GET", "/users/search", "search-users", "users.readonly"},
    {"POST", "/users/search/filter-by-email", "filter-users-by-email", "users.readonly"},
    {"GET", "/users/{userId}", "get-user", "users.readonly"},
    {"PUT", "/users/{userId}", "update-user", "users.write"},
    {"DELETE", "/users/{userId}", "delete-user", "users.write"},
    {"GET", "/users", "get-user-by-location", "users.readonly"},
    {"POST", "/users", "create-user", "users.write"},
    {"GET", "/custom-fields/{id}", "get-custom-field-by-id", "locations/customFields.readonly"},
    {"PUT", "/custom-fields/{id}", "update-custom-field", "locations/customFields.write"},
    {"DELETE", "/custom-fields/{id}", "delete-custom-field", "locations/customFields.write"},
    {"GET", "/custom-fields/object-key/{objectKey}", "get-custom-fields-by-object-key", "locations/customFields.readonly"},
    {"POST", "/custom-fields/folder", "create-custom-field-folder", "locations/customFields.write"},
    {"PUT", "/custom-fields/folder/{id}", "update-custom-field-folder", "locations/customFields.write"},
    {"DELETE", "/custom-fields/folder/{id}", "delete-custom-field-folder", "locations/customFields.write"},
    {"POST", "/custom-fields", "create-custom-field", "locations/customFields.write"},
    {"GET", "/workflows", "get-workflow", "workflows.readonly"},
};
// clang-format on

constexpr std::size_t segments_max = 12;

struct Segments {
  std::array<std::string_view, segments_max> parts;
  std::size_t count = 0;
  bool too_many = false;
};

Segments split(std::string_view path) {
  Segments segments;
  if (path.starts_with('/')) path.remove_prefix(1);
  while (!path.empty()) {
    if (segments.count == segments_max) {
      segments.too_many = true;
      return segments;
    }
    const auto slash = path.find('/');
    segments.parts[segments.count++] = path.substr(0, slash);
    if (slash == std::string_view::npos) break;
    path.remove_prefix(slash + 1);
  }
  return segments;
}

struct Indexed {
  const Route* route = nullptr;
  Segments segments;
  std::size_t captures = 0;
};

// The table with its patterns split, routes with fewer captures first: the first match is the most literal one.
const std::vector<Indexed>& indexed_routes() {
  static const std::vector<Indexed> indexed = [] {
    std::vector<Indexed> made;
    for (const Route& route : routes) {
      Indexed entry{.route = &route, .segments = split(route.pattern)};
      for (std::size_t i = 0; i < entry.segments.count; ++i) entry.captures += entry.segments.parts[i].starts_with('{');
      made.push_back(entry);
    }
    std::sort(made.begin(), made.end(), [](const Indexed& a, const Indexed& b) {
      return a.captures != b.captures ? a.captures < b.captures : a.route - routes < b.route - routes;
    });
    return made;
  }();
  return indexed;
}

bool fits(const Indexed& entry, std::string_view method, const Segments& path) {
  if (entry.segments.count != path.count || entry.route->method != method) return false;
  for (std::size_t i = 0; i < path.count; ++i) {
    const std::string_view part = entry.segments.parts[i];
    if (part.starts_with('{') ? path.parts[i].empty() : part != path.parts[i]) return false;
  }
  return true;
}

}  // namespace

std::span<const Route> all_routes() {
  return routes;
}

RouteMatch match_route(std::string_view method, std::string_view path) {
  static constexpr std::array<std::string_view, 9> resources{"calendars",     "contacts",      "oauth",
                                                             "opportunities", "conversations", "locations",
                                                             "users",         "custom-fields", "workflows"};
  RouteMatch match;
  const Segments segments = split(path);
  if (segments.count == 0) return match;
  match.known_resource = std::find(resources.begin(), resources.end(), segments.parts[0]) != resources.end();
  if (!match.known_resource || segments.too_many) return match;
  for (const Indexed& entry : indexed_routes()) {
    if (!fits(entry, method, segments)) continue;
    match.route = entry.route;
    for (std::size_t i = 0; i < segments.count; ++i) {
      if (entry.segments.parts[i].starts_with('{')) match.captures.push_back(segments.parts[i]);
    }
    return match;
  }
  return match;
}

}  // namespace mock_ghl::api
