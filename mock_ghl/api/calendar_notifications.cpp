// A calendar's notifications (facts/ghl.md 4.6): kept and listed; the twin sends none. A deleted one is marked, as the
// vendor's `deleted` filter has it.
#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

bool flag_of(const Document& notification, std::string_view key) {
  return holdfast::bool_member(notification.fields, key).value_or(false);
}

// The answer has no sender's address, name or number.
Json shown(const Document& notification) {
  Json json = notification.fields;
  for (const char* key : {"fromAddress", "fromName", "fromNumber"}) json.erase(key);
  json["_id"] = notification.id;
  return json;
}

std::optional<Answer> find_notification(const Call& call, const Document*& notification) {
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return refusal;
  if (auto refusal = find_document(call, Collection::notification, call.captures.at(1), "Notification", notification)) {
    return refusal;
  }
  if (notification->owner_id != calendar->id) return refuse(404, "Notification not found", call.trace_id);
  return std::nullopt;
}

void change(Call& call, const Document& notification, const Json& changes) {
  Json fields = notification.fields;
  merge_given(fields, changes);
  call.state.documents().change(Collection::notification, notification.id, std::move(fields), call.now);
}

}  // namespace

Answer get_event_notifications(Call& call) {
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return std::move(*refusal);
  const auto active = flag_parameter(call, "isActive");
  const bool deleted = flag_parameter(call, "deleted").value_or(false);
  std::size_t skip = count_parameter(call, "skip", 0, SIZE_MAX / 2);
  const std::size_t limit = count_parameter(call, "limit", 100, SIZE_MAX / 2);
  Json list = Json::array();
  for (const Document* notification : call.state.documents().of_owner(Collection::notification, calendar->id)) {
    if (flag_of(*notification, "deleted") != deleted) continue;
    if (active && flag_of(*notification, "isActive") != *active) continue;
    if (skip > 0) {
      --skip;
    } else if (list.size() < limit) {
      list.push_back(shown(*notification));
    }
  }
  return reply_list(call, list);
}

Answer create_event_notification(Call& call) {
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return std::move(*refusal);
  Json list = Json::array();
  for (const Json& asked : call.body) {
    Json fields{{"isActive", true}, {"deleted", false}};
    merge_given(fields, asked);
    const Document& made = call.state.documents().add(Collection::notification,
                                                      {.id = call.state.draw_id(),
                                                       .location_id = call.location->id,
                                                       .owner_id = calendar->id,
                                                       .fields = std::move(fields)},
                                                      call.now);
    list.push_back(shown(made));
  }
  return reply_list(call, list);
}

Answer find_event_notification(Call& call) {
  const Document* notification = nullptr;
  if (auto refusal = find_notification(call, notification)) return std::move(*refusal);
  return reply(call, shown(*notification));
}

Answer update_event_notification(Call& call) {
  const Document* notification = nullptr;
  if (auto refusal = find_notification(call, notification)) return std::move(*refusal);
  change(call, *notification, call.body);
  return reply(call, {{"message", "Notification updated successfully"}});
}

Answer delete_event_notification(Call& call) {
  const Document* notification = nullptr;
  if (auto refusal = find_notification(call, notification)) return std::move(*refusal);
  change(call, *notification, {{"deleted", true}});
  return reply(call, {{"message", "Notification deleted successfully"}});
}

}  // namespace mock_ghl::api
