// Calendar groups (facts/ghl.md 4.6).
#include <algorithm>

#include "mock_ghl/api/calendar_shared.hpp"
#include "mock_ghl/api/handlers.hpp"

namespace mock_ghl::api {

using holdfast::Json;

namespace {

Json shown(const Document& group) {
  Json json{{"description", ""}, {"isActive", true}};  // a fixture's may leave them out
  merge_given(json, group.fields);
  json["id"] = group.id;
  json["locationId"] = group.location_id;
  return json;
}

std::optional<Answer> find_group(const Call& call, const Document*& group) {
  return find_document(call, Collection::calendar_group, call.captures.at(0), "Group", group);
}

// True when no other group of the location has this slug.
bool is_free(const Call& call, const std::string& slug, std::string_view except_id) {
  const auto groups = call.state.documents().of_location(Collection::calendar_group, call.location->id);
  return std::none_of(groups.begin(), groups.end(),
                      [&](const Document* group) { return group->id != except_id && group->text("slug") == slug; });
}

Answer slug_taken(const Call& call) {
  return refuse(400, "The slug is already in use", call.trace_id);
}

}  // namespace

Answer get_groups(Call& call) {
  Json groups = Json::array();
  for (const Document* group : call.state.documents().of_location(Collection::calendar_group, call.location->id)) {
    groups.push_back(shown(*group));
  }
  return reply(call, {{"groups", std::move(groups)}});
}

Answer create_calendar_group(Call& call) {
  const std::string slug = text_of(call.body, "slug");
  if (!is_free(call, slug, {})) return slug_taken(call);
  const Json fields{{"name", text_of(call.body, "name")},
                    {"description", text_of(call.body, "description")},
                    {"slug", slug},
                    {"isActive", holdfast::bool_member(call.body, "isActive").value_or(true)}};
  const Document& made = call.state.documents().add(
      Collection::calendar_group, {.id = call.state.draw_id(), .location_id = call.location->id, .fields = fields},
      call.now);
  return reply(call, {{"group", shown(made)}});
}

Answer validate_groups_slug(Call& call) {
  return reply(call, {{"available", is_free(call, text_of(call.body, "slug"), {})}});
}

Answer edit_group(Call& call) {
  const Document* group = nullptr;
  if (auto refusal = find_group(call, group)) return std::move(*refusal);
  if (!is_free(call, text_of(call.body, "slug"), group->id)) return slug_taken(call);
  Json fields = group->fields;
  merge_given(fields, call.body);
  const Document& changed =
      call.state.documents().change(Collection::calendar_group, group->id, std::move(fields), call.now);
  return reply(call, {{"group", shown(changed)}});
}

Answer disable_group(Call& call) {
  const Document* group = nullptr;
  if (auto refusal = find_group(call, group)) return std::move(*refusal);
  Json fields = group->fields;
  fields["isActive"] = call.body["isActive"];
  call.state.documents().change(Collection::calendar_group, group->id, std::move(fields), call.now);
  return reply(call, {{"success", true}});
}

// The group's calendars stay, in no group.
Answer delete_group(Call& call) {
  const Document* group = nullptr;
  if (auto refusal = find_group(call, group)) return std::move(*refusal);
  std::vector<Calendar> members;
  for (const auto& [id, calendar] : call.state.calendars()) {
    if (calendar.group_id == group->id) members.push_back(calendar);
  }
  for (Calendar& calendar : members) {
    calendar.group_id.clear();
    call.state.replace_calendar(std::move(calendar));
  }
  call.state.documents().remove(Collection::calendar_group, std::string(group->id));
  return reply(call, {{"success", true}});
}

}  // namespace mock_ghl::api
