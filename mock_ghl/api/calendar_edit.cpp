// Making, changing and removing calendars (facts/ghl.md 4.1). The texts of the refusals are inferred: the vendor's file
// declares 400 and 401 without any.
#include <algorithm>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"
#include "mock_ghl/model/calendar_json.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

// Places to meet get the ids that appointments name them by: "custom_0".
void number_places(Json& extra) {
  const auto places = extra.find("locationConfigurations");
  if (places == extra.end() || !places->is_array()) return;
  std::size_t index = 0;
  for (Json& place : *places) place["meetingId"] = text_of(place, "kind") + "_" + std::to_string(index++);
}

bool slug_is_taken(const Call& call, const Calendar& calendar) {
  const auto& all = call.state.calendars();
  return !calendar.slug.empty() && std::any_of(all.begin(), all.end(), [&](const auto& entry) {
    const Calendar& other = entry.second;
    return other.id != calendar.id && other.location_id == calendar.location_id && other.slug == calendar.slug;
  });
}

// Reads the body over `calendar` and checks what comes of it.
std::optional<Answer> read_calendar(const Call& call, bool is_new, Calendar& calendar) {
  Faults faults;
  ObjectReader reader(call.body, "", faults);
  if (is_new) read_calendar_type(reader, calendar);
  read_calendar_settings(reader, calendar);
  check_calendar(calendar, "", faults);
  if (faults.any()) return invalid_body(call, faults.result().error());
  if (calendar.name.empty()) return invalid({"name should not be empty"}, call.trace_id);
  if (is_new && calendar.needs_team() && calendar.team.empty()) {
    const std::string kind(to_string(calendar.type));
    return invalid({"teamMembers should not be empty for a " + kind + " calendar"}, call.trace_id);
  }
  for (const TeamMember& member : calendar.team) {
    const User* user = nullptr;
    if (auto refusal = find_user(call, member.user_id, user)) return refusal;
  }
  if (!calendar.group_id.empty() && call.body.contains("groupId")) {
    const Document* group = nullptr;
    if (auto refusal = find_document(call, Collection::calendar_group, calendar.group_id, "Group", group))
      return refusal;
  }
  if (slug_is_taken(call, calendar)) return refuse(400, "The slug is already in use", call.trace_id);
  number_places(calendar.extra);
  for (TeamMember& member : calendar.team) number_places(member.extra);
  return std::nullopt;
}

Answer show(const Call& call, const Calendar& calendar) {
  JsonText text;
  text.begin_object().begin_object("calendar");
  write_calendar(text, calendar);
  text.end_object();
  return ok(call.success(), text, call);
}

// Rooms and equipments forget a calendar that is gone.
void unmap_resources(Call& call, const std::string& calendar_id) {
  Documents& documents = call.state.documents();
  for (const Collection collection : {Collection::room, Collection::equipment}) {
    for (const Document* document : documents.of_location(collection, call.location->id)) {
      Json fields = document->fields;
      Json kept = Json::array();
      for (const Json& id : fields["calendarIds"]) {
        if (id != calendar_id) kept.push_back(id);
      }
      if (kept.size() == fields["calendarIds"].size()) continue;
      fields["calendarIds"] = std::move(kept);
      documents.change(collection, document->id, std::move(fields), call.now);
    }
  }
}

}  // namespace

Answer create_calendar(Call& call) {
  Calendar calendar{.location_id = call.location->id};
  // Without a type the vendor's file names no default: a calendar with a team is a round robin, one without an event.
  const Json* team = holdfast::find_member(call.body, "teamMembers");
  if (team == nullptr || team->empty()) calendar.type = CalendarType::event;
  if (auto refusal = read_calendar(call, true, calendar)) return std::move(*refusal);
  return show(call, call.state.add_calendar(std::move(calendar)));
}

Answer update_calendar(Call& call) {
  const Calendar* found = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), found)) return std::move(*refusal);
  Calendar changed = *found;
  if (auto refusal = read_calendar(call, false, changed)) return std::move(*refusal);
  call.state.replace_calendar(std::move(changed));
  return show(call, *found);
}

Answer delete_calendar(Call& call) {
  const Calendar* calendar = nullptr;
  if (auto refusal = find_calendar(call, call.captures.at(0), calendar)) return std::move(*refusal);
  unmap_resources(call, calendar->id);
  Documents& documents = call.state.documents();
  for (const Document* notification : documents.of_owner(Collection::notification, calendar->id)) {
    documents.remove(Collection::notification, std::string(notification->id));
  }
  call.state.remove_calendar(std::string(calendar->id), call.now);
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
