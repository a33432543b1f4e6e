// Which handler answers which operation, and the way from a request to its route.
#include "mock_ghl/api/routes.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>

#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/api/route_index.hpp"

namespace mock_ghl::api {
namespace {

// Who answers an operation. What is not here answers 501.
struct Binding {
  std::string_view resource;
  std::string_view operation;
  Handler handler;
};
constexpr Binding bindings[] = {
    {"calendars", "create-appointment", &create_appointment},
    {"calendars", "edit-appointment", &edit_appointment},
    {"calendars", "get-appointment", &get_appointment},
    {"calendars", "get-calendar-events", &get_calendar_events},
    {"calendars", "get-blocked-slots", &get_blocked_slots},
    {"calendars", "create-block-slot", &create_block_slot},
    {"calendars", "get-slots", &get_slots},
    {"calendars", "get-calendar", &get_calendar},
    {"calendars", "delete-event", &delete_event},
    {"calendars", "get-calendars", &get_calendars},
    {"calendars", "create-calendar", &create_calendar},
    {"calendars", "update-calendar", &update_calendar},
    {"calendars", "delete-calendar", &delete_calendar},
    {"calendars", "edit-block-slot", &edit_block_slot},
    {"calendars", "get-groups", &get_groups},
    {"calendars", "create-calendar-group", &create_calendar_group},
    {"calendars", "validate-groups-slug", &validate_groups_slug},
    {"calendars", "edit-group", &edit_group},
    {"calendars", "disable-group", &disable_group},
    {"calendars", "delete-group", &delete_group},
    {"calendars", "fetch-calendar-resources", &fetch_calendar_resources},
    {"calendars", "create-calendar-resource", &create_calendar_resource},
    {"calendars", "get-calendar-resource", &get_calendar_resource},
    {"calendars", "update-calendar-resource", &update_calendar_resource},
    {"calendars", "delete-calendar-resource", &delete_calendar_resource},
    {"calendars", "get-event-notification", &get_event_notifications},
    {"calendars", "create-event-notification", &create_event_notification},
    {"calendars", "find-event-notification", &find_event_notification},
    {"calendars", "update-event-notification", &update_event_notification},
    {"calendars", "delete-event-notification", &delete_event_notification},
    {"calendars", "getAllSchedules", &get_all_schedules},
    {"calendars", "getScheduleById", &get_schedule_by_id},
    {"calendars", "createSchedule", &create_schedule},
    {"calendars", "updateSchedule", &update_schedule},
    {"calendars", "deleteSchedule", &delete_schedule},
    {"calendars", "add-calendar-to-schedule", &add_calendar_to_schedule},
    {"calendars", "remove-calendar-from-schedule", &remove_calendar_from_schedule},
    {"calendars", "get-appointment-notes", &get_appointment_notes},
    {"calendars", "create-appointment-note", &create_appointment_note},
    {"calendars", "update-appointment-note", &update_appointment_note},
    {"calendars", "delete-appointment-note", &delete_appointment_note},
    {"contacts", "search-contacts-advanced", &search_contacts},
    {"contacts", "get-duplicate-contact", &get_duplicate_contact},
    {"contacts", "get-appointments-for-contact", &get_contact_appointments},
    {"contacts", "get-all-notes", &get_notes},
    {"contacts", "create-note", &create_note},
    {"contacts", "get-note", &get_note},
    {"contacts", "update-note", &update_note},
    {"contacts", "delete-note", &delete_note},
    {"contacts", "get-all-tasks", &get_tasks},
    {"contacts", "create-task", &create_task},
    {"contacts", "get-task", &get_task},
    {"contacts", "update-task", &update_task},
    {"contacts", "update-task-completed", &update_task},
    {"contacts", "delete-task", &delete_task},
    {"contacts", "add-tags", &add_tags},
    {"contacts", "remove-tags", &remove_tags},
    {"contacts", "add-followers-contact", &add_followers},
    {"contacts", "remove-followers-contact", &remove_followers},
    {"contacts", "add-contact-to-campaign", &add_to_campaign},
    {"contacts", "remove-contact-from-campaign", &remove_from_campaign},
    {"contacts", "remove-contact-from-every-campaign", &remove_from_every_campaign},
    {"contacts", "add-contact-to-workflow", &add_to_workflow},
    {"contacts", "delete-contact-from-workflow", &remove_from_workflow},
    {"contacts", "create-association", &update_bulk_tags},
    {"contacts", "add-remove-contact-from-business", &update_bulk_business},
    {"contacts", "get-contacts", &list_contacts},
    {"contacts", "get-contacts-by-businessId", &list_business_contacts},
    {"contacts", "get-contact", &get_contact},
    {"contacts", "update-contact", &update_contact},
    {"contacts", "delete-contact", &delete_contact},
    {"contacts", "upsert-contact", &upsert_contact},
    {"contacts", "create-contact", &create_contact},
    {"locations", "get-location", &get_location},
    {"locations", "search-locations", &search_locations},
    {"locations", "get-timezones", &get_timezones},
    {"locations", "get-location-tags", &get_location_tags},
    {"locations", "create-tag", &create_location_tag},
    {"locations", "get-tag-by-id", &get_location_tag},
    {"locations", "update-tag", &update_location_tag},
    {"locations", "delete-tag", &delete_location_tag},
    {"locations", "get-custom-fields", &get_custom_fields},
    {"locations", "create-custom-field", &create_custom_field},
    {"locations", "get-custom-field", &get_custom_field},
    {"locations", "update-custom-field", &update_custom_field},
    {"locations", "delete-custom-field", &delete_custom_field},
    {"locations", "get-custom-values", &get_custom_values},
    {"locations", "create-custom-value", &create_custom_value},
    {"locations", "get-custom-value", &get_custom_value},
    {"locations", "update-custom-value", &update_custom_value},
    {"locations", "delete-custom-value", &delete_custom_value},
    {"locations", "task-search", &search_tasks},
    {"users", "get-user", &get_user},
    {"users", "get-user-by-location", &get_users},
    {"users", "search-users", &search_users},
    {"users", "filter-users-by-email", &filter_users_by_email},
    {"workflows", "get-workflow", &get_workflows},
    {"oauth", "get-access-token", &get_access_token},
    {"oauth", "get-location-access-token", &get_location_access_token},
    {"oauth", "get-installed-location", &get_installed_location},
    {"opportunities", "get-lost-reason", &get_lost_reasons},
    {"opportunities", "search-opportunity", &search_opportunities},
    {"opportunities", "search-opportunities-advanced", &search_opportunities_advanced},
    {"opportunities", "get-pipelines", &get_pipelines},
    {"opportunities", "get-opportunity", &get_opportunity},
    {"opportunities", "update-opportunity", &update_opportunity},
    {"opportunities", "delete-opportunity", &delete_opportunity},
    {"opportunities", "update-opportunity-status", &update_opportunity_status},
    {"opportunities", "Upsert-opportunity", &upsert_opportunity},
    {"opportunities", "add-followers-opportunity", &add_opportunity_followers},
    {"opportunities", "remove-followers-opportunity", &remove_opportunity_followers},
    {"opportunities", "create-opportunity", &create_opportunity},
    {"conversations", "search-conversation", &search_conversations},
    {"conversations", "get-conversation", &get_conversation},
    {"conversations", "update-conversation", &update_conversation},
    {"conversations", "delete-conversation", &delete_conversation},
    {"conversations", "create-conversation", &create_conversation},
    {"conversations", "send-a-new-message", &send_message},
    {"conversations", "add-an-inbound-message", &add_inbound_message},
    {"conversations", "add-an-outbound-message", &add_outbound_message},
    {"conversations", "update-message-status", &update_message_status},
    {"conversations", "update-email-message-status", &update_email_status},
    {"conversations", "cancel-scheduled-message", &cancel_scheduled_message},
    {"conversations", "cancel-scheduled-email-message", &cancel_scheduled_email},
    {"conversations", "get-message", &get_message},
    {"conversations", "get-messages", &get_messages},
    {"conversations", "get-email-by-id", &get_email},
    {"conversations", "export-messages-by-location", &export_messages},
};

Handler handler_of(const contract::Operation& operation) {
  for (const Binding& binding : bindings) {
    if (binding.resource == operation.resource && binding.operation == operation.id) return binding.handler;
  }
  return nullptr;
}

// The pattern without the names of its captures: the dialects name some differently.
std::string anonymous(const contract::Operation& operation) {
  std::string key = operation.method + " ";
  bool inside = false;
  for (const char c : operation.pattern) {
    if (!inside) key += c;
    inside = c == '{' || (inside && c != '}');
    if (c == '}') key += c;
  }
  return key;
}

// Both dialects' operations, those of the same method and path as one.
std::vector<Route> make_routes() {
  std::vector<Route> made;
  std::map<std::string, std::size_t> known;
  const contract::Contract& shipped = contract::Contract::shipped();
  for (const contract::Dialect dialect : {contract::Dialect::dated, contract::Dialect::v3}) {
    for (const contract::Operation& operation : shipped.operations(dialect)) {
      const auto [it, is_new] = known.emplace(anonymous(operation), made.size());
      if (is_new) {
        made.push_back({.method = operation.method,
                        .pattern = operation.pattern,
                        .operation = operation.id,
                        .resource = operation.resource,
                        .handler = handler_of(operation)});
      }
      Route& route = made[it->second];
      (dialect == contract::Dialect::dated ? route.dated : route.v3) = &operation;
    }
  }
  return made;
}

RouteIndex make_index() {
  std::vector<RoutePattern> patterns;
  for (const Route& route : all_routes()) patterns.push_back({route.method, route.pattern});
  return RouteIndex(patterns);
}

// How the paths of GHL's other resources begin (facts/ghl.md 10.1; of some the file is called otherwise).
constexpr std::string_view other_resources[] = {"ad-publishing",
                                                "affiliate-manager",
                                                "agent-studio",
                                                "associations",
                                                "blogs",
                                                "brand-boards",
                                                "businesses",
                                                "campaigns",
                                                "chat-widget",
                                                "companies",
                                                "conversation-ai",
                                                "courses",
                                                "custom-menus",
                                                "email",
                                                "emails",
                                                "forms",
                                                "funnels",
                                                "invoices",
                                                "knowledge-bases",
                                                "links",
                                                "marketplace",
                                                "medias",
                                                "objects",
                                                "payments",
                                                "phone-system",
                                                "products",
                                                "proposals",
                                                "saas",
                                                "saas-api",
                                                "snapshots",
                                                "social-media-posting",
                                                "store",
                                                "surveys",
                                                "voice-ai"};

std::string_view first_segment(std::string_view path) {
  if (path.starts_with('/')) path.remove_prefix(1);
  return path.substr(0, path.find('/'));
}

}  // namespace

std::span<const Route> all_routes() {
  static const std::vector<Route> routes = make_routes();
  return routes;
}

RouteMatch match_route(std::string_view method, std::string_view path) {
  static constexpr std::array<std::string_view, 9> resources{"calendars",     "contacts",      "oauth",
                                                             "opportunities", "conversations", "locations",
                                                             "users",         "custom-fields", "workflows"};
  static const RouteIndex index = make_index();
  RouteMatch match;
  const std::string_view resource = first_segment(path);
  match.known_resource = std::ranges::find(resources, resource) != resources.end();
  if (!match.known_resource) {
    match.other_resource = std::ranges::find(other_resources, resource) != std::end(other_resources);
    return match;
  }
  const std::size_t place = index.find(method, path, match.captures);
  if (place != RouteIndex::none) match.route = &all_routes()[place];
  return match;
}

}  // namespace mock_ghl::api
